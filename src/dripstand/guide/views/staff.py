"""The staff's side: the pages and who signed them, writing with a preview, and what the patient told before a visit."""

from __future__ import annotations

import contextlib
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dripstand.guide import queries, services
from dripstand.guide.forms import EscortForm
from dripstand.guide.next_day_answers import next_day
from dripstand.guide.pages import LANGUAGES, PLACEHOLDERS, rendered, unknown_placeholders
from dripstand.guide.reading_grade import grade_words
from dripstand.guide.told import GoOn
from dripstand.infusion.queries import NoSuchSession, chart
from dripstand.live.clock import now as now_by_clock
from dripstand.people.access import SignedInRequest, who_may
from dripstand.people.actors import Role
from dripstand.people.checks import whole_number
from dripstand.people.errors import Unacceptable
from dripstand.people.links.purposes import Purpose
from dripstand.people.pages import made_link, show_what_is_wrong
from dripstand.people.pages import page as office_page
from dripstand.people.sent_forms import shown_once
from dripstand.people.services import make_link, record_read, send_link, withdraw_links_about
from dripstand.premises.queries import clinic
from dripstand.protocol.queries import template as template_of

REVIEW_EVERY = timedelta(days=365)


@who_may(*services.WHO_WRITES)
@require_safe
def pages(request: SignedInRequest) -> HttpResponse:
    """Every page in every language: its author, who signed it, and whether it is past its date."""
    today, here = now_by_clock().date(), clinic()
    shown = [
        (one, one.is_overdue(today), grade_words(one.body, language))
        for language in LANGUAGES
        for one in queries.pages(language)
    ]
    context = {
        "shown": shown,
        "lines": [(language, queries.crisis_words(language)) for language in LANGUAGES],
        "may_set": request.actor.is_a(Role.MEDICAL_LEAD, Role.ADMINISTRATOR),
        "numbers_missing": not (here and here.phone and here.patient_emergency_phone),
        "unreviewed_count": sum(not one.reviewed_by for one, _late, _grade in shown),
        "overdue_count": sum(late for _one, late, _grade in shown),
    }
    return office_page(request, "guide/pages.html", context)


def _language(language: str) -> str:
    if language not in LANGUAGES:
        raise Http404
    return language


@who_may(*services.WHO_WRITES)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: SignedInRequest, slug: str, language: str) -> HttpResponse:
    """Write a page anew, with a preview before it is kept; sign it."""
    now = now_by_clock()
    standing = queries.page(slug, _language(language))
    title = request.POST.get("title", standing.title)
    body = request.POST.get("body", standing.body).replace("\r\n", "\n")
    sources = request.POST.get("sources", "\n".join(standing.sources)).replace("\r\n", "\n")
    wrong: dict[str, str] = {}
    if request.method == "POST" and request.POST.get("what") == "keep":
        seen = request.POST.get("seen_version_number", "")
        try:
            services.write_page(
                request.actor,
                slug=slug,
                language=language,
                title=title,
                body=body,
                sources=sources,
                seen_version_number=found if (found := whole_number(seen)) is not None else -1,
                now=now,
            )
        except Unacceptable as fault:
            wrong = fault.words
        else:
            messages.success(request, _("Kept as a new version. Nobody has reviewed it yet."))
            return redirect("guide:edit", slug, language)
    with override(language):
        values = {name: f"[{name}]" for name in PLACEHOLDERS}
    context = {
        "page": standing,
        "title": title,
        "body": body,
        "sources": sources,
        "wrong": list(wrong.values()),
        "unknown": unknown_placeholders(body),
        "drawn": mark_safe(rendered(body, values)),  # noqa: S308 - no raw HTML passes guide/pages.py
        "grade": grade_words(body, language),
        "placeholders": sorted(PLACEHOLDERS),
        "versions": queries.versions(slug, language),
        "may_review": request.actor.is_a(*services.WHO_REVIEWS),
        "review_again_on": (now + REVIEW_EVERY).date(),
        "overdue": standing.is_overdue(now.date()),
    }
    return office_page(request, "guide/edit.html", context, status=400 if wrong else 200)


@who_may(*services.WHO_REVIEWS)
@require_POST
def review(request: SignedInRequest, slug: str, language: str) -> HttpResponse:
    """Sign a page as read and right."""
    again_on = date.min
    with contextlib.suppress(ValueError):
        again_on = date.fromisoformat(request.POST.get("review_again_on", ""))
    try:
        services.review_page(
            request.actor,
            slug=slug,
            language=_language(language),
            seen_sha256=request.POST.get("seen_sha256", ""),
            review_again_on=again_on,
            now=now_by_clock(),
        )
    except Unacceptable as fault:
        messages.error(request, str(fault))
    else:
        messages.success(request, _("Signed as read and right."))
    return redirect("guide:edit", slug, language)


@who_may(Role.MEDICAL_LEAD, Role.ADMINISTRATOR)
@require_POST
def crisis_line(request: SignedInRequest) -> HttpResponse:
    """Set whom to call in a crisis."""
    try:
        services.set_crisis_line(
            request.actor,
            language=request.POST.get("language", ""),
            words=request.POST.get("words", ""),
            now=now_by_clock(),
        )
    except Unacceptable as fault:
        messages.error(request, str(fault))
    return redirect("guide:pages")


@who_may(Role.NURSE, Role.PRESCRIBER, Role.MEDICAL_LEAD, Role.FRONT_DESK)
@require_http_methods(["GET", "HEAD", "POST"])
def patient_side(request: SignedInRequest, session_id: UUID) -> HttpResponse:
    """What the patient read, asked, wishes and fears, who takes them home, and the talk after a hard infusion."""
    now = now_by_clock()
    try:
        folded = chart(str(session_id))
    except NoSuchSession as missing:
        raise Http404 from missing
    patient_id = folded.opened.patient_id
    names_escort = request.method == "POST" and request.POST.get("what") == "escort"
    escort_form = EscortForm(request.POST if names_escort else None)
    made: dict[str, Any] = {}
    if names_escort:
        if escort_form.is_valid():
            try:
                made = _ask_escort(request, escort_form.cleaned_data, patient_id, str(session_id), now)
            except Unacceptable as fault:
                show_what_is_wrong(escort_form, fault)
    elif request.method == "POST":
        try:
            _put_down(request, patient_id, str(session_id))
        except Unacceptable as fault:
            messages.error(request, str(fault))
        return redirect("guide:patient_side", session_id)
    record_read(request.actor, patient_id=patient_id, screen="patient side", now=now)
    template = template_of(folded.opened.template_id)
    clinical = request.actor.is_a(*services.WHO_TALKS)
    told = queries.before_the_start(patient_id, str(session_id), now, template.gates.anxiety_flag_score)
    context = {
        "called": folded.opened.preferred_name or folded.opened.patient_name,
        "name": folded.opened.patient_name,
        "patient_id": patient_id,
        "session_id": str(session_id),
        "told": told,
        "clinical": clinical,
        "may_refuse": request.actor.is_a(Role.NURSE, Role.PRESCRIBER),
        "time": queries.time_to_come(patient_id, str(session_id), now),
        "day": next_day(patient_id, str(session_id), now) if clinical else None,
        "clear": queries.may_be_asked(patient_id),
        "go_on": [(one.value, one.value) for one in GoOn],
        "links_href": reverse("people:links", args=[patient_id]),
        # A link is shown in the answer itself: its secret is kept nowhere, not in the sign-in either.
        "escort_form": EscortForm() if made else escort_form,
        **made,
    }
    answer = office_page(request, "guide/patient_side.html", context, status=400 if escort_form.errors else 200)
    return shown_once(answer) if made else answer


def _ask_escort(
    request: SignedInRequest, facts: dict[str, Any], patient_id: str, session_id: str, now: datetime
) -> dict[str, Any]:
    """Name the escort and make their link, by e-mail where an address was given; answers what is shown of it, once."""
    services.name_escort(
        request.actor,
        patient_id=patient_id,
        session_id=session_id,
        name=facts["name"],
        phone=facts["phone"],
        relation=facts["relation"],
        email=facts["email"],
        language=facts["language"],
        may_name_treatment=facts["may_name_treatment"],
        now=now,
    )
    # Whoever was asked before is asked no more.
    withdraw_links_about(patient_id=patient_id, purpose=Purpose.ESCORT, about=session_id, now=now)
    made = make_link(
        request.actor,
        patient_id,
        purpose=Purpose.ESCORT,
        about=session_id,
        name=facts["name"],
        language=facts["language"],
        now=now,
    )
    was_sent, here = False, clinic()
    if facts["email"]:
        was_sent = send_link(
            made,
            to=facts["email"],
            site=request.build_absolute_uri("/"),
            clinic_name=here.name if here else "",
            door_name=here.door_name if here else "",
            language=facts["language"],
            may_name_treatment=facts["may_name_treatment"],
            now=now,
        )
    return made_link(request, made, facts["email"] if was_sent else "", "" if was_sent else facts["email"])


def _put_down(request: SignedInRequest, patient_id: str, session_id: str) -> None:
    """Save what was sent."""
    sent, now, actor = request.POST, now_by_clock(), request.actor
    match sent.get("what", ""):
        case "refuse":
            services.refuse_escort(
                actor, patient_id=patient_id, session_id=session_id, reason=sent.get("reason", ""), now=now
            )
        case "talked":
            services.talk_about(actor, sent.get("asked_id", ""), now=now)
        case "talk":
            wanted = sent.get("go_on", "")
            if wanted not in list(GoOn):
                raise Unacceptable({"go_on": _("Choose how to go on.")})
            services.talk_through(
                actor,
                patient_id=patient_id,
                session_id=session_id,
                happened=sent.get("happened", ""),
                helped=sent.get("helped", ""),
                go_on=GoOn(wanted),
                now=now,
            )
        case _:
            raise Unacceptable({"": _("Nothing was saved.")})
