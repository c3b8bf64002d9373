"""Which chair for which visit, once it is known who comes when on a day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dripstand.course.scheduling.candidates import Bookings
from dripstand.course.scheduling.problem import Chair, Start

STEPS_AT_MOST = 20_000


@dataclass(frozen=True, slots=True)
class ToSeat:
    """A visit without a chair. chair_ids: those free for all of it beside what is booked. wish: tried first."""

    key: int
    start: Start
    end_min: int
    chair_ids: tuple[str, ...]
    wish: str = ""


def hand_out(today: Sequence[ToSeat], chairs: Mapping[str, Chair], standing: Bookings) -> dict[int, str] | None:
    """A chair for each visit of one day, or None where none was found in `STEPS_AT_MOST` steps.

    Chairs that fewer can use (a bed, a room of its own) are kept for those who need them.
    """
    order = sorted(today, key=lambda one: (one.start, len(one.chair_ids), one.key))
    taken: dict[str, list[tuple[int, int]]] = {chair_id: [] for chair_id in chairs}
    seated: dict[int, str] = {}
    steps = 0

    def ranked(one: ToSeat) -> list[str]:
        def rank(chair_id: str) -> tuple[bool, bool, bool, str]:
            chair = chairs[chair_id]
            return chair_id != one.wish, chair.is_bed, chair.is_single, chair_id

        return sorted(one.chair_ids, key=rank)

    def seat(index: int) -> bool:
        nonlocal steps
        if index == len(order):
            return True
        one = order[index]
        for chair_id in ranked(one):
            steps += 1
            if steps > STEPS_AT_MOST:
                return False
            span = (one.start.minute, one.end_min)
            if any(start < span[1] and span[0] < end for start, end in taken[chair_id]):
                continue
            taken[chair_id].append(span)
            seated[one.key] = chair_id
            if seat(index + 1):
                return True
            taken[chair_id].pop()
            del seated[one.key]
        return False

    return seated if seat(0) else None
