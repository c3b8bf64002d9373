"""23:59:60 as monitors write it: a moment of its own, after 59 and before midnight, in every zone (H30)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from dripstand.devices.hl7.clock import chart_time, clock_difference_s
from dripstand.devices.hl7.decoding import decode
from dripstand.devices.hl7.messages import DecodedMessage
from dripstand.devices.hl7.times import read_time

MIDNIGHT = datetime(2017, 1, 1, tzinfo=UTC)
"""23:59:60 UTC of 31 December 2016 came before it, the last leap second so far. Source: IERS Bulletin C 52."""

WRITTEN = {
    "UTC": ("", "+0000", ("20161231235959", "20161231235960", "20170101000000")),
    "Z": ("", "Z", ("20161231235959", "20161231235960", "20170101000000")),
    "Berlin, with its offset": ("", "+0100", ("20170101005959", "20170101005960", "20170101010000")),
    "India, with its offset": ("", "+0530", ("20170101052959", "20170101052960", "20170101053000")),
    "New York, without": ("America/New_York", "", ("20161231185959", "20161231185960", "20161231190000")),
    "Auckland, without": ("Pacific/Auckland", "", ("20170101125959", "20170101125960", "20170101130000")),
}
"""How a monitor of that zone writes the three seconds. The whole world has the leap second at the same instant."""


@pytest.mark.hazard("H30")
@pytest.mark.parametrize(("zone", "offset", "seconds"), WRITTEN.values(), ids=WRITTEN)
def test_the_leap_second_lies_between_its_neighbours_wherever_it_is_written(
    zone: str, offset: str, seconds: tuple[str, str, str]
) -> None:
    local = ZoneInfo(zone) if zone else None
    read = [read_time(f"{second}{fraction}{offset}", local) for second in seconds for fraction in ("", ".500")]
    assert None not in read
    instants = [each.astimezone(UTC) for each in read if each is not None]
    assert instants == sorted(instants)
    before, half, leap, leap_half, midnight, _ = instants
    assert (before, half) == (MIDNIGHT - timedelta(seconds=1), MIDNIGHT - timedelta(seconds=0.5))
    assert half < leap < midnight == MIDNIGHT and half < leap_half < midnight


@pytest.mark.parametrize("no_time", ["20161231235961", "20161231236000", "20161231246060", "20161231235960+9900"])
def test_no_other_second_beyond_the_minute_is_read(no_time: str) -> None:
    assert read_time(no_time) is None


def told(at: str, spo2: int, number: int) -> bytes:
    return "\r".join(
        (
            f"MSH|^~\\&|MON^000F14049B507238^EUI-64|C|||{at}+0000||ORU^R01^ORU_R01|{number}|P|2.6|||AL|NE",
            "PID|||TEST0001^^^CLINIC^PI||Doe^Wren",
            f"OBR|1|{number}|{number}|182777000^monitoring of patient^SCT|||{at}+0000",
            f"OBX|1|NM|150456^MDC_PULS_OXIM_SAT_O2^MDC|1.1.1.150456|{spo2}|262688^MDC_DIM_PERCENT^MDC|||||R|||{at}+0000",
        )
    ).encode()


def heard(at: str, spo2: int, number: int, received_at: datetime) -> DecodedMessage:
    return decode(told(at, spo2, number), received_at=received_at)


@pytest.mark.hazard("H30")
def test_messages_across_a_leap_second_are_all_charted_in_order_with_their_numbers_and_a_trusted_clock() -> None:
    """Our own clock, as most machines keep it, says the last second twice; the monitor writes 60."""
    written = ("20161231235958", "20161231235959", "20161231235960", "20170101000000", "20170101000001")
    ours = (-2.0, -1.0, -1.0, 0.0, 1.0)
    stood: list[tuple[datetime, float | str | None]] = []
    for number, (at, second) in enumerate(zip(written, ours, strict=True)):
        received_at = MIDNIGHT + timedelta(seconds=second + 0.1)
        message = heard(at, 97 - number, number, received_at)
        (line,) = message.observations
        assert line.usable and message.warnings == ()
        assert abs(clock_difference_s(message, received_at) or 0.0) <= 1.0
        placed = chart_time(line, message, received_at)
        assert placed.clock_trusted, "a second off is no wrong clock"
        stood.append((placed.at, line.chart_value))
    assert stood == sorted(stood, key=lambda each: each[0])
    assert [value for _, value in stood] == [97.0, 96.0, 95.0, 94.0, 93.0]
    assert len({at for at, _ in stood}) == len(written)
