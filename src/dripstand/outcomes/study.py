"""What a published study found, as values. The studies themselves are data in ``studies.py``."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from dripstand.outcomes.definitions import Meaning
from dripstand.protocol.template import Mark


class Arm(StrEnum):
    KETAMINE = "ketamine"
    PLACEBO = "placebo"


@dataclass(frozen=True, slots=True)
class Result:
    """One published share: of whom, on which scale, when. ``scale`` is an instrument's id, or what the paper used.

    in_prior: whether a forecast for this scale starts from it (a course of about six, its end, and a share whose
    number was seen or computed from seen numbers).
    """

    meaning: Meaning
    scale: str
    time_point: str
    share_fraction: float
    mark: Mark
    arm: Arm = Arm.KETAMINE
    cut: str = ""
    in_prior: bool = False


@dataclass(frozen=True, slots=True)
class Study:
    """One study. people_count: analysed, all arms; None where the table gives no number of its own."""

    id: str
    citation: str
    people_count: int | None
    regimen: str
    results: tuple[Result, ...]
    note: str = ""
    bipolar: bool = False

    @property
    def name(self) -> str:
        """Author and year, as it is printed beside a forecast."""
        return self.citation.split(",")[0]
