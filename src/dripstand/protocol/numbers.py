"""The numbers of a template by their dotted names, to show, to edit and to check each of them in one way.

Names: "dose.refuse_mg_per_kg", "alarms.spo2_low.limit_value", "leaving.sedation.valid_min", "minimum_observation_min".
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeVar

from dripstand.protocol.template import AlarmLimit, Criterion, ProtocolTemplate

_GROUPS = ("dose", "bag", "gates", "intervals", "staffing", "evaluation", "course", "pain")
_ALARM_PARTS = ("limit_value", "delay_s", "lowest_value", "highest_value")
_CRITERION_PARTS = ("limit_value", "valid_min")
_MINIMUM = "minimum_observation_min"

# Longest suffix first: "mg_per_kg_per_h" ends in "_h" too.
_UNITS: tuple[tuple[str, str], ...] = (
    ("mg_per_kg_per_h", "mg/kg/h"),
    ("mg_per_kg", "mg/kg"),
    ("mg_per_ml", "mg/mL"),
    ("ml_per_h", "mL/h"),
    ("every_min_infusing", "min"),
    ("every_min_observing", "min"),
    ("below_per_min", "/min"),
    ("above_per_min", "/min"),
    ("below_percent", "%"),
    ("minutes_below", "min"),
    ("minutes_low", "min"),
    ("minutes_high", "min"),
    ("minutes_above", "min"),
    ("_mmhg", "mmHg"),
    ("bmi_low", "kg/m²"),
    ("bmi_high", "kg/m²"),
    ("bmi_second_reader_above", "kg/m²"),
    ("weeks_at_least", "weeks"),
    ("_cm", "cm"),
    ("_min", "min"),
    ("_kg", "kg"),
    ("_mg", "mg"),
    ("_ml", "mL"),
    ("_h", "h"),
    ("_d", "d"),
    ("_y", "y"),
    ("_s", "s"),
)


class UnknownNumber(LookupError):
    """A template has no number of this name."""


@dataclass(frozen=True, slots=True)
class TemplateNumber:
    """One number of a template: its dotted name, value and printed unit. whole: it may only be a whole number."""

    name: str
    value: Decimal
    unit: str
    whole: bool

    @property
    def group(self) -> str:
        return self.name.split(".")[0] if "." in self.name else "leaving"


def _unit_of(name: str) -> str:
    return next((unit for suffix, unit in _UNITS if name.endswith(suffix)), "")


def _number(name: str, value: Decimal | int, unit: str | None = None) -> TemplateNumber:
    return TemplateNumber(name, Decimal(value), _unit_of(name) if unit is None else unit, isinstance(value, int))


def numbers(template: ProtocolTemplate) -> tuple[TemplateNumber, ...]:
    """Every number of the template, in the order in which it is read aloud."""
    found: list[TemplateNumber] = []
    for group in _GROUPS:
        part = getattr(template, group)
        if part is None:
            continue  # a version signed before there was a block for pain
        for item in dataclasses.fields(part):
            value = getattr(part, item.name)
            if isinstance(value, int | Decimal):
                found.append(_number(f"{group}.{item.name}", value))
    for limit in template.alarms.limits:
        for name in _ALARM_PARTS:
            unit = "s" if name == "delay_s" else limit.unit
            found.append(_number(f"alarms.{limit.alarm}.{name}", getattr(limit, name), unit))
    for item in dataclasses.fields(template.alarms):
        value = getattr(template.alarms, item.name)
        if isinstance(value, int):
            found.append(_number(f"alarms.{item.name}", value))
    found.append(_number(_MINIMUM, template.minimum_observation_min))
    for criterion in template.leaving:
        if criterion.rule == "minimum_time":
            continue  # it is `minimum_observation_min`, said once
        if criterion.limit_value is not None:
            found.append(
                _number(f"leaving.{criterion.criterion}.limit_value", criterion.limit_value, criterion.limit_unit)
            )
        found.append(_number(f"leaving.{criterion.criterion}.valid_min", criterion.valid_min))
    return tuple(found)


_Part = TypeVar("_Part")


def _with(part: _Part, changes: Mapping[str, Decimal]) -> _Part:
    """A frozen record with some numbers changed; whole numbers stay whole."""
    if not changes:
        return part
    typed = {name: int(value) if isinstance(getattr(part, name), int) else value for name, value in changes.items()}
    return dataclasses.replace(part, **typed)  # type: ignore[type-var]


def with_numbers(template: ProtocolTemplate, changes: Mapping[str, Decimal]) -> ProtocolTemplate:
    """The template with these numbers changed. Raises UnknownNumber; checks no bounds (see `bounds.findings`)."""
    known = {number.name for number in numbers(template)}
    unknown = sorted(set(changes) - known)
    if unknown:
        raise UnknownNumber(", ".join(unknown))

    def under(prefix: str, names: tuple[str, ...] | None = None) -> dict[str, Decimal]:
        found = {name.removeprefix(prefix): value for name, value in changes.items() if name.startswith(prefix)}
        return {name: value for name, value in found.items() if "." not in name and (names is None or name in names)}

    def limit_of(limit: AlarmLimit) -> AlarmLimit:
        return _with(limit, under(f"alarms.{limit.alarm}.", _ALARM_PARTS))

    minimum_min = int(changes.get(_MINIMUM, Decimal(template.minimum_observation_min)))

    def criterion_of(criterion: Criterion) -> Criterion:
        if criterion.rule == "minimum_time":
            return dataclasses.replace(criterion, limit_value=Decimal(minimum_min))
        return _with(criterion, under(f"leaving.{criterion.criterion}.", _CRITERION_PARTS))

    there = [group for group in _GROUPS if getattr(template, group) is not None]
    parts: dict[str, Any] = {group: _with(getattr(template, group), under(f"{group}.")) for group in there}
    alarms = dataclasses.replace(template.alarms, limits=tuple(limit_of(limit) for limit in template.alarms.limits))
    return dataclasses.replace(
        template,
        **parts,
        alarms=_with(alarms, under("alarms.")),
        leaving=tuple(criterion_of(criterion) for criterion in template.leaving),
        minimum_observation_min=minimum_min,
    )
