"""The clinic's fortnight and the least disturbing repair, judged by a person's rules."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from datetime import time as clock_time
from typing import Any

import pytest

from dripstand.course import queries, services
from dripstand.course.judging import Refusal
from dripstand.course.models import BookingState
from dripstand.course.proposals import HowFar, how_far, read_how_far
from dripstand.course.scheduling import Progress
from dripstand.course.wishes import Wishes
from dripstand.premises.services import close
from tests.people import (
    ADMINISTRATOR_KLEIN,
    FRONT_DESK_SORO,
    NURSE_OKAFOR,
    NURSE_REYES,
    another_chair,
    ren_halloway,
    stored,
    wren_halloway,
)
from tests.rooms.course.clinic_searches import (
    GivenRun,
    client_of,
    finished,
    fortnight,
    monday_ahead,
    repaired,
)
from tests.rooms.course.clinic_searches import in_this_process as in_this_process  # a fixture
from tests.rooms.course.courses import MONDAY, NOW, booked, in_induction, local, on_the_rota, open_on_weekdays

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("in_this_process")]


def places_of(found: dict[str, Any]) -> list[services.Place]:
    return [
        services.Place(one["infusion_id"], one["chair_id"], datetime.fromisoformat(one["at"]), one["nurse_id"])
        for one in found["places"]
    ]


def moves_of(found: dict[str, Any]) -> list[services.Place]:
    return [
        services.Place(
            queries.booking(one["booking_id"]).infusion_id,
            one["chair_id"],
            datetime.fromisoformat(one["at"]),
            one["nurse_id"],
        )
        for one in found["moves"]
    ]


# --- the fortnight ---------------------------------------------------------------------------------------------------


def test_a_fortnight_of_everybody_breaks_no_rule_and_is_booked_whole() -> None:
    open_on_weekdays()
    on_the_rota()
    another_chair()
    people = [wren_halloway(), ren_halloway()]
    people += [wren_halloway(record_number=f"R-20{n}", name=f"Invented Patient-{n}") for n in range(3)]
    services.tell_wishes(
        stored(FRONT_DESK_SORO), patient_id=people[1], wishes=Wishes(weekdays=frozenset({1, 3})), now=NOW
    )
    courses = [in_induction(one) for one in people]
    booked(courses[0], 1, "2026-03-02T09:00")
    run = GivenRun(first="2026-03-02")
    found = fortnight(run)
    # By the pattern two a week: four of each within the fortnight, of Wren three, because the first is booked.
    assert len(found["places"]) == found["wanted"] == 19 and found["missing"] == []
    said = [read_how_far(words) for words in run.heard]
    assert said and all(isinstance(one, HowFar) and one.wanted == 19 for one in said)
    answer = services.place_all(stored(FRONT_DESK_SORO), places=places_of(found), now=NOW)
    assert not isinstance(answer, Refusal), answer  # the two sets of rules agree: nothing had to be decided


def test_a_gap_is_filled_between_what_is_booked_before_it_and_after() -> None:
    open_on_weekdays()
    course = in_induction(wren_halloway())
    booked(course, 1, "2026-03-02T09:00")
    booked(course, 3, "2026-03-09T09:00")
    found = fortnight(GivenRun(first="2026-03-02"))
    first = places_of(found)[0]
    assert first.infusion_id == course.series[1].infusion_id
    assert local("2026-03-04T00:00") <= first.starts_at < local("2026-03-08T00:00")
    assert len(found["places"]) == 1, "the fourth waits until the second has its place"


def test_what_has_no_place_is_said_with_the_rules_that_leave_none() -> None:
    open_on_weekdays()
    patient_id = wren_halloway()
    in_induction(patient_id)
    services.tell_wishes(
        stored(FRONT_DESK_SORO), patient_id=patient_id, wishes=Wishes(weekdays=frozenset({0})), now=NOW
    )
    found = fortnight(GivenRun(first="2026-03-02"))
    assert len(found["places"]) == 2, "two Mondays"
    (missing,) = found["missing"]
    assert missing["patient_id"] == patient_id and missing["count"] == 2
    assert "weekdays" in missing["rules"]


def test_a_proposal_names_who_is_at_each_chair_as_long_as_a_hand_is_free() -> None:
    open_on_weekdays()
    on_the_rota()
    meadow, reed = another_chair(), another_chair("Reed 1")
    courses = [in_induction(wren_halloway(record_number=f"R-30{n}", name=f"Invented Patient-{n}")) for n in range(4)]
    # Okafor has both hands full on Monday morning, by name.
    for course, chair in ((courses[0], reed), (courses[1], meadow)):
        answer = services.book(
            stored(FRONT_DESK_SORO),
            infusion_id=course.series[0].infusion_id,
            chair_id=chair,
            starts_at=local("2026-03-02T09:00"),
            nurse_id=stored(NURSE_OKAFOR).staff_id,
            now=NOW,
        )
        assert not isinstance(answer, Refusal), answer
    found = fortnight(GivenRun(first="2026-03-02"))
    assert {one["nurse_id"] for one in found["places"]} <= {stored(NURSE_OKAFOR).staff_id, stored(NURSE_REYES).staff_id}
    answer = services.place_all(stored(FRONT_DESK_SORO), places=places_of(found), now=NOW)
    assert not isinstance(answer, Refusal), answer  # nobody is away, nobody watches more than the signed two
    held = [one.booking for course in courses for one in queries.course(course.course_id).series if one.booking]
    for instant in {one.starts_at for one in held}:
        at_once = [one.nurse_id for one in held if one.starts_at <= instant < one.leaves_at]
        assert all(at_once.count(nurse) <= 2 for nurse in set(at_once) if nurse), instant


def test_a_closure_and_somebody_elses_booking_are_named_on_the_page_to_whoever_may_read_names() -> None:
    """Wren can come on Monday and Thursday mornings. One Monday is closed; on the other Ren has the only chair."""
    open_on_weekdays()
    first, now = monday_ahead(), datetime.now(UTC)
    wren, ren = wren_halloway(), ren_halloway()
    in_induction(wren, first_on=first, now=now)
    services.tell_wishes(
        stored(FRONT_DESK_SORO),
        patient_id=wren,
        wishes=Wishes(weekdays=frozenset({0, 3}), home_by=clock_time(12)),
        now=now,
    )
    close(
        stored(ADMINISTRATOR_KLEIN),
        starts_at=local(f"{first}T00:00"),
        ends_at=local(f"{first}T23:00"),
        words="new floor",
        now=now,
    )
    later = first + timedelta(days=7)
    booked(in_induction(ren, first_on=later, now=now), 1, f"{later}T09:00", now=now)
    desk = client_of(FRONT_DESK_SORO)
    asked = desk.post("/calendar/fortnight/", {"what": "ask", "first": str(first)})["Location"]
    found = fortnight(GivenRun(now=now, first=str(first)))
    row = next(one for one in found["missing"] if one["patient_id"] == wren)
    assert {"closures", "bookings", "weekdays"} <= set(row["rules"])
    assert [one["patient_id"] for one in row["in_the_way"]] == [ren] and not row["in_the_way"][0]["is_proposed"]
    finished(asked.split("job=")[1], found)
    page = " ".join(desk.get(asked).content.decode().split())
    assert f"In the way: Ren Halloway on {later.day} {later:%b} at 09:00." in page
    assert f"if it were open on {first.day} {first:%b} (closed: new floor)" in page
    assert "weekdays on which the patient can come" in page
    assert client_of(ADMINISTRATOR_KLEIN).get(asked).status_code == 403, "names of patients are not for everybody"


def test_with_nobody_waiting_nothing_is_searched() -> None:
    open_on_weekdays()
    assert fortnight(GivenRun(first="2026-03-02"))["places"] == []


def test_a_search_that_is_ended_early_answers_the_best_so_far() -> None:
    open_on_weekdays()
    in_induction(wren_halloway())

    class Ends(GivenRun):
        cancelled = True

        @property
        def must_stop(self) -> bool:  # type: ignore[override]
            return bool(self.heard)

    ended = Ends(first="2026-03-02")
    assert len(fortnight(ended)["places"]) == 4 and ended.heard


def test_how_far_a_search_is_reads_back_as_it_was_said() -> None:
    said = how_far(Progress(12.4, 41, 60, 412, 388, 0.05))
    assert read_how_far(said) == HowFar(41, 60, 412, 388, 12)
    assert HowFar(41, 60, 412, 388, 12).missing == 19
    assert read_how_far("") is read_how_far("placed=x") is None


# --- the repair ------------------------------------------------------------------------------------------------------


def two_booked() -> tuple[queries.CourseDetails, queries.CourseDetails]:
    """Wren on Monday and Thursday at nine, Ren on Monday at noon, all in one chair."""
    open_on_weekdays()
    wren, ren = in_induction(wren_halloway()), in_induction(ren_halloway())
    booked(wren, 1, "2026-03-02T09:00")
    booked(wren, 2, "2026-03-05T09:00")
    booked(ren, 1, "2026-03-02T12:00")
    return queries.course(wren.course_id), queries.course(ren.course_id)


def test_a_move_onto_another_patient_moves_that_one_a_little_and_both_are_booked_at_once() -> None:
    wren, ren = two_booked()
    own, other = wren.series[0].booking, ren.series[0].booking
    assert own is not None and other is not None
    asked = {"booking_id": own.booking_id, "chair_id": own.chair_id, "at": local("2026-03-02T12:00").isoformat()}
    found = repaired(GivenRun(first="2026-03-02", moves=[asked]))
    assert [one["booking_id"] for one in found["moves"]] == [own.booking_id, other.booking_id]
    assert [one["is_asked"] for one in found["moves"]] == [True, False]
    assert found["people"] == 1 and found["homeless"] == found["remains"] == []
    answer = services.place_all(stored(FRONT_DESK_SORO), places=moves_of(found), now=NOW)
    assert not isinstance(answer, Refusal), answer
    assert queries.booking(own.booking_id).starts_at == local("2026-03-02T12:00")


def test_a_closure_breaks_what_is_booked_in_it_and_is_repaired_within_the_rules() -> None:
    wren, ren = two_booked()
    assert queries.broken_between(local("2026-03-02T00:00"), local("2026-03-20T00:00"), NOW) == ()
    close(
        stored(ADMINISTRATOR_KLEIN),
        starts_at=local("2026-03-02T00:00"),
        ends_at=local("2026-03-02T23:59"),
        words="new floor",
        now=NOW,
    )
    broken = queries.broken_between(local("2026-03-02T00:00"), local("2026-03-20T00:00"), NOW)
    assert [(one.name, [b.code for b in one.breaks]) for one in broken] == [
        ("Wren Halloway", ["clinic_closed"]),
        ("Ren Halloway", ["clinic_closed"]),
    ]
    found = repaired(GivenRun(first="2026-03-02", moves=[]))
    assert found["homeless"] == []
    answer = services.place_all(stored(FRONT_DESK_SORO), places=moves_of(found), now=NOW)
    assert not isinstance(answer, Refusal), answer
    assert queries.broken_between(local("2026-03-02T00:00"), local("2026-03-20T00:00"), NOW) == ()


def test_somebody_absent_breaks_what_they_would_have_watched_and_a_patient_away_what_is_theirs() -> None:
    wren, _ren = two_booked()
    on_the_rota(NURSE_REYES)
    span = local("2026-03-02T00:00"), local("2026-03-20T00:00")
    assert queries.broken_between(*span, NOW) == ()
    services.add_absence(
        stored(FRONT_DESK_SORO), staff_id=stored(NURSE_REYES).staff_id, first_on=MONDAY, last_on=MONDAY
    )
    assert {b.code for one in queries.broken_between(*span, NOW) for b in one.breaks} == {"nobody_there"}
    on_the_rota(NURSE_OKAFOR)
    assert queries.broken_between(*span, NOW) == ()
    wishes = Wishes(weekdays=frozenset({0}))
    services.tell_wishes(stored(FRONT_DESK_SORO), patient_id=wren.patient_id, wishes=wishes, now=NOW)
    assert [b.code for one in queries.broken_between(*span, NOW) for b in one.breaks] == ["weekday_not_wished"]


def test_a_named_nurse_who_falls_ill_is_replaced_by_name_and_nobody_is_asked_for_another_time() -> None:
    open_on_weekdays()
    on_the_rota()
    course = in_induction(wren_halloway())
    booking_id = booked(course, 1, "2026-03-02T09:00")
    reyes, okafor = stored(NURSE_REYES).staff_id, stored(NURSE_OKAFOR).staff_id
    named = queries.booking(booking_id)
    answer = services.move(
        stored(FRONT_DESK_SORO),
        booking_id=booking_id,
        chair_id=named.chair_id,
        starts_at=named.starts_at,
        nurse_id=reyes,
        now=NOW,
    )
    assert not isinstance(answer, Refusal), answer
    services.add_absence(stored(FRONT_DESK_SORO), staff_id=reyes, first_on=MONDAY, last_on=MONDAY)
    span = local("2026-03-02T00:00"), local("2026-03-20T00:00")
    assert [b.code for one in queries.broken_between(*span, NOW) for b in one.breaks] == ["nurse_away"]
    found = repaired(GivenRun(first="2026-03-02", moves=[]))
    (move,) = found["moves"]
    assert (move["at"], move["chair_id"]) == (named.starts_at.isoformat(), named.chair_id)
    assert move["nurse_id"] == okafor and found["people"] == 0
    taken = services.place_all(stored(FRONT_DESK_SORO), places=moves_of(found), now=NOW)
    assert not isinstance(taken, Refusal), taken
    assert queries.broken_between(*span, NOW) == ()


def test_who_loses_their_place_and_finds_no_other_is_told_which_rule_leaves_none() -> None:
    two_booked()
    close(
        stored(ADMINISTRATOR_KLEIN),
        starts_at=local("2026-03-02T00:00"),
        ends_at=local("2026-03-29T23:59"),
        words="flood",
        now=NOW,
    )
    found = repaired(GivenRun(first="2026-03-02", moves=[]))
    assert len(found["homeless"]) == 3
    assert found["left_out"] and all("closures" in one["rules"] for one in found["left_out"])


def test_what_somebody_booked_with_open_eyes_is_not_called_broken_and_not_moved() -> None:
    open_on_weekdays()
    course = in_induction(wren_halloway())
    booking_id = booked(course, 1, "2026-03-07T09:00")  # a Saturday, with a reason
    span = local("2026-03-02T00:00"), local("2026-03-20T00:00")
    assert queries.broken_between(*span, NOW) == ()
    assert repaired(GivenRun(first="2026-03-02", moves=[]))["moves"] == []
    assert queries.booking(booking_id).state is BookingState.HELD


def test_a_booking_that_has_gone_is_said_and_not_repaired() -> None:
    wren, _ren = two_booked()
    own = wren.series[0].booking
    assert own is not None
    services.cancel(stored(FRONT_DESK_SORO), booking_id=own.booking_id, now=NOW, reason="fever")
    asked = {"booking_id": own.booking_id, "chair_id": own.chair_id, "at": local("2026-03-02T12:00").isoformat()}
    assert repaired(GivenRun(first="2026-03-02", moves=[asked]))["gone"]
