"""Clements and Nimmo 1981: racemate in volunteers, two compartments per kg, venous (the 250 microgram/kg arm).

Source: Clements JA, Nimmo WS. Br J Anaesth 1981;53:27, doi:10.1093/bja/53.1.27, by way of two programs [T]; that the
samples were venous is from memory, unverified, the clinic must confirm. The 125 microgram/kg arm gave V1 1.202,
V2 2.114 L/kg, CL 16.6, Q 26.3 mL/min/kg.
"""

from __future__ import annotations

from collections.abc import Mapping

from ..disposition import Disposition, FloatArray, Parent, Peripheral
from ..model import Citation, Model
from ..person import Person, Studied
from .shared import NO_VARIANCES, table

V1_L_PER_KG, V2_L_PER_KG = 1.70, 2.40
CL_ML_PER_MIN_PER_KG, Q_ML_PER_MIN_PER_KG = 19.1, 31.7


def individuals(person: Person, eta: Mapping[str, FloatArray | float]) -> Disposition:
    """Parameters for one person's weight, all proportional to it."""
    litres_per_min = person.weight_kg / 1000.0
    return Disposition(
        Parent(
            V1_L_PER_KG * person.weight_kg,
            CL_ML_PER_MIN_PER_KG * litres_per_min,
            (Peripheral(V2_L_PER_KG * person.weight_kg, Q_ML_PER_MIN_PER_KG * litres_per_min),),
        )
    )


MODEL = Model(
    name="clements1981",
    title="Clements and Nimmo 1981 (venous)",
    citations=(
        Citation(
            "Clements JA, Nimmo WS. Pharmacokinetics and analgesic effect of ketamine in man. Br J Anaesth 1981;53:27.",
            "10.1093/bja/53.1.27",
        ),
    ),
    population="volunteers; not patients with depression",
    studied=Studied("volunteers", None, None, ("F", "M"), max_s_dose_mg=0.5 * 0.250 * 70.0, doses_at_once=True),
    matrix="venous plasma",
    use="secondary",
    drugs=("racemic",),
    fitted_to="racemic ketamine",
    dose_studied="250 microgram/kg IV",
    enantiomer_halves=False,
    parameters=table(
        "Clements 1981, 250 microgram/kg, by way of two programs",
        "T",
        V1=(V1_L_PER_KG, "L/kg"),
        V2=(V2_L_PER_KG, "L/kg"),
        CL=(CL_ML_PER_MIN_PER_KG, "mL/min/kg"),
        Q=(Q_ML_PER_MIN_PER_KG, "mL/min/kg"),
    ),
    individuals=individuals,
    between_subject=None,
    between_subject_statement=NO_VARIANCES,
)
