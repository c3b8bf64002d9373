"""What a form or a script sent, read as the request that it means; every field that cannot be read says so beside it.

The fields are those of the request's own dataclass: ``rate_ml_per_h``, ``severity``; a value inside a value is written
``vial.lot``; ```observer: me``` is who is signed in, any other text an id of a member of staff. Numbers are read as
typed and never scaled (H10). Nothing is filled in that was not typed, except what the dataclass itself leaves open.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, dataclass, fields, is_dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from dripstand.infusion.events import LeftWithoutDischarge, PatientTransferred, PumpChanged, SessionEvent, StaffRef
from dripstand.infusion.payloads import KINDS
from dripstand.infusion.refusal_texts.text import DRIPSTAND, Text, gettext_noop
from dripstand.infusion.refusals import Reason, Refusal, reason
from dripstand.infusion.requests import (
    CheckBag,
    Correct,
    GiveOrder,
    PrepareBag,
    Request,
    TakeTelephoneOrder,
)
from dripstand.infusion.typed import typed_decimal

_ = gettext_noop

WORKED_OUT: Mapping[str, type[Any]] = {
    "give_order": GiveOrder,
    "take_telephone_order": TakeTelephoneOrder,
    "prepare_bag": PrepareBag,
    "check_bag": CheckBag,
    "correct": Correct,
}
"""Requests whose entry has to be worked out, by the name that a form sends."""

NEVER_BLOCKED: Mapping[type[Any], frozenset[str]] = {
    LeftWithoutDischarge: frozenset({"warnings_given", "prescriber_told"}),
    PatientTransferred: frozenset({"to", "handed_to"}),
    PumpChanged: frozenset({"new_pump"}),
}
"""Texts that may be left empty although the entry keeps them: what nobody knows yet never holds up somebody who goes
(H63, H64), and a registered pump has its label already. The rules still ask for those that they need."""

ME = "me"
Typed = str | Sequence[str]

FORM_TEXTS: Mapping[str, Text] = {
    "unknown_kind": Text(_("This page sent an entry that is not known."), "", DRIPSTAND, _("Open the page again.")),
    "choice_unknown": Text(_("{text} is not one of the choices."), "", DRIPSTAND, _("Choose one.")),
    "date_unreadable": Text(_("{text} is not a date or time."), "", DRIPSTAND, _("Write it like 2026-11-16T14:05.")),
    "time_without_zone": Text(_("{text} does not say in which time zone."), "", DRIPSTAND, _("Open the page again.")),
    "whole_number": Text(_("{text} is not a whole number."), "", DRIPSTAND, _("Type it without a decimal.")),
    "yes_or_no": Text(_("{text} is neither yes nor no."), "", DRIPSTAND, _("Choose one.")),
    "staff_unknown": Text(_("Nobody of the staff has this id."), "", DRIPSTAND, _("Choose a name.")),
}


@dataclass(frozen=True, slots=True)
class Unread(Reason):
    """A field that cannot be read as what it is for. Its sentences stand here, not among the clinic's rules."""

    @property
    def text(self) -> Text:
        return FORM_TEXTS[self.code]


@dataclass(frozen=True, slots=True)
class _Reader:
    typed: Mapping[str, Typed]
    me: StaffRef
    staff: Callable[[str], StaffRef | None]
    may_be_blank: frozenset[str] = frozenset()

    def one(self, name: str) -> str | None:
        """What was typed into a field; None where the form has no such field."""
        value = self.typed.get(name)
        if value is None or isinstance(value, str):
            return value
        return value[-1] if value else None

    def many(self, name: str) -> list[str]:
        value = self.typed.get(name)
        if value is None:
            return []
        return [value] if isinstance(value, str) else list(value)

    def has(self, name: str) -> bool:
        return name in self.typed or any(key.startswith(f"{name}.") for key in self.typed)


def parse(
    kind: str | type[Any],
    typed: Mapping[str, Typed],
    *,
    me: StaffRef,
    staff: Callable[[str], StaffRef | None],
) -> Request | tuple[Refusal, ...]:
    """The request that the fields mean, or one refusal for each field that cannot be read.

    kind: the stored name of an entry, a name of WORKED_OUT, or the class itself. typed: the fields, several values as
    a list. staff: an active member of staff by id, or None.
    """
    wanted = kind if isinstance(kind, type) else KINDS.get(kind) or WORKED_OUT.get(kind)
    if wanted is None:
        return (Refusal((Unread("unknown_kind", {}, "kind"),)),)
    reader = _Reader(typed, me, staff, NEVER_BLOCKED.get(wanted, frozenset()))
    read = _correct(reader) if wanted is Correct else _read_dataclass(wanted, "", reader)
    if isinstance(read, list):
        return tuple(Refusal((one,)) for one in read)
    request: Request = read
    return request


def _correct(reader: _Reader) -> Correct | list[Reason]:
    """A correction: ``sequence``, ``correction_reason``, ``replacement_kind`` with ``replacement.<field>``, and
    ``corrected_at``; without a replacement and a time the entry is struck."""
    wrong: list[Reason] = []
    sequence = _read_plain(int, "sequence", reader)
    if isinstance(sequence, Reason):
        wrong.append(sequence)
    kind = reader.one("replacement_kind") or ""
    replacement: Any = None
    if kind:
        replacement = [Unread("unknown_kind", {}, "kind")]
        if kind in KINDS:
            replacement = _read_dataclass(KINDS[kind], "replacement.", reader)
        if isinstance(replacement, list):
            wrong.extend(replacement)
    at: Any = None
    if reader.one("corrected_at"):
        at = _read_plain(datetime, "corrected_at", reader)
        if isinstance(at, Reason):
            wrong.append(at)
    if wrong:
        return wrong
    return Correct(
        sequence=sequence,
        reason=(reader.one("correction_reason") or "").strip(),
        replacement=replacement,
        occurred_at=at,
    )


def _read_dataclass(wanted: type[Any], prefix: str, reader: _Reader) -> Any | list[Reason]:
    hints = get_type_hints(wanted)
    values: dict[str, Any] = {}
    wrong: list[Reason] = []
    for shape in fields(wanted):
        name = f"{prefix}{shape.name}"
        required = shape.default is MISSING and shape.default_factory is MISSING
        value = _read(hints[shape.name], name, reader, required)
        if isinstance(value, list):
            wrong.extend(value)
        elif isinstance(value, Reason):
            wrong.append(value)
        elif value is not _LEFT_OPEN:
            values[shape.name] = value
    return wrong or wanted(**values)


_LEFT_OPEN = object()


def _read(hint: Any, name: str, reader: _Reader, required: bool) -> Any:
    """One field: its value, what is wrong with it, or nothing where it was left open and may be."""
    optional = False
    if get_origin(hint) in (Union, UnionType):
        parts = [part for part in get_args(hint) if part is not NoneType]
        optional = len(parts) < len(get_args(hint))
        hint = parts[0]
    if get_origin(hint) is tuple:
        return _read_many(get_args(hint)[0], name, reader, required)
    if is_dataclass(hint) and hint is not StaffRef:
        if not reader.has(name):
            return _LEFT_OPEN if not required else reason("words_missing", name)
        inner: type[Any] = hint  # type: ignore[assignment]
        return _read_dataclass(inner, f"{name}.", reader)
    if hint is SessionEvent:
        return _LEFT_OPEN
    text = reader.one(name)
    if hint is bool and not optional:
        # an unticked box is not sent: that is a no, as the form showed it
        return _read_plain(bool, name, reader) if text else (False if required or text is not None else _LEFT_OPEN)
    if text is None or not text.strip():
        if optional:
            return None if required else _LEFT_OPEN
        if hint is str and name in reader.may_be_blank:
            return ""
        if hint is str and not required:
            return _LEFT_OPEN if text is None else ""
        if not required:
            return _LEFT_OPEN
        return reason("number_missing" if hint in (int, Decimal) else "words_missing", name)
    return _read_plain(hint, name, reader)


def _read_many(hint: Any, name: str, reader: _Reader, required: bool) -> Any:
    texts = [text.strip() for text in reader.many(name) if text.strip()]
    if not texts:
        return () if required else _LEFT_OPEN
    read = [_read_text(hint, text, name, reader) for text in texts]
    wrong = [one for one in read if isinstance(one, Reason)]
    return wrong or tuple(read)


def _read_plain(hint: Any, name: str, reader: _Reader) -> Any:
    return _read_text(hint, reader.one(name) or "", name, reader)


def _read_text(hint: Any, text: str, name: str, reader: _Reader) -> Any:
    text = text.strip() if hint is not str else text.strip("\r\n\t ")
    if hint is str:
        return text
    if hint is Decimal:
        return typed_decimal(text, name)
    if hint is int:
        return _whole(text, name)
    if hint is bool:
        return _yes_or_no(text, name)
    if hint is StaffRef:
        found = reader.me if text == ME else reader.staff(text)
        return found or Unread("staff_unknown", {}, name)
    if hint is datetime or hint is date:
        return _instant_or_day(hint, text, name)
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        try:
            return hint(text)
        except ValueError:
            return Unread("choice_unknown", {"text": text[:40]}, name)
    raise TypeError(f"no way to read {hint!r} from a form")


def _whole(text: str, name: str) -> int | Reason:
    sign = -1 if text.startswith("-") else 1  # a score of RASS may be negative
    digits = text[1:] if sign < 0 else text
    if not digits:
        return reason("number_missing", name)
    if not (digits.isascii() and digits.isdigit()) or len(digits) > 9:
        return Unread("whole_number", {"text": text[:20]}, name)
    return sign * int(digits)


def _yes_or_no(text: str, name: str) -> bool | Reason:
    said = {"true": True, "on": True, "yes": True, "1": True, "false": False, "no": False, "0": False}.get(text.lower())
    return Unread("yes_or_no", {"text": text[:20]}, name) if said is None else said


def _instant_or_day(hint: Any, text: str, name: str) -> Any:
    try:
        read = hint.fromisoformat(text)
    except ValueError:
        return Unread("date_unreadable", {"text": text[:40]}, name)
    if hint is date:
        return read
    if read.tzinfo is None:
        return Unread("time_without_zone", {"text": text[:40]}, name)
    return read.astimezone(UTC)


def field_names(kind: str) -> tuple[str, ...]:
    """The fields of a kind of entry, as a form names them."""
    return tuple(field.name for field in dataclasses.fields(KINDS[kind]))  # type: ignore[arg-type]
