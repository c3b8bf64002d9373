"""What a person is evaluated for."""

from __future__ import annotations

from enum import StrEnum


class Indication(StrEnum):
    MAJOR_DEPRESSION = "major_depression"
    BIPOLAR_DEPRESSION = "bipolar_depression"
    CHRONIC_PAIN = "chronic_pain"


EVERY = frozenset(Indication)
DEPRESSION = frozenset({Indication.MAJOR_DEPRESSION, Indication.BIPOLAR_DEPRESSION})
