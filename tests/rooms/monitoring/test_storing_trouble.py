"""Whether what devices send is being stored, and since when not: told by what really happened, and over when it is."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import DatabaseError

from dripstand.monitoring import services
from dripstand.monitoring.models import Beat
from dripstand.monitoring.queries import not_stored_since
from dripstand.monitoring.storing import Store, StoredSample
from dripstand.monitoring.storing_trouble import STORING, BeatWatch, StoringTrouble
from dripstand.monitoring.writer import NotStored, ReadingsWriter
from tests.rooms.monitoring.bedside import NOON, after, asked, sample


@pytest.fixture(autouse=True)
def clean() -> Iterator[None]:
    STORING.stored()
    yield
    STORING.stored()


def test_the_first_failure_is_since_when_and_the_next_success_ends_it() -> None:
    trouble = StoringTrouble()
    assert trouble.since(0) is None
    trouble.trying(after(1), 1)
    trouble.failed(after(1), 2)
    trouble.trying(after(2), 3)
    trouble.failed(after(2), 4)
    assert trouble.since(5) == after(1) and trouble.fails(5)
    trouble.stored()
    assert trouble.since(6) is None and not trouble.fails(6)


def test_a_write_that_hangs_is_trouble_before_it_has_failed() -> None:
    trouble = StoringTrouble()
    trouble.trying(after(1), 1)
    assert trouble.since(3.9) is None and trouble.since(4.1) == after(1)


def test_where_nobody_sends_any_more_the_next_sign_of_life_ends_it() -> None:
    trouble = StoringTrouble()
    trouble.failed(after(1), 1)
    assert trouble.fails(15.9) and not trouble.fails(16.1)
    trouble.wrote()
    assert trouble.since(17) is None


def test_a_sign_of_life_that_stands_still_is_trouble_by_a_steady_clock() -> None:
    watch = BeatWatch()
    assert watch.since(None, 0) is None and watch.since(None, 60) is None, (
        "a clinic without a listener is not in trouble"
    )
    assert watch.since(NOON, 100) is None and watch.since(NOON, 109) is None
    assert watch.since(NOON, 110.5) == NOON
    assert watch.since(NOON - timedelta(hours=1), 111) is None, "the clock was set back, and it beats"


@pytest.mark.django_db(transaction=True)
@pytest.mark.hazard("H20", "H55")
async def test_what_the_database_does_not_take_is_said_until_it_takes_something(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    put = Store.put

    def fails(self: Store, samples: object) -> list[StoredSample]:
        raise DatabaseError("disk full")

    async with ReadingsWriter(lambda chair_id: None).running() as writer:
        monkeypatch.setattr(Store, "put", fails)
        for second in (3, 4):
            with pytest.raises(NotStored):
                await writer.store(sample("M1", after(second), spo2_percent=97.0))
        assert await asked(not_stored_since, time.monotonic()) == after(3)
        monkeypatch.setattr(Store, "put", put)
        await writer.store(sample("M1", after(5), spo2_percent=97.0))
        assert await asked(not_stored_since, time.monotonic()) is None


@pytest.mark.django_db
def test_another_process_finds_out_by_the_missing_sign_of_life() -> None:
    services.beat(NOON)
    began_s = time.monotonic()
    assert not_stored_since(began_s) is None
    assert not_stored_since(began_s + 11) == NOON
    services.beat(after(2))
    assert not_stored_since(began_s + 12) is None
    Beat.objects.all().delete()
    assert not_stored_since(began_s + 60) is None
