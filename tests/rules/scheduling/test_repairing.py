"""A booking moved: what that breaks, and the least disturbing way out, against trying everything."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from dripstand.course.scheduling import (
    Away,
    Can,
    Closed,
    Limits,
    Place,
    Present,
    Problem,
    Repair,
    Spacing,
    Start,
    check,
    moved,
    propose,
    repair,
    what_breaks,
)
from dripstand.course.scheduling.least import Bound, Least
from dripstand.course.scheduling.model import Keep
from tests.rules.scheduling.small import (
    GRID_MIN,
    SHARED,
    SINGLE,
    clinic,
    day,
    least_disturbance,
    patient,
    problems,
    visit,
)

EXACT = Limits(seconds=20, grid_min=GRID_MIN, workers=1)


def booked(problem: Problem) -> Problem:
    """A calendar that breaks nothing, all of it movable."""
    plan = propose(problem, EXACT)
    stands = tuple(replace(one, movable=True) for one in plan.visits)
    return replace(problem, patients=tuple(replace(one, visits_count=0) for one in problem.patients), booked=stands)


@settings(max_examples=40)
@given(data=st.data())
def test_no_repair_disturbs_fewer_people_or_moves_fewer_visits(data: st.DataObject) -> None:
    problem = booked(data.draw(problems(booked=False)))
    assume(2 <= len(problem.booked) <= 3)
    assert check(problem, ()) == ()
    moving = data.draw(st.sampled_from(problem.booked))
    on = data.draw(st.sampled_from(sorted(problem.clinic.hours)))
    chair = data.draw(st.sampled_from(problem.clinic.chairs)).chair_id
    moves = {moving.visit_id: Place(Start(on, data.draw(st.sampled_from([480, 540]))), chair)}
    needed = least_disturbance(problem, moves)
    answer = repair(problem, moves, EXACT)
    if needed is None:
        assert answer.remains or answer.homeless, "what cannot be mended is said"
        return
    bound = bound_of(problem, moves)
    assert bound is not None and bound.price <= (0, *needed), "the bound says more than is needed"
    own = {moving.patient_id}
    assert (answer.remains, answer.homeless) == ((), ())
    assert (len(answer.people_disturbed - own), sum(not one.is_chair_only for one in answer.moves)) == needed
    assert answer.proven
    nobody = replace(problem, booked=answer.visits)
    assert check(nobody, ()) == ()


def test_where_a_whole_afternoon_is_free_the_bound_is_reached_without_looking_at_everybody() -> None:
    """Ivo is moved onto Wren's time in the only chair; Wren alone has to go, and there is room for her."""
    place = clinic([0, 1], (SINGLE,))
    people = tuple(patient(name, 0, last_on=day(1), spacing=Spacing(most_d=None)) for name in ("Wren", "Orla", "Ivo"))
    problem = Problem(place, people, (visit("Wren", 0, 480), visit("Ivo", 0, 600), visit("Orla", 1, 480)))
    heard: list[Repair] = []
    answer = repair(problem, {"ivo d0 600": Place(Start(day(0), 480))}, EXACT, on_better=heard.append)
    assert len(heard) == 1, "no wider search was needed"
    assert answer.proven and answer.people_disturbed == {"wren"} and answer.other_time_count == 1


def bound_of(problem: Problem, moves: dict[str, Place]) -> Least | None:
    after = moved(problem, moves)
    pinned = tuple(one for one in after.booked if one.visit_id in moves)
    loose = {one.visit_id for one in after.booked if one.movable}
    return Bound(after, loose, Keep({}, before=problem.booked, pinned=pinned), pinned, GRID_MIN).ask(20)


def two_chairs() -> Problem:
    """Monday: Wren and Orla at eight, Ivo at ten; Wednesday: Wren at eight. Everybody may move."""
    place = clinic([0, 1, 2, 3, 4])
    people = tuple(patient(name, 0, last_on=day(4), spacing=Spacing(most_d=None)) for name in ("Wren", "Orla", "Ivo"))
    stands = (
        visit("Wren", 0, 480, SINGLE),
        visit("Orla", 0, 480, SHARED),
        visit("Ivo", 0, 600, SINGLE),
        visit("Wren", 2, 480, SINGLE),
    )
    return Problem(place, people, stands)


def test_a_move_to_where_there_is_room_breaks_nothing_and_moves_nobody() -> None:
    answer = repair(two_chairs(), {"ivo d0 600": Place(Start(day(3), 480))}, EXACT)
    assert (answer.breaks, answer.moves, answer.proven) == ((), (), True)


def test_a_move_onto_another_patient_says_so_and_moves_that_one_a_little() -> None:
    moves = {"ivo d0 600": Place(Start(day(0), 480), SINGLE.chair_id)}
    (broken,) = what_breaks(two_chairs(), moves)
    assert (broken.code, broken.is_never, set(broken.visit_ids)) == ("chair_taken", True, {"wren d0 480", "ivo d0 600"})
    answer = repair(two_chairs(), moves, EXACT)
    (move,) = answer.moves
    assert (move.called, move.was, move.now) == ("Wren", Start(day(0), 480), Start(day(0), 600))
    assert (answer.remains, answer.proven, answer.people_disturbed) == ((), True, {"wren"})


def test_where_another_chair_is_enough_nobody_is_asked_for_another_time() -> None:
    moves = {"ivo d0 600": Place(Start(day(2), 480), SINGLE.chair_id)}
    answer = repair(two_chairs(), moves, EXACT)
    (move,) = answer.moves
    assert (move.visit_id, move.is_chair_only, move.chair_id) == ("wren d2 480", True, SHARED.chair_id)
    assert answer.people_disturbed == frozenset()


def test_a_visit_too_close_to_the_moved_one_moves_and_stays_in_its_order() -> None:
    moves = {"wren d0 480": Place(Start(day(1), 480), SINGLE.chair_id)}
    assert [one.code for one in what_breaks(two_chairs(), moves)] == ["too_close"]
    (move,) = repair(two_chairs(), moves, EXACT).moves
    assert (move.visit_id, move.now.day) == ("wren d2 480", day(3))
    past = {"wren d0 480": Place(Start(day(4), 480), SINGLE.chair_id)}
    assert [one.code for one in what_breaks(two_chairs(), past)] == ["out_of_order"]
    assert repair(two_chairs(), past, EXACT).homeless, "the second infusion does not become the first"


def test_the_patients_own_wish_about_the_chosen_day_is_not_mended_but_said() -> None:
    problem = two_chairs()
    people = tuple(
        replace(one, can=Can(away=(Away(day(3)),))) if one.called == "Ivo" else one for one in problem.patients
    )
    answer = repair(replace(problem, patients=people), {"ivo d0 600": Place(Start(day(3), 480))}, EXACT)
    assert [one.code for one in answer.remains] == ["patient_away"]
    assert answer.moves == ()


def test_what_somebody_decided_before_is_left_alone() -> None:
    problem = two_chairs()
    people = tuple(
        replace(one, can=Can(away=(Away(day(0)),))) if one.called == "Orla" else one for one in problem.patients
    )
    against_her_wish = replace(problem, patients=people)
    answer = repair(against_her_wish, {"ivo d0 600": Place(Start(day(0), 480), SINGLE.chair_id)}, EXACT)
    assert {one.called for one in answer.moves} == {"Wren"}
    assert answer.remains == ()


def test_when_a_nurse_is_ill_the_calendar_is_put_right_with_the_fewest_people() -> None:
    problem = two_chairs()
    there = tuple(Present(who, who, day(number), 480, 720) for number in range(5) for who in ("Okafor", "Lind"))
    ill = tuple(one for one in there if not (one.staff_id == "Lind" and one.day == day(0)))
    problem = replace(
        problem,
        clinic=replace(problem.clinic, presence=ill, cover=replace(problem.clinic.cover, first_most=1, then_most=1)),
    )
    answer = repair(problem, {}, EXACT)
    assert isinstance(answer, Repair)
    assert len(answer.people_disturbed) == 1
    assert (answer.remains, answer.homeless) == ((), ())


def test_when_a_chair_closes_its_visit_goes_to_another_and_nobody_is_asked() -> None:
    problem = two_chairs()
    closed = Closed(day(0), chair_id=SINGLE.chair_id, words="new floor")
    hit = [one for one in problem.booked if one.start.day == day(0) and one.chair_id == SINGLE.chair_id]
    answer = repair(replace(problem, clinic=replace(problem.clinic, closures=(closed,))), {}, EXACT)
    assert hit and {one.visit_id for one in hit} <= {one.visit_id for one in answer.moves}
    assert (answer.remains, answer.homeless) == ((), ())
    assert all((one.start.day, one.chair_id) != (day(0), SINGLE.chair_id) for one in answer.visits)


def test_when_the_clinic_closes_for_a_day_everybody_of_it_comes_on_another_in_their_order() -> None:
    problem = two_chairs()
    closed = Closed(day(0), words="flood")
    hit = {one.patient_id for one in problem.booked if one.start.day == day(0)}
    answer = repair(replace(problem, clinic=replace(problem.clinic, closures=(closed,))), {}, EXACT)
    assert answer.people_disturbed == hit
    assert (answer.remains, answer.homeless) == ((), ())
    wren = sorted((one for one in answer.visits if one.called == "Wren"), key=lambda one: one.start)
    assert [one.visit_id for one in wren] == ["wren d0 480", "wren d2 480"], "the first stays the first"
    assert all(one.start.day != day(0) for one in answer.visits)
