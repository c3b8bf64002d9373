"""A refusal's sentences for the reader: translated, and with stored names inside them said in words."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dripstand.infusion.refusals import Param, Reason, Translate

NAMES: dict[str, str | Promise] = {
    "pulse_per_min": _("pulse"),
    "heart_rate_per_min": _("heart rate"),
    "spo2_percent": _("SpO2"),
    "respiratory_rate_per_min": _("respiration"),
    "nibp_systolic_mmhg": _("NIBP, upper value"),
    "nibp_diastolic_mmhg": _("NIBP, lower value"),
    "dose_mg_per_kg": _("the dose"),
    "dose_cap_mg": _("the dose cap"),
    "highest_dose_rate_mg_per_kg_per_h": _("the highest dose rate"),
    "lowest_dose_rate_mg_per_kg_per_h": _("the lowest dose rate"),
    "stated_dose_mg": _("a dose that was not worked out in mg as well"),
}
"""Names that rules put into a sentence as they are stored, and how they are said."""


class Sentence(Protocol):
    """Why something was not charted: a rule's reason, or what a form itself found."""

    @property
    def field(self) -> str: ...

    def sentence(self, translate: Translate = ...) -> str: ...


def worded(reason: Reason) -> Reason:
    """The same reason with stored names in words."""
    params = {name: _named(value) for name, value in reason.params.items()}
    return replace(reason, params=MappingProxyType(params))


def _named(value: Param) -> Param:
    return str(NAMES[value]) if isinstance(value, str) and value in NAMES else value


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def sentence(why: Sentence) -> str:
    """The fact, the limit and the way forward, in the reader's language."""
    return _capital((worded(why) if isinstance(why, Reason) else why).sentence(gettext))


def fact(why: Reason) -> str:
    """Only what stands in the way."""
    return _capital(worded(why).fact(gettext))
