"""A call from the patient's tablet, until somebody is there: chair and board at once, the on-call after a minute.

The page is scheduled in the transaction of the call, so a crash in between loses neither. Whatever a screen or a mail
server does, only a person's own word at the chair ends a call (H39).
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from dripstand.infusion import queries
from dripstand.infusion.phases import HERE
from dripstand.jobs.queue import schedule
from dripstand.jobs.run import Run
from dripstand.people.paging import page_on_call

JOB = "infusion.patient_call"
UNANSWERED_AFTER_S = 30
PAGED_AFTER = timedelta(seconds=60)
"""Assumed: a nurse who is in the room needs less; docs/reference/assumptions.md."""


def page_later(session_id: str, call_id: str, now: datetime) -> None:
    """Call it inside the transaction that charts the call."""
    payload = {"session_id": session_id, "call_id": call_id}
    schedule(JOB, payload, due_at=now + PAGED_AFTER, now=now, key=f"{session_id} {call_id}")


def page_if_unanswered(run: Run) -> None:
    """The handler: pages the on-call about a call that nobody has come for."""
    session_id, call_id = str(run.payload["session_id"]), str(run.payload["call_id"])
    chart = queries.chart(session_id)
    call = chart.calls.get(call_id)
    if call is None or call.answered is not None or chart.phase not in HERE:
        return
    where = chart.chair.chair_name if chart.chair is not None else _("a chair")
    page_on_call(
        kind="patient-call",
        about=f"{session_id} {call_id}"[:200],
        words=_("A patient calls at %(chair)s and nobody has answered.") % {"chair": where},
        path=f"/session/{session_id}/",
        now=run.now(),
        patient_id=chart.opened.patient_id,
    )
