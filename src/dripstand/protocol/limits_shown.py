"""The limits that a dose is held against, as a screen shows them: each with its source and how well that was seen.

For the pages on which a dose is planned or ordered, so that a number nobody verified is not read there as one that was.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from dripstand.protocol.defaults import default_template
from dripstand.protocol.numbers import numbers
from dripstand.protocol.template import Mark, ProtocolTemplate, is_pain
from dripstand.protocol.words import MARK_WORDS, number_words

_OF_A_DOSE = (
    "lowest_mg_per_kg",
    "warn_mg_per_kg",
    "second_signature_mg_per_kg",
    "refuse_mg_per_kg",
    "refuse_dose_mg",
    "refuse_minutes_below",
    "refuse_minutes_above",
    "highest_dose_rate_mg_per_kg_per_h",
)


@dataclass(frozen=True, slots=True)
class LimitShown:
    """value: as it is printed, without noughts at its end."""

    words: str
    value: str
    unit: str
    source: str
    mark: str
    is_unverified: bool


def dose_limits_shown(template: ProtocolTemplate, indication: str) -> tuple[LimitShown, ...]:
    """The limits of a dose for this indication; those for pain from their own block, where the version has one."""
    group = "pain" if is_pain(indication) and template.pain is not None else "dose"
    by_name = {one.name: one for one in numbers(template)}
    sources = {**default_template().sources, **template.sources}
    found: list[LimitShown] = []
    for name in (f"{group}.{one}" for one in _OF_A_DOSE):
        number, source = by_name[name], sources[name]
        found.append(
            LimitShown(
                number_words(name, template),
                _plain(number.value),
                number.unit,
                source.text,
                str(MARK_WORDS[source.mark]),
                source.mark is Mark.UNVERIFIED,
            )
        )
    return tuple(found)


def _plain(number: Decimal) -> str:
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def unverified_count(limits: Iterable[LimitShown]) -> int:
    return sum(one.is_unverified for one in limits)
