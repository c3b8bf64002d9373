"""The page of devices: which there are, what is sending and is nobody's, and on which chair each is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from dripstand.infusion import queries as infusion
from dripstand.live.clock import now as the_time
from dripstand.monitoring import queries, services
from dripstand.monitoring.attribution import ChairSession
from dripstand.monitoring.errors import DeviceRefusal
from dripstand.monitoring.forms import BindForm, RegisterForm
from dripstand.monitoring.watchers import SEES_DEVICES
from dripstand.people.access import SignedInRequest, who_may
from dripstand.people.actors import Role
from dripstand.people.pages import page
from dripstand.premises.queries import chairs, clinic_zone

WHO_BINDS = (Role.NURSE, Role.PRESCRIBER, Role.MEDICAL_LEAD)
WHO_REGISTERS = (Role.ADMINISTRATOR, Role.MEDICAL_LEAD, Role.NURSE)


def session_in(chair_id: str) -> ChairSession | None:
    """The visit that a chair holds now, as binding needs it."""
    line = infusion.session_on_chair(chair_id)
    if line is None:
        return None
    chart = infusion.chart(line.session_id)
    began = chart.identity_confirmed or chart.entries[0]
    return ChairSession(line.session_id, chart.opened.record_number, began.occurred_at)


def _show(request: SignedInRequest, form: RegisterForm | None = None, *, sentence: str = "") -> HttpResponse:
    now = the_time()
    places = chairs()
    known = queries.devices(now)
    monitor_at = {device.chair_id: device for device in known if device.chair_id and device.kind == "monitor"}
    context = {
        "now": now,
        "zone": clinic_zone(),
        "devices": known,
        "chairs": [(chair, monitor_at.get(chair.chair_id)) for chair in places],
        "unbound": queries.unbound_devices(now),
        "mismatches": queries.mismatches(None, now),
        "form": form or RegisterForm(chairs=[(chair.chair_id, chair.name) for chair in places]),
        "sentence": sentence,
        "may_bind": request.actor.is_a(*WHO_BINDS),
        "may_register": request.actor.is_a(*WHO_REGISTERS),
    }
    wrong = bool(sentence) or (form is not None and bool(form.errors))
    return page(request, "monitoring/devices.html", context, status=400 if wrong else 200)


@who_may(*SEES_DEVICES)
@require_safe
def devices(request: SignedInRequest) -> HttpResponse:
    """Every device, what sends and is on no chair, and what was held apart."""
    return _show(request)


@who_may(*WHO_REGISTERS)
@require_POST
def register(request: SignedInRequest) -> HttpResponse:
    """Make a device known."""
    form = RegisterForm(request.POST, chairs=[(chair.chair_id, chair.name) for chair in chairs()])
    if not form.is_valid():
        return _show(request, form)
    given = form.cleaned_data
    try:
        services.register_device(
            request.actor,
            identity=given["identity"],
            label=given["label"],
            kind=given["kind"],
            zone=given["zone"],
            home_chair_id=given["home_chair_id"] or None,
            now=the_time(),
        )
    except DeviceRefusal as refusal:
        return _show(request, form, sentence=str(refusal))
    messages.success(request, _("%(label)s is registered.") % {"label": given["label"]})
    return redirect("monitoring:devices")


def _done(request: SignedInRequest, act: Callable[[datetime], object], words: str) -> HttpResponse:
    try:
        act(the_time())
    except DeviceRefusal as refusal:
        return _show(request, sentence=str(refusal))
    messages.success(request, words)
    return redirect("monitoring:devices")


@who_may(*WHO_BINDS)
@require_POST
def bind(request: SignedInRequest, device_id: UUID) -> HttpResponse:
    """Put a device on a chair, or in place of the one that is there."""
    form = BindForm(request.POST)
    if not form.is_valid():
        return _show(request, sentence=_("Choose a chair."))
    chair_id = str(form.cleaned_data["chair_id"])
    verb = services.swap if form.cleaned_data["in_place"] else services.bind

    def act(now: datetime) -> object:
        return verb(request.actor, device_id=str(device_id), chair_id=chair_id, session=session_in(chair_id), now=now)

    return _done(request, act, _("Bound. What it sends from now on goes to this chair."))


@who_may(*WHO_BINDS)
@require_POST
def release(request: SignedInRequest, device_id: UUID) -> HttpResponse:
    """Take a device off its chair."""
    return _done(
        request,
        lambda now: services.release(request.actor, device_id=str(device_id), now=now),
        _("Released. What it sends from now on is nobody's."),
    )
