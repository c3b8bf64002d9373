"""Kamp 2020, two compartments: racemate and esketamine in healthy men, arterial.

Source: Kamp J, Jonkman K, van Velzen M, et al. Br J Anaesth 2020;125:750, doi:10.1016/j.bja.2020.06.067; parameters
as one simulator uses them [T], which reproduce curves digitised from the paper's figure 1 with a median absolute
error of 2.7 % [R]. Sampling stopped at 5 h: volume and terminal half-life are too small for later times.
"""

from __future__ import annotations

from ..effect_site import KE0_PER_MIN
from ..model import Citation, Model
from ..person import Studied
from .shared import EFFECT_SITE, NO_VARIANCES, OLOFSEN_2022, AllometricMammillary, table

V1_L, V2_L = 25.8, 115.0
CL_L_PER_MIN, Q_L_PER_MIN = 1.78, 2.1

MODEL = Model(
    name="kamp2020_two_compartment",
    title="Kamp 2020, two compartments (arterial)",
    citations=(
        Citation(
            "Kamp J, Jonkman K, van Velzen M, et al. Pharmacokinetics of ketamine and its major metabolites "
            "norketamine, hydroxynorketamine, and dehydronorketamine: a model-based analysis. "
            "Br J Anaesth 2020;125:750.",
            "10.1016/j.bja.2020.06.067",
        ),
        OLOFSEN_2022,
    ),
    population="17-20 healthy men; not patients with depression",
    # Esketamine 0.57 mg/kg/h, the study's highest step, at 70 kg; as much S-ketamine as its racemate arm had.
    studied=Studied(
        "17-20 healthy men",
        None,
        None,
        ("M",),
        max_s_rate_mg_per_min=0.57 * 70.0 / 60.0,
        max_s_dose_mg=(0.14 + 0.28 + 0.57) * 70.0,
        until_h=5.0,
    ),
    matrix="arterial plasma",
    use="secondary",
    drugs=("racemic", "esketamine"),
    fitted_to="racemate and esketamine",
    dose_studied="three 1-h steps: racemate 0.28, 0.57, 1.14 mg/kg/h; esketamine half of that",
    enantiomer_halves=False,
    parameters=(
        *table(
            "Kamp 2020, as used by one simulator",
            "R",
            V1=(V1_L, "L/70 kg"),
            V2=(V2_L, "L/70 kg"),
            CL=(CL_L_PER_MIN, "L/min/70 kg"),
            Q=(Q_L_PER_MIN, "L/min/70 kg"),
        ),
        EFFECT_SITE,
    ),
    individuals=AllometricMammillary(V1_L, CL_L_PER_MIN, ((V2_L, Q_L_PER_MIN),), KE0_PER_MIN),
    between_subject=None,
    between_subject_statement=NO_VARIANCES,
    notes=("Not for times after 5 h: at 8 h it gives a third of what Hasan 2021 observed.",),
)
