"""Simons 2022: S-ketamine and norketamine in healthy volunteers, arterial. The default model.

Source of the numbers: Simons P, Olofsen E, van Velzen M, et al. S-ketamine oral thin film, part 1: population
pharmacokinetics. Front Pain Res 2022;3:946486, doi:10.3389/fpain.2022.946486, parameter table, read in a public
transcription [T]. Values are at 70 kg; the paper prints no exponents, so volumes x s and clearances x s^0.75
(s = weight/70) are our assumption. Hydroxynorketamine, which the paper also models (fraction 0.70 of norketamine,
delay 1.12 min, V 4.4 and 87.5 L, CL 0.933, Q 1.70 L/min), is not predicted here: nothing at the chair uses it.
Residual error (parent proportional, SD 11 %; norketamine 10.2 % + 0.058 nmol/mL) is not in the band.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ..disposition import Disposition, FloatArray, Metabolite, Parent, Peripheral, Transit
from ..effect_site import KE0_PER_MIN
from ..model import BetweenSubject, Citation, Model, Sourced
from ..person import Person, Studied
from .shared import EFFECT_SITE, KETAMINE_G_PER_MOL, NORKETAMINE_G_PER_MOL, OLOFSEN_2022, scale_of

V1_L, V2_L, V3_L = 11.6, 39.0, 174.0
CL_L_PER_MIN, Q2_L_PER_MIN, Q3_L_PER_MIN = 1.48, 2.43, 1.21
NORKETAMINE_FRACTION = 0.80
NORKETAMINE_DELAY_MIN = 20.1
NORKETAMINE_DELAY_STEPS = 2
NORKETAMINE_V2_L = 221.0
NORKETAMINE_CL_L_PER_MIN, NORKETAMINE_Q_L_PER_MIN = 1.00, 2.63
NORKETAMINE_MASS_RATIO = NORKETAMINE_G_PER_MOL / KETAMINE_G_PER_MOL

OMEGA2 = {"v1": 0.057, "cl": 0.029, "q3": 0.026, "norketamine_delay": 0.021, "norketamine_cl": 0.050}


def individuals(person: Person, eta: Mapping[str, FloatArray | float]) -> Disposition:
    """Parameters for one person's weight. eta: log-scale deviations by name, 0 for the typical person."""
    scale, flow_scale = scale_of(person)
    v1_l = V1_L * scale * np.exp(eta["v1"])
    delay_min = NORKETAMINE_DELAY_MIN * np.exp(eta["norketamine_delay"])
    return Disposition(
        parent=Parent(
            v1_l=v1_l,
            cl_l_per_min=CL_L_PER_MIN * flow_scale * np.exp(eta["cl"]),
            peripherals=(
                Peripheral(V2_L * scale, Q2_L_PER_MIN * flow_scale),
                Peripheral(V3_L * scale, Q3_L_PER_MIN * flow_scale * np.exp(eta["q3"])),
            ),
        ),
        ke0_per_min=KE0_PER_MIN,
        metabolite=Metabolite(
            v1_l=v1_l,
            cl_l_per_min=NORKETAMINE_CL_L_PER_MIN * flow_scale * np.exp(eta["norketamine_cl"]),
            peripherals=(Peripheral(NORKETAMINE_V2_L * scale, NORKETAMINE_Q_L_PER_MIN * flow_scale),),
            formed_fraction=NORKETAMINE_FRACTION,
            mass_ratio=NORKETAMINE_MASS_RATIO,
            transit=Transit(NORKETAMINE_DELAY_STEPS, NORKETAMINE_DELAY_STEPS / delay_min),
        ),
    )


_TABLE = "Simons 2022, population parameter table"

MODEL = Model(
    name="simons2022",
    title="Simons 2022 (arterial)",
    citations=(
        Citation(
            "Simons P, Olofsen E, van Velzen M, et al. S-ketamine oral thin film, part 1: population "
            "pharmacokinetics of S-ketamine, S-norketamine and S-hydroxynorketamine. Front Pain Res 2022;3:946486.",
            "10.3389/fpain.2022.946486",
        ),
        OLOFSEN_2022,
    ),
    population="20 healthy volunteers, half women, 19-32 years, 53-93 kg; not patients with depression",
    studied=Studied(
        text="20 healthy volunteers, half women, 19-32 years, 53-93 kg",
        weight_kg=(53.0, 93.0),
        age_y=(19.0, 32.0),
        sexes=("F", "M"),
        max_s_rate_mg_per_min=1.0,
        max_s_dose_mg=20.0,
    ),
    matrix="arterial plasma",
    use="default",
    drugs=("racemic", "esketamine"),
    fitted_to="S-ketamine",
    dose_studied="S-ketamine 20 mg IV over 20 min (60 mg/h), and oral film 50 and 100 mg",
    enantiomer_halves=True,
    parameters=(
        Sourced("V1", V1_L, "L/70 kg", _TABLE, "T"),
        Sourced("V2", V2_L, "L/70 kg", _TABLE, "T"),
        Sourced("V3", V3_L, "L/70 kg", _TABLE, "T"),
        Sourced("CL", CL_L_PER_MIN, "L/min/70 kg", _TABLE, "T"),
        Sourced("Q2", Q2_L_PER_MIN, "L/min/70 kg", _TABLE, "T"),
        Sourced("Q3", Q3_L_PER_MIN, "L/min/70 kg", _TABLE, "T"),
        Sourced("norketamine fraction formed (fixed)", NORKETAMINE_FRACTION, "1", _TABLE, "T"),
        Sourced("norketamine delay, two steps, total mean", NORKETAMINE_DELAY_MIN, "min", _TABLE, "T"),
        Sourced("norketamine V2 (V1 is the parent's)", NORKETAMINE_V2_L, "L/70 kg", _TABLE, "T"),
        Sourced("norketamine CL", NORKETAMINE_CL_L_PER_MIN, "L/min/70 kg", _TABLE, "T"),
        Sourced("norketamine Q", NORKETAMINE_Q_L_PER_MIN, "L/min/70 kg", _TABLE, "T"),
        Sourced("molar mass ratio norketamine/ketamine", NORKETAMINE_MASS_RATIO, "1", "molar masses", "T"),
        Sourced("omega squared V1 (shared with norketamine V1)", OMEGA2["v1"], "1", _TABLE, "T"),
        Sourced("omega squared CL", OMEGA2["cl"], "1", _TABLE, "T"),
        Sourced("omega squared Q3", OMEGA2["q3"], "1", _TABLE, "T"),
        Sourced("omega squared norketamine delay", OMEGA2["norketamine_delay"], "1", _TABLE, "T"),
        Sourced("omega squared norketamine CL", OMEGA2["norketamine_cl"], "1", _TABLE, "T"),
        EFFECT_SITE,
    ),
    individuals=individuals,
    between_subject=BetweenSubject(
        names=tuple(OMEGA2),
        covariance=tuple(tuple(value if row == column else 0.0 for column in OMEGA2) for row, value in OMEGA2.items()),
        statement="lognormal, diagonal",
    ),
    between_subject_statement=(
        "Between-subject variability of V1, CL, Q3, norketamine delay and clearance as published, at this weight; "
        "not in the band: residual error, the delay of the effect site, uncertainty of the parameters, "
        "and differences by disease, age, sex or other medicines."
    ),
    notes=(
        "Racemate is run as two equal enantiomer halves; R-ketamine may be cleared up to 14 % more slowly "
        "(Wang 2019), so late totals may be up to a tenth low.",
        "Norketamine comes out 25-30 % below the data of Kamp 2020.",
        "Run on the esketamine arm of Kamp 2020 it is 9 % high (median).",
    ),
    guesses=(
        "Weight exponents 1 (volumes) and 0.75 (clearances): not printed in the paper, assumed.",
        "A racemate's R half has the S half's parameters, and the same deviations in one person.",
        "Between-occasion variance of the norketamine delay (0.751, row uncertain in the source) is left out.",
    ),
)
