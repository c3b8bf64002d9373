"""Putting right."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from dripstand.infusion.event_kinds.entry import SessionEvent


@dataclass(frozen=True, slots=True)
class EntryCorrected(SessionEvent):
    """Entry ``corrects_sequence`` was wrong. ``replacement`` (same kind) and ``occurred_at`` hold instead;
    both None = it never happened ("entered in error"). The wrong entry stays in the log and stays readable."""

    kind: ClassVar[str] = "entry_corrected"
    corrects_sequence: int
    reason: str
    replacement: SessionEvent | None = None
    replacement_occurred_at: datetime | None = None  # None = the time stays as it was
