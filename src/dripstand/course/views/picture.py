"""A proposal as a picture of the calendar: what stands, what would be new, what would move and from where."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from dripstand.course import queries
from dripstand.course.models import BookingState
from dripstand.course.views import typed
from dripstand.people.queries import patients_by_id
from dripstand.premises import queries as premises


class Mark(StrEnum):
    """What a card says. STANDS: as it is now. NEW, HERE: would be there. GONE: would be there no more."""

    STANDS = "stands"
    NEW = "new"
    HERE = "here"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Change:
    """One visit at its new place. was: where it stands now, None for one that has no place yet.

    nurse_id: who is proposed to be at the chair, "" for nobody by name; None keeps who is named.
    """

    infusion: queries.InfusionDetails
    name: str
    chair_id: str
    starts_at: datetime
    leaves_at: datetime
    was: queries.BookingDetails | None
    nurse_id: str | None = None

    @property
    def mark(self) -> Mark:
        return Mark.NEW if self.was is None else Mark.HERE


@dataclass(frozen=True, slots=True)
class Card:
    """other_at, other_chair: of a visit that moves, its other end: where it comes from, or where it goes."""

    mark: Mark
    name: str
    number: int
    starts_at: datetime
    leaves_at: datetime
    other_at: datetime | None = None
    other_chair: str = ""

    @property
    def is_chair_only(self) -> bool:
        return self.other_at == self.starts_at


@dataclass(frozen=True, slots=True)
class Cell:
    day: date
    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class Row:
    chair: premises.ChairDetails
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Week:
    days: tuple[date, ...]
    rows: tuple[Row, ...]


def picture(changes: Sequence[Change]) -> tuple[Week, ...]:
    """The weeks in which anything changes, with everything that is booked in them."""
    if not changes:
        return ()
    zone = premises.clinic_zone()
    touched = [one.starts_at for one in changes] + [one.was.starts_at for one in changes if one.was is not None]
    mondays = sorted({typed.monday_of(at.astimezone(zone).date()) for at in touched})
    start = queries.day_span(mondays[0])[0]
    end = queries.day_span(mondays[-1] + timedelta(days=6))[1]
    moving = {one.was.booking_id for one in changes if one.was is not None}
    held = [
        one
        for one in queries.bookings_between(start, end, states=(BookingState.HELD, BookingState.KEPT))
        if one.booking_id not in moving
    ]
    chairs = premises.chairs(also_out_of_use=True)
    cells = _cells(changes, held, {one.chair_id: one.name for one in chairs})
    weekdays = max(max(premises.opening_hours(), default=4), 4) + 1
    weeks = []
    for monday in mondays:
        days = tuple(monday + timedelta(days=count) for count in range(weekdays))
        rows = tuple(
            Row(
                chair,
                tuple(
                    Cell(day, tuple(sorted(cells.get((chair.chair_id, day), ()), key=lambda one: one.starts_at)))
                    for day in days
                ),
            )
            for chair in chairs
            if chair.in_use or any((chair.chair_id, day) in cells for day in days)
        )
        weeks.append(Week(days, rows))
    return tuple(weeks)


def _cells(
    changes: Iterable[Change], held: Sequence[queries.BookingDetails], names: Mapping[str, str]
) -> dict[tuple[str, date], list[Card]]:
    people = patients_by_id(one.patient_id for one in held)
    clock = premises.clinic_zone()
    cells: dict[tuple[str, date], list[Card]] = defaultdict(list)

    def put(chair_id: str, card: Card) -> None:
        cells[chair_id, card.starts_at.astimezone(clock).date()].append(card)

    for one in held:
        put(one.chair_id, Card(Mark.STANDS, people[one.patient_id].name, one.number, one.starts_at, one.leaves_at))
    for change in changes:
        was, number = change.was, change.infusion.number
        came_from = was.starts_at if was is not None else None
        before, after = names.get(was.chair_id, "") if was is not None else "", names.get(change.chair_id, "")
        put(
            change.chair_id,
            Card(change.mark, change.name, number, change.starts_at, change.leaves_at, came_from, before),
        )
        if was is not None:
            put(
                was.chair_id,
                Card(Mark.GONE, change.name, number, was.starts_at, was.leaves_at, change.starts_at, after),
            )
    return cells
