"""A refusal is a value: the fact, the limit and whose it is, the way forward, and the field it belongs to.

The sentences stand in ``refusal_texts.py``, one entry a code, as templates with named parameters. They are looked up
here in English; the edge passes its own translation of the same template.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Union

from dripstand.infusion.refusal_texts import TEXTS, Text

Translate = Callable[[str], str]
Param = Union[str, StrEnum, "Reason"]


def in_english(text: str) -> str:
    return text


@dataclass(frozen=True, slots=True)
class Reason:
    """One fact that stands in the way. ``params`` fill the templates of its code; ``field`` is the input's name."""

    code: str
    params: Mapping[str, Param]
    field: str = ""

    @property
    def text(self) -> Text:
        return TEXTS[self.code]

    def fact(self, translate: Translate = in_english) -> str:
        return _fill(self.text.fact, self.params, translate)

    def limit(self, translate: Translate = in_english) -> str:
        return _fill(self.text.limit, self.params, translate)

    def whose_limit(self, translate: Translate = in_english) -> str:
        return translate(self.text.whose_limit) if self.text.whose_limit else ""

    def way_forward(self, translate: Translate = in_english) -> str:
        return _fill(self.text.way_forward, self.params, translate)

    def sentence(self, translate: Translate = in_english) -> str:
        """The fact, then the limit, then the way forward: one sentence each."""
        parts = (self.fact(translate), self.limit(translate), self.way_forward(translate))
        return " ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a request was not charted: at least one reason, the most important first."""

    reasons: tuple[Reason, ...]

    @property
    def code(self) -> str:
        return self.reasons[0].code

    @property
    def fact(self) -> str:
        return self.reasons[0].fact()

    @property
    def limit(self) -> str:
        return self.reasons[0].limit()

    @property
    def whose_limit(self) -> str:
        return self.reasons[0].whose_limit()

    @property
    def way_forward(self) -> str:
        return self.reasons[0].way_forward()

    @property
    def field(self) -> str:
        return self.reasons[0].field

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(reason.code for reason in self.reasons)

    def sentences(self, translate: Translate = in_english) -> tuple[str, ...]:
        return tuple(reason.sentence(translate) for reason in self.reasons)

    def __str__(self) -> str:
        return " ".join(self.sentences())


def reason(code: str, /, field: str = "", **params: object) -> Reason:
    """A reason with its parameters as text. Raises KeyError for a code that has no sentences."""
    text = TEXTS[code]
    missing = text.parameters - params.keys()
    if missing:
        raise KeyError(f"{code} needs {sorted(missing)}")
    kept = {name: value if isinstance(value, Reason | StrEnum) else str(value) for name, value in params.items()}
    return Reason(code, MappingProxyType(kept), field)


def refusal(reasons: Iterable[Reason]) -> Refusal | None:
    """The refusal that these reasons make; None when there are none."""
    found = tuple(reasons)
    return Refusal(found) if found else None


def refuse(code: str, /, field: str = "", **params: object) -> Refusal:
    """A refusal for one reason."""
    return Refusal((reason(code, field, **params),))


def _fill(template: str, params: Mapping[str, Param], translate: Translate) -> str:
    if not template:
        return ""
    return translate(template).format_map({name: _said(value, translate) for name, value in params.items()})


def _said(value: Param, translate: Translate) -> str:
    """A parameter in words: another reason says its fact, one of a closed list its name."""
    if isinstance(value, Reason):
        return value.fact(translate)
    if isinstance(value, StrEnum):
        return translate(value.value.replace("_", " "))
    return value
