"""One visit from the door to the ride home, decided step by step."""

from __future__ import annotations

from fractions import Fraction

from dripstand.infusion import events as ev
from dripstand.infusion.hashing import verify_chain
from dripstand.infusion.line import amounts_at, ends_at
from dripstand.infusion.phases import Phase
from tests.rules.infusion.visits import D, Visit, criteria_met, infusing, observing, opened, stopped


def test_a_visit_goes_from_the_door_to_the_ride_home() -> None:
    visit = criteria_met(observing())
    visit.must(ev.ReadyToLeave()).wait(1).must(ev.PatientLeft())
    chart = visit.chart
    assert chart.phase is Phase.LEFT
    assert chart.contradictions == ()
    assert chart.left_at == visit.now
    assert verify_chain(visit.log) is None
    visit.must(ev.NoteSigned("I read and sign this note", chart.head_hash))
    assert visit.chart.note_signed is not None and not visit.chart.changed_after_note


def test_the_phases_follow_what_is_charted() -> None:
    assert opened().chart.phase is Phase.EXPECTED
    assert infusing().chart.phase is Phase.INFUSING
    assert infusing().must(ev.InfusionPaused()).chart.phase is Phase.PAUSED
    assert stopped().chart.phase is Phase.STOPPED
    assert observing().chart.phase is Phase.OBSERVING


def test_the_bag_ends_when_it_is_empty_and_the_phase_does_not() -> None:
    visit = infusing()
    start = visit.now
    end = ends_at(visit.chart, visit.now)
    assert end is not None and (end - start).total_seconds() == 40 * 60
    visit.wait(90)
    amounts = amounts_at(visit.chart, visit.now)
    assert amounts is not None
    assert amounts.volume_infused_ml == 100 and amounts.bag_ml == 0
    assert amounts.bag_empty_at == end
    assert visit.chart.phase is Phase.INFUSING


def test_after_the_flush_all_of_the_dose_is_in_the_vein() -> None:
    visit = observing()
    amounts = amounts_at(visit.chart, visit.now)
    assert amounts is not None
    assert amounts.vein_mg == 40 and amounts.line_mg == 0 and amounts.discarded_mg == 0


def test_without_a_flush_the_line_keeps_its_share() -> None:
    visit = stopped().wait(1)
    amounts = amounts_at(visit.chart, visit.now)
    assert amounts is not None
    assert amounts.line_mg == Fraction(72, 10)  # 18 mL at 0.4 mg/mL (protocol.md 2.3)
    visit.must(ev.BagTakenDown(visit.bag_id, D("0"))).must(ev.LineCleared("disconnected"))
    after = amounts_at(visit.chart, visit.now)
    assert after is not None and after.discarded_mg == Fraction(72, 10) and after.line_mg == 0


def test_an_empty_log_is_an_empty_chart() -> None:
    assert Visit().chart.phase is Phase.EXPECTED and Visit().chart.opened_entry is None
