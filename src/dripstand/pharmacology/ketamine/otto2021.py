"""Otto 2021 with the Fanta 2015 parent: S-ketamine and norketamine in healthy volunteers, venous.

Source: Otto ME, Bergmann KR, Jacobs G, van Esdonk MJ. Eur J Clin Pharmacol 2021;77:1181,
doi:10.1007/s00228-021-03104-1 [T, abstract A]; Fanta S et al., ibid. 2015;71:441, doi:10.1007/s00228-015-1826-y
[A for CL 95 L/h/70 kg, rounded, and its 13 % variability; T for the rest, 95.2 included].
V1 and the two clearances of elimination scale with weight, the other four parameters do not. All parent clearance
forms norketamine with no molar-mass correction, because that is how it was fitted. Residual error (parent 23.6 %,
norketamine 14.3 %) is not in the band.
No effect site: the published delay belongs to arterial curves, and this one is venous.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ..disposition import Disposition, FloatArray, Metabolite, Parent, Peripheral
from ..model import BetweenSubject, Citation, Model
from ..person import Person, Studied
from .shared import scale_of, table

V1_L, CL_L_PER_H = 133.0, 95.2
V2_L, Q2_L_PER_H = 187.0, 23.2
V3_L, Q3_L_PER_H = 98.8, 157.0
NORKETAMINE_V1_L, NORKETAMINE_CL_L_PER_H = 98.638, 57.72
NORKETAMINE_V2_L, NORKETAMINE_Q_L_PER_H = 160.04, 42.778

BETWEEN = BetweenSubject(
    names=("v1", "cl", "norketamine_v1", "norketamine_cl"),
    covariance=(
        (0.084177, 0.02261, 0.0, 0.0),
        (0.02261, 0.026048, 0.0, 0.0),
        (0.0, 0.0, 0.040426, 0.04456),
        (0.0, 0.0, 0.04456, 0.10319),
    ),
    statement="lognormal, volume and clearance correlated within parent and within norketamine",
)


def individuals(person: Person, eta: Mapping[str, FloatArray | float]) -> Disposition:
    """Parameters for one person's weight. eta: log-scale deviations by name, 0 for the typical person."""
    volumes, flows = scale_of(person)
    return Disposition(
        parent=Parent(
            v1_l=V1_L * volumes * np.exp(eta["v1"]),
            cl_l_per_min=CL_L_PER_H / 60.0 * flows * np.exp(eta["cl"]),
            peripherals=(Peripheral(V2_L, Q2_L_PER_H / 60.0), Peripheral(V3_L, Q3_L_PER_H / 60.0)),
        ),
        metabolite=Metabolite(
            v1_l=NORKETAMINE_V1_L * volumes * np.exp(eta["norketamine_v1"]),
            cl_l_per_min=NORKETAMINE_CL_L_PER_H / 60.0 * flows * np.exp(eta["norketamine_cl"]),
            peripherals=(Peripheral(NORKETAMINE_V2_L, NORKETAMINE_Q_L_PER_H / 60.0),),
        ),
    )


MODEL = Model(
    name="otto2021",
    title="Otto 2021 with the Fanta 2015 parent (venous)",
    citations=(
        Citation(
            "Otto ME, Bergmann KR, Jacobs G, van Esdonk MJ. Predictive performance of parent-metabolite population "
            "pharmacokinetic models of (S)-ketamine in healthy volunteers. Eur J Clin Pharmacol 2021;77:1181.",
            "10.1007/s00228-021-03104-1",
        ),
        Citation("Fanta S, et al. Eur J Clin Pharmacol 2015;71:441.", "10.1007/s00228-015-1826-y"),
    ),
    population="48 healthy volunteers, mean 23 years, group means 68-71 kg; not patients with depression",
    studied=Studied(
        text="48 healthy volunteers, mean 23 years, group means 68-71 kg; ranges not known here",
        weight_kg=None,
        age_y=None,
        sexes=("F", "M"),
    ),
    matrix="venous plasma",
    use="secondary",
    drugs=("racemic", "esketamine"),
    fitted_to="S-ketamine",
    dose_studied="S-ketamine 10 mg IV over 30 min, and stepped 2-h infusions",
    enantiomer_halves=True,
    parameters=(
        *table(
            "Otto 2021 / Fanta 2015, parameter table",
            "T",
            **{
                "V1": (V1_L, "L/70 kg"),
                "V2 (not scaled)": (V2_L, "L"),
                "Q2 (not scaled)": (Q2_L_PER_H, "L/h"),
                "V3 (not scaled)": (V3_L, "L"),
                "Q3 (not scaled)": (Q3_L_PER_H, "L/h"),
                "norketamine V1": (NORKETAMINE_V1_L, "L/70 kg"),
                "norketamine CL": (NORKETAMINE_CL_L_PER_H, "L/h/70 kg"),
                "norketamine V2 (not scaled)": (NORKETAMINE_V2_L, "L"),
                "norketamine Q (not scaled)": (NORKETAMINE_Q_L_PER_H, "L/h"),
                "omega squared V1": (0.084177, "1"),
                "omega squared CL": (0.026048, "1"),
                "covariance V1, CL": (0.02261, "1"),
                "omega squared norketamine V1": (0.040426, "1"),
                "omega squared norketamine CL": (0.10319, "1"),
                "covariance norketamine V1, CL": (0.04456, "1"),
            },
        ),
        *table("Otto 2021 / Fanta 2015, parameter table; 95 in the abstract", "T", CL=(CL_L_PER_H, "L/h/70 kg")),
    ),
    individuals=individuals,
    between_subject=BETWEEN,
    between_subject_statement=(
        "Between-subject variability of central volume and clearance of ketamine and norketamine as published, with "
        "their covariances, at this weight; not in the band: residual error (23.6 % and 14.3 %), uncertainty of the "
        "parameters, and differences by disease, age, sex or other medicines."
    ),
    notes=(
        "Venous: at the end of the drip about two thirds of an arterial curve. No effect site is shown with it.",
        "Predicts an independent venous racemate study (Hasan 2021) within 3.8 % (median absolute), but 22 % low "
        "at its end.",
    ),
    guesses=("A racemate's R half has the S half's parameters, and the same deviations in one person.",),
)
