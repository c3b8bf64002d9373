"""Thirty people whose courses lie behind them, and how each course went. All of them are invented, and plainly so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from random import Random

from dripstand.server.demo.cast import PatientRole

SEED = 20261128


class Went(StrEnum):
    """How a course of the demo went."""

    EARLY = "better after the first infusions"
    LATE = "better only after the fourth"
    PARTLY = "a little better"
    NOT = "no useful change"
    BROKEN_OFF = "broken off"
    KEPT_UP = "better, and kept up since"


@dataclass(frozen=True, slots=True)
class PastPerson:
    """phq9: totals at the baseline, before infusions 2 to 6, and at the end (seven; fewer where broken off).
    madrs: at the baseline and the end. given_count: of six. reason: why it was broken off."""

    patient: PatientRole
    went: Went
    first_days_ago: int
    phq9: tuple[int, ...]
    madrs: tuple[int, ...]
    given_count: int = 6
    reason: str = ""
    dose_mg_per_kg: tuple[str, ...] = ("0.5",) * 6


_NAMES = (
    ("Aster Fennimore", "F"), ("Birch Calloway", "M"), ("Clover Dunmore", "F"), ("Dorian Ashwick", "M"),
    ("Elowen Pike", "F"), ("Finch Ravensworth", "M"), ("Ginger Mossman", "F"), ("Heath Larkspur", "M"),
    ("Iris Thornquist", "F"), ("Jasper Hollowell", "M"), ("Kestrel Wainwright", "F"), ("Linden Brightwater", "M"),
    ("Maple Osterhaus", "F"), ("Nettle Greaves", "F"), ("Oakley Winterbourne", "M"), ("Primrose Tull", "F"),
    ("Quill Abernant", "M"), ("Rue Summerfield", "F"), ("Sage Harrowgate", "M"), ("Tansy Blackmoor", "F"),
    ("Umber Delacroft", "M"), ("Verbena Stroud", "F"), ("Willow Castellane", "F"), ("Yarrow Pemberly", "M"),
    ("Zinnia Marchbanks", "F"), ("Alder Swanson-Reed", "M"), ("Bryony Lockhart", "F"), ("Cedar Millbrook", "M"),
    ("Dahlia Ferncastle", "F"), ("Ember Holloway-Tate", "F"),
)  # fmt: skip
_WENT = (
    *(Went.EARLY,) * 9, *(Went.LATE,) * 5, *(Went.PARTLY,) * 4, *(Went.NOT,) * 8,
    *(Went.BROKEN_OFF,) * 3, Went.KEPT_UP,
)  # fmt: skip
_REASONS = {
    2: "Too frightening; does not want a third.",
    3: "Moved away for work.",
    4: "Nausea each time in spite of ondansetron.",
}
_LEFT = {  # how much of the first score is left at the end
    Went.EARLY: (0.12, 0.42),
    Went.LATE: (0.25, 0.48),
    Went.PARTLY: (0.55, 0.72),
    Went.NOT: (0.82, 1.05),
    Went.BROKEN_OFF: (0.7, 0.95),
    Went.KEPT_UP: (0.2, 0.35),
}
_SHAPE = {  # how far on the way to the end it was before infusions 2 to 6
    Went.EARLY: (0.45, 0.65, 0.8, 0.9, 0.95),
    Went.LATE: (0.05, 0.1, 0.2, 0.55, 0.85),
    Went.PARTLY: (0.2, 0.4, 0.5, 0.7, 0.9),
    Went.NOT: (0.3, 0.2, 0.6, 0.4, 0.8),
    Went.BROKEN_OFF: (0.3, 0.5, 0.6, 0.8, 1.0),
    Went.KEPT_UP: (0.4, 0.7, 0.85, 0.9, 1.0),
}


def past_people() -> tuple[PastPerson, ...]:
    """The same thirty each time. The newest course ended about two weeks ago, the oldest began about a year ago."""
    draw = Random(SEED)  # noqa: S311  (invented people)
    went = list(_WENT)
    draw.shuffle(went)
    return tuple(_person(number, how, draw) for number, how in enumerate(went))


def _person(number: int, went: Went, draw: Random) -> PastPerson:
    name, sex = _NAMES[number]
    height_cm = draw.randint(157, 172) if sex == "F" else draw.randint(170, 188)
    weight_kg = round(draw.uniform(21.5, 27.5) * height_cm**2 / 10_000)
    born = date(draw.randint(1958, 2001), draw.randint(1, 12), 14)
    patient = PatientRole(
        f"DEMO-{101 + number:04d}", name, name.split()[0], born, sex, Decimal(height_cm), Decimal(weight_kg), (),
        (f"Demo Escort {101 + number}", "friend", f"555-0{201 + number}"), 1,
    )  # fmt: skip
    begin = draw.randint(17, 25)
    left = draw.uniform(*_LEFT[went])
    way = (0.0, *_SHAPE[went], 1.0)
    phq9 = tuple(_at(begin, left, share, draw, 27) for share in way)
    madrs_begin = draw.randint(27, 39)
    madrs = (madrs_begin, _at(madrs_begin, left, 1.0, draw, 60))
    given_count = draw.choice(sorted(_REASONS)) if went is Went.BROKEN_OFF else 6
    doses = ["0.5"] * 6
    if went in (Went.LATE, Went.NOT, Went.PARTLY) and draw.random() < 0.6:
        doses[3:] = ["0.6"] * 3
    return PastPerson(
        patient=patient,
        went=went,
        first_days_ago=40 + number * 11,
        phq9=phq9 if given_count == 6 else phq9[: given_count + 1],
        madrs=madrs if given_count == 6 else madrs[:1],
        given_count=given_count,
        reason=_REASONS.get(given_count, ""),
        dose_mg_per_kg=tuple(doses),
    )


def _at(begin: int, left: float, share: float, draw: Random, most: int) -> int:
    """The score a share of the way from the beginning to what is left of it, a point or two off."""
    expected = begin * (1 - share * (1 - left))
    noise = 0 if share == 0 else draw.choice((-1, 0, 0, 1))
    return max(0, min(most, round(expected) + noise))
