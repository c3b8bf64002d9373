"""What the pages of the office share: where somebody may go from here, and how a form shows what is wrong."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, Resolver404, resolve, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as lazy

from dripstand.people.access import Declaration, LinkRequest, registry
from dripstand.people.actors import Actor
from dripstand.people.errors import Unacceptable
from dripstand.people.link_code import code_of
from dripstand.people.links.verbs import MadeLink
from dripstand.people.links.words import PURPOSE_WORDS

# Name of the address, what it is called, and the view whose declaration says who may go there.
_PLACES: tuple[tuple[str, str | Promise, str], ...] = (
    ("infusion:board", lazy("Board"), "dripstand.infusion.views.board.board"),
    ("infusion:today", lazy("Today"), "dripstand.infusion.views.today.today"),
    ("course:calendar", lazy("Calendar"), "dripstand.course.views.calendar.calendar"),
    ("people:patients", lazy("Patients"), "dripstand.people.views.patients.patients"),
    ("outcomes:overview", lazy("Outcomes"), "dripstand.outcomes.views.questionnaires.overview"),
    ("people:on_call", lazy("On-call"), "dripstand.people.views.on_call.on_call"),
    ("infusion:incidents", lazy("Incidents"), "dripstand.infusion.views.incidents.incidents"),
    ("infusion:evacuation", lazy("Evacuation"), "dripstand.infusion.views.evacuation.evacuation"),
    ("monitoring:devices", lazy("Devices"), "dripstand.monitoring.views.devices"),
    ("infusion:alarm_load", lazy("Alarms"), "dripstand.infusion.views.alarm_load.alarms"),
    ("guide:pages", lazy("Guide"), "dripstand.guide.views.staff.pages"),
    ("people:staff", lazy("Staff"), "dripstand.people.views.staff.staff"),
    ("premises:rooms", lazy("Rooms"), "dripstand.premises.views.rooms"),
    ("protocol:protocol", lazy("Protocol"), "dripstand.protocol.views.protocol"),
    ("people:account", lazy("My sign-in"), "dripstand.people.views.account.account"),
)


_OF_A_PATIENT: tuple[tuple[str, str | Promise, str], ...] = (
    ("evaluation:evaluations", lazy("Evaluation"), "dripstand.evaluation.views.evaluation.evaluations"),
    ("evaluation:taking_back", lazy("A consent is taken back"), "dripstand.evaluation.views.consent.taking_back"),
    ("outcomes:patient", lazy("Questionnaires"), "dripstand.outcomes.views.questionnaires.of_patient"),
)

FIRST_COUNT = 5
"""So many stand in the bar of a tablet beside the name and the clock; the others open behind one word."""


@dataclass(frozen=True, slots=True)
class Place:
    """One entry of the navigation. is_first: it stands in the bar itself."""

    href: str
    words: str
    is_here: bool
    is_first: bool


class Places(tuple[Place, ...]):
    """The navigation of one person on one page."""

    __slots__ = ()

    @property
    def has_more(self) -> bool:
        """Some stand behind "More"."""
        return any(not one.is_first for one in self)

    @property
    def here(self) -> Place | None:
        """The page that is shown, where the navigation knows it: the one word a narrow bar has room for."""
        return next((one for one in self if one.is_here), None)

    @property
    def here_in_more(self) -> Place | None:
        """The page that is shown, where it stands behind "More": the word for more then says so."""
        return next((one for one in self if one.is_here and not one.is_first), None)


def places(actor: Actor | None, here: str) -> Places:
    """Where this person may go from here. here: the path of the page that shows it."""
    found = list(_open_to(actor, _PLACES))
    first_count = len(found) if len(found) <= FIRST_COUNT + 1 else FIRST_COUNT
    return Places(
        Place(href, words, here == href if href == "/" else here.startswith(href), number < first_count)
        for number, (href, words) in enumerate(found)
    )


def places_of_patient(actor: Actor, patient_id: str) -> tuple[Place, ...]:
    """The other pages of one patient that this person may open; each room answers for its own."""
    return tuple(Place(href, words, False, True) for href, words in _open_to(actor, _OF_A_PATIENT, patient_id))


def _open_to(
    actor: Actor | None, pages: tuple[tuple[str, str | Promise, str], ...], *about: str
) -> Iterator[tuple[str, str]]:
    for name, words, view in pages:
        declaration = registry.get(view)
        if actor is None or declaration is None or not declaration.admits(actor):
            continue
        with contextlib.suppress(NoReverseMatch):
            yield reverse(name, args=about), str(words)


def opens_for(href: str, actor: Actor | None) -> bool:
    """Whether a page of ours would open to this person: what its view declares, asked before it is offered.

    A way that ends in a refusal is worse than none: whoever takes it learns only that it was not theirs.
    """
    try:
        view = resolve(urlsplit(href).path).func
    except Resolver404:
        return False
    declaration: Declaration | None = getattr(view, "declaration", None)
    return declaration is not None and declaration.admits(actor)


def page(
    request: HttpRequest, template: str, context: Mapping[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    """A page with the navigation of the person who asked for it."""
    actor: Actor | None = getattr(request, "actor", None)
    return render(
        request, template, {**(context or {}), "actor": actor, "places": places(actor, request.path)}, status=status
    )


def show_what_is_wrong(form: forms.Form, fault: Unacceptable) -> None:
    """Puts each sentence of a refused service beside its field; what belongs to none stands above the form."""
    for field, words in fault.words.items():
        form.add_error(field if field in form.fields else None, words)


def resting(request: LinkRequest) -> HttpResponse:
    """What stands in place of a form while the drug works or the patient was not yet found oriented (H47)."""
    return render(request, "guide/closed.html", status=409 if request.method == "POST" else 200)


def made_link(request: HttpRequest, made: MadeLink, sent_to: str, not_sent_to: str) -> dict[str, Any]:
    """What people/made_link.html shows of a new link, once: its code, its address, and what the mail server did."""
    address = request.build_absolute_uri(made.path)
    return {
        "made": made,
        "made_words": PURPOSE_WORDS[made.purpose],
        "made_address": address,
        "made_code": code_of(address),
        "sent_to": sent_to,
        "not_sent_to": not_sent_to,
    }
