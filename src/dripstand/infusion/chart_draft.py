"""The fields of a chart and what follows from them; ``chart.py`` makes it unchangeable, ``folding/`` fills it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from dripstand.infusion import events as ev
from dripstand.infusion.bag import Bag
from dripstand.infusion.chart_values import (
    AlarmView,
    BagAtChair,
    BoundDevice,
    Contradiction,
    Edge,
    Flow,
    FlowChange,
    PatientCall,
    PendingHandOver,
    RateStep,
    Unconfirmed,
)
from dripstand.infusion.events import ChartEntry, StaffRef
from dripstand.infusion.order import Order
from dripstand.infusion.phases import LIVE, Phase


class NothingOpened(LookupError):
    """The log is empty: there is no visit yet."""


def flush_ends_at(flow: Flow) -> datetime:
    """When a charted flush is over, to the microsecond."""
    return flow.at + timedelta(microseconds=round(Fraction(flow.over_min) * 60_000_000))


def _when(entry: ChartEntry) -> tuple[datetime, int]:
    return entry.occurred_at, entry.sequence


@dataclass(slots=True)
class ChartDraft:
    """The chart while it is being folded. Every collection is replaced, never changed in place."""

    # the log
    entries: tuple[ChartEntry, ...] = ()  # as recorded, in order of sequence
    effective: tuple[ChartEntry, ...] = ()  # as they hold now, in order of when they happened
    corrections: Mapping[int, tuple[int, ...]] = field(default_factory=dict)  # corrected sequence -> its corrections
    struck: frozenset[int] = frozenset()  # sequences that were entered in error
    contradictions: tuple[Contradiction, ...] = ()
    head: int = 0
    head_hash: str = ""
    # the visit
    opened_entry: ChartEntry | None = None
    phase: Phase = Phase.EXPECTED
    phase_since: datetime | None = None
    chair: ev.ChairAssigned | None = None
    arrived_at: datetime | None = None
    identity_confirmed: ChartEntry | None = None
    escort: ev.EscortNamed | None = None
    escort_answer: ev.EscortAnswered | None = None
    escorts_refused: tuple[ChartEntry, ...] = ()
    weight: ChartEntry | None = None
    no_driving_promised: ChartEntry | None = None  # by the patient's own link
    checks: Mapping[ev.PreCheck, ChartEntry] = field(default_factory=dict)
    overrides: Mapping[ev.PreCheck, ChartEntry] = field(default_factory=dict)
    # the order
    order: Order | None = None
    order_entry: ChartEntry | None = None
    order_is_telephone: bool = False
    order_expires_at: datetime | None = None
    countersign_by: datetime | None = None
    countersigned: ChartEntry | None = None
    # the bag and the line
    bags: Mapping[str, BagAtChair] = field(default_factory=dict)
    bag: Bag | None = None  # the bag at hand: the last one prepared that was not taken down
    bag_state: BagAtChair | None = None
    line: ev.LinePlaced | None = None
    line_entry: ChartEntry | None = None
    lines_in_count: int = 0
    line_removed: ChartEntry | None = None
    site_check: ChartEntry | None = None
    site_good_at: datetime | None = None  # when the site of this line was last seen to be good
    primed: ev.LinePrimed | None = None  # what the giving set holds; None = no giving set, or cleared
    line_cleared: ChartEntry | None = None
    flow: tuple[Flow, ...] = ()  # what line.py works from
    # the infusion
    started: ChartEntry | None = None
    started_at: datetime | None = None
    stop: ChartEntry | None = None
    stopped_at: datetime | None = None
    rate_ml_per_h: Decimal = Decimal(0)  # now; 0 when paused or stopped
    rate_before_pause_ml_per_h: Decimal = Decimal(0)
    estimated: bool = False
    composition_known: bool = True  # False once a wrong bag was infused (H65)
    flush_entries: tuple[ChartEntry, ...] = ()
    stop_asked: ChartEntry | None = None  # the patient wants to stop, and nothing has come of it yet
    partial_judged: ChartEntry | None = None
    pump_failed: ChartEntry | None = None  # until another one is set up
    pump_changed: ChartEntry | None = None
    pump_since_index: int = 0  # where in ``flow`` the present pump's own count begins
    pump_acts: tuple[ChartEntry, ...] = ()
    confirmations: tuple[ChartEntry, ...] = ()
    pump_contradicted: ChartEntry | None = None
    unconfirmed: Unconfirmed | None = None
    # watching
    observer: StaffRef | None = None
    observer_since: datetime | None = None
    hand_over: PendingHandOver | None = None
    vitals: tuple[ChartEntry, ...] = ()
    sedation: tuple[ChartEntry, ...] = ()
    side_effects: tuple[ChartEntry, ...] = ()
    side_effects_asked_at: datetime | None = None
    follow_ups: Mapping[int, ChartEntry] = field(default_factory=dict)  # side effect's sequence -> latest follow-up
    comfort: tuple[ChartEntry, ...] = ()
    medicines: tuple[ChartEntry, ...] = ()
    notes: tuple[ChartEntry, ...] = ()
    # the patient's tablet
    tablet: ChartEntry | None = None  # the one that is paired now
    calls: Mapping[str, PatientCall] = field(default_factory=dict)  # call id -> the call, in order
    calm: ev.CalmChosen | None = None  # what the tablet plays and shows; None = its own default
    # devices and alarms
    devices: Mapping[str, BoundDevice] = field(default_factory=dict)
    mismatches: tuple[ChartEntry, ...] = ()
    alarms: Mapping[str, AlarmView] = field(default_factory=dict)
    limits: Mapping[str, ChartEntry] = field(default_factory=dict)  # alarm -> this session's own limit
    # leaving
    assessed: Mapping[str, ChartEntry] = field(default_factory=dict)
    criteria_overridden: Mapping[str, ChartEntry] = field(default_factory=dict)
    suicide_risk: ChartEntry | None = None
    escort_confirmed: ChartEntry | None = None
    emergency_at: datetime | None = None
    evacuation_at: datetime | None = None
    accounted_for: ChartEntry | None = None  # where the patient was seen since the evacuation began
    left_at: datetime | None = None
    ending: ChartEntry | None = None  # how the visit ended
    leaving_followed_up: tuple[ChartEntry, ...] = ()
    notes_signed: tuple[ChartEntry, ...] = ()

    # --- what follows from the fields ---------------------------------------------------------------------

    @property
    def opened(self) -> ev.SessionOpened:
        """Who is treated, and under which template. Raises NothingOpened on an empty log."""
        if self.opened_entry is None:
            raise NothingOpened("this log has no session_opened")
        event = self.opened_entry.event
        assert isinstance(event, ev.SessionOpened)
        return event

    @property
    def session_id(self) -> str:
        return self.entries[0].session_id if self.entries else ""

    @property
    def is_live(self) -> bool:
        return self.phase in LIVE

    @property
    def gates_open(self) -> bool:
        """An emergency or an evacuation goes on: nothing waits for a phase, a gate or a competency (H63)."""
        return self.emergency_at is not None or self.evacuation_at is not None

    @property
    def runs_on_nothing(self) -> bool:
        """The chart says that drug runs, and its line or its bag is gone."""
        return self.rate_ml_per_h > 0 and (self.line is None or self.primed is None or self.hung_bag is None)

    @property
    def amount_is_range(self) -> bool:
        """How much was given is known between two ends only: a volume nobody could read, a line beside the vein."""
        return any(flow.edge is not Edge.BOTH for flow in self.flow)

    @property
    def escort_refused(self) -> ev.EscortRefused | None:
        """Who was refused last as the escort, while no other is named (H44)."""
        event = self.escorts_refused[-1].event if self.escorts_refused and self.escort is None else None
        return event if isinstance(event, ev.EscortRefused) else None

    @property
    def agreed_not_to_drive(self) -> ChartEntry | None:
        """The patient's own promise, or what was recorded after asking them: the newer holds; None where not agreed."""
        asked, promised = self.checks.get(ev.PreCheck.NO_DRIVING), self.no_driving_promised
        if promised is not None and (asked is None or _when(promised) > _when(asked)):
            return promised
        event = asked.event if asked else None
        return asked if isinstance(event, ev.PreCheckRecorded) and event.result is ev.CheckResult.MET else None

    @property
    def weight_kg(self) -> Decimal | None:
        event = self.weight.event if self.weight else None
        return event.weight_kg if isinstance(event, ev.WeightMeasured) else None

    @property
    def hung_bag(self) -> BagAtChair | None:
        """The bag that hangs at the chair now."""
        return next((state for state in self.bags.values() if state.hangs), None)

    @property
    def bag_check(self) -> ChartEntry | None:
        return self.bag_state.check_entry if self.bag_state else None

    @property
    def bag_hung(self) -> datetime | None:
        return self.bag_state.hung_at if self.bag_state else None

    @property
    def bag_down_at(self) -> datetime | None:
        """When the last bag came down; None while one hangs or none ever hung."""
        if self.hung_bag is not None:
            return None
        return max((s.down_at for s in self.bags.values() if s.down_at is not None), default=None)

    @property
    def latest_sedation(self) -> ChartEntry | None:
        return self.sedation[-1] if self.sedation else None

    @property
    def open_alarms(self) -> tuple[AlarmView, ...]:
        return tuple(alarm for alarm in self.alarms.values() if alarm.is_open)

    @property
    def open_calls(self) -> tuple[ChartEntry, ...]:
        """Calls of the patient that nobody has come for, the oldest first."""
        return tuple(call.called for call in self.calls.values() if call.answered is None)

    @property
    def tablet_was_tried(self) -> bool:
        """A call from the tablet that is paired now was heard by somebody: the whole way was tried, not the glass."""
        tablet = self.tablet
        return tablet is not None and any(
            call.answered is not None and call.called.sequence > tablet.sequence for call in self.calls.values()
        )

    @property
    def was_corrected(self) -> bool:
        return bool(self.corrections)

    @property
    def note_signed(self) -> ChartEntry | None:
        return self.notes_signed[-1] if self.notes_signed else None

    @property
    def changed_after_note(self) -> bool:
        """Something was charted after the note was signed, so the signature stands under an older chart."""
        return bool(self.notes_signed) and self.head > self.notes_signed[-1].sequence

    @property
    def rate_steps(self) -> tuple[RateStep, ...]:
        """The rates as charted, drug and saline each on its own track, in order of time."""
        steps: list[RateStep] = []
        for flow in self.flow:
            if flow.edge is Edge.LOW:
                continue
            if flow.change is FlowChange.PUMP_RATE:
                steps.append(RateStep(flow.at, Fraction(flow.rate_ml_per_h), ev.LineFluid.DRUG))
            elif flow.change is FlowChange.FLUSH:
                rate = Fraction(flow.volume_ml) * 60 / Fraction(flow.over_min)
                steps.append(RateStep(flow.at, rate, ev.LineFluid.SALINE))
                steps.append(RateStep(flush_ends_at(flow), Fraction(0), ev.LineFluid.SALINE))
        return tuple(sorted(steps, key=lambda step: step.start))

    def entry(self, sequence: int) -> ChartEntry | None:
        """The entry as it was recorded."""
        return self.entries[sequence - 1] if 1 <= sequence <= len(self.entries) else None

    def as_it_holds(self, sequence: int) -> ChartEntry | None:
        """The entry with its corrections; None where it was struck or never existed."""
        return next((entry for entry in self.effective if entry.sequence == sequence), None)
