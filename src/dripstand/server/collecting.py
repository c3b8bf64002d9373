"""When the collector of garbage walks through everything: between requests, seldom, and not in the middle of a page.

Left to itself, Python walks through every object of the process (a million, with the folds that are kept) in the middle
of whichever request made one object too many: that request then takes some 100 ms longer. While this server runs, what
has lived through a round is set apart and not walked through again until the next round, which comes by the clock. The
young objects, among them nearly all rings of a request, are still collected as they come.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
from collections.abc import AsyncIterator

ROUND_EVERY_S = 600.0
"""A ring of old objects that nobody holds any more waits at most so long for its memory to be given back."""
THRESHOLDS = (5_000, 10, 10_000)
"""Objects before the young are looked at; rounds of these before the middle-aged are; and of those before all are,
which by this is left to the clock."""


def whole_round() -> None:
    """Collect all there is, and set apart what stays."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()


@contextlib.asynccontextmanager
async def running(every_s: float = ROUND_EVERY_S) -> AsyncIterator[None]:
    """By the clock for as long as it is entered; left as it was found."""
    before = gc.get_threshold()
    gc.set_threshold(*THRESHOLDS)
    whole_round()
    task = asyncio.create_task(_rounds(every_s), name="collecting")
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        gc.unfreeze()
        gc.set_threshold(*before)


async def _rounds(every_s: float) -> None:
    while True:
        await asyncio.sleep(every_s)
        whole_round()
