"""One patient's plan: where the course stands, its infusions and their places, the dose and why, days and wishes."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from dripstand.course import queries, services
from dripstand.course.chair_time import ChairTime
from dripstand.course.judging import Refusal, broken
from dripstand.course.models import BookingState, InfusionState
from dripstand.course.patterns import DEFAULT_PATTERN
from dripstand.course.planned_dose import plain
from dripstand.course.states import UNDER_WAY, State, Step, steps_from
from dripstand.course.views import typed
from dripstand.course.wishes import Away, Wishes
from dripstand.course.words import (
    ENTRIES,
    INDICATION_WORDS,
    INFUSIONS,
    PATTERN_WORDS,
    STATES,
    STEPS,
    WEEKDAYS,
    obstacle_words,
    sentence,
)
from dripstand.live.clock import now as now_by_clock
from dripstand.people.access import SignedInRequest, who_may
from dripstand.people.actors import Role
from dripstand.people.errors import Unacceptable
from dripstand.people.pages import page
from dripstand.people.queries import patient as patient_of
from dripstand.people.queries import patients, patients_by_id
from dripstand.people.services import record_read
from dripstand.premises.queries import chairs, clinic_zone
from dripstand.protocol.defaults import default_template
from dripstand.protocol.limits_shown import dose_limits_shown, unverified_count
from dripstand.protocol.queries import current_template
from dripstand.protocol.words import MARK_WORDS

SEES = (Role.FRONT_DESK, Role.NURSE, Role.PRESCRIBER, Role.MEDICAL_LEAD)
ENDED_AT_ONCE_COUNT = 20
BEGINS = (Step.BEGIN_INDUCTION, Step.BEGIN_MAINTENANCE)


@who_may(*SEES)
@require_http_methods(["GET", "HEAD", "POST"])
def courses(request: SignedInRequest) -> HttpResponse:
    """Every open course, those that have ended page by page, and the way into a new one.

    What is looked for is posted, so no name stands in an address.
    """
    now = now_by_clock()
    wrong = ""
    words = request.POST.get("words", "").strip()
    if request.method == "POST" and request.POST.get("patient"):
        answer = services.open_course(
            request.actor,
            patient_id=request.POST["patient"],
            now=now,
            indication=request.POST.get("indication", "major_depression"),
            reason=request.POST.get("reason", ""),
            submission_id=request.POST.get("submission_id", "")[:64],
        )
        if isinstance(answer, str):
            messages.success(request, _("The course is open, in evaluation."))
            return HttpResponseRedirect(reverse("course:plan", args=[answer]), status=303)
        wrong = " ".join(sentence(one) for one in answer.breaks)
    open_now = queries.open_courses()
    in_course = {one.patient_id for one in open_now}
    asked = request.GET.get("ended", "")
    at = int(asked) if asked.isdecimal() and len(asked) < 6 and int(asked) > 0 else 1
    # One more than is shown tells whether a further page is there.
    ended = queries.ended_courses(skip_count=(at - 1) * ENDED_AT_ONCE_COUNT, most_count=ENDED_AT_ONCE_COUNT + 1)
    named = patients_by_id(in_course | {one.patient_id for one in ended})
    context = {
        "ended": [{"line": one, "patient": named[one.patient_id]} for one in ended[:ENDED_AT_ONCE_COUNT]],
        "newer": at - 1,
        "older": at + 1 if len(ended) > ENDED_AT_ONCE_COUNT else 0,
        "lines": [{"line": one, "patient": named[one.patient_id], "state": STATES[one.state]} for one in open_now],
        "words": words,
        "found": [one for one in patients(words, most_count=12)] if words else (),
        "in_course": in_course,
        "indications": INDICATION_WORDS.items(),
        "submission_id": str(uuid.uuid4()),
        "wrong": wrong,
    }
    return page(request, "course/courses.html", context, status=422 if wrong else 200)


@dataclass(frozen=True, slots=True)
class Line:
    """One infusion of the series, with what can be done about it."""

    infusion: queries.InfusionDetails
    words: str
    chair: str
    when: datetime | None
    may_place: bool
    may_slip: bool
    may_decide: bool
    is_too_short: bool


@who_may(*SEES)
@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: SignedInRequest, course_id: UUID) -> HttpResponse:
    """One patient's plan. A POST does one thing, named by `what`; refused, the page says why."""
    now = now_by_clock()
    course = queries.course(str(course_id))
    record_read(actor=request.actor, patient_id=course.patient_id, screen="plan", now=now)
    wrong: list[str] = []
    codes: tuple[str, ...] = ()
    if request.method == "POST":
        try:
            answer = _do(request, course, now)
        except Unacceptable as fault:
            wrong = list(fault.words.values())
        else:
            if isinstance(answer, Refusal):
                wrong, codes = [sentence(one) for one in answer.breaks], answer.codes
            else:
                messages.success(request, _("Done."))
                return HttpResponseRedirect(reverse("course:plan", args=[course.course_id]), status=303)
    return _page(request, queries.course(course.course_id), now, wrong, passes=frozenset(codes))


def _page(
    request: SignedInRequest,
    course: queries.CourseDetails,
    now: datetime,
    wrong: list[str],
    *,
    passes: frozenset[str] = frozenset(),
) -> HttpResponse:
    patient = patient_of(course.patient_id)
    names = {one.chair_id: one.name for one in chairs(also_out_of_use=True)}
    wishes = queries.wishes_of(course.patient_id)
    prescribes, spans = request.actor.is_a(Role.PRESCRIBER), queries.chair_time(course.infusion_min)
    steps = [
        {
            "step": row.step.value,
            "words": STEPS[row.step],
            "begins": row.step in BEGINS,
            "patterns": _patterns(course.indication, row.step) if row.step in BEGINS else (),
            "reason": row.wants_reason,
        }
        for row in steps_from(course.state, request.actor.roles)
    ]
    limits = dose_limits_shown(current_template() or default_template(), course.indication)
    context = {
        "course": course,
        "patient": patient,
        "titration": [(plain(one.dose_mg_per_kg), _from_when(one, course), one) for one in course.titration],
        "dose_limits": limits,
        "unverified_limits_count": unverified_count(limits),
        "state": STATES[course.state],
        "indication": INDICATION_WORDS.get(course.indication, course.indication),
        "lines": [_line(one, names, course, prescribes, spans) for one in course.series],
        "earlier": [one for one in course.infusions if one not in course.series and one.state != InfusionState.DROPPED],
        "next": course.next_infusion,
        "steps": steps,
        "decision_words": _decision_words(course, now) if course.state is State.EVALUATION else "",
        "in_the_way": obstacle_words(queries.in_the_way([course], now).get(course.course_id, ())),
        "next_number": course.next_infusion.number if course.next_infusion else None,
        "under_way": course.state in UNDER_WAY,
        "prescribes": prescribes,
        "sees_scores": request.actor.is_a(Role.NURSE, Role.PRESCRIBER, Role.MEDICAL_LEAD),
        "wishes": wishes,
        "wishes_days": [(number, str(words), number in wishes.weekdays) for number, words in enumerate(WEEKDAYS)],
        "wish_ticks": [
            ("single_room", _("A room of their own"), wishes.single_room),
            ("needs_bed", _("Needs a bed"), wishes.needs_bed),
            ("companion_stays", _("Somebody stays with them"), wishes.companion_stays),
            ("dim_light", _("Dim light"), wishes.dim_light),
        ],
        "away_text": "\n".join(f"{one.first_on} {one.last_on}" for one in wishes.away),
        "languages": settings.LANGUAGES,
        "history": [(ENTRIES.get(one.kind, one.kind), one) for one in queries.history_of(course.course_id)][:30],
        "wrong": wrong,
        "typed": request.POST if wrong else {},
        "passes_a_year": "plan_passes_a_year" in passes,
        "passes_limits": not passes.isdisjoint({"too_many_a_year", "series_too_soon"}),
        "submission_id": str(uuid.uuid4()),
        "today": now.date(),
    }
    return page(request, "course/plan.html", context, status=422 if wrong else 200)


def _from_when(one: queries.Titration, course: queries.CourseDetails) -> str:
    """From which infusion a dose is planned; the series is named where it is not the present one."""
    if one.series_number == max(course.series_number, 1):
        return _("from infusion %(number)s") % {"number": one.from_number}
    if one.series_number > course.series_number:
        return _("from infusion %(number)s of the next series") % {"number": one.from_number}
    return _("from infusion %(number)s of series %(series)s") % {
        "number": one.from_number,
        "series": one.series_number,
    }


def _patterns(indication: str, step: Step) -> list[dict[str, Any]]:
    """Every pattern on offer, those that are made for this step first; one of them is chosen until somebody chooses."""
    lasting = step is Step.BEGIN_MAINTENANCE
    offered = sorted(queries.patterns(indication), key=lambda one: one.maintenance is not lasting)
    fitting = [one.key for one in offered if one.maintenance is lasting] or [one.key for one in offered]
    usual_key = DEFAULT_PATTERN.key if DEFAULT_PATTERN.key in fitting else next(iter(fitting), "")
    return [
        {
            "key": one.key,
            "words": PATTERN_WORDS.get(one.key, one.words),
            "source": one.source.text,
            "mark": MARK_WORDS.get(one.source.mark, ""),
            "usual": one.key == usual_key,
        }
        for one in offered
    ]


def _decision_words(course: queries.CourseDetails, now: datetime) -> str:
    """Whether an induction can begin: what the signed decision says, or why there is none that stands."""
    found = queries.decision_for(course.patient_id, course.indication, now)
    if found is None or found.why is not None or found.decision is None:
        return sentence(
            broken("no_standing_decision", indication=course.indication, why=found.why if found and found.why else "")
        )
    return _("%(name)s has signed that this patient may be treated; it holds until %(day)s.") % {
        "name": found.decision.author.name,
        "day": date_format(found.decision.signed.valid_until.astimezone(clinic_zone()), "j M Y"),
    }


def _line(
    one: queries.InfusionDetails,
    names: Mapping[str, str],
    course: queries.CourseDetails,
    prescribes: bool,
    spans: ChairTime,
) -> Line:
    booking = one.booking
    held = booking is not None and booking.state is BookingState.HELD
    planned = one.state is InfusionState.PLANNED and not one.session_id
    return Line(
        infusion=one,
        words=str(INFUSIONS[one.state]) if one.state is not InfusionState.PLANNED or not held else _("booked"),
        chair=names.get(booking.chair_id, "") if booking is not None else "",
        when=one.started_at or (booking.starts_at if booking is not None else None),
        may_place=planned and course.state in UNDER_WAY,
        may_slip=planned and held,
        may_decide=one.state is InfusionState.PARTIAL and prescribes,
        is_too_short=planned and held and booking is not None and queries.is_too_short(booking, spans),
    )


# --- what a POST does ------------------------------------------------------------------------------------------------

Outcome = object | Refusal


def _do(request: SignedInRequest, course: queries.CourseDetails, now: datetime) -> Outcome:
    doers: dict[str, Callable[[SignedInRequest, queries.CourseDetails, datetime], Outcome]] = {
        "step": _step,
        "titrate": _titrate,
        "count": _count,
        "wishes": _wishes,
        "cancel": _give_back,
        "slip": _give_back,
        "partial": _partial,
    }
    doer = doers.get(request.POST.get("what", ""))
    if doer is None:
        raise Unacceptable({"": _("This form says not what it is for. Nothing was changed.")})
    return doer(request, course, now)


def _common(request: SignedInRequest) -> dict[str, Any]:
    return {
        "reason": request.POST.get("reason", ""),
        "submission_id": request.POST.get("submission_id", "")[:64],
    }


def _step(request: SignedInRequest, course: queries.CourseDetails, now: datetime) -> Outcome:
    try:
        step = Step(request.POST.get("step", ""))
    except ValueError:
        raise Unacceptable({"step": _("Choose what to do.")}) from None
    wrong = {
        "first_on": _("Type the first day as 2026-01-31, or leave it open.")
        if request.POST.get("first_on", "").strip() and typed.maybe_day(request.POST["first_on"]) is None
        else "",
        "count": _("Type how many as 6, or leave it open: then as many as the pattern has.")
        if request.POST.get("count", "").strip() and typed.whole(request.POST, "count") is None
        else "",
    }
    if any(wrong.values()):
        raise Unacceptable({name: words for name, words in wrong.items() if words})
    return services.take_step(
        request.actor,
        course_id=course.course_id,
        step=step,
        now=now,
        pattern_key=request.POST.get("pattern", ""),
        infusions_count=typed.whole(request.POST, "count"),
        first_on=typed.maybe_day(request.POST.get("first_on", "")),
        beyond_limits="beyond_limits" in request.POST,
        **_common(request),
    )


def _titrate(request: SignedInRequest, course: queries.CourseDetails, now: datetime) -> Outcome:
    dose = typed.amount(request.POST, "dose_mg_per_kg")
    minutes = typed.whole(request.POST, "infusion_min")
    if dose is None or minutes is None:
        raise Unacceptable({"dose_mg_per_kg": _("Type the dose as 0.5 and the minutes as 40.")})
    return services.titrate(
        request.actor,
        course_id=course.course_id,
        dose_mg_per_kg=dose,
        infusion_min=minutes,
        now=now,
        from_number=typed.whole(request.POST, "from_number"),
        **_common(request),
    )


def _count(request: SignedInRequest, course: queries.CourseDetails, now: datetime) -> Outcome:
    return services.change_plan(
        request.actor,
        course_id=course.course_id,
        infusions_count=typed.whole(request.POST, "count") or 0,
        now=now,
        beyond_a_year="beyond_a_year" in request.POST,
        **_common(request),
    )


def _give_back(request: SignedInRequest, course: queries.CourseDetails, now: datetime) -> Outcome:
    verb = services.slip if request.POST.get("what") == "slip" else services.cancel
    booking_id = request.POST.get("booking", "")
    if queries.booking(booking_id).course_id != course.course_id:
        raise Unacceptable({"": _("This form belongs to another patient. Nothing was changed.")})
    return verb(request.actor, booking_id=booking_id, now=now, **_common(request))


def _partial(request: SignedInRequest, course: queries.CourseDetails, now: datetime) -> Outcome:
    infusion_id = request.POST.get("infusion", "")
    if queries.infusion(infusion_id).course_id != course.course_id:
        raise Unacceptable({"": _("This form belongs to another patient. Nothing was changed.")})
    if request.POST.get("counts") not in ("yes", "no"):
        raise Unacceptable({"counts": _("Say whether it counts.")})
    return services.say_whether_it_counts(
        request.actor,
        infusion_id=infusion_id,
        counts=request.POST["counts"] == "yes",
        now=now,
        **_common(request),
    )


def _wishes(request: SignedInRequest, course: queries.CourseDetails, now: datetime) -> Outcome:
    post = request.POST
    for name in ("not_before", "home_by", "escort_until"):
        if post.get(name, "").strip() and typed.maybe_time(post[name]) is None:
            raise Unacceptable({name: _("Type times as 14:05.")})
    wishes = Wishes(
        weekdays=frozenset(int(one) for one in post.getlist("weekdays") if one in "0123456"),
        not_before=typed.maybe_time(post.get("not_before", "")),
        home_by=typed.maybe_time(post.get("home_by", "")),
        away=_away(post.get("away", "")),
        single_room=bool(post.get("single_room")),
        needs_bed=bool(post.get("needs_bed")),
        companion_stays=bool(post.get("companion_stays")),
        dim_light=bool(post.get("dim_light")),
        music=" ".join(post.get("music", "").split()),
        escort_name=" ".join(post.get("escort_name", "").split()),
        escort_until=typed.maybe_time(post.get("escort_until", "")),
        email=post.get("email", "").strip(),
        language=post.get("language", ""),
        may_name_treatment=bool(post.get("may_name_treatment")),
    )
    return services.tell_wishes(request.actor, patient_id=course.patient_id, wishes=wishes, now=now)


def _away(text: str) -> tuple[Away, ...]:
    """One line a time away: one day, or the first and the last."""
    found = []
    for line in text.splitlines():
        days: list[date | None] = [typed.maybe_day(part) for part in line.replace("–", " ").split()]
        if not days:
            continue
        first, last = days[0], days[-1]
        if first is None or last is None or len(days) > 2:
            raise Unacceptable({"away": _("Type each time away on a line of its own, as 2026-01-31 2026-02-07.")})
        found.append(Away(first, last))
    return tuple(found)
