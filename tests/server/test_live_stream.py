"""The stream to a page, over real sockets."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
from django.conf import settings

from dripstand.live import signed_in, views
from dripstand.live.publisher import HUB, publish
from dripstand.people.actors import Role
from dripstand.people.models import StaffMember
from tests.server.conftest import sign_in
from tests.server.serving import Stream, serving

pytestmark = pytest.mark.usefixtures("lesson_topics")


@pytest.fixture
def port(transactional_db: None) -> Iterator[int]:
    with serving() as number:
        yield number


def answer(port: int, cookie: str, *watched: str) -> int:
    with Stream(port, cookie, list(watched)) as stream:
        return stream.status()


@pytest.fixture
def cookie(nurse: StaffMember) -> str:
    return sign_in(nurse).cookies[settings.SESSION_COOKIE_NAME].value


def open_stream(port: int, cookie: str, *watched: str, receive_buffer_bytes: int | None = None) -> Stream:
    stream = Stream(port, cookie, list(watched), receive_buffer_bytes=receive_buffer_bytes)
    assert stream.status() == 200
    stream.wait_for("beat")  # from here on it is attached
    return stream


def test_what_a_service_publishes_is_on_the_page_within_a_second(port: int, cookie: str) -> None:
    stream = open_stream(port, cookie, "open:1", "open:2")
    published_at = time.monotonic()
    threading.Thread(target=publish, args=("open:2", {"rate_ml_per_h": "75"})).start()
    assert stream.wait_for("message") == {"topic": "open:2", "payload": {"rate_ml_per_h": "75"}}
    assert time.monotonic() - published_at < 1.0
    stream.close()


def test_a_page_hears_nothing_of_topics_that_it_did_not_ask_for(port: int, cookie: str) -> None:
    stream = open_stream(port, cookie, "open:1")
    publish("open:2", {"n": 1})
    publish("open:1", {"n": 2})
    assert stream.wait_for("message")["payload"] == {"n": 2}
    stream.close()


def test_a_beat_with_the_servers_time_comes_often_enough_to_notice_a_loss_within_three_seconds(
    port: int, cookie: str
) -> None:
    stream = open_stream(port, cookie, "open:1")
    first = datetime.fromisoformat(stream.wait_for("beat")["server_time"])
    second = datetime.fromisoformat(stream.wait_for("beat")["server_time"])
    assert first.utcoffset() is not None
    assert 0.5 < (second - first).total_seconds() < 1.5
    stream.close()


def test_a_stream_is_not_kept_back_or_stored_on_its_way(port: int, cookie: str) -> None:
    stream = Stream(port, cookie, ["open:1"])
    assert stream.status() == 200
    head = stream.head.lower()
    assert "content-type: text/event-stream" in head
    assert "x-accel-buffering: no" in head and "cache-control: no-store" in head
    assert "content-length" not in head
    stream.close()


def test_a_screen_that_reads_too_slowly_holds_up_nobody_and_is_told_what_it_missed(port: int, cookie: str) -> None:
    slow = open_stream(port, cookie, "open:1", receive_buffer_bytes=4096)
    quick = open_stream(port, cookie, "open:1")
    slowest_s = 0.0
    filling = "x" * 20_000
    for number in range(300):
        began = time.monotonic()
        publish("open:1", {"number": number, "filling": filling})
        assert quick.wait_for("message")["payload"]["number"] == number
        slowest_s = max(slowest_s, time.monotonic() - began)
    assert slowest_s < 1.0, "a viewer waited for another"
    # Now the slow one reads: it lost messages, hears how many, and still gets the newest.
    missed_count, last = 0, -1
    while last != 299:
        got = slow.next()
        assert got is not None
        if got[0] == "missed":
            missed_count += got[1]["missed_count"]
        elif got[0] == "message":
            assert got[1]["payload"]["number"] > last, "order was lost"
            last = got[1]["payload"]["number"]
    assert missed_count > 0
    slow.close()
    quick.close()


def test_who_is_not_signed_in_gets_no_stream(port: int) -> None:
    assert answer(port, "no-such-session", "open:1") == 401


@pytest.mark.parametrize("topic", ["prescribers:1", "nobody-registered-this:1", "nobody-registered-this"])
def test_a_nurse_may_not_watch_what_is_not_hers(port: int, cookie: str, topic: str) -> None:
    assert answer(port, cookie, "open:1", topic) == 403


def test_a_prescriber_may_watch_what_a_nurse_may_not(port: int, staff: Callable[..., StaffMember]) -> None:
    cookie = sign_in(staff("pia", Role.PRESCRIBER)).cookies[settings.SESSION_COOKIE_NAME].value
    open_stream(port, cookie, "prescribers:1").close()


def test_a_stream_needs_topics_and_not_too_many(port: int, cookie: str) -> None:
    assert answer(port, cookie) == 400
    assert answer(port, cookie, *(f"open:{n}" for n in range(65))) == 400


# --- the sign-in ends while the stream is open ----------------------------------------------------------------------


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same checks, more often, so that a test need not wait for them."""
    monkeypatch.setattr(views, "SIGN_IN_CHECKED_EVERY_S", 0.2)
    monkeypatch.setattr(signed_in, "ANSWER_KEPT_S", 0.1)


def test_a_sign_in_is_checked_often_enough_that_its_stream_ends_within_ten_seconds() -> None:
    assert views.SIGN_IN_CHECKED_EVERY_S + signed_in.ANSWER_KEPT_S + views.BEAT_EVERY_S < 10


@pytest.mark.usefixtures("impatient")
def test_the_stream_of_somebody_who_signs_out_ends(port: int, nurse: StaffMember) -> None:
    client = sign_in(nurse)
    stream = open_stream(port, client.cookies[settings.SESSION_COOKIE_NAME].value, "open:1")
    client.session.flush()
    assert stream.wait_for("end") == {"why": "signed-out"}
    assert stream.next() is None
    stream.close()


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("change", [{"is_active": False}, {"sign_in_generation": 2}, {"password": "another"}])
def test_the_stream_of_somebody_disabled_or_with_a_new_password_ends(
    port: int, cookie: str, nurse: StaffMember, change: dict[str, object]
) -> None:
    stream = open_stream(port, cookie, "open:1")
    StaffMember.objects.filter(pk=nurse.pk).update(**change)
    assert stream.wait_for("end") == {"why": "signed-out"}
    stream.close()


@pytest.mark.usefixtures("impatient")
def test_a_colleagues_stream_stays_open_when_another_is_disabled(
    port: int, cookie: str, staff: Callable[..., StaffMember]
) -> None:
    staff("otto", Role.NURSE)
    stream = open_stream(port, cookie, "open:1")
    StaffMember.objects.filter(username="otto").update(is_active=False)
    time.sleep(0.7)
    publish("open:1", {"n": 1})
    assert stream.wait_for("message")["payload"] == {"n": 1}
    stream.close()


def test_streams_end_and_say_so_when_the_server_goes_down(port: int, cookie: str) -> None:
    stream = open_stream(port, cookie, "open:1")
    assert HUB._loop is not None
    HUB._loop.call_soon_threadsafe(HUB.close)
    assert stream.wait_for("end") == {"why": "restarting"}
    assert stream.next() is None
    stream.close()


def test_a_viewer_that_left_is_forgotten(port: int, cookie: str) -> None:
    before = HUB.viewer_count()
    stream = open_stream(port, cookie, "open:1")
    assert HUB.viewer_count() == before + 1
    stream.close()
    deadline = time.monotonic() + 5
    while HUB.viewer_count() > before and time.monotonic() < deadline:
        time.sleep(0.05)
    assert HUB.viewer_count() == before
