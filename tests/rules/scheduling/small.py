"""Small clinics for the scheduler's tests, and the answer by trying everything."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import combinations, product
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from dripstand.course.scheduling import (
    Away,
    Can,
    Chair,
    Clinic,
    Closed,
    Cover,
    Patient,
    Place,
    Preferred,
    Present,
    Problem,
    Spacing,
    Start,
    Stay,
    Visit,
    check,
    moved,
)
from dripstand.course.scheduling.scoring import cost

ZONE = ZoneInfo("America/Chicago")
MONDAY = date(2026, 3, 2)
GRID_MIN = 60
STAY = Stay(10, 40, 30, 10)
SINGLE, SHARED, BED = (
    Chair("s", "Harbour 1", "h"),
    Chair("m", "Meadow 1", "m", is_single=False),
    Chair("b", "Bed", "b", is_bed=True),
)


def day(number: int) -> date:
    return MONDAY + timedelta(days=number)


def clinic(days: Sequence[int] = range(5), chairs: tuple[Chair, ...] = (SINGLE, SHARED), **more: object) -> Clinic:
    """Open from eight to noon on these days."""
    return Clinic(ZONE, chairs, {day(number): (480, 720) for number in days}, **more)  # type: ignore[arg-type]


def patient(name: str = "Wren", visits_count: int = 1, **more: object) -> Patient:
    facts: dict[str, object] = {"first_on": MONDAY, "last_on": day(27), "stay": STAY, "spacing": Spacing()}
    return Patient(name.lower(), name, visits_count, **{**facts, **more})  # type: ignore[arg-type]


def visit(name: str, number: int, minute: int = 480, chair: Chair = SINGLE, **more: object) -> Visit:
    facts: dict[str, object] = {"stay": STAY, "movable": True}
    visit_id = f"{name.lower()} d{number} {minute}"
    return Visit(visit_id, name.lower(), name, Start(day(number), minute), chair_id=chair.chair_id, **{**facts, **more})  # type: ignore[arg-type]


def codes(problem: Problem, visits: Sequence[Visit] = ()) -> list[str]:
    return sorted({one.code for one in check(problem, visits)})


# --- drawn ----------------------------------------------------------------------------------------------------------


@st.composite
def problems(draw: st.DrawFn, *, booked: bool = True) -> Problem:
    """Two or three days of two arrivals, one or two chairs, two or three patients: small enough to try everything."""
    numbers = draw(st.sampled_from([(0, 1), (0, 2), (0, 1, 2), (4, 7)]))
    chairs = draw(st.sampled_from([(SINGLE,), (SINGLE, SHARED), (SHARED, BED), (SINGLE, BED)]))
    hours = {day(number): (480, draw(st.sampled_from([600, 620, 660]))) for number in numbers}
    presence = None
    if draw(st.booleans()):
        presence = tuple(
            Present(f"n{who}", f"Nurse {who}", one, *draw(st.sampled_from([(480, 720), (480, 580), (540, 720)])))
            for one in hours
            for who in range(draw(st.integers(0, 2)))
        )
    closures = ()
    if draw(st.integers(0, 3)) == 0:
        where = draw(st.sampled_from([{}, {"chair_id": chairs[0].chair_id}, {"room_id": chairs[-1].room_id}]))
        closures = (Closed(day(numbers[0]), 480, draw(st.sampled_from([500, 530, 560])), "cleaning", **where),)
    cover = draw(st.sampled_from([Cover(), Cover(50, 1, 2), Cover(0, 1, 1), Cover(40, 2, 1)]))
    place = Clinic(ZONE, chairs, hours, cover, presence, closures)
    patients = tuple(
        draw(_patients(name, numbers)) for name in draw(st.sampled_from([("Wren", "Orla"), ("Wren", "Orla", "Ivo")]))
    )
    if len(patients) == 3:
        patients = tuple(replace(one, visits_count=min(one.visits_count, 1)) for one in patients)
    stands = ()
    if booked and draw(st.booleans()):
        stands = (visit("Pip", numbers[0], draw(st.sampled_from([480, 500, 540])), chairs[0], movable=False),)
    return Problem(place, patients, stands)


@st.composite
def _patients(draw: st.DrawFn, name: str, numbers: Sequence[int]) -> Patient:
    away = (Away(day(draw(st.sampled_from(numbers))), 480, 560),) if draw(st.booleans()) else ()
    can = Can(
        away=away,
        not_before_min=draw(st.sampled_from([0, 0, 500])),
        home_by_min=draw(st.sampled_from([1440, 1440, 600])),
        single_room=draw(st.booleans()),
        bed=draw(st.integers(0, 4)) == 0,
        preferred=draw(st.sampled_from([(), (Preferred(from_min=520),), (Preferred(frozenset({0}), 0, 520),)])),
    )
    spacing = Spacing(
        least_h=draw(st.sampled_from([24, 25])),
        least_d=draw(st.sampled_from([1, 2])),
        most_d=draw(st.sampled_from([None, 1, 2])),
        most_a_week=draw(st.sampled_from([1, 3])),
    )
    ideal = (day(numbers[0]), day(numbers[-1])) if draw(st.booleans()) else ()
    given = (datetime(2026, 3, 1, 15, 10, tzinfo=UTC),) if draw(st.integers(0, 3)) == 0 else ()
    stay = draw(st.sampled_from([STAY, Stay(10, 30, 20, 10)]))
    return patient(name, draw(st.integers(0, 2)), stay=stay, can=can, spacing=spacing, ideal_days=ideal, given=given)


# --- by trying everything -------------------------------------------------------------------------------------------

BY_COUNT = ("visits_missing",)


def _every_place(problem: Problem, one: Patient) -> list[tuple[Start, str]]:
    return [
        (Start(on, minute), chair.chair_id)
        for on, (opens, closes) in problem.clinic.hours.items()
        for minute in range(opens, closes, GRID_MIN)
        for chair in problem.clinic.chairs
    ]


def _ways(problem: Problem, one: Patient) -> Iterator[tuple[Visit, ...]]:
    """Every way to place none, some or all of this patient's visits that breaks nothing by itself."""
    alone = replace(problem, patients=(one,))
    stood = set(check(replace(alone, patients=(replace(one, visits_count=0),)), ()))
    for count in range(one.visits_count + 1):
        for places in combinations(_every_place(problem, one), count):
            visits = tuple(
                Visit(f"{one.patient_id} {number}", one.patient_id, one.called, start, one.stay, chair_id)
                for number, (start, chair_id) in enumerate(sorted(places))
            )
            if all(found.code in BY_COUNT or found in stood for found in check(alone, visits)):
                yield visits


def least_cost(problem: Problem) -> int:
    """What the cheapest plan costs that breaks nothing which was not broken by what is booked."""
    stood = set(check(replace(problem, patients=tuple(replace(one, visits_count=0) for one in problem.patients)), ()))
    best: int | None = None
    for ways in product(*(list(_ways(problem, one)) for one in problem.patients)):
        visits = [one for way in ways for one in way]
        price = cost(problem, visits)
        if best is not None and price >= best:
            continue
        if all(found.code in BY_COUNT or found in stood for found in check(problem, visits)):
            best = price
    assert best is not None
    return best


def least_disturbance(problem: Problem, moves: Mapping[str, Place]) -> tuple[int, int] | None:
    """(other people disturbed, visits at another time) of the least disturbing calendar that mends it all, or None."""
    after = moved(problem, moves)
    own = {one.patient_id for one in after.booked if one.visit_id in moves}
    nobody = replace(after, patients=tuple(replace(one, visits_count=0) for one in after.patients))
    loose = [one for one in after.booked if one.movable]
    fixed = [one for one in after.booked if not one.movable]
    best: tuple[int, int] | None = None
    options = [
        [
            (one.start, one.chair_id),
            *[place for place in _every_place(after, nobody.patients[0]) if place != (one.start, one.chair_id)],
        ]
        for one in loose
    ]
    for places in product(*options):
        visits = [replace(one, start=start, chair_id=chair) for one, (start, chair) in zip(loose, places, strict=True)]
        changed = [one for one, was in zip(visits, loose, strict=True) if one.start != was.start]
        price = (len({one.patient_id for one in changed} - own), len(changed))
        if best is not None and price >= best:
            continue
        if check(replace(nobody, booked=(*fixed, *visits)), ()) == () and _in_order(problem, [*fixed, *visits]):
            best = price
    return best


def _in_order(problem: Problem, visits: Sequence[Visit]) -> bool:
    """Each patient's visits in the order in which they stood."""
    stood = {one.visit_id: one.start for one in problem.booked}
    of_patient: dict[str, list[Visit]] = {}
    for one in visits:
        of_patient.setdefault(one.patient_id, []).append(one)
    return all(
        [one.visit_id for one in sorted(own, key=lambda one: one.start)]
        == [one.visit_id for one in sorted(own, key=lambda one: stood[one.visit_id])]
        for own in of_patient.values()
    )
