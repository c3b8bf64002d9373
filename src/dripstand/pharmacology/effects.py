"""What concentrations mean, as far as anything published allows. Nothing here may drive a decision.

For a live patient only the zone on the concentration axis. Blood pressure and pulse are for the simulated patient,
marked as ours; scores are invented test data, never a prediction.
Source of every number: pharmacology facts 4.1 and 4.2. All arguments named *_s_* are S-ketamine, ng/mL: half the total
of a racemate, all of an esketamine prediction. R-ketamine contributes nothing (Olofsen 2022; Dahan 2024 disagrees).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from .ketamine.shared import OLOFSEN_2022, SIMONS_2022_PART_2
from .model import Citation
from .person import Drug


@dataclass(frozen=True, slots=True)
class Zone:
    """A level on the effect-site axis with its uncertainty, ng/mL; a level, not a score.

    unlikely_below and likely_above are where the curve has a tenth and nine tenths of its effect; each is itself
    uncertain, by a quarter either way for dissociation and by far more for the drug high, whose exponent is ours.
    """

    drug: Drug
    level_ng_per_ml: float
    low_ng_per_ml: float
    high_ng_per_ml: float
    unlikely_below_ng_per_ml: float
    likely_above_ng_per_ml: float
    label: str
    people: str
    uncertainty: str
    citation: Citation

    def in_words(self) -> str:
        """The level, its range and the people, for a legend."""
        return (
            f"{self.label}: effect site {self.level_ng_per_ml:g} ({self.low_ng_per_ml:g}-{self.high_ng_per_ml:g}) "
            f"ng/mL, {self.people}"
        )


_PEOPLE = "healthy men in their twenties"
_UNCERTAINTY = "95 % confidence interval of the mean level; the spread between people was not published"

DISSOCIATION_ZONE: Mapping[Drug, Zone] = MappingProxyType(
    {
        "racemic": Zone(
            "racemic",
            242.0,
            181.0,
            314.0,
            160.0,
            365.0,
            "half of volunteers' perceptual change",
            _PEOPLE,
            _UNCERTAINTY,
            OLOFSEN_2022,
        ),
        "esketamine": Zone(
            "esketamine",
            121.0,
            90.0,
            157.0,
            80.0,
            183.0,
            "half of volunteers' perceptual change",
            _PEOPLE,
            _UNCERTAINTY,
            OLOFSEN_2022,
        ),
    }
)
"""S-ketamine C50 0.51 nmol/mL (95 % CI 0.38-0.66), Olofsen 2022 abstract [A], twice that as total racemate."""

_DRUG_HIGH_PEOPLE = "20 healthy volunteers, after oral film"
_DRUG_HIGH_UNCERTAINTY = (
    "no confidence interval was retrieved: the range is only that of the printed digit, 0.25-0.35 nmol/mL; the delay "
    "is borrowed, and where a tenth and nine tenths lie rests on an exponent that is ours"
)

DRUG_HIGH_ZONE: Mapping[Drug, Zone] = MappingProxyType(
    {
        "racemic": Zone(
            "racemic",
            143.0,
            119.0,
            166.0,
            33.0,
            617.0,
            "half of volunteers' drug high",
            _DRUG_HIGH_PEOPLE,
            _DRUG_HIGH_UNCERTAINTY,
            SIMONS_2022_PART_2,
        ),
        "esketamine": Zone(
            "esketamine",
            71.0,
            59.0,
            83.0,
            16.0,
            307.0,
            "half of volunteers' drug high",
            _DRUG_HIGH_PEOPLE,
            _DRUG_HIGH_UNCERTAINTY,
            SIMONS_2022_PART_2,
        ),
    }
)
"""S-ketamine C50 0.3 nmol/mL, Simons 2022 part 2 [A], twice that as total racemate. The tenth and nine tenths follow
from our exponent 1.5; with 1 or 2, both possible, they lie at 8 and 639, or 24 and 213, ng/mL S-ketamine."""

ZONES: tuple[Mapping[Drug, Zone], ...] = (DRUG_HIGH_ZONE, DISSOCIATION_ZONE)
"""Every zone that may be shown on the effect-site axis, the lower level first."""

DISSOCIATION_C50_S_NG_PER_ML = 121.0
DISSOCIATION_EXPONENT = 5.33
"""Olofsen 2022, by way of two programs [T]."""

DRUG_HIGH_C50_S_NG_PER_ML = 71.0
"""Simons 2022 part 2, doi:10.3389/fpain.2022.946487 [A]."""
DRUG_HIGH_EXPONENT = 1.5
"""Ours: 1.5 stays inside Bowdle's 37-89 % at 200 ng/mL total. Listed in the assumptions."""

SYSTOLIC_MOST_MMHG, DIASTOLIC_MOST_MMHG, PRESSURE_HALF_S_NG_PER_ML = 36.0, 25.2, 364.0
"""Ours, not published: drawn through two points, the middle of the clinics and Långsjö 2005. Simulator only."""

PULSE_RISE_PER_MIN_PER_S_NG_PER_ML = 0.0143
"""Ours, not published: one line through the clinics' +1.9 and Långsjö's +44 %. Simulator only."""


def share_of_s(drug: Drug) -> float:
    """How much of a predicted concentration is S-ketamine."""
    return 0.5 if drug == "racemic" else 1.0


def dissociation_fraction(mind_site_s_ng_per_ml: float) -> float:
    """External perception, share of the person's own maximum, 0 to 1. Published C50 and delay; for tests and docs."""
    return _sigmoid(mind_site_s_ng_per_ml, DISSOCIATION_C50_S_NG_PER_ML, DISSOCIATION_EXPONENT)


def drug_high_score(mind_site_s_ng_per_ml: float) -> float:
    """ "Drug high", 0 to 10: published C50, our exponent (1 to 2 possible), borrowed delay."""
    return 10.0 * _sigmoid(mind_site_s_ng_per_ml, DRUG_HIGH_C50_S_NG_PER_ML, DRUG_HIGH_EXPONENT)


def systolic_rise_mmhg(heart_site_s_ng_per_ml: float) -> float:
    """Typical systolic rise of the simulated patient, mmHg. Ours."""
    return SYSTOLIC_MOST_MMHG * _sigmoid(heart_site_s_ng_per_ml, PRESSURE_HALF_S_NG_PER_ML, 1.0)


def diastolic_rise_mmhg(heart_site_s_ng_per_ml: float) -> float:
    """Typical diastolic rise of the simulated patient, mmHg. Ours."""
    return DIASTOLIC_MOST_MMHG * _sigmoid(heart_site_s_ng_per_ml, PRESSURE_HALF_S_NG_PER_ML, 1.0)


def pulse_rise_per_min(heart_site_s_ng_per_ml: float) -> float:
    """Typical pulse rise of the simulated patient, /min. Ours."""
    return PULSE_RISE_PER_MIN_PER_S_NG_PER_ML * max(0.0, heart_site_s_ng_per_ml)


def cardiac_output_l_per_min(heart_site_s_ng_per_ml: float, slow_norketamine_s_ng_per_ml: float) -> float:
    """Typical cardiac output, L/min: 6.8 at rest, up with S-ketamine, down with S-norketamine (t1/2 29.3 min).

    Kamp 2021 [T]: one automatic extraction that its own checks rejected, and our reading of how the terms add.
    Right to a factor of two. Simulator only; unverified, the clinic must confirm.
    """
    return 6.8 * (1.0 + 0.25 * heart_site_s_ng_per_ml / 399.0 - 0.25 * slow_norketamine_s_ng_per_ml / 151.0)


def _sigmoid(level: float, half: float, exponent: float) -> float:
    if level <= 0.0:
        return 0.0
    return 1.0 / (1.0 + math.pow(half / level, exponent))
