"""Logs drawn from a seed, and the text of what each folds to: the same bytes under any Python, hash seed and database.

    python -m tests.rules.infusion.replaying --first 0 --count 100

prints one digest of a hundred logs, each with its state and its note. It needs no table and no compiled package, so
that another Python can run it beside ours. ``--careless`` is the control: it adds what depends on the order of a set.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
from collections.abc import Callable, Mapping, Set
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal as D
from enum import Enum
from fractions import Fraction
from functools import cache
from uuid import UUID

from django.conf import settings

from dripstand.infusion import events as ev
from dripstand.infusion import requests as rq
from dripstand.infusion.chart import Chart, fold
from dripstand.infusion.hashing import GENESIS, entry_hash
from dripstand.infusion.leaving import criteria
from dripstand.infusion.payloads import dump, load
from dripstand.people.actors import Actor
from dripstand.records.note import made_note
from dripstand.records.summary import sentences
from tests.people import NURSE_OKAFOR, NURSE_REYES, PRESCRIBER_VANCE
from tests.rules.infusion.visits import GOOD_VITALS, TEMPLATE, Visit, infusing, observing, ready_to_start, ref

Log = tuple[ev.ChartEntry, ...]
Drawn = Callable[[Visit, random.Random], tuple[rq.Request, Actor]]

RATES_ML_PER_H = tuple(D(text) for text in ("45", "75", "75.5", "120", "150", "160.05", "200"))


def _hand_over(visit: Visit, draw: random.Random) -> tuple[rq.Request, Actor]:
    offered = visit.chart.hand_over
    if offered is None:
        return ev.HandOverOffered(ref(NURSE_OKAFOR)), NURSE_REYES
    return ev.HandOverAccepted(offered.sequence, ref(NURSE_OKAFOR)), NURSE_OKAFOR


def _corrected(visit: Visit, draw: random.Random) -> tuple[rq.Request, Actor]:
    sequence = draw.randint(2, len(visit.log))
    if draw.random() < 0.5:
        return rq.Correct(sequence, "wrong line"), NURSE_REYES
    return rq.Correct(sequence, "earlier", None, visit.now - timedelta(minutes=draw.randint(0, 20))), NURSE_REYES


POSSIBLE: tuple[Drawn, ...] = (
    lambda visit, draw: (ev.RateChanged(draw.choice(RATES_ML_PER_H), "as ordered"), NURSE_REYES),
    lambda visit, draw: (ev.InfusionPaused("toilet"), NURSE_REYES),
    lambda visit, draw: (ev.InfusionResumed(draw.choice(RATES_ML_PER_H)), NURSE_REYES),
    lambda visit, draw: (ev.InfusionStarted(D("150")), NURSE_REYES),
    lambda visit, draw: (ev.InfusionStopped(draw.choice(tuple(ev.StopReason))), NURSE_REYES),
    lambda visit, draw: (ev.FlushGiven(D("20"), D("16")), NURSE_REYES),
    lambda visit, draw: (
        replace(GOOD_VITALS, nibp_systolic_mmhg=draw.randint(95, 172), pulse_per_min=draw.randint(50, 120)),
        NURSE_OKAFOR,
    ),
    lambda visit, draw: (ev.SedationScored("MOAA/S", draw.randint(2, 5)), NURSE_REYES),
    lambda visit, draw: (ev.SideEffectNoted("nausea", draw.choice(tuple(ev.Severity))), NURSE_REYES),
    lambda visit, draw: (ev.ComfortGiven(draw.choice(tuple(ev.Comfort))), NURSE_OKAFOR),
    lambda visit, draw: (ev.MedicineGiven("ondansetron", "4 mg", "IV"), PRESCRIBER_VANCE),
    lambda visit, draw: (ev.NoteWritten(draw.choice(("calm", "möchte Musik", "sueña", "ein\u00adfach"))), NURSE_REYES),
    lambda visit, draw: (ev.LineRemoved(ev.SiteFinding.SWELLING), NURSE_REYES),
    lambda visit, draw: (ev.LinePlaced("hand", "right", 22, 1), NURSE_REYES),
    lambda visit, draw: (ev.EmergencyDeclared("fainted"), NURSE_REYES),
    lambda visit, draw: (ev.EmergencyEnded("awake again"), NURSE_REYES),
    lambda visit, draw: (ev.StopAsked(), NURSE_REYES),
    _hand_over,
    _corrected,
)
"""What people chart while drug runs and after it; what the rules refuse is simply not in the log."""


@cache
def _begun(number: int) -> tuple[Log, datetime]:
    visit = (ready_to_start, infusing, observing)[number]()
    return tuple(visit.log), visit.now


def drawn_log(seed: int) -> Log:
    """One log: a visit before, in or after its infusion, then six to twenty-four tries, some late, some corrections."""
    draw = random.Random(seed)
    log, now = _begun(draw.choice((0, 1, 1, 1, 2)))
    visit = Visit(log=list(log), now=now)
    for _ in range(draw.randint(6, 24)):
        visit.wait(draw.choice((0, 1, 2, 5, 11)))
        request, actor = draw.choice(POSSIBLE)(visit, draw)
        if draw.random() < 0.15:
            at = visit.now - timedelta(minutes=draw.randint(1, 30))
            visit.ask(request, actor, occurred_at=at, late_reason="the tablet was away")
        else:
            visit.ask(request, actor)
    return of_session(visit.log, UUID(int=seed, version=4))


def of_session(log: list[ev.ChartEntry], session_id: UUID) -> Log:
    """The same entries as a session of their own, chained anew."""
    found: list[ev.ChartEntry] = []
    previous = GENESIS
    for entry in log:
        moved = replace(entry, session_id=str(session_id), previous_hash=previous)
        found.append(replace(moved, hash=entry_hash(previous, moved)))
        previous = found[-1].hash
    return tuple(found)


def plain(value: object) -> object:
    """Anything of a chart or a note as JSON can write it: with no address, no order of a set, no digit lost."""
    if isinstance(value, Chart):
        return {name: plain(getattr(value, name)) for name in sorted(field.name for field in fields(value))}
    if isinstance(value, Enum):
        return plain(value.value)
    if is_dataclass(value) and not isinstance(value, type):
        return [type(value).__name__, {field.name: plain(getattr(value, field.name)) for field in fields(value)}]
    if isinstance(value, Mapping):
        return sorted(([plain(key), plain(held)] for key, held in value.items()), key=repr)
    if isinstance(value, Set):
        return sorted((plain(held) for held in value), key=repr)
    if isinstance(value, (list, tuple)):
        return [plain(held) for held in value]
    if isinstance(value, (D, Fraction, datetime, date, timedelta, UUID)):
        return str(value)
    if value is None or isinstance(value, (str, int, float)):
        return value
    raise TypeError(f"a chart holds {type(value).__name__}, which has no one way to be written")


def text_of(log: Log) -> str:
    """The state that a log folds to and its note, as one text."""
    chart = fold(log)
    at = log[-1].recorded_at + timedelta(minutes=5)
    note = made_note(chart, {"channels": {}}, criteria(chart, TEMPLATE, at), at)
    held = {field.name: plain(getattr(note, field.name)) for field in fields(note) if field.name != "chart"}
    told = [str(sentence) for sentence in sentences(note, UTC)]
    return json.dumps({"state": plain(chart), "note": held, "told": told}, sort_keys=True)


def read_back(log: Log) -> Log:
    """The log after its payloads were written and read."""
    return tuple(replace(entry, event=load(dump(entry.event))) for entry in log)


def digest_of(first: int, count: int, *, careless: bool = False) -> str:
    """One digest over ``count`` logs: their hashes, states and notes."""
    found = hashlib.sha256()
    for seed in range(first, first + count):
        log = drawn_log(seed)
        found.update(log[-1].hash.encode())
        found.update(text_of(log).encode())
        if careless:
            found.update("".join({entry.event.kind for entry in log}).encode())
    return found.hexdigest()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--careless", action="store_true")
    asked = parser.parse_args()
    if not settings.configured:
        settings.configure(USE_I18N=False)  # the note's sentences as they were written
    print(digest_of(asked.first, asked.count, careless=asked.careless))


if __name__ == "__main__":
    main()
