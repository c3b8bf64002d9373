"""A process that stores messages of five devices and says each acknowledgement aloud, until somebody kills it."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path


async def run(first_number: int) -> None:
    from dripstand.live.clock import now
    from dripstand.monitoring.writer import ReadingsWriter
    from tests.rooms.monitoring.bedside import sample

    async with ReadingsWriter(lambda chair_id: None).running() as writer:

        async def device(name: str) -> None:
            number = first_number
            while True:
                await writer.store(sample(name, now(), control_id=str(number), spo2_percent=97.0))
                sys.stdout.write(f"{name} {number}\n")
                sys.stdout.flush()
                number += 1

        await asyncio.gather(*(device(f"M{number}") for number in range(5)))


def main() -> None:
    from dripstand.server import startup

    startup.use(data=Path(sys.argv[1]), create=True)
    startup.migrate()
    asyncio.run(run(int(sys.argv[2])))


if __name__ == "__main__":
    main()
