"""Which screens are awake: an infusing chair that none of them watches is said within fifteen seconds (H34)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dripstand.live.screens import (
    BOARD,
    FORGOTTEN_AFTER_S,
    SAID_AFTER_S,
    SAY_EVERY_S,
    SCREENS_AT_MOST_COUNT,
    Attention,
    Screen,
    Screens,
    Sound,
    take_from_bus,
)

pytestmark = pytest.mark.hazard("H34")

CHAIR = "session:a"
BAR_S = 15.0


def screen(name: str = "one", *shows: str, visible: bool = True, sound: Sound = Sound.ON, acts: bool = True) -> Screen:
    return Screen(name, shows or (CHAIR,), visible, sound, acts)


def test_the_limits_keep_the_bar_of_fifteen_seconds() -> None:
    assert SAID_AFTER_S + SAY_EVERY_S < BAR_S
    assert SAID_AFTER_S > 2 * SAY_EVERY_S, "one report that is lost is no reason to cry"


def test_a_chair_is_attended_by_its_own_screen_and_by_the_board() -> None:
    for shows in (CHAIR, BOARD):
        screens = Screens(began_s=-100.0)
        screens.say(screen("one", shows), 0.0)
        assert screens.attention(CHAIR, SAID_AFTER_S) is Attention.ATTENDED
        assert screens.attention(CHAIR, SAID_AFTER_S + 0.1) is Attention.NOBODY


def test_another_chairs_screen_a_wall_and_a_front_desk_do_not_attend_it() -> None:
    screens = Screens(began_s=-100.0)
    screens.say(screen("other", "session:b"), 0.0)
    screens.say(screen("wall", BOARD, acts=False), 0.0)
    assert screens.attention(CHAIR, 1.0) is Attention.NOBODY


@pytest.mark.parametrize(
    ("visible", "sound", "how"),
    [
        (False, Sound.ON, Attention.HIDDEN),
        (True, Sound.BLOCKED, Attention.SILENT),
        (True, Sound.UNHEARD, Attention.SILENT),
        (True, Sound.NONE, Attention.SILENT),
        (False, Sound.BLOCKED, Attention.HIDDEN),
    ],
)
def test_a_screen_that_is_hidden_or_cannot_be_heard_does_not_attend(
    visible: bool, sound: Sound, how: Attention
) -> None:
    screens = Screens(began_s=-100.0)
    screens.say(screen(visible=visible, sound=sound), 0.0)
    assert screens.attention(CHAIR, 1.0) is how


@pytest.mark.hazard("H39")
@pytest.mark.parametrize(
    ("one", "seen"),
    [
        (screen(), True),
        (screen("board", BOARD), True),
        (screen(sound=Sound.BLOCKED), True),
        (screen(visible=False), False),
        (screen("wall", BOARD, acts=False), False),
        (screen("other", "session:b"), False),
    ],
)
def test_a_call_is_seen_exactly_where_somebody_who_acts_has_the_chair_or_the_board_in_sight(
    one: Screen, seen: bool
) -> None:
    screens = Screens(began_s=0.0)
    assert not screens.is_seen(CHAIR, 0.0), "that the server has just begun is no screen"
    screens.say(one, 0.0)
    assert screens.is_seen(CHAIR, SAID_AFTER_S) is seen
    assert not screens.is_seen(CHAIR, SAID_AFTER_S + 0.1)


def test_after_a_restart_nobody_is_accused_before_the_pages_could_speak() -> None:
    screens = Screens(began_s=0.0)
    assert screens.attention(CHAIR, SAID_AFTER_S) is Attention.ATTENDED
    assert screens.attention(CHAIR, SAID_AFTER_S + 0.1) is Attention.NOBODY


def test_a_page_that_gives_way_to_the_next_leaves_no_gap() -> None:
    screens = Screens(began_s=-100.0)
    screens.say(screen("before"), 0.0)
    screens.say(screen("before", visible=False), 0.1)  # it is being left
    screens.say(screen("after"), 3.0)
    assert all(screens.attention(CHAIR, at_s) is Attention.ATTENDED for at_s in (0.2, 2.9, 3.1, 9.0))


reports = st.lists(
    st.tuples(
        st.floats(0.0, 6.0),  # seconds since the report before
        st.sampled_from(["one", "two", "three"]),
        st.sampled_from([CHAIR, "session:b", BOARD]),
        st.booleans(),
        st.sampled_from(list(Sound)),
        st.booleans(),
    ),
    max_size=25,
)


@given(reports, st.floats(0.0, 30.0))
def test_a_chair_is_attended_exactly_while_an_awake_screen_spoke_lately(
    spoken: list[tuple[float, str, str, bool, Sound, bool]], later_s: float
) -> None:
    screens, at_s, last_s = Screens(began_s=-100.0), 0.0, float("-inf")
    for after_s, name, shows, visible, sound, acts in spoken:
        at_s += after_s
        screens.say(Screen(name, (shows,), visible, sound, acts), at_s)
        if shows in (CHAIR, BOARD) and visible and sound is Sound.ON and acts:
            last_s = at_s
    asked_s = at_s + later_s
    attended = screens.attention(CHAIR, asked_s) is Attention.ATTENDED
    assert attended == (asked_s - max(last_s, -100.0) <= SAID_AFTER_S)


def test_a_crowd_of_screens_costs_bounded_memory_and_the_silent_are_forgotten() -> None:
    screens = Screens(began_s=0.0)
    for number in range(3 * SCREENS_AT_MOST_COUNT):
        screens.say(screen(f"n{number}", f"session:{number}"), 1.0)
    assert screens.count(1.0) == SCREENS_AT_MOST_COUNT
    screens.say(screen("late"), 1.0 + FORGOTTEN_AFTER_S + 1.0)
    assert screens.count(2.0 + FORGOTTEN_AFTER_S) == 1


def test_what_another_process_heard_counts_here(monkeypatch: pytest.MonkeyPatch) -> None:
    here = Screens(began_s=-1e9)
    monkeypatch.setattr("dripstand.live.screens.SCREENS", here)
    said = {"screen_id": "x", "shows": [CHAIR], "visible": True, "sound": "on", "acts": True}
    take_from_bus(said)
    import time

    assert here.attention(CHAIR, time.monotonic()) is Attention.ATTENDED
