"""The demo's thirty past courses, made through the services: evaluated, planned, given, rated, ended.

Their visits are decided by the rules and brought in whole; everything else is told to the service that a clinic's
screens would have told, each at its own time. One transaction a course: a start that was cut off leaves no half of one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import cycle, pairwise
from typing import TypeVar
from zoneinfo import ZoneInfo

from django.db import transaction

from dripstand.course import queries as courses
from dripstand.course import services as course
from dripstand.course.judging import DECIDE, Refusal
from dripstand.course.queries import InfusionDetails
from dripstand.course.states import State, Step
from dripstand.evaluation.indications import Indication
from dripstand.infusion import events as ev
from dripstand.infusion.bringing_in import bring_in
from dripstand.infusion.queries import clearance
from dripstand.outcomes import services as outcomes
from dripstand.outcomes.checkpoints import ASKED_AFTER, Decision
from dripstand.outcomes.occasions import Occasion
from dripstand.outcomes.queries import filled
from dripstand.outcomes.schedule import key_in
from dripstand.outcomes.suicidality import Place
from dripstand.people.actors import Actor
from dripstand.premises import queries as premises
from dripstand.protocol.queries import template
from dripstand.server.demo import pain
from dripstand.server.demo.cast import FRONT_DESK, PRESCRIBER, ZONE, PatientRole
from dripstand.server.demo.clinic import CannotPrepare, DemoClinic, demo_id, register
from dripstand.server.demo.days_after import answer_days_after
from dripstand.server.demo.evaluated import evaluate, story_of
from dripstand.server.demo.past_cast import PastPerson, Went, past_people
from dripstand.server.demo.past_visits import Around, goes_home, played
from dripstand.server.demo.play import sign_the_day
from dripstand.server.demo.timeline import Step as Played
from dripstand.server.demo.timeline import ending, infusion, leaving_judged, preparation

NURSES = ("m.reyes", "j.okafor", "p.lind")
FIRST_HOUR = 9
HOURS = (9, 11, 13, 15)
GRID_MIN = 15
ARRIVES_BEFORE = timedelta(minutes=40)
BOOKED_BEFORE = timedelta(days=3)
T = TypeVar("T")


def make_past_courses(clinic: DemoClinic, now: datetime, say: Callable[[str], None]) -> int:
    """All thirty; answers how many."""
    people = past_people()
    for number, person in enumerate(people):
        with transaction.atomic():
            _course(clinic, person, number, now)
        if (number + 1) % 10 == 0:
            say(f"{number + 1} of {len(people)} past courses")
    return len(people)


def _kept(answer: T | Refusal) -> T:
    """What a service answered, where it did not refuse."""
    if isinstance(answer, Refusal):
        raise CannotPrepare(f"demo: a course: {answer}")
    return answer


def _morning(now: datetime, days_ago: int, number: int) -> datetime:
    """A time of day in the clinic's own zone, on a Monday: six in two weeks then fall on weekdays."""
    day = now.astimezone(ZoneInfo(ZONE)) - timedelta(days=days_ago)
    day -= timedelta(days=day.weekday())
    return day.replace(hour=FIRST_HOUR + number % 3 * 2, minute=15, second=0, microsecond=0)


def _course(clinic: DemoClinic, person: PastPerson, number: int, now: datetime) -> None:
    first = _morning(now, person.first_days_ago, number)
    before = first - timedelta(days=2)
    prescriber = clinic.staff[PRESCRIBER]
    patient_id = register(clinic, person.patient, first - timedelta(days=12))
    evaluate(clinic, person.patient.record_number, patient_id, first - timedelta(days=1))
    course_id: str = _kept(
        course.open_course(
            prescriber,
            patient_id=patient_id,
            now=first - timedelta(days=11),
            reason="referred",
            course_id=demo_id(f"course {person.patient.record_number}"),
        )
    )
    _kept(
        course.take_step(
            prescriber,
            course_id=course_id,
            step=Step.BEGIN_INDUCTION,
            pattern_key=_six(clinic),
            infusions_count=6,
            first_on=first.date(),
            now=before,
        )
    )
    _baseline(clinic, patient_id, course_id, person.phq9[0], person.madrs[0], before)
    last, starts = first, []
    for planned in courses.course(course_id).series[: person.given_count]:
        start = _start_of(planned, first)
        starts.append(start)
        _asked_before(clinic, patient_id, course_id, planned, person.phq9, start - timedelta(hours=1))
        if planned.number == 4 and person.dose_mg_per_kg[3] != person.dose_mg_per_kg[0]:
            _titrated(prescriber, course_id, person, start - timedelta(hours=2))
        _given(clinic, person, number, patient_id, planned, start)
        if planned.number in ASKED_AFTER:
            _looked_at(prescriber, course_id, person, planned.number, start + timedelta(hours=5))
        last = start
    answer_days_after(clinic, patient_id, course_id, starts, person.phq9, number, now)
    _over(clinic, person, patient_id, course_id, last, now)


def _six(clinic: DemoClinic, indication: Indication = Indication.MAJOR_DEPRESSION) -> str:
    """The first pattern of six that the signed protocol offers; against pain its first six days."""
    if indication is Indication.CHRONIC_PAIN:
        return pain.PATTERN_KEY
    return next(one.key for one in template(clinic.template_id).course.patterns if not one.maintenance)


def _start_of(planned: InfusionDetails, first: datetime) -> datetime:
    """When the drug of a planned infusion starts: the day that was wanted, at the hour of the first."""
    day = planned.wanted_on or first.date()
    return first.replace(year=day.year, month=day.month, day=day.day)


def _titrated(prescriber: Actor, course_id: str, person: PastPerson, at: datetime) -> None:
    _kept(
        course.titrate(
            prescriber,
            course_id=course_id,
            dose_mg_per_kg=Decimal(person.dose_mg_per_kg[3]),
            infusion_min=40,
            reason="little change after three infusions, borne well",
            now=at,
        )
    )


def _baseline(clinic: DemoClinic, patient_id: str, course_id: str, phq9: int, madrs: int, at: datetime) -> None:
    """What is asked before the first infusion."""
    for instrument_id, total in (("phq-9", phq9), ("gad-7", phq9 * 2 // 3), ("madrs", madrs)):
        _rated(clinic, patient_id, course_id, instrument_id, Occasion.BASELINE, "baseline", total, at)


def _asked_before(
    clinic: DemoClinic, patient_id: str, course_id: str, planned: InfusionDetails, totals: Sequence[int], at: datetime
) -> None:
    key, total = key_in(planned.series_number, f"before-{planned.number}"), totals[planned.number - 1]
    _rated(clinic, patient_id, course_id, "phq-9", Occasion.BEFORE_INFUSION, key, total, at)


def _looked_at(prescriber: Actor, course_id: str, person: PastPerson, number: int, at: datetime) -> None:
    """What the prescriber decided after the third, fourth and sixth infusion."""
    changed = number == 3 and person.dose_mg_per_kg[3] != person.dose_mg_per_kg[0]
    outcomes.decide_checkpoint(
        prescriber,
        course_id,
        after_infusion=number,
        decision=Decision.CHANGE if changed else Decision.CONTINUE,
        reason="little change so far, borne well: a higher dose" if changed else "as agreed with the patient",
        now=at,
    )


def _rated(
    clinic: DemoClinic,
    patient_id: str,
    course_id: str,
    instrument_id: str,
    occasion: Occasion,
    key: str,
    total: int,
    at: datetime,
) -> None:
    """One questionnaire, item by item: the PHQ-9 as the patient gave it, the MADRS signed by its rater."""
    by = clinic.staff[PRESCRIBER] if instrument_id == "madrs" else clinic.staff[NURSES[0]]
    form = outcomes.start(
        by,
        patient_id=patient_id,
        instrument_id=instrument_id,
        occasion=occasion,
        place=Place.CLINIC,
        now=at,
        occasion_key=key,
        course_id=course_id,
        questionnaire_id=demo_id(f"{instrument_id} {course_id} {key}"),
    )
    outcomes.answer_paper(by, form, answers=_items(form, total), submission_id="demo", now=at)
    outcomes.finish(by, form, now=at + timedelta(minutes=4))
    if instrument_id == "madrs":
        seen = filled(form).answers_sha256
        outcomes.sign_rating(by, form, seen_sha256=seen, now=at + timedelta(minutes=5))


def _items(form: str, total: int) -> dict[str, int]:
    """A total spread over the items. None of these people thinks of death: that item is 0, and totals end below it."""
    instrument = filled(form).instrument
    others = [item for item in instrument.items if item.name not in instrument.suicide_items]
    spread = {item.name: 0 for item in instrument.items}
    left = min(total, sum(item.highest_score for item in others))
    while left:
        for item in others:
            if left and spread[item.name] < item.highest_score:
                spread[item.name] += 1
                left -= 1
    return spread


def _given(
    clinic: DemoClinic,
    person: PastPerson,
    number: int,
    patient_id: str,
    planned: InfusionDetails,
    start: datetime,
    indication: Indication = Indication.MAJOR_DEPRESSION,
) -> None:
    """An infusion that is over: booked a few days before, given, brought in."""
    arrives = start - ARRIVES_BEFORE
    _booked(clinic, planned, arrives, _chair_ids(number), arrives - BOOKED_BEFORE)
    nurse, checker = NURSES[number % 3], NURSES[(number + 1) % 3]
    session_id = demo_id(f"past {person.patient.record_number} {planned.series_number} {planned.number}")
    chair = premises.chairs()[number % len(premises.chairs())]
    patient = person.patient
    opening = ev.SessionOpened(
        patient_id=patient_id,
        patient_name=patient.name,
        preferred_name=patient.preferred_name,
        birth_date=patient.birth_date,
        sex=patient.sex,
        record_number=patient.record_number,
        infusion_number=planned.number,
        infusions_planned_count=planned.count,
        expected_at=start - timedelta(minutes=40),
        template_id=clinic.template_id,
        indication=indication.value.replace("_", " "),
        height_cm=patient.height_cm,
        allergies=patient.allergies,
        allergies_reviewed=True,
        last_weight_kg=None if (planned.series_number, planned.number) == (1, 1) else patient.weight_kg,
    )
    dose = person.dose_mg_per_kg[min(planned.number, 6) - 1]
    steps: tuple[Played, ...] = (
        *preparation(nurse, checker=checker, dose_mg_per_kg=dose),
        *infusion(nurse),
        *ending(nurse, flush_ml="3"),
        *leaving_judged(nurse),
        *goes_home(nurse),
    )
    if indication is Indication.CHRONIC_PAIN:
        steps = (*pain.pain_visit(nurse, checker=checker), *pain.later(goes_home(nurse)))
    sign_the_day(clinic, start)
    log = played(
        opening,
        patient,
        steps,
        session_id=session_id,
        opened_at=start - timedelta(hours=20),
        start=start,
        chair=ev.ChairAssigned(chair.chair_id, chair.name, chair.room_name),
        staff=clinic.staff,
        template=template(clinic.template_id).for_indication(opening.indication),
        around=Around(day=courses.signed_at, clearance=clearance),
    )
    course.visit_opened(infusion_id=planned.infusion_id, session_id=session_id)
    bring_in(clinic.staff["r.klein"], [log], now=start + timedelta(hours=4))


def _over(
    clinic: DemoClinic, person: PastPerson, patient_id: str, course_id: str, last: datetime, now: datetime
) -> None:
    """How it ended, and what the scales said then."""
    prescriber, after = clinic.staff[PRESCRIBER], last + timedelta(days=2)
    if person.given_count == 6:
        _rated(clinic, patient_id, course_id, "phq-9", Occasion.END_OF_COURSE, "end", person.phq9[6], after)
        _rated(clinic, patient_id, course_id, "madrs", Occasion.END_OF_COURSE, "end", person.madrs[1], after)
    if person.went is Went.KEPT_UP:
        _kept_up(clinic, person, patient_id, course_id, after, now)
        return
    reason = person.reason or {
        Went.EARLY: "The series is complete; back to the referring doctor, follow-up by telephone.",
        Went.LATE: "The series is complete; better since the fourth.",
        Went.PARTLY: "The series is complete; a talk about what next.",
        Went.NOT: "The series is complete without useful change; another treatment is talked about.",
    }.get(person.went, "The series is complete.")
    state: State = _kept(
        course.take_step(prescriber, course_id=course_id, step=Step.END, reason=reason, now=after + timedelta(hours=1))
    )
    assert state is State.ENDED


def _kept_up(
    clinic: DemoClinic, person: PastPerson, patient_id: str, course_id: str, after: datetime, now: datetime
) -> None:
    """One person comes back every few weeks: what was given by now, and what is planned."""
    offered = template(clinic.template_id).course.patterns
    key = next(one.key for one in offered if one.maintenance)
    _kept(
        course.take_step(
            clinic.staff[PRESCRIBER],
            course_id=course_id,
            step=Step.BEGIN_MAINTENANCE,
            pattern_key=key,
            first_on=(after + timedelta(days=12)).date(),
            reason="Better; wants to stay so.",
            now=after + timedelta(hours=1),
        )
    )
    series, starts, last = courses.course(course_id).series, [], person.phq9[6]
    totals = [last, *(max(last + change, 0) for _, change in zip(series, cycle((1, 0, 2, -1)), strict=False))]
    for planned in series:
        start = _start_of(planned, after.replace(hour=FIRST_HOUR))
        if start > now - timedelta(days=1):
            break
        if planned.number == 1:
            for instrument_id, total in (("phq-9", totals[0]), ("gad-7", totals[0] * 2 // 3)):
                key = key_in(planned.series_number, "baseline")
                at = start - timedelta(days=2)
                _rated(clinic, patient_id, course_id, instrument_id, Occasion.BASELINE, key, total, at)
        starts.append(start)
        evaluate_again = start - timedelta(days=1)
        evaluate(clinic, person.patient.record_number, patient_id, evaluate_again)
        _asked_before(clinic, patient_id, course_id, planned, totals, start - timedelta(hours=1))
        _given(clinic, person, 0, patient_id, planned, start)
    answer_days_after(clinic, patient_id, course_id, starts, totals, 0, now, series=series[0].series_number)


# --- those who sit in the chairs today --------------------------------------------------------------------------------

_TODAY_PHQ9 = {
    1: (21,),
    2: (20, 16),
    3: (22, 17, 13),
    4: (19, 18, 16, 11),
    5: (23, 20, 20, 18, 19),
    6: (21, 15, 12, 9, 8, 6),
}
"""Before each infusion so far, the baseline first; invented."""


def course_of_today(
    clinic: DemoClinic, role: PatientRole, patient_id: str, start: datetime, chair_id: str | None, now: datetime
) -> str | None:
    """The course that somebody of today is in: what was given so far, and the rest booked. Answers today's infusion.

    None where the prescriber has not decided yet. start: when today's drug starts.
    """
    story = story_of(role.record_number)
    offsets = _offsets(clinic, story.indication)
    nth = role.infusion_number
    starts = _working_days(start, nth, offsets)
    evaluate(clinic, role.record_number, patient_id, starts[0] - timedelta(days=1))
    prescriber = clinic.staff[PRESCRIBER]
    course_id: str = _kept(
        course.open_course(
            prescriber,
            patient_id=patient_id,
            indication=story.indication.value,
            now=starts[0] - timedelta(days=12),
            reason="referred",
            course_id=demo_id(f"course {role.record_number}"),
        )
    )
    if not story.decided:
        return None
    _kept(
        course.take_step(
            prescriber,
            course_id=course_id,
            step=Step.BEGIN_INDUCTION,
            pattern_key=_six(clinic, story.indication),
            infusions_count=6,
            first_on=starts[0].astimezone(ZoneInfo(ZONE)).date(),
            now=starts[0] - timedelta(days=2),
        )
    )
    totals = _TODAY_PHQ9[nth]
    is_pain = story.indication is Indication.CHRONIC_PAIN
    if is_pain:
        pain.baseline(clinic, NURSES[0], patient_id, course_id, starts[0] - timedelta(days=1))
    else:
        _baseline(clinic, patient_id, course_id, totals[0], totals[0] + 12, starts[0] - timedelta(days=1))
    person = PastPerson(role, Went.EARLY, 0, totals, ())
    series = courses.course(course_id).series

    def ask(planned: InfusionDetails, at: datetime) -> None:
        if is_pain:
            pain.asked_before(clinic, NURSES[0], patient_id, course_id, planned.number, at)
        else:
            _asked_before(clinic, patient_id, course_id, planned, totals, at)

    for planned, at in zip(series[: nth - 1], starts, strict=False):
        ask(planned, at - timedelta(hours=1))
        _given(clinic, person, nth, patient_id, planned, at, story.indication)
        if is_pain and planned.number == 1:
            _looked_at(prescriber, course_id, person, planned.number, at + timedelta(hours=5))
    if start <= now:
        ask(series[nth - 1], start - timedelta(minutes=30))
    arrives = start - ARRIVES_BEFORE
    _booked(clinic, series[nth - 1], arrives, (chair_id,) if chair_id else _chair_ids(), arrives - BOOKED_BEFORE)
    for planned, at in zip(series[nth:], starts[nth:], strict=False):
        local = at.astimezone(ZoneInfo(ZONE)).replace(hour=HOURS[planned.number % len(HOURS)], minute=0)
        _booked(clinic, planned, local, (chair_id,) if chair_id else _chair_ids(planned.number), now)
    return series[nth - 1].infusion_id


def _offsets(clinic: DemoClinic, indication: Indication) -> tuple[int, ...]:
    if indication is Indication.CHRONIC_PAIN:
        return tuple(range(6))
    return next(one.day_offsets for one in template(clinic.template_id).course.patterns if not one.maintenance)


def _working_days(start: datetime, nth: int, offsets: Sequence[int]) -> list[datetime]:
    """When all infusions of a course start, the nth of them at `start`: as far apart as planned, none at a weekend.

    Each earlier one began ten minutes sooner: from one day to the next it would be seconds short of 24 hours.
    """
    gaps = [later - earlier for earlier, later in pairwise(offsets)]
    days = [start]
    for gap in reversed(gaps[: nth - 1]):
        days.insert(0, _weekday(days[0] - timedelta(days=gap, minutes=10), -1))
    for gap in gaps[nth - 1 :]:
        days.append(_weekday(days[-1] + timedelta(days=gap), 1))
    return days


def _weekday(day: datetime, way: int) -> datetime:
    while day.astimezone(ZoneInfo(ZONE)).weekday() > 4:
        day += timedelta(days=way)
    return day


def _chair_ids(first: int = 0) -> tuple[str, ...]:
    found = [one.chair_id for one in premises.chairs()]
    return tuple(found[(first + number) % len(found)] for number in range(len(found)))


def _booked(
    clinic: DemoClinic, planned: InfusionDetails, at: datetime, chair_ids: Sequence[str], now: datetime
) -> str | None:
    """A chair for an infusion, the first that is free then; answers which. What cannot be booked stays planned."""
    starts_at = at.replace(minute=at.minute // GRID_MIN * GRID_MIN, second=0, microsecond=0)
    for chair_id in chair_ids:
        answer = course.book(
            clinic.staff[FRONT_DESK],
            infusion_id=planned.infusion_id,
            chair_id=chair_id,
            starts_at=starts_at,
            now=now,
            accepted=DECIDE,
            reason="made with the demonstration",
        )
        if not isinstance(answer, Refusal):
            return chair_id
    return None
