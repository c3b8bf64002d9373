"""What the frame of every staff page says of a hard day: who an emergency can be charted for, and what goes on now.

One tap from any screen (H63): with one patient here the button charts at once, with several it opens one button a
chair, all of them already on the page. Where an emergency runs, a patient calls, the building is left, or nothing that
devices send is being stored, every page says so: who looks after two chairs has the screen of one of them before them.
"""

from __future__ import annotations

import hashlib
import re
import time
import uuid
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from dripstand.infusion import queries
from dripstand.infusion.chart import Chart
from dripstand.infusion.views.board import CHARTERS, CLINICAL
from dripstand.monitoring import queries as monitoring
from dripstand.people import lock
from dripstand.people.access import SignedInRequest, who_may
from dripstand.people.actors import Actor, Role
from dripstand.premises.queries import clinic_zone

ALL = "all"


@dataclass(frozen=True, slots=True)
class Seat:
    """One patient who is here and has no emergency yet, with what the button posts."""

    entry_href: str
    patient_id: str
    submission_id: str
    place: str
    name: str  # in full: two who are called alike are told apart


@dataclass(frozen=True, slots=True)
class Running:
    """One emergency that goes on. href: its panel at the chair, or "" for who may not read the chart."""

    place: str
    since: datetime
    href: str


@dataclass(frozen=True, slots=True)
class Calling:
    """A patient who touched the call area and has no answer yet. href: the chair, or "" for who may not read it."""

    place: str
    since: datetime
    href: str


@dataclass(frozen=True, slots=True)
class HardDay:
    """The frame's part. mark: the same as long as it says the same."""

    seats: tuple[Seat, ...]
    running: tuple[Running, ...]
    evacuation_since: datetime | None
    missing_count: int
    evacuation_href: str
    said_here: str
    mark: str
    not_stored_since: datetime | None = None
    calling: tuple[Calling, ...] = ()

    @property
    def says_something(self) -> bool:
        return bool(self.running or self.calling or self.evacuation_since or self.not_stored_since)


SAID_BY_THE_PAGE = {"infusion:board": ALL, "infusion:locked": ALL}
"""The board's own cards say which emergency runs and who calls."""


def without(view_name: str, session_id: object) -> str:
    """Of which visit this page itself says what goes on: the chair's, on the board all, else none."""
    if view_name == "infusion:chair":
        return str(session_id)
    return SAID_BY_THE_PAGE.get(view_name, "")


def hard_day(actor: Actor | None, *, is_locked: bool = False, said_here: str = "") -> HardDay | None:
    """What this person is told and may do; None for who is neither staff at a chair nor a wall.

    said_here: what ``without`` gives for the page that shows it.

    A wall and a locked screen name nobody and lead nowhere, and say all the same what goes on (H38).
    """
    if actor is None or not actor.is_a(*CHARTERS, Role.WALL):
        return None
    quiet = is_locked or actor.is_a(Role.WALL)
    charts = queries.charts(queries.open_sessions())
    reads = actor.is_a(*CLINICAL) and not quiet
    calm = sorted((one for one in charts if one.emergency_at is None), key=_by_chair)
    seats = () if quiet else tuple(_seat(one) for one in calm)
    running = tuple(
        Running(_place(one), one.emergency_at, _at_the_chair(one) if reads else "")
        for one in charts
        if one.emergency_at is not None and said_here not in (ALL, one.session_id)
    )
    calling = tuple(
        Calling(_place(one), one.open_calls[0].occurred_at, _chair(one) if reads else "")
        for one in charts
        if one.open_calls and said_here not in (ALL, one.session_id)
    )
    left = [one for one in charts if one.evacuation_at is not None]
    since = min((one.evacuation_at for one in left if one.evacuation_at is not None), default=None)
    missing = sum(one.accounted_for is None for one in charts) if left else 0  # also who came in since
    href = "" if quiet else reverse("infusion:evacuation")
    not_stored = monitoring.not_stored_since(time.monotonic())
    said = [*(f"{one.entry_href}{one.place}{one.name}" for one in seats), *map(str, running), *map(str, calling)]
    said.append(f"{since} {missing} {not_stored}")
    mark = hashlib.sha256("\n".join(said).encode()).hexdigest()[:16]
    return HardDay(seats, running, since, missing, href, said_here, mark, not_stored, calling)


def _by_chair(chart: Chart) -> list[tuple[int, str]]:
    """Chair 2 before chair 10: a finger in a hurry looks where the room has it."""
    return [(int(part), "") if part.isdecimal() else (0, part) for part in re.split(r"(\d+)", _place(chart))]


def _seat(chart: Chart) -> Seat:
    opened = chart.opened
    return Seat(
        entry_href=reverse("infusion:chart_entry", args=[chart.session_id]),
        patient_id=opened.patient_id,
        submission_id=str(uuid.uuid4()),
        place=_place(chart),
        name=_full(opened.patient_name, opened.preferred_name),
    )


def _full(name: str, preferred: str) -> str:
    return name if not preferred or preferred == name.split()[0] else f"{name} “{preferred}”"


def _place(chart: Chart) -> str:
    return chart.chair.chair_name if chart.chair else _("no chair yet")


def _at_the_chair(chart: Chart) -> str:
    return f"{_chair(chart)}#enter-emergency"


def _chair(chart: Chart) -> str:
    return reverse("infusion:chair", args=[chart.session_id])


@who_may(*CHARTERS, Role.WALL)
@require_safe
def said(request: SignedInRequest) -> HttpResponse:
    """The frame's part anew, for a page that stays open; 204 where it is as the page has it already."""
    found = hard_day(request.actor, is_locked=lock.is_locked(request.session), said_here=request.GET.get("without", ""))
    if found is None or request.GET.get("has") == found.mark:
        return HttpResponse(status=204)
    with timezone.override(clinic_zone()):
        return render(request, "infusion/hard_day.html", {"hard_day": found})
