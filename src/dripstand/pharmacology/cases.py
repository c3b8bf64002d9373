"""Cases from a file: one patient with full parameters, or a population whose people are all given.

Schemas `dripstand-pk-1` and `dripstand-pk-population-1`, as the README beside the test vectors describes them.
Numbers are taken exactly as written; what cannot be a dose or a body is refused, never repaired.
"""

from __future__ import annotations

import math
import reprlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from .disposition import Disposition, FloatArray, Liver, Metabolite, Parent, Peripheral, Transit
from .kinetics import Curves, Kinetics
from .quantiles import PERCENTILES_REPORTED, percentiles_of_sorted
from .rate_steps import AddedInfusion, Bolus, Dose, RateStep, given

ONE_PATIENT, POPULATION = "dripstand-pk-1", "dripstand-pk-population-1"

MOST_PERIPHERALS = 10
MOST_TRANSIT_STEPS = 100

Json = Mapping[str, Any]


class CaseNotUsable(ValueError):
    """A case that does not say what is needed, or says what cannot be."""


def answer(case: Json) -> dict[str, Any]:
    """The predictions for a case, ready for JSON. Raises CaseNotUsable."""
    if not isinstance(case, Mapping):
        raise CaseNotUsable("a case is a JSON object")
    schema = case.get("schema", POPULATION if "individuals" in case else ONE_PATIENT)
    if schema not in (ONE_PATIENT, POPULATION):
        raise CaseNotUsable(f"schema {reprlib.repr(schema)} is neither {ONE_PATIENT!r} nor {POPULATION!r}")
    doses = _doses(_list(case, "events", "the case"))
    times_s = np.array([_number(t, "sample_times_s") for t in _list(case, "sample_times_s", "the case")], dtype=float)
    try:
        # What overflows is refused as a whole below, not warned about number by number.
        with np.errstate(over="ignore", invalid="ignore"):
            return _population(case, doses, times_s) if schema == POPULATION else _one(case, doses, times_s)
    except CaseNotUsable:
        raise
    except (ValueError, OverflowError) as fault:
        raise CaseNotUsable(str(fault)) from fault


def _one(case: Json, doses: Sequence[Dose], times_s: FloatArray) -> dict[str, Any]:
    plan = given(doses)
    curves = Kinetics(disposition_of(_object(case, "parameters", "the case"))).predict(plan, times_s)
    delivered_mg = plan.delivered_mg(float(times_s.max())) if len(times_s) else 0.0
    if not math.isfinite(delivered_mg):
        raise CaseNotUsable("what was given is too large for a number")
    result: dict[str, Any] = {name: values.tolist() for name, values in _modelled(curves).items()}
    result["delivered_mg_at_last_sample"] = delivered_mg
    return result


def _population(case: Json, doses: Sequence[Dose], times_s: FloatArray) -> dict[str, Any]:
    people = _list(case, "individuals", "the case")
    if not people:
        raise CaseNotUsable("a population has at least one individual")
    plan = given(doses)
    curves: dict[str, list[FloatArray]] = {}
    for person in people:
        kinetics = Kinetics(disposition_of(_object(person, "parameters", "an individual")))
        for name, values in _modelled(kinetics.predict(plan, times_s)).items():
            curves.setdefault(name, []).append(values)
    percentiles: dict[str, dict[str, list[float]]] = {}
    for name, values_of_people in curves.items():
        if len(values_of_people) != len(people):
            raise CaseNotUsable(f"{name} is modelled for some individuals only")
        rows = np.sort(np.stack(values_of_people, axis=1), axis=1)
        found = percentiles_of_sorted(rows, PERCENTILES_REPORTED)
        percentiles[name] = {f"p{p:g}": line.tolist() for p, line in zip(PERCENTILES_REPORTED, found, strict=True)}
    return {"percentiles": percentiles}


def _modelled(curves: Curves) -> dict[str, FloatArray]:
    found = {"plasma_ng_per_ml": curves.plasma_ng_per_ml}
    if curves.effect_site_ng_per_ml is not None:
        found["effect_ng_per_ml"] = curves.effect_site_ng_per_ml
    if curves.metabolite_ng_per_ml is not None:
        found["metabolite_ng_per_ml"] = curves.metabolite_ng_per_ml
    for name, values in found.items():
        if not np.all(np.isfinite(values)):
            raise CaseNotUsable(f"{name} comes out too large for a number")
    return found


def _doses(events: Sequence[Any]) -> list[Dose]:
    doses: list[Dose] = []
    for event in events:
        if not isinstance(event, Mapping):
            raise CaseNotUsable("an event is a JSON object")
        at_s = _number(event.get("t_s"), "t_s of an event")
        match event.get("type"):
            case "rate":
                doses.append(RateStep(at_s, _not_negative(event.get("mg_per_min"), "mg_per_min")))
            case "bolus":
                doses.append(Bolus(at_s, _not_negative(event.get("mg"), "mg of a bolus")))
            case "infusion":
                duration_s = _not_negative(event.get("duration_s"), "duration_s")
                doses.append(AddedInfusion(at_s, duration_s, _not_negative(event.get("mg_per_min"), "mg_per_min")))
            case other:
                raise CaseNotUsable(f"event type {reprlib.repr(other)} is not rate, bolus or infusion")
    return doses


def disposition_of(parameters: Json) -> Disposition:
    """Parameters as the case schema writes them. Raises CaseNotUsable."""
    parent = _object(parameters, "parent", "parameters")
    metabolite = _optional(parameters, "metabolite")
    liver = _optional(parameters, "liver")
    return Disposition(
        parent=Parent(
            _positive(parent.get("V1_L"), "parent V1_L"),
            _not_negative(parent.get("CL_L_per_min"), "parent CL_L_per_min"),
            _peripherals(parent, "parent"),
        ),
        ke0_per_min=_ke0(parameters.get("effect")),
        metabolite=None if metabolite is None else _metabolite(metabolite),
        liver=None
        if liver is None
        else Liver(
            _not_negative(liver.get("Qh_L_per_min"), "Qh_L_per_min"),
            _positive(liver.get("Vh_L"), "Vh_L"),
            _not_negative(liver.get("kel_per_min"), "kel_per_min"),
            _not_negative(liver.get("kmet_per_min"), "kmet_per_min"),
        ),
    )


def _ke0(effect: Any) -> float | None:
    if effect is None:
        return None
    if not isinstance(effect, Mapping):
        raise CaseNotUsable("effect is neither an object nor null")
    if "ke0_per_min" not in effect:
        # Null says that there is none; a name that is not known must not say it by chance.
        raise CaseNotUsable(f"effect has no ke0_per_min, only {reprlib.repr(sorted(effect))}")
    ke0 = effect.get("ke0_per_min")
    return None if ke0 is None else _not_negative(ke0, "ke0_per_min")


def _metabolite(written: Json) -> Metabolite:
    return Metabolite(
        _positive(written.get("V1_L"), "metabolite V1_L"),
        _not_negative(written.get("CL_L_per_min"), "metabolite CL_L_per_min"),
        _peripherals(written, "metabolite"),
        _share(written.get("fm", 1.0), "fm"),
        _not_negative(written.get("mass_ratio", 1.0), "mass_ratio"),
        _transit(_optional(written, "transit")),
    )


def _transit(written: Json | None) -> Transit | None:
    if written is None:
        return None
    steps = written.get("n")
    if not isinstance(steps, int) or isinstance(steps, bool) or not 0 <= steps <= MOST_TRANSIT_STEPS:
        raise CaseNotUsable(f"transit n is {reprlib.repr(steps)}, not a whole number from 0 to {MOST_TRANSIT_STEPS}")
    return Transit(steps, _not_negative(written.get("ktr_per_min"), "ktr_per_min")) if steps else None


def _peripherals(written: Json, where: str) -> tuple[Peripheral, ...]:
    sides = written.get("peripherals") or []
    if not isinstance(sides, list) or not all(isinstance(side, Mapping) for side in sides):
        raise CaseNotUsable(f"peripherals of the {where} are not a list of objects")
    if len(sides) > MOST_PERIPHERALS:
        raise CaseNotUsable(f"{where} has {len(sides)} peripherals, more than {MOST_PERIPHERALS}")
    return tuple(
        Peripheral(
            _positive(side.get("V_L"), f"{where} peripheral V_L"),
            _not_negative(side.get("Q_L_per_min"), f"{where} peripheral Q_L_per_min"),
        )
        for side in sides
    )


def _object(case: Json, key: str, where: str) -> Json:
    found = case.get(key) if isinstance(case, Mapping) else None
    if not isinstance(found, Mapping):
        raise CaseNotUsable(f"{where} has no {key}")
    return found


def _optional(case: Json, key: str) -> Json | None:
    return None if case.get(key) is None else _object(case, key, "parameters")


def _list(case: Json, key: str, where: str) -> Sequence[Any]:
    found = case.get(key)
    if not isinstance(found, list):
        raise CaseNotUsable(f"{where} has no list of {key}")
    return found


def _number(value: Any, name: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise CaseNotUsable(f"{name} is {reprlib.repr(value)}, not a number")
    try:
        number = float(value)
    except OverflowError as fault:
        raise CaseNotUsable(f"{name} has too many digits for a number") from fault
    if not math.isfinite(number):
        raise CaseNotUsable(f"{name} is {number!r}, not a number")
    return number


def _share(value: Any, name: str) -> float:
    number = _not_negative(value, name)
    if number > 1.0:
        raise CaseNotUsable(f"{name} is {number:g}, above 1: it is a share")
    return number


def _not_negative(value: Any, name: str) -> float:
    number = _number(value, name)
    if number < 0.0:
        raise CaseNotUsable(f"{name} is {number:g}, below 0")
    return number


def _positive(value: Any, name: str) -> float:
    number = _number(value, name)
    if number <= 0.0:
        raise CaseNotUsable(f"{name} is {number:g}, not above 0")
    return number
