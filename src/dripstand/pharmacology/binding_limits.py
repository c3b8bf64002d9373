"""Which limits stand in the way of a plan: those without which the band is kept better, alone or together."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Literal

from .planning_task import LOOKED_EVERY_S, Task
from .planning_terms import Limits

LimitName = Literal["highest rate", "lowest rate", "dose cap", "pump resolution", "time between changes", "the body"]

BETTER_BY = 0.9
"""A limit binds if without it the violation falls below this share of what it was: a tenth or more would go."""

_LIMITS: tuple[LimitName, ...] = (
    "highest rate",
    "lowest rate",
    "dose cap",
    "pump resolution",
    "time between changes",
)


@dataclass(frozen=True, slots=True)
class Binding:
    """A limit that stands in the way, in words, and how much of the violation would go without it (0 to 1).

    together_with: limits that must go as well for that; empty where this one alone does it.
    """

    limit: LimitName
    words: str
    share_of_violation: float
    together_with: tuple[LimitName, ...] = ()


def binding_limits(task: Task, limits: Limits, violation: float) -> tuple[Binding, ...]:
    """The limits that bind, the weightiest first; never none where the band is not kept."""
    if violation <= 0.0:
        return ()

    def left(names: Collection[LimitName]) -> float:
        return task.solve(without(limits, names))[1]

    found: list[Binding] = []
    for name in _LIMITS:
        if without(limits, [name]) != limits and left([name]) < BETTER_BY * violation:
            found.append(Binding(name, words_of(name, limits), 1.0 - left([name]) / violation))
    at_best = left(_LIMITS)
    if at_best < BETTER_BY * violation:
        # Nine tenths of what could be won at all: the fewest limits whose going brings that, found by putting back
        # one after another whatever is not missed.
        enough = violation - BETTER_BY * (violation - at_best)
        needed = list(_LIMITS)
        for name in _LIMITS:
            fewer = [other for other in needed if other != name]
            if fewer and left(fewer) <= enough:
                needed = fewer
        share = 1.0 - left(needed) / violation
        for name in needed:
            others = tuple(other for other in needed if other != name)
            if name not in [binding.limit for binding in found]:
                found.append(Binding(name, words_of(name, limits), share, others))
    if at_best > (1.0 - BETTER_BY) * violation:
        words = "what was given leaves, and what is given arrives, only as fast as the body lets it"
        found.append(Binding("the body", words, min(1.0, at_best / violation)))
    return tuple(sorted(found, key=lambda binding: -binding.share_of_violation))


def words_of(name: LimitName, limits: Limits) -> str:
    """The limit as a clinician would say it."""
    return {
        "highest rate": f"rate at most {limits.highest_ml_per_h:g} mL/h",
        "lowest rate": f"rate at least {limits.lowest_ml_per_h:g} mL/h",
        "dose cap": f"total dose at most {limits.dose_cap_mg:g} mg",
        "pump resolution": f"rates in steps of {limits.resolution_ml_per_h:g} mL/h",
        "time between changes": f"a change at most every {limits.change_every_s:g} s",
    }[name]


def without(limits: Limits, names: Collection[LimitName]) -> Limits:
    """The same limits with some of them gone, or as good as gone."""
    if "highest rate" in names:
        limits = replace(limits, highest_ml_per_h=math.inf)
    if "lowest rate" in names:
        limits = replace(limits, lowest_ml_per_h=0.0)
    if "dose cap" in names:
        limits = replace(limits, dose_cap_mg=math.inf)
    if "pump resolution" in names:
        limits = replace(limits, resolution_ml_per_h=limits.resolution_ml_per_h / 1000.0)
    if "time between changes" in names:
        faster_s = max(limits.change_every_s / 5.0, LOOKED_EVERY_S)
        limits = replace(limits, change_every_s=min(limits.change_every_s, faster_s))
    return limits
