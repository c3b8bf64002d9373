"""Vendor dialects that carry no coding system: Mindray's 2.3.1 real-time interface and one site's Nihon Kohden bridge.

A code is accepted only under the name that was seen with it: a bare number means nothing by itself ("600^PR" of the
same Mindray interface is a pulse from an arterial line, "502^Dia" an arterial pressure).
Sources: devices.md section 3 and the cases mindray_231_aperiodic and nihon_kohden; rows marked "public parsers" were
seen in published test messages of the same interface and are unverified on a device.
"""

from __future__ import annotations

from dataclasses import dataclass

from .vocabulary import Channel, Family


@dataclass(frozen=True, slots=True)
class DialectTerm:
    """A vendor code: the names it goes by, its lane, and the unit that the vendor implies and does not send."""

    names: frozenset[str]
    family: Family
    channel: Channel
    implied_unit: str | None
    source: str = ""


def _term(names: str, family: Family, channel: Channel, unit: str | None, source: str = "") -> DialectTerm:
    return DialectTerm(frozenset(names.split("|")), family, channel, unit, source)


MINDRAY_231: dict[str, DialectTerm] = {
    "101": _term("hr", Family.CARDIAC_RATE, Channel.HEART_RATE, "{beats}/min", "ECG"),
    "151": _term("rr|resp", Family.RESPIRATION, Channel.RESPIRATORY_RATE, "{breaths}/min"),
    "160": _term("spo2", Family.SATURATION, Channel.SPO2, "%"),
    "161": _term("pr", Family.CARDIAC_RATE, Channel.PULSE, "{beats}/min", "oximeter"),  # public parsers
    "162": _term("pi", Family.PERFUSION, Channel.PERFUSION_INDEX, "%"),  # public parsers
    "170": _term("sys|nibp_sys|nibp-sys", Family.CUFF_SYSTOLIC, Channel.NIBP_SYSTOLIC, "mm[Hg]"),
    "171": _term("dia|nibp_dia|nibp-dia", Family.CUFF_DIASTOLIC, Channel.NIBP_DIASTOLIC, "mm[Hg]"),
    "172": _term("mean|nibp_mean|nibp-mean", Family.CUFF_MEAN, Channel.NIBP_MEAN, "mm[Hg]"),
    "200": _term("t1|temp1", Family.TEMPERATURE, Channel.TEMPERATURE, "Cel"),
}
"""Numeric ids of the Mindray interface. It sends no units; a temperature set to Fahrenheit shows as implausible."""

NIHON_KOHDEN: dict[str, DialectTerm] = {
    "007000": _term("vital spo2", Family.SATURATION, Channel.SPO2, None),
    "007001": _term("vital pr(spo2)", Family.CARDIAC_RATE, Channel.PULSE, None, "oximeter"),
    "009000": _term("nibp sys|vital nibp sys", Family.CUFF_SYSTOLIC, Channel.NIBP_SYSTOLIC, None),  # public message
    "009001": _term("nibp dias|vital nibp dias", Family.CUFF_DIASTOLIC, Channel.NIBP_DIASTOLIC, None),  # public message
    "009002": _term("nibp mean|vital nibp mean", Family.CUFF_MEAN, Channel.NIBP_MEAN, None),  # public message
}
"""Six-digit codes of the Nihon Kohden bridge. It sends units as text."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """A vendor table and the name it is known by."""

    name: str
    terms: dict[str, DialectTerm]


MINDRAY = Dialect("mindray-2.3.1", MINDRAY_231)
KOHDEN = Dialect("nihon-kohden", NIHON_KOHDEN)


def dialect_of(version: str, sending_application: str) -> Dialect:
    """Which vendor table may read codes without a coding system, decided by the header alone.

    Mindray's ids are short numbers, so they are believed only from version 2.3; the Nihon Kohden codes are believed
    anywhere, because their six digits and their exact name must both agree.
    """
    if version.startswith("2.3") and "NIHON" not in sending_application.upper():
        return MINDRAY
    return KOHDEN


PHILIPS_LABELS: dict[str, Family] = {
    "spo2": Family.SATURATION,
    "hr": Family.CARDIAC_RATE,
    "pulse": Family.CARDIAC_RATE,
    "hr_pulse": Family.CARDIAC_RATE,
    "resp": Family.RESPIRATION,
    "rr": Family.RESPIRATION,
    "awrr": Family.RESPIRATION,
    "nbps": Family.CUFF_SYSTOLIC,
    "nbpd": Family.CUFF_DIASTOLIC,
    "nbpm": Family.CUFF_MEAN,
    "abps": Family.ARTERIAL_SYSTOLIC,
    "abpd": Family.ARTERIAL_DIASTOLIC,
    "abpm": Family.ARTERIAL_MEAN,
    "arts": Family.ARTERIAL_SYSTOLIC,
    "artd": Family.ARTERIAL_DIASTOLIC,
    "artm": Family.ARTERIAL_MEAN,
    "etco2": Family.CO2_END_TIDAL,
    "imco2": Family.CO2_OTHER,
    "temp": Family.TEMPERATURE,
    "tcore": Family.TEMPERATURE,
    "tskin": Family.TEMPERATURE,
    "perf": Family.PERFUSION,
    "pleth": Family.WAVE,
}
"""Labels beside MDIL codes. They name the family, so that a code and its label can be checked against each other."""
