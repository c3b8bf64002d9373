"""Recordings in parts, as the players of the iPad and the iPhone ask for them (RFC 9110, section 14)."""

from __future__ import annotations

import pytest
from django.http import HttpRequest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from dripstand.calm import services
from dripstand.calm.sound_answers import part_of, sound_answer
from tests.people import NURSE_REYES, stored
from tests.rooms.calm.test_tablet_and_journal import OGG, now, tablet_of
from tests.rooms.infusion import stored_visits as visits

SOUND = bytes(range(256)) * 4


def asked_for(wanted: str) -> tuple[int, str, bytes]:
    request = HttpRequest()
    request.META["HTTP_RANGE"] = wanted
    answer = sound_answer(request, ("audio/ogg", SOUND))
    return answer.status_code, answer.headers.get("Content-Range", ""), answer.content


def test_the_probe_of_a_player_is_answered_by_two_bytes_and_the_whole_size() -> None:
    assert asked_for("bytes=0-1") == (206, "bytes 0-1/1024", SOUND[:2])


@given(st.integers(0, 1_100), st.integers(0, 1_100))
def test_the_parts_of_a_recording_are_its_bytes_and_nothing_beyond_them(first: int, last: int) -> None:
    status, says, content = asked_for(f"bytes={first}-{last}")
    if last < first:
        assert (status, says, content) == (200, "", SOUND), "RFC 9110, 14.1.1: such a range is ignored"
    elif first >= len(SOUND):
        assert (status, says, content) == (416, f"bytes */{len(SOUND)}", b"")
    else:
        end = min(last, len(SOUND) - 1)
        assert (status, says, content) == (206, f"bytes {first}-{end}/{len(SOUND)}", SOUND[first : end + 1])


@given(st.integers(1, 2_000))
def test_the_end_of_a_recording_is_asked_for_by_its_length(count: int) -> None:
    status, says, content = asked_for(f"bytes=-{count}")
    assert status == 206 and content == SOUND[-min(count, len(SOUND)) :]
    assert says == f"bytes {len(SOUND) - len(content)}-{len(SOUND) - 1}/{len(SOUND)}"


@pytest.mark.parametrize(
    "wanted", ["", "bytes", "bytes=", "bytes=-", "bytes=1-2,4-5", "seconds=0-1", "bytes=x-1", "bytes=0-1x", "bytes=٣-٤"]
)
def test_what_is_no_single_range_of_bytes_is_answered_by_the_whole(wanted: str) -> None:
    assert part_of(wanted, len(SOUND)) is None
    assert asked_for(wanted) == (200, "", SOUND)


def test_nothing_of_a_recording_without_bytes_is_a_part() -> None:
    assert part_of("bytes=0-", 0) == range(0) and part_of("bytes=-5", 0) == range(0)


@pytest.mark.django_db
def test_the_tablet_is_sent_the_part_that_it_asks_for_and_nobody_without_a_link_is() -> None:
    visit = visits.infusing()
    number = services.add_recording(stored(NURSE_REYES), title="Slow piano", content=OGG, now=now())
    address = f"/me/calm/recording/{number}/"
    part = tablet_of(visit).get(address, headers={"Range": "bytes=4-"})
    assert (part.status_code, part.content) == (206, OGG[4:])
    assert part.headers["Accept-Ranges"] == "bytes" and part.headers["Content-Type"] == "audio/ogg"
    assert Client().get(address, headers={"Range": "bytes=4-"}).status_code == 403
