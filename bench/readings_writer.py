"""How many monitor messages a second become durable, beside the floor of the same database without Django.

Each message is one sample set of six readings, and goes through everything between the decoder and the acknowledgement:
whose it is, the clocks, duplicates, one row, the commit. "serial" is one device that waits for each acknowledgement;
"beds" are many devices at once, each waiting for its own. "floor" inserts rows of the same size with one commit each,
and a hundred a commit, through the driver alone. SQLite runs as the product does: WAL and synchronous FULL.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import secrets
import sqlite3
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "src"))

SENT_AT = datetime(2026, 3, 4, 12, tzinfo=UTC)


def prepare(folder: str, database: str | None) -> None:
    os.environ.update(DRIPSTAND_DATA=folder, DRIPSTAND_SECRET_KEY=secrets.token_urlsafe(48))
    if database:
        os.environ["DRIPSTAND_DATABASE_URL"] = database
    from dripstand.server import startup

    startup.use(create=True)
    startup.migrate()


def beds(count: int) -> None:
    """Chairs, each with a monitor bound to a visit of its own."""
    from dripstand.monitoring.attribution import ChairSession
    from dripstand.monitoring.services import bind, register_device
    from dripstand.people.actors import Actor, Role
    from dripstand.premises.models import Chair, Clinic, Room

    nurse = Actor("bench", "Bench", frozenset({Role.NURSE}))
    clinic = Clinic.objects.create(name="Bench", zone="UTC")
    room = Room.objects.create(clinic=clinic, name="Bench", kind="shared")
    early = SENT_AT - timedelta(hours=1)
    for number in range(count):
        chair = Chair.objects.create(room=room, name=f"Chair {number}", position_count=number + 1)
        device = register_device(nurse, identity=f"M{number}", label=f"M{number}", kind="monitor", now=early)
        bind(
            nurse,
            device_id=device,
            chair_id=str(chair.pk),
            session=ChairSession(f"visit of {chair.pk}"[:40], "", early),
            now=early,
        )


def message(bed: int, number: int):  # type: ignore[no-untyped-def]
    from dripstand.monitoring.readings import Channel, Reading, SampleSet

    at = SENT_AT + timedelta(seconds=number)
    lanes = (Channel.PULSE, Channel.HEART_RATE, Channel.SPO2, Channel.RESPIRATORY_RATE, Channel.NIBP_SYSTOLIC)
    readings = tuple(
        Reading(f"1504{index}", 60.0 + index, "%", at, "R", True, "", lane, 60.0 + index)
        for index, lane in enumerate((*lanes, Channel.NIBP_DIASTOLIC))
    )
    return SampleSet(f"M{bed}", f"{number}", f"{bed:08d}{number:056d}", at, readings, message_time=at)


async def serial(writer, seconds: float) -> list[float]:  # type: ignore[no-untyped-def]
    took, end, number = [], time.perf_counter() + seconds, 1_000_000
    while time.perf_counter() < end:
        began = time.perf_counter()
        await writer.store(message(0, number))
        took.append(time.perf_counter() - began)
        number += 1
    return took


async def together(writer, count: int, seconds: float) -> list[float]:  # type: ignore[no-untyped-def]
    took: list[float] = []
    end = time.perf_counter() + seconds

    async def one(bed: int) -> None:
        number = 0
        while time.perf_counter() < end:
            began = time.perf_counter()
            await writer.store(message(bed, number))
            took.append(time.perf_counter() - began)
            number += 1

    await asyncio.gather(*(one(bed) for bed in range(count)))
    return took


async def measure(count: int, seconds: float) -> None:
    from dripstand.monitoring.attribution import ChairSession
    from dripstand.monitoring.writer import ReadingsWriter

    early = SENT_AT - timedelta(hours=1)
    writer = ReadingsWriter(lambda chair_id: ChairSession(f"visit of {chair_id}"[:40], "", early))
    async with writer.running():
        await writer.store(message(0, 999_999))
        report("serial, one device", await serial(writer, seconds), seconds)
        for beds_count in (10, count):
            commits = writer.commits_count
            took = await together(writer, beds_count, seconds)
            each = len(took) / max(1, writer.commits_count - commits)
            report(f"{beds_count} beds, each waiting", took, seconds, f", {each:.1f} messages a commit")


def report(what: str, took: list[float], seconds: float, more: str = "") -> None:
    took.sort()
    print(
        f"{what:28} {len(took) / seconds:8.0f} messages/s   median {statistics.median(took) * 1000:6.2f} ms   "
        f"99 % {took[int(len(took) * 0.99)] * 1000:6.2f} ms{more}",
        flush=True,
    )


def floor(folder: str, seconds: float) -> None:
    """The same rows into SQLite through the driver alone."""
    raw = sqlite3.connect(Path(folder) / "floor.sqlite3", isolation_level=None)
    raw.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL")
    raw.execute("CREATE TABLE m (id INTEGER PRIMARY KEY, r TEXT)")
    text = "x" * 420
    for rows_count in (1, 100):
        written, end = 0, time.perf_counter() + seconds
        while time.perf_counter() < end:
            raw.execute("BEGIN IMMEDIATE")
            raw.executemany("INSERT INTO m (r) VALUES (?)", [(text,)] * rows_count)
            raw.execute("COMMIT")
            written += rows_count
        print(f"{f'floor, {rows_count} rows a commit':28} {written / seconds:8.0f} rows/s", flush=True)
    raw.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--seconds", type=float, default=3.0, help="how long each part runs")
    parser.add_argument("--beds", type=int, default=200)
    parser.add_argument("--database", help="postgresql://… : an empty database of its own; default SQLite")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        prepare(folder, given.database)
        beds(given.beds)
        if not given.database:
            floor(folder, given.seconds)
        asyncio.run(measure(given.beds, given.seconds))
        from django.db import connection

        connection.close()


if __name__ == "__main__":
    main()
