"""Domino 1984: racemate in surgical patients and volunteers, three compartments per kg.

Source: Domino EF, et al. Clin Pharmacol Ther 1984;36:645, doi:10.1038/clpt.1984.235 (doi from memory, unverified, the
clinic must confirm); rate constants on which two programs agree [T]. Used by Bowdle and most target-controlled
studies. The sampling site was not confirmed, so no effect site is driven with it.
"""

from __future__ import annotations

from ..model import Citation, Model
from ..person import Studied
from .shared import NO_VARIANCES, PerKilogramRates, table

V1_L_PER_KG = 0.063
K10_PER_MIN, K12_PER_MIN, K13_PER_MIN, K21_PER_MIN, K31_PER_MIN = 0.438, 0.592, 0.590, 0.247, 0.0146

MODEL = Model(
    name="domino1984",
    title="Domino 1984 (sampling site not known)",
    citations=(
        Citation(
            "Domino EF, Domino SE, Smith RE, et al. Ketamine kinetics in unmedicated and diazepam-premedicated "
            "subjects. Clin Pharmacol Ther 1984;36:645.",
            "10.1038/clpt.1984.235",
        ),
    ),
    population="surgical patients and volunteers, anaesthetic bolus",
    studied=Studied("surgical patients and volunteers", None, None, ("F", "M"), doses_at_once=True),
    matrix="plasma, site not known",
    use="secondary",
    drugs=("racemic",),
    fitted_to="racemic ketamine",
    dose_studied="anaesthetic bolus",
    enantiomer_halves=False,
    parameters=table(
        "Domino 1984, by way of two programs",
        "T",
        V1=(V1_L_PER_KG, "L/kg"),
        k10=(K10_PER_MIN, "1/min"),
        k12=(K12_PER_MIN, "1/min"),
        k13=(K13_PER_MIN, "1/min"),
        k21=(K21_PER_MIN, "1/min"),
        k31=(K31_PER_MIN, "1/min"),
    ),
    individuals=PerKilogramRates(V1_L_PER_KG, K10_PER_MIN, ((K12_PER_MIN, K21_PER_MIN), (K13_PER_MIN, K31_PER_MIN))),
    between_subject=None,
    between_subject_statement=NO_VARIANCES,
    notes=("Everything scales with weight itself: above 100 kg it parts company with allometric models.",),
)
