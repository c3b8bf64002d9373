"""Kamp 2020, meta-analysis: three compartments from 18 studies, arterial and venous mixed.

Source: Kamp J, Olofsen E, Henthorn TK, et al. Anesthesiology 2020;133:1192, doi:10.1097/ALN.0000000000003577;
volume 252 L/70 kg (95 % CI 200-304) and clearance 79 L/h (69-90) from the abstract [A]; the compartments as one
program transcribed them from table 2 [T, one source]. Its curve lies between an arterial and a venous one: a
compromise, labelled as such, that may not drive an arterial effect site.
"""

from __future__ import annotations

from ..model import Citation, Model
from ..person import Studied
from .shared import NO_VARIANCES, AllometricMammillary, table

V1_L, V2_L, V3_L = 25.0, 56.0, 157.0
CL_L_PER_H, Q2_L_PER_H, Q3_L_PER_H = 84.0, 161.0, 79.0

MODEL = Model(
    name="kamp2020_meta_analysis",
    title="Kamp 2020, meta-analysis (arterial and venous mixed)",
    citations=(
        Citation(
            "Kamp J, Olofsen E, Henthorn TK, et al. Ketamine pharmacokinetics: a systematic review of the "
            "literature, meta-analysis, and population analysis. Anesthesiology 2020;133:1192.",
            "10.1097/ALN.0000000000003577",
        ),
    ),
    population="18 studies pooled: volunteers and patients, no covariate effect found",
    studied=Studied("18 studies pooled", None, None, ("F", "M")),
    matrix="mixed arterial and venous",
    use="secondary",
    drugs=("racemic", "esketamine"),
    fitted_to="racemate and S-ketamine, pooled",
    dose_studied="18 studies, many regimens",
    enantiomer_halves=False,
    parameters=table(
        "Kamp 2020 meta-analysis, table 2, one transcription",
        "T",
        V1=(V1_L, "L/70 kg"),
        V2=(V2_L, "L/70 kg"),
        V3=(V3_L, "L/70 kg"),
        CL=(CL_L_PER_H, "L/h/70 kg"),
        Q2=(Q2_L_PER_H, "L/h/70 kg"),
        Q3=(Q3_L_PER_H, "L/h/70 kg"),
    ),
    individuals=AllometricMammillary(
        V1_L, CL_L_PER_H / 60.0, ((V2_L, Q2_L_PER_H / 60.0), (V3_L, Q3_L_PER_H / 60.0)), None
    ),
    between_subject=None,
    between_subject_statement=NO_VARIANCES,
    notes=("Pools arterial and venous studies: a compromise between the two, not either.",),
)
