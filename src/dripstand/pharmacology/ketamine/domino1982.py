"""Domino 1982: racemate in surgical patients, three compartments of fixed size.

Source: Domino EF, et al. Anesth Analg 1982;61:87, by way of one program [T, one source]. No covariate: the same
curve for everyone. The sampling site was not confirmed, so no effect site is driven with it.
"""

from __future__ import annotations

from collections.abc import Mapping

from ..disposition import Disposition, FloatArray, Parent, Peripheral
from ..model import Citation, Model
from ..person import Person, Studied
from .shared import NO_VARIANCES, table

V1_L, V2_L, V3_L = 3.47, 11.0, 134.0
CL_L_PER_MIN, Q2_L_PER_MIN, Q3_L_PER_MIN = 1.296, 2.276, 2.058


def individuals(person: Person, eta: Mapping[str, FloatArray | float]) -> Disposition:
    """The same parameters whoever the person is."""
    return Disposition(Parent(V1_L, CL_L_PER_MIN, (Peripheral(V2_L, Q2_L_PER_MIN), Peripheral(V3_L, Q3_L_PER_MIN))))


MODEL = Model(
    name="domino1982",
    title="Domino 1982 (sampling site not known)",
    citations=(Citation("Domino EF, Zsigmond EK, Domino LE, et al. Anesth Analg 1982;61:87."),),
    population="surgical patients",
    studied=Studied(
        "surgical patients",
        None,
        None,
        ("F", "M"),
        doses_at_once=True,
        beyond=("parameters do not follow weight (fixed volumes)",),
    ),
    matrix="plasma, site not known",
    use="comparison only",
    drugs=("racemic",),
    fitted_to="racemic ketamine",
    dose_studied="anaesthetic bolus",
    enantiomer_halves=False,
    parameters=table(
        "Domino 1982, by way of one program",
        "T",
        V1=(V1_L, "L"),
        V2=(V2_L, "L"),
        V3=(V3_L, "L"),
        CL=(CL_L_PER_MIN, "L/min"),
        Q2=(Q2_L_PER_MIN, "L/min"),
        Q3=(Q3_L_PER_MIN, "L/min"),
    ),
    individuals=individuals,
    between_subject=None,
    between_subject_statement=NO_VARIANCES,
)
