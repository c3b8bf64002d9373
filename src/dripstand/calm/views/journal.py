"""The journal: the patient's own words, typed or spoken, private unless shared, and watched by nobody."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dripstand.calm import queries, services
from dripstand.calm.sound_answers import sound_answer
from dripstand.calm.sounds import JOURNAL_BYTES_MOST
from dripstand.guide.queries import page_for
from dripstand.infusion import queries as infusion
from dripstand.infusion.phases import Phase
from dripstand.live.clock import now as now_by_clock
from dripstand.people.access import LinkRequest, by_link
from dripstand.people.errors import Unacceptable
from dripstand.people.links.purposes import Purpose

EVENING_LASTS = timedelta(hours=18)


@by_link(Purpose.JOURNAL)
@require_http_methods(["GET", "HEAD", "POST"])
def journal(request: LinkRequest) -> HttpResponse:
    """Write or speak, and read what one wrote."""
    patient_id, now, wrong = request.visitor.patient_id, now_by_clock(), ""
    if request.method == "POST":
        upload = request.FILES.get("content")
        try:
            if upload is not None and (upload.size is None or upload.size > JOURNAL_BYTES_MOST):
                raise Unacceptable({"content": _("This is too long. Make two entries of it.")})
            services.write(
                patient_id,
                session_id=request.POST.get("session_id", ""),
                words=request.POST.get("words", ""),
                content=upload.read() if upload is not None else b"",
                share=request.POST.get("share") == "yes",
                submission_id=request.POST.get("submission_id", ""),
                now=now,
            )
            return HttpResponseRedirect(reverse("calm:journal"), status=303)
        except Unacceptable as fault:
            wrong = str(fault)
    return _drawn(request, now, wrong)


def _drawn(request: LinkRequest, now: datetime, wrong: str) -> HttpResponse:
    patient_id = request.visitor.patient_id
    visits = [
        {"session_id": line.session_id, "number": chart.opened.infusion_number, "at": line.expected_at}
        for line in reversed(infusion.sessions_of(patient_id))
        if (line.expected_at <= now or line.session_id == request.visitor.about)
        and (chart := infusion.chart(line.session_id)).phase is not Phase.CANCELLED
    ]
    context = {
        "open": queries.journal_is_open(patient_id),
        "visits": visits,
        "chosen": request.visitor.about,
        "entries": queries.own_journal(patient_id),
        "wrong": wrong,
        "typed": request.POST.get("words", ""),
        "new_id": str(uuid.uuid4()),
        "evening": _evening(patient_id, now),
    }
    return render(request, "calm/journal.html", context, status=422 if wrong else 200)


def _evening(patient_id: str, now: datetime) -> str:
    """The guide's page about going home, fitted to this patient: from the end of the drug until the next noon or so."""
    ends = [infusion.chart(line.session_id).stopped_at for line in infusion.sessions_of(patient_id)[-3:]]
    lately = any(at is not None and timedelta(0) <= now - at < EVENING_LASTS for at in ends)
    if not lately or not queries.journal_is_open(patient_id):
        return ""
    _page, drawn = page_for(patient_id, "going-home", (get_language() or "en")[:2], now)
    return mark_safe(drawn)  # noqa: S308 - drawn by guide/pages.py, which no raw HTML passes


@by_link(Purpose.JOURNAL)
@require_POST
def share(request: LinkRequest, entry_id: UUID) -> HttpResponse:
    """Share an entry, or take it back."""
    share = request.POST.get("share") == "yes"
    try:
        services.set_shared(request.visitor.patient_id, str(entry_id), share=share, now=now_by_clock())
    except Unacceptable as fault:
        return _drawn(request, now_by_clock(), str(fault))
    return HttpResponseRedirect(reverse("calm:journal"), status=303)


@by_link(Purpose.JOURNAL)
@require_safe
def sound(request: LinkRequest, entry_id: UUID) -> HttpResponse:
    """One's own recording."""
    return sound_answer(request, queries.own_sound(request.visitor.patient_id, str(entry_id)))
