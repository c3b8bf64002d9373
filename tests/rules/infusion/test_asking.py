"""When a patient may be asked anything: one rule for every form of theirs, from the start of the drug on (H47)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dripstand.infusion import events as ev
from dripstand.infusion.asking import may_be_asked
from dripstand.outcomes.occasions import Windows
from tests.people import NURSE_NEW, PRESCRIBER_VANCE
from tests.rules.infusion.visits import Visit, criteria_met, infusing, observing, opened, ready_to_start, stopped

pytestmark = pytest.mark.hazard("H47")

ORIENTED, NOT_ORIENTED = ev.CriterionAssessed("oriented", True), ev.CriterionAssessed("oriented", False)
AGAINST_ADVICE = ev.LeftWithoutDischarge(None, "", None, None, prescriber_told="")


def is_open(visit: Visit, hours_later: float = 0) -> bool:
    return may_be_asked(visit.chart, visit.now + timedelta(hours=hours_later))


def overridden() -> Visit:
    """Ready to leave, though nobody found the patient oriented: a prescriber let them go all the same."""
    visit = criteria_met(observing()).must(NOT_ORIENTED)
    return visit.must(ev.CriterionOverridden("oriented", "as before the visit: dementia"), PRESCRIBER_VANCE)


def test_before_the_drug_and_without_it_nothing_is_shut() -> None:
    assert is_open(opened()) and is_open(ready_to_start())
    assert is_open(opened().must(ev.SessionCancelled("a cold")))


@pytest.mark.parametrize("under", [infusing, lambda: infusing().must(ev.InfusionPaused("nausea")), stopped, observing])
def test_under_the_drug_and_after_it_every_form_is_shut(under: object) -> None:
    assert callable(under)
    assert not is_open(under())


def test_found_oriented_opens_and_a_later_no_shuts_again_also_for_who_is_ready_to_leave() -> None:
    visit = observing()
    assert not is_open(visit.must(NOT_ORIENTED))
    assert is_open(visit.must(ORIENTED))
    assert not is_open(visit.must(NOT_ORIENTED))
    ready = criteria_met(observing()).must(ev.ReadyToLeave())
    assert is_open(ready)
    assert not is_open(ready.must(NOT_ORIENTED))
    assert is_open(ready.must(ORIENTED).must(ev.PatientLeft()))


def test_an_override_lets_go_and_finds_nobody_oriented() -> None:
    visit = overridden()
    assert not is_open(visit)
    assert not is_open(visit.must(ev.ReadyToLeave()))
    assert not is_open(visit.must(ev.PatientLeft())), "nor is anybody clearer for being on the way home"
    assert is_open(visit, 12)


def test_who_left_against_advice_is_asked_nothing_while_the_drug_may_still_work() -> None:
    gone = observing().must(AGAINST_ADVICE, NURSE_NEW)
    assert not is_open(gone)
    assert is_open(gone, 12)
    assert is_open(observing().must(ORIENTED).must(AGAINST_ADVICE, NURSE_NEW)), "this one was found oriented before"


@pytest.mark.parametrize("left_in", [stopped, observing, lambda: observing().must(NOT_ORIENTED)])
def test_a_visit_that_nobody_ended_opens_twelve_hours_after_the_drug_and_not_at_midnight(left_in: object) -> None:
    assert callable(left_in)
    visit: Visit = left_in()
    since = visit.chart.stopped_at
    assert since is not None
    assert not may_be_asked(visit.chart, since + timedelta(hours=11, minutes=59))
    assert may_be_asked(visit.chart, since + timedelta(hours=12))
    assert Windows().day_after_from > timedelta(hours=12), "the next-day check never leads to a shut page"


def test_a_drug_that_nobody_charted_as_ended_keeps_the_forms_shut_for_a_day() -> None:
    visit = infusing()
    assert not is_open(visit, 23)
    assert is_open(visit, 24)
