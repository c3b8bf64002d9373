"""What one version says otherwise than another, line by line: whoever signs sees what the signature changes.

Complete by construction: every leaf of the two templates is compared, and one that has no words of its own is named by
its dotted name. Sources and the words of a name are left out: they say where a number comes from, not what holds.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from dripstand.protocol.canonical import plain
from dripstand.protocol.choices import QUESTIONS
from dripstand.protocol.numbers import numbers
from dripstand.protocol.template import ProtocolTemplate
from dripstand.protocol.words import ALARM_WORDS, number_words

_NOT_COMPARED = frozenset({"template_id", "version", "name", "signed_by", "sources"})
_KEYED_BY = ("alarm", "criterion", "key")
"""The fields that name an item of a list: an alarm, a leaving criterion, a course pattern."""


@dataclass(frozen=True, slots=True)
class Difference:
    """name: dotted. was, now: in words; a part that one of the versions does not have is said to be none."""

    name: str
    words: str
    was: str
    now: str


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _leaves(item, f"{path}.{key}" if path else key)
        return
    keyed = isinstance(value, list) and value and isinstance(value[0], dict)
    if keyed and (key := next((one for one in _KEYED_BY if one in value[0]), None)):
        for item in value:
            rest = {name: part for name, part in item.items() if name != key}
            yield from _leaves(rest, f"{path.removesuffix('.limits')}.{item[key]}")
        return
    yield path, value


def _leaves_of(template: ProtocolTemplate) -> dict[str, Any]:
    body = {name: part for name, part in plain(template).items() if name not in _NOT_COMPARED}
    if template.pain is None:
        del body["pain"]
    return dict(_leaves(body))


def _value_words(name: str, value: Any, units: dict[str, str]) -> str:
    if value is None or value == "" or value == []:
        return _("none")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        parts = (" × ".join(map(str, one)) if isinstance(one, list) else str(one) for one in value)
        return ", ".join(part.replace("_", " ") for part in parts)
    for one in QUESTIONS:
        if name == f"choices.{one.name}":
            return next((str(answer.words) for key, answer in one.answers.items() if key.value == value), str(value))
    return f"{value} {units.get(name, '')}".strip()


def _name_words(name: str, template: ProtocolTemplate, known: dict[str, str]) -> str:
    if name in known:
        return number_words(name, template)
    for one in QUESTIONS:
        if name == f"choices.{one.name}":
            return str(one.words)
    group, *rest = name.split(".")
    if "patterns" in rest:
        offered = [*template.course.patterns, *(template.pain.patterns if template.pain else ())]
        words = next((one.words for one in offered if one.key == rest[1]), rest[1])
        return _("%(pattern)s: days") % {"pattern": words} if rest[-1] == "day_offsets" else f"{words}: {rest[-1]}"
    if name == "gates.required_checks":
        return _("Checks before the start")
    if group == "alarms" and len(rest) == 2:
        return f"{ALARM_WORDS.get(rest[0], rest[0])}: {rest[1].replace('_', ' ')}"
    return name.replace("_", " ").replace(".", ": ")


def differences(template: ProtocolTemplate, other: ProtocolTemplate) -> tuple[Difference, ...]:
    """What `template` says otherwise than `other`, in the order in which it is read."""
    mine, theirs = _leaves_of(template), _leaves_of(other)
    units = {one.name: one.unit for version in (other, template) for one in numbers(version)}
    return tuple(
        Difference(
            name,
            _name_words(name, template if name in mine else other, units),
            _value_words(name, theirs.get(name), units),
            _value_words(name, mine.get(name), units),
        )
        for name in dict.fromkeys((*mine, *theirs))
        if mine.get(name) != theirs.get(name)
    )
