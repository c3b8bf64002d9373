"""Where a forecast starts: for each scale from the studies' shares, worth twenty people, whoever they were.

Start for the outcome: the plain mean of the shares that the studies of that scale published for the end of a course of
about six (``in_prior`` in studies.py), worth 20 patients (protocol.md 7.3 [C], "deliberately worth ~20 patients"). Not
weighted by size: the studies differ because their patients did, and the question is where one more clinic will lie. The
example in 7.3, Beta(11, 11) for response on the PHQ-9, holds the veterans' 26 % with less than 1 % of its mass, so the
mean of the three studies is used in its place; every study lies in the central 90 % of its start (tested).

Start for what is seen on the way: ``PATTERNS``, worth ten people each. Of these numbers some follow a study and the
rest are assumed: unverified, the clinic must confirm. They give way to the clinic's own courses.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from statistics import fmean

from dripstand.outcomes.definitions import Meaning
from dripstand.outcomes.instruments.instrument import unverified
from dripstand.outcomes.seen import Seen
from dripstand.outcomes.studies import STUDIES
from dripstand.outcomes.study import Result, Study
from dripstand.protocol.template import Mark, Source

WORTH_PEOPLE_COUNT = 20.0
BIPOLAR_WORTH_PEOPLE_COUNT = 4.0
"""One open study of 13 people, whose scale the table does not state: worth little. Assumed."""

FORECAST_SCALES = ("phq-9", "qids-sr16", "madrs")


class Indication(StrEnum):
    MAJOR_DEPRESSION = "major depression"
    BIPOLAR_DEPRESSION = "bipolar depression"
    CHRONIC_PAIN = "chronic pain"


@dataclass(frozen=True, slots=True)
class Prior:
    """A start: a and b of its Beta, the studies it came from with the shares that they give, and how.

    A share of remission is taken by whichever limit its study had: ``Result.cut``, which is printed beside it.
    """

    a: float
    b: float
    used: tuple[tuple[Study, Result], ...]
    source: Source

    @property
    def studies(self) -> tuple[Study, ...]:
        return tuple(study for study, _result in self.used)


def prior(instrument_id: str, outcome: Meaning, indication: Indication) -> Prior | None:
    """The start for this scale and outcome, or None where no study speaks for it."""
    if instrument_id not in FORECAST_SCALES:
        return None
    match indication:
        case Indication.MAJOR_DEPRESSION:
            used = [(study, each) for study, each in _used(outcome, bipolar=False) if each.scale == instrument_id]
            worth = WORTH_PEOPLE_COUNT
        case Indication.BIPOLAR_DEPRESSION:
            used, worth = list(_used(outcome, bipolar=True)), BIPOLAR_WORTH_PEOPLE_COUNT
        case Indication.CHRONIC_PAIN:
            return None
    if not used:
        return None
    mean = fmean(each.share_fraction for _study, each in used)
    text = f"Mean of {len(used)} published shares, worth {worth:.0f} patients (protocol.md 7.3, 14.4)"
    return Prior(mean * worth, (1 - mean) * worth, tuple(used), Source(text, Mark.COMPUTED))


def _used(outcome: Meaning, *, bipolar: bool) -> tuple[tuple[Study, Result], ...]:
    return tuple(
        (study, each)
        for study in STUDIES
        if study.bipolar is bipolar
        for each in study.results
        if each.in_prior and each.meaning is outcome
    )


Pattern = tuple[float, float, float]
"""People who responded, improved, did not improve by then, out of ten."""

_ORDER = (Seen.RESPONDED, Seen.IMPROVED, Seen.NOT_IMPROVED)

PATTERNS: Mapping[Meaning, Mapping[int, tuple[Pattern, Pattern]]] = {
    Meaning.RESPONSE: {
        1: ((4.0, 3.0, 3.0), (2.0, 3.0, 5.0)),
        2: ((4.5, 3.0, 2.5), (1.5, 3.0, 5.5)),
        3: ((5.0, 3.5, 1.5), (1.5, 3.0, 5.5)),
        4: ((6.0, 3.0, 1.0), (1.0, 3.0, 6.0)),
        5: ((7.0, 2.0, 1.0), (1.0, 3.0, 6.0)),
    },
    Meaning.REMISSION: {
        1: ((5.8, 2.2, 2.0), (3.1, 2.9, 4.0)),
        2: ((6.0, 2.5, 1.5), (3.0, 3.0, 4.0)),
        3: ((6.5, 2.5, 1.0), (3.0, 3.0, 4.0)),
        4: ((7.0, 2.0, 1.0), (3.0, 3.0, 4.0)),
        5: ((8.0, 1.0, 1.0), (3.0, 3.0, 4.0)),
    },
}
"""By outcome and infusion: what was seen among those who reach the outcome, and among those who do not."""

PATTERN_SOURCE = unverified(
    "Assumed, the clinic must confirm. Of those who respond, half have by the third infusion (Phillips 2019) and at "
    "most a tenth have not improved by the fourth (Guangzhou 2024: sensitivity above 90 %); after the first infusion "
    "22 of 38 in later remission had responded, and 11 of 35 of the others (Bio-K) (protocol.md 7.2)"
)


def pattern(outcome: Meaning, after_infusion: int, what: Seen) -> tuple[tuple[float, float], tuple[float, float]]:
    """(a, b) of seeing this among those who reach the outcome, and among those who do not."""
    reach, do_not = PATTERNS[outcome][after_infusion]
    place = _ORDER.index(what)
    return (reach[place], sum(reach) - reach[place]), (do_not[place], sum(do_not) - do_not[place])
