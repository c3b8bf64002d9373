"""The person on the drip, and how far a model may be asked about them (hazard H26).

A model answers only inside its technical bounds; inside them but outside the people it was built in, the answer is
marked "extrapolated" and names what is outside.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Drug = Literal["racemic", "esketamine"]
Sex = Literal["F", "M"]

ADULT_FROM_AGE_Y = 18.0
"""Technical bound: adults only. No model here was built in children. Source: hazard log H26."""

WEIGHT_BOUNDS_KG = (40.0, 150.0)
"""Technical bound on weight, kg. Source: hazard log H26; weight scalings part company above 100 kg."""

AGE_UPPER_BOUND_Y = 120.0
"""Nobody is older: an age above it is a slip of the finger, not a person."""

HEIGHT_BOUNDS_CM = (100.0, 230.0)
"""A height outside this is a slip (often height and weight swapped, H11). No model here uses height."""


@dataclass(frozen=True, slots=True)
class Person:
    """Who the prediction is for. Weight in kg; age in years or None where not known; height in cm."""

    weight_kg: float
    age_y: float | None
    sex: Sex | None
    height_cm: float | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """No line, and why. reason: one sentence for the screen; limit: the bound that was met, with its source."""

    reason: str
    limit: str


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether a person (and a dose) lies within the people studied. outside names each thing that does not."""

    word: Literal["within", "extrapolated"]
    outside: tuple[str, ...] = ()

    @classmethod
    def from_outside(cls, outside: tuple[str, ...]) -> Standing:
        """Within, unless something is outside."""
        return cls("extrapolated" if outside else "within", outside)

    def with_outside(self, more: tuple[str, ...]) -> Standing:
        """The same standing with further things outside."""
        return Standing.from_outside(self.outside + more) if more else self


@dataclass(frozen=True, slots=True)
class Studied:
    """The people a model was built in: ranges as published, None where the source read here does not say.

    max_s_rate_mg_per_min, max_s_dose_mg: highest infusion rate and dose given into a vein, counted as S-ketamine, at
    70 kg where the study dosed by weight. doses_at_once: whether boluses were among them. until_h: hours after the
    start until which blood was taken. beyond: what every person in this clinic lies outside of, whoever they are.
    """

    text: str
    weight_kg: tuple[float, float] | None
    age_y: tuple[float, float] | None
    sexes: tuple[Sex, ...]
    max_s_rate_mg_per_min: float | None = None
    max_s_dose_mg: float | None = None
    doses_at_once: bool = False
    until_h: float | None = None
    beyond: tuple[str, ...] = ()


def outside_technical_bounds(person: Person) -> Refused | None:
    """The bound that a person breaks, or None. Comparisons are written so that NaN is refused too."""
    low_kg, high_kg = WEIGHT_BOUNDS_KG
    if not low_kg <= person.weight_kg <= high_kg:
        return Refused(
            f"No prediction: weight {person.weight_kg:g} kg is outside {low_kg:g} to {high_kg:g} kg.",
            f"weight {low_kg:g}-{high_kg:g} kg (hazard log H26)",
        )
    if person.age_y is not None and not ADULT_FROM_AGE_Y <= person.age_y <= AGE_UPPER_BOUND_Y:
        return Refused(
            f"No prediction: age {person.age_y:g} years is outside {ADULT_FROM_AGE_Y:g} to {AGE_UPPER_BOUND_Y:g}.",
            f"adults, {ADULT_FROM_AGE_Y:g} years or older (hazard log H26)",
        )
    if person.sex not in (None, "F", "M"):
        return Refused(f"No prediction: sex {person.sex!r} is not F, M or unknown.", "sex F, M or unknown")
    if person.height_cm is not None and not HEIGHT_BOUNDS_CM[0] <= person.height_cm <= HEIGHT_BOUNDS_CM[1]:
        return Refused(
            f"No prediction: height {person.height_cm:g} cm is not a grown person's.",
            f"height {HEIGHT_BOUNDS_CM[0]:g}-{HEIGHT_BOUNDS_CM[1]:g} cm (a slip is likelier than the person)",
        )
    return None


def outside_studied(person: Person, studied: Studied) -> tuple[str, ...]:
    """What about this person lies outside the people studied, in words.

    A fact that is not known, of the person or of the study, cannot be within: it is named too.
    """
    outside: list[str] = list(studied.beyond)
    if studied.weight_kg is None:
        outside.append(f"weight {person.weight_kg:g} kg (range studied not known here)")
    elif not studied.weight_kg[0] <= person.weight_kg <= studied.weight_kg[1]:
        low, high = studied.weight_kg
        outside.append(f"weight {person.weight_kg:g} kg (studied {low:g}-{high:g} kg)")
    age = "age not known" if person.age_y is None else f"age {person.age_y:g} years"
    if studied.age_y is None:
        outside.append(f"{age} (range studied not known here)")
    elif person.age_y is None or not studied.age_y[0] <= person.age_y <= studied.age_y[1]:
        low, high = studied.age_y
        outside.append(f"{age} (studied {low:g}-{high:g} years)")
    if len(studied.sexes) == 1 and person.sex != studied.sexes[0]:
        only = "men" if studied.sexes[0] == "M" else "women"
        who = {"F": "a woman", "M": "a man", None: "sex not known"}[person.sex]
        outside.append(f"{who} (studied {only} only)")
    return tuple(outside)
