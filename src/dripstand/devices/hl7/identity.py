"""Who and where a message says it is about: device, patient, place. Hints and checks only; people do the binding.

Source: devices.md sections 1 and 8, and the notes of the reference cases.
"""

from __future__ import annotations

from .reader import Delimiters, Segments, field, unescaped

SIMULATOR_NAME = "DRIPSTAND_SIM"
"""MSH-3 of Dripstand's own simulators, so that a real clinic can refuse them."""

_NOT_PATIENTS = frozenset(
    {"", '""', "UNKNOWN", "UNKNOWN PATIENT", "UNKNOWNPATIENT", "NONE", "NULL", "N/A", "NA", "NO ID", "ANONYMOUS"}
)
_PLACE_PARTS = 4
_LONGEST_NAME = 200
"""Assumed. A longer identity is cut for patients and places, so that it still differs, and no identity for a device."""


def patient_id(row: list[str] | None, delimiters: Delimiters) -> tuple[str | None, bool]:
    """(PID-3.1, whether a number that names nobody was set aside). PID-31 Y says that the identity is unknown."""
    if row is None:
        return None, False
    identified = field(row, 31).strip().upper() != "Y"
    names_nobody = False
    # An empty repetition names nobody, and a hostile message has a hundred thousand of them.
    for repetition in filter(None, field(row, 3).split(delimiters.repetition)):
        number = unescaped(repetition.split(delimiters.component, 1)[0], delimiters).strip()
        number = number.split(delimiters.subcomponent, 1)[0].strip() if delimiters.subcomponent else number
        if identified and names_a_person(number):
            return number[:_LONGEST_NAME], False
        names_nobody = names_nobody or bool(number)
    return None, names_nobody


def names_a_person(number: str) -> bool:
    """False for the ways in which monitors say that nobody was typed in ("Unknown", 99999, 0, dashes)."""
    if number.upper() in _NOT_PATIENTS or not any(mark.isalnum() for mark in number):
        return False
    return not (set(number) <= {"0"} or (len(number) >= 5 and set(number) == {"9"}))


def place(row: list[str] | None, delimiters: Delimiters) -> str | None:
    """PV1-3 as sent (unit, room, bed, facility), None when its parts are all empty."""
    if row is None:
        return None
    text = field(row, 3).split(delimiters.repetition, 1)[0]
    parts = text.split(delimiters.component)[:_PLACE_PARTS]
    while parts and not parts[-1].strip():
        parts.pop()
    if not any(mark.isalnum() for part in parts for mark in part):
        return None
    return unescaped(delimiters.component.join(part.strip() for part in parts), delimiters)[:_LONGEST_NAME]


def device_names(
    segments: Segments, named_in_lines: dict[str, tuple[str, ...]], system_id: str | None
) -> tuple[str, ...]:
    """Every identity of the sending device, strongest first; empty when the message gives none.

    OBX-18 comes first. MSH-3 and MSH-4 speak only when no line named its device: behind a gateway they name the
    gateway, and two monitors must never share a name.
    """
    found = _device_names(segments, named_in_lines, system_id)
    return tuple(name for name in found if len(name) <= _LONGEST_NAME)


def _device_names(
    segments: Segments, named_in_lines: dict[str, tuple[str, ...]], system_id: str | None
) -> tuple[str, ...]:
    header, delimiters = segments.header, segments.delimiters
    application = [part.strip() for part in field(header, 3).split(delimiters.component)]
    for names in named_in_lines.values():
        if names[0] not in (application[0], ""):
            return tuple(dict.fromkeys([*names, *([system_id] if system_id else [])]))
    if system_id:
        return (system_id,)
    if len(application) > 1 and _is_extended_number(application[1]):
        return (application[1],)
    facility = field(header, 4).split(delimiters.component, 1)[0].strip()
    if _is_serial(facility):
        return (facility,)
    for row in segments.rows:
        if row[0] == "ORC" and (entering := field(row, 18).split(delimiters.component, 1)[0].strip()):
            return (entering,)
    return ()


def _is_extended_number(text: str) -> bool:
    return len(text) == 16 and text.isascii() and all(mark in "0123456789abcdefABCDEF" for mark in text)


def _is_serial(text: str) -> bool:
    digits = sum(mark.isdigit() for mark in text)
    return len(text) >= 6 and digits >= 4 and text.replace("-", "").isalnum()
