"""Alarms that a device reports (IHE PCD-04, Mindray's alarm messages), read as information.

Facets are matched by name, because makers number them differently (GE sends 68164-68167 where others send 68481-68485).
A technical alarm such as "SpO2 Sensor Off" also says which lanes have no reading.
Source: devices.md section 1 (related transactions) and section 7 (probe off); the Mindray ids 2 and 4 are from
published test messages of that interface, unverified on a device.
"""

from __future__ import annotations

from collections.abc import Iterable

from .messages import Alert, Observation
from .vocabulary import Channel

_MINDRAY_ALARM_IDS = {"2": False, "4": True}
"""OBX-3 of the 2.3.1 interface: 2 is a physiological alarm, 4 a technical one."""

_FACETS = {
    "EVENT_PHASE": "phase",
    "ALARM_STATE": "state",
    "ALERT_STATE": "state",
    "INACTIVATION_STATE": "inactivation",
    "ALARM_PRIORITY": "priority",
    "ALERT_PRIORITY": "priority",
    "ALARM_TYPE": "category",
    "ALERT_TYPE": "category",
    "ALERT_SOURCE": "source",
    "ALARM_SOURCE": "source",
}
_TEXT_FACET = 68546
_PRIORITIES = frozenset({"PH", "PM", "PL", "PN"})
_CATEGORIES = frozenset({"SP", "ST", "SA"})

_GONE = ("off", "disconnect", "unplug", "no sensor", "no probe", "no signal", "no pulse", "fault", "fail", "inop")
_LANES: tuple[tuple[tuple[str, ...], tuple[Channel, ...]], ...] = (
    (("spo2", "oximet", "pleth", "finger"), (Channel.SPO2, Channel.PULSE, Channel.PERFUSION_INDEX)),
    (("ecg", "lead"), (Channel.HEART_RATE,)),
    (("nibp", "nbp", "cuff"), (Channel.NIBP_SYSTOLIC, Channel.NIBP_DIASTOLIC, Channel.NIBP_MEAN)),
    (("co2",), (Channel.ETCO2,)),
    (("resp",), (Channel.RESPIRATORY_RATE,)),
    (("temp",), (Channel.TEMPERATURE,)),
)


def alert_of_group(group: Iterable[Observation]) -> Alert | None:
    """The alert that the lines below one OBR of an alert message describe, or None when they describe none."""
    facets: dict[str, str] = {}
    event: Observation | None = None
    text = ""
    for line in group:
        facet = _facet(line.name)
        words = line.value if isinstance(line.value, str) else ""
        for flag in line.flags:
            if flag in _PRIORITIES:
                facets.setdefault("priority", flag)
            elif flag in _CATEGORIES:
                facets.setdefault("category", flag)
        if facet:
            if words:
                facets[facet] = words
        elif line.code == _TEXT_FACET or line.name.upper().endswith(("ALERT_TEXT", "ALARM_TEXT", "EVENT_TEXT")):
            text = words or text
        elif event is None and words:
            event = line
    if event is None and not facets and not text:
        return None
    text = text or (str(event.value) if event is not None else "")
    return _alert(
        text,
        event,
        technical=facets.get("category") == "ST",
        facets=facets,
    )


def vendor_alarm(line: Observation) -> Alert | None:
    """One line of Mindray's 2.3.1 alarm messages (`OBX||CE|4||205^SpO2 Sensor Off`), or None."""
    technical = _MINDRAY_ALARM_IDS.get(line.code) if isinstance(line.code, str) else None
    if technical is None or line.name or not isinstance(line.value, str):
        return None
    return _alert(line.value, line, technical=technical, facets={"category": "ST" if technical else "SP"})


def lanes_without_reading(text: str) -> tuple[Channel, ...]:
    """The lanes that a technical alarm's words leave empty; none when the words do not say so."""
    words = text.lower().replace("spo₂", "spo2")
    if not any(mark in words for mark in _GONE):
        return ()
    return tuple(channel for marks, lanes in _LANES if any(mark in words for mark in marks) for channel in lanes)


def _facet(name: str) -> str | None:
    spoken = name.upper()
    for ending, facet in _FACETS.items():
        if spoken.endswith(ending):
            return facet
    return None


def _alert(text: str, event: Observation | None, *, technical: bool, facets: dict[str, str]) -> Alert:
    over = facets.get("phase", "").lower() == "end" or facets.get("state", "").lower() == "inactive"
    return Alert(
        text=text,
        event_code=event.code if event is not None else 0,
        event=event.name if event is not None else "",
        time=event.time if event is not None else None,
        technical=technical,
        silenced_channels=lanes_without_reading(text) if technical and not over else (),
        **facets,
    )
