"""The monitor's readings and the hand-entered vital signs of one session, as the note's plot and table use them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from dripstand.infusion.events import ChartEntry, SedationScored, VitalSignsTaken
from dripstand.records.course import CuffReading, Gap, Sample

NEAR = timedelta(seconds=60)
TOGETHER = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Channel:
    """One channel of the monitor by time, with the stretches that held no usable value."""

    samples: tuple[Sample, ...]
    gaps: tuple[tuple[datetime, datetime, str], ...]


def channel(trends: Mapping[str, Any], name: str) -> Channel:
    """One channel out of ``monitoring.queries.trends``' form; empty where the monitor never sent it."""
    held = trends["channels"].get(name)
    if held is None:
        return Channel((), ())
    at = datetime.fromisoformat(trends["start"])
    why = dict(held["gaps"])
    samples: list[Sample] = []
    gaps: list[tuple[datetime, datetime, str]] = []
    gap_from: datetime | None = None
    cause = ""
    for index, (step_ms, value) in enumerate(zip(held["t_ms"], held["v"], strict=True)):
        at += timedelta(milliseconds=step_ms)
        if value is None:
            if gap_from is None:
                gap_from, cause = at, str(why.get(index, ""))
            continue
        if gap_from is not None and at > gap_from:
            gaps.append((gap_from, at, cause))
        samples.append(Sample(at, float(value), gap_before=gap_from is not None))
        gap_from = None
    end = datetime.fromisoformat(trends["end"])
    if gap_from is not None and end > gap_from:
        gaps.append((gap_from, end, cause))
    return Channel(tuple(samples), tuple(gaps))


def cuff_readings(trends: Mapping[str, Any]) -> tuple[CuffReading, ...]:
    """The monitor's cuff readings: upper and lower value of the same instant."""
    lower = {sample.at: sample.value for sample in channel(trends, "nibp_diastolic_mmhg").samples}
    return tuple(
        CuffReading(sample.at, sample.value, lower[sample.at])
        for sample in channel(trends, "nibp_systolic_mmhg").samples
        if sample.at in lower
    )


def entered_by_hand(entries: Iterable[ChartEntry], field: str) -> tuple[Sample, ...]:
    """What a person entered for one vital sign; standing values are no part of the trend."""
    found = []
    for entry in entries:
        event = entry.event
        assert isinstance(event, VitalSignsTaken)
        value = getattr(event, field)
        if value is not None and not event.standing:
            found.append(Sample(entry.occurred_at, float(value), doubtful=event.doubtful, by_hand=True))
    return tuple(found)


def cuffs_by_hand(entries: Iterable[ChartEntry]) -> tuple[CuffReading, ...]:
    found = []
    for entry in entries:
        event = entry.event
        assert isinstance(event, VitalSignsTaken)
        upper, lower = event.nibp_systolic_mmhg, event.nibp_diastolic_mmhg
        if upper is not None and lower is not None and not event.standing:
            found.append(CuffReading(entry.occurred_at, float(upper), float(lower), event.doubtful))
    return tuple(found)


def named_gaps(name: str, gaps: Iterable[tuple[datetime, datetime, str]]) -> tuple[Gap, ...]:
    """Gaps of at least half a minute, which paper can show."""
    return tuple(Gap(name, start, end, cause) for start, end, cause in gaps if end - start >= timedelta(seconds=30))


# --- the table --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class VitalRow:
    """One line of the note's table of readings. ``by_hand`` False: the monitor's own values."""

    at: datetime
    by_hand: bool
    nibp_systolic_mmhg: float | None = None
    nibp_diastolic_mmhg: float | None = None
    pulse_per_min: float | None = None
    spo2_percent: float | None = None
    respiratory_rate_per_min: float | None = None
    sedation_score: int | None = None
    on_oxygen: bool = False
    standing: bool = False
    doubtful: bool = False
    was_corrected: bool = False
    is_late: bool = False


def vital_rows(
    trends: Mapping[str, Any],
    vitals: Iterable[ChartEntry],
    sedation: Iterable[ChartEntry],
    corrected: frozenset[int],
) -> tuple[VitalRow, ...]:
    """A line for each cuff reading, each entry by hand and each sedation score, by time.

    Beside a cuff reading of the monitor stand its other channels' values nearest to it, within a minute. A score stands
    in the line of the reading within two minutes of it, else in its own. Nothing is interpolated.
    """
    rows = [*_of_monitor(trends), *_of_hand(vitals, corrected)]
    for entry in sedation:
        event = entry.event
        assert isinstance(event, SedationScored)
        free = [row for row in rows if row.sedation_score is None and abs(row.at - entry.occurred_at) <= TOGETHER]
        nearest = min(free, key=lambda row: abs(row.at - entry.occurred_at), default=None)
        if nearest is None:
            rows.append(
                VitalRow(
                    entry.occurred_at,
                    by_hand=True,
                    sedation_score=event.sedation_score,
                    was_corrected=entry.sequence in corrected,
                    is_late=entry.is_late,
                )
            )
        else:
            rows[rows.index(nearest)] = _with_score(nearest, event.sedation_score)
    return tuple(sorted(rows, key=lambda row: row.at))


def _with_score(row: VitalRow, sedation_score: int) -> VitalRow:
    return replace(row, sedation_score=sedation_score)


def _of_monitor(trends: Mapping[str, Any]) -> Iterator[VitalRow]:
    channels = {
        name: channel(trends, name).samples for name in ("pulse_per_min", "spo2_percent", "respiratory_rate_per_min")
    }
    for cuff in cuff_readings(trends):
        yield VitalRow(
            cuff.at,
            by_hand=False,
            nibp_systolic_mmhg=cuff.nibp_systolic_mmhg,
            nibp_diastolic_mmhg=cuff.nibp_diastolic_mmhg,
            pulse_per_min=_near(channels["pulse_per_min"], cuff.at),
            spo2_percent=_near(channels["spo2_percent"], cuff.at),
            respiratory_rate_per_min=_near(channels["respiratory_rate_per_min"], cuff.at),
        )


def _near(samples: tuple[Sample, ...], at: datetime) -> float | None:
    nearest = min(samples, key=lambda sample: abs(sample.at - at), default=None)
    return nearest.value if nearest is not None and abs(nearest.at - at) <= NEAR else None


def _of_hand(vitals: Iterable[ChartEntry], corrected: frozenset[int]) -> Iterator[VitalRow]:
    for entry in vitals:
        event = entry.event
        assert isinstance(event, VitalSignsTaken)
        yield VitalRow(
            entry.occurred_at,
            by_hand=True,
            nibp_systolic_mmhg=event.nibp_systolic_mmhg,
            nibp_diastolic_mmhg=event.nibp_diastolic_mmhg,
            pulse_per_min=event.pulse_per_min,
            spo2_percent=event.spo2_percent,
            respiratory_rate_per_min=event.respiratory_rate_per_min,
            on_oxygen=event.on_oxygen,
            standing=event.standing,
            doubtful=event.doubtful,
            was_corrected=entry.sequence in corrected,
            is_late=entry.is_late,
        )
