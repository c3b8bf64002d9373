"""The patient's evaluation: where it stands, its sections, what fired, and the decision."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from dripstand.course.queries import open_course_of
from dripstand.evaluation import queries, services
from dripstand.evaluation.assessment import Assessment, FoundWith, OpenGap, basis_of, sha256_of_basis
from dripstand.evaluation.entries import ConsentKind, Outcome
from dripstand.evaluation.file import Given
from dripstand.evaluation.forms import DecisionForm, ReasonForm
from dripstand.evaluation.history import maudsley_band
from dripstand.evaluation.indications import DEPRESSION, Indication
from dripstand.evaluation.meanwhile import AnsweredMeanwhile
from dripstand.evaluation.questions import Kind, Question, Section, sections_for
from dripstand.evaluation.rules.conditions import load_of, resistance_of
from dripstand.evaluation.services import CLINICAL, HEARS_WITHDRAWAL, MAY_READ, READS_TEXTS
from dripstand.evaluation.standing import Standing
from dripstand.people.access import SignedInRequest, who_may
from dripstand.people.actors import Role
from dripstand.people.errors import Unacceptable
from dripstand.people.pages import page, show_what_is_wrong
from dripstand.people.queries import PatientDetails
from dripstand.people.queries import patient as patient_of
from dripstand.people.registration import record_read
from dripstand.people.signing import own_password_fits
from dripstand.protocol.queries import current_template


def indication_of(name: str) -> Indication:
    """The indication that an address names. Raises Http404."""
    try:
        return Indication(name.replace("-", "_"))
    except ValueError as fault:
        raise Http404 from fault


def read_by(request: SignedInRequest, patient_id: UUID) -> PatientDetails:
    """The patient, and the read in their trail."""
    details = patient_of(str(patient_id))
    record_read(request.actor, patient_id=details.patient_id, screen="evaluation", now=datetime.now(UTC))
    return details


@dataclass(frozen=True, slots=True)
class SectionLine:
    """One section and how much of it is answered. old_count: its answers that are older than a decision may hold."""

    section: Section
    answered_count: int
    required_count: int
    old_count: int

    @property
    def is_whole(self) -> bool:
        return self.answered_count >= self.required_count


def _lines(found: Assessment) -> list[SectionLine]:
    case = found.case
    lines: list[SectionLine] = []
    for section in sections_for(case.indication):
        needed = [one for one in section.questions if one.required]
        done = sum(1 for one in needed if case.answer(one.question))
        given = [case.file.answers.get(one.question) for one in section.questions]
        old = sum(1 for one in given if one is not None and one.value and case.is_old(one.recorded_at))
        lines.append(SectionLine(section, done, len(needed), old))
    return lines


@who_may(*MAY_READ)
@require_safe
def evaluations(request: SignedInRequest, patient_id: UUID) -> HttpResponse:
    """Every indication and both consents: where each stands, and the way on."""
    patient, now = read_by(request, patient_id), datetime.now(UTC)
    file = queries.file_of(patient.patient_id)
    standings = [queries.standing_decision(patient.patient_id, one, now) for one in Indication]
    consents = [(kind, queries.consent(patient.patient_id, kind, now, file=file)) for kind in ConsentKind]
    context = {
        "patient": patient,
        "standings": standings,
        "consents": consents,
        "file": file,
        "here": "evaluations",
        "clearance": queries.clearance_of(patient.patient_id, now, indications=_treated_for(patient.patient_id)),
        "may_write": request.actor.is_a(*CLINICAL),
        "may_take_back": request.actor.is_a(*HEARS_WITHDRAWAL),
        "may_read_texts": request.actor.is_a(*READS_TEXTS),
    }
    return page(request, "evaluation/evaluations.html", context)


def _treated_for(patient_id: str) -> list[Indication]:
    """For what an order would be given now: that of the course that is open; of any, where none is."""
    course = open_course_of(patient_id)
    return [one for one in Indication if course is not None and one.value == course.indication]


@dataclass(frozen=True, slots=True)
class DecisionPage:
    """Everything that the page of one indication shows."""

    patient: PatientDetails
    found: Assessment
    standing: Standing
    digest: str


def _decision_page(patient: PatientDetails, indication: Indication, now: datetime) -> DecisionPage:
    found = queries.assessment(patient.patient_id, indication, now)
    template = current_template()
    digest = sha256_of_basis(basis_of(found, template.template_id)) if template else ""
    return DecisionPage(patient, found, queries.standing_decision(patient.patient_id, indication, now), digest)


def _show(
    request: SignedInRequest,
    seen: DecisionPage,
    *,
    form: DecisionForm | None = None,
    override: tuple[str, ReasonForm] | None = None,
    status: int = 200,
) -> HttpResponse:
    found, indication = seen.found, seen.found.case.indication
    limits = found.case.limits
    resistance = resistance_of(found.case)
    reviewed = found.case.file.medicines_reviewed
    blank = DecisionForm(
        initial={"decision_id": uuid.uuid4(), "seen": seen.digest, "valid_for_d": limits.decision_valid_d}
    )
    context = {
        "patient": seen.patient,
        "here": "evaluations",
        "indication": indication,
        "found": found,
        "standing": seen.standing,
        "lines": _lines(found),
        "reviewed": reviewed,
        "review_is_old": reviewed is not None and found.case.is_old(reviewed.recorded_at),
        "resistance": resistance,
        "maudsley_band": maudsley_band(resistance.maudsley) if resistance.maudsley else "",
        "shows_resistance": indication in DEPRESSION,
        "loads": load_of(found.case),
        "limits": limits,
        "form": form or blank,
        "wrong_override": override[0] if override else "",
        "override_form": override[1] if override else ReasonForm(),
        "may_sign": request.actor.is_a(Role.PRESCRIBER) and seen.digest != "",
        "may_write": request.actor.is_a(*CLINICAL),
        "no_protocol": seen.digest == "",
        "decisions": [one for one in reversed(found.case.file.decisions) if one.signed.indication is indication],
    }
    return page(request, "evaluation/evaluation.html", context, status=status)


@who_may(*MAY_READ)
@sensitive_post_parameters("own_password")
@require_http_methods(["GET", "HEAD", "POST"])
def evaluation(request: SignedInRequest, patient_id: UUID, indication: str) -> HttpResponse:
    """One indication: sections, what fired with its source, what is open, and the decision."""
    asked, patient, now = indication_of(indication), read_by(request, patient_id), datetime.now(UTC)
    seen = _decision_page(patient, asked, now)
    if request.method != "POST":
        return _show(request, seen)
    if request.POST.get("patient_id") != patient.patient_id:
        messages.error(request, _("This form belongs to another patient. Nothing was changed."))
        return _show(request, seen, status=400)
    if request.POST.get("step") == "override":
        return _override(request, seen, now)
    if request.POST.get("step") == "withdraw":
        return _withdraw(request, seen, now)
    return _sign(request, seen, now)


def _here(seen: DecisionPage) -> HttpResponse:
    slug = seen.found.case.indication.value.replace("_", "-")
    return redirect("evaluation:evaluation", seen.patient.patient_id, slug)


def _override(request: SignedInRequest, seen: DecisionPage, now: datetime) -> HttpResponse:
    form = ReasonForm(request.POST)
    key = request.POST.get("finding", "")
    if form.is_valid():
        try:
            services.override_finding(
                request.actor,
                seen.patient.patient_id,
                indication=seen.found.case.indication,
                finding=key,
                grounds_sha256=request.POST.get("grounds", ""),
                reason=form.cleaned_data["reason"],
                now=now,
            )
        except Unacceptable as fault:
            show_what_is_wrong(form, fault)
        else:
            return _here(seen)
    return _show(request, seen, override=(key, form), status=400)


def _withdraw(request: SignedInRequest, seen: DecisionPage, now: datetime) -> HttpResponse:
    form = ReasonForm(request.POST)
    if form.is_valid():
        try:
            services.withdraw_decision(
                request.actor,
                seen.patient.patient_id,
                request.POST.get("decision", ""),
                reason=form.cleaned_data["reason"],
                now=now,
            )
        except Unacceptable as fault:
            show_what_is_wrong(form, fault)
        else:
            return _here(seen)
    return _show(request, seen, override=("withdraw", form), status=400)


def _sign(request: SignedInRequest, seen: DecisionPage, now: datetime) -> HttpResponse:
    form = DecisionForm(request.POST)
    if form.is_valid() and own_password_fits(request, form):
        given = form.cleaned_data
        try:
            services.sign_decision(
                request.actor,
                seen.patient.patient_id,
                indication=seen.found.case.indication,
                outcome=Outcome(given["outcome"]),
                seen_basis_sha256=given["seen"],
                valid_for_d=given["valid_for_d"],
                reason=given["reason"],
                decision_id=str(given["decision_id"]),
                now=now,
            )
        except Unacceptable as fault:
            show_what_is_wrong(form, fault)
            form.data = request.POST.copy()
            form.data["seen"] = seen.digest  # what this answer shows is what is signed next
        else:
            messages.success(request, _("Signed."))
            return _here(seen)
    return _show(request, seen, form=form, status=400)


# --- one section ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Asked:
    """One question with what is answered. value: as typed now, else as it holds. wrong: a sentence, or ""."""

    question: Question
    given: Given | None
    value: str
    note: str
    wrong: str

    @property
    def choices(self) -> list[tuple[str, str]]:
        words = {"yes": _("yes"), "no": _("no"), "not_known": _("not known")}
        return [(value, self.question.choices.get(value) or words.get(value, value)) for value in self.question.values]


def _section(indication: Indication, name: str) -> Section:
    found = next((one for one in sections_for(indication) if one.section == name), None)
    if found is None:
        raise Http404
    return found


@who_may(*CLINICAL)
@require_http_methods(["GET", "HEAD", "POST"])
def section(request: SignedInRequest, patient_id: UUID, indication: str, name: str) -> HttpResponse:
    """One section's questions. Each answer is saved by itself where there is script, all together where there is none.

    Only what was changed on this page is recorded, and not where a colleague has answered the question meanwhile: then
    their answer is shown, and what else was typed stays on the page.
    """
    asked, patient, now = indication_of(indication), read_by(request, patient_id), datetime.now(UTC)
    shown = _section(asked, name)
    wrong: dict[str, str] = {}
    meanwhile: dict[str, str] = {}
    if request.method == "POST":
        try:
            wrong = _save(request, patient, shown, now)
        except AnsweredMeanwhile as fault:
            wrong = meanwhile = fault.words
        single = request.headers.get("X-Saves-Each") == "1"
        if single:
            return _saved_one(request, patient, wrong)
        if not wrong:
            return _onward(patient, asked, name)
    file = queries.file_of(patient.patient_id)
    lines = []
    for question in shown.questions:
        given = file.answers.get(question.question)
        held = (given.value, given.note) if given else ("", "")
        typed, was = _sent(request, question.question)
        # Words that somebody wrote stay in their field for them to go on with; of two answers the file's is shown.
        answered = question.question in meanwhile and question.kind is not Kind.TEXT
        value, said = held if was is None or typed == was or answered else typed
        lines.append(Asked(question, given, value, said, wrong.get(question.question, "")))
    context = {
        "patient": patient,
        "here": "evaluations",
        "indication": asked,
        "section": shown,
        "sections": sections_for(asked),
        "lines": lines,
        "wrong": wrong,
    }
    return page(request, "evaluation/section.html", context, status=400 if wrong else 200)


def _sent(request: SignedInRequest, name: str) -> tuple[tuple[str, str], tuple[str, str] | None]:
    """The answer and note of one question as sent, and as the page had held them; None where it was not on the page."""
    sent = request.POST.get(f"a-{name}", ""), request.POST.get(f"n-{name}", "")
    was = request.POST.get(f"was-{name}", ""), request.POST.get(f"noted-{name}", "")
    return sent, was if f"was-{name}" in request.POST else None


def _save(request: SignedInRequest, patient: PatientDetails, shown: Section, now: datetime) -> dict[str, str]:
    """What is wrong, by question. Raises AnsweredMeanwhile."""
    if request.POST.get("patient_id") != patient.patient_id:
        return {"": _("This form belongs to another patient. Nothing was changed.")}
    answers: dict[str, str] = {}
    notes: dict[str, str] = {}
    held: dict[str, tuple[str, str]] = {}
    for question in shown.questions:
        name = question.question
        sent, was = _sent(request, name)
        if was is not None and sent != was:
            (answers[name], notes[name]), held[name] = sent, was
    if not answers:
        return {}
    try:
        services.answer_questions(
            request.actor, patient.patient_id, answers=answers, notes=notes, shown=held, now=now
        )
    except AnsweredMeanwhile:
        raise
    except Unacceptable as fault:
        return fault.words
    return {}


def _saved_one(request: SignedInRequest, patient: PatientDetails, wrong: dict[str, str]) -> HttpResponse:
    name = request.POST.get("question", "")
    given = queries.file_of(patient.patient_id).answers.get(name)
    context = {"given": given, "wrong": next(iter(wrong.values()), "")}
    return render(request, "evaluation/saved.html", context, status=422 if wrong else 200)


def _onward(patient: PatientDetails, indication: Indication, name: str) -> HttpResponse:
    """The next section, or the whole evaluation after the last."""
    names = [one.section for one in sections_for(indication)]
    at = names.index(name) + 1
    slug = indication.value.replace("_", "-")
    if at < len(names):
        return redirect("evaluation:section", patient.patient_id, slug, names[at])
    return redirect("evaluation:evaluation", patient.patient_id, slug)


__all__ = ["FoundWith", "OpenGap", "evaluation", "evaluations", "indication_of", "read_by", "section"]
