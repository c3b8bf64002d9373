"""Bag, line and vein against a second way of counting, written from the definition of plug flow."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal as D
from fractions import Fraction as F

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dripstand.infusion.bag import Bag, FinalVolume, Vial
from dripstand.infusion.chart_draft import ChartDraft
from dripstand.infusion.chart_values import BagAtChair, Flow, FlowChange
from dripstand.infusion.events import BagPrepared, ChartEntry, LineFluid, StaffRef
from dripstand.infusion.line import Amounts, amounts_at, vein_steps
from tests.rules.infusion.counts import tried

T0 = datetime(2026, 3, 4, 15, 0, tzinfo=UTC)


def bag(name: str, drug_mg: str, final_ml: str) -> Bag:
    strength = D("10")
    return Bag(
        bag_id=name,
        order_id="order",
        vial=Vial(strength, D("20"), "L"),
        diluent="saline",
        nominal_ml=D(final_ml),
        final_volume=FinalVolume.REPLACING,
        drawn_ml=D(drug_mg) / strength,
        drug_mg=D(drug_mg),
        final_ml=D(final_ml),
        concentration_mg_per_ml=D(drug_mg) / D(final_ml),
        line_hold_up_ml=D("18"),
        start_rate_ml_per_h=D("150"),
        drops_per_ml=None,
        start_drops_per_min=None,
        prepared_at=T0,
        use_by=T0 + timedelta(hours=24),
    )


BAGS = (bag("A", "40", "100"), bag("B", "25", "55"), bag("C", "61", "103"))


def chart_of(flows: list[Flow]) -> ChartDraft:
    entry = ChartEntry("s", 1, T0, T0, StaffRef("n", "N"), "f", BagPrepared(BAGS[0]))
    known = {one.bag_id: BagAtChair(one, entry) for one in BAGS}
    hung = [flow for flow in flows if flow.change in (FlowChange.BAG_HUNG, FlowChange.BAG_DOWN)]
    if hung and hung[-1].change is FlowChange.BAG_HUNG and hung[-1].bag is not None:
        name = hung[-1].bag.bag_id
        known[name] = BagAtChair(hung[-1].bag, entry, hung_at=T0)
    return ChartDraft(flow=tuple(flows), bags=known)


@dataclass
class Ledger:
    """The oracle. It keeps what ever entered the set as stretches on one axis of volume, and reads what leaves by its
    place on the same axis. No queue, nothing is popped."""

    inlet: list[tuple[F, F, F]] = field(default_factory=list)  # from mL, to mL, mg/mL
    head: F = F(0)  # volume that has entered
    tail: F = F(0)  # volume that has left
    left_in: dict[str, F] = field(default_factory=dict)
    vein: F = F(0)
    thrown: F = F(0)
    pumped: F = F(0)
    saline: F = F(0)

    def between(self, low: F, high: F) -> F:
        return sum(
            (max(F(0), min(high, end) - max(low, start)) * strength for start, end, strength in self.inlet), F(0)
        )

    def enter(self, volume: F, strength: F) -> None:
        self.inlet.append((self.head, self.head + volume, strength))
        self.head += volume

    def leave(self, volume: F, arrives: bool) -> None:
        amount = self.between(self.tail, self.tail + volume)
        self.tail += volume
        if arrives:
            self.vein += amount
        else:
            self.thrown += amount

    def empty(self) -> None:
        self.leave(self.head - self.tail, arrives=False)


def count(flows: list[Flow], until: datetime) -> Ledger:
    """Between two changes everything is constant, so each stretch is one multiplication."""
    ledger = Ledger()
    hung: str | None = None
    pump, arrives = F(0), False
    marks = sorted({f.at for f in flows} | {f.at + timedelta(minutes=float(f.over_min)) for f in flows} | {until})
    flushes = [f for f in flows if f.change is FlowChange.FLUSH]
    strengths = {one.bag_id: F(one.drug_mg) / F(one.final_ml) for one in BAGS}
    for number, mark in enumerate(marks):
        if mark >= until:
            break
        for flow in (f for f in flows if f.at == mark):
            if flow.change is FlowChange.BAG_HUNG and flow.bag:
                hung = flow.bag.bag_id
                ledger.left_in.setdefault(hung, F(flow.bag.final_ml))
            elif flow.change is FlowChange.BAG_DOWN:
                hung = None
            elif flow.change is FlowChange.PUMP_RATE:
                pump = F(flow.rate_ml_per_h)
            elif flow.change is FlowChange.LINE_PLACED:
                arrives = True
            elif flow.change is FlowChange.LINE_REMOVED:
                arrives = False
            elif flow.change is FlowChange.LINE_CLEARED:
                ledger.empty()
            elif flow.change is FlowChange.PRIMED:
                ledger.empty()
                volume = F(flow.hold_up_ml)
                if flow.fluid is LineFluid.DRUG and flow.bag:
                    known = ledger.left_in.setdefault(flow.bag.bag_id, F(flow.bag.final_ml))
                    volume = min(volume, known)
                    ledger.left_in[flow.bag.bag_id] -= volume
                    ledger.enter(volume, strengths[flow.bag.bag_id])
                else:
                    ledger.enter(volume, F(0))
        hours = F((marks[number + 1] - mark) // timedelta(microseconds=1), 3_600_000_000)
        flush = next((f for f in flushes if f.at <= mark < f.at + timedelta(minutes=float(f.over_min))), None)
        flush_rate = F(flush.volume_ml) / F(flush.over_min) * 60 if flush else F(0)
        while hours > 0:
            drug_rate = pump if hung and ledger.left_in[hung] > 0 else F(0)
            part = min(hours, ledger.left_in[hung] / drug_rate) if hung and drug_rate else hours
            drug, salt = drug_rate * part, flush_rate * part
            if hung and drug:
                ledger.left_in[hung] -= drug
            ledger.pumped += drug
            ledger.saline += salt
            if drug + salt:
                ledger.enter(drug + salt, (drug * strengths[hung] if hung else F(0)) / (drug + salt))
                ledger.leave(drug + salt, arrives)
            hours -= part
    return ledger


@st.composite
def histories(draw: st.DrawFn) -> list[Flow]:
    """What can happen between bag and vein, in whole seconds: bags and sets change, rates change, flushes run."""
    at = T0
    flows = [
        Flow(at, FlowChange.BAG_HUNG, bag=draw(st.sampled_from(BAGS))),
        Flow(at, FlowChange.LINE_PLACED),
    ]
    hung: Bag | None = flows[0].bag
    primes = st.sampled_from([D("0"), D("2.5"), D("18"), D("21.7")])
    flows.append(Flow(at, FlowChange.PRIMED, bag=hung, fluid=draw(st.sampled_from(LineFluid)), hold_up_ml=draw(primes)))
    flush_over = at
    for _ in range(draw(st.integers(1, 14))):
        at += timedelta(seconds=draw(st.integers(0, 1500)))
        kind = draw(st.sampled_from(["rate", "rate", "rate", "flush", "bag", "set", "clear", "out", "in"]))
        if kind == "rate":
            rate = draw(st.decimals(0, 400, places=1))
            flows.append(Flow(at, FlowChange.PUMP_RATE, rate_ml_per_h=rate))
        elif kind == "flush" and at >= flush_over:
            volume, over = draw(st.decimals(3, 50, places=1)), D(draw(st.integers(1, 20)))
            flows.append(Flow(at, FlowChange.FLUSH, volume_ml=volume, over_min=over))
            flush_over = at + timedelta(minutes=float(over))
        elif kind == "bag":
            flows.append(Flow(at, FlowChange.BAG_DOWN, bag=hung))
            hung = draw(st.sampled_from(BAGS))
            flows.append(Flow(at, FlowChange.BAG_HUNG, bag=hung))
        elif kind == "set":
            fluid = draw(st.sampled_from(LineFluid))
            flows.append(Flow(at, FlowChange.PRIMED, bag=hung, fluid=fluid, hold_up_ml=draw(primes)))
        elif kind == "clear":
            flows.append(Flow(at, FlowChange.LINE_CLEARED))
        elif kind == "out":
            flows.append(Flow(at, FlowChange.LINE_REMOVED))
        elif kind == "in":
            flows.append(Flow(at, FlowChange.LINE_PLACED))
    return flows


def amounts(flows: list[Flow], at: datetime) -> Amounts:
    found = amounts_at(chart_of(flows), at)
    assert found is not None
    return found


@pytest.mark.hazard("H13", "H14", "H61")
@tried(60, 10_000)
@given(histories(), st.integers(0, 7200))
def test_two_ways_of_counting_agree_to_the_last_fraction(flows: list[Flow], later_s: int) -> None:
    until = flows[-1].at + timedelta(seconds=later_s) + timedelta(microseconds=1)
    mine, other = amounts(flows, until), count(flows, until)
    assert mine.vein_mg == other.vein
    assert mine.discarded_mg == other.thrown
    assert mine.volume_infused_ml == other.pumped
    assert mine.flushed_ml == other.saline
    assert mine.line_mg == other.between(other.tail, other.head)
    assert mine.bag_ml == sum(other.left_in.values())


def test_a_count_that_forgets_what_stays_in_the_line_is_found_out() -> None:
    """The control run: pumped taken for given. The other way of counting must disagree, or it proves nothing."""
    flows = [
        Flow(T0, FlowChange.BAG_HUNG, bag=BAGS[0]),
        Flow(T0, FlowChange.LINE_PLACED),
        Flow(T0, FlowChange.PRIMED, bag=BAGS[0], fluid=LineFluid.SALINE, hold_up_ml=D("18")),
        Flow(T0, FlowChange.PUMP_RATE, rate_ml_per_h=D("150")),
    ]
    forgetful = [replace(flow, hold_up_ml=D("0")) if flow.change is FlowChange.PRIMED else flow for flow in flows]
    until = T0 + timedelta(minutes=20)
    assert amounts(flows, until).vein_mg == count(flows, until).vein
    assert amounts(forgetful, until).vein_mg != count(flows, until).vein


@pytest.mark.hazard("H13", "H61")
@tried(60, 10_000)
@given(histories(), st.integers(0, 7200))
def test_every_milligram_is_in_the_bag_the_line_the_vein_or_thrown_away(flows: list[Flow], later_s: int) -> None:
    found = amounts(flows, flows[-1].at + timedelta(seconds=later_s))
    assert found.bag_mg + found.line_mg + found.vein_mg + found.discarded_mg == found.prepared_mg
    assert min(found.bag_mg, found.line_mg, found.vein_mg, found.discarded_mg, found.bag_ml) >= 0


@pytest.mark.hazard("H14")
@given(histories(), st.lists(st.integers(0, 9000), min_size=2, max_size=8))
def test_the_volume_infused_never_falls(flows: list[Flow], seconds: list[int]) -> None:
    infused = [amounts(flows, T0 + timedelta(seconds=second)).volume_infused_ml for second in sorted(seconds)]
    assert infused == sorted(infused)


@given(histories(), st.integers(0, 7200))
def test_the_steps_into_the_vein_add_up_to_what_is_in_the_vein(flows: list[Flow], later_s: int) -> None:
    until = flows[-1].at + timedelta(seconds=later_s)
    steps = vein_steps(chart_of(flows), now=until, until=until)
    total = 0.0
    ends = [start for start, _ in steps[1:]] + [until]
    for (start, mg_per_min), end in zip(steps, ends, strict=False):
        total += mg_per_min * (end - start).total_seconds() / 60
    assert total == pytest.approx(float(amounts(flows, until).vein_mg), abs=1e-3)


def test_a_line_primed_with_drug_gives_at_once_and_one_with_saline_later() -> None:
    def first_drug(fluid: LineFluid) -> timedelta:
        flows = [
            Flow(T0, FlowChange.BAG_HUNG, bag=BAGS[0]),
            Flow(T0, FlowChange.LINE_PLACED),
            Flow(T0, FlowChange.PRIMED, bag=BAGS[0], fluid=fluid, hold_up_ml=D("18")),
            Flow(T0, FlowChange.PUMP_RATE, rate_ml_per_h=D("150")),
        ]
        until = T0 + timedelta(hours=2)
        return vein_steps(chart_of(flows), now=until, until=until)[0][0] - T0

    assert first_drug(LineFluid.DRUG) == timedelta(0)
    assert first_drug(LineFluid.SALINE) == timedelta(minutes=7.2)  # 18 mL at 150 mL/h


def test_drug_for_priming_comes_out_of_the_bag() -> None:
    flows = [
        Flow(T0, FlowChange.BAG_HUNG, bag=BAGS[0]),
        Flow(T0, FlowChange.PRIMED, bag=BAGS[0], fluid=LineFluid.DRUG, hold_up_ml=D("18")),
    ]
    found = amounts(flows, T0)
    assert found.bag_ml == 82 and found.line_mg == F(72, 10) and found.volume_infused_ml == 0
