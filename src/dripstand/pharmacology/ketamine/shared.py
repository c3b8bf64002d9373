"""Numbers, citations and scalings that several model files share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..disposition import Disposition, FloatArray, Parent, Peripheral
from ..effect_site import KE0_PER_MIN
from ..model import Citation, Sourced, Verified
from ..person import Person

KETAMINE_G_PER_MOL = 237.73
NORKETAMINE_G_PER_MOL = 223.70
"""Molar masses of the free bases. Source: pharmacology facts 2.9."""

REFERENCE_WEIGHT_KG = 70.0

OLOFSEN_2022 = Citation(
    "Olofsen E, Kamp J, Henthorn TK, et al. Ketamine psychedelic and antinociceptive effects are connected. "
    "Anesthesiology 2022;136:792.",
    "10.1097/ALN.0000000000004176",
)

SIMONS_2022_PART_2 = Citation(
    "Simons P, Olofsen E, van Velzen M, et al. S-ketamine oral thin film, part 2: population pharmacodynamics. "
    "Front Pain Res 2022;3:946487.",
    "10.3389/fpain.2022.946487",
)

NO_VARIANCES = "No between-subject variances were published or found: a typical curve only, no band."

EFFECT_SITE = Sourced(
    "effect-site ke0 (t1/2 8.3 min, CI 5.1-13.0)", KE0_PER_MIN, "1/min", "Olofsen 2022, abstract", "A"
)


def scale_of(person: Person) -> tuple[float, float]:
    """(volumes, clearances) against 70 kg: weight/70, and its power 0.75."""
    scale = person.weight_kg / REFERENCE_WEIGHT_KG
    return scale, scale**0.75


@dataclass(frozen=True, slots=True)
class AllometricMammillary:
    """Parent compartments at 70 kg, volumes x s and clearances x s^0.75. L and L/min."""

    v1_l: float
    cl_l_per_min: float
    peripherals: tuple[tuple[float, float], ...]
    ke0_per_min: float | None

    def __call__(self, person: Person, eta: Mapping[str, FloatArray | float]) -> Disposition:
        volumes, flows = scale_of(person)
        sides = tuple(Peripheral(v_l * volumes, q_l_per_min * flows) for v_l, q_l_per_min in self.peripherals)
        return Disposition(Parent(self.v1_l * volumes, self.cl_l_per_min * flows, sides), self.ke0_per_min)


@dataclass(frozen=True, slots=True)
class PerKilogramRates:
    """Central volume per kg and rate constants per min: every clearance grows with weight itself."""

    v1_l_per_kg: float
    k10_per_min: float
    exchange_per_min: tuple[tuple[float, float], ...]

    def __call__(self, person: Person, eta: Mapping[str, FloatArray | float]) -> Disposition:
        v1_l = self.v1_l_per_kg * person.weight_kg
        sides = tuple(Peripheral(v1_l * out / back, v1_l * out) for out, back in self.exchange_per_min)
        return Disposition(Parent(v1_l, v1_l * self.k10_per_min, sides))


def table(source: str, verified: Verified, **numbers: tuple[float, str]) -> tuple[Sourced, ...]:
    """Several numbers of one table."""
    return tuple(Sourced(name, value, unit, source, verified) for name, (value, unit) in numbers.items())
