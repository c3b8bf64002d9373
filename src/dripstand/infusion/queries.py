"""The reads that screens, notes and exports share. They fold; they never write."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from dripstand.course.queries import course as course_of
from dripstand.course.queries import infusion, infusion_of_session
from dripstand.evaluation.indications import Indication
from dripstand.evaluation.queries import clearance_of, file_of, indications_of, standing_decision
from dripstand.evaluation.standing import Clearance
from dripstand.infusion import models, store
from dripstand.infusion.alarm_load import Watched, from_json, watched
from dripstand.infusion.asking import may_be_asked
from dripstand.infusion.at_hand import is_at_hand, is_here
from dripstand.infusion.chart import Chart, fold
from dripstand.infusion.events import ChartEntry, InfusionStarted
from dripstand.infusion.hashing import verify_chain
from dripstand.infusion.line import FutureRate, ends_at
from dripstand.infusion.phases import ENDED, HERE, Phase
from dripstand.infusion.prediction import Prediction, Unpredictable, predict
from dripstand.infusion.requests import GiveOrder, Request, TakeTelephoneOrder
from dripstand.live.clock import now as now_by_clock
from dripstand.monitoring.queries import latest
from dripstand.protocol.queries import template as template_of
from dripstand.protocol.template import ProtocolTemplate

LONGEST_VISIT = timedelta(hours=24)
LOOKED_BACK = 2 * LONGEST_VISIT
"""A visit that ended and was expected longer ago keeps nobody's forms shut."""
AFTER_THE_END_MIN = 25  # screens.md: the time axis ends about 25 minutes past the predicted end
FOLDS_KEPT = 1_024


class NoSuchSession(LookupError):
    """There is no session of that id."""


@dataclass(frozen=True, slots=True)
class SessionLine:
    """One session as lists show it."""

    session_id: str
    patient_id: str
    chair_id: str | None
    expected_at: datetime
    phase: Phase
    head_sequence: int
    head_hash: str = ""

    @property
    def has_ended(self) -> bool:
        """Whether the visit is over, however it ended."""
        return self.phase in ENDED


class _Folds:
    """The newest fold of recently used sessions. The log stays the truth: a fold is used only while its hash agrees."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[str, tuple[tuple[ChartEntry, ...], Chart]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, session_id: str) -> tuple[tuple[ChartEntry, ...], Chart] | None:
        with self._lock:
            found = self._kept.get(session_id)
            if found is not None:
                self._kept.move_to_end(session_id)
            return found

    def put(self, session_id: str, log: tuple[ChartEntry, ...], chart: Chart) -> None:
        with self._lock:
            self._kept[session_id] = (log, chart)
            self._kept.move_to_end(session_id)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)


_folds = _Folds(FOLDS_KEPT)


def chart(session_id: str) -> Chart:
    """The session as its log says it is now. Raises NoSuchSession."""
    return log_and_chart(session_id)[1]


def patient_forms_open(patient_id: str) -> bool:
    """Whether this patient may be asked anything or agree to it: no visit of theirs forbids it now (H47)."""
    now = now_by_clock()
    lately = (one for one in sessions_of(patient_id) if not one.has_ended or one.expected_at > now - LOOKED_BACK)
    return all(may_be_asked(chart_at(line), now) for line in lately)


def chart_at(line: SessionLine) -> Chart:
    """The chart of a line that was just read: without asking again where nothing was charted since the last fold.

    The line's hash was written in the transaction of the entries, so a fold that has it is the whole log.
    """
    kept = _folds.get(line.session_id)
    if kept is not None and line.head_hash and kept[1].head_hash == line.head_hash:
        return kept[1]
    return chart(line.session_id)


def log(session_id: str) -> tuple[ChartEntry, ...]:
    """Every entry in the order it was recorded, corrected ones included. Raises NoSuchSession."""
    return log_and_chart(session_id)[0]


def log_and_chart(session_id: str) -> tuple[tuple[ChartEntry, ...], Chart]:
    kept = _folds.get(session_id)
    if kept is not None:
        entries, folded = kept
        newer = store.load(session_id, after=folded.head)
        if not newer:
            if models.Session.objects.filter(pk=session_id, head_hash=folded.head_hash).exists():
                return kept
        elif newer[0].previous_hash == folded.head_hash:
            entries = (*entries, *newer)
            folded = fold(entries)
            _folds.put(session_id, entries, folded)
            return entries, folded
    try:
        UUID(session_id)
    except ValueError:
        raise NoSuchSession(session_id) from None
    entries = store.load(session_id)
    if not entries:
        raise NoSuchSession(session_id)
    folded = fold(entries)
    _folds.put(session_id, entries, folded)
    return entries, folded


def template_for(chart: Chart) -> ProtocolTemplate:
    """The signed version that a chart was opened under, as it reads for the visit's indication."""
    return template_of(chart.opened.template_id).for_indication(chart.opened.indication)


def template(session_id: str) -> ProtocolTemplate:
    """The signed version that this session runs under, to its end."""
    return template_for(chart(session_id))


def _line(row: models.Session) -> SessionLine:
    return SessionLine(
        session_id=str(row.pk),
        patient_id=str(row.patient_id),
        chair_id=str(row.chair_id) if row.chair_id else None,
        expected_at=row.expected_at,
        phase=Phase(row.phase),
        head_sequence=row.head_sequence,
        head_hash=row.head_hash,
    )


def sessions_between(start: datetime, end: datetime) -> tuple[SessionLine, ...]:
    """Sessions expected in [start, end), by time."""
    rows = models.Session.objects.filter(expected_at__gte=start, expected_at__lt=end).order_by("expected_at", "pk")
    return tuple(_line(row) for row in rows)


def sessions_of(patient_id: str) -> tuple[SessionLine, ...]:
    rows = models.Session.objects.filter(patient_id=patient_id).order_by("expected_at", "pk")
    return tuple(_line(row) for row in rows)


def visits_at_hand(patient_id: str, now: datetime) -> tuple[SessionLine, ...]:
    """The patient's visits that are under way or to come: where the patient is now first, then by time. One that was
    forgotten open, or to which nobody came, is left out."""
    found = [one for one in sessions_of(patient_id) if not one.has_ended and is_at_hand(chart_at(one), now)]
    return tuple(sorted(found, key=lambda one: one.phase is Phase.EXPECTED))


def last_given(patient_id: str) -> SessionLine | None:
    """The patient's newest visit whose drug has ended, whether anybody closed it or not."""
    for line in reversed(sessions_of(patient_id)):
        folded = chart_at(line)
        if folded.stopped_at is not None and not folded.is_live:
            return line
    return None


def patient_is_here(patient_id: str, now: datetime, *, but_for: str = "") -> bool:
    """Whether the patient is in the building for one of their visits. but_for: a visit that does not count."""
    mine = (one for one in sessions_of(patient_id) if one.phase in HERE and one.session_id != but_for)
    return any(is_here(chart_at(one), now) for one in mine)


def sessions_by_id(session_ids: Iterable[str]) -> dict[str, SessionLine]:
    """The lines of these sessions in one query; one that is not there is left out."""
    return {str(row.pk): _line(row) for row in models.Session.objects.filter(pk__in=list(session_ids))}


def given_and_over(
    *, since: datetime | None = None, but_not: QuerySet[Any, Any] | None = None, most_count: int = 1_000
) -> tuple[SessionLine, ...]:
    """Visits that are over and in which drug ran, the newest first. since: expected then or later. but_not: their ids,
    as a question that the database answers within this one."""
    rows = models.Session.objects.filter(phase__in=[p.value for p in ENDED]).exclude(drug_started_at=None)
    if since is not None:
        rows = rows.filter(expected_at__gte=since)
    if but_not is not None:
        rows = rows.exclude(pk__in=but_not)
    return tuple(_line(row) for row in rows.order_by("-expected_at", "pk")[:most_count])


def open_sessions() -> tuple[SessionLine, ...]:
    """Sessions whose patient is here: arrived and not yet gone."""
    rows = models.Session.objects.filter(phase__in=[p.value for p in HERE]).order_by("expected_at", "pk")
    return tuple(_line(row) for row in rows)


def session_on_chair(chair_id: str) -> SessionLine | None:
    """The session whose patient is in (or booked in and arrived for) this chair."""
    row = models.Session.objects.filter(chair_id=chair_id, occupies_chair=True).first()
    return _line(row) if row is not None else None


def sessions_on_chairs(chair_ids: Iterable[str]) -> dict[str, SessionLine]:
    """As session_on_chair, for many chairs in one query; a chair with nobody in it is left out."""
    rows = models.Session.objects.filter(chair_id__in=list(chair_ids), occupies_chair=True)
    return {str(row.chair_id): _line(row) for row in rows}


def infusions_started() -> tuple[tuple[str, datetime], ...]:
    """Every session in which drug ran, with when, first to last."""
    rows = models.Session.objects.exclude(drug_started_at=None).order_by("drug_started_at", "pk")
    return tuple((str(key), at) for key, at in rows.values_list("pk", "drug_started_at") if at is not None)


def drug_since(since: datetime) -> tuple[SessionLine, ...]:
    """Sessions whose drug was started since then, first to last."""
    rows = models.Session.objects.filter(drug_started_at__gte=since).order_by("drug_started_at", "pk")
    return tuple(_line(row) for row in rows)


def charts(lines: Iterable[SessionLine]) -> tuple[Chart, ...]:
    return tuple(chart_at(line) for line in lines)


def watched_between(start: datetime, end: datetime) -> tuple[Watched, ...]:
    """Of each session expected in [start, end) when somebody was here, and its alarms; by time.

    From the index rows, which are written in the transaction of the log; a row from before them is folded.
    """
    rows = models.Session.objects.filter(expected_at__gte=start, expected_at__lt=end).order_by("expected_at", "pk")
    return tuple(
        from_json(kept) if kept is not None else watched(chart(str(key)))
        for key, kept in rows.values_list("pk", "alarm_load")
    )


def charts_by_id(session_ids: Iterable[str]) -> dict[str, Chart]:
    """The charts of these sessions; one whose fold is kept costs no query of its own."""
    rows = models.Session.objects.filter(pk__in=list(session_ids))
    return {line.session_id: chart_at(line) for line in map(_line, rows)}


@dataclass(frozen=True, slots=True)
class Measured:
    """What the monitor says about one channel now, as the rules ask for it."""

    value: Decimal | None
    at: datetime | None
    quality: str


def clearance(chart: Chart, request: Request, at: datetime) -> Clearance | None:
    """What the evaluation says about this patient at that moment; None for a request that it has no say in."""
    asks = isinstance(request, GiveOrder | TakeTelephoneOrder | InfusionStarted)
    return clearance_of_visit(chart, at) if asks and chart.started_at is None else None


def clearance_of_visit(chart: Chart, at: datetime) -> Clearance:
    """Whether this visit's infusion may be ordered: for the indication of its course, for any where it has none."""
    planned = infusion_of_session(chart.session_id)
    name = course_of(planned.course_id).indication if planned is not None else ""
    indications = [one for one in Indication if one.value == name]
    return clearance_of(chart.opened.patient_id, at, indications=indications)


def treated_for(patient_id: str, planned_infusion_id: str | None, at: datetime) -> str:
    """What a visit that is opened is for, in plain words: its course's indication; without a course, that of the one
    decision that stands. "" where neither tells."""
    if planned_infusion_id is not None:
        return course_of(infusion(planned_infusion_id).course_id).indication.replace("_", " ")
    file = file_of(patient_id)
    if not file.decisions:
        return ""
    eligible = [one for one in indications_of(file) if standing_decision(patient_id, one, at, file=file).why is None]
    return eligible[0].value.replace("_", " ") if len(eligible) == 1 else ""


def measured(session_id: str, now: datetime) -> Mapping[str, Measured]:
    """The newest readings of the bedside monitor, by channel; a number that may not be shown is no number here."""
    return {
        channel: Measured(value=_number(one.value), at=one.at, quality=one.quality.value)
        for channel, one in latest(session_id, now).items()
    }


def _number(value: object) -> Decimal | None:
    """A monitor's number as the rules count, digit for digit; a word or a waveform is none."""
    return Decimal(str(value)) if isinstance(value, int | float) and not isinstance(value, bool) else None


@dataclass(frozen=True, slots=True)
class Incident:
    """One incident as lists show it. ``kind``: the kind of the entry that opened it. ``closed_at`` None: open."""

    incident_id: str
    session_id: str
    patient_id: str
    entry_sequence: int
    kind: str
    opened_at: datetime
    opened_by: str
    owner_id: str
    owner_name: str
    owned_at: datetime | None
    closed_at: datetime | None
    closed_by: str
    finding: str


def incidents(session_id: str | None = None, *, most_count: int = 200) -> tuple[Incident, ...]:
    """The register: open ones first, the newest first. session_id: of one visit only."""
    rows = models.Incident.objects.select_related("session").order_by("-opened_at")
    if session_id is not None:
        rows = rows.filter(session_id=session_id)
    found = [
        Incident(
            incident_id=str(row.pk),
            session_id=str(row.session_id),
            patient_id=str(row.session.patient_id),
            entry_sequence=row.entry_sequence,
            kind=row.kind,
            opened_at=row.opened_at,
            opened_by=row.opened_by,
            owner_id=row.owner_id,
            owner_name=row.owner_name,
            owned_at=row.owned_at,
            closed_at=row.closed_at,
            closed_by=row.closed_by,
            finding=row.finding,
        )
        for row in rows[:most_count]
    ]
    return tuple(sorted(found, key=lambda one: one.closed_at is not None))


# --- prediction ------------------------------------------------------------------------------------------


def horizon(folded: Chart, now: datetime) -> datetime:
    """Where the prediction's axis ends: past the end of the drug, through observation once it has ended, and with the
    visit once that is over, however long ago."""
    if folded.phase in ENDED and folded.ending is not None:
        return folded.ending.occurred_at + timedelta(minutes=5)
    if folded.started_at is not None:
        now = min(now, folded.started_at + LONGEST_VISIT)  # a visit that nobody closed is not predicted for ever
    if folded.stopped_at is not None:
        observed = folded.stopped_at + timedelta(minutes=template_of(folded.opened.template_id).minimum_observation_min)
        return max(observed, now + timedelta(minutes=5))
    end = ends_at(folded, now) or (folded.started_at or now) + timedelta(minutes=40)
    return max(end, now) + timedelta(minutes=AFTER_THE_END_MIN)


def prediction(session_id: str, now: datetime, *, until: datetime | None = None) -> Prediction | Unpredictable:
    """From what was really given, past and to come at the running rate."""
    folded = chart(session_id)
    return predict(folded, now, until=until or horizon(folded, now))


@dataclass(frozen=True, slots=True)
class WhatIf:
    """What another rate from now on would do. Nothing is charted by asking."""

    rate_ml_per_h: Decimal
    ends_at: datetime | None
    running_ends_at: datetime | None
    curve: Prediction | Unpredictable


def what_if(session_id: str, now: datetime, rate_ml_per_h: Decimal, *, until: datetime | None = None) -> WhatIf:
    """The curves if the rate were this from ``now`` on until the bag is empty."""
    folded = chart(session_id)
    future: Sequence[FutureRate] = (FutureRate(at=now, rate_ml_per_h=rate_ml_per_h),)
    end = ends_at(folded, now, rate_ml_per_h=rate_ml_per_h)
    last = until or max(horizon(folded, now), (end or now) + timedelta(minutes=AFTER_THE_END_MIN))
    return WhatIf(
        rate_ml_per_h=rate_ml_per_h,
        ends_at=end,
        running_ends_at=ends_at(folded, now),
        curve=predict(folded, now, until=last, future=future, since=now),
    )


# --- is it as it was written? ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Head:
    session_id: str
    sequence: int
    hash: str


@dataclass(frozen=True, slots=True)
class Verified:
    sessions_count: int
    events_count: int
    heads: tuple[Head, ...]
    first_bad: str | None


def verify_all() -> Verified:
    """Re-hash every log. ``first_bad`` names the first entry that is not as it was written, or a lost tail."""
    heads: list[Head] = []
    events_count = 0
    first_bad: str | None = None
    for row in models.Session.objects.order_by("opened_at", "pk").iterator():
        try:
            entries = store.load(str(row.pk))
        except (ValueError, LookupError) as fault:
            first_bad = first_bad or f"session {row.pk}: unreadable entry ({fault})"
            continue
        events_count += len(entries)
        bad = verify_chain(entries)
        if bad is not None:
            first_bad = first_bad or f"session {row.pk}, entry {bad}"
        head = entries[-1] if entries else None
        if head is None or (head.sequence, head.hash) != (row.head_sequence, row.head_hash):
            last = f"{head.sequence}" if head else "none"
            first_bad = first_bad or (
                f"session {row.pk}: the log ends at entry {last}, the index knew entry {row.head_sequence}"
            )
        if head is not None:
            heads.append(Head(session_id=str(row.pk), sequence=head.sequence, hash=head.hash))
    return Verified(
        sessions_count=models.Session.objects.count(),
        events_count=events_count,
        heads=tuple(heads),
        first_bad=first_bad,
    )
