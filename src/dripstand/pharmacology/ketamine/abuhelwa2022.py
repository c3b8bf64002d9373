"""Abuhelwa 2022: racemate in patients with refractory depression. A doubtful transcription, for comparison only.

Source: Abuhelwa AY, et al. Clin Pharmacol Ther 2022, doi:10.1002/cpt.2640, design read in the abstract [A]; numbers
from one program [T, one source]. Run against independent venous data they are 50 % too high, so the transcription is
doubtful until the paper (open access, PMC9540482) has been read.
"""

from __future__ import annotations

from ..model import Citation, Model
from ..person import Studied
from .shared import NO_VARIANCES, AllometricMammillary, table

V1_L, V2_L, CL_L_PER_MIN, Q_L_PER_H = 79.3, 87.4, 1.16, 121.0

MODEL = Model(
    name="abuhelwa2022",
    title="Abuhelwa 2022 (venous, transcription doubtful)",
    citations=(Citation("Abuhelwa AY, et al. Clin Pharmacol Ther 2022.", "10.1002/cpt.2640"),),
    population="21 patients with treatment-refractory depression",
    studied=Studied(
        "21 patients with treatment-refractory depression",
        None,
        None,
        ("F", "M"),
        max_s_dose_mg=0.5 * 0.5 * 70.0,
        beyond=("transcription doubtful (50 % above independent venous data)",),
    ),
    matrix="venous plasma",
    use="comparison only",
    drugs=("racemic",),
    fitted_to="racemic ketamine",
    dose_studied="0.1-0.5 mg/kg IV, subcutaneous or intramuscular",
    enantiomer_halves=False,
    parameters=table(
        "Abuhelwa 2022, by way of one program, doubtful",
        "T",
        V1=(V1_L, "L/70 kg"),
        V2=(V2_L, "L/70 kg"),
        CL=(CL_L_PER_MIN, "L/min/70 kg"),
        Q=(Q_L_PER_H, "L/h/70 kg"),
    ),
    individuals=AllometricMammillary(V1_L, CL_L_PER_MIN, ((V2_L, Q_L_PER_H / 60.0),), None),
    between_subject=None,
    between_subject_statement=NO_VARIANCES,
)
