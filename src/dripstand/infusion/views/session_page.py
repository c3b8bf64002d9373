"""What every desk page of a session starts from and ends with: load, record the read, chart a form, render."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from dripstand.infusion import queries, services
from dripstand.infusion.chart import Chart
from dripstand.infusion.events import EmergencyDeclared, NoteSigned, OrderCountersigned, SessionEvent, StaffRef
from dripstand.infusion.forms import WORKED_OUT, parse
from dripstand.infusion.line import ends_at
from dripstand.infusion.phases import ENDED
from dripstand.infusion.presentation.header import header, steps, timer
from dripstand.infusion.refusals import Refusal
from dripstand.infusion.requests import Correct, Request
from dripstand.infusion.views.page_form import PageForm, Told, again, fresh, from_post
from dripstand.infusion.views.when import Instant, local_time, occurred
from dripstand.live.clock import now as now_by_clock
from dripstand.people.access import SignedInRequest
from dripstand.people.actors import Actor
from dripstand.people.pages import opens_for, places
from dripstand.people.queries import actor as staff_actor
from dripstand.people.services import record_read
from dripstand.premises.queries import clinic_zone
from dripstand.protocol.template import ProtocolTemplate


@dataclass(frozen=True, slots=True)
class SessionPage:
    """One session as one person sees it at one instant."""

    session_id: str
    chart: Chart
    template: ProtocolTemplate
    actor: Actor
    now: datetime
    zone: ZoneInfo

    @property
    def patient_id(self) -> str:
        return self.chart.opened.patient_id

    @property
    def me(self) -> StaffRef:
        return StaffRef(self.actor.staff_id, self.actor.name)


def open_page(request: SignedInRequest, session_id: UUID, screen: str) -> SessionPage:
    """The session that the address names; the read of the patient's chart is recorded. Raises Http404."""
    now = now_by_clock()
    try:
        chart = queries.chart(str(session_id))
    except queries.NoSuchSession as missing:
        raise Http404 from missing
    if request.method in ("GET", "HEAD"):
        record_read(actor=request.actor, patient_id=chart.opened.patient_id, screen=screen, now=now)
    return SessionPage(
        session_id=str(session_id),
        chart=chart,
        template=queries.template(str(session_id)),
        actor=request.actor,
        now=now,
        zone=clinic_zone(),
    )


def staff_named(staff_id: str) -> StaffRef | None:
    """An active member of staff by id, as the log names them."""
    found = staff_actor(staff_id)
    return StaffRef(found.staff_id, found.name) if found else None


SIGNED = frozenset({OrderCountersigned.kind, NoteSigned.kind})
"""What asks for the signer's password again, which the pages of simple entries do not."""


# --- charting what a form sent ---------------------------------------------------------------------------------------


def belongs_here(page: SessionPage, post: QueryDict) -> Told | None:
    """A form that was made for another patient is refused whatever it holds (H02), and so is one without its id."""
    if post.get("patient_id") != page.patient_id:
        return Told(_("This form was made for another patient. Nothing was charted. Open the page again."))
    if not 8 <= len(post.get("submission_id", "")) <= 64:
        return Told(_("This form has lost its number. Nothing was charted. Open the page again."))
    return None


def chart_posted(page: SessionPage, post: QueryDict) -> PageForm | None:
    """Charts the one simple entry, or the correction of one, that a form sent. None when it stands in the chart; else
    the form, to be shown again with what was typed and why it was not charted."""
    form = from_post(post)
    stray = belongs_here(page, post)
    if stray is not None:
        return again(form, stray)
    if form.kind in WORKED_OUT or form.kind in SIGNED:
        return again(form, Told(_("This is worked out or signed on its own page. Nothing was charted.")))
    parsed = parse(form.kind, fields_of(post, page.zone), me=page.me, staff=staff_named)
    if isinstance(parsed, tuple):
        return again(form, *parsed)
    return chart_request(page, form, parsed, post)


def fields_of(post: QueryDict, zone: tzinfo | None = None) -> dict[str, str | list[str]]:
    """What was typed, several values of one field as a list; a time field's clock time, which the browser sends
    without a zone, becomes an instant of the clinic's ``zone``."""
    place = zone or clinic_zone()
    fields: dict[str, str | list[str]] = {}
    for name, values in post.lists():
        read = [_instant(str(value), place) if name.endswith(("_at", "use_by")) else str(value) for value in values]
        if read:
            fields[name] = read if len(read) > 1 else read[0]
    return fields


def _instant(typed: str, zone: tzinfo) -> str:
    at = local_time(typed, zone)
    return at.isoformat() if at is not None else typed


def chart_request(page: SessionPage, form: PageForm, request: Request, post: QueryDict) -> PageForm | None:
    """Charts one request with the times that the form may carry; a form that corrects charts a correction instead."""
    when = occurred(post.get("happened_at", ""), page.zone, page.now)
    if isinstance(when, Told):
        return again(form, when)
    if form.corrects is not None:
        if not isinstance(request, SessionEvent):
            return again(form, Told(_("This entry is worked out. Amend it on its own page.")))
        request = Correct(
            sequence=form.corrects,
            reason=post.get("correction_reason", "").strip(),
            replacement=request,
            occurred_at=when.at,
        )
        when = Instant(None)
    answer = services.submit(
        actor=page.actor,
        session_id=page.session_id,
        request=request,
        submission_id=form.submission_id,
        now=page.now,
        occurred_at=when.at,
        late_reason=post.get("late_reason", "").strip(),
    )
    return again(form, answer) if isinstance(answer, Refusal) else None


# --- rendering --------------------------------------------------------------------------------------------------------


def tabs(page: SessionPage, here: str) -> list[dict[str, Any]]:
    """The pages of this session that this person may open, in the order of the work."""
    names: Sequence[tuple[str, str, str]] = (
        ("prepare", "infusion:prepare", _("Prepare")),
        ("order", "infusion:order", _("Order")),
        ("bag", "infusion:bag", _("Bag")),
        ("chair", "infusion:chair", _("Chair")),
        ("leaving", "infusion:leaving", _("Leaving")),
        ("log", "infusion:log", _("Chart")),
        ("note", "records:note", _("Note")),
    )
    return [
        {"href": reverse(name, args=[page.session_id]), "words": words, "here": key == here}
        for key, name, words in names
        if may_open(page, name)
    ]


def may_open(page: SessionPage, name: str) -> bool:
    """Whether the signed-in person may open a page of this session: what its view declares, asked beforehand."""
    return opens_for(reverse(name, args=[page.session_id]), page.actor)


def _emergency(page: SessionPage) -> PageForm | None:
    """One tap from every page of a visit that is not over (H63)."""
    if page.chart.phase in ENDED or page.chart.emergency_at is not None:
        return None
    return fresh("emergency", EmergencyDeclared.kind, page.patient_id)


def show(
    request: HttpRequest, page: SessionPage, template: str, here: str, values: dict[str, Any], status: int = 200
) -> HttpResponse:
    """A desk page in the clinic's zone, under the head that says who it is about."""
    context = {
        "page": page,
        "chart": page.chart,
        "head": header(page.chart, page.now, page.zone),
        "phase_steps": steps(page.chart, page.template, page.now, ends_at(page.chart, page.now)),
        "timer": timer(page.chart, page.template, page.now, page.zone),
        "places": places(page.actor, request.path),
        "tabs": tabs(page, here),
        "emergency": _emergency(page),
        "here": here,
        **values,
    }
    with timezone.override(page.zone):
        return render(request, template, context, status=status)


def charted(page: SessionPage, name: str, fragment: str = "") -> HttpResponseRedirect:
    """After charting: the page anew, so that a reload sends nothing twice."""
    return HttpResponseRedirect(
        reverse(name, args=[page.session_id]) + (f"#{fragment}" if fragment else ""), status=303
    )
