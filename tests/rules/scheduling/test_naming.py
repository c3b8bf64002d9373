"""Who is at which chair: named where somebody can be there for all of it, never beyond what one person may watch."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from dripstand.course.scheduling import (
    Clinic,
    Cover,
    Limits,
    Present,
    Problem,
    Visit,
    cannot_watch,
    name_watchers,
    propose,
)
from tests.rules.scheduling.small import GRID_MIN, SHARED, SINGLE, clinic, day, problems, visit

EXACT = Limits(seconds=20, grid_min=GRID_MIN, workers=1)
OKAFOR, LIND = "okafor", "lind"


def rota(*spans: tuple[str, int, int], cover: Cover = Cover(), on: int = 0) -> Clinic:  # noqa: B008 - frozen
    place = clinic([on], (SINGLE, SHARED), cover=cover)
    return replace(place, presence=tuple(Present(who, who.title(), day(on), *span) for who, *span in spans))


def most_watched(clinic: Clinic, visits: list[Visit], staff_id: str) -> Fraction:
    """By hand: the share of one person that is needed at the worst minute of any day, of those at which it can rise."""
    own = [one for one in visits if one.watcher_id == staff_id]
    cover = clinic.cover
    return max(
        (
            sum(
                (
                    Fraction(1, cover.first_most if minute < one.start.minute + cover.first_min else cover.then_most)
                    for one in own
                    if one.start.day == on and one.start.minute <= minute < one.leaves_min
                ),
                Fraction(0),
            )
            for on in {one.start.day for one in own}
            for minute in {one.start.minute + after for one in own for after in (0, cover.first_min)}
        ),
        default=Fraction(0),
    )


@settings(max_examples=40)
@given(problem=problems())
def test_a_proposal_never_names_anybody_beyond_the_ratio_or_out_of_their_hours(problem: Problem) -> None:
    """Also where the rules name somebody already: the counts of the plan are not enough for that, the names are."""
    presence = problem.clinic.presence
    if presence is None:
        return
    stands = [replace(one, watcher_id="n0") for one in problem.booked]
    visits = propose(replace(problem, booked=tuple(stands)), EXACT).visits
    named = name_watchers(problem.clinic, visits, stands)
    assert set(named) == {one.visit_id for one in visits}
    proposed = [replace(one, watcher_id=named[one.visit_id]) for one in visits]
    for one in proposed:
        spans = [each for each in presence if (each.staff_id, each.day) == (one.watcher_id, one.start.day)]
        assert not one.watcher_id or any(
            each.from_min <= one.start.minute and one.leaves_min <= each.until_min for each in spans
        )
    for who in {one.staff_id for one in presence}:
        stood = most_watched(problem.clinic, stands, who)
        assert most_watched(problem.clinic, [*stands, *proposed], who) <= max(Fraction(1), stood)


@settings(max_examples=40)
@given(data=st.data())
def test_everybody_who_can_have_a_name_has_one(data: st.DataObject) -> None:
    """Against trying every way to name, on a morning of four visits and two or three people."""
    spans = [(480, 720), (480, 620), (560, 720)]
    people = [(f"n{number}", *data.draw(st.sampled_from(spans))) for number in range(data.draw(st.integers(1, 3)))]
    place = rota(*people, cover=data.draw(st.sampled_from([Cover(), Cover(0, 1, 1), Cover(40, 1, 2)])))
    starts = data.draw(st.lists(st.sampled_from([480, 500, 560, 600, 630]), min_size=1, max_size=4))
    visits = [replace(visit(f"P{number}", 0, minute), visit_id=f"v{number}") for number, minute in enumerate(starts)]
    nameable = [
        one
        for one in visits
        if any(begin <= one.start.minute and one.leaves_min <= until for _, begin, until in people)
    ]
    hours = {staff: (begin, until) for staff, begin, until in people}

    def holds(names: tuple[str, ...]) -> bool:
        watched = [replace(one, watcher_id=who) for one, who in zip(nameable, names, strict=True)]
        return all(
            hours[one.watcher_id][0] <= one.start.minute and one.leaves_min <= hours[one.watcher_id][1]
            for one in watched
        ) and all(most_watched(place, watched, staff) <= 1 for staff in set(names))

    whole = any(holds(names) for names in product(hours, repeat=len(nameable)))
    named = name_watchers(place, visits, ())
    if whole:
        assert {one.visit_id for one in nameable} == {key for key, who in named.items() if who}


def test_who_is_named_already_stays_and_a_patients_usual_nurse_is_preferred() -> None:
    place = rota((OKAFOR, 480, 720), (LIND, 480, 720))
    kept = replace(visit("Wren", 0), watcher_id=OKAFOR)
    assert name_watchers(place, [kept], ()) == {kept.visit_id: OKAFOR}
    earlier = replace(visit("Wren", 3), watcher_id=OKAFOR)
    fresh = visit("Wren", 0)
    assert name_watchers(place, [fresh], [earlier]) == {fresh.visit_id: OKAFOR}
    assert name_watchers(place, [fresh], ()) == {fresh.visit_id: LIND}, "else whoever has least to do, then by id"


def test_the_work_is_shared_and_a_third_chair_goes_to_the_one_with_a_hand_free() -> None:
    place = rota((OKAFOR, 480, 720), (LIND, 480, 720))
    full = [replace(visit(name, 0, chair=SINGLE), watcher_id=OKAFOR) for name in ("Pip", "Ivo")]
    third = visit("Wren", 0, 500)
    assert name_watchers(place, [replace(third, watcher_id=OKAFOR)], full) == {third.visit_id: LIND}


def test_where_two_shifts_meet_in_the_middle_nobody_is_named() -> None:
    place = rota((OKAFOR, 480, 540), (LIND, 540, 720))
    one = visit("Wren", 0, 500)
    assert name_watchers(place, [one], ()) == {one.visit_id: ""}


def test_where_no_rota_is_kept_nobody_is_proposed_and_who_is_named_stays() -> None:
    named, fresh = replace(visit("Wren", 0), watcher_id=OKAFOR), visit("Pip", 0, 600)
    assert name_watchers(clinic([0]), [named, fresh], ()) == {named.visit_id: OKAFOR, fresh.visit_id: ""}


def test_who_is_away_or_full_cannot_watch_and_who_has_a_hand_free_can() -> None:
    place = rota((LIND, 480, 720))
    one = replace(visit("Wren", 0), watcher_id=LIND)
    beside = [replace(visit(name, 0), watcher_id=LIND) for name in ("Pip", "Ivo")]
    assert not cannot_watch(place, one, [one, beside[0]])
    assert cannot_watch(place, one, [one, *beside]), "three at once"
    assert cannot_watch(place, replace(one, watcher_id=OKAFOR), [one]), "not there"
    assert not cannot_watch(place, replace(one, watcher_id=""), [one, *beside]), "nobody is named"
    assert not cannot_watch(clinic([0]), replace(one, watcher_id=OKAFOR), []), "no rota is kept"
