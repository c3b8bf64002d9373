"""How far a model is from observed concentrations: the usual percentage errors, median and median absolute."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .disposition import FloatArray
from .kinetics import Kinetics
from .model import Model
from .observed import WEIGHT_KG, Observed
from .person import Person


@dataclass(frozen=True, slots=True)
class Errors:
    """100 x (predicted - observed) / observed at each time, and their medians over all of them (none left out)."""

    predicted_ng_per_ml: FloatArray
    percent: FloatArray

    @property
    def median_percent(self) -> float:
        """Bias."""
        return float(np.median(self.percent))

    @property
    def median_absolute_percent(self) -> float:
        """Inaccuracy."""
        return float(np.median(np.abs(self.percent)))


def errors_of(model: Model, data: Observed) -> Errors | None:
    """The typical person of 70 kg against a data set; None where the model does not hold for the drug, or has no
    norketamine to compare."""
    if data.drug not in model.drugs:
        return None
    curves = Kinetics(model.typical(Person(WEIGHT_KG, 30.0, "M"))).predict(
        data.steps, [minute * 60.0 for minute in data.times_min]
    )
    predicted = curves.plasma_ng_per_ml if data.what == "ketamine" else curves.metabolite_ng_per_ml
    if predicted is None:
        return None
    observed = np.array(data.values_ng_per_ml, dtype=np.float64)
    return Errors(predicted, 100.0 * (predicted - observed) / observed)
