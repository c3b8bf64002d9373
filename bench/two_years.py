"""How long the pages take with two years of a clinic in the database: ten chairs, about 15,000 visits with readings.

Builds the database through the product's bulk paths (bench/_two_years.py), then asks for every page as the role that
uses it, in this process, middleware and templates included and the network left out. The bar is 100 ms at the 95th
percentile of each page; what is above it is named. CPU time stands beside it: on a machine that others use as well, the
wall's clock says how busy they are. Each page is asked for several patients and visits drawn at random,
and once beforehand, so that imports and templates are loaded; folds and folds' caches are cold for each new visit.
"""

from __future__ import annotations

import argparse
import gc
import os
import random
import secrets
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "src"))
sys.path.insert(0, str(Path(__file__).resolve().parent))

BAR_MS = 100.0


def prepare(folder: Path, database: str | None) -> bool:
    """Open the database; True when it is new."""
    key = folder / "bench-key"
    folder.mkdir(parents=True, exist_ok=True)
    if not key.exists():
        key.write_text(secrets.token_urlsafe(48))
    os.environ.update(DRIPSTAND_DATA=str(folder), DRIPSTAND_SECRET_KEY=key.read_text())
    if database:
        os.environ["DRIPSTAND_DATABASE_URL"] = database
    from dripstand.server import startup

    startup.use(create=True)
    startup.migrate()
    from dripstand.infusion.models import Session

    return not Session.objects.exists()


@dataclass(frozen=True, slots=True)
class Took:
    """One page over its draws, in milliseconds: by the wall's clock, and of this process's own CPU time."""

    name: str
    wall_ms: list[float]
    cpu_ms: list[float]

    @property
    def wall_p95_ms(self) -> float:
        return p95(self.wall_ms)

    @property
    def cpu_p95_ms(self) -> float:
        return p95(self.cpu_ms)


def p95(values: list[float]) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]


def measure(name: str, path_of, client, draws: int) -> Took:  # type: ignore[no-untyped-def]
    """Asks once beforehand, then so many times; a page that does not answer 200 ends the run."""
    took = Took(name, [], [])
    for number in range(draws + 1):
        path = path_of()
        began, began_cpu = time.perf_counter(), time.process_time()
        answer = client.get(path)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        spent_s, cpu_s = time.perf_counter() - began, time.process_time() - began_cpu
        if answer.status_code != 200 or not body:
            sys.exit(f"{path}: {answer.status_code}")
        if number:
            took.wall_ms.append(spent_s * 1e3)
            took.cpu_ms.append(cpu_s * 1e3)
    return took


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--visits", type=int, default=15_000)
    parser.add_argument("--every-s", type=int, default=60, help="seconds between messages of a monitor")
    parser.add_argument("--draws", type=int, default=40, help="requests for each page")
    parser.add_argument("--keep", type=Path, help="build there, or measure what is there already")
    parser.add_argument("--database", help="postgresql://... instead of SQLite")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = asked.keep or Path(scratch)
        if prepare(folder, asked.database):
            from _two_years import build

            built = build(asked.visits, asked.every_s, datetime.now(UTC))
            parts = ", ".join(f"{name} {spent:.0f} s" for name, spent in built.took_s.items())
            counted = (
                f"{len(built.slots):,} visits, {built.messages_count:,} messages, {built.forms_count:,} questionnaires"
            )
            print(f"built {counted}: {parts}, {time.process_time():.0f} s of CPU in all", flush=True)
        return report(asked.draws)


def keep_summaries() -> None:
    """What the job of every minute does after a visit has ended, for all that are there."""
    from dripstand.records.kept import keep, wanting

    began_cpu, count = time.process_time(), 0
    while listed := wanting(datetime.now(UTC)):
        for session_id in listed:
            keep(session_id, now=datetime.now(UTC))
        count += len(listed)
        print(f"\r  {count:,} summaries", end="", flush=True)
    print(f"\r{count:,} summaries of visits kept in {time.process_time() - began_cpu:.0f} s of CPU", flush=True)


def report(draws: int) -> int:
    from _two_years_pages import Page, pages
    from django.conf import settings

    from dripstand.outcomes.learning import learn_all
    from dripstand.records.kept import wanting
    from dripstand.server import collecting

    settings.ALLOWED_HOSTS = ["testserver"]
    gc.set_threshold(*collecting.THRESHOLDS)  # as `serve` does it
    began_cpu = time.process_time()
    learn_all(lambda: True)  # as `serve` does it after its start
    print(f"past courses learned in {time.process_time() - began_cpu:.1f} s of CPU", flush=True)
    rows = []

    def asked(page: Page, name: str) -> None:
        collecting.whole_round()
        rows.append(measure(name, page.path, page.client(), draws))

    every = pages(random.Random(20261128))
    if wanting(datetime.now(UTC)):  # brought in at once, or by an earlier version: the first minutes of a new one
        asked(next(one for one in every if one.name == "course"), "course, summaries not kept yet")
        keep_summaries()
    for page in every:
        asked(page, page.name)
    print(f"{draws} requests for each page; load of the machine {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    print(f"{'page':34} {'p50 ms':>8} {'p95 ms':>8} {'CPU p50':>8} {'CPU p95':>8}")
    for row in sorted(rows, key=lambda row: -row.cpu_p95_ms):
        mark = "  above the bar" if row.wall_p95_ms > BAR_MS else ""
        middles = f"{statistics.median(row.wall_ms):8.1f} {row.wall_p95_ms:8.1f} {statistics.median(row.cpu_ms):8.1f}"
        print(f"{row.name:34} {middles} {row.cpu_p95_ms:8.1f}{mark}")
    under, by_cpu = (sum(value <= BAR_MS for value in values) for values in (
        [row.wall_p95_ms for row in rows], [row.cpu_p95_ms for row in rows]
    ))  # fmt: skip
    print(
        f"{under} of {len(rows)} pages under {BAR_MS:.0f} ms at the 95th percentile by the wall, {by_cpu} by CPU time"
    )
    return 0 if under == len(rows) else 1


if __name__ == "__main__":
    sys.exit(main())
