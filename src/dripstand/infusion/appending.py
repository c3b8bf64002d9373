"""Appending to the log of a session: what was decided, once, in its turn, and told to the open screens.

Two tablets that act at once cannot both append at the same place: the second one's insert fails, the newer chart is
loaded and asked again. The verbs that decide what is appended are services.py.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from dripstand.infusion import models, store
from dripstand.infusion.chart import Chart, fold
from dripstand.infusion.circumstances import chair_taken
from dripstand.infusion.decisions import Decided
from dripstand.infusion.events import ChartEntry, StaffRef
from dripstand.infusion.hand_alarms import after_entry, after_visit
from dripstand.infusion.incident_verbs import open_incidents
from dripstand.infusion.index_row import write_index
from dripstand.infusion.queries import template_for
from dripstand.infusion.refusals import Refusal
from dripstand.infusion.to_course import tell_course
from dripstand.live.publisher import publish
from dripstand.people.actors import DRIPSTAND, Actor

TRIES_AT_MOST = 8


class TooMuchContention(Exception):
    """The chart moved on more often than we were willing to decide again. Nothing was charted."""


@dataclass(frozen=True, slots=True)
class Charted:
    """What was charted. ``meanwhile``: what others charted after the head that the screen had seen."""

    entries: tuple[ChartEntry, ...]
    meanwhile: tuple[ChartEntry, ...] = ()
    repeated: bool = False  # the same submission came before: this is its first result


def append_what(
    what: Callable[[Chart], Sequence[Decided] | Refusal],
    session_id: str,
    actor: Actor,
    submission_id: str,
    now: datetime,
    expected_head: int | None,
) -> Charted | Refusal:
    """Append what is decided about the newest chart, whoever else writes at the same time; durable on return.

    expected_head: the newest sequence that the asking screen had seen. Raises TooMuchContention.
    """
    for _attempt in range(TRIES_AT_MOST):
        try:
            with transaction.atomic():
                answer = _once(what, session_id, actor, submission_id, now, expected_head)
        except IntegrityError:
            # another writer was there first (or the same submission, from a second try): look again and decide again
            continue
        if isinstance(answer, Charted) and not answer.repeated and answer.entries:
            tell_screens(session_id, answer.entries[-1].sequence)
        return answer
    raise TooMuchContention(f"session {session_id}: gave up after {TRIES_AT_MOST} tries")


def _once(
    what: Callable[[Chart], Sequence[Decided] | Refusal],
    session_id: str,
    actor: Actor,
    submission_id: str,
    now: datetime,
    expected_head: int | None,
) -> Charted | Refusal:
    _wait_for_turn(session_id)
    first = store.load_submission(session_id, submission_id)
    if first:
        return Charted(entries=first, repeated=True)
    log = store.load(session_id)
    chart = fold(log)
    decided = what(chart)
    if isinstance(decided, Refusal):
        return decided
    entries = _appended(log[-1], session_id, _with_alarms(chart, decided, actor), submission_id, now)
    after = fold((*log, *entries))
    over = [(Decided(event, after.effective[-1].occurred_at), DRIPSTAND) for event in after_visit(after)]
    if over:
        entries = (*entries, *_appended(entries[-1], session_id, over, submission_id, now))
        after = fold((*log, *entries))
    taken = chair_taken(after)
    if taken is not None:
        return taken
    store.append(entries)
    write_index(after)
    open_incidents(chart, after, entries)
    tell_course(chart, after, now)
    meanwhile = tuple(e for e in log if expected_head is not None and e.sequence > expected_head)
    return Charted(entries=entries, meanwhile=meanwhile)


def _appended(
    head: ChartEntry, session_id: str, decided: Sequence[tuple[Decided, Actor]], submission_id: str, now: datetime
) -> tuple[ChartEntry, ...]:
    """What was decided as entries of this log, chained to its last one."""
    entries = tuple(
        entry_of(one, session_id, head.sequence + number, who, submission_id, now)
        for number, (one, who) in enumerate(decided, start=1)
    )
    return store.chained(entries, head.hash)


def _with_alarms(chart: Chart, decided: Sequence[Decided], actor: Actor) -> list[tuple[Decided, Actor]]:
    """What was decided, and the alarms that follow from values entered by hand: those are Dripstand's own entries."""
    found = [(one, actor) for one in decided]
    template = template_for(chart)
    for number, one in enumerate(decided, start=1):
        if one.late_reason:
            continue  # what happened an hour ago does not call anybody now
        for event in after_entry(chart, one.event, chart.head + number, one.occurred_at, template):
            found.append((Decided(event, one.occurred_at), DRIPSTAND))
    return found


def _wait_for_turn(session_id: str) -> None:
    """Hold this patient's visits until the transaction ends, always in the same order.

    On PostgreSQL writers of one patient thus wait for each other; SQLite lets one writer in at a time anyway. The
    constraint on (session, sequence) stays the protection; this only spares the second writer from failing first.
    """
    patient_id = models.Session.objects.values_list("patient_id", flat=True).get(pk=session_id)
    visits = models.Session.objects.select_for_update().filter(patient_id=patient_id).order_by("pk")
    list(visits.values_list("pk", flat=True))


def tell_screens(session_id: str, head: int) -> None:
    """After the commit: open screens of this session and the board look again."""

    def now_visible() -> None:
        publish(f"session:{session_id}", {"type": "chart", "session_id": session_id, "head_sequence": head})
        publish("board", {"type": "chart", "session_id": session_id, "head_sequence": head})

    transaction.on_commit(now_visible)


def entry_of(
    one: Decided, session_id: str, sequence: int, actor: Actor, submission_id: str, now: datetime
) -> ChartEntry:
    """What was decided, as the log keeps it."""
    return ChartEntry(
        session_id=session_id,
        sequence=sequence,
        occurred_at=one.occurred_at,
        recorded_at=now,
        actor=StaffRef(staff_id=actor.staff_id, name=actor.name),
        submission_id=submission_id,
        event=one.event,
        late_reason=one.late_reason,
    )
