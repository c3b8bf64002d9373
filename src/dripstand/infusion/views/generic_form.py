"""A form for any kind of entry, made from its fields: what a correction or a late entry is typed into."""

from __future__ import annotations

from dataclasses import MISSING, dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dripstand.infusion import events as ev
from dripstand.infusion.saying import alarm_word
from dripstand.infusion.views.choices import Choices, of_enum
from dripstand.infusion.words import CLEARED_WORDS, HELPED_WORDS, SIDE_EFFECT_WORDS, SIDE_WORDS

UNITS: tuple[tuple[str, str], ...] = (
    ("_ml_per_h", "mL/h"),
    ("_per_min", "/min"),
    ("_mmhg", "mmHg"),
    ("_percent", "%"),
    ("_kg", "kg"),
    ("_ml", "mL"),
    ("over_min", "min"),
)
"""How a field's suffix is written beside it."""

FIELD_WORDS: dict[str, str | Promise] = {
    "rate_ml_per_h": gettext_lazy("Rate"),
    "volume_ml": gettext_lazy("Volume"),
    "over_min": gettext_lazy("Over"),
    "remaining_ml": gettext_lazy("Left in it, if measured"),
    "weight_kg": gettext_lazy("Weight"),
    "measured_with": gettext_lazy("Which scale"),
    "hold_up_ml": gettext_lazy("The giving set holds"),
    "pulse_per_min": gettext_lazy("Pulse"),
    "spo2_percent": gettext_lazy("SpO2"),
    "respiratory_rate_per_min": gettext_lazy("Respiration"),
    "nibp_systolic_mmhg": gettext_lazy("NIBP, upper"),
    "nibp_diastolic_mmhg": gettext_lazy("NIBP, lower"),
    "dose_text": gettext_lazy("Dose with its unit"),
    "text": gettext_lazy("Note"),
    "reason": gettext_lazy("Reason"),
    "detail": gettext_lazy("Remark"),
    "done": gettext_lazy("What was done"),
    "helped": gettext_lazy("Did it help?"),
    "effect": gettext_lazy("Side effect"),
    "severity": gettext_lazy("Severity"),
    "medicine": gettext_lazy("Medicine"),
    "route": gettext_lazy("Route"),
    "ordered_by": gettext_lazy("Ordered by"),
    "comfort": gettext_lazy("Comfort"),
    "sedation_score": gettext_lazy("Score"),
    "of_sequence": gettext_lazy("Of entry"),
    "volume_infused_ml": gettext_lazy("Volume infused"),
}

LONG = frozenset({"text", "finding", "disposition", "warnings_given", "said"})
KNOWN: dict[str, dict[str, Any]] = {
    "effect": SIDE_EFFECT_WORDS,
    "helped": HELPED_WORDS,
    "how": CLEARED_WORDS,
    "side": SIDE_WORDS,
}

NOT_BY_FORM: frozenset[type[ev.SessionEvent]] = frozenset(
    {
        ev.SessionOpened,
        ev.OrderSigned,
        ev.TelephoneOrderTaken,
        ev.OrderCountersigned,
        ev.BagPrepared,
        ev.BagChecked,
        ev.AlarmRaised,
        ev.AlarmCleared,
        ev.PumpContradicted,
        ev.PatientMismatchHeld,
        ev.NoteSigned,
        ev.EntryCorrected,
        ev.DeviceBound,
        ev.DeviceReleased,
    }
)
"""Kinds that are amended on their own page, signed, or charted by Dripstand itself. They can still be struck where the
rules allow it."""


@dataclass(frozen=True, slots=True)
class FieldShape:
    """One field of a kind of entry as a form shows it."""

    name: str
    label: str
    kind: str  # as the field tag knows it, or "choice", "tick", "kept"
    unit: str = ""
    choices: tuple[tuple[str, str], ...] = ()


def shapes(kind: type[ev.SessionEvent]) -> list[FieldShape]:
    """The fields of one kind, in their order. What cannot be typed (who, which entry, which bag) is kept as it is."""
    hints = get_type_hints(kind)
    return [_shape(one.name, hints[one.name], one.default is not MISSING) for one in fields(kind)]  # type: ignore[arg-type]


def _shape(name: str, annotation: Any, optional: bool) -> FieldShape:
    if get_origin(annotation) in (UnionType, Union):
        inner = [part for part in get_args(annotation) if part is not type(None)]
        annotation = inner[0] if len(inner) == 1 else str
    label = str(FIELD_WORDS.get(name, "")) or alarm_word(_bare(name))
    if name in KNOWN:
        choices: Choices = [(value, str(words)) for value, words in KNOWN[name].items()]
        return FieldShape(name, label, "choice", choices=tuple(choices))
    if isinstance(annotation, type) and issubclass(annotation, StrEnum):
        return FieldShape(name, label, "choice", choices=tuple(of_enum(annotation)))
    if annotation is bool:
        return FieldShape(name, label, "choice", choices=(("yes", _("yes")), ("no", _("no"))))
    if annotation is Decimal:
        return FieldShape(name, label, "number", _unit(name))
    if annotation is int:
        return FieldShape(name, label, "whole", _unit(name))
    if annotation is datetime:
        return FieldShape(name, label, "datetime")
    if annotation is date:
        return FieldShape(name, label, "date")
    if annotation is str and not name.endswith("_id"):
        return FieldShape(name, label, "area" if name in LONG else "text")
    return FieldShape(name, label, "kept")


def _unit(name: str) -> str:
    return next((unit for suffix, unit in UNITS if name.endswith(suffix)), "")


def _bare(name: str) -> str:
    for suffix in ("_ml_per_h", "_mmhg", "_percent", "_ml", "_kg", "_count", "_at", "_score"):
        name = name.removesuffix(suffix)
    return name


BY_KIND: dict[str, type[ev.SessionEvent]] = {
    kind.kind: kind
    for kind in vars(ev).values()
    if isinstance(kind, type) and issubclass(kind, ev.SessionEvent) and kind is not ev.SessionEvent
}
