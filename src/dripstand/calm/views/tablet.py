"""The staff's page of a visit's tablet: pair it, try it, release it; the clinic's recordings; the shared journal."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from dripstand.calm import queries, services
from dripstand.calm.sound_answers import sound_answer
from dripstand.calm.sounds import CLINIC_BYTES_MOST
from dripstand.infusion import queries as infusion
from dripstand.live.clock import now as now_by_clock
from dripstand.people.access import SignedInRequest, who_may
from dripstand.people.actors import Role
from dripstand.people.errors import NotThere, Unacceptable
from dripstand.people.link_code import code_of
from dripstand.people.pages import page
from dripstand.people.sent_forms import shown_once

READERS = (Role.NURSE, Role.PRESCRIBER, Role.MEDICAL_LEAD)


def _patient_of(session_id: UUID) -> str:
    try:
        return infusion.chart(str(session_id)).opened.patient_id
    except infusion.NoSuchSession as fault:
        raise NotThere(str(session_id)) from fault


@who_may(*READERS)
@require_http_methods(["GET", "HEAD", "POST"])
def tablet(request: SignedInRequest, session_id: UUID) -> HttpResponse:
    """Pair, try, release; and the clinic's own recordings."""
    now, code, wrong = now_by_clock(), "", ""
    _patient_of(session_id)
    if request.method == "POST":
        act = request.POST.get("act", "")
        try:
            if act == "pair":
                made = services.make_code(
                    request.actor, str(session_id), language=request.POST.get("language", "en"), now=now
                )
                code = request.build_absolute_uri(made.path)
            elif act == "release":
                services.release(request.actor, str(session_id), now=now)
            elif act == "withdraw":
                services.withdraw_recording(request.actor, request.POST.get("recording", ""), now=now)
            elif act == "add":
                upload = request.FILES.get("content")
                if upload is None or upload.size is None or upload.size > CLINIC_BYTES_MOST:
                    raise Unacceptable({"content": _("Choose a recording of at most 15 MB.")})
                services.add_recording(
                    request.actor, title=request.POST.get("title", ""), content=upload.read(), now=now
                )
        except Unacceptable as fault:
            wrong = str(fault)
        if not code and not wrong:
            return HttpResponseRedirect(reverse("calm:tablet", args=[session_id]), status=303)
    chart = infusion.chart(str(session_id))
    context = {
        "session_id": session_id,
        "called": chart.opened.preferred_name or chart.opened.patient_name,
        "paired": chart.tablet,
        "tried": chart.tablet_was_tried,
        "code": code,
        "drawn": code_of(code) if code else None,
        "wrong": wrong,
        "secure": request.is_secure(),
        "recordings": queries.recordings(),
        "languages": (("en", "English"), ("de", "Deutsch"), ("es", "Español")),
    }
    answer = page(request, "calm/tablet.html", context, status=422 if wrong else 200)
    return shown_once(answer) if code else answer


@who_may(*READERS)
@require_safe
def shared(request: SignedInRequest, session_id: UUID) -> HttpResponse:
    """What the patient shares of the journal. Opening it is noted."""
    patient_id = _patient_of(session_id)
    entries = services.read_shared(request.actor, patient_id, now=now_by_clock())
    return page(request, "calm/shared.html", {"entries": entries, "session_id": session_id})


@who_may(*READERS)
@require_safe
def heard(request: SignedInRequest, session_id: UUID, entry_id: UUID) -> HttpResponse:
    """The recording of a shared entry."""
    patient_id = _patient_of(session_id)
    return sound_answer(request, services.hear_shared(request.actor, patient_id, str(entry_id), now=now_by_clock()))
