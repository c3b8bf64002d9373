"""Named definitions of response and remission, and what counts as a worthwhile change: data, each with its source.

Studies cut differently (PHQ-9 below 5 or at most 5; MADRS below 9, below 10, at most 10, at most 12), so no result is
ever just "remission": it names its definition (protocol.md 6.1, 7.3, 12 conflict 7).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from dripstand.outcomes.instruments.instrument import unverified, verified
from dripstand.protocol.template import Source


class Meaning(StrEnum):
    IMPROVEMENT = "improvement"
    RESPONSE = "response"
    REMISSION = "remission"


@dataclass(frozen=True, slots=True)
class Reduction:
    """A fall of at least this fraction of the baseline. It has a meaning on any scale, published or extrapolated."""

    at_least_fraction: Fraction


@dataclass(frozen=True, slots=True)
class Limit:
    """A total at or below a limit, or strictly below it. It means nothing on another scale."""

    score: int
    inclusive: bool


@dataclass(frozen=True, slots=True)
class Definition:
    """One published (or chosen) definition. ``code`` is what is stored beside every result."""

    code: str
    words: str
    meaning: Meaning
    instrument_id: str
    rule: Reduction | Limit
    source: Source


def reduction(code: str, meaning: Meaning, instrument_id: str, percent: int, source: Source) -> Definition:
    words = f"a fall of at least {percent} %"
    return Definition(code, words, meaning, instrument_id, Reduction(Fraction(percent, 100)), source)


def limit(code: str, instrument_id: str, score: int, source: Source, *, inclusive: bool) -> Definition:
    words = f"{score} or less" if inclusive else f"below {score}"
    return Definition(code, words, Meaning.REMISSION, instrument_id, Limit(score, inclusive), source)


_HALF = "50 % (protocol.md 6.1)"
_IMMPACT = "IMMPACT, Dworkin 2008, J Pain 9:105, in Bandolier (protocol.md 14.3)"

DEFINITIONS: tuple[Definition, ...] = (
    reduction("phq-9-response-50", Meaning.RESPONSE, "phq-9", 50, verified(_HALF)),
    limit("phq-9-remission-below-5", "phq-9", 5, verified("McInnes 2022 (protocol.md 6.1)"), inclusive=False),
    limit("phq-9-remission-at-most-5", "phq-9", 5, verified("VA, Pfeiffer 2024 (protocol.md 6.1)"), inclusive=True),
    reduction("gad-7-response-50", Meaning.RESPONSE, "gad-7", 50, unverified(_HALF)),
    limit("gad-7-remission-below-5", "gad-7", 5, unverified("protocol.md 6.1"), inclusive=False),
    reduction("qids-sr16-response-50", Meaning.RESPONSE, "qids-sr16", 50, verified(_HALF)),
    limit("qids-sr16-remission-at-most-5", "qids-sr16", 5, verified("protocol.md 6.1"), inclusive=True),
    reduction("madrs-improvement-20", Meaning.IMPROVEMENT, "madrs", 20, verified("Guangzhou 2024 (protocol.md 7.2)")),
    reduction("madrs-response-50", Meaning.RESPONSE, "madrs", 50, unverified(_HALF)),
    limit("madrs-remission-below-10", "madrs", 10, verified("Hawley 2002 (protocol.md 6.1)"), inclusive=False),
    limit("madrs-remission-at-most-10", "madrs", 10, verified("KetECT, Ekstrand 2022 (7.3)"), inclusive=True),
    limit("madrs-remission-at-most-12", "madrs", 12, verified("Lii 2023 (protocol.md 7.3)"), inclusive=True),
    limit("madrs-remission-below-9", "madrs", 9, unverified("Trials (protocol.md 6.1)"), inclusive=False),
    reduction("ham-d17-response-50", Meaning.RESPONSE, "ham-d17", 50, unverified(_HALF)),
    limit("ham-d17-remission-at-most-7", "ham-d17", 7, unverified("protocol.md 6.1"), inclusive=True),
    reduction("bdi-ii-response-50", Meaning.RESPONSE, "bdi-ii", 50, unverified(_HALF)),
    limit("bdi-ii-remission-at-most-9", "bdi-ii", 9, unverified("protocol.md 6.1: 9 to 13"), inclusive=True),
    limit("bdi-ii-remission-at-most-13", "bdi-ii", 13, unverified("protocol.md 6.1: 9 to 13"), inclusive=True),
    reduction("nrs-pain-response-30", Meaning.RESPONSE, "nrs-pain", 30, verified(f"{_IMMPACT}: moderate")),
    reduction("nrs-pain-response-50", Meaning.RESPONSE, "nrs-pain", 50, verified(f"{_IMMPACT}: substantial")),
)
"""The first of a scale and meaning is the one that the course page goes by: one whose source was seen, where any is."""

BY_CODE = {each.code: each for each in DEFINITIONS}


@dataclass(frozen=True, slots=True)
class WorthwhileChange:
    """A change that a publication calls worthwhile, in points or as a fraction of the baseline."""

    code: str
    words: str
    instrument_id: str
    points: Fraction | None
    fraction: Fraction | None
    source: Source


def _points(code: str, instrument_id: str, points: str, words: str, source: Source) -> WorthwhileChange:
    return WorthwhileChange(code, words, instrument_id, Fraction(points), None, source)


def _share(code: str, instrument_id: str, percent: int, words: str, source: Source) -> WorthwhileChange:
    return WorthwhileChange(code, words, instrument_id, None, Fraction(percent, 100), source)


_KOUNALI = verified("Kounali, PMC9340848 (protocol.md 6.1); at moderate severity")
_REED = "Reed 2024, doi 10.1016/j.jpain.2023.07.028: most estimates 1.0 to 1.75, among people a little better"
_DURU = verified("Duru and Fantino 2008 (protocol.md 6.1)")

WORTHWHILE: tuple[WorthwhileChange, ...] = (
    _points("phq-9-5-points", "phq-9", "5", "5 points", unverified("protocol.md 6.1")),
    _points("phq-9-1.7-points", "phq-9", "1.7", "1.7 points, at moderate severity", _KOUNALI),
    _share("phq-9-20-percent", "phq-9", 20, "20 %, at moderate severity", _KOUNALI),
    _points("gad-7-4-points", "gad-7", "4", "4 points", verified("Toussaint 2020, doi 10.1016/j.jad.2020.01.032")),
    _points("gad-7-6-points", "gad-7", "6", "6 points: reliable", verified("Bischoff 2020 (protocol.md 6.1)")),
    _points("qids-sr16-3-points", "qids-sr16", "3", "3 points", unverified("protocol.md 6.1: about 3 to 4")),
    _points("qids-sr16-4-points", "qids-sr16", "4", "4 points", unverified("protocol.md 6.1: about 3 to 4")),
    _points("madrs-1.6-points", "madrs", "1.6", "1.6 points", _DURU),
    _points("madrs-1.9-points", "madrs", "1.9", "1.9 points", _DURU),
    _points("ham-d17-3-points", "ham-d17", "3", "3 points", verified("NICE, in Masson and Tejani 2013 (6.1)")),
    _points("bdi-ii-3-points", "bdi-ii", "3", "3 points", verified("NICE (protocol.md 6.1)")),
    _points("bdi-ii-3.5-points", "bdi-ii", "3.5", "3.5 points, at moderate severity", _KOUNALI),
    _share("bdi-ii-23-percent", "bdi-ii", 23, "23 %, at moderate severity", _KOUNALI),
    _points("pcl-5-5-points", "pcl-5", "5", "5 points: reliable", verified("protocol.md 6.1")),
    _points("pcl-5-10-points", "pcl-5", "10", "10 points: meaningful", verified("protocol.md 6.1")),
    _share("nrs-pain-10-percent", "nrs-pain", 10, "10 %: the least of 10 to 20 %, minimal", verified(_IMMPACT)),
    _share("nrs-pain-20-percent", "nrs-pain", 20, "20 %: the most of 10 to 20 %, minimal", verified(_IMMPACT)),
    _points("peg-1-point", "peg", "1", "1 point", verified(_REED)),
    _points("peg-1.75-points", "peg", "1.75", "1.75 points: the most of 1 to 1.75", verified(_REED)),
)
