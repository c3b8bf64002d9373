"""Reads a text that the clinic is licensed to use, checks it against its instrument, and adds it.

The file is JSON with the keys of ``KEYS``. Everything that is wrong is said at once; nothing is repaired. A text names
the instrument's version, its own version and the licence it is used under, and both travel with every answer given to
it. What an export does with a text that begins with = or @ is the export's matter: here the words are kept as they are.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping

from dripstand.outcomes.errors import WordingRefused
from dripstand.outcomes.instruments.instrument import Instrument, Wording
from dripstand.protocol.template import Mark, Source

FORMAT = 1
LONGEST_COUNT = 2_000
"""Characters in one text at most: longer is a mistake in the file. Assumed."""

KEYS = (
    "format",
    "instrument",
    "instrument_version",
    "language",
    "version",
    "title",
    "stem",
    "instructions",
    "items",
    "choices",
    "own_choices",
    "licence_holder",
    "licence_reference",
)
_OPTIONAL = ("instructions", "own_choices")


def read_wording(text: str, instrument: Instrument) -> Wording:
    """The wording that a file holds, for this instrument. Raises WordingRefused with every problem found."""
    try:
        data = json.loads(text, object_pairs_hook=_without_doubles)
    except ValueError as error:
        raise WordingRefused((f"not a readable file: {error}",)) from error
    if not isinstance(data, dict):
        raise WordingRefused(("the file holds no object",))
    problems = tuple(_problems(data, instrument))
    if problems:
        raise WordingRefused(problems)
    return Wording(
        language=data["language"],
        version=data["version"],
        title=data["title"],
        stem=data["stem"],
        instructions=data.get("instructions", ""),
        items=dict(data["items"]),
        choices={int(value): words for value, words in data["choices"].items()},
        own_choices={
            item: {int(value): words for value, words in choices.items()}
            for item, choices in data.get("own_choices", {}).items()
        },
        credit=f"{data['licence_holder']}: {data['licence_reference']}",
        source=Source("Loaded by the clinic under its own licence", Mark.CLINIC),
    )


def with_wording(instrument: Instrument, wording: Wording) -> Instrument:
    """The instrument with this text added, or in the place of an earlier version that the clinic had loaded.

    Raises WordingRefused where the text is another instrument's, where this software carries the exact text of that
    language itself, and where the same version is there already with other words.
    """
    if set(wording.items) != {item.name for item in instrument.items}:
        raise WordingRefused((f"the text does not have the items of {instrument.name}",))
    present = instrument.wordings.get(wording.language)
    if present is not None and present.source.mark is not Mark.CLINIC:
        raise WordingRefused((f"the exact {wording.language} text is carried already and is not replaced",))
    if present is not None and present.version == wording.version and present != wording:
        raise WordingRefused((f"{wording.language} version {wording.version} is there already, with other words",))
    return dataclasses.replace(instrument, wordings={**instrument.wordings, wording.language: wording})


def _without_doubles(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """An object whose keys each stand once; JSON itself would silently keep the last."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


def _problems(data: Mapping[str, object], instrument: Instrument) -> list[str]:
    problems = [f"{key} is missing" for key in KEYS if key not in data and key not in _OPTIONAL]
    problems += [f"{key} is not known" for key in data if key not in KEYS]
    if data.get("format") != FORMAT:
        problems.append(f"format must be {FORMAT}")
    if (data.get("instrument"), data.get("instrument_version")) != (instrument.id, instrument.version):
        problems.append(f"the file is not for {instrument.id} version {instrument.version}")
    for key in ("language", "version", "title", "stem", "licence_holder", "licence_reference"):
        problems += _text(key, data.get(key))
    if "instructions" in data and data["instructions"] != "":
        problems += _text("instructions", data["instructions"])
    problems += _texts("items", data.get("items"), {item.name for item in instrument.items})
    own = data.get("own_choices", {})
    if not isinstance(own, dict):
        return [*problems, "own_choices is not an object"]
    for name, choices in own.items():
        item = instrument.item(name)
        if item is None:
            problems.append(f"own_choices: there is no item {name}")
        else:
            problems += _texts(f"own_choices {name}", choices, _values(item.lowest_score, item.highest_score))
    shared = {(item.lowest_score, item.highest_score) for item in instrument.items if item.name not in own}
    if len(shared) > 1:
        problems.append("items with different ranges need own_choices")
    elif shared:
        problems += _texts("choices", data.get("choices"), _values(*shared.pop()))
    elif data.get("choices") != {}:
        problems.append("choices must be empty where every item has its own")
    return problems


def _values(lowest_score: int, highest_score: int) -> set[str]:
    return {str(value) for value in range(lowest_score, highest_score + 1)}


def _texts(key: str, value: object, expected: set[str]) -> list[str]:
    if not isinstance(value, dict):
        return [f"{key} is not an object"]
    problems = [f"{key}: {name} is missing" for name in sorted(expected - value.keys())]
    problems += [f"{key}: {name} is not known" for name in sorted(value.keys() - expected)]
    for name, text in value.items():
        problems += _text(f"{key} {name}", text)
    return problems


def _text(key: str, value: object) -> list[str]:
    if not isinstance(value, str) or not value.strip():
        return [f"{key} is not a text"]
    if len(value) > LONGEST_COUNT:
        return [f"{key} is longer than {LONGEST_COUNT} characters"]
    if any(ord(letter) < 32 or 127 <= ord(letter) < 160 for letter in value):
        return [f"{key} holds control characters"]
    return []
