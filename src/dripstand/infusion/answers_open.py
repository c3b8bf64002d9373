"""An answer that may not wait keeps the visit open: nobody is discharged before a clinician has signed for it (H45).

Where the signed protocol names a screen for suicide risk, nobody is discharged before one of this visit is finished.
Leaving against advice, a transfer and an emergency are never blocked; the escalation then stays open with its owner.
"""

from __future__ import annotations

from dripstand.infusion.chart import Chart
from dripstand.infusion.events import PatientLeft, ReadyToLeave
from dripstand.infusion.refusals import Reason, Refusal, reason
from dripstand.infusion.requests import Request
from dripstand.outcomes.escalations import EscalationDetails
from dripstand.outcomes.instruments.instrument import Instrument
from dripstand.outcomes.queries import open_escalations_of, screened_in
from dripstand.outcomes.screens import SCREEN_OF
from dripstand.protocol.template import SuicideCheckChoice


def answers_open(chart: Chart, request: Request, choice: SuicideCheckChoice) -> Refusal | None:
    """Why this request has to wait: each open escalation of the patient, and a screen that was not asked."""
    if not isinstance(request, ReadyToLeave | PatientLeft):
        return None
    reasons = [_reason(each) for each in open_escalations_of(chart.opened.patient_id)]
    missing = screen_missing(chart.session_id, choice)
    if missing is not None:
        reasons.append(reason("screen_not_asked", "answers", scale=missing.name))
    return Refusal(tuple(reasons)) if reasons else None


def screen_missing(session_id: str, choice: SuicideCheckChoice) -> Instrument | None:
    """The screen that the signed protocol asks for before this visit ends and that was not finished in it."""
    kind = SCREEN_OF.get(choice)
    return kind if kind is not None and screened_in(session_id, kind.id) is None else None


def _reason(each: EscalationDetails) -> Reason:
    return reason(
        "answer_not_disposed", "answers", scale=each.instrument_name, what=each.printed, owner=each.owner_name or "-"
    )
