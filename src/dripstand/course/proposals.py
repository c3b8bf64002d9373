"""Asking the solver: for one course, for the clinic's fortnight, for a repair. One search of a kind at a time."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.db import transaction

from dripstand.course.keeping import booked, locked_course
from dripstand.course.scheduling import Progress
from dripstand.course.scheduling.apart import make_ready
from dripstand.jobs import queue
from dripstand.jobs.queries import open_jobs
from dripstand.jobs.queue import cancel_id, schedule
from dripstand.people.access import service
from dripstand.people.actors import Actor, Role

KIND = "course.propose"
WHOLE_KIND = "course.propose_fortnight"
REPAIR_KIND = "course.repair"


@service(Role.FRONT_DESK, Role.NURSE, Role.PRESCRIBER, Role.MEDICAL_LEAD)
@transaction.atomic
def ask_for_a_proposal(actor: Actor, *, course_id: str, now: datetime) -> str:
    """Have places looked for; answers the job's id. One that is still worked on is answered again."""
    course = locked_course(course_id)
    working = open_jobs(KIND, f"{course.pk}:")
    if working:
        return working[0].job_id
    return schedule(KIND, {"course_id": str(course.pk)}, due_at=now, now=now, key=f"{course.pk}:{uuid.uuid4()}").job_id


def get_ready() -> None:
    """Somebody is about to ask for a proposal: have a solver ready beside this process, where it works the jobs off.

    Answers at once; nothing is searched.
    """
    if queue.wakers:
        threading.Thread(target=make_ready, name="solver made ready", daemon=True).start()


@service(Role.FRONT_DESK, Role.NURSE, Role.PRESCRIBER, Role.MEDICAL_LEAD)
@transaction.atomic
def ask_for_the_fortnight(actor: Actor, *, first: date, now: datetime) -> str:
    """Have places looked for of everybody who waits, in the fortnight from a day; answers the job's id.

    One search of this fortnight that is still worked on is answered again.
    """
    working = open_jobs(WHOLE_KIND, f"{first}:")
    if working:
        return working[0].job_id
    return schedule(WHOLE_KIND, {"first": first.isoformat()}, due_at=now, now=now, key=f"{first}:{uuid.uuid4()}").job_id


@dataclass(frozen=True, slots=True)
class AskedMove:
    """A booking at the place that a person wants it at."""

    booking_id: str
    chair_id: str
    starts_at: datetime


@service(Role.FRONT_DESK, Role.NURSE, Role.PRESCRIBER, Role.MEDICAL_LEAD)
@transaction.atomic
def ask_for_a_repair(actor: Actor, *, first: date, moves: Sequence[AskedMove] = (), now: datetime) -> str:
    """Have the least disturbing repair looked for; answers the job's id. Nothing is moved by asking.

    moves: what a person wants elsewhere; without any, what the world has broken from a day on is put right.
    Raises NoSuchBooking.
    """
    wanted = [
        {
            "booking_id": str(booked(one.booking_id).pk),
            "chair_id": one.chair_id,
            "at": one.starts_at.astimezone(UTC).isoformat(),
        }
        for one in moves
    ]
    payload = {"first": first.isoformat(), "moves": wanted}
    return schedule(REPAIR_KIND, payload, due_at=now, now=now).job_id


@service(Role.FRONT_DESK, Role.NURSE, Role.PRESCRIBER, Role.MEDICAL_LEAD)
def take_the_best_so_far(actor: Actor, *, job_id: str, now: datetime) -> bool:
    """Let a search end with the best that it has. False where it has ended already."""
    return cancel_id(job_id, now=now)


# --- how far it is, in the job's row ---------------------------------------------------------------------------------


def how_far(progress: Progress) -> str:
    """What a running search says of itself, in numbers that a page makes words of (`read_how_far`)."""
    return (
        f"placed={progress.placed} wanted={progress.wanted} cost={progress.cost} bound={progress.bound} "
        f"seconds={progress.seconds:.0f}"
    )


@dataclass(frozen=True, slots=True)
class HowFar:
    """placed of wanted infusions have a place in the best plan so far. cost, bound: its points, and what none beats."""

    placed: int
    wanted: int
    cost: int
    bound: int
    seconds: int

    @property
    def missing(self) -> int:
        return self.wanted - self.placed


def read_how_far(words: str) -> HowFar | None:
    """None before the first plan."""
    said: Mapping[str, str] = dict(part.split("=", 1) for part in words.split() if "=" in part)
    try:
        return HowFar(*(int(said[name]) for name in ("placed", "wanted", "cost", "bound", "seconds")))
    except (KeyError, ValueError):
        return None
