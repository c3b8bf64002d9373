"""A second that comes twice, on our clock or a device's: order kept, nothing lost, nothing fresh that is not (H30)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from dripstand.live.clock import Clock
from dripstand.monitoring.engine import House
from dripstand.monitoring.models import ReceivedMessage
from dripstand.monitoring.queries import trends
from dripstand.monitoring.services import bind
from tests.people import NURSE_REYES
from tests.rooms.monitoring.bedside import NOON, after, chairs, monitor, sample
from tests.rooms.monitoring.test_engine import Ward

pytestmark = pytest.mark.django_db(transaction=True)
LEAP_S = 10.0
"""Where the second is said once more, in seconds that really pass."""


def repeating(passed_s: float) -> float:
    """What a clock says that repeats the second before LEAP_S: the way most machines keep a leap second."""
    return passed_s if passed_s < LEAP_S else passed_s - 1.0


def stamped_60(passed_s: float) -> float:
    """What a device says that writes 23:59:60, as its stamps are read."""
    if LEAP_S <= passed_s < LEAP_S + 1:
        return LEAP_S - 0.000001
    return repeating(passed_s)


def unaware(passed_s: float) -> float:
    """A device that knows of no leap second is one ahead of us afterwards, until it is set."""
    return passed_s


@dataclass
class LeapWard(Ward):
    """The wall repeats a second (or is set back further) while the seconds that are counted go on."""

    back_s: float = 1.0

    def __post_init__(self) -> None:
        self.clock = Clock(self.wall)
        super().__post_init__()

    def wall(self) -> datetime:
        return after(self.t_s if self.t_s < LEAP_S else self.t_s - self.back_s)

    def house(self) -> House:
        return replace(super().house(), now=self.clock.now)

    def hears(self, device: Callable[[float], float], every_s: float) -> Iterator[float]:
        """Twenty seconds of a saturation that never says the same twice; yields each when it was heard and judged."""
        for number in range(int(20 / every_s)):
            self.t_s = 0.1 + number * every_s
            value, own = round(93.0 + number * every_s / 4, 4), after(device(self.t_s))
            message = sample("M1", self.clock.now(), control_id=f"n {number}", message_time=own, spo2_percent=value)
            self.engine.heard(self.store.put([message]))
            self.look()
            yield value

    def look(self) -> None:
        self.engine.look_round()
        self.engine.take_news()
        self.engine.look_at("wren")

    @property
    def spo2(self) -> tuple[str, str]:
        value = self.screen["values"]["spo2_percent"]
        return value["text"], value["quality"]


def leap_ward(back_s: float = 1.0) -> LeapWard:
    (chair_id,) = chairs(1)
    ward = LeapWard(chair_id, back_s=back_s)
    bind(NURSE_REYES, device_id=monitor("M1"), chair_id=chair_id, session=ward.session, now=NOON)
    return ward


def trend() -> dict[str, Any]:
    found = trends("wren", NOON - timedelta(minutes=1), NOON + timedelta(minutes=1))
    channel: dict[str, Any] = found["channels"]["spo2_percent"]
    return channel


@pytest.mark.hazard("H30")
@pytest.mark.parametrize(
    ("device", "every_s"),
    [(repeating, 1.0), (stamped_60, 1.0), (stamped_60, 0.25), (unaware, 1.0), (unaware, 0.25)],
    ids=["repeats", "writes 60", "writes 60, four a second", "unaware", "unaware, four a second"],
)
def test_every_reading_is_kept_in_the_order_of_the_patient_and_shown_when_it_comes(
    device: Callable[[float], float], every_s: float
) -> None:
    ward = leap_ward()
    sent: list[float] = []
    for value in ward.hears(device, every_s):
        sent.append(value)
        assert ward.spo2 == (str(round(value)), "fresh"), ward.t_s
    assert ReceivedMessage.objects.filter(session_id="wren").count() == len(sent)
    found = trend()
    assert [value for value in found["v"] if value is not None] == sent
    assert min(found["t_ms"]) >= 0
    assert ward.raised() == []


@pytest.mark.hazard("H30")
def test_where_fractions_are_stamped_twice_nothing_is_lost_and_no_number_is_older_than_that_second() -> (
    None
):
    """Of two readings with one stamp nobody can say which came first: the newest stamp holds until it is past."""
    ward = leap_ward()
    sent: list[float] = []
    for value in ward.hears(repeating, 0.25):
        sent.append(value)
        text, quality = ward.spo2
        assert quality == "fresh" and text in {str(round(each)) for each in sent[-5:]}, ward.t_s
    assert sorted(value for value in trend()["v"] if value is not None) == sorted(sent)
    assert ward.raised() == []


@pytest.mark.hazard("H30", "H22")
@pytest.mark.parametrize("back_s", [1.0, 2.0, 5.0, 8.0, 30.0])
def test_a_number_is_no_longer_fresh_after_its_seconds_by_however_little_the_clock_was_set_back(back_s: float) -> None:
    """Nothing comes any more while the wall is set back by about as much as the number is old."""
    ward = leap_ward(back_s)
    for second in range(1, 10):
        ward.t_s = float(second)
        ward.engine.heard(ward.store.put([sample("M1", ward.clock.now(), spo2_percent=97.0)]))
        ward.look()
    assert ward.spo2 == ("97", "fresh")
    qualities: dict[float, str] = {}
    for quarter in range(1, 60):
        ward.t_s = 9.0 + quarter / 4
        ward.look()
        qualities[quarter / 4] = ward.spo2[1]
    assert not [age_s for age_s, quality in qualities.items() if age_s > 3 and quality == "fresh"]
    assert not [age_s for age_s, quality in qualities.items() if age_s > 10 and quality != "none"]
    assert qualities[0.75] == "fresh"
