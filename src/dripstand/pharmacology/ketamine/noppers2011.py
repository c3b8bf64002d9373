"""Noppers 2011: S-ketamine in healthy volunteers, arterial. A second opinion on the arterial curve, without a band.

Source: Noppers I, Olofsen E, Niesters M, et al. Anesthesiology 2011;114:1435, design read in the abstract [A];
placebo-arm values at 70 kg as one program transcribed them from table 2 [T, one source]; the scaling is the paper's
own by that account. Variances and norketamine were not retrieved.
"""

from __future__ import annotations

from ..effect_site import KE0_PER_MIN
from ..model import Citation, Model
from ..person import Studied
from .shared import EFFECT_SITE, NO_VARIANCES, OLOFSEN_2022, AllometricMammillary, table

V1_L, V2_L, V3_L = 17.0, 28.3, 147.0
CL_L_PER_H, Q2_L_PER_H, Q3_L_PER_H = 93.5, 127.0, 91.9

MODEL = Model(
    name="noppers2011",
    title="Noppers 2011 (arterial)",
    citations=(
        Citation(
            "Noppers I, Olofsen E, Niesters M, et al. Effect of rifampicin on S-ketamine and S-norketamine plasma "
            "concentrations in healthy volunteers after intravenous S-ketamine administration. "
            "Anesthesiology 2011;114:1435."
        ),
        OLOFSEN_2022,
    ),
    population="10 + 10 healthy men; not patients with depression",
    studied=Studied("10 + 10 healthy men", None, None, ("M",), max_s_rate_mg_per_min=40.0 / 60.0, max_s_dose_mg=80.0),
    matrix="arterial plasma",
    use="secondary",
    drugs=("racemic", "esketamine"),
    fitted_to="S-ketamine",
    dose_studied="S-ketamine 20 or 40 mg/70 kg/h IV for 2 h",
    enantiomer_halves=True,
    parameters=(
        *table(
            "Noppers 2011, table 2, placebo arm, one transcription",
            "T",
            V1=(V1_L, "L/70 kg"),
            V2=(V2_L, "L/70 kg"),
            V3=(V3_L, "L/70 kg"),
            CL=(CL_L_PER_H, "L/h/70 kg"),
            Q2=(Q2_L_PER_H, "L/h/70 kg"),
            Q3=(Q3_L_PER_H, "L/h/70 kg"),
        ),
        EFFECT_SITE,
    ),
    individuals=AllometricMammillary(
        V1_L, CL_L_PER_H / 60.0, ((V2_L, Q2_L_PER_H / 60.0), (V3_L, Q3_L_PER_H / 60.0)), KE0_PER_MIN
    ),
    between_subject=None,
    between_subject_statement=NO_VARIANCES,
    notes=("Within 10 % of Simons 2022 from 10 min to 4 h; rests on a single transcription.",),
    guesses=("A racemate's R half has the S half's parameters.",),
)
