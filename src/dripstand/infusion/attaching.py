"""Putting a device on the patient's chair and saying so in the chart, in one act."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.db import transaction

from dripstand.infusion import queries
from dripstand.infusion.events import DeviceBound, DeviceReleased, PumpChanged, SessionEvent
from dripstand.infusion.refusals import Refusal, refuse
from dripstand.infusion.services import Charted, submit
from dripstand.monitoring import queries as monitoring
from dripstand.monitoring import services as devices
from dripstand.monitoring.attribution import ChairSession
from dripstand.monitoring.errors import DeviceRefusal
from dripstand.people.access import service_that_decides
from dripstand.people.actors import Actor

ID_AT_MOST_LENGTH = 48
"""Of a submission's own id, where another mark is put behind it."""


class _Undo(Exception):
    """The chart refused: the binding is taken back with the transaction."""

    def __init__(self, answer: Refusal) -> None:
        self.answer = answer


@service_that_decides("infusion/permissions.py and monitoring.services")
def attach_device(
    session_id: str, device_id: str, *, actor: Actor, submission_id: str, now: datetime, in_place: bool = False
) -> Charted | Refusal:
    """Bind a device to the chair of this visit, and chart it.

    in_place: the monitor that is there makes room (a swap). Raises what ``monitoring.services.bind`` raises; binds
    nothing where the chart refuses.
    """
    chart = queries.chart(session_id)
    if chart.chair is None:
        return refuse("words_missing", "chair", what="The chair")
    there = ChairSession(session_id, chart.opened.record_number, chart.arrived_at or now)
    bind = devices.swap if in_place else devices.bind
    label = next((one.label for one in monitoring.devices(now) if one.device_id == device_id), device_id)
    try:
        with transaction.atomic():
            binding_id = bind(actor, device_id=device_id, chair_id=chart.chair.chair_id, session=there, now=now)
            answer = submit(
                session_id,
                DeviceBound(device_id=device_id, device_label=label, binding_id=binding_id),
                actor=actor,
                submission_id=submission_id,
                now=now,
            )
            if isinstance(answer, Refusal):
                raise _Undo(answer)
    except _Undo as undone:
        return undone.answer
    return answer


@service_that_decides("infusion/permissions.py and monitoring.services")
def detach_device(
    session_id: str, device_id: str, *, actor: Actor, submission_id: str, now: datetime, reason: str = ""
) -> Charted | Refusal:
    """Take a device off this visit's chair, and chart it: what it sends from now on is nobody's."""
    bound = queries.chart(session_id).devices.get(device_id)
    if bound is None:
        return refuse("words_missing", "device", what="The device")
    try:
        with transaction.atomic():
            devices.release(actor, device_id=device_id, now=now, reason=reason)
            answer = submit(
                session_id,
                DeviceReleased(
                    device_id=device_id, device_label=bound.device_label, binding_id=bound.binding_id, reason=reason
                ),
                actor=actor,
                submission_id=submission_id,
                now=now,
            )
            if isinstance(answer, Refusal):
                raise _Undo(answer)
    except _Undo as undone:
        return undone.answer
    return answer


@service_that_decides("infusion/permissions.py and monitoring.services")
def change_pump(
    session_id: str,
    request: PumpChanged,
    *,
    actor: Actor,
    submission_id: str,
    now: datetime,
    occurred_at: datetime | None = None,
    late_reason: str = "",
    expected_head: int | None = None,
) -> Charted | Refusal:
    """Chart that another pump drives the bag, and hear that one from now on: in one act, or not at all.

    The one that failed is taken off the chair: what it still sends is nobody's, and confirms no rate. Where the new one
    is registered its label is its name; where it reports nothing the nurse confirms each rate by hand.
    """
    known = {one.device_id: one.label for one in monitoring.pumps()}
    if request.device_id:
        label, typed = known.get(request.device_id, ""), request.new_pump.strip()
        if not label:
            return refuse("pump_not_registered", "device_id")
        if typed and typed.casefold() != label.casefold():
            return refuse("pump_named_twice", "new_pump", typed=typed, label=label)
        request = replace(request, new_pump=label)
    try:
        with transaction.atomic():
            answer = submit(
                session_id,
                request,
                actor=actor,
                submission_id=submission_id,
                now=now,
                occurred_at=occurred_at,
                late_reason=late_reason,
                expected_head=expected_head,
            )
            if isinstance(answer, Charted) and not answer.repeated:
                _move_pumps(session_id, request, actor, submission_id[:ID_AT_MOST_LENGTH], now)
    except _Undo as undone:
        return undone.answer
    return answer


def _move_pumps(session_id: str, request: PumpChanged, actor: Actor, mark: str, now: datetime) -> None:
    """Raises _Undo where the new pump cannot come."""
    chart = queries.chart(session_id)
    assert chart.chair is not None  # a pump is changed while an infusion is paused, and that is in a chair
    there = ChairSession(session_id, chart.opened.record_number, chart.arrived_at or now)
    try:
        binding_id, gone = devices.change_pump(
            actor,
            device_id=request.device_id,
            chair_id=chart.chair.chair_id,
            session=there,
            why=f"pump changed to {request.new_pump}",
            now=now,
        )
    except DeviceRefusal as refusal:
        raise _Undo(refuse("pump_not_moved", "device_id", why=str(refusal))) from refusal
    moved: list[SessionEvent] = []
    for device_id in gone:
        bound = chart.devices.get(device_id)
        if bound is not None:
            moved.append(DeviceReleased(device_id, bound.device_label, bound.binding_id, "pump changed"))
    if binding_id and request.device_id not in chart.devices:
        moved.append(DeviceBound(request.device_id, request.new_pump, binding_id))
    for number, event in enumerate(moved, start=1):
        answer = submit(session_id, event, actor=actor, submission_id=f"{mark}-moved-{number}", now=now)
        if isinstance(answer, Refusal):
            raise _Undo(answer)
