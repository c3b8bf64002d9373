"""Hijazi 2003: racemate in adults in intensive care, two compartments per kg. For comparison only.

Source: Hijazi Y, et al. Br J Anaesth 2003;90:155, doi:10.1093/bja/aeg028, by way of a program [T]; the people (12
brain- or spine-injured adults) from memory, unverified, the clinic must confirm.
"""

from __future__ import annotations

from ..model import Citation, Model
from ..person import Studied
from .shared import NO_VARIANCES, PerKilogramRates, table

V1_L_PER_KG = 1.08
K10_PER_MIN, K12_PER_MIN, K21_PER_MIN = 0.0333, 0.0088, 0.0030

MODEL = Model(
    name="hijazi2003",
    title="Hijazi 2003 (intensive care)",
    citations=(
        Citation(
            "Hijazi Y, Bodonian C, Bolon M, et al. Pharmacokinetics and haemodynamics of ketamine in intensive care "
            "patients with brain or spinal cord injury. Br J Anaesth 2003;90:155.",
            "10.1093/bja/aeg028",
        ),
    ),
    population="12 brain- or spine-injured adults in intensive care",
    studied=Studied(
        "12 adults in intensive care",
        None,
        None,
        ("F", "M"),
        doses_at_once=True,
        beyond=("not in intensive care (studied brain- or spine-injured patients)",),
    ),
    matrix="plasma, site not known",
    use="comparison only",
    drugs=("racemic",),
    fitted_to="racemic ketamine",
    dose_studied="anaesthetic bolus and long infusions",
    enantiomer_halves=False,
    parameters=table(
        "Hijazi 2003, by way of a program",
        "T",
        V1=(V1_L_PER_KG, "L/kg"),
        k10=(K10_PER_MIN, "1/min"),
        k12=(K12_PER_MIN, "1/min"),
        k21=(K21_PER_MIN, "1/min"),
    ),
    individuals=PerKilogramRates(V1_L_PER_KG, K10_PER_MIN, ((K12_PER_MIN, K21_PER_MIN),)),
    between_subject=None,
    between_subject_statement=NO_VARIANCES,
)
