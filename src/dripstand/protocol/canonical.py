"""Frozen records as canonical JSON and back: what is stored, hashed and signed.

Keys are sorted and decimals are text, so that the same value always gives the same bytes. An unknown key is refused. A
key that stored text does not have yet takes the default of this software, so a default is never changed.
"""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import json
import types
import typing
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, Union, get_args, get_origin


class Unreadable(ValueError):
    """Stored text that is not what it should be."""


def plain(value: Any) -> Any:
    """A value as JSON-ready data. Instants are written in UTC."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {item.name: plain(getattr(value, item.name)) for item in dataclasses.fields(value)}
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise Unreadable("an instant without a zone")
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return value


def text_of(value: Any) -> str:
    """The canonical text of JSON-ready data."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def sha256_of(text: str) -> str:
    """What a signature is bound to."""
    return hashlib.sha256(text.encode()).hexdigest()


def read(kind: Any, value: Any, where: str) -> Any:
    """A value of this type from JSON-ready data. Raises Unreadable, naming `where` it is."""
    origin, parts = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        kinds = [part for part in parts if part is not type(None)]
        return None if value is None and len(kinds) < len(parts) else read(kinds[0], value, where)
    if origin is tuple and isinstance(value, list):
        if len(parts) == 2 and parts[1] is Ellipsis:
            return tuple(read(parts[0], item, where) for item in value)
        if len(parts) == len(value):
            return tuple(read(part, item, where) for part, item in zip(parts, value, strict=True))
    if origin is dict and isinstance(value, dict):
        return {str(key): read(parts[1], item, where) for key, item in value.items()}
    if dataclasses.is_dataclass(kind) and isinstance(value, dict):
        return read_record(kind, value, where)
    if isinstance(kind, type) and issubclass(kind, StrEnum) and value in {member.value for member in kind}:
        return kind(value)
    if kind in (Decimal, datetime, date) and isinstance(value, str):
        return _from_text(kind, value, where)
    if kind in (str, int, bool) and type(value) is kind:
        return value
    raise Unreadable(f"{where}: {value!r} is not understood")


def _from_text(kind: Any, value: str, where: str) -> Any:
    try:
        found = Decimal(value) if kind is Decimal else kind.fromisoformat(value)
    except (InvalidOperation, ValueError) as fault:
        what = "no number" if kind is Decimal else "no date"
        raise Unreadable(f"{where}: {value!r} is {what}") from fault
    if isinstance(found, Decimal) and not found.is_finite():
        raise Unreadable(f"{where}: {value!r} is not understood")
    if isinstance(found, datetime) and found.tzinfo is None:
        raise Unreadable(f"{where}: {value!r} has no zone")
    return found


@functools.cache
def _shape(kind: Any) -> dict[str, Any]:
    """The fields of a record and their types; looked up once, because types as text are slow to resolve."""
    hints = typing.get_type_hints(kind)
    return {item.name: hints[item.name] for item in dataclasses.fields(kind)}


def read_record(kind: Any, value: dict[str, Any], where: str) -> Any:
    """A frozen record from an object. Raises Unreadable."""
    hints = _shape(kind)
    unknown = sorted(set(value) - set(hints))
    if unknown:
        raise Unreadable(f"{where}: {', '.join(unknown)} is not known")
    found = {name: read(hints[name], item, f"{where}.{name}") for name, item in value.items()}
    try:
        return kind(**found)
    except TypeError as fault:
        raise Unreadable(f"{where}: something is missing") from fault
