"""Every answer of the scheduler has words of its own."""

from __future__ import annotations

import pytest

from dripstand.course.scheduling import Explanation, Help, Relief, Room
from dripstand.course.scheduling.lifting import LIFTS
from dripstand.course.solver_words import (
    RULE_WORDS,
    booking_words,
    help_words,
    relief_words,
    room_words,
    together_words,
    why_words,
)
from tests.rules.scheduling.small import day


@pytest.mark.parametrize("code", [*LIFTS, "least_h"])
def test_each_rule_is_called_something(code: str) -> None:
    assert str(RULE_WORDS[code])
    if code in LIFTS:
        words = relief_words(Relief(code))
        assert words
        assert "_" not in words


def test_who_has_no_place_and_why_is_one_sentence() -> None:
    one = Explanation("wren", "Wren", 2, ("bookings", "weekdays", "window"), (), (), 4)
    assert why_words(one) == (
        "2 of 6 infusions of Wren have no place. Together these leave none: the bookings of others, "
        "weekdays on which the patient can come and the days among which the infusions shall be."
    )


@pytest.mark.parametrize(
    ("relief", "words"),
    [
        (Relief("weekdays", (("weekday", "2"),)), "if the patient could come on Wednesday too"),
        (Relief("away", (("day", "2026-03-04"),)), "if the patient could come on 4 Mar"),
        (Relief("home_by", (("minutes", "30"),)), "if the patient could be home 30 min later"),
        (Relief("not_before", (("minutes", "60"),)), "if the patient could come 60 min earlier"),
        (Relief("window", (("days", "7"), ("last", "2026-03-13"))), "with the days until 13 Mar"),
        (Relief("closures", (("day", "2026-03-02"), ("words", "flood"))), "if it were open on 2 Mar (closed: flood)"),
        (Relief("closures", (("day", "2026-03-02"), ("words", ""))), "if it were open on 2 Mar"),
        (Relief("staff", (("day", "2026-03-02"),)), "with one more person to watch on 2 Mar"),
        (Relief("most_a_week", (("count", "4"),)), "with 4 infusions in a week"),
        (Relief("most_d", (("days", "9"),)), "with up to 9 days between two infusions"),
    ],
)
def test_what_would_be_enough_is_said_with_how_much(relief: Relief, words: str) -> None:
    assert relief_words(relief) == words


def test_whose_booking_is_in_the_way_is_said_with_day_and_time() -> None:
    pip, ivo = booking_words("Pip", day(3), 485), booking_words("Ivo", day(4), 600, is_proposed=True)
    assert (pip, ivo) == ("Pip on 5 Mar at 08:05", "Ivo on 6 Mar at 10:00 (proposed too)")
    assert relief_words(Relief("bookings"), [pip]) == "if another time were found for Pip on 5 Mar at 08:05"
    assert relief_words(Relief("bookings")) == "if bookings of others were elsewhere"


def test_what_is_enough_only_together_is_one_listing() -> None:
    both = (Relief("bookings"), Relief("closures", (("day", "2026-03-02"), ("words", "flood"))))
    assert together_words(both, ["Pip on 5 Mar at 08:05"]) == (
        "if another time were found for Pip on 5 Mar at 08:05 and if it were open on 2 Mar (closed: flood)"
    )
    assert together_words(()) == ""


def test_what_a_change_of_the_clinic_and_the_arithmetic_say() -> None:
    assert help_words(Help("staff", 0)) == "With one more person each day, 0 infusions would have no place."
    assert room_words(Room(10, 12, "chairs")) == ""
    assert "at most 12" in room_words(Room(13, 12, "staff"))
