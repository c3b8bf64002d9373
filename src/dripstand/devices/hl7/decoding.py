"""Reads one whole message: header, patient, place, device, and every line's verdict. Pure: bytes in, a value out.

Malformed input never raises: what cannot be read comes back as a message of kind "unreadable" with its refusal.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, tzinfo
from hashlib import sha256

from .acknowledgement import verdict
from .alerts import alert_of_group, vendor_alarm
from .clock import CLOCK_TOLERANCE_S, clock_difference_s
from .coding import Why
from .dialects import MINDRAY, dialect_of
from .identity import SIMULATOR_NAME, device_names, patient_id, place
from .messages import Ack, Alert, DecodedMessage, Kind, Observation, Sender
from .observations import ObservationReader, held, hold_inverted_cuffs
from .reader import MOST_SEGMENTS, Delimiters, Notice, Segments, Warned, field, read_segments
from .times import is_ambiguous, nearest_fold, read_time

_ALERT_TRIGGERS = frozenset({"R40"})
_ALERT_GROUPS = ("196616", "MDC_EVT_ALARM", "ALARM")
_PUMP_EVENT_TRIGGER = "R42"
_LONGEST_CONTROL_ID = 199
"""MSH-10 of HL7 v2.6 allows 199 characters [std]; a longer one is refused, since it could not be kept whole."""

_MOST_WARNINGS = 100


def decode(
    content: bytes,
    *,
    zone: tzinfo | None = None,
    received_at: datetime | None = None,
    header_zone: bool = False,
) -> DecodedMessage:
    """What one unframed message says.

    zone: the zone configured for the device, for times without an offset; None leaves them naive.
    received_at: aware; lets a wrong device clock and an ambiguous hour be noticed.
    header_zone: without a configured zone, take the offset that MSH-7 carries (HL7 v2 chapter 2 [std]).
    """
    digest = sha256(content.strip(b"\r\n")).hexdigest()
    segments = read_segments(content)
    if segments is None:
        return _unreadable(digest)
    return _read(segments, digest, zone, received_at, header_zone)


def _read(
    segments: Segments, digest: str, zone: tzinfo | None, received_at: datetime | None, header_zone: bool
) -> DecodedMessage:
    header, marks = segments.header, segments.delimiters
    warnings: dict[Warned, None] = dict.fromkeys(segments.warnings)
    message_type = field(header, 9).strip()
    type_parts = [part.strip().upper() for part in message_type.split(marks.component)] + [""]
    version = field(header, 12).split(marks.component, 1)[0].strip()
    ack, ack_reason = verdict(type_parts[0], type_parts[1], version)
    control_id = field(header, 10).strip()
    if len(control_id) > _LONGEST_CONTROL_ID or len(segments.rows) > MOST_SEGMENTS:
        ack, ack_reason = Ack.AR, "Too long: the control id or the number of segments"
    if segments.damaged:
        ack, ack_reason = Ack.AE, "Damaged: parts of two messages; send it again"
        warnings[Warned(Notice.DAMAGED)] = None
    sent_at = read_time(field(header, 7), zone)
    if zone is None and header_zone and sent_at is not None:
        zone = sent_at.tzinfo
    processing = field(header, 11).split(marks.component, 1)[0].strip().upper()
    _warn_of_header(header, type_parts[0], version, processing, warnings)

    patients: list[list[str]] = []
    place_row: list[str] | None = None
    dialect = dialect_of(version, field(header, 3))
    reader = ObservationReader(marks, dialect, zone, sent_at, field(header, 7))
    alerts: list[Alert] = []
    is_alert = type_parts[1] in _ALERT_TRIGGERS
    group_start = 0
    if ack is Ack.AA:
        for row in segments.rows:
            name = row[0]
            if name == "OBX":
                reader.read(row)
            elif name == "OBR":
                _collect_alert(alerts, reader.found[group_start:], is_alert)
                group_start = len(reader.found)
                reader.begin_group(field(row, 7))
                is_alert = is_alert or field(row, 4).upper().startswith(_ALERT_GROUPS)
            elif name == "PID":
                patients.append(row)
            elif name == "PV1" and place_row is None:
                place_row = row
    else:
        patients = [row for row in segments.rows if row[0] == "PID"]
        place_row = next((row for row in segments.rows if row[0] == "PV1"), None)
        for row in segments.rows:
            if row[0] == "OBX":
                reader.note_device(row)
    _collect_alert(alerts, reader.found[group_start:], is_alert)
    if dialect is MINDRAY:
        alerts += [alarm for line in reader.found if (alarm := vendor_alarm(line)) is not None]
    warnings.update(reader.warnings)

    identity, names_nobody = patient_id(patients[0] if patients else None, marks)
    if names_nobody:
        warnings[Warned(Notice.NOT_A_PATIENT)] = None
    kind = _kind(type_parts, ack, is_alert or bool(alerts), reader)
    found = hold_inverted_cuffs(reader.found) if reader.saw_cuff else reader.found
    message_hold = _message_hold(kind, processing)
    if len(patients) > 1:
        warnings[Warned(Notice.SEVERAL_PATIENTS)] = None
        message_hold = Why.SEVERAL_PATIENTS
        identity = None
    if message_hold is not None:
        found = [held(each, message_hold) for each in found]
    if kind is Kind.ALERT and type_parts[1] in _ALERT_TRIGGERS:
        found = [held(each, Why.CONTEXT) if not isinstance(each.value, str) else each for each in found]
    found = _settle_times(found, reader.instants(), received_at, warnings)
    names = device_names(segments, reader.devices_named, reader.system_id)
    message = DecodedMessage(
        kind=kind,
        control_id=control_id[:_LONGEST_CONTROL_ID] or None,
        message_type=message_type,
        version=version,
        processing=processing,
        sender=Sender(field(header, 3), field(header, 4), field(header, 5), field(header, 6)),
        delimiters=marks,
        sent_at=sent_at,
        accept_wanted=field(header, 15).strip().upper(),
        application_wanted=field(header, 16).strip().upper(),
        patient_id=identity,
        place=place(place_row, marks),
        device=names[0] if names else None,
        aliases=names,
        ack=ack,
        ack_reason=ack_reason,
        observations=tuple(found),
        alerts=tuple(alerts),
        warnings=(),
        charset=segments.charset,
        content_sha256=digest,
        simulated=field(header, 3).startswith(SIMULATOR_NAME),
    )
    if received_at is not None:
        difference_s = clock_difference_s(message, received_at)
        if difference_s is not None and abs(difference_s) > CLOCK_TOLERANCE_S:
            warnings[Warned(Notice.CLOCK, f"{difference_s:+.0f} s")] = None
    return replace(message, warnings=tuple(warnings)[:_MOST_WARNINGS]) if warnings else message


def _warn_of_header(header: list[str], code: str, version: str, processing: str, warnings: dict[Warned, None]) -> None:
    control_id = field(header, 10).strip()
    if not control_id:
        warnings[Warned(Notice.NO_CONTROL_ID)] = None
    if not code:
        warnings[Warned(Notice.NO_TYPE)] = None
    if not version:
        warnings[Warned(Notice.VERSION)] = None
    if processing in ("T", "D"):
        warnings[Warned(Notice.TRAINING, processing)] = None


def _message_hold(kind: Kind, processing: str) -> Why | None:
    """MSH-11 T and D mean training and debugging: nothing of such a message is a patient's (hazard H28)."""
    if kind not in (Kind.OBSERVATION, Kind.OBSERVATION_VENDOR, Kind.WAVEFORM, Kind.PUMP, Kind.PUMP_EVENT, Kind.ALERT):
        return Why.NOT_A_MEASUREMENT
    return Why.TEST if processing in ("T", "D") else None


def _collect_alert(alerts: list[Alert], group: list[Observation], is_alert: bool) -> None:
    if is_alert and group and (alert := alert_of_group(group)) is not None:
        alerts.append(alert)


def _kind(type_parts: list[str], ack: Ack, is_alert: bool, reader: ObservationReader) -> Kind:
    code, trigger = type_parts[0], type_parts[1]
    if code == "RGV":
        return Kind.ORDER
    if code in ("QRY", "QBP", "QSB"):
        return Kind.QUERY
    if code == "ADT":
        return Kind.ADT
    if code == "ACK":
        return Kind.ACKNOWLEDGEMENT
    if ack is not Ack.AA:
        return Kind.UNSUPPORTED
    if is_alert:
        return Kind.ALERT
    if trigger == _PUMP_EVENT_TRIGGER:
        return Kind.PUMP_EVENT
    if reader.saw_pump:
        return Kind.PUMP
    if reader.saw_vendor:
        return Kind.OBSERVATION_VENDOR
    if reader.found and all(isinstance(each.value, tuple) for each in reader.found):
        return Kind.WAVEFORM
    return Kind.OBSERVATION


def _settle_times(
    found: list[Observation], instants: list[datetime], received_at: datetime | None, warnings: dict[Warned, None]
) -> list[Observation]:
    """Names what is uncertain about the times, and settles a repeated hour by the moment of receipt."""
    changed: dict[int, datetime] = {}
    for instant in instants:
        better = _settled(instant, received_at, warnings)
        if better is not instant:
            changed[id(instant)] = better
    if not changed:
        return found
    return [each._replace(time=changed[id(each.time)]) if id(each.time) in changed else each for each in found]


def _settled(instant: datetime, received_at: datetime | None, warnings: dict[Warned, None]) -> datetime:
    if instant.tzinfo is None:
        warnings[Warned(Notice.ZONE_MISSING)] = None
        return instant
    if not is_ambiguous(instant):
        return instant
    warnings[Warned(Notice.TIME_AMBIGUOUS, instant.strftime("%H:%M"))] = None
    return instant if received_at is None else nearest_fold(instant, received_at)


def _unreadable(digest: str) -> DecodedMessage:
    return DecodedMessage(
        kind=Kind.UNREADABLE,
        control_id=None,
        message_type="",
        version="",
        processing="",
        sender=Sender("", "", "", ""),
        delimiters=Delimiters(),
        sent_at=None,
        accept_wanted="",
        application_wanted="",
        patient_id=None,
        place=None,
        device=None,
        aliases=(),
        ack=Ack.AR,
        ack_reason="No HL7 header",
        observations=(),
        alerts=(),
        warnings=(Warned(Notice.NOT_HL7),),
        charset="",
        content_sha256=digest,
    )
