"""The clinic's patients: find, register, look up, amend."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from dripstand.people import services
from dripstand.people.access import SignedInRequest, who_may
from dripstand.people.actors import Role
from dripstand.people.errors import Unacceptable
from dripstand.people.forms import AmendForm, FindForm, PatientForm
from dripstand.people.pages import page, places_of_patient, show_what_is_wrong
from dripstand.people.queries import PatientDetails, history_of, look_alikes, look_alikes_of, reads_of
from dripstand.people.queries import patient as patient_of
from dripstand.people.queries import patients as find
from dripstand.people.registration import REGISTERS

SEES_READS = (Role.MEDICAL_LEAD, Role.ADMINISTRATOR)


@who_may(*REGISTERS, Role.ON_CALL)
@require_http_methods(["GET", "HEAD", "POST"])
def patients(request: SignedInRequest) -> HttpResponse:
    """Patients by name. What is looked for is posted, so that no name stands in an address or a log."""
    form = FindForm(request.POST or None)
    words = form.cleaned_data["words"] if form.is_bound and form.is_valid() else ""
    found = find(words)
    context = {
        "form": form,
        "found": found,
        "words": words,
        "look_alikes": set(look_alikes(found)),
        "may_register": request.actor.is_a(*REGISTERS),
    }
    return page(request, "people/patients.html", context)


@who_may(*REGISTERS)
@require_http_methods(["GET", "HEAD", "POST"])
def register_patient(request: SignedInRequest) -> HttpResponse:
    """Register a patient; look-alikes are shown at once, on the page that follows."""
    form = PatientForm(request.POST) if request.method == "POST" else PatientForm.empty()
    if request.method == "POST" and form.is_valid():
        try:
            patient_id = services.register_patient(
                request.actor, patient_id=str(form.cleaned_data["patient_id"]), now=datetime.now(UTC), **form.facts()
            )
        except Unacceptable as fault:
            show_what_is_wrong(form, fault)
        else:
            messages.success(request, _("Registered."))
            return redirect("people:patient", patient_id)
    return page(request, "people/register.html", {"form": form}, status=400 if form.errors else 200)


@who_may(*REGISTERS, Role.ON_CALL)
@require_safe
def patient(request: SignedInRequest, patient_id: UUID) -> HttpResponse:
    """One patient's record; opening it is noted in the read trail."""
    details = patient_of(str(patient_id))
    services.record_read(request.actor, patient_id=details.patient_id, screen="patient", now=datetime.now(UTC))
    may_see_reads = request.actor.is_a(*SEES_READS)
    context = {
        "patient": details,
        "age_y": details.age_y(datetime.now(UTC).date()),
        "look_alikes": look_alikes_of(details.patient_id),
        "history": history_of(details.patient_id),
        "reads": reads_of(details.patient_id)[:100] if may_see_reads else (),
        "may_see_reads": may_see_reads,
        "may_amend": request.actor.is_a(*REGISTERS),
        "elsewhere": places_of_patient(request.actor, details.patient_id),
    }
    return page(request, "people/patient.html", context)


def _as_typed(details: PatientDetails) -> dict[str, object]:
    return {
        "patient_id": details.patient_id,
        "record_number": details.record_number,
        "name": details.name,
        "preferred_name": details.preferred_name,
        "birth_date": details.birth_date,
        "sex": details.sex,
        "height_cm": details.height_cm,
        "allergies": "\n".join(details.allergies),
        "none_known": details.allergies_reviewed and not details.allergies,
        "phone": details.phone,
        "notes": details.notes,
        "seen_version_number": details.version_number,
    }


@who_may(*REGISTERS)
@require_http_methods(["GET", "HEAD", "POST"])
def amend_patient(request: SignedInRequest, patient_id: UUID) -> HttpResponse:
    """Change what is known of a patient. The form names the patient too: one from another tab is refused (H02)."""
    details = patient_of(str(patient_id))
    form = AmendForm(request.POST) if request.method == "POST" else AmendForm(initial=_as_typed(details))
    if request.method == "POST" and form.is_valid():
        given = form.facts()
        try:
            if form.cleaned_data["patient_id"] != patient_id:
                raise Unacceptable({"": _("This form belongs to another patient. Nothing was changed.")})
            services.amend_patient(request.actor, str(patient_id), now=datetime.now(UTC), **given)
        except Unacceptable as fault:
            show_what_is_wrong(form, fault)
        else:
            messages.success(request, _("Changed. What was known before is kept."))
            return redirect("people:patient", patient_id)
    context = {"form": form, "patient": details}
    return page(request, "people/amend.html", context, status=400 if form.errors else 200)
