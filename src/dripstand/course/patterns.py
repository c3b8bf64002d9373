"""Course patterns: how many infusions on which days, each with the study or the practice that it comes from.

A pattern is an offer; the prescriber chooses one for a course and may plan any number of infusions instead. Days are
counted from the first infusion in the clinic's calendar, so a change of the clock moves nothing.
Sources: protocol.md 7.1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from dripstand.protocol.defaults import default_template
from dripstand.protocol.template import ProtocolTemplate, Source, is_pain


@dataclass(frozen=True, slots=True)
class Pattern:
    """day_offsets: days from the first infusion, the first being 0. maintenance: for after a response."""

    key: str
    words: str
    day_offsets: tuple[int, ...]
    source: Source
    maintenance: bool = False

    @property
    def infusions_count(self) -> int:
        return len(self.day_offsets)

    @property
    def length_d(self) -> int:
        """Days from the first infusion to the last."""
        return self.day_offsets[-1]


def patterns_of(template: ProtocolTemplate, indication: str = "") -> tuple[Pattern, ...]:
    """What the clinic's protocol offers for this indication, each with its source; pain has its own.

    A version that says nothing of pain offers nothing for it.
    """
    sources = {**_DEFAULTS.sources, **template.sources}
    group, offered = "course", template.course.patterns
    if is_pain(indication):
        group, offered = "pain", template.pain.patterns if template.pain is not None else ()
    return tuple(
        Pattern(one.key, one.words, one.day_offsets, sources[f"{group}.patterns.{one.key}"], one.maintenance)
        for one in offered
    )


_DEFAULTS = default_template()
PATTERNS: tuple[Pattern, ...] = patterns_of(_DEFAULTS)
"""What this software offers before the clinic has signed its own."""

SIX_IN_THREE_WEEKS = PATTERNS[0]
DEFAULT_PATTERN = SIX_IN_THREE_WEEKS


def pattern(key: str, template: ProtocolTemplate | None = None, indication: str = "") -> Pattern | None:
    """The pattern of this key, of the clinic's protocol or else of the defaults; None where there is none."""
    offered = patterns_of(template or _DEFAULTS, indication)
    return next((one for one in offered if one.key == key), None)


def planned_days(
    first_on: date, day_offsets: Sequence[int], *, open_weekdays: frozenset[int] = frozenset(range(7))
) -> tuple[date, ...]:
    """The days that a pattern names, each moved to the next open weekday (0 is Monday) and never onto one before it.

    open_weekdays: when the clinic treats; with none at all the days stay as the pattern names them.
    """
    days: list[date] = []
    for offset in day_offsets:
        day = first_on + timedelta(days=offset)
        if days:
            day = max(day, days[-1] + timedelta(days=1))
        while open_weekdays and day.weekday() not in open_weekdays:
            day += timedelta(days=1)
        days.append(day)
    return tuple(days)


def gaps_d(days: Sequence[date]) -> tuple[int, ...]:
    """Days between neighbours."""
    return tuple((later - earlier).days for earlier, later in pairwise(days))
