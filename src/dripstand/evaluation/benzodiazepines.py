"""What a day's benzodiazepines and Z-drugs amount to, as diazepam.

Two published tables disagree by up to a factor of two, so both are worked out and a rule warns where either crosses
its line. Of a range the lower end is taken, which gives the larger load. A drug that a table lacks makes that table's
load unknown, never smaller.

Sources, as collected in protocol.md 14.1: guidelinecentral.com pocket guide, table 7 (Ashton 2002, VA/DoD 2021, both
source seen); NHS Scotland Right Decisions after Ashton and Maudsley for clobazam, nitrazepam, zolpidem, zopiclone,
loprazolam, lormetazepam (its mg are against diazepam 5 mg, doubled here); zaleplon and eszopiclone unverified.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from dripstand.evaluation.drugs import Drugs, drugs_in


class Table(StrEnum):
    ASHTON = "Ashton 2002"
    VA_DOD = "VA/DoD 2021"


DIAZEPAM_MG = Decimal(10)


def _row(ashton: str, va_dod: str = "") -> dict[Table, Decimal]:
    found = {Table.ASHTON: Decimal(ashton)}
    if va_dod:
        found[Table.VA_DOD] = Decimal(va_dod)
    return found


EQUAL_TO_DIAZEPAM_10_MG: dict[str, dict[Table, Decimal]] = {
    "diazepam": _row("10", "10"),
    "alprazolam": _row("0.5", "1"),
    "clonazepam": _row("0.5", "1"),
    "lorazepam": _row("1", "2"),
    "oxazepam": _row("20", "30"),
    "temazepam": _row("20", "15"),
    "triazolam": _row("0.5", "0.25"),
    "quazepam": _row("20", "10"),
    "estazolam": _row("1", "1"),  # Ashton: 1 to 2
    "flurazepam": _row("15", "15"),  # Ashton: 15 to 30
    "chlordiazepoxide": _row("25", "25"),
    "clorazepate": _row("15", "15"),
    "clobazam": _row("20"),
    "nitrazepam": _row("10"),
    "zolpidem": _row("20"),
    "zopiclone": _row("15"),
    "loprazolam": _row("1"),  # 1 to 2
    "lormetazepam": _row("1"),  # 1 to 2
    "zaleplon": _row("20"),
    "eszopiclone": _row("3"),
}
"""Oral mg equal to 10 mg of diazepam, by the catalogue's names."""

COUNTED = frozenset({Drugs.BENZODIAZEPINE, Drugs.Z_DRUG})


@dataclass(frozen=True, slots=True)
class Dose:
    """One medicine of the day, as it was told. mg_per_day: None where it is not known."""

    told: str
    mg_per_day: Decimal | None


@dataclass(frozen=True, slots=True)
class Load:
    """A day's load by one table, in mg of diazepam. unknown: what could not be counted; the load is at least this."""

    table: Table
    diazepam_mg: Decimal
    unknown: tuple[str, ...]

    @property
    def is_complete(self) -> bool:
        return not self.unknown


def loads(doses: Iterable[Dose]) -> tuple[Load, ...]:
    """The day's load by each table; empty where nothing of the kind is taken."""
    counted = [one for one in doses if any(drug.classes & COUNTED for drug in drugs_in(one.told))]
    return tuple(_load(table, counted) for table in Table) if counted else ()


def _load(table: Table, doses: Iterable[Dose]) -> Load:
    total, unknown = Decimal(0), []
    for dose in doses:
        parts = [drug.name for drug in drugs_in(dose.told) if drug.classes & COUNTED]
        equal = EQUAL_TO_DIAZEPAM_10_MG.get(parts[0], {}).get(table) if len(parts) == 1 else None
        if equal is None or dose.mg_per_day is None:
            unknown.append(dose.told)
        else:
            total += dose.mg_per_day * DIAZEPAM_MG / equal
    return Load(table, total, tuple(unknown))
