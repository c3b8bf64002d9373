"""The newest vital signs of a patient, whoever measured them: entered by hand, or read from the monitor.

The rules ask only for a value and when it was taken. What a monitor reading is worth (fresh, late, none) is judged
where it was received; a number without that worth is no number here either.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from dripstand.infusion.chart_draft import ChartDraft
from dripstand.infusion.events import VitalSignsTaken

PULSE = "pulse_per_min"
HEART_RATE = "heart_rate_per_min"
SPO2 = "spo2_percent"
RESPIRATORY_RATE = "respiratory_rate_per_min"
SYSTOLIC = "nibp_systolic_mmhg"
DIASTOLIC = "nibp_diastolic_mmhg"
SIGNS = (PULSE, SPO2, RESPIRATORY_RATE, SYSTOLIC, DIASTOLIC)


class MonitorReading(Protocol):
    """What the monitoring room says about one channel now."""

    @property
    def value(self) -> Decimal | None: ...

    @property
    def at(self) -> datetime | None: ...

    @property
    def quality(self) -> str: ...


VitalReadings = Mapping[str, MonitorReading]


@dataclass(frozen=True, slots=True)
class Sign:
    """One vital sign as it was last known. ``by_hand``: a person entered it."""

    sign: str
    value: Decimal
    taken_at: datetime
    by_hand: bool
    on_oxygen: bool = False
    doubtful: bool = False

    def age_s(self, now: datetime) -> float:
        return max(0.0, (now - self.taken_at).total_seconds())


def by_hand(chart: ChartDraft, sign: str, *, standing: bool = False) -> tuple[Sign, ...]:
    """What was entered for one sign, oldest first; standing pressures are kept apart from the others."""
    found: list[Sign] = []
    for entry in chart.vitals:
        event = entry.event
        assert isinstance(event, VitalSignsTaken)
        value = getattr(event, sign)
        if value is not None and event.standing is standing:
            found.append(Sign(sign, Decimal(value), entry.occurred_at, True, event.on_oxygen, event.doubtful))
    return tuple(found)


def latest_sign(chart: ChartDraft, sign: str, readings: VitalReadings | None, now: datetime) -> Sign | None:
    """The newest value of one sign that nobody doubts; the heart rate stands in where the oximeter gives no pulse."""
    found = [known for known in by_hand(chart, sign) if not known.doubtful and known.taken_at <= now]
    channels = (PULSE, HEART_RATE) if sign == PULSE else (sign,)
    for channel in channels:
        reading = readings.get(channel) if readings else None
        if reading is None or reading.value is None or reading.at is None or reading.quality == "none":
            continue
        found.append(Sign(sign, Decimal(reading.value), reading.at, by_hand=False))
        break
    return max(
        reversed(found), key=lambda known: known.taken_at, default=None
    )  # of two at one instant, the later entry
