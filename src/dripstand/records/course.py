"""What the note's plots are drawn from: one session's measured, given and predicted values over time.

Measured values come from the bedside monitor's readings and from the vital signs that a person entered; given ones
from the chart's rate steps; predicted ones from the model. They never share a type, so a plot cannot mix them up.
Instants are aware UTC datetimes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Sample:
    """One measured value at one instant. The unit is the series': %, per minute.

    gap_before: nothing usable came between the value before and this one, so no line joins them.
    by_hand: a person entered it; it stands as a dot of its own.
    """

    at: datetime
    value: float
    doubtful: bool = False
    gap_before: bool = False
    by_hand: bool = False


@dataclass(frozen=True, slots=True)
class CuffReading:
    at: datetime
    nibp_systolic_mmhg: float
    nibp_diastolic_mmhg: float
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class Predicted:
    """What the model expects, never measured: medians and the population interval, ng/mL at ``at``.

    The effect site's three curves are empty where the model has none.
    model, population, interval: in words, printed beside the line (H24).
    """

    at: tuple[datetime, ...]
    plasma_ng_per_ml: tuple[float, ...]
    effect_site_ng_per_ml: tuple[float, ...]
    effect_site_low_ng_per_ml: tuple[float, ...]
    effect_site_high_ng_per_ml: tuple[float, ...]
    model: str
    population: str
    interval: str
    extrapolated: str = ""  # what lies outside the studied people; empty when nothing does


@dataclass(frozen=True, slots=True)
class RateSpan:
    """A rate that held from ``start`` to ``end``."""

    start: datetime
    end: datetime
    rate_ml_per_h: float
    fluid: str = "drug"  # or "saline"


@dataclass(frozen=True, slots=True)
class AlarmMark:
    at: datetime
    words: str  # "** SpO2 91 %"


@dataclass(frozen=True, slots=True)
class Gap:
    """No usable reading of one channel from ``start`` to ``end``, and why, in words."""

    channel: str  # "spo2", "pulse", "respiratory_rate"
    start: datetime
    end: datetime
    cause: str = ""


@dataclass(frozen=True, slots=True)
class Limit:
    """An alarm limit that held during the session, drawn dotted in its strip."""

    channel: str
    value: float
    words: str


@dataclass(frozen=True, slots=True)
class SessionCourse:
    """Everything that the note plots, between ``start`` and ``end``."""

    start: datetime
    end: datetime
    spo2_percent: tuple[Sample, ...] = ()
    pulse_per_min: tuple[Sample, ...] = ()
    respiratory_rate_per_min: tuple[Sample, ...] = ()
    cuffs: tuple[CuffReading, ...] = ()
    predicted: Predicted | None = None
    not_predicted_because: str = ""
    rates: tuple[RateSpan, ...] = ()
    alarms: tuple[AlarmMark, ...] = ()
    gaps: tuple[Gap, ...] = ()
    limits: tuple[Limit, ...] = ()
