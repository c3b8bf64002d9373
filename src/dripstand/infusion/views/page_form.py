"""One form of a desk page: its ids, what was typed into it, and what was refused, field by field."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime, tzinfo
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.http import QueryDict

from dripstand.infusion.reason_words import Sentence, sentence
from dripstand.infusion.refusals import Refusal, Translate

LONGEST_TYPED = 4_000
OWN_FIELDS = frozenset(
    {"csrfmiddlewaretoken", "form", "kind", "submission_id", "patient_id", "corrects", "head", "step"}
)
"""Fields that carry the form itself. Passwords are not kept either."""


@dataclass(frozen=True, slots=True)
class Told:
    """What the form itself found wrong before any rule was asked; ``words`` are translated already."""

    words: str
    field: str = ""

    def sentence(self, translate: Translate = str) -> str:
        return self.words


@dataclass(frozen=True, slots=True)
class PageForm:
    """``name`` tells the forms of one page apart; ``submission_id`` is made when the form is first shown, so the same
    form sent twice charts once (H17), and kept when it is shown again after a refusal.

    corrects: the sequence of the entry that this form puts right; None charts a new entry.
    """

    name: str
    submission_id: str
    patient_id: str
    kind: str = ""
    corrects: int | None = None
    typed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    reasons: tuple[Sentence, ...] = ()
    sent: bool = False

    def value(self, name: str) -> str:
        values = self.typed.get(name, ())
        return values[-1] if values else ""

    def values(self, name: str) -> tuple[str, ...]:
        return self.typed.get(name, ())

    def says(self, name: str) -> list[str]:
        """The sentences that belong beside one field."""
        return [sentence(reason) for reason in self.reasons if reason.field == name]

    def rest(self, shown: Iterable[str]) -> list[str]:
        """The sentences that belong to no field of ``shown``."""
        beside = set(shown)
        return [sentence(reason) for reason in self.reasons if reason.field not in beside]

    @property
    def refused(self) -> bool:
        return bool(self.reasons)

    @property
    def key(self) -> str:
        """An id for this form's elements; a correction of the same thing gets its own."""
        return f"{self.name}-{self.corrects}" if self.corrects is not None else self.name


def fresh(name: str, kind: str, patient_id: str, typed: Mapping[str, tuple[str, ...]] | None = None) -> PageForm:
    """A form that nobody has sent yet."""
    return PageForm(
        name=name, submission_id=str(uuid.uuid4()), patient_id=patient_id, kind=kind, typed=dict(typed or {})
    )


def correcting(name: str, sequence: int, event: Any, patient_id: str, zone: tzinfo) -> PageForm:
    """A form that puts entry ``sequence`` right, filled with what the entry says."""
    return PageForm(
        name=name,
        submission_id=str(uuid.uuid4()),
        patient_id=patient_id,
        kind=event.kind,
        corrects=sequence,
        typed=typed_from(event, zone),
    )


def from_post(post: QueryDict, reasons: Iterable[Sentence] = ()) -> PageForm:
    """The form as it was sent, to be shown again with why it was not charted. What was typed is kept, cut at a cap."""
    corrects = post.get("corrects", "")
    return PageForm(
        name=post.get("form", "")[:60],
        submission_id=post.get("submission_id", "")[:64],
        patient_id=post.get("patient_id", "")[:64],
        kind=post.get("kind", "")[:48],
        corrects=int(corrects) if corrects.isascii() and corrects.isdigit() and len(corrects) < 7 else None,
        typed={
            name: tuple(str(value)[:LONGEST_TYPED] for value in values)
            for name, values in post.lists()
            if name not in OWN_FIELDS and not name.endswith("password")
        },
        reasons=tuple(reasons),
        sent=True,
    )


def again(form: PageForm, *refused: Refusal | Sentence) -> PageForm:
    """The same form with the reasons why it was not charted."""
    reasons: list[Sentence] = []
    for one in refused:
        reasons.extend(one.reasons if isinstance(one, Refusal) else (one,))
    return replace(form, reasons=tuple(reasons), sent=True)


def unshown(refused: PageForm | None, shown: Iterable[PageForm | None]) -> PageForm | None:
    """The refused form where the page has no place for it any more: its section was done meanwhile, on another tablet.
    Why it was not charted is then said at the top."""
    if refused is None or any(form is refused for form in shown):
        return None
    return refused


def typed_from(event: Any, zone: tzinfo, prefix: str = "") -> dict[str, tuple[str, ...]]:
    """A value as its form's fields would have been typed; nested values as ``vial.lot``."""
    typed: dict[str, tuple[str, ...]] = {}
    for one in fields(event):
        value, name = getattr(event, one.name), f"{prefix}{one.name}"
        if value is None:
            continue
        if hasattr(value, "__dataclass_fields__"):
            typed.update(typed_from(value, zone, f"{name}."))
        elif isinstance(value, tuple):
            typed[name] = tuple(_typed(part, zone) for part in value)
        else:
            typed[name] = (_typed(value, zone),)
    return typed


def _typed(value: object, zone: tzinfo) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, datetime):
        return f"{value.astimezone(zone):%Y-%m-%dT%H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:f}"
    return str(value)
