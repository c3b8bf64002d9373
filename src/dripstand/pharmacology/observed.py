"""Published concentrations that a model can be held against, each with its source and how it was read.

Values are ng/mL as in pharmacology facts 3, "Observed, to validate against". Means of groups: the people's own weights
are not known, 70 kg is assumed throughout. [A] read in the paper, [T] in a transcription or digitised by others,
[M] from memory, unverified, the clinic must confirm.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from .model import Verified
from .person import Drug
from .rate_steps import RateStep

WEIGHT_KG = 70.0

Site = Literal["arterial", "venous", "site not known"]


@dataclass(frozen=True, slots=True)
class Observed:
    """One data set. values_ng_per_ml[i] at times_min[i]; left_out: minutes that are no fair test, with the reason."""

    name: str
    title: str
    drug: Drug
    site: Site
    what: Literal["ketamine", "norketamine"]
    steps: tuple[RateStep, ...]
    times_min: tuple[float, ...]
    values_ng_per_ml: tuple[float, ...]
    people_count: str
    source: str
    verified: Verified
    left_out_min: tuple[float, ...] = ()
    left_out_why: str = ""


def _hourly(*mg_per_kg_per_h: float) -> tuple[RateStep, ...]:
    steps = [RateStep(3600.0 * i, rate * WEIGHT_KG / 60.0) for i, rate in enumerate(mg_per_kg_per_h)]
    return (*steps, RateStep(3600.0 * len(steps), 0.0))


def _over(minutes: float, dose_mg: float) -> tuple[RateStep, ...]:
    return (RateStep(0.0, dose_mg / minutes), RateStep(minutes * 60.0, 0.0))


_KAMP = "Kamp 2020, Br J Anaesth 125:750, figure 1, digitised by others"
_HASAN = "Hasan 2021, Anesthesiology 135:326, figure 1, digitised by others"
_FAULT = "a digitising fault: the pump doubled its rate at that minute and the vertical step was read as a value"

KAMP_RACEMATE = Observed(
    "kamp_racemate", "Kamp 2020, racemate 0.28/0.57/1.14 mg/kg/h, arterial", "racemic", "arterial", "ketamine",
    _hourly(0.28, 0.57, 1.14),
    (15, 30, 45, 60, 90, 100, 120, 150, 180, 190, 210, 240, 300),
    (62, 96, 109, 158, 217, 245, 266, 467, 522, 282, 207, 166, 123),
    "17-20", _KAMP, "T", (60.0,), _FAULT,
)  # fmt: skip

KAMP_NORKETAMINE = Observed(
    "kamp_norketamine", "Kamp 2020, norketamine in the same, arterial", "racemic", "arterial", "norketamine",
    _hourly(0.28, 0.57, 1.14),
    (60, 120, 180, 190, 240, 300),
    (56, 146, 310, 326, 282, 254),
    "17-20", _KAMP, "T",
)  # fmt: skip

KAMP_ESKETAMINE = Observed(
    "kamp_esketamine", "Kamp 2020, esketamine 0.14/0.28/0.57 mg/kg/h, arterial", "esketamine", "arterial", "ketamine",
    _hourly(0.14, 0.28, 0.57),
    (15, 30, 45, 90, 100, 120, 150, 180, 190, 210, 240, 300),
    (30, 45, 53, 104, 114, 127, 217, 246, 126, 98, 78, 57),
    "17-20", _KAMP, "T",
)  # fmt: skip

HASAN = Observed(
    "hasan", "Hasan 2021, racemate 5 mg over 30 min, venous", "racemic", "venous", "ketamine",
    _over(30.0, 5.0),
    (30, 60, 120, 240, 360, 480, 720),
    (32.1, 13.0, 6.8, 3.5, 1.84, 1.08, 0.79),
    "15", _HASAN, "T",
)  # fmt: skip

QUICK_10_MG = Observed(
    "quick_10_mg", "10 mg racemate in 1 min (assumed), 2 min after its end", "racemic", "site not known", "ketamine",
    _over(1.0, 10.0), (3.0,), (296,), "9", "Pharmacotherapy 2022;42:298, doi:10.1002/phar.2669, table 6", "A",
)  # fmt: skip

SIMONS_THESIS = Observed(
    "simons_own", "Simons 2024 thesis, S-ketamine 20 mg over 20 min, arterial, two visits", "esketamine", "arterial",
    "ketamine", _over(20.0, 20.0), (20.0, 20.0), (273, 260), "20", "Simons thesis 2024, chapter 2", "A",
)  # fmt: skip

ZARATE_2006 = Observed(
    "zarate_2006", "Zarate 2006, 0.5 mg/kg over 40 min, venous, end", "racemic", "venous", "ketamine",
    _over(40.0, 35.0), (40.0,), (185,), "18", "Zanos 2018, Pharmacol Rev 70:621, table 1", "T",
)  # fmt: skip

ZHAO_2012 = Observed(
    "zhao_2012", "Zhao 2012, 0.5 mg/kg over 40 min, venous (204, SD 88)", "racemic", "venous", "ketamine",
    _over(40.0, 35.0), (40.0,), (204,), "9", "from memory, low confidence", "M",
)  # fmt: skip

IDVALL_1979 = Observed(
    "idvall_1979", "Idvall 1979, anaesthesia kept at 41 microgram/kg/min, taken as steady", "racemic",
    "site not known", "ketamine",
    (RateStep(0.0, 0.041 * WEIGHT_KG),), (30.0 * 1440.0,), (2210,), "31", "doi:10.1093/bja/51.12.1167", "A",
)  # fmt: skip

KRYSTAL_RANGE_NG_PER_ML = (100.0, 250.0)
"""During 0.5 mg/kg over 40 min, venous, n = 19: Krystal 1994, as tabulated by Zanos 2018 [T]; the original gave a
bolus first [M], so it is a range to mention and not one to score."""

DATA_SETS = (
    KAMP_RACEMATE,
    KAMP_ESKETAMINE,
    HASAN,
    KAMP_NORKETAMINE,
    QUICK_10_MG,
    SIMONS_THESIS,
    ZARATE_2006,
    ZHAO_2012,
    IDVALL_1979,
)
