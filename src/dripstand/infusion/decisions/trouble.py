"""What goes wrong: charted as it is seen. Only what cannot be true is refused."""

from __future__ import annotations

from collections.abc import Iterator

from dripstand.infusion import events as ev
from dripstand.infusion.decisions.asking import Asked, checks, missing, reason_wanted
from dripstand.infusion.decisions.bags import as_read
from dripstand.infusion.dosing import plain
from dripstand.infusion.partial import course_value
from dripstand.infusion.refusals import Reason, reason


@checks(ev.LinePlacingFailed)
def _placing_failed(asked: Asked, request: ev.LinePlacingFailed) -> Iterator[Reason]:
    if request.attempts_count < 1:
        yield reason("not_positive", "attempts_count", what="attempts_count")


@checks(ev.StopAsked, ev.EvacuationDeclared, ev.LeavingFollowedUp)
def _one_tap(asked: Asked, request: ev.SessionEvent) -> Iterator[Reason]:
    """One tap, nothing asked."""
    return iter(())


@checks(ev.StopAskedAnswered)
def _answered(asked: Asked, request: ev.StopAskedAnswered) -> Iterator[Reason]:
    """Going on after "I want to stop" takes the patient's own words."""
    yield from missing(request.words, "words")
    open_wish = asked.chart.stop_asked
    if open_wish is None or open_wish.sequence != request.of_sequence:
        yield reason("no_stop_asked", "of_sequence")


@checks(ev.PartialJudged)
def _partial(asked: Asked, request: ev.PartialJudged) -> Iterator[Reason]:
    yield from reason_wanted(request.reason)
    value = course_value(asked.chart, asked.at)
    if value is None or not value.is_partial:
        yield reason("not_partial", "counts_in_course")


@checks(ev.BagQuarantined)
def _quarantined(asked: Asked, request: ev.BagQuarantined) -> Iterator[Reason]:
    state = asked.chart.bags.get(request.bag_id)
    if state is None:
        yield reason("no_such_bag", "bag_id", bag=request.bag_id)
    elif state.quarantined is not None:
        yield reason("bag_quarantined", "bag_id", bag=request.bag_id)


@checks(ev.PumpFailed)
def _pump_failed(asked: Asked, request: ev.PumpFailed) -> Iterator[Reason]:
    yield from _counted(asked, request.volume_infused_ml, "volume_infused_ml")


def _counted(asked: Asked, volume_ml: object, field: str) -> Iterator[Reason]:
    """No pump counts more than the bags of this visit held, overfill included."""
    if volume_ml is None:
        return
    held = sum(
        state.bag.final_ml + asked.template.bag.overfill_ml for state in asked.chart.bags.values() if state.hung_at
    )
    if not 0 <= volume_ml <= held:  # type: ignore[operator]
        yield reason("remaining_too_much", field, remaining=plain(volume_ml), held=plain(held))  # type: ignore[arg-type]


@checks(ev.PumpChanged)
def _pump_changed(asked: Asked, request: ev.PumpChanged) -> Iterator[Reason]:
    """The new pump's name, the bag's label read again at it, and the rate it is set to: what ran before, no other.

    Another rate, a lower one too, is a change of its own, charted with its reason once the infusion runs again.
    """
    yield from missing(request.new_pump, "new_pump")
    yield from _counted(asked, request.old_volume_ml, "old_volume_ml")
    state = asked.chart.hung_bag
    if state is None:
        yield reason("bag_not_hung", "label_read")
        return
    if as_read(state.bag.bag_id) not in as_read(request.label_read):
        yield reason("label_disagrees", "label_read")
    before = asked.chart.rate_before_pause_ml_per_h
    if request.rate_ml_per_h != before:
        yield reason("new_pump_rate_differs", "rate_ml_per_h", rate=plain(request.rate_ml_per_h), before=plain(before))


@checks(ev.PatientAccountedFor)
def _accounted(asked: Asked, request: ev.PatientAccountedFor) -> Iterator[Reason]:
    yield from missing(request.where, "where")
    if asked.chart.evacuation_at is None:
        yield reason("no_evacuation", "where")


@checks(ev.EvacuationOver)
def _evacuation_over(asked: Asked, request: ev.EvacuationOver) -> Iterator[Reason]:
    chart = asked.chart
    if chart.evacuation_at is None:
        yield reason("no_evacuation")
    elif chart.runs_on_nothing and chart.emergency_at is None:
        yield reason("infuses_without_line_or_bag")
