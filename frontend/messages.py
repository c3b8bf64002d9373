"""Compiles the translations: `django.po` to `django.mo` beside it, without any system tool.

Shared by `make setup` and the wheel's build hook, which loads it by its path, as `assets.py` is.
"""

from __future__ import annotations

import ast
import struct
from pathlib import Path

LOCALES = Path(__file__).resolve().parents[1] / "src" / "dripstand" / "server" / "locale"


class NotUnderstood(ValueError):
    """A line of a catalogue that this reader does not know."""


def read(text: str) -> dict[str, str]:
    """The messages of a catalogue: each id to its words, the header under "". Contexts and plurals are not used here.

    Raises NotUnderstood, also for an id that stands in it twice.
    """
    found: dict[str, str] = {}
    key: str | None = None
    value: str | None = None
    for number, line in enumerate([*text.splitlines(), ""], start=1):
        line = line.strip()
        if line.startswith("msgid "):
            key, value = ast.literal_eval(line.removeprefix("msgid ")), None
        elif line.startswith("msgstr "):
            value = ast.literal_eval(line.removeprefix("msgstr "))
        elif line.startswith('"') and value is not None:
            value += ast.literal_eval(line)
        elif line.startswith('"') and key is not None:
            key += ast.literal_eval(line)
        elif not line:
            if key is not None and value is not None:
                if key in found:
                    raise NotUnderstood(f"line {number}: {key!r} stands in it twice")
                found[key] = value
            key = value = None
        elif not line.startswith("#"):
            raise NotUnderstood(f"line {number}: {line}")
    return found


def compiled(messages: dict[str, str]) -> bytes:
    """A catalogue as gettext reads it. What has no words is left out, so that the English stands."""
    pairs = [(key.encode(), value.encode()) for key, value in sorted(messages.items()) if value]
    keys, values = b"", b""
    spans: list[tuple[int, int, int, int]] = []
    for key, value in pairs:
        spans.append((len(key), len(keys), len(value), len(values)))
        keys += key + b"\0"
        values += value + b"\0"
    count = len(pairs)
    keys_at = 28 + 16 * count
    values_at = keys_at + len(keys)
    head = struct.pack("<7I", 0x950412DE, 0, count, 28, 28 + 8 * count, 0, 28 + 16 * count)
    of_keys = b"".join(struct.pack("<2I", length, keys_at + at) for length, at, _l, _a in spans)
    of_values = b"".join(struct.pack("<2I", length, values_at + at) for _l, _a, length, at in spans)
    return head + of_keys + of_values + keys + values


def build() -> int:
    """Writes what changed; answers how many catalogues."""
    count = 0
    for source in sorted(LOCALES.glob("*/LC_MESSAGES/django.po")):
        target = source.with_suffix(".mo")
        made = compiled(read(source.read_text(encoding="utf-8")))
        if not target.exists() or target.read_bytes() != made:
            target.write_bytes(made)
            count += 1
    return count
