"""Leaving, in every way there is, and the signature under the note."""

from __future__ import annotations

from collections.abc import Iterator

from dripstand.infusion import events as ev
from dripstand.infusion.decisions.asking import Asked, checks, missing, reason_wanted, refused_before
from dripstand.infusion.leaving import CriterionState, criteria, may_be_overridden
from dripstand.infusion.refusals import Reason, reason
from dripstand.protocol.template import Criterion


def _criterion(asked: Asked, name: str) -> Criterion | None:
    return next((known for known in asked.template.leaving if known.criterion == name), None)


@checks(ev.CriterionAssessed)
def _assessed(asked: Asked, request: ev.CriterionAssessed) -> Iterator[Reason]:
    criterion = _criterion(asked, request.criterion)
    if criterion is None:
        yield reason("no_such_criterion", "criterion", criterion=request.criterion)
    elif criterion.rule != "assessed":
        yield reason("criterion_is_measured", "criterion", criterion=criterion.words)


@checks(ev.CriterionOverridden)
def _overridden(asked: Asked, request: ev.CriterionOverridden) -> Iterator[Reason]:
    """Each by itself, with its own reason; what is met needs none, and the suicide check takes none."""
    yield from reason_wanted(request.reason)
    criterion = _criterion(asked, request.criterion)
    if criterion is None:
        yield reason("no_such_criterion", "criterion", criterion=request.criterion)
        return
    if not may_be_overridden(criterion):
        yield reason("criterion_may_not_be_overridden", "criterion", criterion=criterion.words)
        return
    for state in criteria(asked.chart, asked.template, asked.at, asked.readings):
        if state.criterion == request.criterion and state.met:
            yield reason("criterion_is_met", "criterion", criterion=criterion.words)


@checks(ev.SuicideRiskAssessed)
def _suicide_risk(asked: Asked, request: ev.SuicideRiskAssessed) -> Iterator[Reason]:
    yield from missing(request.finding, "finding")
    yield from missing(request.disposition, "disposition")


@checks(ev.EscortConfirmed)
def _escort(asked: Asked, request: ev.EscortConfirmed) -> Iterator[Reason]:
    for field in ("name", "identity_seen", "signature"):
        yield from missing(getattr(request, field), field)
    yield from refused_before(asked, request.name)
    if asked.chart.escorts_refused and asked.chart.escort is None:
        yield reason("another_escort_wanted", "name")


@checks(ev.ReadyToLeave, ev.PatientLeft)
def _discharge(asked: Asked, request: ev.ReadyToLeave | ev.PatientLeft) -> Iterator[Reason]:
    """Every criterion, worked out again at the door; and no bag hangs, no line is filled (H15)."""
    if asked.chart.hung_bag is not None:
        yield reason("bag_still_hangs")
    if asked.chart.primed is not None:
        yield reason("line_still_filled")
    for state in criteria(asked.chart, asked.template, asked.at, asked.readings):
        if not state.passes:
            yield _unmet(state)


def _unmet(state: CriterionState) -> Reason:
    assert state.why_not is not None
    code = "criterion_not_met" if state.may_override else "criterion_never_overridden"
    return reason(code, state.criterion, criterion=state.words, why=state.why_not)


@checks(ev.LeftWithoutDischarge)
def _without_discharge(asked: Asked, request: ev.LeftWithoutDischarge) -> Iterator[Reason]:
    """Never blocked: what is known is charted, what is not known may follow."""
    return iter(())


@checks(ev.SessionCancelled)
def _cancelled(asked: Asked, request: ev.SessionCancelled) -> Iterator[Reason]:
    yield from reason_wanted(request.reason)
    if asked.chart.started_at is not None:
        yield reason("drug_was_started")
    if asked.chart.hung_bag is not None:
        yield reason("bag_still_hangs")


@checks(ev.NoteSigned)
def _note(asked: Asked, request: ev.NoteSigned) -> Iterator[Reason]:
    """What is signed is the chart that was read."""
    yield from missing(request.meaning, "meaning")
    if request.chart_hash != asked.whole.head_hash:
        yield reason("note_of_another_chart", "chart_hash")
