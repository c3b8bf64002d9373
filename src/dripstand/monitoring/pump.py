"""What a pump reports against what the chart says (H60). Dripstand never commands a pump; it compares and says so.

Source: screens.md ("until the pump or the nurse confirms it the screen says: not confirmed at the pump"); the tolerance
is the pump's own resolution (protocol template) and the time a person needs to press its keys, assumed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from dripstand.monitoring.freshness import Lane
from dripstand.monitoring.readings import Channel

RATE_TOLERANCE_ML_PER_H = Decimal("0.1")
CONTRADICTS_AFTER_S = 10.0


@dataclass(frozen=True, slots=True)
class PumpReport:
    """The newest word of the pump. rate_ml_per_h: 0 where it says that it does not infuse."""

    device: str
    at: datetime
    rate_ml_per_h: Decimal
    volume_infused_ml: Decimal | None


@dataclass(frozen=True, slots=True)
class ChartedRate:
    """An entry of the chart that the pump has not confirmed yet.

    pump_failed: the chart has this pump as failed and none in its place: its word confirms nothing, but where it still
    runs against the chart, that is told.
    """

    sequence: int
    rate_ml_per_h: Decimal
    since: datetime
    pump_failed: bool = False


@dataclass(frozen=True, slots=True)
class PumpVerdict:
    """The pump agrees with entry ``sequence``, or (confirmed False) does something else."""

    sequence: int
    confirmed: bool
    report: PumpReport
    charted_rate_ml_per_h: Decimal


def report_of(lanes: Mapping[str, Lane]) -> PumpReport | None:
    """What the lanes of a chair know of its pump. A pump that says "stopped" or "paused" has a rate of 0."""
    state, rate = lanes.get(Channel.PUMP_STATE), lanes.get(Channel.PUMP_RATE)
    newest = max((lane for lane in (state, rate) if lane is not None), key=lambda lane: lane.at, default=None)
    if newest is None:
        return None
    stands = state is not None and state.value in ("stopped", "paused") and state.at >= newest.at
    number = Decimal(0)
    if not stands:
        if rate is None or not isinstance(rate.value, (int, float)):
            return None
        number = Decimal(str(rate.value))
    volume = lanes.get(Channel.PUMP_VOLUME_INFUSED)
    known = volume is not None and isinstance(volume.value, (int, float))
    infused = Decimal(str(volume.value)) if volume is not None and known else None
    return PumpReport(newest.device, newest.at, number, infused)


def judge(charted: ChartedRate | None, report: PumpReport | None, now: datetime) -> PumpVerdict | None:
    """Whether the pump's newest word confirms the chart's newest rate; None while nothing can be said."""
    if charted is None or report is None or report.at < charted.since:
        return None
    agrees = abs(report.rate_ml_per_h - charted.rate_ml_per_h) <= RATE_TOLERANCE_ML_PER_H
    if agrees and charted.pump_failed:
        return None
    if not agrees and now - charted.since < timedelta(seconds=CONTRADICTS_AFTER_S):
        return None
    return PumpVerdict(charted.sequence, agrees, report, charted.rate_ml_per_h)
