"""The bytes of a server-sent event. A frame is made once and handed to every viewer as it is."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any


def encode(payload: Mapping[str, Any] | str) -> str:
    """JSON on one line; a value that JSON cannot hold is the caller's mistake and raises TypeError or ValueError."""
    return json.dumps(payload, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def frame(event: str, data: str, number: int | None = None) -> bytes:
    """One event. `event` and `data` are a single line each, as JSON is."""
    if any(breaker in text for text in (event, data) for breaker in "\n\r"):
        raise ValueError("An event's name and data are one line each.")
    head = f"id: {number}\n" if number is not None else ""
    return f"{head}event: {event}\ndata: {data}\n\n".encode()
