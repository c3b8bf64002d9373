"""The board: every chair of the clinic, live."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from dripstand.infusion import leaving, queries
from dripstand.infusion.chart import Chart
from dripstand.infusion.phases import AFTER_STOP, GONE_UNFINISHED, Phase
from dripstand.infusion.presentation.board import BoardState, Eyes, Place, Sitting
from dripstand.infusion.presentation.board import board_state as state_of
from dripstand.infusion.presentation.monitor_values import values
from dripstand.infusion.presentation.page import judging_words
from dripstand.infusion.presentation.readings import WHY_WORDS
from dripstand.infusion.views.chair_page import Seen, checks
from dripstand.infusion.views.leaving import SEE_TO_LEAVING
from dripstand.infusion.views.preparation import PREPARERS
from dripstand.infusion.views.when import day_of
from dripstand.live.clock import now as now_by_clock
from dripstand.monitoring import queries as monitoring
from dripstand.people import lock
from dripstand.people.access import SignedInRequest, anyone_signed_in
from dripstand.people.actors import Actor, Role
from dripstand.people.pages import places
from dripstand.premises.queries import chairs, clinic_zone
from dripstand.protocol.queries import template as template_of

CHARTERS = (Role.NURSE, Role.PRESCRIBER, Role.FRONT_DESK, Role.MEDICAL_LEAD, Role.ON_CALL)
CLINICAL = (Role.NURSE, Role.PRESCRIBER, Role.MEDICAL_LEAD, Role.ON_CALL)


def eyes_of(actor: Actor) -> Eyes:
    """Who reads readings at a chair sees them here; the front desk sees names; a wall neither."""
    clinical = actor.is_a(*CLINICAL) and not actor.is_a(Role.WALL)
    wall = actor.is_a(Role.WALL)
    names = (clinical or actor.is_a(Role.FRONT_DESK)) and not wall
    return Eyes(
        names=names,
        clinical=clinical,
        may_declare=actor.is_a(*CHARTERS) and not wall,
        may_see_to=actor.is_a(*SEE_TO_LEAVING) and not wall,
        may_prepare=actor.is_a(*PREPARERS) and not wall,
    )


def _load(actor: Actor, now: datetime) -> BoardState:
    zone = clinic_zone()
    in_place = [Place(c.chair_id, c.position_count, c.name, c.room_name) for c in chairs()]
    sittings = {
        line.chair_id: _sitting(queries.chart_at(line), actor, now, zone)
        for line in queries.open_sessions()
        if line.chair_id
    }
    start, end = day_of(now, zone)
    today = queries.sessions_between(start, end)
    coming = queries.charts(line for line in today if line.phase is Phase.EXPECTED)
    gone = queries.charts(line for line in today if line.phase in GONE_UNFINISHED)
    return state_of(in_place, sittings, coming, now, zone, eyes_of(actor), gone)


def _sitting(chart: Chart, actor: Actor, now: datetime, zone: ZoneInfo) -> Sitting:
    template = template_of(chart.opened.template_id)
    latest = monitoring.latest(chart.session_id, now, stale_s=float(template.alarms.stale_after_s))
    met = None
    if chart.phase in AFTER_STOP:
        found = leaving.criteria(chart, template, now, latest)  # type: ignore[arg-type]
        met = (sum(one.met or one.overridden_by is not None for one in found), len(found))
    seen = Seen(chart, template, actor, now, zone)
    return Sitting(chart, template, values(latest), checks(seen, latest), met)


def _show(state: BoardState, eyes: Eyes, **more: Any) -> dict[str, Any]:
    return {
        "state": state,
        "words": judging_words(),
        "whys": {code: str(words) for code, words in WHY_WORDS.items()},
        "keys": {"zone": str(clinic_zone()), "sounds": eyes.clinical, "state_url": "/board.json"},
        "eyes": eyes,
        "new_id": lambda: str(uuid.uuid4()),
        **more,
    }


@anyone_signed_in
@require_safe
def board(request: SignedInRequest) -> HttpResponse:
    """All chairs, now."""
    eyes = eyes_of(request.actor)
    context = _show(_load(request.actor, now_by_clock()), eyes, places=places(request.actor, request.path))
    with timezone.override(clinic_zone()):
        return render(request, "infusion/board.html", context)


@anyone_signed_in
@require_safe
def locked(request: SignedInRequest) -> HttpResponse:
    """The locked screen: chairs, alarms and the time stay in sight, without a name, a drug or a way in (H38).

    An emergency is still one tap away (H63).
    """
    eyes = Eyes(names=False, clinical=eyes_of(request.actor).clinical)
    context = _show(
        _without_names(_load(request.actor, now_by_clock())),
        eyes,
        keys={"zone": str(clinic_zone()), "sounds": eyes.clinical, "state_url": "/locked.json"},
        locked=True,
        by=request.actor.name,
        has_pin=lock.has_pin(request.session),
        is_wrong="wrong" in request.GET,
        next=request.GET.get("next", ""),
    )
    with timezone.override(clinic_zone()):
        return render(request, "infusion/board.html", context)


@anyone_signed_in
@require_safe
def locked_state(request: SignedInRequest) -> HttpResponse:
    """The locked screen's state, for catching up."""
    return JsonResponse(_without_names(_load(request.actor, now_by_clock())))


def _without_names(state: BoardState) -> BoardState:
    """The same chairs and alarms, and nothing that says who sits there, what runs, or leads further."""
    for one in state["cards"]:
        one["called"] = one["called"] and _("Taken")
        one["initials"] = one["rate_text"] = one["rate_unit"] = one["href"] = one["infusion_text"] = ""
        one["free_text"] = one["free_text"] and _("This chair is free.")
        one["free_more"] = one["observer_text"] = ""
        one["gone"] = []
        one["no_href"] = True
        for step in one["steps"]:
            step["href"] = ""
    state["expected"], state["watching"], state["nobody_expected"] = [], [], False
    state["gone"], state["somebody_gone"] = [], False
    return state


@anyone_signed_in
@require_safe
def board_state(request: SignedInRequest) -> HttpResponse:
    """The board's state, for catching up."""
    return JsonResponse(_load(request.actor, now_by_clock()))
