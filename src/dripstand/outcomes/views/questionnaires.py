"""Questionnaires at the desk: what is due for whom, entering one, finishing, signing, leaving out, correcting."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dripstand.course.queries import (
    CourseDetails,
    EndedCourse,
    InfusionDetails,
    RunningSeries,
    courses_of,
    running_series,
)
from dripstand.live.clock import now as now_by_clock
from dripstand.outcomes import queries, services
from dripstand.outcomes.clinician_only import WHO_TREATS
from dripstand.outcomes.due import (
    AFTERWARDS,
    MISSED_SHOWN,
    Afterwards,
    asked_afterwards,
    course_asked,
    due_of_course,
    gap_d_of,
    open_slots,
)
from dripstand.outcomes.filled import TOTAL, Filled
from dripstand.outcomes.forms import AnswersForm, BeginForm, CorrectForm, RatingForm, SkipForm
from dripstand.outcomes.instruments import CURRENT
from dripstand.outcomes.instruments.instrument import choice_words
from dripstand.outcomes.occasions import Occasion, Windows
from dripstand.outcomes.schedule import Due, Standing, key_in
from dripstand.outcomes.score import Counted
from dripstand.outcomes.suicidality import Place, Step
from dripstand.outcomes.views.keeping import gave_way, named_by, save
from dripstand.outcomes.views.reaching import reaching
from dripstand.outcomes.views.slot_words import in_series, occasion_words, shown_due
from dripstand.outcomes.words import INDICATION_WORDS, PLACE_WORDS
from dripstand.people.access import SignedInRequest, who_may
from dripstand.people.checks import whole_number
from dripstand.people.errors import Unacceptable
from dripstand.people.forms import PlainForm
from dripstand.people.pages import page, show_what_is_wrong
from dripstand.people.queries import PatientDetails, patients_by_id
from dripstand.people.queries import patient as patient_of
from dripstand.people.services import record_read
from dripstand.people.signing import own_password_fits
from dripstand.premises.queries import clinic_zone

COMING_SHOWN = timedelta(days=2)
SHOWN_AT_ONCE_COUNT = 25
"""People whose questionnaires stand on one page of what is due; the others are a page further."""


def _near(slots: Iterable[Due], now: datetime) -> list[Due]:
    """What somebody can act on now: due, missed lately, or opening soon."""
    return [
        each
        for each in slots
        if each.standing is Standing.DUE
        or (each.standing is Standing.MISSED and now - each.closes_at <= MISSED_SHOWN)
        or (each.standing is Standing.NOT_YET and each.opens_at - now <= COMING_SHOWN)
    ]


@who_may(*WHO_TREATS)
@require_safe
def overview(request: SignedInRequest) -> HttpResponse:
    """What waits: answers that need a clinician, ratings to sign, questionnaires that are due.

    ?page= of those due, SHOWN_AT_ONCE_COUNT people each: who is in a course before those whose course has ended, and
    of either whose questionnaire is due first before the others.
    """
    now = now_by_clock()
    lines = running_series()
    ended = queries.ended_keys_of_courses(line.course_id for line in lines)
    zone, gap_d = clinic_zone(), cache(gap_d_of)
    under_way = [
        (line, near)
        for line in lines
        if (near := _near(open_slots(line, ended.get(line.course_id, {}), now, zone, gap_d=gap_d), now))
    ]
    under_way.sort(key=lambda one: (one[1][0].due_at, one[0].patient_id))
    over = asked_afterwards(now, lately=MISSED_SHOWN, soon=COMING_SHOWN)
    due: list[tuple[RunningSeries | EndedCourse, list[Due] | Afterwards]] = [
        *under_way,
        *((one.course, one) for one in over),
    ]
    shown = Paginator(due, SHOWN_AT_ONCE_COUNT).get_page(request.GET.get("page"))
    unsigned = queries.unsigned()
    escalations = queries.open_escalations()
    named = patients_by_id(
        [
            *(line.patient_id for line, _near_ones in shown),
            *(one.patient_id for one in unsigned),
            *(one.patient_id for one in escalations),
        ]
    )
    listed = [(line, _slots(near, now)) for line, near in shown]
    reached = reaching([(line.course_id, line.patient_id, slots) for line, slots in listed])
    context = {
        "escalations": [(each, named[each.patient_id]) for each in escalations],
        "rows": [
            (named[line.patient_id], line, shown_due(slots, zone), reached.get(line.course_id, ""))
            for line, slots in listed
        ],
        "shown": shown,
        "unsigned": [(each, named[each.patient_id]) for each in unsigned],
        "has_courses": bool(lines),
        "now": now,
    }
    return page(request, "outcomes/overview.html", context)


def _slots(near: list[Due] | Afterwards, now: datetime) -> list[Due]:
    return near.slots(now, lately=MISSED_SHOWN, soon=COMING_SHOWN) if isinstance(near, Afterwards) else near


@dataclass(frozen=True, slots=True)
class FormShown:
    """One questionnaire in a list."""

    form: Filled
    occasion: str
    place: str
    weak: tuple[str, ...]


def weak_as_baseline(form: Filled) -> list[str]:
    """What a finished baseline says of when it was given, where that is not in the days before the first infusion."""
    at, began_at, windows = form.handed_in_at, form.about_at, Windows()
    if not form.is_baseline:
        return [_("given after the first infusion: the course is not judged by it")]
    if at is None or began_at is None or at >= began_at - windows.baseline - windows.starts_later:
        return []
    return [_("given %(days)d days before the first infusion, not in the last 7") % {"days": (began_at - at).days}]


def _form_shown(form: Filled) -> FormShown:
    weak = []
    if form.is_finished and form.score.is_partial:
        weak.append(_("open items filled in by the scale's rule"))
    if form.is_finished and form.score.counted is Counted.TOTAL_ENTERED:
        weak.append(_("total entered"))
    elif form.is_finished and form.score.missing_items and not form.score.is_partial:
        weak.append(_("%(n)d items open") % {"n": len(form.score.missing_items)})
    if form.is_finished and form.occasion is Occasion.BASELINE:
        weak += weak_as_baseline(form)
    if form.is_late:
        weak.append(_("handed in late"))
    if form.is_corrected:
        weak.append(_("corrected"))
    if form.needs_signature:
        weak.append(_("not signed by the rater"))
    return FormShown(form, occasion_words(form), str(PLACE_WORDS[form.place]), tuple(weak))


def _instruments() -> dict[str, str]:
    return {each.id: each.name for each in CURRENT}


@who_may(*WHO_TREATS)
@require_http_methods(["GET", "HEAD", "POST"])
def of_patient(request: SignedInRequest, patient_id: UUID) -> HttpResponse:
    """All questionnaires of a patient, what is due, and beginning one."""
    patient, now = patient_of(str(patient_id)), now_by_clock()
    all_courses = courses_of(patient.patient_id)
    course = next((one for one in all_courses if one.ended_at is None), None)
    asked = course_asked(all_courses, now)
    forms = queries.forms_of(patient.patient_id)
    slots = due_of_course(asked, [each for each in forms if asked and each.course_id == asked.course_id], now) \
        if asked is not None else ()  # fmt: skip
    if asked is not None and asked.ended_at is not None:
        slots = tuple(each for each in slots if each.occasion in AFTERWARDS)
    given_so_far = _given(course)
    begin = BeginForm(
        request.POST if "instrument_id" in request.POST else None,
        instruments=_instruments(),
        infusions={one.infusion_id: _infusion_words(one, clinic_zone()) for one in given_so_far},
    )
    is_gone = False
    if request.method == "POST":
        slot = next((each for each in slots if each.key == request.POST.get("key")), None)
        is_gone = slot is None and "key" in request.POST
        if slot is not None:
            place = Place.HOME if request.POST.get("place") == Place.HOME else Place.CLINIC
            return _begin(request, patient, asked, slot.instrument_id, slot.occasion, slot, place, now)
        if is_gone:
            messages.error(
                request,
                _(
                    "That is not asked any more: its time is over, or the course has changed since the list was shown. "
                    "Nothing was begun. What is due now stands below."
                ),
            )
        elif begin.is_valid():
            given = begin.cleaned_data
            of = next((one for one in given_so_far if one.infusion_id == given["infusion_id"]), None)
            place, occasion = Place(given["place"] or Place.CLINIC), Occasion(given["occasion"])
            return _begin(request, patient, course, given["instrument_id"], occasion, None, place, now, of)
    record_read(request.actor, patient_id=patient.patient_id, screen="questionnaires", now=now)
    due = _near(slots, now)
    reached = reaching([(asked.course_id, patient.patient_id, due)] if asked is not None else [])
    context = {
        "patient": patient,
        "course": course,
        "due": shown_due(due, clinic_zone()),
        "reached": reached.get(asked.course_id, "") if asked is not None else "",
        "forms": [_form_shown(each) for each in reversed(forms)],
        "courses": [(one, INDICATION_WORDS.get(one.indication, one.indication)) for one in all_courses],
        "escalations": queries.escalations_of(patient.patient_id),
        "begin": begin,
    }
    return page(request, "outcomes/patient.html", context, status=409 if is_gone else 400 if begin.errors else 200)


KEYS_OF_INFUSION = {
    Occasion.BEFORE_INFUSION: "before",
    Occasion.DURING_INFUSION: "during",
    Occasion.DAY_AFTER: "after",
}


def _given(course: CourseDetails | None) -> list[InfusionDetails]:
    """The infusions of the course that drug was given in, the newest first."""
    found = [one for one in course.infusions if one.started_at is not None] if course is not None else []
    return sorted(found, key=lambda one: one.started_at or datetime.min.replace(tzinfo=UTC), reverse=True)


def _infusion_words(one: InfusionDetails, zone: ZoneInfo) -> str:
    at = one.started_at or datetime.min.replace(tzinfo=UTC)
    words = _("infusion %(n)d, %(day)s") % {"n": one.number, "day": date_format(at.astimezone(zone), "D j M Y")}
    return in_series(words, one.series_number)


def _begin(
    request: SignedInRequest,
    patient: PatientDetails,
    course: CourseDetails | None,
    instrument_id: str,
    occasion: Occasion,
    slot: Due | None,
    place: Place,
    now: datetime,
    of: InfusionDetails | None = None,
) -> HttpResponse:
    """of: the infusion that it is about, so that its score stands there; the slots of the schedule know their own.

    place: where the patient is. Asked by telephone is from home: a positive answer pages the on-call (protocol.md 6.3).
    """
    name, series = "baseline" if occasion is Occasion.BASELINE else "", course.series_number if course else 1
    if of is not None and occasion in KEYS_OF_INFUSION:
        name, series = f"{KEYS_OF_INFUSION[occasion]}-{of.number}", of.series_number
    key = key_in(series, name)
    questionnaire_id = services.start(
        request.actor,
        patient_id=patient.patient_id,
        instrument_id=instrument_id,
        occasion=occasion,
        place=place,
        now=now,
        due=slot,
        occasion_key=key,
        course_id=course.course_id if course is not None else "",
        session_id=of.session_id if of is not None else "",
    )
    return redirect("outcomes:form", questionnaire_id)


@who_may(*WHO_TREATS)
@require_http_methods(["GET", "HEAD", "POST"])
def form(request: SignedInRequest, questionnaire_id: UUID) -> HttpResponse:
    """One questionnaire: enter its answers item by item, finish it; afterwards its score, and the rater's signature."""
    found = queries.filled(str(questionnaire_id))
    kind = queries.instrument_in(found.instrument_id, found.instrument_version)
    answers = AnswersForm(request.POST if request.method == "POST" else None, kind=kind, form=found)
    if request.method == "POST" and not found.is_open and _says_otherwise(found, answers):
        messages.error(
            request,
            _(
                "Nothing of this was kept: the form was finished or left out before. Correct what differs below, with "
                "its reason; an intent that was heard goes to the on-call by telephone."
            ),
        )
    if request.method == "POST" and found.is_open and answers.is_valid():
        try:
            with transaction.atomic():
                save(request, found, answers, now_by_clock())
        except Unacceptable as fault:
            for field, words in fault.words.items():
                named = "filled_at" if field == "answered_at" else f"item-{field}"
                answers.add_error(named if named in answers.fields else None, words)
        else:
            return redirect("outcomes:form", questionnaire_id)
    return _show(request, found, answers=answers)


def _says_otherwise(found: Filled, answers: AnswersForm) -> bool:
    """Whether what was sent after the end differs from what is kept; the same form sent twice does not."""
    if not answers.is_valid():
        return True
    if answers.cleaned_data["stated_intent"] and not (found.end and found.end.stated_intent):
        return True
    kept = found.newest_values
    return any(value != kept.get(item) for item, value in answers.answered().items())


def _show(
    request: SignedInRequest, found: Filled, *, answers: AnswersForm | None = None, wrong: PlainForm | None = None
) -> HttpResponse:
    kind = queries.instrument_in(found.instrument_id, found.instrument_version)
    answers = answers or AnswersForm(None, kind=kind, form=found)
    wording = kind.wordings.get(found.language) or kind.wordings.get("en")
    about = queries.escalations_about(found.questionnaire_id)
    is_said = any(one.is_open and Step.CRISIS_TEXT in one.steps for one in about)
    context: dict[str, Any] = {
        "patient": patient_of(found.patient_id),
        "filled": found,
        "leaving_path": f"/session/{found.session_id}/leaving/" if found.occasion is Occasion.BEFORE_LEAVING else "",
        "kind": kind,
        "wording": wording,
        "answers": answers,
        "shown": _form_shown(found),
        "score": found.score if found.is_finished else None,
        "given": [
            (item, _choice(kind, wording, item.name, found.answers.of(item.name)), found.newest.get(item.name))
            for item in kind.items
        ],
        "total_given": found.newest.get(TOTAL),
        "total_beside": request.POST.get("total_beside", found.newest_values.get(TOTAL)),
        "corrections": [each for each in found.given if each.reason],
        "may_sign": request.actor.staff_id in found.raters,
        "raters": ", ".join(found.raters.values()),
        "escalations": about,
        "is_at_home": found.place is Place.HOME,
        "crisis_text": queries.crisis_text(found.language) if is_said else "",
        "skip": wrong if isinstance(wrong, SkipForm) else SkipForm(),
        "correct": wrong if isinstance(wrong, CorrectForm) else CorrectForm(),
        "rating": wrong if isinstance(wrong, RatingForm) else RatingForm(initial={"seen_sha256": found.answers_sha256}),
        "submission_id": request.POST.get("submission_id") or uuid.uuid4().hex,
    }
    bad = answers.errors or (wrong is not None and wrong.errors)
    return page(request, "outcomes/form.html", context, status=400 if bad else 200)


def _choice(kind: Any, wording: Any, item: str, value: int | None) -> str:
    if value is None:
        return _("open")
    words = wording.choices_of(item).get(value, "") if wording else ""
    return choice_words(value, words)


@who_may(*WHO_TREATS)
@require_POST
def skip(request: SignedInRequest, questionnaire_id: UUID) -> HttpResponse:
    """Leave a questionnaire out, with the reason."""
    found, given = queries.filled(str(questionnaire_id)), SkipForm(request.POST)
    if given.is_valid():
        try:
            services.skip(
                request.actor, found.questionnaire_id, reason=given.cleaned_data["reason"], now=now_by_clock()
            )
        except Unacceptable as fault:
            show_what_is_wrong(given, fault)
        else:
            return redirect("outcomes:form", questionnaire_id)
    return _show(request, found, wrong=given)


@who_may(*WHO_TREATS)
@sensitive_post_parameters("own_password")
@require_POST
def sign(request: SignedInRequest, questionnaire_id: UUID) -> HttpResponse:
    """The rater's signature: under their own sign-in, with their password again."""
    given = RatingForm(request.POST)
    if given.is_valid() and own_password_fits(request, given):
        try:
            services.sign_rating(
                request.actor,
                str(questionnaire_id),
                seen_sha256=given.cleaned_data["seen_sha256"],
                now=now_by_clock(),
            )
        except Unacceptable as fault:
            show_what_is_wrong(given, fault)
        else:
            messages.success(request, _("Signed. The forecast may be read now."))
            return redirect("outcomes:form", questionnaire_id)
    return _show(request, queries.filled(str(questionnaire_id)), wrong=given)


@who_may(*WHO_TREATS)
@require_POST
def correct(request: SignedInRequest, questionnaire_id: UUID) -> HttpResponse:
    """Correct one answer of a finished form, with the reason, and its typed total with it; what was there is kept."""
    found, given = queries.filled(str(questionnaire_id)), CorrectForm(request.POST)
    item = request.POST.get("item", "")
    if given.is_valid():
        try:
            answers = {item: _number_sent(request, "value")}
            if item != TOTAL and "total_beside" in request.POST:
                total = _number_sent(request, "total_beside")
                answers |= {TOTAL: total} if total != found.newest_values.get(TOTAL) else {}
            dropped = services.answer_paper(
                request.actor,
                found.questionnaire_id,
                answers=answers,
                submission_id=named_by(request.POST.get("submission_id", "") or uuid.uuid4().hex, answers, None),
                now=now_by_clock(),
                reason=given.cleaned_data["reason"],
            ).dropped_total_score
        except Unacceptable as fault:
            for words in fault.words.values():
                given.add_error(None, words)
        else:
            if dropped is not None:
                messages.warning(request, gave_way(dropped))
            messages.success(request, _("Corrected. What was there before is kept."))
            return redirect("outcomes:form", questionnaire_id)
    return _show(request, found, wrong=given)


def _number_sent(request: SignedInRequest, name: str) -> int | None:
    typed = request.POST.get(name, "").strip()
    if typed and whole_number(typed) is None:
        raise Unacceptable({"": _("Type a whole number, or nothing for an item that stays open.")})
    return whole_number(typed)
