"""Bag, line, vein: where each milligram is, exactly (H13, H14, H61).

The giving set is a tube that holds ``hold_up_ml``. What enters at the bag's end leaves at the vein's end in the same
order (plug flow, no mixing), after that volume has been pushed through. So drug reaches the vein late when the set was
primed with saline, at once when it was primed with drug, and a flush pushes in what stood in the line. Bag and flush
flow into the top of the set; where both run, they mix there.

A pump gives no more than the bag holds. Everything here is exact: instants are whole microseconds, amounts are
fractions.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from dripstand.infusion.bag import Bag
from dripstand.infusion.chart_draft import ChartDraft
from dripstand.infusion.chart_values import Edge, Flow, FlowChange
from dripstand.infusion.events import LineFluid

ZERO = Fraction(0)
MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class FutureRate:
    """A rate that somebody thinks about: from ``at`` on, until the next one or until the bag is empty."""

    at: datetime
    rate_ml_per_h: Decimal


@dataclass(frozen=True, slots=True)
class Amounts:
    """Where the drug is at one instant, in exact fractions. ``prepared_mg`` = bag + line + vein + discarded.

    bag_ml, bag_mg: what the bags of this visit still hold (a bag that was taken down keeps what it held).
    line_mg: in the giving set. discarded_mg: left in a set that was cleared or changed, or run out past the patient.
    volume_infused_ml: what the pump moved out of the bag. flushed_ml: saline pushed in after it.
    bag_empty_at: when the hanging bag ran empty, by the charted rate.
    """

    prepared_mg: Fraction
    bag_ml: Fraction
    bag_mg: Fraction
    line_ml: Fraction
    line_mg: Fraction
    vein_mg: Fraction
    discarded_mg: Fraction
    volume_infused_ml: Fraction
    flushed_ml: Fraction
    bag_empty_at: datetime | None


@dataclass(slots=True)
class Tube:
    """Bags, set and vein while time passes. Seconds and mL/s inside; one instance for one run."""

    at_s: Fraction = ZERO
    bag_ml: dict[str, Fraction] = field(default_factory=dict)
    mg_per_ml: dict[str, Fraction] = field(default_factory=dict)
    hung: str | None = None
    pump_ml_per_s: Fraction = ZERO
    saline_ml_per_s: Fraction = ZERO
    reaches_vein: bool = False
    patient_there: bool = True
    parcels: deque[tuple[Fraction, Fraction]] = field(default_factory=deque)  # (mL, mg/mL), vein's end first
    vein_mg: Fraction = ZERO
    discarded_mg: Fraction = ZERO
    pumped_ml: Fraction = ZERO
    flushed_ml: Fraction = ZERO
    empty_at_s: Fraction | None = None
    steps: list[tuple[Fraction, Fraction]] = field(default_factory=list)  # (from second, mg/s into the vein)

    def advance(self, to_s: Fraction) -> None:
        """Let time pass. Rates hold; a bag that runs empty on the way gives nothing more."""
        while self.at_s < to_s:
            drug = self.pump_ml_per_s if self.hung is not None and self.bag_ml[self.hung] > 0 else ZERO
            span = to_s - self.at_s
            if drug and self.hung is not None:
                until_empty = self.bag_ml[self.hung] / drug
                if until_empty <= span:
                    span = until_empty
                    self.empty_at_s = self.at_s + span
            self._flow(drug, self.saline_ml_per_s, span)
            self.at_s += span

    def _flow(self, drug: Fraction, saline: Fraction, span: Fraction) -> None:
        rate = drug + saline
        if not rate:
            self._into_vein(self.at_s, ZERO)
            return
        strength = ZERO
        if drug and self.hung is not None:
            moved = drug * span
            self.bag_ml[self.hung] -= moved
            self.pumped_ml += moved
            strength = self.mg_per_ml[self.hung] * drug / rate
        self.flushed_ml += saline * span
        self._push(rate * span, strength)
        self._pull(rate, span)

    def _push(self, volume: Fraction, strength: Fraction) -> None:
        if self.parcels and self.parcels[-1][1] == strength:
            last, _ = self.parcels.pop()
            volume += last
        self.parcels.append((volume, strength))

    def _pull(self, rate: Fraction, span: Fraction) -> None:
        """Take from the vein's end what was pushed in at the other."""
        out = rate * span
        at = self.at_s
        while out > 0:
            volume, strength = self.parcels.popleft()
            if volume > out:
                self.parcels.appendleft((volume - out, strength))
                volume = out
            out -= volume
            if self.reaches_vein and self.patient_there:
                self.vein_mg += volume * strength
                self._into_vein(at, strength * rate)
            else:
                self.discarded_mg += volume * strength
                self._into_vein(at, ZERO)
            at += volume / rate

    def _into_vein(self, at_s: Fraction, mg_per_s: Fraction) -> None:
        if self.steps and self.steps[-1][0] == at_s:
            self.steps.pop()
        if (self.steps[-1][1] if self.steps else ZERO) != mg_per_s:
            self.steps.append((at_s, mg_per_s))

    def know(self, bag: Bag) -> None:
        if bag.bag_id not in self.bag_ml:
            self.bag_ml[bag.bag_id] = Fraction(bag.final_ml)
            self.mg_per_ml[bag.bag_id] = Fraction(bag.drug_mg) / Fraction(bag.final_ml)

    def prime(self, flow: Flow) -> None:
        """Fill a new set. What the old one held is thrown away; drug for priming comes out of the bag."""
        self.clear()
        volume = Fraction(flow.hold_up_ml)
        if flow.fluid is LineFluid.DRUG and flow.bag is not None:
            self.know(flow.bag)
            name = flow.bag.bag_id
            volume = min(volume, self.bag_ml[name])
            self.bag_ml[name] -= volume
            self.parcels.append((volume, self.mg_per_ml[name]))
        elif volume:
            self.parcels.append((volume, ZERO))

    def clear(self) -> None:
        self.discarded_mg += self.line_mg
        self.parcels.clear()

    @property
    def line_mg(self) -> Fraction:
        return sum((volume * strength for volume, strength in self.parcels), ZERO)

    @property
    def line_ml(self) -> Fraction:
        return sum((volume for volume, _ in self.parcels), ZERO)

    def change(self, flow: Flow) -> None:
        """Let one change hold from now on."""
        match flow.change:
            case FlowChange.BAG_HUNG:
                assert flow.bag is not None
                self.know(flow.bag)
                self.hung, self.empty_at_s = flow.bag.bag_id, None
            case FlowChange.BAG_DOWN:
                self.hung = None
            case FlowChange.PRIMED:
                self.prime(flow)
            case FlowChange.PUMP_RATE:
                self.pump_ml_per_s = Fraction(flow.rate_ml_per_h) / 3600
            case FlowChange.LINE_CLEARED:
                self.clear()
            case FlowChange.LINE_PLACED:
                self.reaches_vein = True
            case FlowChange.LINE_REMOVED:
                self.reaches_vein = False
            case FlowChange.PATIENT_GONE:
                self.patient_there = False
            case FlowChange.FLUSH:
                self.saline_ml_per_s = Fraction(flow.volume_ml) / (Fraction(flow.over_min) * 60)


_FLUSH_OVER = "flush over"


def _seconds(at: datetime, base: datetime) -> Fraction:
    return Fraction((at - base) // MICROSECOND, 1_000_000)


def _timeline(flows: Iterable[Flow], base: datetime) -> list[tuple[Fraction, int, Flow | str]]:
    """Every change with its second, in order; a flush also ends."""
    found: list[tuple[Fraction, int, Flow | str]] = []
    for number, flow in enumerate(flows):
        at = _seconds(flow.at, base)
        found.append((at, 2 * number, flow))
        if flow.change is FlowChange.FLUSH:
            # sorted before anything else at its instant, so that the next flush may begin where this one ends
            found.append((at + Fraction(flow.over_min) * 60, -1, _FLUSH_OVER))
    found.sort(key=lambda item: item[:2])
    return found


def _run(flows: Sequence[Flow], until: datetime, edge: Edge = Edge.HIGH) -> tuple[Tube, datetime]:
    """The tube at ``until`` and the instant that its seconds count from, at one edge of what is known."""
    tube = Tube()
    flows = [flow for flow in flows if flow.edge in (Edge.BOTH, edge)]
    base = flows[0].at if flows else until
    end = _seconds(until, base)
    for at, _, change in _timeline(flows, base):
        if at > end:
            break
        tube.advance(at)
        if isinstance(change, Flow):
            tube.change(change)
        else:
            tube.saline_ml_per_s = ZERO
    tube.advance(end)
    return tube, base


def _instant(base: datetime, at_s: Fraction) -> datetime:
    return base + timedelta(microseconds=round(at_s * 1_000_000))


def amounts_at(chart: ChartDraft, now: datetime, edge: Edge = Edge.HIGH) -> Amounts | None:
    """Bag, line and vein at ``now``, from what is charted until then; where only a range is known, at its higher edge
    (the more was given, the more every limit has to count).

    None where there is nothing to say: no bag was hung or primed from, or the bag was the wrong one, so that
    nobody knows what was in it (H65).
    """
    flows = tuple(flow for flow in chart.flow if flow.at <= now)
    if not chart.composition_known or not any(flow.bag is not None for flow in flows):
        return None
    tube, base = _run(flows, now, edge)
    bag_mg = sum((tube.bag_ml[name] * tube.mg_per_ml[name] for name in tube.bag_ml), ZERO)
    prepared = sum((Fraction(state.bag.drug_mg) for name, state in chart.bags.items() if name in tube.bag_ml), ZERO)
    return Amounts(
        prepared_mg=prepared,
        bag_ml=sum(tube.bag_ml.values(), ZERO),
        bag_mg=bag_mg,
        line_ml=tube.line_ml,
        line_mg=tube.line_mg,
        vein_mg=tube.vein_mg,
        discarded_mg=tube.discarded_mg,
        volume_infused_ml=tube.pumped_ml,
        flushed_ml=tube.flushed_ml,
        bag_empty_at=_instant(base, tube.empty_at_s) if tube.empty_at_s is not None else None,
    )


def amounts_range(chart: ChartDraft, now: datetime) -> tuple[Amounts, Amounts] | None:
    """The least and the most that may have been given; twice the same where it is known. None as in ``amounts_at``."""
    most = amounts_at(chart, now)
    if most is None:
        return None
    least = amounts_at(chart, now, Edge.LOW) if chart.amount_is_range else most
    assert least is not None
    return least, most


def hanging_ml(chart: ChartDraft, now: datetime) -> Fraction | None:
    """What the hanging bag still holds; None where none hangs or its content is unknown."""
    state = chart.hung_bag
    if state is None or not chart.composition_known:
        return None
    tube, _ = _run(tuple(flow for flow in chart.flow if flow.at <= now), now)
    return tube.bag_ml[state.bag.bag_id]


def vein_steps(
    chart: ChartDraft,
    *,
    now: datetime,
    until: datetime,
    future: Sequence[FutureRate] = (),
    edge: Edge = Edge.HIGH,
) -> list[tuple[datetime, float]]:
    """What reached the vein until ``now`` and will reach it until ``until``: (from when, mg/min), each until the next.

    future: rates that would be set from now on; without them the running rate goes on. Either way the bag gives what
    it holds. Empty where nothing flowed, or where nobody knows what was in the bag.
    """
    if not chart.composition_known:
        return []
    flows = [flow for flow in chart.flow if flow.at <= now]
    if not flows:
        return []
    flows.extend(
        Flow(rate.at, FlowChange.PUMP_RATE, rate_ml_per_h=rate.rate_ml_per_h)
        for rate in sorted(future, key=lambda rate: rate.at)
        if rate.at >= now
    )
    tube, base = _run(flows, until, edge)
    steps: list[tuple[datetime, float]] = []
    for at_s, mg_per_s in tube.steps:
        at = _instant(base, at_s)
        if steps and steps[-1][0] == at:
            steps.pop()
        steps.append((at, float(mg_per_s * 60)))
    return steps


def ends_at(chart: ChartDraft, now: datetime, rate_ml_per_h: Decimal | None = None) -> datetime | None:
    """When the hanging bag is (or was) empty, at the running rate or at another one from ``now`` on.

    None: nothing hangs, nothing runs, or the content is unknown.
    """
    rate = chart.rate_ml_per_h if rate_ml_per_h is None else rate_ml_per_h
    amounts = amounts_at(chart, now)
    left_ml = hanging_ml(chart, now)
    if amounts is None or left_ml is None:
        return None
    if left_ml == 0:
        return amounts.bag_empty_at
    if rate <= 0:
        return None
    return now + timedelta(microseconds=round(left_ml / Fraction(rate) * 3_600_000_000))


@dataclass(frozen=True, slots=True)
class Fed:
    """Which bags stand in the giving set since it was last filled, and which have ever been pushed on from there."""

    in_line: frozenset[str] = frozenset()
    pushed: frozenset[str] = frozenset()


def fed_from(flows: Iterable[Flow]) -> Fed:
    """Read from the flow between bag and vein: a set that was primed with drug holds its bag before that bag runs."""
    in_line: set[str] = set()
    pushed: set[str] = set()
    hung, runs = "", False
    for flow in flows:
        match flow.change:
            case FlowChange.BAG_HUNG | FlowChange.BAG_DOWN:
                hung = flow.bag.bag_id if flow.bag is not None and flow.change is FlowChange.BAG_HUNG else ""
            case FlowChange.PRIMED:
                in_line = {flow.bag.bag_id} if flow.bag is not None else set()
            case FlowChange.LINE_CLEARED:
                in_line = set()
            case FlowChange.PUMP_RATE if flow.edge is not Edge.LOW:
                runs = flow.rate_ml_per_h > 0
        if runs and hung:
            in_line.add(hung)
        if runs or flow.change is FlowChange.FLUSH:
            pushed |= in_line
    return Fed(frozenset(in_line), frozenset(pushed))


def holds_quarantined(chart: ChartDraft) -> bool:
    """Whether the giving set holds what came out of a bag that is quarantined now."""
    doubted = {bag_id for bag_id, state in chart.bags.items() if state.quarantined is not None}
    return bool(doubted) and not doubted.isdisjoint(fed_from(chart.flow).in_line)


def strongest_in_line(chart: ChartDraft, now: datetime) -> Fraction:
    """The highest concentration that stands in the giving set, mg/mL: what a flush would push in first or last."""
    tube, _ = _run(tuple(flow for flow in chart.flow if flow.at <= now), now)
    return max((strength for _, strength in tube.parcels), default=ZERO)


def ran_for_min(chart: ChartDraft, now: datetime) -> Fraction:
    """Minutes during which the charted pump rate was above zero, until ``now``."""
    total = ZERO
    since: datetime | None = None
    for flow in sorted(chart.flow, key=lambda flow: flow.at):
        if flow.change is not FlowChange.PUMP_RATE or flow.at > now or flow.edge is Edge.LOW:
            continue
        if since is not None:
            total += _seconds(flow.at, since)
        since = flow.at if flow.rate_ml_per_h > 0 else None
    if since is not None and now > since:
        total += _seconds(now, since)
    return total / 60
