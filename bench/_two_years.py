"""Two years of a clinic with ten chairs, brought in through the product's bulk paths: about 15,000 visits.

A handful of visits is played by the rules; each of the many is one of them at another time, in another
chair, of another invented person. Every visit is folded and chained again as it is brought in.
"""

from __future__ import annotations

import dataclasses
import random
import sys
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from dripstand.course.queries import signed_at
from dripstand.infusion import events as ev
from dripstand.infusion.bringing_in import bring_in
from dripstand.infusion.queries import clearance
from dripstand.monitoring.bringing_in import PastSpell, bring_in_readings
from dripstand.monitoring.readings import NIBP, Channel, Reading, SampleSet
from dripstand.monitoring.services import register_device
from dripstand.premises import queries as premises
from dripstand.protocol.queries import template
from dripstand.server.demo.cast import PATIENTS, PatientRole
from dripstand.server.demo.clinic import DemoClinic, make_clinic, register
from dripstand.server.demo.courses import course_of_today
from dripstand.server.demo.evaluated import evaluate, publish_texts
from dripstand.server.demo.past_visits import Around, goes_home, played
from dripstand.server.demo.play import expect, play, sign_the_day
from dripstand.server.demo.stage import showcase
from dripstand.server.demo.timeline import ending, infusion, leaving_judged, preparation

BUILDS = PATIENTS[:7]
"""Whose visits are played once; the eighth of the demo waits for a decision."""
CHAIRS_COUNT, YEARS_DAYS, INFUSIONS_COUNT = 10, 730, 6
CUFF_EVERY_S = 300
SYLLABLES = tuple(f"{first}{second}" for first in "bdfgklmnprstvw" for second in "aeio")
COMING_DAYS = 14
STARTS_H = (14, 17, 20)  # UTC: three visits a chair and day
SPACING_WEEKDAYS = (0, 2, 4, 5, 7, 9)
AT_ONCE_COUNT = 250
LANES = (
    (Channel.PULSE, "149530", "/min"),
    (Channel.SPO2, "150456", "%"),
    (Channel.RESPIRATORY_RATE, "151562", "/min"),
    (Channel.NIBP_SYSTOLIC, "150021", "mmHg"),
    (Channel.NIBP_DIASTOLIC, "150022", "mmHg"),
    (Channel.NIBP_MEAN, "150023", "mmHg"),
)


@dataclass(frozen=True, slots=True)
class Slot:
    """One visit to come: whose, the how-manieth, where and when the drug starts."""

    patient: PatientRole
    patient_id: str
    number: int
    chair_number: int
    start: datetime

    @property
    def session_id(self) -> str:
        return str(uuid.uuid5(uuid.NAMESPACE_URL, f"bench {self.patient.record_number} {self.number}"))

    def is_given(self, now: datetime) -> bool:
        """Whether the visit is over; what is not is planned and booked."""
        return self.start + timedelta(hours=3) < now


@dataclass(slots=True)
class Built:
    """What was built, and how long each part took, in seconds."""

    clinic: DemoClinic
    slots: list[Slot]
    took_s: dict[str, float]
    messages_count: int = 0
    forms_count: int = 0


def build(visits_count: int, every_s: int, now: datetime) -> Built:
    """The whole database; prints progress. every_s: seconds between the messages of a monitor."""
    from _two_years_courses import courses_of, make_courses, make_forms

    first_day = now - timedelta(days=YEARS_DAYS)
    clinic = make_clinic(CHAIRS_COUNT, first_day - timedelta(days=30), lambda _words: None)
    took: dict[str, float] = {}
    began = time.perf_counter()
    wanted = list(_slots(clinic, visits_count, first_day))
    took["patients"] = time.perf_counter() - began
    models = _played_once(clinic, first_day)
    began = time.perf_counter()
    courses = courses_of(wanted)
    make_courses(clinic, courses, now)
    took["courses"] = time.perf_counter() - began
    slots = [slot for slot in wanted if slot.is_given(now)]
    built = Built(clinic, slots, took)
    began = time.perf_counter()
    built.forms_count = make_forms(clinic, courses, now)
    took["questionnaires"] = time.perf_counter() - began
    devices = [
        (register_device(clinic.staff["m.reyes"], identity=f"BENCH{n}", label=f"Bench {n}", kind="monitor",
                         now=first_day - timedelta(days=20)), f"Bench {n}")
        for n in range(CHAIRS_COUNT)
    ]  # fmt: skip
    chairs = premises.chairs()
    administrator = clinic.staff["r.klein"]
    took["visits"] = took["readings"] = 0.0
    for first in range(0, len(slots), AT_ONCE_COUNT):
        part = slots[first : first + AT_ONCE_COUNT]
        began = time.perf_counter()
        bring_in(administrator, [_as_visit(slot, models, chairs[slot.chair_number]) for slot in part], now=now)
        took["visits"] += time.perf_counter() - began
        began = time.perf_counter()
        spells = [
            _spell(slot, chairs[slot.chair_number].chair_id, *devices[slot.chair_number], every_s) for slot in part
        ]
        built.messages_count += bring_in_readings(administrator, spells, now=now)
        took["readings"] += time.perf_counter() - began
        print(f"\r  {first + len(part):,} of {len(slots):,} visits", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    open_today(clinic, now)
    return built


def _slots(clinic: DemoClinic, visits_count: int, first_day: datetime) -> Iterator[Slot]:
    """Courses of six on weekdays, begun one after the other over the two years and on to today; each chair takes three
    a day. The last ones reach into the next two weeks."""
    weekdays = [
        day for n in range(YEARS_DAYS + COMING_DAYS) if (day := (first_day + timedelta(days=n)).date()).weekday() < 5
    ]
    free = {day: [(chair, hour) for hour in STARTS_H for chair in range(CHAIRS_COUNT)] for day in weekdays}
    courses_count = visits_count // INFUSIONS_COUNT
    last_start = len(weekdays) - SPACING_WEEKDAYS[-1] - 1
    for course in range(courses_count):
        patient = _person(course)
        patient_id = register(clinic, patient, first_day - timedelta(days=10))
        at = course * last_start // max(courses_count, 1)
        for number, gap in enumerate(SPACING_WEEKDAYS, start=1):
            day = weekdays[at + gap]
            if not free[day]:
                continue
            chair, hour = free[day].pop()
            start = datetime(day.year, day.month, day.day, hour, course % 30, tzinfo=UTC)
            yield Slot(patient, patient_id, number, chair, start)


def name_of(number: int) -> str:
    """A name of syllables, the same for the same number; names in a clinic differ as much as these do."""
    draw = random.Random(number)
    return " ".join("".join(draw.choice(SYLLABLES) for _ in range(3)).capitalize() for _ in range(2))


def _person(number: int) -> PatientRole:
    like = BUILDS[number % len(BUILDS)]
    name = name_of(number)
    return replace(
        like,
        record_number=f"BENCH-{number:05d}",
        name=name,
        preferred_name=name.split()[0],
        birth_date=date(1955 + number % 50, 1 + number % 12, 1 + number % 28),
    )


def _played_once(clinic: DemoClinic, first_day: datetime) -> dict[str, tuple[ev.ChartEntry, ...]]:
    """One visit for each build of person, by the sex and weight that its numbers rest on."""
    chair = premises.chairs()[0]
    known = template(clinic.template_id)
    start = first_day - timedelta(days=5)
    publish_texts(clinic, start - timedelta(days=14))
    sign_the_day(clinic, start)
    found = {}
    for person in BUILDS:
        model = replace(person, record_number=f"MODEL-{person.record_number}")
        patient_id = register(clinic, model, start - timedelta(days=12))
        evaluate(clinic, model.record_number, patient_id, start - timedelta(days=1))
        opening = _opening(person, patient_id, 1, start, clinic.template_id)
        steps = (
            *preparation("m.reyes"), *infusion("m.reyes"), *ending("m.reyes"),
            *leaving_judged("m.reyes"), *goes_home("m.reyes"),
        )  # fmt: skip
        found[person.record_number] = played(
            opening,
            person,
            steps,
            session_id="model",
            opened_at=start - timedelta(days=2),
            start=start,
            chair=ev.ChairAssigned(chair.chair_id, chair.name, chair.room_name),
            staff=clinic.staff,
            template=known,
            around=Around(day=signed_at, clearance=clearance),
        )
    return found


def _opening(person: PatientRole, patient_id: str, number: int, start: datetime, template_id: str) -> ev.SessionOpened:
    return ev.SessionOpened(
        patient_id=patient_id,
        patient_name=person.name,
        preferred_name=person.preferred_name,
        birth_date=person.birth_date,
        sex=person.sex,
        record_number=person.record_number,
        infusion_number=number,
        infusions_planned_count=INFUSIONS_COUNT,
        expected_at=start - timedelta(minutes=40),
        template_id=template_id,
        height_cm=person.height_cm,
        allergies=person.allergies,
        allergies_reviewed=True,
    )


def _as_visit(slot: Slot, models: dict[str, tuple[ev.ChartEntry, ...]], chair: Any) -> list[ev.ChartEntry]:
    """The played visit of a person of the same build, as this person's, at this time, in this chair."""
    number = int(slot.patient.record_number.removeprefix("BENCH-"))
    model = models[BUILDS[number % len(BUILDS)].record_number]
    opened = model[0].event
    assert isinstance(opened, ev.SessionOpened)
    later = slot.start - (opened.expected_at + timedelta(minutes=40))
    done: list[ev.ChartEntry] = []
    for entry in model:
        event: ev.SessionEvent = _moved(entry.event, later)
        if isinstance(event, ev.SessionOpened):
            event = replace(_opening(slot.patient, slot.patient_id, slot.number, slot.start, opened.template_id))
        elif isinstance(event, ev.ChairAssigned):
            event = ev.ChairAssigned(chair.chair_id, chair.name, chair.room_name)
        elif isinstance(event, ev.IdentityConfirmed):
            event = replace(event, stated_birth_date=slot.patient.birth_date)
        done.append(
            replace(
                entry,
                session_id=slot.session_id,
                event=event,
                occurred_at=entry.occurred_at + later,
                recorded_at=entry.recorded_at + later,
            )
        )
    return done


def _moved(value: Any, later: timedelta) -> Any:
    """The same value with every instant in it moved."""
    if isinstance(value, datetime):
        return value + later
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        changes = {}
        for field in dataclasses.fields(value):
            before = getattr(value, field.name)
            if isinstance(before, datetime) or dataclasses.is_dataclass(before):
                changes[field.name] = _moved(before, later)
        return replace(value, **changes) if changes else value
    return value


def _spell(slot: Slot, chair_id: str, device_id: str, label: str, every_s: int) -> PastSpell:
    """A monitor from ten minutes before the drug to an hour and a half after it."""
    draw = random.Random(slot.session_id)
    bound_at, ended_at = slot.start - timedelta(minutes=10), slot.start + timedelta(minutes=103)
    samples = []
    for number in range(int((ended_at - bound_at).total_seconds()) // every_s):
        at = bound_at + timedelta(seconds=number * every_s)
        systolic = draw.randint(112, 138)
        pulse, spo2, resp = draw.randint(62, 80), draw.randint(96, 99), draw.randint(12, 17)
        values = (pulse, spo2, resp, systolic, systolic - 44, systolic - 29)
        readings = tuple(
            Reading(code, float(value), unit, at, "R", True, "", lane, float(value), at=at)
            for (lane, code, unit), value in zip(LANES, values, strict=True)
            if lane not in NIBP or number * every_s % CUFF_EVERY_S < every_s  # a cuff inflates every few minutes
        )
        control = f"{slot.session_id[:18]}{number}"
        samples.append(SampleSet(label, control, f"{control:0>64}", at, readings, message_time=at))
    return PastSpell(slot.session_id, chair_id, device_id, label, bound_at, ended_at, tuple(samples))


def open_today(clinic: DemoClinic, now: datetime) -> None:
    """The chairs as they are on a working day: six visits under way, through the services."""
    sign_the_day(clinic, now)
    for number, part in enumerate(showcase()[0]):
        start = now - timedelta(minutes=part.minute_now)
        patient_id = register(clinic, part.patient, now - timedelta(days=45))
        chair_id = clinic.chair_ids[number]
        session_id = expect(
            clinic,
            part.patient,
            patient_id,
            expected_at=start - timedelta(minutes=40),
            now=start - timedelta(minutes=75),
            chair_id=chair_id,
            planned_infusion_id=course_of_today(clinic, part.patient, patient_id, start, chair_id, now),
        )
        play(clinic, part.patient, session_id, part.steps, start=start, now=now)
