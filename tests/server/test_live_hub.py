"""The hub and the bus, without a web server."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
import uuid
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dripstand.live import bus, publisher, topics
from dripstand.live.frames import encode, frame
from dripstand.live.hub import QUEUE_LENGTH, Hub

REDIS = "redis://127.0.0.1:6379"


def payloads(published: list[Any]) -> list[Any]:
    return [json.loads(one.body)["payload"] for one in published if one.number]


async def test_a_publishing_thread_reaches_a_viewer_in_the_loop() -> None:
    hub = Hub()
    viewer = hub.attach(["board"])
    await asyncio.to_thread(hub.deliver_from_any_thread, "board", encode({"n": 1}))
    assert payloads(await viewer.take(1)) == [{"n": 1}]


async def test_every_viewer_gets_the_very_same_bytes_encoded_once() -> None:
    hub = Hub()
    viewers = [hub.attach(["board"]) for _ in range(3)]
    hub.deliver_from_any_thread("board", encode({"n": 1}))
    got = [(await viewer.take(1))[0].frame for viewer in viewers]
    assert got[0] is got[1] is got[2]


async def test_the_oldest_goes_when_a_viewer_is_slow_and_it_hears_how_many() -> None:
    hub = Hub()
    viewer = hub.attach(["board", "session:1"])
    for number in range(QUEUE_LENGTH + 3):
        hub.deliver_from_any_thread("session:1", encode({"n": number}))
    hub.deliver_from_any_thread("board", encode({"other": True}))
    await asyncio.sleep(0)
    taken = await viewer.take(1)
    assert taken[0].frame.startswith(b"event: missed")
    assert json.loads(taken[0].body) == {"topic": "session:1", "missed_count": 3}
    assert payloads(taken) == [{"n": n} for n in range(3, QUEUE_LENGTH + 3)] + [{"other": True}]
    assert await viewer.take(0.01) == [], "what was missed is said once"


async def test_a_board_of_many_chairs_waits_with_the_newest_of_each_and_misses_nothing() -> None:
    hub = Hub()
    viewer = hub.attach(["board"])
    for round_number in range(3):
        for chair in range(200):
            hub.deliver_from_any_thread("board", encode({"chair": chair, "n": round_number}), f"vitals {chair}")
    hub.deliver_from_any_thread("board", encode({"charted": True}))
    await asyncio.sleep(0)
    taken = await viewer.take(1)
    assert payloads(taken) == [{"chair": chair, "n": 2} for chair in range(200)] + [{"charted": True}]
    assert not any(one.frame.startswith(b"event: missed") for one in taken)


async def test_what_nobody_watches_does_not_wake_the_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    hub = Hub()
    hub.attach(["board"])
    woken: list[object] = []
    loop = asyncio.get_running_loop()
    monkeypatch.setattr(loop, "call_soon_threadsafe", woken.append)
    hub.deliver_from_any_thread("session:1", encode({"n": 1}))
    assert woken == []
    for number in range(10):
        hub.deliver_from_any_thread("board", encode({"n": number}))
    monkeypatch.undo()
    assert len(woken) == 1, "ten messages at once wake it once"


async def test_a_loop_that_stood_still_tells_everybody_to_look_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dripstand.live.hub.PENDING_AT_MOST_COUNT", 3)
    hub = Hub()
    viewer = hub.attach(["board"])
    for number in range(5):
        hub.deliver_from_any_thread("board", encode({"n": number}))
    await asyncio.sleep(0)
    taken = await viewer.take(1)
    assert json.loads(taken[0].body) == {"topic": "board", "missed_count": 1}
    assert payloads(taken) == [{"n": 0}, {"n": 1}, {"n": 2}]


@given(st.lists(st.tuples(st.sampled_from(["a", "b"]), st.booleans()), max_size=60))
def test_whatever_the_pace_what_is_delivered_and_what_is_missed_add_up(steps: list[tuple[str, bool]]) -> None:
    async def play() -> None:
        hub = Hub()
        viewer = hub.attach(["a", "b"])
        sent: dict[str, int] = {"a": 0, "b": 0}
        seen: dict[str, list[int]] = {"a": [], "b": []}
        missed: dict[str, int] = {"a": 0, "b": 0}

        async def read() -> None:
            for published in await viewer.take(0.001):
                body = json.loads(published.body)
                if published.number:
                    seen[published.topic].append(body["payload"]["n"])
                else:
                    missed[published.topic] += body["missed_count"]

        for topic, reads_now in steps:
            hub.deliver_from_any_thread(topic, encode({"n": sent[topic]}))
            sent[topic] += 1
            await asyncio.sleep(0)
            if reads_now:
                await read()
        await read()
        for topic in ("a", "b"):
            assert seen[topic] == sorted(set(seen[topic])), "order kept, nothing twice"
            assert len(seen[topic]) + missed[topic] == sent[topic]
            if sent[topic]:
                assert seen[topic][-1] == sent[topic] - 1, "the newest always arrives"

    asyncio.run(play())


async def test_nobody_watching_costs_nothing_and_keeps_nothing() -> None:
    hub = Hub()
    hub.deliver_from_any_thread("board", encode({"n": 1}))
    viewer = hub.attach(["board"])
    assert await viewer.take(0.01) == []
    hub.detach(viewer)
    assert hub.viewer_count() == 0 and hub._viewers == {}


@pytest.mark.parametrize("broken", ["a\nb", "a\rb"])
def test_a_frame_holds_no_line_break_that_could_begin_another_event(broken: str) -> None:
    with pytest.raises(ValueError, match="one line"):
        frame("message", broken)
    with pytest.raises(ValueError, match="one line"):
        frame(broken, "{}")


@pytest.mark.hazard("H54")
def test_what_a_person_typed_cannot_break_out_of_a_frame() -> None:
    typed = "first\r\n\r\nevent: end\ndata: {}\n\n"
    assert frame("message", encode({"note": typed})).count(b"\n\n") == 1


def test_a_payload_that_is_not_json_is_the_callers_mistake() -> None:
    with pytest.raises(TypeError):
        publisher.publish("board", {"when": object()})
    with pytest.raises(ValueError, match="Out of range"):
        publisher.publish("board", {"plasma_ng_per_ml": float("nan")})


def test_two_rooms_cannot_claim_one_kind_of_topic(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(topics, "_KINDS", {})
    topics.allow_topics("session", lambda user, rest: True)
    with pytest.raises(topics.TopicKindTaken):
        topics.allow_topics("session", lambda user, rest: False)


def test_who_asks_for_no_topic_may_watch_nothing() -> None:
    assert not topics.may_watch_all(object(), [])


async def test_subscribers_in_the_servers_own_loop_get_payloads() -> None:
    hub = Hub()
    stream = publisher.subscribe(["board"], hub=hub)
    first = asyncio.ensure_future(anext(stream))
    await asyncio.sleep(0)
    hub.deliver_from_any_thread("board", encode({"n": 1}))
    assert await asyncio.wait_for(first, 1) == ("board", {"n": 1})
    await stream.aclose()


# --- the bus --------------------------------------------------------------------------------------------------------


def redis_answers() -> bool:
    try:
        socket.create_connection(("127.0.0.1", 6379), 1).close()
    except OSError:
        return False
    return True


needs_redis = pytest.mark.skipif(not redis_answers(), reason="no Redis at 127.0.0.1:6379")


@needs_redis
async def test_what_one_process_publishes_reaches_the_screens_of_another() -> None:
    topic = f"session:{uuid.uuid4()}"
    here, there = Hub(), Hub()  # as in two processes
    async with bus.listening(REDIS, here), bus.listening(REDIS, there):
        viewers = [here.attach([topic]), there.attach([topic])]
        assert await asyncio.to_thread(bus.send, REDIS, topic, encode({"note": "Größe 1 µg"}))
        for viewer in viewers:
            assert payloads(await viewer.take(5)) == [{"note": "Größe 1 µg"}]


@needs_redis
async def test_with_a_bus_a_message_comes_once_to_the_publishers_own_screens(
    monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.BUS_URL = REDIS
    hub = Hub()
    monkeypatch.setattr(publisher, "HUB", hub)
    topic = f"session:{uuid.uuid4()}"
    async with publisher.running():
        viewer = hub.attach([topic])
        await asyncio.to_thread(publisher.publish, topic, {"n": 1})
        assert payloads(await viewer.take(5)) == [{"n": 1}]
        assert await viewer.take(0.3) == []


async def test_without_its_bus_a_process_still_tells_its_own_screens(
    monkeypatch: pytest.MonkeyPatch, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.BUS_URL = "redis://127.0.0.1:1"  # nothing listens there
    hub = Hub()
    monkeypatch.setattr(publisher, "HUB", hub)
    viewer = hub.attach(["board"])
    thread = threading.Thread(target=publisher.publish, args=("board", {"n": 1}))
    thread.start()
    assert payloads(await viewer.take(5)) == [{"n": 1}]
    thread.join()
    assert "bus did not take" in caplog.text
