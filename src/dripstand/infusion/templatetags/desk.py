"""{% load desk %}: fields, chips and marks of the desk's forms, each with its label, unit, refusal and kept value."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from dripstand.infusion.bag import Bag
from dripstand.infusion.dosing import concentration_between_mg_per_ml
from dripstand.infusion.reason_words import fact, sentence
from dripstand.infusion.views.band_rows import mcg_per_kg_per_min
from dripstand.infusion.views.page_form import PageForm
from dripstand.infusion.words import plain as plainly
from dripstand.infusion.words import word as word_of

register = template.Library()


@register.inclusion_tag("infusion/desk/field.html")
def field(
    form: PageForm,
    name: str,
    label: str,
    unit: str = "",
    kind: str = "text",
    help: str = "",
    narrow: bool = False,
    whole: bool = False,
    needed: bool = False,
    autocomplete: str = "off",
) -> dict[str, Any]:
    """One field. kind: text, number (a decimal as text: comma or point), whole, time, datetime, date, area, password,
    search, tel."""
    return {
        "form": form,
        "name": name,
        "id": f"{form.key}-{name}".replace(".", "-"),
        "label": label,
        "unit": unit,
        "kind": kind,
        "type": {
            "time": "time",
            "datetime": "datetime-local",
            "date": "date",
            "password": "password",
            "tel": "tel",
        }.get(kind, "text"),
        "inputmode": {"number": "decimal", "whole": "numeric", "tel": "tel"}.get(kind, ""),
        "value": "" if kind == "password" else form.value(name),
        "help": help,
        "narrow": narrow,
        "whole": whole,
        "needed": needed,
        "says": form.says(name),
        "autocomplete": autocomplete,
    }


@register.inclusion_tag("infusion/desk/chips.html")
def chips(
    form: PageForm,
    name: str,
    label: str,
    choices: Iterable[tuple[str, str]],
    help: str = "",
    many: bool = False,
    scale: bool = False,
) -> dict[str, Any]:
    """One of a few (or several, with many): 44 px chips. Nothing is chosen until somebody chooses."""
    chosen = set(form.values(name))
    return {
        "form": form,
        "name": name,
        "id": f"{form.key}-{name}".replace(".", "-"),
        "label": label,
        "choices": [(str(value), words, str(value) in chosen) for value, words in choices],
        "help": help,
        "type": "checkbox" if many else "radio",
        "scale": scale,
        "says": form.says(name),
    }


@register.inclusion_tag("infusion/desk/tick.html")
def tick(form: PageForm, name: str, label: str) -> dict[str, Any]:
    """A yes that somebody gives by hand; never ticked beforehand."""
    return {
        "name": name,
        "id": f"{form.key}-{name}",
        "label": label,
        "checked": form.value(name) in ("yes", "true", "on"),
        "says": form.says(name),
    }


@register.inclusion_tag("infusion/desk/hidden.html", takes_context=True)
def hidden(context: template.Context, form: PageForm, head: int | None = None) -> dict[str, Any]:
    """What every form of a session carries (H02, H17): its own id, the patient, the kind, what it corrects."""
    return {"form": form, "head": head, "csrf_token": context.get("csrf_token")}


@register.inclusion_tag("infusion/desk/refused.html")
def refused(form: PageForm, *shown: str) -> dict[str, Any]:
    """Why nothing was charted, but for what already stands beside the fields named."""
    return {"form": form, "sentences": form.rest(shown)}


@register.inclusion_tag("infusion/desk/mark.html")
def mark(state: str) -> dict[str, str]:
    """The round mark of a step or criterion: met, open, later, passed (overridden)."""
    return {"state": state}


@register.filter
def plain(value: Decimal | Fraction | float | int | None, places: int | None = None) -> str:
    """A number with a leading zero and no trailing ones (H41); "- -" where there is none."""
    return "- -" if value is None else plainly(value, places)


@register.filter
def concentration_between(bag: Bag, overfill_ml: Decimal) -> str:
    """The interval beside a bag's concentration, mg/mL: bags hold more or less than they say (H12)."""
    low, high = concentration_between_mg_per_ml(bag.drug_mg, bag.final_ml, overfill_ml)
    return _("%(low)s to %(high)s") % {"low": plainly(low, 3), "high": plainly(high, 3)}


register.filter("sentence", sentence)
register.filter("fact", fact)


@register.filter
def typed_value(form: PageForm, name: str) -> str:
    """What was typed into one field."""
    return form.value(name)


@register.filter
def values_of(form: PageForm, name: str) -> tuple[str, ...]:
    """Everything that was typed into, or is kept in, one field."""
    return form.values(name)


@register.filter
def says_of(form: PageForm, name: str) -> list[str]:
    """What is wrong with one field."""
    return form.says(name)


@register.filter
def mcg(dose_rate_mg_per_kg_per_h: Decimal) -> str:
    """A dose rate of mg/kg/h in mcg/kg/min, as some clinics read it."""
    return plainly(mcg_per_kg_per_min(Fraction(dose_rate_mg_per_kg_per_h)), 2)


@register.filter
def word(value: StrEnum) -> str:
    """What a stored value is called."""
    return word_of(value)


@register.filter
def drawn(svg: str) -> SafeString:
    """SVG made by ``records/svg.py`` or segno, where every text was escaped already."""
    return mark_safe(svg)  # noqa: S308 - not from a person: made by those two writers only
