"""Infusions move up: where one lost its place and those after it are booked, the series takes the places in its order.

The patient's days stay as they are booked and one is added. Which infusion is given on which of them changes, so that
none stands before an earlier one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Spot:
    """A chair at a time. nurse_id: who is named to be there, or ""."""

    chair_id: str
    starts_at: datetime
    nurse_id: str = ""


@dataclass(frozen=True, slots=True)
class Numbered:
    """An infusion of a series that may be given another place. spot: the one that is booked for it, None without."""

    infusion_id: str
    number: int
    spot: Spot | None


@dataclass(frozen=True, slots=True)
class Put:
    """Where an infusion is to be. was: the place that it leaves, None where it had none."""

    infusion_id: str
    number: int
    spot: Spot
    was: Spot | None


def moved_up(series: Iterable[Numbered], chosen: Sequence[Spot]) -> tuple[Put, ...]:
    """The infusions in their order over what is booked and the chosen places; those that keep theirs are left out.

    With fewer places than infusions that wait for one, the last of these go on waiting.
    """
    infusions = sorted(series, key=lambda one: one.number)
    waiting = [one for one in infusions if one.spot is None][: len(chosen)]
    placed = [one for one in infusions if one.spot is not None or one in waiting]
    spots = sorted((*chosen[: len(waiting)], *(one.spot for one in placed if one.spot)), key=lambda one: one.starts_at)
    return tuple(
        Put(one.infusion_id, one.number, spot, one.spot)
        for one, spot in zip(placed, spots, strict=True)
        if spot != one.spot
    )
