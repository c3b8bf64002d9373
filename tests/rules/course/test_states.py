"""The transition table of a course: what is in it can be done, and nothing else."""

from __future__ import annotations

import pytest

from dripstand.course.states import OPEN, TRANSITIONS, UNDER_WAY, State, Step, after, steps_from, transition
from dripstand.people.actors import Role

WRITTEN = {
    (State.EVALUATION, Step.BEGIN_INDUCTION): State.INDUCTION,
    (State.EVALUATION, Step.END): State.ENDED,
    (State.INDUCTION, Step.BEGIN_INDUCTION): State.INDUCTION,
    (State.INDUCTION, Step.BEGIN_MAINTENANCE): State.MAINTENANCE,
    (State.INDUCTION, Step.PAUSE): State.PAUSED,
    (State.INDUCTION, Step.END): State.ENDED,
    (State.MAINTENANCE, Step.BEGIN_MAINTENANCE): State.MAINTENANCE,
    (State.MAINTENANCE, Step.BEGIN_INDUCTION): State.INDUCTION,
    (State.MAINTENANCE, Step.PAUSE): State.PAUSED,
    (State.MAINTENANCE, Step.END): State.ENDED,
    (State.PAUSED, Step.END): State.ENDED,
}


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("step", Step)
def test_a_step_leads_where_the_table_says_and_nowhere_else(state: State, step: Step) -> None:
    if (state, step) == (State.PAUSED, Step.RESUME):
        assert {after(state, step, one) for one in UNDER_WAY} == UNDER_WAY
        assert after(state, step) is None
        return
    assert after(state, step, State.INDUCTION) is WRITTEN.get((state, step))


def test_an_ended_course_goes_nowhere() -> None:
    assert not [row for row in TRANSITIONS if row.start is State.ENDED]
    assert State.ENDED not in OPEN


def test_only_a_prescriber_begins_resumes_and_ends_and_a_nurse_may_pause() -> None:
    for row in TRANSITIONS:
        assert Role.PRESCRIBER in row.roles
        assert (Role.NURSE in row.roles) is (row.step is Step.PAUSE)
        assert Role.FRONT_DESK not in row.roles


def test_everything_but_the_first_induction_wants_a_reason() -> None:
    without = [row for row in TRANSITIONS if not row.wants_reason]
    assert [(row.start, row.step) for row in without] == [(State.EVALUATION, Step.BEGIN_INDUCTION)]


def test_what_a_person_is_offered_is_what_they_may_take() -> None:
    assert [row.step for row in steps_from(State.INDUCTION, frozenset({Role.NURSE}))] == [Step.PAUSE]
    assert steps_from(State.INDUCTION, frozenset({Role.FRONT_DESK})) == ()
    assert transition(State.ENDED, Step.RESUME) is None
