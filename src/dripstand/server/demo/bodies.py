"""The invented bodies in the demo's chairs: what a simulated monitor would measure, given what was really charted."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from dripstand.infusion.chart import Chart
from dripstand.infusion.line import vein_steps
from dripstand.infusion.prediction import age_in_years
from dripstand.pharmacology import Baselines, Person, RateStep, SimulatedPatient


def body_of(chart: Chart) -> SimulatedPatient:
    """The simulated patient of one session; the same session has the same body."""
    seed = zlib.crc32(chart.session_id.encode()) % 100_000
    opened = chart.opened
    return SimulatedPatient(
        person=Person(
            weight_kg=float(chart.weight_kg or 70),
            age_y=float(age_in_years(opened.birth_date, opened.expected_at.date())),
            sex=opened.sex if opened.sex in ("F", "M") else None,  # type: ignore[arg-type]
            height_cm=float(opened.height_cm) if opened.height_cm is not None else None,
        ),
        drug="racemic",
        seed=seed,
        baselines=Baselines.drawn(seed),
    )


@dataclass(frozen=True, slots=True)
class Spell:
    """A stretch of time in which something is different, in seconds since the body's beginning."""

    from_s: float
    to_s: float
    spo2_lower_percent: float = 0.0

    def covers(self, t_s: float) -> bool:
        return self.from_s <= t_s < self.to_s


class Body:
    """One body over the time of a session: seconds count from ``since``. dips: when it breathes too little."""

    def __init__(self, chart: Chart, since: datetime, dips: tuple[Spell, ...] = ()) -> None:
        self._dips = dips
        self._patient = body_of(chart)
        self._since = since
        self._steps: tuple[RateStep, ...] = ()

    def give(self, chart: Chart, now: datetime) -> None:
        """Take from the chart what has reached the vein, and what will at the running rate."""
        if chart.started_at is None:
            return
        until = now + timedelta(minutes=30)
        offset_s = (chart.started_at - self._since).total_seconds()
        self._steps = tuple(
            RateStep(start_s=max(0.0, offset_s + (at - chart.started_at).total_seconds()), rate_mg_per_min=rate)
            for at, rate in vein_steps(chart, now=now, until=until)
        )

    def measured(self, t_s: float) -> Mapping[str, float | None]:
        """Vital signs at ``t_s`` seconds after ``since``, by the simulated monitor's channel names."""
        signs = self._patient.vital_signs_after(self._steps, t_s) if self._steps else self._patient.vital_signs(t_s)
        lower = sum(dip.spo2_lower_percent for dip in self._dips if dip.covers(t_s))
        return {
            "pulse": signs.pulse_per_min,
            "spo2": None if signs.spo2_percent is None else signs.spo2_percent - lower,
            "respiratory_rate": signs.respiratory_rate_per_min,
            "nibp_systolic": signs.nibp_systolic_mmhg,
            "nibp_diastolic": signs.nibp_diastolic_mmhg,
            "nibp_mean": signs.nibp_mean_mmhg,
        }
