"""Decides, line by line, what a monitor or pump measured and whether it may reach the chart.

The rules stand in devices.md sections 1, 2 and 7: probe off, X and D, sentinels, anything negative, DEMO, TEST, INV and
NAV flags, a unit that is missing, unknown or wrong, a code that contradicts its name, the implausible. What is held is
kept with its reason; nothing is repaired and nothing is dropped.
"""

from __future__ import annotations

from datetime import datetime, tzinfo

from .coding import Coding, Shape, Why, decide_coding
from .dialects import Dialect
from .messages import Observation, Value
from .reader import Delimiters, Notice, Warned
from .times import read_time
from .values import (
    NotANumber,
    read_coded,
    read_number,
    read_samples,
    read_structured_number,
    read_text,
    says_no_value,
)
from .vocabulary import PLAUSIBLE, PUMP_DEVICE_TYPES, PUMP_FAMILIES, PUMP_STATES, Channel, Family

MOST_REMEMBERED_CODINGS = 4096
LONGEST_REMEMBERED_TEXT = 512
_Codings = dict[tuple[str, str, str, str], Coding]
_CODINGS: dict[tuple[Delimiters, str], _Codings] = {}
MOST_SPELLINGS = 16
"""Delimiters and dialects whose codings are remembered at one time; a clinic's devices use one or two."""

_GOOD_STATUS = frozenset({"R", "F", "C", "P", "S", "U", ""})
_STATUS_HOLDS = {
    "X": Why.CANNOT_BE_OBTAINED,
    "D": Why.DELETED,
    "W": Why.DELETED,
    "I": Why.NO_VALUE,
    "N": Why.NO_VALUE,
    "O": Why.NO_VALUE,
}
_FLAG_HOLDS = {
    "DEMO": Why.DEMO,
    "TEST": Why.TEST,
    "INV": Why.INVALID,
    "NAV": Why.CANNOT_BE_OBTAINED,
    "INOP": Why.CANNOT_BE_OBTAINED,
    "QUES": Why.QUESTIONABLE,
    "EARLY": Why.QUESTIONABLE,
    "CALIB": Why.CALIBRATING,
}
"""OBX-8 (devices.md section 1). QUES and EARLY are held too: a doubtful number must not look like a good one."""

_VALUE_WITHDRAWN = frozenset({Why.CANNOT_BE_OBTAINED, Why.DELETED, Why.NO_VALUE})
"""With these the number beside them is not a value: PR 0 with status X is not a pulse of 0."""

_SYSTEM_ID = 67972
_WHOLE = {str(number): number for number in range(1, 301)}
"""The whole numbers that a vital sign can be, by how they are written."""

_CUFF_FAMILIES = {Family.CUFF_SYSTOLIC, Family.CUFF_DIASTOLIC, Family.CUFF_MEAN}
_CUFF = {Channel.NIBP_SYSTOLIC, Channel.NIBP_DIASTOLIC, Channel.NIBP_MEAN}


class ObservationReader:
    """Reads the OBX lines of one message in order; the OBR and OBX context travels with it."""

    __slots__ = (
        "_codings",
        "_count",
        "_delimiters",
        "_devices_by_mds",
        "_devices_of_group",
        "_dialect",
        "_fallback_time",
        "_families",
        "_group_time",
        "_named_times",
        "_times",
        "_zone",
        "devices_named",
        "found",
        "saw_vendor",
        "system_id",
        "warnings",
    )

    def __init__(
        self,
        delimiters: Delimiters,
        dialect: Dialect,
        zone: tzinfo | None,
        sent_at: datetime | None,
        sent_at_text: str,
    ) -> None:
        self._delimiters = delimiters
        self._dialect = dialect
        self._zone = zone
        self._fallback_time = sent_at
        self._group_time: datetime | None = None
        self._times: dict[str, datetime | None] = {}
        if sent_at is not None and sent_at.tzinfo is not None:
            self._times[sent_at_text] = sent_at
        self.system_id: str | None = None
        self._named_times: dict[str, datetime] = {}
        self._devices_by_mds: dict[str, str] = {}
        self._devices_of_group: set[str] = set()
        self._codings = _remembered(delimiters, dialect)
        self._count = 0
        self._families: set[Family] = set()
        self.saw_vendor = False
        self.devices_named: dict[str, tuple[str, ...]] = {}
        self.found: list[Observation] = []
        self.warnings: dict[Warned, None] = {}

    @property
    def saw_cuff(self) -> bool:
        """A cuff pressure was among the lines."""
        return not self._families.isdisjoint(_CUFF_FAMILIES)

    @property
    def saw_pump(self) -> bool:
        """A pump's quantity or a pump's container was among the lines."""
        return not self._families.isdisjoint(PUMP_FAMILIES)

    def instants(self) -> list[datetime]:
        """Every instant that the lines' times may be, each object once."""
        found = [instant for instant in self._times.values() if instant is not None]
        fallback = self._fallback_time
        return found if fallback is None or any(each is fallback for each in found) else [*found, fallback]

    def begin_group(self, observed_at: str) -> None:
        """A new OBR: its OBR-7 is the time of the lines that bring none."""
        self._group_time = self._time(observed_at) if observed_at else None
        self._named_times.clear()
        self._devices_of_group.clear()

    def read(self, row: list[str]) -> None:
        """One OBX segment."""
        self._count += 1
        row = row if len(row) >= 19 else row + [""] * (19 - len(row))
        containment = row[4]
        coding = self._codings.get((row[2], row[3], containment, row[6])) or self._coding(row)
        device = self._device(row[18], containment) if row[18] or self._devices_by_mds else None
        raw = row[5]
        if coding.shape is Shape.CONTAINER and not raw:
            if coding.code in PUMP_DEVICE_TYPES:
                self._families.add(Family.PUMP_STATE)
            if row[14] and (named := self._time(row[14])) is not None:
                self._named_times[containment] = named
            return
        if coding.warning is not None:
            self.warnings[coding.warning] = None
        status = row[11].strip()
        value: Value
        why: Why | None
        chart_value: float | str | None
        flags: tuple[str, ...]
        plain = coding.plain_range
        if plain and not row[8] and status in _GOOD_STATUS and raw in _WHOLE and plain[0] < _WHOLE[raw] <= plain[1]:
            # nearly every line of a monitor: a whole number of a known vital, unit and code in order, nothing flagged
            value, why, flags = _WHOLE[raw], None, ()
            chart_value = float(value)
        else:
            flags = self._flags(row[8]) if row[8] else ()
            value, why = self._decide(coding, raw, status, flags)
            chart_value = _chart_value(coding, value) if why is None and coding.channel is not None else None
        if coding.family is not None:
            self._families.add(coding.family)
        elif coding.code == _SYSTEM_ID and isinstance(value, str):
            self.system_id = self.system_id or value
        if coding.dialect:
            self.saw_vendor = True
        at = row[14]
        self.found.append(
            Observation(
                self._count,
                coding,
                value,
                raw,
                (self._times[at] if at in self._times else self._time(at)) if at else self._inherited_time(containment),
                status,
                why is None,
                why,
                chart_value,
                containment,
                flags,
                "APERIODIC" in row[17] or "APERIODIC" in row[13],
                device,
            )
        )

    def note_device(self, row: list[str]) -> None:
        """Only the device of a line whose message is refused: the refusal is shown beside the device it names."""
        self._device(row[18] if len(row) > 18 else "", row[4] if len(row) > 4 else "")

    def _coding(self, row: list[str]) -> Coding:
        coding = decide_coding(row[2], row[3], row[4], row[6], self._delimiters, self._dialect)
        if len(row[3]) + len(row[4]) + len(row[6]) < LONGEST_REMEMBERED_TEXT:
            if len(self._codings) >= MOST_REMEMBERED_CODINGS:
                self._codings.clear()
            self._codings[(row[2], row[3], row[4], row[6])] = coding
        return coding

    def _flags(self, text: str) -> tuple[str, ...]:
        component = self._delimiters.component
        repetitions = filter(None, text.split(self._delimiters.repetition))
        pieces = [piece.split(component, 1)[0].strip().upper() for piece in repetitions]
        return tuple(piece for piece in pieces if piece)

    def _decide(self, coding: Coding, raw: str, status: str, flags: tuple[str, ...]) -> tuple[Value, Why | None]:
        why = None if status in _GOOD_STATUS else self._status_hold(status)
        for flag in flags:
            why = why or _FLAG_HOLDS.get(flag)
        value: Value = None
        try:
            value, value_why = self._value(coding, raw)
        except NotANumber:
            value, value_why = None, Why.NOT_A_NUMBER
            self.warnings[Warned(Notice.VALUE, f"{coding.code} {coding.name[:60]}")] = None
        why = why or value_why or coding.hold
        return (None if why in _VALUE_WITHDRAWN else value), why

    def _status_hold(self, status: str) -> Why | None:
        plain = status.upper()
        if plain in _GOOD_STATUS:
            return None
        hold = _STATUS_HOLDS.get(plain)
        if hold is None:
            self.warnings[Warned(Notice.STATUS, status[:8])] = None
        return hold or Why.STATUS_UNKNOWN

    def _value(self, coding: Coding, raw: str) -> tuple[Value, Why | None]:
        shape = coding.shape
        if shape is Shape.NUMBER or shape is Shape.STRUCTURED_NUMBER:
            number = read_number(raw) if shape is Shape.NUMBER else read_structured_number(raw, self._delimiters)
            return (None, Why.NO_VALUE) if number is None else _judged(coding, number)
        if shape is Shape.SAMPLES:
            samples = read_samples(raw, self._delimiters)
            return samples, (Why.NO_VALUE if not raw else Why.NOT_A_NUMBER) if samples is None else None
        words = read_coded(raw, self._delimiters) if shape is Shape.CODED else read_text(raw, self._delimiters)
        if words is None or (coding.channel is not None and says_no_value(words)):
            return None, Why.NO_VALUE
        return words, None

    def _time(self, text: str) -> datetime | None:
        known = self._times
        if text in known:
            return known[text]
        instant = read_time(text, self._zone)
        if instant is None and text.strip(" 0"):
            self.warnings[Warned(Notice.TIME_UNREADABLE, text[:40])] = None
        known[text] = instant
        return instant

    def _inherited_time(self, containment: str) -> datetime | None:
        if self._named_times and containment:
            parts = containment.split(".")
            for kept in range(len(parts) - 1, 0, -1):
                head = ".".join(parts[:kept])
                named = self._named_times.get(head) or self._named_times.get(head + ".0" * (len(parts) - kept))
                if named is not None:
                    return named
        return self._group_time or self._fallback_time

    def _device(self, identity: str, containment: str) -> str | None:
        mds = containment.split(".", 1)[0]
        if identity:
            names = self._identity_names(identity)
            if names:
                self.devices_named.setdefault(names[0], names)
                if mds not in self._devices_of_group:
                    self._devices_of_group.add(mds)
                    self._devices_by_mds[mds] = names[0]
                return names[0]
        return self._devices_by_mds.get(mds)

    def _identity_names(self, identity: str) -> tuple[str, ...]:
        for repetition in identity.split(self._delimiters.repetition):
            parts = [part.strip() for part in repetition.split(self._delimiters.component)]
            if parts[0]:
                extended = parts[2] if len(parts) > 2 else ""
                names = (parts[0], extended) if _is_own_number(extended) else (parts[0],)
                return tuple(dict.fromkeys(names))
        return ()


def _remembered(delimiters: Delimiters, dialect: Dialect) -> _Codings:
    key = (delimiters, dialect.name)
    codings = _CODINGS.get(key)
    if codings is None:
        if len(_CODINGS) >= MOST_SPELLINGS:
            _CODINGS.clear()
        codings = _CODINGS[key] = {}
    return codings


def _is_own_number(extended: str) -> bool:
    """An EUI-64 that names one device: a maker's prefix followed by zeros names every pump of that maker."""
    return len(extended) == 16 and extended.isalnum() and not extended.endswith("0" * 10)


def _judged(coding: Coding, number: int | float) -> tuple[int | float | None, Why | None]:
    """A measured number against what its channel can be."""
    if number < 0 and not coding.signed:
        return None, Why.NEGATIVE
    channel = coding.channel
    if channel is None:
        if number == 0 and coding.family is Family.BODY:
            return None, Why.ZERO
        return number, None
    bounds = PLAUSIBLE.get(channel)
    if bounds is None or coding.hold is not None:
        return number, None
    if number == 0 and coding.unit != "[degF]":
        return None, Why.ZERO
    return number, None if bounds[0] < coding.conversion.apply(number) <= bounds[1] else Why.IMPLAUSIBLE


def _chart_value(coding: Coding, value: Value) -> float | str | None:
    if isinstance(value, str):
        return PUMP_STATES.get(value, value)
    if isinstance(value, int | float):
        return float(coding.conversion.apply(value))
    return None


def hold_inverted_cuffs(found: list[Observation]) -> list[Observation]:
    """A cuff whose diastolic is not below its systolic is doubtful as a whole (devices.md section 7)."""
    cuffs: dict[tuple[datetime | None, str, str | None], list[Observation]] = {}
    for each in found:
        if each.usable and each.channel in _CUFF:
            cuffs.setdefault((each.time, each.containment.rpartition(".")[0], each.device), []).append(each)
    doubtful: set[int] = set()
    for group in cuffs.values():
        by_channel = {each.channel: each.chart_value for each in group}
        high, low = by_channel.get(Channel.NIBP_SYSTOLIC), by_channel.get(Channel.NIBP_DIASTOLIC)
        if isinstance(high, float) and isinstance(low, float) and low >= high:
            doubtful.update(each.obx for each in group)
    if not doubtful:
        return found
    return [held(each, Why.IMPLAUSIBLE) if each.obx in doubtful else each for each in found]


def held(observation: Observation, why: Why) -> Observation:
    """The same line, kept but not for the chart."""
    if not observation.usable:
        return observation
    return observation._replace(usable=False, why=why, chart_value=None)
