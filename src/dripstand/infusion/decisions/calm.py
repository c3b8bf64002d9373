"""The patient's tablet: calls are taken whenever they come, answered once, and tried before the start."""

from __future__ import annotations

from collections.abc import Iterator

from dripstand.infusion import events as ev
from dripstand.infusion.decisions.asking import Asked, checks, missing
from dripstand.infusion.refusals import Reason, reason


@checks(ev.TabletPaired, ev.TabletReleased)
def _tablet(asked: Asked, request: ev.TabletPaired | ev.TabletReleased) -> Iterator[Reason]:
    yield from missing(request.tablet_id, "tablet_id")


@checks(ev.PatientCalled)
def _called(asked: Asked, request: ev.PatientCalled) -> Iterator[Reason]:
    """A call is never held back for anything but a missing number: somebody needs somebody."""
    yield from missing(request.call_id, "call_id")


@checks(ev.PatientCallAnswered)
def _answered(asked: Asked, request: ev.PatientCallAnswered) -> Iterator[Reason]:
    call = asked.chart.calls.get(request.call_id)
    if call is None:
        yield reason("no_such_call", "call_id")
    elif call.answered is not None:
        yield reason("call_answered", "call_id", who=call.answered.actor.name)


@checks(ev.CalmChosen)
def _chosen(asked: Asked, request: ev.CalmChosen) -> Iterator[Reason]:
    if (request.sound is ev.CalmSound.FILE) != bool(request.sound_file_id):
        yield reason("sound_file_missing", "sound_file_id")


def call_test(asked: Asked, request: ev.PreCheckRecorded) -> Iterator[Reason]:
    """Met means that it was done: a paired tablet has called and somebody came; else the bell alone, said so."""
    if request.result is not ev.CheckResult.MET:
        return
    if request.call_tried is None:
        yield reason("call_how", "call_tried")
    elif request.call_tried is ev.CallTest.TABLET_AND_BELL:
        if asked.chart.tablet is None:
            yield reason("no_tablet", "call_tried")
        elif not asked.chart.tablet_was_tried:
            yield reason("call_not_tried", "call_tried")
    elif asked.chart.tablet is not None:
        yield reason("tablet_in_use", "call_tried")


def tablet_untried(asked: Asked) -> Iterator[Reason]:
    """For the start: a tablet that came, or was changed, after the check was made is tried as well."""
    entry = asked.chart.checks.get(ev.PreCheck.CALL_TRIED)
    if entry is None or asked.chart.tablet is None or asked.chart.tablet_was_tried:
        return
    if ev.PreCheck.CALL_TRIED not in asked.chart.overrides:
        yield reason("call_not_tried")
