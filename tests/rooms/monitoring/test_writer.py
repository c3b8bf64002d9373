"""The writer of readings: durable before it says so, once, grouped, and honest when the database fails."""

from __future__ import annotations

import asyncio

import pytest
from django.db import DatabaseError, connection, transaction

from dripstand.monitoring.models import ReceivedMessage
from dripstand.monitoring.queries import count_readings, stored_readings
from dripstand.monitoring.storing import Store, StoredSample
from dripstand.monitoring.writer import NotStored, ReadingsWriter
from tests.rooms.monitoring.bedside import after, asked, sample

pytestmark = pytest.mark.django_db(transaction=True)


def nobody(chair_id: str) -> None:
    return None


def stored_count() -> int:
    return ReceivedMessage.objects.count()


async def test_a_message_is_durable_when_the_writer_says_so() -> None:
    async with ReadingsWriter(nobody).running() as writer:
        await writer.store(sample("M1", after(0), spo2_percent=97.0))
        assert await asked(count_readings) == 1


async def test_messages_of_many_beds_share_a_commit() -> None:
    told: list[StoredSample] = []
    async with ReadingsWriter(nobody, told.extend, linger_s=0.05).running() as writer:
        await asyncio.gather(*(writer.store(sample(f"M{bed}", after(0), spo2_percent=97.0)) for bed in range(10)))
        assert writer.commits_count <= 2
    assert len(told) == 10 and await asked(stored_count) == 10


async def test_the_same_message_twice_is_acknowledged_twice_and_stored_once() -> None:
    told: list[StoredSample] = []
    message = sample("M1", after(0), control_id="7", spo2_percent=97.0)
    async with ReadingsWriter(nobody, told.extend).running() as writer:
        (first,) = await writer.store(message)
        (second,) = await writer.store(message)
        both = await asyncio.gather(writer.store(message), writer.store(message))
    assert not first.duplicate and second.duplicate and all(each[0].duplicate for each in both)
    assert await asked(stored_count) == 1


async def test_one_control_id_with_new_content_is_a_new_message() -> None:
    async with ReadingsWriter(nobody).running() as writer:
        await writer.store(sample("M1", after(0), control_id="ORU", spo2_percent=97.0))
        await writer.store(sample("M1", after(1), control_id="ORU", spo2_percent=96.0))
    assert await asked(stored_count) == 2


async def test_the_same_content_from_two_devices_is_two_messages() -> None:
    async with ReadingsWriter(nobody).running() as writer:
        await writer.store(sample("M1", after(0), control_id="1", spo2_percent=97.0))
        await writer.store(sample("M2", after(0), control_id="1", spo2_percent=97.0))
    assert await asked(stored_count) == 2


async def test_a_database_that_fails_is_never_answered_with_stored(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[StoredSample] = []
    put = Store.put

    def fails(self: Store, samples: object) -> list[StoredSample]:
        raise DatabaseError("disk full")

    async with ReadingsWriter(nobody, told.extend).running() as writer:
        monkeypatch.setattr(Store, "put", fails)
        with pytest.raises(NotStored):
            await writer.store(sample("M1", after(0), spo2_percent=97.0))
        monkeypatch.setattr(Store, "put", put)
        await writer.store(sample("M1", after(1), spo2_percent=97.0))
    assert len(told) == 1 and await asked(stored_count) == 1


async def test_a_commit_that_fails_stores_nothing_of_its_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    from dripstand.monitoring import storing

    insert = storing.insert

    def half(rows: list[tuple[object, ...]]) -> None:
        insert(rows[:1])
        raise DatabaseError("the disk went away")

    monkeypatch.setattr(storing, "insert", half)
    async with ReadingsWriter(nobody, linger_s=0.05).running() as writer:
        answers = await asyncio.gather(
            *(writer.store(sample(f"M{bed}", after(0), spo2_percent=97.0)) for bed in range(3)), return_exceptions=True
        )
    assert all(isinstance(answer, NotStored) for answer in answers)
    assert await asked(stored_count) == 0


async def test_what_was_taken_before_the_end_is_written_and_what_comes_after_is_refused() -> None:
    writer = ReadingsWriter(nobody, linger_s=0.05)
    async with writer.running():
        last = asyncio.create_task(writer.store(sample("M1", after(0), spo2_percent=97.0)))
        await asyncio.sleep(0.01)
    assert len(await last) == 1
    with pytest.raises(NotStored):
        await writer.store(sample("M1", after(1), spo2_percent=97.0))


async def test_a_full_queue_makes_senders_wait_and_loses_nothing() -> None:
    async with ReadingsWriter(nobody, queue_at_most_count=2).running() as writer:
        answers = await asyncio.gather(*(writer.store(sample("M1", after(n), spo2_percent=97.0)) for n in range(50)))
    assert len(answers) == 50 and await asked(stored_count) == 50


def test_the_database_refuses_to_change_or_remove_what_was_received() -> None:
    Store(nobody).put([sample("M1", after(0), spo2_percent=97.0)])
    with pytest.raises(DatabaseError), transaction.atomic():
        ReceivedMessage.objects.update(session_id="another")
    with pytest.raises(DatabaseError), transaction.atomic():
        ReceivedMessage.objects.all().delete()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM monitoring_receivedmessage")
    assert count_readings() == 1


def test_every_part_of_a_reading_comes_back_as_it_was_sent() -> None:
    from dataclasses import replace

    from dripstand.monitoring.readings import Reading

    odd = Reading(
        code="150488",
        value=0.94,
        unit="%",
        device_time=None,
        status="R",
        usable=False,
        why="flagged_questionable",
        channel="perfusion_index_percent",
    )
    wave = Reading(code="150452", value=(1.0, -2.5, 3.0), unit="1", usable=False, why="unmapped_code")
    word = Reading(code="184519", value="pump-status-infusing", channel="pump_state", chart_value="infusing")
    kilopascal = Reading(code="151728", value=5.1, unit="kPa", channel="etco2_mmhg", chart_value=38.3)
    message = replace(sample("M1", after(0), spo2_percent=97.0), warnings=("charset", "=SUM(A1)"))
    message = replace(message, readings=(*message.readings, odd, wave, word, kilopascal))
    Store(nobody).put([message])
    from dripstand.monitoring.queries import _message

    back = _message(ReceivedMessage.objects.get()).readings
    assert [replace(reading, at=None) for reading in back] == [replace(r, at=None) for r in message.readings]
    assert [row.value for row in stored_readings()] == [97.0, 0.94, (1.0, -2.5, 3.0), "pump-status-infusing", 5.1]
