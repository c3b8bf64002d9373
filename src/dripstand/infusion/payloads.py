"""Entries as they are stored: canonical JSON, one text for one meaning.

Keys are sorted, decimals are strings exactly as typed, instants are ISO 8601 in UTC. A field at its default is left
out, so that a field added later changes neither the text nor the hash of what was written before. A stored
payload is never rewritten: when a kind changes its shape its ``version`` rises and an upcast here reads the old
one. A field that the text lacks takes its default, so a default is never changed; one that the code does not know is
refused.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from dripstand.infusion import events
from dripstand.infusion.events import SessionEvent

KINDS: Mapping[str, type[SessionEvent]] = {
    found.kind: found
    for found in vars(events).values()
    if isinstance(found, type) and issubclass(found, SessionEvent) and found is not SessionEvent
}
"""Every kind that can be stored, by its stored name."""

Upcast = Callable[[dict[str, Any]], dict[str, Any]]
UPCASTS: dict[tuple[str, int], Upcast] = {}
"""(kind, version as stored) -> the function that makes the next version's data of it."""


class BadPayload(ValueError):
    """The stored text is not an entry that this version can read. Names the kind, never the content."""


def dump(event: SessionEvent) -> str:
    """The canonical text of one payload, with its kind and version."""
    return json.dumps(envelope(event), sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def load(text: str) -> SessionEvent:
    """The payload that a stored text means. Raises BadPayload."""
    try:
        stored = json.loads(text)
    except ValueError as error:
        raise BadPayload("not JSON") from error
    return from_envelope(stored)


def envelope(event: SessionEvent) -> dict[str, Any]:
    """A payload as JSON-ready values: ``{"kind", "version", "data"}``."""
    if KINDS.get(event.kind) is not type(event):
        raise BadPayload(f"unknown kind {type(event).__name__}")
    return {"kind": event.kind, "version": event.version, "data": _encode(event)}


def from_envelope(stored: Any) -> SessionEvent:
    """The inverse of :func:`envelope`, with upcasts. Raises BadPayload."""
    if not isinstance(stored, dict) or set(stored) != {"kind", "version", "data"}:
        raise BadPayload("not a payload")
    kind, version, data = stored["kind"], stored["version"], stored["data"]
    found = KINDS.get(kind) if isinstance(kind, str) else None
    if found is None:
        raise BadPayload(f"unknown kind {kind!r}")
    while version != found.version:
        upcast = UPCASTS.get((kind, version))
        if upcast is None:
            raise BadPayload(f"{kind}: unknown version {version!r}")
        data, version = upcast(data), version + 1
    try:
        event = _decode(found, data)
    except (TypeError, ValueError, KeyError, InvalidOperation) as error:
        raise BadPayload(f"{kind}: does not fit its shape") from error
    assert isinstance(event, SessionEvent)
    return event


def _encode(value: Any) -> Any:
    if isinstance(value, StrEnum):
        return value.value
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise BadPayload("a number that is not finite")
        return str(value)
    if isinstance(value, datetime):
        return instant_text(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_encode(item) for item in value]
    if is_dataclass(value) and not isinstance(value, type):
        return {
            field.name: _nested(given)
            for field in fields(value)
            if (given := getattr(value, field.name)) != field.default or type(given) is not type(field.default)
        }
    raise BadPayload(f"cannot store a {type(value).__name__}")


def _nested(value: Any) -> Any:
    return envelope(value) if isinstance(value, SessionEvent) else _encode(value)


def instant_text(value: datetime) -> str:
    """An instant as text; the same instant is the same text, whatever zone it came in."""
    if value.tzinfo is None:
        raise BadPayload("an instant without a zone")
    return value.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


@cache
def _shape(kind: type[Any]) -> tuple[tuple[str, Any, bool], ...]:
    hints = get_type_hints(kind)
    return tuple(
        (field.name, hints[field.name], field.default is MISSING and field.default_factory is MISSING)
        for field in fields(kind)
    )


def _decode(wanted: Any, value: Any) -> Any:
    origin = get_origin(wanted)
    if origin in (Union, UnionType):
        if value is None:
            return None
        (inner,) = (arg for arg in get_args(wanted) if arg is not NoneType)
        return _decode(inner, value)
    if origin is tuple:
        if not isinstance(value, list):
            raise TypeError("a list is wanted")
        return tuple(_decode(get_args(wanted)[0], item) for item in value)
    if wanted is SessionEvent:
        return from_envelope(value)
    if is_dataclass(wanted):
        return _decode_dataclass(wanted, value)
    return _decode_plain(wanted, value)


def _decode_dataclass(wanted: Any, value: Any) -> Any:
    if not isinstance(value, dict):
        raise TypeError("an object is wanted")
    found: dict[str, Any] = {}
    shape = _shape(wanted)
    if value.keys() - {name for name, _, _ in shape}:
        raise TypeError("a field that this version does not know")
    for name, hint, required in shape:
        if name in value:
            found[name] = _decode(hint, value[name])
        elif required:
            raise KeyError(name)
    return wanted(**found)


def _decode_plain(wanted: Any, value: Any) -> Any:
    if wanted is bool or wanted is int:
        if type(value) is not wanted:
            raise TypeError(f"{wanted.__name__} is wanted")
        return value
    if not isinstance(value, str):
        raise TypeError("text is wanted")
    if wanted is str:
        return value
    if wanted is Decimal:
        number = Decimal(value)
        if not number.is_finite():
            raise ValueError("a finite number is wanted")
        return number
    if wanted is datetime:
        instant = datetime.fromisoformat(value)
        if instant.tzinfo is None:
            raise ValueError("an instant without a zone")
        return instant.astimezone(UTC)
    if wanted is date:
        return date.fromisoformat(value)
    if isinstance(wanted, type) and issubclass(wanted, StrEnum):
        return wanted(value)
    raise TypeError(f"no rule for {wanted!r}")
