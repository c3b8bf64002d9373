"""From OBX-2, -3, -4 and -6 to one decision: what this line measures, in which unit, and whether it may be charted.

A device repeats the same codes with every message, so the decision is made once per spelling and remembered.
Where number and name disagree neither silently wins: inside one family of vital it is charted with a warning, across
families (arterial or cuff, wave or number) it is held (devices.md section 2).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from .dialects import PHILIPS_LABELS, Dialect
from .reader import Delimiters, Notice, Warned, unescaped
from .units import ACCEPTED, SAME, Conversion, Unit, mdil_number, read_unit
from .vocabulary import (
    CHART_UNIT,
    PLAUSIBLE,
    PUMP_FAMILIES,
    TERM_OF_LOINC,
    TERM_OF_NAME,
    TERM_OF_NUMBER,
    Channel,
    Family,
    Term,
)


class Why(StrEnum):
    """Why a line must not reach the chart as a value."""

    NO_VALUE = "no_value"
    CANNOT_BE_OBTAINED = "cannot_be_obtained"
    DELETED = "deleted_by_the_device"
    STATUS_UNKNOWN = "result_status_not_known"
    INVALID = "flagged_invalid"
    QUESTIONABLE = "flagged_questionable"
    CALIBRATING = "flagged_calibrating"
    DEMO = "demo_data"
    TEST = "test_data"
    NEGATIVE = "negative"
    ZERO = "zero"
    IMPLAUSIBLE = "implausible"
    NOT_A_NUMBER = "not_a_number"
    UNIT_MISSING = "unit_missing"
    UNIT_UNKNOWN = "unit_unknown"
    UNIT_WRONG = "unit_not_accepted"
    UNIT_CONFLICT = "unit_contradicts_itself"
    CODE_CONFLICT = "code_and_name_disagree"
    UNMAPPED = "unmapped_code"
    CONTEXT = "context_not_a_vital"
    NOT_A_MEASUREMENT = "message_carries_no_measurements"
    SEVERAL_PATIENTS = "several_patients_in_one_message"
    THINNED = "wave_left_out_under_load"

    @property
    def is_no_reading(self) -> bool:
        """True where the device says that it has nothing to say (probe off, no value): shown as "no reading"."""
        return self in _NO_READING


_NO_READING = frozenset({Why.NO_VALUE, Why.CANNOT_BE_OBTAINED, Why.INVALID, Why.NEGATIVE, Why.ZERO})


class Shape(StrEnum):
    """How OBX-5 is to be read."""

    NUMBER = "number"
    STRUCTURED_NUMBER = "structured number"
    TEXT = "text"
    CODED = "coded"
    SAMPLES = "samples"
    CONTAINER = "container"


_SHAPES = {
    "NM": Shape.NUMBER,
    "SN": Shape.STRUCTURED_NUMBER,
    "CWE": Shape.CODED,
    "CE": Shape.CODED,
    "CNE": Shape.CODED,
    "CF": Shape.CODED,
    "NA": Shape.SAMPLES,
    "MA": Shape.SAMPLES,
}
_MDC_SYSTEMS = frozenset({"MDC", "ISO11073", "ISO/IEEE11073", "IEEE11073", "11073", "ISO+"})
_LOINC_SYSTEMS = frozenset({"LN", "LOINC"})
_ARTERIAL = frozenset({Family.ARTERIAL_SYSTOLIC, Family.ARTERIAL_DIASTOLIC, Family.ARTERIAL_MEAN})
_TEXT_FAMILIES = frozenset(
    {Family.PUMP_DRUG, Family.PUMP_STATE, Family.PUMP_DELIVERY, Family.PUMP_REASON, Family.PUMP_EVENT}
)
_SIGNED_MARKS = ("_ST_", "_DIFF", "_AMPL", "BASE_EXCESS", "VEN_CENT", "PRESS_AWAY")
_FIRST_PRIVATE_TERM = 0xF000
_PRIVATE_PARTITION = 1024


@dataclass(frozen=True, slots=True)
class Coding:
    """The standing meaning of one kind of OBX line."""

    code: int | str
    name: str
    unit: str | None
    shape: Shape
    family: Family | None = None
    channel: Channel | None = None
    source: str = ""
    loinc: str | None = None
    chart_unit: str | None = None
    conversion: Conversion = SAME
    signed: bool = False
    dialect: str = ""
    hold: Why | None = None
    warning: Warned | None = None
    plain_range: tuple[float, float] | None = None
    """For a vital that needs no conversion and is not held: above the first and up to the second it is plausible."""


@dataclass(frozen=True, slots=True)
class _Meaning:
    """What OBX-3 says, before the unit is looked at."""

    code: int | str
    name: str
    term_family: Family | None = None
    channel: Channel | None = None
    source: str = ""
    loinc: str | None = None
    implied_unit: str | None = None
    dialect: str = ""
    hold: Why | None = None
    doubt: str = ""


def decide_coding(
    value_type: str, identifier: str, containment: str, units: str, delimiters: Delimiters, dialect: Dialect
) -> Coding:
    """The coding of an OBX line, from the raw text of OBX-2, OBX-3, OBX-4 and OBX-6."""
    parts = _components(identifier, delimiters)
    meaning = _meaning(parts, containment, dialect)
    family = meaning.term_family
    shape = _SHAPES.get(value_type.strip().upper(), Shape.TEXT)
    if not value_type.strip():
        shape = Shape.NUMBER if _is_numeric(family, meaning) else Shape.CONTAINER
    elif shape is Shape.TEXT and meaning.channel is not None and family not in _TEXT_FAMILIES:
        shape = Shape.NUMBER
    unit = read_unit(_components(units, delimiters)) if units else Unit(None, None)
    if unit.missing and meaning.implied_unit:
        unit = Unit(meaning.implied_unit, meaning.implied_unit)
    hold = meaning.hold
    is_wave = family is Family.WAVE
    if hold is None and (shape is Shape.SAMPLES) != is_wave and (is_wave or family is not None):
        hold = Why.CODE_CONFLICT
    chart_unit = CHART_UNIT.get(meaning.channel) if meaning.channel else None
    if hold is None and shape is Shape.CODED and chart_unit is not None:
        hold = Why.NOT_A_NUMBER  # a word where a number is measured ("97^ninety^L") is not a number, whatever it says
    conversion = SAME
    if hold is None and shape in (Shape.NUMBER, Shape.STRUCTURED_NUMBER):
        expected = chart_unit or ("mm[Hg]" if family in _ARTERIAL else None)
        hold, conversion = _judge_unit(unit, expected)
    return Coding(
        code=meaning.code,
        name=meaning.name,
        unit=unit.ucum or unit.as_sent,
        shape=shape,
        family=family,
        channel=meaning.channel if hold is not Why.CODE_CONFLICT else None,
        source=meaning.source,
        loinc=meaning.loinc,
        chart_unit=chart_unit,
        conversion=conversion,
        signed=meaning.channel is None and any(mark in meaning.name.upper() for mark in _SIGNED_MARKS),
        dialect=meaning.dialect,
        hold=hold,
        warning=_warning(meaning, unit, hold),
        plain_range=_plain_range(shape, meaning.channel, hold, conversion),
    )


def _plain_range(
    shape: Shape, channel: Channel | None, hold: Why | None, conversion: Conversion
) -> tuple[float, float] | None:
    if shape is not Shape.NUMBER or channel is None or hold is not None or conversion is not SAME:
        return None
    return PLAUSIBLE.get(channel)


def _components(text: str, delimiters: Delimiters) -> list[str]:
    first = text.split(delimiters.repetition, 1)[0]
    return [unescaped(part, delimiters).strip() for part in first.split(delimiters.component)]


def _is_numeric(family: Family | None, meaning: _Meaning) -> bool:
    return meaning.channel is not None and family not in _TEXT_FAMILIES


def _judge_unit(unit: Unit, expected: str | None) -> tuple[Why | None, Conversion]:
    if unit.contradicts_itself:
        return Why.UNIT_CONFLICT, SAME
    if unit.missing:
        return Why.UNIT_MISSING, SAME
    if unit.ucum is None:
        return Why.UNIT_UNKNOWN, SAME
    if expected is None:
        return None, SAME
    conversion = ACCEPTED[expected].get(unit.ucum)
    return (Why.UNIT_WRONG, SAME) if conversion is None else (None, conversion)


def _warning(meaning: _Meaning, unit: Unit, hold: Why | None) -> Warned | None:
    if hold in (Why.UNIT_CONFLICT, Why.UNIT_MISSING, Why.UNIT_UNKNOWN, Why.UNIT_WRONG):
        return Warned(Notice.UNIT, f"{meaning.code} {meaning.name[:60]}: {unit.as_sent or 'no unit'}"[:120])
    if meaning.doubt or hold is Why.CODE_CONFLICT:
        return Warned(Notice.CODING, f"{meaning.code} {meaning.name[:60]} {meaning.doubt}".strip()[:160])
    return None


def _meaning(parts: list[str], containment: str, dialect: Dialect) -> _Meaning:
    padded = parts[:6] + [""] * (6 - min(6, len(parts)))
    first, second = tuple(padded[:3]), tuple(padded[3:])
    for (code, name, system), (other_code, _, other_system) in ((first, second), (second, first)):
        if system.upper() in _MDC_SYSTEMS and _is_number(code):
            loinc = other_code if other_system.upper() in _LOINC_SYSTEMS else None
            return _mdc(int(code), name, containment, loinc)
    code, name, system = first
    if system.upper().startswith("MDIL"):
        return _mdil(code, name, containment)
    if system.upper() in _LOINC_SYSTEMS:
        return _loinc(code, name)
    if not system:
        return _without_system(code, name, containment, dialect)
    return _Meaning(code, name, hold=Why.UNMAPPED)


def _is_number(code: str) -> bool:
    return code.isascii() and code.isdigit() and len(code) <= 10


def _mdc(number: int, name: str, containment: str, loinc: str | None) -> _Meaning:
    by_number = TERM_OF_NUMBER.get(number)
    spoken = name.upper()
    by_name = TERM_OF_NAME.get(spoken)
    place = _term_of_place(containment)
    said = by_name.family if by_name else _family_of_words(spoken)
    by_loinc = TERM_OF_LOINC.get(loinc) if loinc else None
    if by_number is None:
        return _unknown_number(number, name, by_name, said, place, loinc)
    found = _from_term(by_number, number, name or by_number.names[0], loinc)
    if by_loinc is not None and by_loinc.family is not by_number.family:
        return _held(found, "LOINC names another vital")
    if not name or spoken in by_number.names:
        return found
    if said is by_number.family or by_number.family in PUMP_FAMILIES and said is None:
        return _doubted(found, f"is not the name of {number}")
    if said is None and (not spoken.startswith("MDC") or (place is not None and place.family is by_number.family)):
        return _doubted(found, f"is not the name of {number}")
    return _held(found, f"is not the name of {number}")


def _unknown_number(
    number: int, name: str, by_name: Term | None, said: Family | None, place: Term | None, loinc: str | None
) -> _Meaning:
    if by_name is not None:
        found = _from_term(by_name, number, name, loinc)
        if place is not None and place.family is by_name.family:
            return _doubted(found, f"{number} is not its number")
        return _held(found, f"{number} is not its number")
    if said is not None:
        return _Meaning(number, name, term_family=said, hold=Why.CODE_CONFLICT, doubt="unknown number")
    if "QUALITY" in name.upper():
        return _Meaning(number, name, term_family=Family.SIGNAL_QUALITY, hold=Why.CONTEXT)
    private = number == 0 or number % 65536 >= _FIRST_PRIVATE_TERM or number // 65536 == _PRIVATE_PARTITION
    if private and not name.upper().startswith("MDC"):
        return _Meaning(number, name, hold=Why.UNMAPPED)
    return _Meaning(number, name, loinc=loinc)


def _from_term(term: Term, number: int, name: str, loinc: str | None) -> _Meaning:
    hold = Why.CONTEXT if term.family is Family.SIGNAL_QUALITY else None
    return _Meaning(number, name, term.family, term.channel, term.source, loinc or _first(term.loinc), hold=hold)


def _first(names: tuple[str, ...]) -> str | None:
    return names[0] if names else None


def _held(meaning: _Meaning, doubt: str) -> _Meaning:
    return _Meaning(meaning.code, meaning.name, meaning.term_family, hold=Why.CODE_CONFLICT, doubt=doubt)


def _doubted(meaning: _Meaning, doubt: str) -> _Meaning:
    return _Meaning(
        meaning.code,
        meaning.name,
        meaning.term_family,
        meaning.channel,
        meaning.source,
        meaning.loinc,
        hold=meaning.hold,
        doubt=doubt,
    )


def _term_of_place(containment: str) -> Term | None:
    """Many monitors repeat the code as the last part of OBX-4 (`1.1.9.150301`): a second witness."""
    last = containment.rsplit(".", 1)[-1]
    return TERM_OF_NUMBER.get(int(last)) if _is_number(last) else None


def _family_of_words(name: str) -> Family | None:
    if "WAVEFORM" in name or name.endswith("_WAVE"):
        return Family.WAVE
    return PHILIPS_LABELS.get(name.lower())


def _mdil(code: str, label: str, containment: str) -> _Meaning:
    number = mdil_number(code)
    if number is None:
        return _Meaning(code, label, hold=Why.UNMAPPED)
    term = TERM_OF_NUMBER.get(number)
    said = PHILIPS_LABELS.get(label.lower())
    if term is None:
        private = number % 65536 >= _FIRST_PRIVATE_TERM
        hold = Why.CODE_CONFLICT if said else (Why.UNMAPPED if private else None)
        return _Meaning(number, label, term_family=said, hold=hold)
    found = _from_term(term, number, label or term.names[0], None)
    if said is None or said is term.family:
        return found if said or not label else _doubted(found, "label not known")
    return _held(found, f"is not the label of {code}")


def _loinc(code: str, name: str) -> _Meaning:
    term = TERM_OF_LOINC.get(code)
    if term is None:
        return _Meaning(code, name, loinc=code or None, hold=Why.UNMAPPED)
    said = TERM_OF_NAME.get(name.upper())
    found = _Meaning(code, name, term.family, term.channel, term.source, code)
    return _held(found, "names another vital") if said and said.family is not term.family else found


def _without_system(code: str, name: str, containment: str, dialect: Dialect) -> _Meaning:
    vendor = dialect.terms.get(code)
    if vendor is not None and name.lower() in vendor.names:
        return _Meaning(
            code, name, vendor.family, vendor.channel, vendor.source, None, vendor.implied_unit, dialect.name
        )
    by_number = TERM_OF_NUMBER.get(int(code)) if _is_number(code) else None
    by_name = TERM_OF_NAME.get(name.upper())
    if by_number is not None and by_name is not None and by_number.family is by_name.family:
        return _doubted(_mdc(by_number.number, name, containment, None), "has no coding system")
    return _Meaning(code, name, hold=Why.UNMAPPED, dialect=dialect.name if name.upper().startswith("VITAL") else "")
