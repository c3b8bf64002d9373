"""The phases of a visit, and what may be charted in each. The page that explains it: docs/explanation/phases.md."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Phase(StrEnum):
    """Where a visit stands. Derived from the log, never stored as a fact of its own."""

    EXPECTED = "expected"
    ARRIVED = "arrived"
    PREPARING = "preparing"
    INFUSING = "infusing"
    PAUSED = "paused"
    STOPPED = "stopped"
    OBSERVING = "observing"
    READY_TO_LEAVE = "ready_to_leave"
    LEFT = "left"
    CANCELLED = "cancelled"
    LEFT_WITHOUT_DISCHARGE = "left_without_discharge"
    TRANSFERRED = "transferred"


_P = Phase
ALL = frozenset(Phase)
ENDED = frozenset({_P.LEFT, _P.CANCELLED, _P.LEFT_WITHOUT_DISCHARGE, _P.TRANSFERRED})
"""Nobody is in the chair any more; only paperwork, corrections and late entries remain."""

LIVE = frozenset({_P.INFUSING, _P.PAUSED})
"""A bag hangs and may run: an observer is named at every moment."""

HERE = ALL - ENDED - {_P.EXPECTED}
"""The patient is in the building."""

AFTER_STOP = frozenset({_P.STOPPED, _P.OBSERVING, _P.READY_TO_LEAVE})
NOT_ENDED = ALL - ENDED
GONE_UNFINISHED = frozenset({_P.LEFT_WITHOUT_DISCHARGE, _P.TRANSFERRED})
"""The patient is gone and bag and line may still be here: both are dealt with all the same (H15)."""

BEFORE_START = frozenset({_P.EXPECTED, _P.ARRIVED, _P.PREPARING})
_PREPARE = frozenset({_P.ARRIVED, _P.PREPARING})
_BAG_WORK = frozenset({_P.ARRIVED, _P.PREPARING, _P.PAUSED, _P.OBSERVING})
_AT_CHAIR_BAG_WORK = frozenset({_P.PREPARING, _P.PAUSED, _P.OBSERVING})

ALLOWED: Mapping[str, frozenset[Phase]] = {
    # the visit
    "session_opened": frozenset(),  # only as the first entry
    "chair_assigned": NOT_ENDED - LIVE,
    "patient_arrived": frozenset({_P.EXPECTED}),
    "identity_confirmed": _PREPARE,
    "escort_named": NOT_ENDED,
    "escort_answered": NOT_ENDED,
    "escort_refused": NOT_ENDED,
    "no_driving_promised": NOT_ENDED - LIVE,
    "weight_measured": _PREPARE,
    "pre_check_recorded": _PREPARE,
    "pre_check_overridden": _PREPARE,
    # the order
    "order_signed": _PREPARE | LIVE | {_P.OBSERVING},
    "telephone_order_taken": _PREPARE | LIVE | {_P.OBSERVING},
    "order_countersigned": ALL - {_P.EXPECTED},
    # the bag and the line
    "bag_prepared": _BAG_WORK,
    "bag_checked": _BAG_WORK,
    "bag_hung": _AT_CHAIR_BAG_WORK,
    "bag_taken_down": _AT_CHAIR_BAG_WORK | {_P.STOPPED} | GONE_UNFINISHED,
    "line_placed": HERE,
    "access_site_checked": HERE,
    "line_primed": _AT_CHAIR_BAG_WORK,
    "line_cleared": frozenset({_P.STOPPED, _P.OBSERVING}) | GONE_UNFINISHED,
    "line_removed": HERE - {_P.INFUSING},
    # the infusion
    "infusion_started": frozenset({_P.PREPARING, _P.OBSERVING}),
    "rate_changed": frozenset({_P.INFUSING}),
    "infusion_paused": frozenset({_P.INFUSING}),
    "infusion_resumed": frozenset({_P.PAUSED}),
    "infusion_stopped": LIVE,
    "flush_given": frozenset({_P.PREPARING, _P.PAUSED}) | AFTER_STOP,
    "confirmed_at_pump": LIVE | AFTER_STOP,
    "pump_contradicted": LIVE | AFTER_STOP | (ENDED - {_P.CANCELLED}),
    # watching
    "observer_named": HERE,
    "hand_over_offered": HERE,
    "hand_over_accepted": HERE,
    "vital_signs_taken": HERE,
    "sedation_scored": HERE,
    "side_effect_noted": HERE,
    "no_side_effects": HERE,
    "side_effect_followed_up": HERE,
    "medicine_given": HERE,
    "comfort_given": HERE,
    "note_written": ALL,
    # the patient's tablet
    "tablet_paired": HERE,
    "tablet_released": ALL,
    "patient_called": HERE,
    "patient_call_answered": ALL - {_P.EXPECTED},
    "calm_chosen": HERE,
    # devices and alarms
    "device_bound": NOT_ENDED,
    "device_released": ALL,
    "patient_mismatch_held": ALL,
    "alarm_raised": HERE,
    "alarm_acknowledged": HERE | ENDED,
    "alarm_cleared": HERE | ENDED,
    "alarm_limit_changed": HERE,
    # leaving
    "criterion_assessed": AFTER_STOP,
    "criterion_overridden": AFTER_STOP,
    "suicide_risk_assessed": HERE,
    "escort_confirmed": AFTER_STOP,
    "ready_to_leave": frozenset({_P.OBSERVING}),
    "patient_left": frozenset({_P.READY_TO_LEAVE}),
    "left_without_discharge": HERE,
    "session_cancelled": BEFORE_START,
    "emergency_declared": NOT_ENDED,
    "help_called": NOT_ENDED,
    "help_arrived": NOT_ENDED,
    "emergency_role_taken": NOT_ENDED,
    "emergency_act_done": NOT_ENDED,
    "emergency_ended": NOT_ENDED,
    "patient_transferred": HERE,
    "note_signed": ENDED | {_P.OBSERVING, _P.READY_TO_LEAVE},
    # what goes wrong
    "line_placing_failed": HERE,
    "stop_asked": HERE,
    "stop_asked_answered": LIVE | _PREPARE,
    "partial_judged": AFTER_STOP | (ENDED - {_P.CANCELLED}),
    "bag_quarantined": ALL - {_P.EXPECTED},
    "pump_failed": LIVE,
    "pump_changed": frozenset({_P.PAUSED}),
    "evacuation_declared": HERE,
    "patient_accounted_for": HERE,
    "evacuation_over": HERE,
    "leaving_followed_up": frozenset({_P.LEFT_WITHOUT_DISCHARGE}),
    # putting right
    "entry_corrected": ALL,
}
"""Kind of entry -> the phases in which it may happen. An entry elsewhere does not fit the chart."""

EMERGENCY_STAYS_CLOSED = frozenset(
    {
        "session_opened",
        "patient_arrived",
        "order_signed",
        "telephone_order_taken",
        "bag_prepared",
        "bag_checked",
        "infusion_started",
        "infusion_resumed",
        "rate_changed",
        "infusion_paused",
        "infusion_stopped",
        "pump_failed",
        "pump_changed",
        "stop_asked_answered",
        "partial_judged",
        "leaving_followed_up",
        "ready_to_leave",
        "patient_left",
        "session_cancelled",
        "note_signed",
    }
)
"""What an emergency does not open: giving more ketamine, signing, and an ordinary discharge. Everything else that a
person does or records in an emergency is charted in any phase (H63). Pause and stop are already open whenever
something can be paused or stopped."""

NEXT: Mapping[Phase, Mapping[str, Phase]] = {
    _P.EXPECTED: {"patient_arrived": _P.ARRIVED, "session_cancelled": _P.CANCELLED},
    _P.ARRIVED: {"identity_confirmed": _P.PREPARING, "session_cancelled": _P.CANCELLED},
    _P.PREPARING: {"infusion_started": _P.INFUSING, "session_cancelled": _P.CANCELLED},
    _P.INFUSING: {"infusion_paused": _P.PAUSED, "pump_failed": _P.PAUSED, "infusion_stopped": _P.STOPPED},
    _P.PAUSED: {"infusion_resumed": _P.INFUSING, "infusion_stopped": _P.STOPPED},
    _P.STOPPED: {},  # to OBSERVING by itself, once the bag is down and the line is cleared
    _P.OBSERVING: {"ready_to_leave": _P.READY_TO_LEAVE, "infusion_started": _P.INFUSING},
    _P.READY_TO_LEAVE: {"patient_left": _P.LEFT},
    _P.LEFT: {},
    _P.CANCELLED: {},
    _P.LEFT_WITHOUT_DISCHARGE: {},
    _P.TRANSFERRED: {},
}
"""Phase -> kind of entry -> the phase that follows. From every phase with a patient in it, ``left_without_discharge``
and ``patient_transferred`` lead out as well."""


def may_be_charted(kind: str, phase: Phase, *, emergency: bool) -> bool:
    """Whether an entry of this kind may happen in this phase."""
    if phase in ALLOWED[kind]:
        return True
    return emergency and kind not in EMERGENCY_STAYS_CLOSED and phase not in ENDED


def after(kind: str, phase: Phase) -> Phase:
    """The phase after an entry of this kind; the same phase where it moves nothing."""
    if kind == "left_without_discharge":
        return Phase.LEFT_WITHOUT_DISCHARGE
    if kind == "patient_transferred":
        return Phase.TRANSFERRED
    return NEXT[phase].get(kind, phase)
