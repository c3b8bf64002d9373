"""Any sequence of requests leaves a valid chart."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from dripstand.infusion import events as ev
from dripstand.infusion.chart import Chart, fold
from dripstand.infusion.decisions import decide
from dripstand.infusion.due import due_checks
from dripstand.infusion.hashing import verify_chain
from dripstand.infusion.leaving import criteria
from dripstand.infusion.line import amounts_at, ends_at, vein_steps
from dripstand.infusion.payloads import dump, load
from dripstand.infusion.phases import ENDED, LIVE, Phase
from dripstand.people.actors import Actor
from tests.rules.infusion import strategies
from tests.rules.infusion.visits import READY, Visit, infusing, observing, opened, ready_to_start


class Sessions(RuleBasedStateMachine):
    """One visit; people and Dripstand ask for things in any order, on time, late, and to correct."""

    def __init__(self) -> None:
        super().__init__()
        self.visit = Visit()
        self.infused_ml = Fraction(0)
        self.chart = Chart.__new__(Chart)

    @initialize(begin=st.sampled_from([opened, ready_to_start, infusing, infusing, infusing, observing]))
    def begin(self, begin: Callable[[], Visit]) -> None:
        self.visit = begin()
        self._look()

    def _look(self) -> None:
        self.chart = self.visit.chart

    @rule(steps=st.integers(1, 12))
    def go_on_as_planned(self, steps: int) -> None:
        """Towards the start, and towards the door; while drug runs there is no hurry."""
        for _ in range(steps):
            found = strategies.next_step(self.visit)
            if found is not None and self.visit.chart.phase not in LIVE:
                self.visit.ask(found[0], found[1])
        self._look()

    @precondition(lambda self: self.chart.phase in LIVE)
    @rule(data=st.data(), minutes=st.integers(0, 15))
    def while_it_runs(self, data: st.DataObject, minutes: int) -> None:
        self.visit.wait(minutes)
        request, actor = data.draw(strategies.while_live(self.visit))
        self.visit.ask(request, actor)
        self._look()

    @rule(data=st.data())
    def put_something_right(self, data: st.DataObject) -> None:
        request, actor = data.draw(strategies.corrections(self.visit))
        self.visit.ask(request, actor)
        self._look()

    @rule(data=st.data(), actor=strategies.actors)
    def ask_for_anything(self, data: st.DataObject, actor: Actor) -> None:
        self.visit.ask(data.draw(strategies.requests(self.visit)), actor)
        self._look()

    @rule(data=st.data(), actor=strategies.actors, minutes=st.integers(0, 60), said=st.booleans())
    def ask_late(self, data: st.DataObject, actor: Actor, minutes: int, said: bool) -> None:
        request = data.draw(strategies.requests(self.visit))
        self.visit.ask(
            request,
            actor,
            occurred_at=self.visit.now - timedelta(minutes=minutes),
            late_reason="the tablet was away" if said else "",
        )
        self.infused_ml = Fraction(0)  # a late entry changes what was infused
        self._look()

    @rule(event=st.sampled_from(strategies.BY_SOFTWARE))
    def dripstand_charts(self, event: ev.SessionEvent) -> None:
        self.visit.ask(event, strategies.SOFTWARE)
        self._look()

    @precondition(lambda self: self.chart.phase not in ENDED and len(self.visit.log) > 8)
    @rule(request=strategies.rare, actor=strategies.actors, really=st.integers(0, 5))
    def the_unusual(self, request: ev.SessionEvent, actor: Actor, really: int) -> None:
        if really == 0:
            self.visit.ask(request, actor)
            self._look()

    @rule(minutes=st.integers(0, 20))
    def time_passes(self, minutes: int) -> None:
        self.visit.wait(minutes)

    @invariant()
    def nothing_contradicts(self) -> None:
        if self.visit.log:
            assert self.chart.contradictions == ()

    @invariant()
    def the_same_log_folds_to_the_same_chart(self) -> None:
        if self.visit.log:
            assert fold(self.visit.log) == self.chart

    @invariant()
    def an_infusing_chair_has_an_observer_a_checked_bag_and_a_line(self) -> None:
        if self.visit.log and self.chart.phase in LIVE and not self.chart.gates_open:
            assert self.chart.observer is not None
            if self.chart.phase is Phase.INFUSING:
                assert self.chart.hung_bag is not None and self.chart.hung_bag.check is not None
                assert self.chart.line is not None and self.chart.primed is not None

    @invariant()
    def a_stopped_infusion_is_open_until_bag_and_line_are_dealt_with(self) -> None:
        if not self.visit.log:
            return
        hanging = self.chart.hung_bag
        if self.chart.phase is Phase.LEFT:
            assert hanging is None and self.chart.primed is None
        if self.chart.phase in {Phase.OBSERVING, Phase.READY_TO_LEAVE}:
            assert hanging is None or not hanging.has_run  # only a new bag, made ready for a new start

    @invariant()
    def the_rate_is_zero_unless_it_infuses(self) -> None:
        if self.visit.log:
            assert (self.chart.rate_ml_per_h > 0) == (self.chart.phase is Phase.INFUSING)

    @invariant()
    def every_milligram_is_accounted_for(self) -> None:
        found = amounts_at(self.chart, self.visit.now) if self.visit.log else None
        if found is not None:
            assert found.bag_mg + found.line_mg + found.vein_mg + found.discarded_mg == found.prepared_mg

    @invariant()
    def what_is_shown_can_be_worked_out(self) -> None:
        if self.visit.log:
            now = self.visit.now
            due_checks(self.chart, self.visit.template, now)
            criteria(self.chart, self.visit.template, now)
            ends_at(self.chart, now)
            steps = vein_steps(self.chart, now=now, until=now + timedelta(hours=1))
            assert all(rate >= 0 for _, rate in steps)

    def teardown(self) -> None:
        if not self.visit.log:
            return
        assert verify_chain(self.visit.log) is None
        again = [replace(entry, event=load(dump(entry.event))) for entry in self.visit.log]
        assert again == self.visit.log and fold(again) == fold(self.visit.log)
        for entry in self.visit.log:
            assert json.loads(dump(entry.event))["kind"] == entry.event.kind


TestAnySequenceOfRequests = Sessions.TestCase
TestAnySequenceOfRequests = pytest.mark.hazard("H14", "H15", "H62", "H49")(TestAnySequenceOfRequests)


def test_a_decision_is_the_same_when_it_is_taken_twice() -> None:
    visit = opened()
    for _ in range(30):
        found = strategies.next_step(visit)
        assert found is not None
        request, actor = found
        circumstances = {"now": visit.now, "actor": actor, "template": visit.template, "day": READY}
        answers = [decide(visit.chart, request, **circumstances) for _ in range(2)]
        assert answers[0] == answers[1]
        visit.must(request, actor)
