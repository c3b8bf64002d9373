"""Whose readings a message brings: device, then chair, then session, by what people bound (H01, H05).

Never by what the message claims. A message that names another patient than the one in the chair is held apart; it
re-binds nothing. A reading that was taken before its device came to this patient (the last patient's cuff pressure,
sent again and again) does not become this patient's.

Source: devices.md section 8.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from dripstand.monitoring.readings import Reading, SampleSet

HELD_MISMATCH = "patient_mismatch"
HELD_DEMO = "demo_data"
BEFORE_BINDING = "before_binding"


@dataclass(frozen=True, slots=True)
class Bound:
    """One device on one chair for one span of time, by a person's act.

    session_id: "" for a device that belongs to its chair: then whoever is treated there. record_number: of that
    session's patient, as a monitor would send it.
    """

    binding_id: str
    device_id: str
    chair_id: str
    session_id: str
    record_number: str
    bound_at: datetime
    ended_at: datetime | None = None

    def covers(self, moment: datetime) -> bool:
        return self.bound_at <= moment and (self.ended_at is None or moment < self.ended_at)


@dataclass(frozen=True, slots=True)
class ChairSession:
    """Who is in a chair now. since: when this session took it."""

    session_id: str
    record_number: str
    since: datetime


SessionOnChair = Callable[[str], ChairSession | None]


@dataclass(frozen=True, slots=True)
class Attribution:
    """Whose a message is. session_id "" = nobody's. held: why it was kept from ``held_from``'s chart."""

    binding_id: str = ""
    chair_id: str = ""
    session_id: str = ""
    held: str = ""
    held_from: str = ""


def same_patient(sent: str, expected: str) -> bool:
    """Whether two record numbers are the same, whatever their case and blanks."""
    return "".join(sent.split()).casefold() == "".join(expected.split()).casefold()


def moment_of(sample: SampleSet) -> datetime:
    """When a message's news was measured: its newest reading, on our clock; without readings, its receipt."""
    return max((reading.at for reading in sample.readings if reading.at is not None), default=sample.received_at)


def _not_this_patients(reading: Reading, from_when: datetime) -> Reading:
    if reading.at is None or reading.at >= from_when or not reading.usable:
        return reading
    return replace(reading, usable=False, why=BEFORE_BINDING, chart_value=None)


def attribute(
    sample: SampleSet, bindings: Sequence[Bound], session_on: SessionOnChair
) -> tuple[SampleSet, Attribution]:
    """The message as it may be charted, and whose it is.

    sample: with each reading placed on our clock. bindings: of this device, ended ones included.
    session_on: who is in a chair now.
    """
    moment = moment_of(sample)
    binding = next((each for each in bindings if each.covers(moment)), None)
    if binding is None:
        return sample, Attribution()
    running = session_on(binding.chair_id)
    session_id, record_number, from_when = "", "", binding.bound_at
    if binding.session_id:
        is_here = running is not None and running.session_id == binding.session_id
        if is_here or binding.ended_at is not None:  # ended: a message that came late, for a visit that may be over
            session_id, record_number = binding.session_id, binding.record_number
    elif running is not None and running.since <= moment:
        session_id, record_number = running.session_id, running.record_number
        from_when = max(from_when, running.since)
    where = Attribution(binding.binding_id, binding.chair_id, session_id)
    if not session_id:
        return sample, where
    if sample.demo:
        return sample, replace(where, session_id="", held=HELD_DEMO, held_from=session_id)
    if sample.patient_id and record_number and not same_patient(sample.patient_id, record_number):
        return sample, replace(where, session_id="", held=HELD_MISMATCH, held_from=session_id)
    readings = tuple(_not_this_patients(reading, from_when) for reading in sample.readings)
    return replace(sample, readings=readings), where
