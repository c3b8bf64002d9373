"""Which arithmetic and which numbers gave a prediction, so that "who was affected" can be asked later (hazard H27)."""

from __future__ import annotations

import hashlib
from functools import lru_cache

from .catalogue import model as model_named
from .kinetics import Kinetics
from .model import Model
from .person import Person
from .rate_steps import RateStep

ENGINE_VERSION = "1"
"""Raised when the way of computing changes what comes out."""

_PEOPLE = (Person(50.0, 30.0, "F"), Person(70.0, 45.0, "M"), Person(110.0, 70.0, "M"))
_STEPS = (RateStep(0.0, 0.875), RateStep(1200.0, 0.4), RateStep(2400.0, 0.0))
_TIMES_S = (300.0, 1200.0, 2400.0, 3600.0, 14_400.0)
_DIGITS = 9


def fingerprint(model: Model) -> str:
    """Twelve hexadecimal digits of what a model answers for three people: any changed number changes them.

    Answers are rounded to nine digits, so that another machine's last bit does not.
    """
    words: list[str] = [model.name]
    for person in _PEOPLE:
        curves = Kinetics(model.typical(person)).predict(_STEPS, _TIMES_S)
        for curve in (curves.plasma_ng_per_ml, curves.effect_site_ng_per_ml, curves.metabolite_ng_per_ml):
            words += ["none"] if curve is None else [f"{value:.{_DIGITS}g}" for value in curve]
    between = model.between_subject
    words += [] if between is None else [f"{value:.{_DIGITS}g}" for row in between.covariance for value in row]
    return hashlib.sha256(" ".join(words).encode()).hexdigest()[:12]


@lru_cache(maxsize=32)
def version_of(model_name: str) -> str:
    """What an output carries: engine, model and the model's fingerprint."""
    return f"pharmacology {ENGINE_VERSION}, {model_name} {fingerprint(model_named(model_name))}"
