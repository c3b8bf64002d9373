"""While the server runs, no request waits for the collector to walk through the whole process."""

from __future__ import annotations

import asyncio
import gc
import weakref

from dripstand.server import collecting


class Ring:
    def __init__(self) -> None:
        self.itself = self


def test_what_lived_at_the_start_is_set_apart_and_a_page_starts_no_walk_through_everything() -> None:
    walks: list[int] = []

    def seen(phase: str, what: dict[str, int]) -> None:
        if phase == "start":
            walks.append(what["generation"])

    async def pages() -> None:
        async with collecting.running():
            assert gc.get_freeze_count() > 10_000
            gc.callbacks.append(seen)
            kept = [[number] for number in range(300_000)]
            gc.callbacks.remove(seen)
            assert len(kept) == 300_000

    asyncio.run(pages())
    assert walks, "the young are looked at"
    assert 2 not in walks


def test_a_ring_that_nobody_holds_is_given_back_by_the_clock_though_it_was_set_apart() -> None:
    async def through_a_round() -> bool:
        ring = Ring()
        gone = weakref.ref(ring)
        async with collecting.running(every_s=0.01):
            del ring
            for _ in range(500):
                await asyncio.sleep(0.01)
                if gone() is None:
                    return True
        return False

    assert asyncio.run(through_a_round())


def test_when_it_ends_the_collector_is_as_it_was() -> None:
    async def once() -> None:
        async with collecting.running():
            assert gc.get_threshold() == collecting.THRESHOLDS

    before = gc.get_threshold()
    asyncio.run(once())
    assert gc.get_threshold() == before
    assert gc.get_freeze_count() == 0
