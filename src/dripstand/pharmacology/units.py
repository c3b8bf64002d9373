"""The one closed list of unit suffixes, each with its UCUM code and printed form, and the conversions between them.

A name survives into columns, JSON and a printed page where a type does not; so numeric names end in one of these or in
a declared word without a unit. Amounts are of ketamine base, as vials state it in most countries: if a label states
the hydrochloride, mg_base_from_mg_hydrochloride converts, and a person must say so (pharmacology facts 2.9).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from .ketamine.shared import KETAMINE_G_PER_MOL, NORKETAMINE_G_PER_MOL

KETAMINE_HYDROCHLORIDE_G_PER_MOL = 274.19


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit: its UCUM code and how it is printed."""

    ucum: str
    printed: str


SUFFIXES: Mapping[str, Unit] = MappingProxyType(
    {
        "_s": Unit("s", "s"),
        "_min": Unit("min", "min"),
        "_h": Unit("h", "h"),
        "_y": Unit("a", "years"),
        "_kg": Unit("kg", "kg"),
        "_cm": Unit("cm", "cm"),
        "_mg": Unit("mg", "mg"),
        "_mg_per_kg": Unit("mg/kg", "mg/kg"),
        "_mg_per_min": Unit("mg/min", "mg/min"),
        "_mg_per_kg_per_h": Unit("mg/kg/h", "mg/kg/h"),
        "_mg_per_ml": Unit("mg/mL", "mg/mL"),
        "_ml": Unit("mL", "mL"),
        "_ml_per_h": Unit("mL/h", "mL/h"),
        "_l": Unit("L", "L"),
        "_l_per_min": Unit("L/min", "L/min"),
        "_l_per_h": Unit("L/h", "L/h"),
        "_ng_per_ml": Unit("ng/mL", "ng/mL"),
        "_nmol_per_ml": Unit("nmol/mL", "nmol/mL"),
        "_mmhg": Unit("mm[Hg]", "mmHg"),
        "_percent": Unit("%", "%"),
        "_per_min": Unit("/min", "/min"),
        "_g_per_mol": Unit("g/mol", "g/mol"),
    }
)

WITHOUT_UNIT = (
    "_count", "_factor", "_fraction", "_index", "_rank", "_ratio", "_score", "_seed", "_share",
    "count", "seed", "people", "states",
)  # fmt: skip
"""Endings of numeric names that have no unit."""


def unit_of(name: str) -> Unit | None:
    """The unit that a name says, by its longest suffix; None where it says none."""
    found = [suffix for suffix in SUFFIXES if name.lower().endswith(suffix)]
    return SUFFIXES[max(found, key=len)] if found else None


def mg_from_ml(volume_ml: float, concentration_mg_per_ml: float) -> float:
    """Drug in a volume."""
    return volume_ml * concentration_mg_per_ml


def mg_per_min_from_ml_per_h(rate_ml_per_h: float, concentration_mg_per_ml: float) -> float:
    """A pump's rate as a dose rate."""
    return rate_ml_per_h * concentration_mg_per_ml / 60.0


def ml_per_h_from_mg_per_min(rate_mg_per_min: float, concentration_mg_per_ml: float) -> float:
    """A dose rate as a pump's rate. Raises ZeroDivisionError for a bag without drug."""
    return rate_mg_per_min * 60.0 / concentration_mg_per_ml


def mg_per_min_from_mg_per_kg_per_h(rate_mg_per_kg_per_h: float, weight_kg: float) -> float:
    """A weight-based dose rate as it runs."""
    return rate_mg_per_kg_per_h * weight_kg / 60.0


def mg_base_from_mg_hydrochloride(salt_mg: float) -> float:
    """Ketamine base in an amount of its hydrochloride (0.867)."""
    return salt_mg * KETAMINE_G_PER_MOL / KETAMINE_HYDROCHLORIDE_G_PER_MOL


def ketamine_ng_per_ml_from_nmol_per_ml(level_nmol_per_ml: float) -> float:
    """Ketamine: 1 nmol/mL is 237.73 ng/mL."""
    return level_nmol_per_ml * KETAMINE_G_PER_MOL


def norketamine_ng_per_ml_from_nmol_per_ml(level_nmol_per_ml: float) -> float:
    """Norketamine: 1 nmol/mL is 223.70 ng/mL."""
    return level_nmol_per_ml * NORKETAMINE_G_PER_MOL
