"""The chair's state for one person at one instant: loads from the rooms, lets the presentation put it together."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import Http404, HttpRequest

from dripstand.course.queries import signed_at
from dripstand.infusion import queries
from dripstand.infusion.chart import Chart
from dripstand.infusion.decisions import decide
from dripstand.infusion.due import DueCheck, due_checks
from dripstand.infusion.events import InfusionStarted, StaffRef
from dripstand.infusion.presentation import chair as chair_words
from dripstand.infusion.presentation import curves as curve_words
from dripstand.infusion.presentation.monitor_values import last_numbers, measured, values
from dripstand.infusion.reason_words import sentence
from dripstand.infusion.refusals import Refusal
from dripstand.infusion.requests import Request
from dripstand.live.clock import now as now_by_clock
from dripstand.monitoring import queries as monitoring
from dripstand.people.actors import Actor
from dripstand.people.pages import opens_for
from dripstand.premises.queries import clinic_zone
from dripstand.protocol.template import ProtocolTemplate

BEFORE_START_MIN = 30


@dataclass(frozen=True, slots=True)
class Seen:
    """One session as one person sees it."""

    chart: Chart
    template: ProtocolTemplate
    actor: Actor
    now: datetime
    zone: ZoneInfo

    @property
    def me(self) -> StaffRef:
        return StaffRef(self.actor.staff_id, self.actor.name)

    @property
    def base_url(self) -> str:
        return f"/session/{self.chart.session_id}/"


def look(session_id: UUID | str, actor: Actor) -> Seen:
    """The session that an address names. Raises Http404."""
    try:
        chart = queries.chart(str(session_id))
    except queries.NoSuchSession as missing:
        raise Http404 from missing
    return Seen(chart, queries.template(str(session_id)), actor, now_by_clock(), clinic_zone())


def why_not(seen: Seen, latest: Any) -> Callable[[Request], tuple[str, ...]]:
    """Asks the rules that will decide, and charts nothing."""

    def ask(request: Request) -> tuple[str, ...]:
        answer = decide(
            seen.chart,
            request,
            now=seen.now,
            actor=seen.actor,
            template=seen.template,
            readings=latest,
            day=signed_at(seen.now) if isinstance(request, InfusionStarted) else None,
            clearance=queries.clearance(seen.chart, request, seen.now),
        )
        return tuple(sentence(one) for one in answer.reasons) if isinstance(answer, Refusal) else ()

    return ask


def chair_state(seen: Seen) -> chair_words.ChairState:
    """The whole state of the screen."""
    plan = seen.chart.order.monitoring if seen.chart.order else seen.template.intervals
    every_min = plan.vital_signs_every_min_infusing if seen.chart.is_live else plan.vital_signs_every_min_observing
    latest = monitoring.latest(
        seen.chart.session_id,
        seen.now,
        stale_s=float(seen.template.alarms.stale_after_s),
        nibp_every_s=every_min * 60.0,
    )
    lasts = {}
    if any(channel.value is None for channel in latest.values()):
        lasts = last_numbers(_trends(seen, timedelta(minutes=15)))
    state = chair_words.chair_state(
        seen.chart,
        seen.template,
        values(latest, lasts),
        checks(seen, latest),
        me=seen.me,
        why_not=why_not(seen, latest),
        now=seen.now,
        zone=seen.zone,
        pumps=_pumps(seen),
    )
    _only_open_ways(state, seen)
    return state


def _only_open_ways(state: chair_words.ChairState, seen: Seen) -> None:
    """No step and no next page that would be refused to who reads this: the on-call prepares nobody."""
    for step in state["steps"]:
        if not opens_for(step["href"], seen.actor):
            step["href"] = seen.base_url
    if not opens_for(state["rate"]["next_href"], seen.actor):
        state["rate"]["next_link"] = state["rate"]["next_href"] = ""


def _pumps(seen: Seen) -> list[chair_words.PumpOption]:
    """What may be chosen while the drug is to run on; nobody is asked otherwise."""
    if not seen.chart.is_live or seen.chart.chair is None:
        return []
    known = ((one.device_id, one.label, one.chair_id, one.chair_name) for one in monitoring.pumps())
    return chair_words.pump_options(known, seen.chart.chair.chair_id)


def checks(seen: Seen, latest: Any) -> tuple[DueCheck, ...]:
    cuff = latest.get("nibp_systolic_mmhg")
    return due_checks(seen.chart, seen.template, seen.now, cuff.at if cuff is not None else None)


def curves(seen: Seen, *, with_measured: bool = True) -> dict[str, Any]:
    """What the plots draw. A page that has the measured part and adds to it by the stream asks for the rest alone:
    reading two hours of messages takes the longest."""
    base = curve_words.origin(seen.chart)
    trend = measured(_trends(seen, None), base) if with_measured else {}
    return curve_words.curves(
        seen.chart,
        seen.template,
        trend,
        queries.prediction(seen.chart.session_id, seen.now),
        seen.now,
        seen.zone,
    )


def _trends(seen: Seen, back: timedelta | None) -> dict[str, Any]:
    first = curve_words.origin(seen.chart) - timedelta(minutes=BEFORE_START_MIN)
    start = seen.now - back if back is not None else min(first, seen.now)
    return monitoring.trends(seen.chart.session_id, start, seen.now)


def outbox_key(request: HttpRequest) -> str:
    """A key for entries that wait in the browser (H20, H56). It follows from this sign-in and the server's secret, so
    it comes with the next page of the same sign-in, and nobody can make it again once the sign-in has ended."""
    session_key = request.session.session_key or ""
    digest = hmac.digest(settings.SECRET_KEY.encode(), f"waiting entries {session_key}".encode(), "sha256")
    return base64.b64encode(digest).decode() if session_key else ""
