"""An emergency: nothing is asked that does not have to be known, and no gate applies (H63)."""

from __future__ import annotations

from collections.abc import Iterator

from dripstand.infusion import events as ev
from dripstand.infusion.decisions.asking import Asked, checks, missing
from dripstand.infusion.refusals import Reason, reason


@checks(ev.EmergencyDeclared, ev.HelpCalled, ev.HelpArrived, ev.EmergencyActDone)
def _one_tap(asked: Asked, request: ev.SessionEvent) -> Iterator[Reason]:
    """One tap, nothing asked."""
    return iter(())


@checks(ev.EmergencyRoleTaken)
def _role(asked: Asked, request: ev.EmergencyRoleTaken) -> Iterator[Reason]:
    yield from missing(request.who, "who")
    if asked.chart.emergency_at is None:
        yield reason("no_emergency", "role")


@checks(ev.EmergencyEnded)
def _ended(asked: Asked, request: ev.EmergencyEnded) -> Iterator[Reason]:
    """Said with words; and an infusion that lost its line or bag meanwhile is stopped in the chart first."""
    yield from missing(request.how, "how")
    chart = asked.chart
    if chart.emergency_at is None:
        yield reason("no_emergency", "how")
    elif chart.runs_on_nothing and chart.evacuation_at is None:
        yield reason("infuses_without_line_or_bag", "how")


@checks(ev.PatientTransferred)
def _transferred(asked: Asked, request: ev.PatientTransferred) -> Iterator[Reason]:
    if not asked.emergency:
        yield from missing(request.to, "to")
