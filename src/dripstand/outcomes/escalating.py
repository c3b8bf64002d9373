"""What an answer sets in motion, in its own transaction: an escalation with an owner, and the page to the on-call.

Called by `services` alone. Nothing here waits for anybody: everything is a row that is committed together with the
answer, so a crash after it leaves the task, the page and the job that follows it up (H45).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from dripstand.jobs.queue import schedule
from dripstand.jobs.run import Run
from dripstand.outcomes import queries
from dripstand.outcomes.escalations import EscalationDetails
from dripstand.outcomes.filled import Filled, in_order
from dripstand.outcomes.models import EscalationRow, EscalationWidened
from dripstand.outcomes.suicidality import Because, Place, Step, decide, level_of
from dripstand.people.on_call_queries import on_call_order
from dripstand.people.queries import actor as actor_of
from dripstand.people.queries import patient as patient_of
from dripstand.people.services import page_on_call

OVERDUE_JOB = "outcomes.overdue"
REVIEW_WITHIN = timedelta(minutes=60)
"""After so long without a disposition an answer given in the clinic pages the on-call as well. Assumed."""
CALL_WITHIN = timedelta(hours=20)
"""Of the 24 hours for a call: then the on-call is paged, while there is still time to call. Assumed."""

KNOWN_PAGED_AT_MOST_EVERY = timedelta(days=7)
"""What is known and was not signed for in time pages once in so long: the next form of the same says nothing new."""

_ONLY_AT_THE_END = {Because.NOT_ANSWERED, Because.TOTAL_ROSE, Because.REFUSED}


def look(form: Filled, now: datetime, *, at_end: bool, from_home: bool = False) -> tuple[EscalationDetails, ...]:
    """What this form asks for by now; opens or widens its escalation and pages. Answers all of the form.

    at_end: the form is finished, so an item without an answer was left out, and the total is known. from_home: the
    newest answer was given there, wherever the form was begun.

    What was answered later is looked at again: a form that is corrected, or typed in afterwards, may be lower than what
    was already compared with the ones before it.
    """
    finished = queries.finished_of(form.patient_id, form.instrument_id)
    others = [each for each in finished if _is_comparable(each, form)]
    _look(form, [each for each in others if each.speaks_of_at <= form.speaks_of_at], now, now, at_end, from_home)
    if at_end:
        for number, later in enumerate(others):
            if later.speaks_of_at > form.speaks_of_at:
                before = in_order([*others[:number], form])
                was_home = any(each.place is Place.HOME for each in queries.escalations_about(later.questionnaire_id))
                _look(later, before, later.speaks_of_at, now, True, was_home)
    return queries.escalations_about(form.questionnaire_id)


def _is_comparable(each: Filled, form: Filled) -> bool:
    """Of the same course, or of none like it: what a course of last year ended with is no rise in this one."""
    return each.questionnaire_id != form.questionnaire_id and each.course_id == form.course_id


def _look(
    form: Filled, before: Sequence[Filled], answered_at: datetime, now: datetime, at_end: bool, from_home: bool
) -> None:
    """before: the finished forms that it is compared with, the newest last. answered_at: when a signature that covers
    it has to hold."""
    place = Place.HOME if from_home else form.place
    decision = decide(
        form.score,
        place,
        answered_at,
        baselines=[each.score for each in before if each.is_baseline],
        earlier=[each.score for each in before],
        known=queries.known_of(form.patient_id, form.instrument_id, form.started_at),
        stated_intent=form.end is not None and form.end.stated_intent,
    )
    because, steps = list(decision.because), set(decision.steps)
    if not at_end:
        because = [each for each in because if each not in _ONLY_AT_THE_END]
        steps.discard(Step.ASK_THE_ITEM)
        if Because.TOTAL_ROSE in decision.because and place is Place.CLINIC:
            steps.discard(Step.CALL_WITHIN_24_H)
    if because and steps - {Step.CRISIS_TEXT, Step.SHOW_AS_KNOWN}:
        _open_or_widen(form, because, steps, decision.extrapolated, now, place)


def _open_or_widen(
    form: Filled, because: list[Because], steps: set[Step], extrapolated: bool, now: datetime, place: Place
) -> None:
    level = level_of(form.score)
    there = queries.escalations_about(form.questionnaire_id)
    covered = {reason for each in there for reason in each.because}
    seen_levels = [each.level_score for each in there if each.level_score is not None]
    higher = level is not None and level > max(seen_levels, default=-1)
    if there and not set(because) - covered and not higher:
        return
    open_one = next((each for each in there if each.is_open), None)
    if open_one is not None:
        EscalationWidened.objects.create(
            escalation_id=open_one.escalation_id,
            steps=sorted(step.value for step in steps),
            because=[each.value for each in because],
            extrapolated=extrapolated,
            level_score=level,
            at=now,
        )
        escalation_id, newly = open_one.escalation_id, steps - open_one.steps
    else:
        escalation_id, newly = _open(form, because, steps, extrapolated, level, len(there) + 1, now, place), steps
    if Step.PAGE_ON_CALL in newly:
        page(queries.escalation(escalation_id), now)
    else:
        _follow_up(escalation_id, steps, now)


def _open(
    form: Filled,
    because: list[Because],
    steps: set[Step],
    extrapolated: bool,
    level: int | None,
    number: int,
    now: datetime,
    place: Place,
) -> str:
    owner_id, owner_name = _owner(form, steps)
    row = EscalationRow.objects.create(
        questionnaire_id=form.questionnaire_id,
        number=number,
        patient_id=form.patient_id,
        place=place.value,
        steps=sorted(step.value for step in steps),
        because=[each.value for each in because],
        extrapolated=extrapolated,
        level_score=level,
        answered_at=max((each.recorded_at for each in form.given), default=now),
        opened_at=now,
        owner_id=owner_id or None,
        owner_name=owner_name,
    )
    return str(row.pk)


def _owner(form: Filled, steps: set[Step]) -> tuple[str, str]:
    """Who is asked first: in the clinic whoever handed the form out and treats, else the first of the on-call."""
    if Step.PAGE_ON_CALL not in steps and form.place is Place.CLINIC:
        starter = actor_of(form.started_by_id)
        if starter is not None and starter.is_a(*queries.WHO_TREATS):
            return starter.staff_id, starter.name
    order = on_call_order()
    return (order[0].staff_id, order[0].name) if order else ("", "")


def page(found: EscalationDetails, now: datetime) -> None:
    """Page the on-call about an escalation, once."""
    patient = patient_of(found.patient_id)
    last = patient.name.split()[-1]
    where = _("from home") if found.place is Place.HOME else _("in the clinic")
    words = _("%(who)s: %(scale)s %(where)s, %(what)s") % {
        "who": f"{patient.called} {last[0]}.",
        "scale": found.instrument_name,
        "where": where,
        "what": found.printed,
    }
    page_on_call(
        kind=queries.PAGE_KIND,
        about=found.escalation_id,
        words=words,
        path=f"/outcomes/escalations/{found.escalation_id}/",
        patient_id=found.patient_id,
        now=now,
    )


def _follow_up(escalation_id: str, steps: set[Step], now: datetime) -> None:
    if Step.REVIEW_SAME_VISIT in steps:
        due_at = now + REVIEW_WITHIN
    elif Step.CALL_WITHIN_24_H in steps:
        due_at = now + CALL_WITHIN
    else:
        return
    key = f"{escalation_id} {due_at:%Y-%m-%dT%H:%M}"
    schedule(OVERDUE_JOB, {"escalation_id": escalation_id}, due_at=due_at, now=now, key=key)


def page_what_is_overdue(run: Run) -> None:
    """The job that follows an escalation up: where nobody has signed by now, the on-call is paged."""
    found = queries.escalation(str(run.payload["escalation_id"]))
    if found.is_open and not _is_known_and_was_paged_lately(found, run.now()):
        page(found, run.now())


def _is_known_and_was_paged_lately(found: EscalationDetails, now: datetime) -> bool:
    """Ideation that is known is not paged again and again (protocol.md 6.3). A review in a visit always waits."""
    if not found.is_known or Step.REVIEW_SAME_VISIT in found.steps:
        return False
    others = (each for each in queries.escalations_of(found.patient_id) if each.escalation_id != found.escalation_id)
    return any(each.is_known and each.was_paged and now - each.opened_at < KNOWN_PAGED_AT_MOST_EVERY for each in others)
