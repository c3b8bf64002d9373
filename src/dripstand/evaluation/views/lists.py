"""Medicines, earlier treatments and tests: the lists that the rules look at."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from dripstand.evaluation import queries, services, workup
from dripstand.evaluation.drugs import CATALOGUE
from dripstand.evaluation.forms import MedicineForm, ReasonForm, ReportForm, ResultForm, TrialForm
from dripstand.evaluation.history import judge
from dripstand.evaluation.indications import Indication
from dripstand.evaluation.services import CLINICAL, MAY_READ
from dripstand.evaluation.views.evaluation import read_by
from dripstand.people.access import SignedInRequest, who_may
from dripstand.people.errors import Unacceptable
from dripstand.people.forms import PlainForm
from dripstand.people.pages import page, show_what_is_wrong
from dripstand.people.queries import PatientDetails
from dripstand.premises.queries import clinic_zone

LISTED = tuple(sorted(one.name for one in CATALOGUE))


def _tried(form: PlainForm, act: Callable[[], object]) -> bool:
    """Whether what the form asked for was done; where not, the form says why."""
    if not form.is_valid():
        return False
    try:
        act()
    except Unacceptable as fault:
        show_what_is_wrong(form, fault)
        return False
    return True


def _is_this_patient(request: SignedInRequest, patient: PatientDetails) -> bool:
    if request.POST.get("patient_id") == patient.patient_id:
        return True
    messages.error(request, _("This form belongs to another patient. Nothing was changed."))
    return False


@who_may(*MAY_READ)
@require_http_methods(["GET", "HEAD", "POST"])
def medicines(request: SignedInRequest, patient_id: UUID) -> HttpResponse:
    """What the patient takes and has taken; add, stop, strike, and say that the list was gone through."""
    patient, now = read_by(request, patient_id), datetime.now(UTC)
    form, ending, which = MedicineForm.empty(), ReasonForm(), ""
    if request.method == "POST" and _is_this_patient(request, patient):
        step, which = request.POST.get("step", ""), request.POST.get("medicine", "")
        done = False
        if step == "add":
            form = MedicineForm(request.POST)
            done = _tried(form, lambda: services.add_medicine(request.actor, str(patient_id), now=now, **form.facts()))
        elif step == "review":
            services.review_medicines(request.actor, str(patient_id), now=now)
            done = True
        elif step in ("stop", "strike"):
            ending = ReasonForm(request.POST)
            done = _tried(ending, lambda: _end(request, patient, step, which, ending.cleaned_data["reason"], now))
        if done:
            return redirect("evaluation:medicines", patient_id)
    context = {
        "patient": patient,
        "here": "medicines",
        "file": queries.file_of(str(patient_id)),
        "form": form,
        "ending": ending,
        "which": which,
        "listed": LISTED,
        "may_write": request.actor.is_a(*CLINICAL),
    }
    return page(request, "evaluation/medicines.html", context, status=400 if form.errors or ending.errors else 200)


def _end(
    request: SignedInRequest, patient: PatientDetails, step: str, medicine: str, reason: str, now: datetime
) -> None:
    if step == "strike":
        services.strike_medicine(request.actor, patient.patient_id, medicine, reason=reason, now=now)
        return
    today = now.astimezone(clinic_zone()).date()
    services.stop_medicine(
        request.actor, patient.patient_id, medicine, stopped_on=min(today, now.date()), reason=reason, now=now
    )


@who_may(*MAY_READ)
@require_http_methods(["GET", "HEAD", "POST"])
def history(request: SignedInRequest, patient_id: UUID) -> HttpResponse:
    """Earlier treatments, each with why it counts or does not."""
    patient, now = read_by(request, patient_id), datetime.now(UTC)
    form, ending, which = TrialForm.empty(), ReasonForm(), ""
    if request.method == "POST" and _is_this_patient(request, patient):
        which = request.POST.get("trial", "")
        if request.POST.get("step") == "strike":
            ending = ReasonForm(request.POST)
            done = _tried(
                ending,
                lambda: services.strike_trial(
                    request.actor, str(patient_id), which, reason=ending.cleaned_data["reason"], now=now
                ),
            )
        else:
            form = TrialForm(request.POST)
            done = _tried(
                form, lambda: services.record_trial(request.actor, str(patient_id), trial=form.trial(), now=now)
            )
        if done:
            return redirect("evaluation:history", patient_id)
    file = queries.file_of(str(patient_id))
    weeks = queries.limits().trial_weeks_at_least
    context = {
        "patient": patient,
        "here": "history",
        "trials": [(one, judge(one.recorded, weeks)) for one in file.trials],
        "weeks": weeks,
        "form": form,
        "ending": ending,
        "which": which,
        "listed": LISTED,
        "may_write": request.actor.is_a(*CLINICAL),
    }
    return page(request, "evaluation/history.html", context, status=400 if form.errors or ending.errors else 200)


@who_may(*MAY_READ)
@require_http_methods(["GET", "HEAD"])
def tests(request: SignedInRequest, patient_id: UUID) -> HttpResponse:
    """Every test of the work-up with its newest result, its range and how long it is good for.

    Bipolar depression wins over another indication: it alone asks for, and reads, the mania rating.
    """
    patient, now = read_by(request, patient_id), datetime.now(UTC)
    file = queries.file_of(str(patient_id))
    lines = {
        one.test.test: one
        for indication in sorted(queries.indications_of(file), key=lambda one: one is Indication.BIPOLAR_DEPRESSION)
        for one in reversed(workup.standings(queries.case_of(str(patient_id), indication, now, file=file)))
    }
    context = {
        "patient": patient,
        "here": "tests",
        "lines": [lines[one.test] for one in workup.TESTS],
        "may_write": request.actor.is_a(*CLINICAL),
    }
    return page(request, "evaluation/tests.html", context)


@who_may(*CLINICAL)
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: SignedInRequest, patient_id: UUID) -> HttpResponse:
    """Enter everything that was taken at one time, as it stands on a report: all of it or nothing."""
    patient, now = read_by(request, patient_id), datetime.now(UTC)
    form = ReportForm(workup.TESTS)
    if request.method == "POST" and _is_this_patient(request, patient):
        with timezone.override(clinic_zone()):
            form = ReportForm(workup.TESTS, request.POST)
            if form.is_valid() and _recorded(request, patient, form, now):
                return redirect("evaluation:tests", patient_id)
    context = {"patient": patient, "here": "tests", "form": form}
    return page(request, "evaluation/report.html", context, status=400 if form.errors else 200)


def _recorded(request: SignedInRequest, patient: PatientDetails, form: ReportForm, now: datetime) -> bool:
    try:
        services.record_results(
            request.actor,
            patient.patient_id,
            results=form.results(),
            now=now,
            submission_id=str(form.cleaned_data["submission_id"]),
        )
    except Unacceptable as fault:
        form.show(fault.words)
        return False
    return True


@who_may(*CLINICAL)
@require_http_methods(["GET", "HEAD", "POST"])
def result(request: SignedInRequest, patient_id: UUID, test: str) -> HttpResponse:
    """Enter one test's result; see its earlier ones."""
    known = workup.OF_NAME.get(test.replace("-", "_"))
    if known is None:
        raise Http404
    patient, now = read_by(request, patient_id), datetime.now(UTC)
    form, ending, which = ResultForm.empty(known), ReasonForm(), ""
    if request.method == "POST" and _is_this_patient(request, patient):
        with timezone.override(clinic_zone()):
            if request.POST.get("step") == "strike":
                ending, which = ReasonForm(request.POST), request.POST.get("result", "")
                done = _tried(
                    ending,
                    lambda: services.strike_result(
                        request.actor, str(patient_id), which, reason=ending.cleaned_data["reason"], now=now
                    ),
                )
            else:
                form = ResultForm(known, request.POST)
                done = _tried(
                    form,
                    lambda: services.record_results(request.actor, str(patient_id), results=[form.result()], now=now),
                )
        if done:
            return redirect("evaluation:tests", patient_id)
    earlier = [one for one in queries.file_of(str(patient_id)).results if one.recorded.test == known.test]
    context = {
        "patient": patient,
        "here": "tests",
        "test": known,
        "form": form,
        "ending": ending,
        "which": which,
        "earlier": sorted(earlier, key=lambda one: one.taken_at, reverse=True),
        "has_range": known.shape is workup.Shape.RANGE,
    }
    return page(request, "evaluation/result.html", context, status=400 if form.errors or ending.errors else 200)
