"""The session note as values: what a chart and its readings amount to, for a colleague, an insurer or a court.

Pure: the same chart, readings and instant give the same note. Words are added where it is shown. Every number here is
folded from the log; none is stored.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction
from typing import Any

from dripstand.infusion import events as ev
from dripstand.infusion.chart import Chart
from dripstand.infusion.chart_values import AlarmView, BagAtChair
from dripstand.infusion.events import ChartEntry, LineFluid
from dripstand.infusion.leaving import CriterionState
from dripstand.infusion.line import Amounts, amounts_at, amounts_range, ran_for_min
from dripstand.infusion.partial import CourseValue, course_value
from dripstand.records.readings import VitalRow, channel, vital_rows

HAPPENED: tuple[type[ev.SessionEvent], ...] = (
    ev.PreCheckOverridden,
    ev.OrderSigned,
    ev.TelephoneOrderTaken,
    ev.OrderCountersigned,
    ev.AccessSiteChecked,
    ev.LineCleared,
    ev.LineRemoved,
    ev.InfusionStarted,
    ev.RateChanged,
    ev.InfusionPaused,
    ev.InfusionResumed,
    ev.InfusionStopped,
    ev.FlushGiven,
    ev.BagTakenDown,
    ev.PumpContradicted,
    ev.ObserverNamed,
    ev.HandOverAccepted,
    ev.SideEffectNoted,
    ev.SideEffectFollowedUp,
    ev.MedicineGiven,
    ev.ComfortGiven,
    ev.EscortAnswered,
    ev.NoDrivingPromised,
    ev.EscortRefused,
    ev.PatientCalled,
    ev.PatientCallAnswered,
    ev.CalmChosen,
    ev.NoteWritten,
    ev.PatientMismatchHeld,
    ev.AlarmLimitChanged,
    ev.EmergencyDeclared,
    ev.HelpCalled,
    ev.HelpArrived,
    ev.EmergencyRoleTaken,
    ev.EmergencyActDone,
    ev.EmergencyEnded,
    ev.LinePlacingFailed,
    ev.StopAsked,
    ev.StopAskedAnswered,
    ev.PartialJudged,
    ev.BagQuarantined,
    ev.PumpFailed,
    ev.PumpChanged,
    ev.EvacuationDeclared,
    ev.PatientAccountedFor,
    ev.EvacuationOver,
    ev.LeavingFollowedUp,
    ev.ReadyToLeave,
    ev.PatientLeft,
    ev.LeftWithoutDischarge,
    ev.SessionCancelled,
    ev.PatientTransferred,
)
"""The kinds that the note tells one by one; the others stand in its tables and facts."""


@dataclass(frozen=True, slots=True)
class RateRow:
    """A rate that held. ``end`` None: it holds still. ``volume_ml``: what it moved, by the chart."""

    start: datetime
    end: datetime | None
    rate_ml_per_h: Fraction
    fluid: LineFluid
    volume_ml: Fraction


@dataclass(frozen=True, slots=True)
class Correction:
    """What was written, what holds instead (None: it never happened), and the entry that put it right."""

    was: ChartEntry
    now: ChartEntry | None
    by: ChartEntry


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who charted, with how many entries."""

    name: str
    entries_count: int


@dataclass(frozen=True, slots=True)
class Note:
    """One session's note, made at ``made_at`` from the chart whose last hash is ``chart_hash``."""

    chart: Chart
    made_at: datetime
    chart_hash: str
    entries_count: int
    amounts: Amounts | None  # at the most, where only a range is known
    least: Amounts | None  # at the least; the same where it is known
    course: CourseValue | None
    infused_min: Fraction
    observed_min: Fraction | None
    bags: tuple[BagAtChair, ...]
    rates: tuple[RateRow, ...]
    readings: tuple[VitalRow, ...]
    happened: tuple[ChartEntry, ...]
    alarms: tuple[AlarmView, ...]
    criteria: tuple[CriterionState, ...]
    corrections: tuple[Correction, ...]
    late: tuple[ChartEntry, ...]
    people: tuple[Person, ...]
    highest_systolic: VitalRow | None
    lowest_spo2_percent: float | None

    @property
    def is_final(self) -> bool:
        return self.chart.note_signed is not None and not self.chart.changed_after_note


def made_note(
    chart: Chart,
    trends: Mapping[str, Any],
    criteria: Iterable[CriterionState],
    now: datetime,
) -> Note:
    """The note of a chart at ``now``. trends: the monitor's readings in ``monitoring.queries.trends``' form."""
    until = chart.left_at or (chart.ending.occurred_at if chart.ending else None) or now
    corrected = frozenset(chart.corrections)
    known = amounts_range(chart, until)
    readings = vital_rows(trends, chart.vitals, chart.sedation, corrected)
    return Note(
        chart=chart,
        made_at=now,
        chart_hash=chart.head_hash,
        entries_count=len(chart.entries),
        amounts=known[1] if known else None,
        least=known[0] if known else None,
        course=course_value(chart, until),
        infused_min=ran_for_min(chart, until),
        observed_min=_observed_min(chart, until),
        bags=tuple(chart.bags.values()),
        rates=rate_rows(chart, until),
        readings=readings,
        happened=tuple(entry for entry in chart.effective if _is_told(entry)),
        alarms=tuple(sorted(chart.alarms.values(), key=lambda alarm: alarm.raised.occurred_at)),
        criteria=tuple(criteria),
        corrections=corrections(chart),
        late=tuple(entry for entry in chart.entries if entry.is_late),
        people=people(chart),
        highest_systolic=_highest_systolic(trends, readings),
        lowest_spo2_percent=_lowest_spo2_percent(trends, readings),
    )


def _highest_systolic(trends: Mapping[str, Any], readings: Iterable[VitalRow]) -> VitalRow | None:
    """The highest systolic that anybody measured, also where the monitor sent no diastolic beside it."""
    alone = (
        VitalRow(sample.at, by_hand=False, nibp_systolic_mmhg=sample.value)
        for sample in channel(trends, "nibp_systolic_mmhg").samples
    )
    known = [row for row in (*readings, *alone) if row.nibp_systolic_mmhg is not None and not row.doubtful]
    return max(known, key=lambda row: (row.nibp_systolic_mmhg or 0, row.nibp_diastolic_mmhg is not None), default=None)


def _is_told(entry: ChartEntry) -> bool:
    """A first order stands among the facts already; an amended one is told."""
    if isinstance(entry.event, ev.OrderSigned) and not entry.event.reason:
        return False
    return isinstance(entry.event, HAPPENED)


def _observed_min(chart: Chart, until: datetime) -> Fraction | None:
    if chart.stopped_at is None:
        return None
    return Fraction((until - chart.stopped_at).total_seconds()) / 60


def _lowest_spo2_percent(trends: Mapping[str, Any], readings: Iterable[VitalRow]) -> float | None:
    """Of every usable reading of the session, not only of those that the table shows."""
    held = trends["channels"].get("spo2_percent", {"v": ()})["v"]
    values = [float(value) for value in held if value is not None]
    values.extend(row.spo2_percent for row in readings if row.spo2_percent is not None and not row.doubtful)
    return min(values, default=None)


def rate_rows(chart: Chart, until: datetime) -> tuple[RateRow, ...]:
    """Each rate from when to when, drug and saline on their own tracks; rates of zero are the pauses between them.

    The volume of the drug's rows stops at what the bag held: a pump gives no more, whatever rate is charted.
    """
    rows: list[RateRow] = []
    for fluid in LineFluid:
        steps = [step for step in chart.rate_steps if step.fluid is fluid and step.start <= until]
        for index, step in enumerate(steps):
            follows = steps[index + 1].start if index + 1 < len(steps) else None
            if step.rate_ml_per_h == 0:
                continue
            end = follows or until
            hours = Fraction(round((end - step.start).total_seconds() * 1_000_000), 3_600_000_000)
            rows.append(RateRow(step.start, follows, step.rate_ml_per_h, fluid, step.rate_ml_per_h * hours))
    return _within_bag(chart, until, sorted(rows, key=lambda row: (row.start, row.fluid)))


def _within_bag(chart: Chart, until: datetime, rows: list[RateRow]) -> tuple[RateRow, ...]:
    amounts = amounts_at(chart, until)
    if amounts is None:
        return tuple(rows)
    left_ml = amounts.volume_infused_ml
    found: list[RateRow] = []
    for row in rows:
        if row.fluid is LineFluid.DRUG:
            volume = min(row.volume_ml, left_ml)
            left_ml -= volume
            found.append(replace(row, volume_ml=volume))
        else:
            found.append(row)
    return tuple(found)


def corrections(chart: Chart) -> tuple[Correction, ...]:
    """Every correction that was made, in the order in which it was made."""
    found = []
    for entry in chart.entries:
        event = entry.event
        if not isinstance(event, ev.EntryCorrected):
            continue
        was = chart.entry(event.corrects_sequence)
        if was is not None:
            found.append(Correction(was, chart.as_it_holds(event.corrects_sequence), entry))
    return tuple(found)


def people(chart: Chart) -> tuple[Person, ...]:
    """Who charted, in the order of their first entry."""
    counted: dict[tuple[str, str], int] = {}
    for entry in chart.entries:
        key = entry.actor.staff_id, entry.actor.name
        counted[key] = counted.get(key, 0) + 1
    return tuple(Person(name, count) for (_, name), count in counted.items())
