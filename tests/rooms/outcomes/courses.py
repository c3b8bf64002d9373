"""A course under way as the pages' tests need it: made through the services of its rooms, of invented people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from dripstand.course import services as course
from dripstand.course.patterns import SIX_IN_THREE_WEEKS
from dripstand.course.states import Step
from dripstand.outcomes import services
from dripstand.outcomes.instruments import instrument
from dripstand.outcomes.occasions import Occasion
from dripstand.outcomes.suicidality import Place
from dripstand.premises.queries import clinic_zone
from tests.evaluated import cleared_at_once
from tests.people import NOW, NURSE_REYES, PRESCRIBER_VANCE, stored, wren_halloway
from tests.rooms.outcomes.filling import by_link


@dataclass
class ACourse:
    """course_id, patient_id; the infusions' ids by number."""

    course_id: str
    patient_id: str
    infusions: dict[int, str]


def a_course(patient_id: str = "", *, count: int = 6, first: datetime = NOW) -> ACourse:
    """A course of six, twice a week, with its dose; nothing of it given yet."""
    from dripstand.course.queries import course as course_of

    patient_id = patient_id or wren_halloway()
    prescriber = stored(PRESCRIBER_VANCE)
    course_id = course.open_course(prescriber, patient_id=patient_id, now=first - timedelta(days=10))
    assert isinstance(course_id, str)
    cleared_at_once(patient_id, now=first - timedelta(days=9))
    course.take_step(
        prescriber, course_id=course_id, step=Step.BEGIN_INDUCTION, now=first - timedelta(days=8),
        pattern_key=PATTERN, infusions_count=count, first_on=first.astimezone(clinic_zone()).date(),
    )  # fmt: skip
    course.titrate(
        prescriber, course_id=course_id, dose_mg_per_kg=Decimal("0.5"), infusion_min=40, reason="usual start",
        now=first - timedelta(days=8),
    )  # fmt: skip
    found = course_of(course_id)
    return ACourse(course_id, patient_id, {one.number: one.infusion_id for one in found.series})


PATTERN = SIX_IN_THREE_WEEKS.key


def given(there: ACourse, number: int, at: datetime) -> None:
    """Infusion of this number, recorded as given without a session of its own."""
    answer = course.mark_given(
        stored(PRESCRIBER_VANCE), infusion_id=there.infusions[number], started_at=at, ended_at=at + timedelta(hours=1),
        reason="charted on paper", now=at + timedelta(hours=2), dose_given_mg=Decimal("35"),
    )  # fmt: skip
    assert answer is None, answer


def phq(there: ACourse, total: int, at: datetime, occasion: Occasion, key: str, *, item_9: int = 0) -> str:
    """A PHQ-9 with this total, answered by the patient."""
    link, left = by_link(there.patient_id), total - item_9
    form: str = services.start(
        link, patient_id=there.patient_id, instrument_id="phq-9", occasion=occasion, place=Place.CLINIC, now=at,
        occasion_key=key, course_id=there.course_id,
    )  # fmt: skip
    for item in instrument("phq-9").total_items:
        value = item_9 if item.name == "9" else min(3, left)
        left -= 0 if item.name == "9" else value
        services.answer(link, form, item=item.name, value=value, submission_id=f"{key}-{item.name}", now=at)
    assert left == 0
    services.finish(link, form, now=at)
    return form


def under_way(there: ACourse, totals: tuple[int, ...], first: datetime = NOW) -> None:
    """Baseline and the totals a day after each infusion; one infusion every third day."""
    stored(NURSE_REYES)
    phq(there, totals[0], first - timedelta(days=2), Occasion.BASELINE, "baseline")
    for number, total in enumerate(totals[1:], start=1):
        at = first + timedelta(days=3 * (number - 1))
        given(there, number, at)
        phq(there, total, at + timedelta(days=1), Occasion.DAY_AFTER, f"after-{number}")


def another_series(there: ACourse, first: datetime, step: Step = Step.BEGIN_MAINTENANCE, *, count: int = 4) -> ACourse:
    """The same course gone on to another series, nothing of which is given yet."""
    from dripstand.course.queries import course as course_of

    first_on = first.astimezone(clinic_zone()).date()
    course.take_step(
        stored(PRESCRIBER_VANCE), course_id=there.course_id, step=step, pattern_key="weekly_four",
        infusions_count=count, first_on=first_on, reason="as agreed", now=first - timedelta(days=1),
    )  # fmt: skip
    series = course_of(there.course_id).series
    assert len(series) == count
    return ACourse(there.course_id, there.patient_id, {one.number: one.infusion_id for one in series})
