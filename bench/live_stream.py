"""How long from a service's publish to the bytes at a viewer, with many sessions and viewers, on this machine.

A producer thread publishes one message of the size of a set of readings for each session each second; each session has
its viewers, each on a real socket. One viewer of the first session reads nothing at all. Prints the quantiles.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import resource
import secrets
import statistics
import sys
import tempfile
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

READINGS = {"pulse_per_min": 72, "spo2_percent": 97, "respiratory_rate_per_min": 14, "nibp_systolic_mmhg": 124}


async def view(port: int, cookie: str, topic: str, until_s: float, latencies_ms: list[float]) -> None:
    """Reads one stream and notes for each message how old it is."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET /live?topic={topic} HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie}\r\n\r\n".encode())
    await writer.drain()
    while (left_s := until_s - time.monotonic()) > 0:
        try:
            line = await asyncio.wait_for(reader.readline(), left_s)
        except TimeoutError:
            break
        if line.startswith(b"data: ") and b'"payload"' in line:
            sent_s = json.loads(line[6:])["payload"]["sent_s"]
            latencies_ms.append((time.monotonic() - sent_s) * 1000)
    writer.close()


def produce(sessions: int, until_s: float) -> None:
    from dripstand.live.publisher import publish

    while (began_s := time.monotonic()) < until_s:
        for number in range(sessions):
            publish(f"bench:{number}", {"type": "vitals", "sent_s": time.monotonic(), "values": READINGS})
            time.sleep(max(0.0, began_s + (number + 1) / sessions - time.monotonic()))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--sessions", type=int, default=10)
    parser.add_argument("--viewers", type=int, default=4, help="of each session")
    parser.add_argument("--seconds", type=float, default=10)
    asked = parser.parse_args()
    folder = tempfile.mkdtemp(prefix="dripstand-bench-")
    os.environ["DRIPSTAND_SECRET_KEY"] = secrets.token_urlsafe(48)

    from dripstand.server import startup

    startup.use(data=Path(folder), create=True)
    startup.migrate()

    from django.conf import settings
    from django.test import Client

    from dripstand.live.topics import allow_topics
    from dripstand.people.models import StaffMember
    from tests.server.serving import Stream, serving

    allow_topics("bench", lambda user, rest: True)
    person = StaffMember.objects.create(username="bench", full_name="Bench Example", added_at=datetime.now(UTC))
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    key = client.cookies[settings.SESSION_COOKIE_NAME].value
    cookie = f"{settings.SESSION_COOKIE_NAME}={key}"

    with serving() as port, Stream(port, key, ["bench:0"], receive_buffer_bytes=4096):
        latencies_ms: list[float] = []
        until_s = time.monotonic() + 2 + asked.seconds
        cpu_s = time.process_time()

        async def watch() -> None:
            viewers = [
                view(port, cookie, f"bench:{number}", until_s, latencies_ms)
                for number in range(asked.sessions)
                for _ in range(asked.viewers)
            ]
            threading.Timer(1.5, produce, (asked.sessions, until_s)).start()
            await asyncio.gather(*viewers)

        asyncio.run(watch())
        cpu_percent = 100 * (time.process_time() - cpu_s) / (asked.seconds + 2)
    due = asked.sessions * asked.viewers * asked.seconds
    points = statistics.quantiles(latencies_ms, n=100)
    memory_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"live stream: {asked.sessions} sessions x {asked.viewers} viewers, one viewer reading nothing: "
        f"{len(latencies_ms)} messages of about {due:.0f} due; publish to viewer p50 {points[49]:.2f} ms, "
        f"p99 {points[98]:.2f} ms, most {max(latencies_ms):.1f} ms; server, producer and all viewers together "
        f"{cpu_percent:.0f} % of one core, {memory_mb:.0f} MB"
    )


if __name__ == "__main__":
    main()
