"""The courses and questionnaires of the two years: those that are over through the bulk paths, those under way through
the services, as a clinic would have left them."""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from _two_years import INFUSIONS_COUNT, Slot

from dripstand.course import queries as courses
from dripstand.course import services as course
from dripstand.course.bringing_in import PastCourse, PastInfusion, bring_in_courses
from dripstand.course.judging import DECIDE
from dripstand.course.states import Step
from dripstand.outcomes.bringing_in import bring_in_forms
from dripstand.outcomes.filled import ByWhom, End, Ended, Filled, Given, Signed
from dripstand.outcomes.instruments.instrument import Instrument
from dripstand.outcomes.occasions import Occasion
from dripstand.outcomes.queries import instrument_in
from dripstand.outcomes.suicidality import Place
from dripstand.people.actors import Actor
from dripstand.protocol.queries import template
from dripstand.server.demo.cast import FRONT_DESK, PRESCRIBER, ZONE
from dripstand.server.demo.clinic import DemoClinic
from dripstand.server.demo.evaluated import evaluate

AT_ONCE_COUNT = 200
EVALUATED_EVERY_COUNT = 10
"""An evaluation goes through the services, answer by answer: each tenth patient has one, and everybody under way."""


@dataclass(frozen=True, slots=True)
class Course:
    """One person's course of six. slots: given by now and, of a course under way, still to come."""

    slots: tuple[Slot, ...]
    course_id: str

    @property
    def patient_id(self) -> str:
        return self.slots[0].patient_id

    def is_over(self, now: datetime) -> bool:
        return self.slots[-1].start + timedelta(days=3) < now


def courses_of(slots: Iterable[Slot]) -> list[Course]:
    by_patient: dict[str, list[Slot]] = {}
    for slot in slots:
        by_patient.setdefault(slot.patient_id, []).append(slot)
    return [
        Course(tuple(own), str(uuid.uuid5(uuid.NAMESPACE_URL, f"bench course {patient_id}")))
        for patient_id, own in by_patient.items()
    ]


def make_courses(clinic: DemoClinic, made: Sequence[Course], now: datetime) -> None:
    """Plans, before their visits are brought in; the visits tell what was given."""
    pattern = next(one.key for one in template(clinic.template_id).course.patterns if not one.maintenance)
    over = [one for one in made if one.is_over(now)]
    for first in range(0, len(over), AT_ONCE_COUNT):
        past = [_past(one, pattern) for one in over[first : first + AT_ONCE_COUNT]]
        bring_in_courses(clinic.staff["r.klein"], past, now=now)
    for number, one in enumerate(made):
        under_way = not one.is_over(now)
        if under_way or number % EVALUATED_EVERY_COUNT == 0:
            record_number = one.slots[0].patient.record_number
            evaluate(clinic, record_number, one.patient_id, one.slots[0].start - timedelta(days=2))
        if under_way:
            _under_way(clinic, one, pattern, now)


def _past(one: Course, pattern: str) -> PastCourse:
    first, last = one.slots[0].start, one.slots[-1].start
    return PastCourse(
        course_id=one.course_id,
        patient_id=one.patient_id,
        indication="major_depression",
        pattern_key=pattern,
        opened_at=first - timedelta(days=9),
        begun_at=first - timedelta(days=1),
        ended_at=last + timedelta(days=2),
        end_reason="The series is complete.",
        infusions=tuple(
            PastInfusion(number, slot.start.date(), slot.session_id) for number, slot in enumerate(one.slots, start=1)
        ),
    )


def _under_way(clinic: DemoClinic, one: Course, pattern: str, now: datetime) -> None:
    first = one.slots[0].start
    prescriber = clinic.staff[PRESCRIBER]
    course.open_course(
        prescriber,
        patient_id=one.patient_id,
        now=first - timedelta(days=9),
        reason="referred",
        course_id=one.course_id,
    )
    course.take_step(
        prescriber,
        course_id=one.course_id,
        step=Step.BEGIN_INDUCTION,
        pattern_key=pattern,
        infusions_count=INFUSIONS_COUNT,
        first_on=first.astimezone(ZoneInfo(ZONE)).date(),
        now=first - timedelta(days=1),
    )
    chairs = clinic.chair_ids
    for planned, slot in zip(courses.course(one.course_id).series, one.slots, strict=False):
        if slot.is_given(now):
            course.visit_opened(infusion_id=planned.infusion_id, session_id=slot.session_id)
            continue
        course.book(
            clinic.staff[FRONT_DESK],
            infusion_id=planned.infusion_id,
            chair_id=chairs[slot.chair_number],
            starts_at=slot.start.replace(minute=0) - timedelta(minutes=40),
            now=now,
            accepted=DECIDE,
            reason="made for a measurement",
        )


# --- questionnaires ---------------------------------------------------------------------------------------------------


def make_forms(clinic: DemoClinic, made: Sequence[Course], now: datetime) -> int:
    """A PHQ-9 before each infusion and after the last, a MADRS at the start; answers how many forms."""
    count = 0
    for first in range(0, len(made), AT_ONCE_COUNT):
        forms = [form for one in made[first : first + AT_ONCE_COUNT] for form in _forms(clinic, one, now)]
        count += bring_in_forms(clinic.staff["r.klein"], forms, now=now)
    return count


def _forms(clinic: DemoClinic, one: Course, now: datetime) -> Iterable[Filled]:
    draw = random.Random(one.course_id)
    baseline = draw.randint(15, 23)
    falls_to = baseline * draw.uniform(0.2, 1.0)  # some respond, some do not
    if one.slots[0].start - timedelta(hours=23) > now:
        return
    nurse, rater = clinic.staff["m.reyes"], clinic.staff[PRESCRIBER]
    yield _phq9(one, nurse, Occasion.BASELINE, "baseline", baseline, one.slots[0].start - timedelta(days=1))
    yield _madrs(one, rater, baseline + 12, one.slots[0].start - timedelta(days=1))
    for slot in one.slots[1:]:
        if slot.is_given(now):
            total = round(baseline + (falls_to - baseline) * (slot.number - 1) / INFUSIONS_COUNT)
            at = slot.start - timedelta(minutes=50)
            yield _phq9(one, nurse, Occasion.BEFORE_INFUSION, f"before-{slot.number}", total, at)
    if one.is_over(now):
        at = one.slots[-1].start + timedelta(days=1)
        yield _phq9(one, nurse, Occasion.END_OF_COURSE, "end", round(falls_to), at)


def _phq9(one: Course, by: Actor, occasion: Occasion, key: str, total: int, at: datetime) -> Filled:
    return _form(one, by, "phq-9", occasion, key, _spread("phq-9", total), at)


def _madrs(one: Course, by: Actor, total: int, at: datetime) -> Filled:
    form = _form(one, by, "madrs", Occasion.BASELINE, "baseline", _spread("madrs", total), at)
    return replace(form, signed=(Signed(by.name, at + timedelta(minutes=5), form.answers_sha256),))


def _spread(instrument_id: str, total: int) -> dict[str, int]:
    """A total over the items; nobody here thinks of death, so that item is 0."""
    kind = instrument_of(instrument_id)
    names = [item.name for item in kind.total_items]
    others = [name for name in names if name != kind.suicide_item]
    share, over = divmod(total, len(others))
    spread = {name: share + (place < over) for place, name in enumerate(others)}
    return {name: spread.get(name, 0) for name in names}


def _form(
    one: Course, by: Actor, instrument_id: str, occasion: Occasion, key: str, answers: dict[str, int], at: datetime
) -> Filled:
    kind = instrument_of(instrument_id)
    wording = kind.wordings.get("en")
    return Filled(
        questionnaire_id=str(uuid.uuid5(uuid.UUID(one.course_id), f"{instrument_id} {key}")),
        patient_id=one.patient_id,
        course_id=one.course_id,
        session_id="",
        instrument_id=kind.id,
        instrument_version=kind.version,
        language=wording.language if wording else "",
        wording_version=wording.version if wording else "",
        occasion=occasion,
        occasion_key=key,
        place=Place.CLINIC,
        started_at=at,
        started_by=ByWhom.STAFF,
        started_by_id=by.staff_id,
        started_by_name=by.name,
        given=tuple(Given(item, value, at, at, ByWhom.STAFF, by.staff_id, by.name) for item, value in answers.items()),
        end=End(Ended.FINISHED, at + timedelta(minutes=4), ByWhom.STAFF, by.name),
    )


_INSTRUMENTS: dict[str, Instrument] = {}


def instrument_of(instrument_id: str) -> Instrument:
    """As the clinic has it, looked up once."""
    if instrument_id not in _INSTRUMENTS:
        _INSTRUMENTS[instrument_id] = instrument_in(instrument_id)
    return _INSTRUMENTS[instrument_id]
