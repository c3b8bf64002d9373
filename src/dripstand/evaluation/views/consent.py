"""Consent: signed by the patient on the clinic's tablet, taken back at any time; and the clinic's texts."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dripstand.evaluation import queries, services
from dripstand.evaluation.consent_default import DRAFTS
from dripstand.evaluation.entries import ConsentKind
from dripstand.evaluation.forms import ConsentForm, ConsentTextForm
from dripstand.evaluation.services import CLINICAL, HEARS_WITHDRAWAL, READS_TEXTS
from dripstand.evaluation.views.evaluation import read_by
from dripstand.people.access import SignedInRequest, who_may
from dripstand.people.actors import Role
from dripstand.people.errors import Unacceptable
from dripstand.people.pages import page, show_what_is_wrong
from dripstand.people.queries import patient as patient_of
from dripstand.people.registration import record_read
from dripstand.people.signing import own_password_fits


def _kind(name: str) -> ConsentKind:
    try:
        return ConsentKind(name)
    except ValueError as fault:
        raise Http404 from fault


@who_may(*CLINICAL)
@sensitive_post_parameters("own_password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign(request: SignedInRequest, patient_id: UUID, kind: str) -> HttpResponse:
    """The text, large, for the patient to read, tick and sign; then whoever saw it confirms with their password.

    There is nothing else on the page: the tablet is in the patient's hand.
    """
    asked, patient = _kind(kind), read_by(request, patient_id)
    text = queries.current_consent_text(asked)
    if text is None:
        return page(request, "evaluation/no_text.html", {"patient": patient, "kind": asked}, status=200)
    blank = ConsentForm(text.statements, initial={"consent_id": uuid.uuid4(), "text_id": text.text_id})
    form = ConsentForm(text.statements, request.POST) if request.method == "POST" else blank
    if request.method == "POST" and form.is_valid() and own_password_fits(request, form):
        given = form.cleaned_data
        try:
            services.sign_consent(
                request.actor,
                str(patient_id),
                text_id=str(given["text_id"]),
                signed_as=given["signed_as"],
                agreed_count=len(given["agreed"]),
                consent_id=str(given["consent_id"]),
                now=datetime.now(UTC),
            )
        except Unacceptable as fault:
            show_what_is_wrong(form, fault)
        else:
            messages.success(request, _("Signed. Thank you."))
            return redirect("evaluation:evaluations", patient_id)
    # A page in the patient's hand watches no chair and names none.
    context = {"patient": patient, "text": text, "form": form, "actor": request.actor, "tells_awake": False}
    return render(request, "evaluation/consent.html", context, status=400 if form.errors else 200)


@who_may(*HEARS_WITHDRAWAL)
@require_POST
def withdraw(request: SignedInRequest, patient_id: UUID, kind: str) -> HttpResponse:
    """The patient takes a consent back: one tap, no reason asked."""
    try:
        services.withdraw_consent(
            request.actor,
            str(patient_id),
            kind=_kind(kind),
            told=request.POST.get("told", "")[:300],
            now=datetime.now(UTC),
        )
    except Unacceptable as fault:
        messages.error(request, " ".join(fault.words.values()))
    else:
        messages.success(request, _("The consent was taken back."))
    if request.actor.is_a(*services.MAY_READ):
        return redirect("evaluation:evaluations", patient_id)
    return redirect("people:patient", patient_id)


@who_may(Role.FRONT_DESK)
@require_safe
def taking_back(request: SignedInRequest, patient_id: UUID) -> HttpResponse:
    """For the front desk, which may hear that a consent is taken back; the others do it on the page of the evaluation.

    It says nothing of the evaluation, nor whether there is a consent (H46).
    """
    patient = patient_of(str(patient_id))
    record_read(request.actor, patient_id=patient.patient_id, screen="taking back a consent", now=datetime.now(UTC))
    return page(request, "evaluation/taking_back.html", {"patient": patient, "kinds": list(ConsentKind)})


@who_may(*READS_TEXTS)
@sensitive_post_parameters("own_password")
@require_http_methods(["GET", "HEAD", "POST"])
def texts(request: SignedInRequest, kind: str) -> HttpResponse:
    """The consent text in force, its earlier versions, and publishing a new one."""
    asked = _kind(kind)
    current = queries.current_consent_text(asked)
    draft = next(one for one in DRAFTS if one.kind is asked)
    start = current or draft
    blank = ConsentTextForm(
        initial={
            "title": start.title,
            "body": "\n\n".join(start.paragraphs),
            "statements": "\n".join(start.statements),
        }
    )
    form = ConsentTextForm(request.POST) if request.method == "POST" else blank
    may_publish = request.actor.is_a(Role.MEDICAL_LEAD)
    if request.method == "POST" and form.is_valid() and own_password_fits(request, form):
        given = form.cleaned_data
        try:
            services.publish_consent_text(
                request.actor,
                kind=asked,
                title=given["title"],
                body=given["body"],
                statements=given["statements"].splitlines(),
                asks_again=given["asks_again"],
                now=datetime.now(UTC),
            )
        except Unacceptable as fault:
            show_what_is_wrong(form, fault)
        else:
            messages.success(request, _("Published."))
            return redirect("evaluation:texts", asked.value)
    context = {
        "kind": asked,
        "kinds": list(ConsentKind),
        "current": current,
        "earlier": [one for one in queries.consent_texts() if one.kind is asked],
        "form": form,
        "may_publish": may_publish,
    }
    return page(request, "evaluation/texts.html", context, status=400 if form.errors else 200)
