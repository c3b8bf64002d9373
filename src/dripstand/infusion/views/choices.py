"""What the desk's forms let somebody choose from, each as (stored value, words)."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _

from dripstand.infusion.events import CallTest, CheckResult, LineFluid
from dripstand.infusion.views.session_page import SessionPage
from dripstand.infusion.words import MOAAS_WORDS, RASS_WORDS, word
from dripstand.people.actors import Role
from dripstand.people.queries import colleagues
from dripstand.premises.queries import chairs

Choices = list[tuple[str, str]]


def of_enum(values: Iterable[StrEnum]) -> Choices:
    return [(value.value, word(value)) for value in values]


def clinical_staff(page: SessionPage, *, but_me: bool = False) -> Choices:
    """Nurses and prescribers by name."""
    people = colleagues(roles=(Role.NURSE, Role.PRESCRIBER), but_not=page.actor.staff_id if but_me else "")
    return [(person.staff_id, person.name) for person in people]


def sedation_choices(scale: str) -> Choices:
    """Each level of the template's scale with its word: a bare number means different things in different scales."""
    words = RASS_WORDS if scale == "RASS" else MOAAS_WORDS
    return [(str(score), f"{score} · {said}") for score, said in sorted(words.items(), reverse=True)]


def preparation_choices(page: SessionPage) -> dict[str, Any]:
    """Everything that the preparation page's sections choose from."""
    return {
        "identifiers": [
            (_("full name"), _("Full name")),
            (_("date of birth"), _("Date of birth")),
            (_("address"), _("Address")),
            (_("photo identity card"), _("Photo identity card")),
        ],
        "chairs": [
            {"chair_id": chair.chair_id, "chair_name": chair.name, "room_name": chair.room_name} for chair in chairs()
        ],
        "results": of_enum((CheckResult.MET, CheckResult.NOT_MET)),
        "call_tests": of_enum(CallTest),
        "results_or_none": of_enum(CheckResult),
        "anxiety": [(str(score), str(score)) for score in range(11)],
        "anxiety_flag": page.template.gates.anxiety_flag_score,
        "staff": clinical_staff(page, but_me=True),
        "fluids": of_enum(LineFluid),
        "sides": [("left", _("left")), ("right", _("right"))],
        "gauges": [(str(gauge), str(gauge)) for gauge in (18, 20, 22, 24)],
        "scale": page.template.staffing.sedation_scale,
        "sedation": sedation_choices(page.template.staffing.sedation_scale),
        "gates": page.template.gates,
    }
