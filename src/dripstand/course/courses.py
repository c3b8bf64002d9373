"""The verbs of a course: open it, move it from state to state, plan its infusions, and say the dose and why."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Max

from dripstand.course import models, planned_dose
from dripstand.course.judging import Refusal, refuse
from dripstand.course.keeping import locked_course, tell_screens, write, written_before
from dripstand.course.models import BookingState, InfusionState
from dripstand.course.patterns import Pattern, planned_days
from dripstand.course.patterns import pattern as pattern_of
from dripstand.course.queries.deciding import decision_for
from dripstand.course.states import UNDER_WAY, State, Step, after, transition
from dripstand.evaluation.indications import Indication
from dripstand.people.access import service, service_that_decides
from dripstand.people.actors import Actor, Role
from dripstand.people.queries import patient as patient_of
from dripstand.premises.queries import clinic_zone, opening_hours
from dripstand.protocol.defaults import default_template
from dripstand.protocol.queries import current_template
from dripstand.protocol.template import is_pain

CARES = (Role.PRESCRIBER, Role.MEDICAL_LEAD, Role.NURSE, Role.FRONT_DESK)
PLANNED_AT_MOST_COUNT = 40
BEGINS_WITHIN_D = 365
"""A first day further ahead is taken for a slip of the year. Assumed."""
BEGINS = frozenset({Step.BEGIN_INDUCTION, Step.BEGIN_MAINTENANCE})


@service(*CARES)
def open_course(
    actor: Actor,
    *,
    patient_id: str,
    now: datetime,
    indication: str = "major_depression",
    reason: str = "",
    submission_id: str = "",
    course_id: str | None = None,
) -> str | Refusal:
    """Open a course in evaluation, with a referral or a call; answers its id.

    The same submission sent twice opens one. Refused where the patient is in a course already, and for
    an indication that the evaluation does not know. Raises NoSuchPatient.
    """
    patient = patient_of(patient_id)
    if indication not in set(Indication):
        return refuse("no_such_indication")
    known = models.CourseEntry.objects.filter(submission_id=submission_id, kind="opened") if submission_id else None
    if known is not None and (first := known.filter(course__patient_id=patient.patient_id).first()) is not None:
        return str(first.course_id)
    row = models.Course(patient_id=UUID(patient.patient_id), indication=indication, opened_at=now)
    pain = (current_template() or default_template()).pain
    if is_pain(indication) and pain is not None:
        row.infusion_min = int(pain.usual_minutes_low)  # until a dose is planned: an infusion against pain is longer
    if course_id is not None:
        row.id = UUID(course_id)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
            write(
                row,
                "opened",
                actor=actor,
                now=now,
                facts={"indication": indication},
                reason=reason,
                submission_id=submission_id,
            )
    except IntegrityError:
        if models.Course.objects.filter(patient_id=patient.patient_id, ended_at=None).exists():
            return refuse("course_already_open")
        raise
    return str(row.pk)


@service_that_decides("course/states.py: each row of the transition table names who may take the step")
@transaction.atomic
def take_step(
    actor: Actor,
    *,
    course_id: str,
    step: Step,
    now: datetime,
    reason: str = "",
    pattern_key: str = "",
    infusions_count: int | None = None,
    first_on: date | None = None,
    beyond_limits: bool = False,
    submission_id: str = "",
) -> State | Refusal:
    """Move a course along its transition table; answers the state that it is in now.

    A step that begins an induction or maintenance plans its infusions as well: by the pattern, or so many of it.
    What was planned of the series before and is not given is dropped, its bookings cancelled. Pausing and ending
    cancel what is booked; resuming books nothing by itself. An induction begins on a signed decision for the course's
    indication that stands as eligible, and its entry keeps which one that was. beyond_limits: a
    series against pain that passes the signed limit of a year, or follows the last one sooner than was signed, is meant
    so; it wants a reason too. Raises NoSuchCourse.
    """
    row = locked_course(course_id)
    if (first := written_before(row.pk, submission_id)) is not None:
        return State(str(first.facts["to"]))
    state = State(row.state)
    table = transition(state, step)
    goes_to = after(state, step, State(row.paused_from) if row.paused_from else None)
    if table is None or goes_to is None:
        return refuse("no_such_step", state=state, step=step)
    if not table.roles & actor.roles:
        return refuse("step_not_yours", roles=",".join(sorted(table.roles)))
    if table.wants_reason and not reason.strip():
        return refuse("reason_missing")
    rests_on = ""
    if step is Step.BEGIN_INDUCTION:
        decided = decision_for(str(row.patient_id), row.indication, now)
        if decided is None or decided.why is not None or decided.decision is None:
            return refuse("no_standing_decision", indication=row.indication, why=decided.why if decided else "")
        rests_on = decided.decision.signed.decision_id
    days: tuple[date | None, ...] = ()
    if step in BEGINS:
        planned = _days_of(row.indication, pattern_key, infusions_count, first_on, now)
        if isinstance(planned, Refusal):
            return planned
        passed = [one for one in (_beyond_a_year(row, len(planned), now), _too_soon_again(row, first_on, now)) if one]
        if passed and not (beyond_limits and reason.strip()):
            return Refusal(tuple(each for one in passed for each in one.breaks))
        days = planned
        row.pattern = pattern_key
    dropped = _leave_series(row, actor, now, drop=step in BEGINS or step is Step.END)
    row.paused_from = state.value if step is Step.PAUSE else ""
    row.state = goes_to.value
    row.ended_at = now if goes_to is State.ENDED else None
    if step in BEGINS:
        row.series_number += 1
        for number, day in enumerate(days, start=1):
            models.PlannedInfusion.objects.create(
                course=row,
                series_number=row.series_number,
                is_maintenance=goes_to is State.MAINTENANCE,
                number=number,
                wanted_on=day,
            )
    facts: dict[str, Any] = {"from": state.value, "step": step.value, "to": goes_to.value, "cancelled": dropped}
    if step in BEGINS:
        facts |= {"pattern": pattern_key, "count": len(days), "first_on": first_on.isoformat() if first_on else ""}
        if passed:
            facts["beyond"] = {each.code: dict(each.params) for one in passed for each in one.breaks}
    if rests_on:
        facts["decision_id"] = rests_on
    write(row, "step", actor=actor, now=now, facts=facts, reason=reason, submission_id=submission_id)
    return goes_to


def _days_of(
    indication: str, pattern_key: str, count: int | None, first_on: date | None, now: datetime
) -> tuple[date | None, ...] | Refusal:
    """The days of a series; a count beyond the pattern goes on at the pattern's last gap."""
    chosen = pattern_of(pattern_key, current_template(), indication)
    if chosen is None:
        return refuse("nothing_to_plan")
    if count is not None and not 1 <= count <= PLANNED_AT_MOST_COUNT:
        return refuse("too_many_infusions", limit=PLANNED_AT_MOST_COUNT)
    offsets = _offsets(chosen, count)
    if first_on is None:
        return (None,) * len(offsets)
    today = now.astimezone(clinic_zone()).date()
    if first_on < today:
        return refuse("first_day_passed", day=first_on.isoformat())
    if first_on > today + timedelta(days=BEGINS_WITHIN_D):
        return refuse("first_day_too_far", day=first_on.isoformat(), limit=BEGINS_WITHIN_D)
    return planned_days(first_on, offsets, open_weekdays=frozenset(opening_hours()) or frozenset(range(7)))


def _beyond_a_year(row: models.Course, planned_count: int, now: datetime) -> Refusal | None:
    """Why so many more infusions against pain have to be meant: with those of the last year they pass the limit."""
    template = current_template() or default_template()
    if not is_pain(row.indication) or template.pain is None:
        return None
    since = now - timedelta(days=365)
    given = models.PlannedInfusion.objects.filter(
        course__patient_id=row.patient_id, course__indication=row.indication, started_at__gte=since
    ).count()
    limit = template.pain.most_a_year_count
    if given + planned_count <= limit:
        return None
    return refuse("too_many_a_year", given=given, count=planned_count, limit=limit)


def _too_soon_again(row: models.Course, first_on: date | None, now: datetime) -> Refusal | None:
    """Why a further series against pain has to be meant: it begins sooner after the last one than was signed."""
    template = current_template() or default_template()
    if not is_pain(row.indication) or template.pain is None:
        return None
    last = models.PlannedInfusion.objects.filter(
        course__patient_id=row.patient_id, course__indication=row.indication, started_at__isnull=False
    ).aggregate(last=Max("started_at"))["last"]
    if last is None:
        return None
    zone, limit = clinic_zone(), template.pain.repeat_after_d
    days = ((first_on or now.astimezone(zone).date()) - last.astimezone(zone).date()).days
    return refuse("series_too_soon", days=days, limit=limit) if days < limit else None


def _offsets(chosen: Pattern, count: int | None) -> Sequence[int]:
    offsets = list(chosen.day_offsets)
    wanted = count or len(offsets)
    last_gap = offsets[-1] - offsets[-2] if len(offsets) > 1 else 7
    while len(offsets) < wanted:
        offsets.append(offsets[-1] + last_gap)
    return offsets[:wanted]


def _leave_series(row: models.Course, actor: Actor, now: datetime, *, drop: bool) -> int:
    """Cancel what is booked and, where the series is left for good, drop what is planned; answers how many bookings.

    A pause keeps the plan, and so does going on after it.
    """
    if State(row.state) is State.PAUSED and not drop:
        return 0
    held = models.Booking.objects.filter(infusion__course=row, state=BookingState.HELD)
    # A visit that has begun is not cancelled by a step of the course: it ends at the chair.
    held = held.filter(infusion__session_id=None)
    cancelled = list(held.values_list("pk", flat=True))
    models.HeldSlot.objects.filter(booking_id__in=cancelled).delete()
    models.Booking.objects.filter(pk__in=cancelled).update(state=BookingState.CANCELLED)
    models.Reminder.objects.filter(booking_id__in=cancelled, state="due").update(state="void")
    if cancelled:
        tell_screens()
    if drop:
        planned = models.PlannedInfusion.objects.filter(course=row, state=InfusionState.PLANNED, session_id=None)
        planned.update(state=InfusionState.DROPPED)
    return len(cancelled)


@service(Role.PRESCRIBER)
@transaction.atomic
def change_plan(
    actor: Actor,
    *,
    course_id: str,
    infusions_count: int,
    now: datetime,
    reason: str,
    beyond_a_year: bool = False,
    submission_id: str = "",
) -> int | Refusal:
    """Plan more or fewer infusions in the present series; answers how many there are now.

    Fewer: the last ones are dropped, as far as they are only planned, and their bookings cancelled. beyond_a_year: the
    prescriber has read that so many more against pain pass the signed limit of a year, and means it.
    """
    row = locked_course(course_id)
    if (first := written_before(row.pk, submission_id)) is not None:
        return int(str(first.facts["count"]))
    if State(row.state) not in UNDER_WAY:
        return refuse("course_not_under_way", state=row.state)
    if not reason.strip():
        return refuse("reason_missing")
    if not 1 <= infusions_count <= PLANNED_AT_MOST_COUNT:
        return refuse("too_many_infusions", limit=PLANNED_AT_MOST_COUNT)
    standing = {
        one.number: one
        for one in models.PlannedInfusion.objects.filter(
            course=row, series_number=row.series_number, state__in=models.STANDING
        )
    }
    for number, one in standing.items():
        if number > infusions_count and (one.state != InfusionState.PLANNED or one.session_id is not None):
            return refuse("not_planned", number=number)
    begun_count = sum(one.started_at is not None for one in standing.values())
    beyond = _beyond_a_year(row, infusions_count - begun_count, now) if infusions_count > len(standing) else None
    if beyond is not None and not beyond_a_year:
        return refuse("plan_passes_a_year", **beyond.breaks[0].params)
    for number, one in standing.items():
        if number > infusions_count:
            _drop(one)
    for number in range(1, infusions_count + 1):
        if number not in standing:
            models.PlannedInfusion.objects.create(
                course=row,
                series_number=row.series_number,
                is_maintenance=State(row.state) is State.MAINTENANCE,
                number=number,
            )
    facts: dict[str, object] = {"count": infusions_count, "before": max(standing, default=0)}
    if beyond is not None:
        facts["beyond_a_year"] = dict(beyond.breaks[0].params)
    write(row, "plan_changed", actor=actor, now=now, facts=facts, reason=reason, submission_id=submission_id)
    return infusions_count


def _drop(one: models.PlannedInfusion) -> None:
    held = models.Booking.objects.filter(infusion=one, state=BookingState.HELD)
    models.HeldSlot.objects.filter(booking__in=held).delete()
    models.Reminder.objects.filter(booking__in=held, state="due").update(state="void")
    if held.update(state=BookingState.CANCELLED):
        tell_screens()
    one.state = InfusionState.DROPPED
    one.save(update_fields=["state"])


@service(Role.PRESCRIBER)
@transaction.atomic
def titrate(
    actor: Actor,
    *,
    course_id: str,
    dose_mg_per_kg: Decimal,
    infusion_min: int,
    reason: str,
    now: datetime,
    from_number: int | None = None,
    submission_id: str = "",
) -> int | Refusal:
    """Say what dose is planned from the next infusion on (or from a later one), and why; answers from which number.

    The next is the first that no visit is open for: the dose of that one is ordered at the chair. Where none is left,
    the dose is planned for the next series. It is the intention; the order of each session is still signed for itself.
    What the protocol in force would refuse to order for this indication is refused here as well.
    """
    row = locked_course(course_id)
    if (first := written_before(row.pk, submission_id)) is not None:
        return int(str(first.facts["from_number"]))
    if State(row.state) is State.ENDED:
        return refuse("course_not_under_way", state=row.state)
    if not reason.strip():
        return refuse("reason_missing")
    limits = (current_template() or default_template()).for_indication(row.indication).dose
    if stands_against := planned_dose.against(limits, dose_mg_per_kg, infusion_min):
        return Refusal(stands_against)
    following = (
        models.PlannedInfusion.objects.filter(
            course=row, series_number=row.series_number, state=InfusionState.PLANNED, session_id=None
        )
        .order_by("number")
        .first()
    )
    nearest, series_number = (following.number, row.series_number) if following else (1, row.series_number + 1)
    number = from_number or nearest
    if number < nearest:
        return refuse("not_planned", number=number)
    models.TitrationStep.objects.create(
        course=row,
        series_number=series_number,
        from_number=number,
        dose_mg_per_kg=dose_mg_per_kg,
        infusion_min=infusion_min,
        reason=" ".join(reason.split())[:500],
        decided_at=now,
        staff_id=actor.staff_id,
        staff_name=actor.name,
    )
    row.infusion_min = infusion_min
    facts = {
        "series_number": series_number,
        "from_number": number,
        "dose_mg_per_kg": str(dose_mg_per_kg),
        "infusion_min": infusion_min,
    }
    write(row, "titrated", actor=actor, now=now, facts=facts, reason=reason, submission_id=submission_id)
    return number
