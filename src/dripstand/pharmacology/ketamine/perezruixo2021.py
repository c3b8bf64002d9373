"""Perez-Ruixo 2021: esketamine, mostly nasal, with a liver compartment. For comparison only.

Source: Perez-Ruixo C, Rossenu S, Zannikos P, et al. Clin Pharmacokinet 2021;60:501, doi:10.1007/s40262-020-00953-4
[T; A for CL 114 L/h and Vss 752 L]. 820 people, 564 with depression. Its printed equations have misprints and its
norketamine AUC is 1.4-1.5 times the paper's own table. During an intravenous infusion it predicts about half of what
is seen in arterial plasma. Printed coefficients of variation are read as those of lognormal parameters (assumed).
No effect of weight. Asian people (kel x 0.36, norketamine CL x 0.81) are not distinguished here.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from ..disposition import Disposition, FloatArray, Liver, Metabolite, Parent, Peripheral
from ..model import BetweenSubject, Citation, Model
from ..person import Person, Studied
from .shared import table

VC_L, VP1_L, Q1_L_PER_H, VP2_L, Q2_L_PER_H = 192.0, 143.0, 84.3, 417.0, 37.6
QH_L_PER_H, QH_FALL_L_PER_H_PER_YEAR, QH_FALLS_ABOVE_AGE_Y = 151.0, 2.19, 60.0
VH_L, KEL_PER_H, KMET_PER_H = 101.0, 1.11, 2.77
NORKETAMINE_V_L, NORKETAMINE_CL_L_PER_H = 70.0, 38.0
NORKETAMINE_VP_L, NORKETAMINE_Q_L_PER_H = 115.0, 26.1

CV = {
    "vc": 0.275,
    "vp1": 0.493,
    "qh": 0.232,
    "vh": 0.346,
    "kel": 1.20,
    "norketamine_v": 0.316,
    "norketamine_cl": 0.254,
}


def individuals(person: Person, eta: Mapping[str, FloatArray | float]) -> Disposition:
    """Parameters for one person's age; an unknown age is taken as 60 or younger."""
    years_above = max(0.0, (person.age_y or 0.0) - QH_FALLS_ABOVE_AGE_Y)
    qh_l_per_h = QH_L_PER_H - QH_FALL_L_PER_H_PER_YEAR * years_above
    return Disposition(
        parent=Parent(
            v1_l=VC_L * np.exp(eta["vc"]),
            cl_l_per_min=0.0,
            peripherals=(
                Peripheral(VP1_L * np.exp(eta["vp1"]), Q1_L_PER_H / 60.0),
                Peripheral(VP2_L, Q2_L_PER_H / 60.0),
            ),
        ),
        liver=Liver(
            qh_l_per_min=qh_l_per_h / 60.0 * np.exp(eta["qh"]),
            vh_l=VH_L * np.exp(eta["vh"]),
            kel_per_min=KEL_PER_H / 60.0 * np.exp(eta["kel"]),
            kmet_per_min=KMET_PER_H / 60.0,
        ),
        metabolite=Metabolite(
            v1_l=NORKETAMINE_V_L * np.exp(eta["norketamine_v"]),
            cl_l_per_min=NORKETAMINE_CL_L_PER_H / 60.0 * np.exp(eta["norketamine_cl"]),
            peripherals=(Peripheral(NORKETAMINE_VP_L, NORKETAMINE_Q_L_PER_H / 60.0),),
        ),
    )


MODEL = Model(
    name="perezruixo2021",
    title="Perez-Ruixo 2021 (mostly nasal esketamine)",
    citations=(
        Citation(
            "Perez-Ruixo C, Rossenu S, Zannikos P, et al. Population pharmacokinetics of esketamine nasal spray and "
            "its metabolite noresketamine in healthy subjects and patients with treatment-resistant depression. "
            "Clin Pharmacokinet 2021;60:501.",
            "10.1007/s40262-020-00953-4",
        ),
    ),
    population="820 people, 564 with depression; mostly nasal esketamine",
    studied=Studied(
        "820 people, 564 with depression",
        None,
        None,
        ("F", "M"),
        beyond=("intravenous infusion (studied mostly nasal spray; half of what is seen in arterial plasma)",),
    ),
    matrix="venous plasma",
    use="comparison only",
    drugs=("racemic", "esketamine"),
    fitted_to="esketamine",
    dose_studied="nasal, intravenous and oral esketamine",
    enantiomer_halves=True,
    parameters=table(
        "Perez-Ruixo 2021, parameter table, transcribed",
        "T",
        **{
            "Vc": (VC_L, "L"),
            "Vp1": (VP1_L, "L"),
            "Q1": (Q1_L_PER_H, "L/h"),
            "Vp2": (VP2_L, "L"),
            "Q2": (Q2_L_PER_H, "L/h"),
            "Qh": (QH_L_PER_H, "L/h"),
            "Qh fall per year over 60": (QH_FALL_L_PER_H_PER_YEAR, "L/h/year"),
            "Vh": (VH_L, "L"),
            "kel": (KEL_PER_H, "1/h"),
            "kmet": (KMET_PER_H, "1/h"),
            "norketamine V": (NORKETAMINE_V_L, "L"),
            "norketamine CL": (NORKETAMINE_CL_L_PER_H, "L/h"),
            "norketamine Vp": (NORKETAMINE_VP_L, "L"),
            "norketamine Q": (NORKETAMINE_Q_L_PER_H, "L/h"),
            **{f"CV {name}": (value, "1") for name, value in CV.items()},
        },
    ),
    individuals=individuals,
    between_subject=BetweenSubject(
        names=tuple(CV),
        covariance=tuple(
            tuple(math.log1p(value**2) if row == column else 0.0 for column in CV) for row, value in CV.items()
        ),
        statement="lognormal, diagonal, from printed coefficients of variation",
    ),
    between_subject_statement=(
        "Between-subject variability as published (coefficients of variation read as lognormal), no weight effect; "
        "not in the band: residual error (27.6 % and 42.2 %), uncertainty of the parameters, other medicines."
    ),
    guesses=(
        "Printed coefficients of variation are read as those of lognormal parameters.",
        "A racemate's R half has the S half's parameters, and the same deviations in one person.",
    ),
)
