"""What one message of a monitor or pump says, as frozen values: the vocabulary between the wire and the clinic."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from .coding import Coding, Why
from .reader import Delimiters, Warned
from .vocabulary import Channel

Value = int | float | str | tuple[float, ...] | None


class Kind(StrEnum):
    """What sort of message it is."""

    OBSERVATION = "observation"
    OBSERVATION_VENDOR = "observation-vendor"
    WAVEFORM = "waveform"
    PUMP = "pump"
    PUMP_EVENT = "pump-event"
    ALERT = "alert"
    ADT = "adt"
    QUERY = "query"
    ORDER = "order"
    ACKNOWLEDGEMENT = "acknowledgement"
    UNSUPPORTED = "unsupported"
    UNREADABLE = "unreadable"


class Ack(StrEnum):
    """MSA-1: accepted, error now (send again), rejected for good; A for the application, C for safe receipt."""

    AA = "AA"
    AE = "AE"
    AR = "AR"
    CA = "CA"
    CE = "CE"
    CR = "CR"


class Observation(NamedTuple):
    """One OBX line that carries a reading, a setting, a state or a word.

    obx: 1-based count of OBX segments over the whole message (not OBX-1).
    coding: what the line measures; code, name, unit, channel and chart_unit below read from it.
    value: as the device meant it, in the device's own unit; None where it sent "no value".
    raw_value: OBX-5 as sent, so that nothing is lost.
    time: OBX-14, else the time of the line that contains it, else OBR-7, else MSH-7; naive without a known zone.
    status: OBX-11 as sent.
    usable: False means that it must not reach the chart as a value; why says the reason.
    chart_value: the value in chart_unit, only when usable and the channel is known; a word for pump states.
    device: OBX-18 of this line or of its device, None when the lines name none.

    A named tuple and no dataclass, because a dozen are made for every message: decoding is a sixth faster for it.
    """

    obx: int
    coding: Coding
    value: Value
    raw_value: str
    time: datetime | None
    status: str
    usable: bool
    why: Why | None
    chart_value: float | str | None
    containment: str
    flags: tuple[str, ...]
    aperiodic: bool
    device: str | None

    @property
    def code(self) -> int | str:
        """The MDC number, or the vendor's or LOINC's code as text."""
        return self.coding.code

    @property
    def name(self) -> str:
        """The code's name as sent."""
        return self.coding.name

    @property
    def unit(self) -> str | None:
        """The device's own unit in UCUM; as sent when it is not known."""
        return self.coding.unit

    @property
    def channel(self) -> Channel | None:
        """The lane of the chart, None when Dripstand has none for it."""
        return self.coding.channel

    @property
    def chart_unit(self) -> str | None:
        """The unit of chart_value."""
        return self.coding.chart_unit

    @property
    def source(self) -> str:
        """Where it is measured, to tell two rates apart ("impedance", "pleth"); empty when nothing is said."""
        return self.coding.source

    @property
    def is_correction(self) -> bool:
        """The device corrects an earlier value (OBX-11 C)."""
        return self.status.upper() == "C"

    @property
    def is_deletion(self) -> bool:
        """The device withdraws an earlier value (OBX-11 D or W)."""
        return self.status.upper() in ("D", "W")

    @property
    def is_no_reading(self) -> bool:
        """A vital that the device could not measure: to be shown as "no reading", never as a number."""
        return not self.usable and self.why is not None and self.why.is_no_reading


@dataclass(frozen=True, slots=True)
class Alert:
    """An alarm of the device, shown as information: alarm duty stays with the monitor and the people in the room."""

    text: str
    event_code: int | str
    event: str
    time: datetime | None
    phase: str = ""
    state: str = ""
    inactivation: str = ""
    priority: str = ""
    category: str = ""
    source: str = ""
    technical: bool = False
    silenced_channels: tuple[Channel, ...] = ()
    """The lanes that this technical alarm leaves without a reading ("SpO2 Sensor Off")."""


@dataclass(frozen=True, slots=True)
class Sender:
    """MSH-3 to MSH-6 as sent, for the answer."""

    application: str
    facility: str
    receiving_application: str
    receiving_facility: str


@dataclass(frozen=True, slots=True)
class DecodedMessage:
    """One message, decided.

    device: the strongest identity the message gives, None when it gives none (then the address must do).
    aliases: every identity of that same device, strongest first, `device` included.
    patient_id: PID-3.1, None when the field names no person.
    place: PV1-3, a hint only: binding is done by people.
    ack: what the content deserves. AA is sent only once the message is durable; AR never changes.
    content_sha256: hash of the bytes, for duplicates (device, control_id, content).
    simulated: sent by Dripstand's own simulator; a real clinic refuses it.
    """

    kind: Kind
    control_id: str | None
    message_type: str
    version: str
    processing: str
    sender: Sender
    delimiters: Delimiters
    sent_at: datetime | None
    accept_wanted: str
    application_wanted: str
    patient_id: str | None
    place: str | None
    device: str | None
    aliases: tuple[str, ...]
    ack: Ack
    ack_reason: str
    observations: tuple[Observation, ...]
    alerts: tuple[Alert, ...]
    warnings: tuple[Warned, ...]
    charset: str
    content_sha256: str
    simulated: bool = False
    waves_thinned: int = 0

    @property
    def trigger(self) -> str:
        """The second component of MSH-9 ("R01")."""
        parts = self.message_type.split("^")
        return parts[1] if len(parts) > 1 else ""

    @property
    def has_only_waves(self) -> bool:
        """True when nothing but waveform samples would be lost with this message."""
        return bool(self.observations) and all(isinstance(each.value, tuple) for each in self.observations)


def content_hash(message: DecodedMessage) -> str:
    """The third part of a duplicate's key.

    A message is a duplicate only when device, control id and this hash all repeat: some vendors never change MSH-10
    (GE B40: constant; Mindray 2.3.1: the message type), so the control id alone proves nothing (devices.md section 7).
    """
    return message.content_sha256


def duplicate_key(message: DecodedMessage, peer: str) -> tuple[str, str, str]:
    """(device, control id, content hash); without a device identity the peer's host stands in for it."""
    host = peer.rsplit(":", 1)[0]
    return (message.device or f"address {host}", message.control_id or "", message.content_sha256)
