"""An emergency: one tap, no gate, everything charted, and a way out of it (H63)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from dripstand.infusion import events as ev
from dripstand.infusion.emergency import emergencies
from dripstand.infusion.phases import Phase
from tests.people import FRONT_DESK_SORO, NURSE_NEW, WALL
from tests.rules.infusion.visits import (
    D,
    Visit,
    arrived,
    criteria_met,
    infusing,
    observing,
    opened,
    ready_to_start,
    stopped,
)

ALONG = (
    ev.HelpCalled(ev.Help.EMERGENCY_SERVICES),
    ev.HelpArrived(ev.Help.EMERGENCY_SERVICES, "crew 4"),
    ev.EmergencyRoleTaken(ev.EmergencyRole.AIRWAY, "J. Okafor"),
    ev.EmergencyActDone(ev.EmergencyAct.OXYGEN, "15 L/min"),
    ev.MedicineGiven("adrenaline", "0.5 mg", "IM"),
)


def leaving() -> Visit:
    return criteria_met(observing()).must(ev.ReadyToLeave())


@pytest.mark.hazard("H63")
@pytest.mark.parametrize("where", [opened, arrived, ready_to_start, infusing, stopped, observing, leaving])
def test_in_every_phase_whoever_is_there_declares_it_and_charts_what_is_done(where: Callable[[], Visit]) -> None:
    """Somebody without a single competency, and nothing is asked."""
    visit = where().must(ev.EmergencyDeclared(), NURSE_NEW)
    for event in ALONG:
        visit.must(event, NURSE_NEW)
    assert [type(entry.event) for entry in emergencies(visit.chart)[-1].timeline] == [
        ev.EmergencyDeclared,
        *(type(event) for event in ALONG),
    ]
    visit.must(ev.PatientTransferred("", ""), NURSE_NEW)
    assert visit.chart.phase is Phase.TRANSFERRED and visit.chart.contradictions == ()


@pytest.mark.hazard("H63")
def test_the_front_desk_calls_help_and_a_wall_does_not() -> None:
    visit = infusing().must(ev.EmergencyDeclared(), FRONT_DESK_SORO)
    visit.must(ev.HelpCalled(ev.Help.EMERGENCY_SERVICES), FRONT_DESK_SORO)
    assert visit.refused(ev.EmergencyActDone(ev.EmergencyAct.SHOCK), FRONT_DESK_SORO).code == "role_may_not"
    assert infusing().refused(ev.EmergencyDeclared(), WALL).code == "role_may_not"


@pytest.mark.hazard("H63")
def test_what_was_called_came_and_is_done_by_whom_is_known_at_every_moment() -> None:
    visit = infusing().wait(10).must(ev.EmergencyDeclared("unresponsive"))
    visit.wait(1).must(ev.HelpCalled(ev.Help.COLLEAGUES)).must(
        ev.EmergencyRoleTaken(ev.EmergencyRole.LEADS, "T. Vance")
    )
    visit.wait(1).must(ev.HelpArrived(ev.Help.COLLEAGUES)).must(ev.EmergencyRoleTaken(ev.EmergencyRole.LEADS, "crew 4"))
    (now,) = emergencies(visit.chart)
    assert now.ended is None and set(now.called) == set(now.arrived) == {ev.Help.COLLEAGUES}
    assert now.roles[ev.EmergencyRole.LEADS].event == ev.EmergencyRoleTaken(ev.EmergencyRole.LEADS, "crew 4")
    assert (visit.now - now.since).total_seconds() == 120


@pytest.mark.hazard("H63")
def test_when_it_is_over_every_gate_holds_again() -> None:
    visit = infusing().wait(5).must(ev.EmergencyDeclared())
    visit.must(ev.MedicineGiven("ondansetron", "4 mg", "IV"), NURSE_NEW)
    assert visit.refused(ev.EmergencyEnded("")).code == "words_missing"
    visit.wait(3).must(ev.EmergencyEnded("a faint; awake, pressure as before"))
    assert visit.chart.emergency_at is None and visit.chart.phase is Phase.INFUSING
    assert visit.refused(ev.MedicineGiven("ondansetron", "4 mg", "IV"), NURSE_NEW).code == "competency_missing"
    assert visit.refused(ev.EmergencyEnded("again")).code == "no_emergency"
    assert visit.refused(ev.EmergencyRoleTaken(ev.EmergencyRole.LEADS, "T. Vance")).code == "no_emergency"
    visit.must(ev.EmergencyDeclared())
    assert [one.ended is not None for one in emergencies(visit.chart)] == [True, False]


def test_an_emergency_is_not_over_while_the_chart_says_that_drug_runs_without_a_line() -> None:
    """A line torn out is charted at once in an emergency; the stop has to be charted before the gates close."""
    visit = infusing().wait(5).must(ev.EmergencyDeclared()).must(ev.LineRemoved(ev.SiteFinding.PAIN))
    assert visit.refused(ev.EmergencyEnded("better")).code == "infuses_without_line_or_bag"
    visit.must(ev.InfusionStopped(ev.StopReason.LINE_FAILED)).must(ev.EmergencyEnded("better"))
    assert visit.chart.contradictions == ()


@pytest.mark.hazard("H63")
def test_an_emergency_still_gives_no_more_ketamine_and_signs_nothing() -> None:
    visit = ready_to_start().must(ev.EmergencyDeclared())
    assert "not_while" not in visit.refused(ev.InfusionStarted(D("1500"))).code
    assert visit.refused(ev.ReadyToLeave()).code == "not_while_preparing"


def test_a_fold_without_the_rules_lists_what_does_not_fit() -> None:
    for event in (ev.EmergencyEnded("x"), ev.EmergencyRoleTaken(ev.EmergencyRole.LEADS, "x")):
        visit = infusing()
        visit.append(event, visit.nurse)
        assert [one.code for one in visit.chart.contradictions] == ["no_emergency"]
    visit = infusing().must(ev.EmergencyDeclared()).must(ev.LineRemoved(ev.SiteFinding.PAIN))
    visit.append(ev.EmergencyEnded("x"), visit.nurse)
    assert [one.code for one in visit.chart.contradictions] == ["infuses_without_line_or_bag"]
