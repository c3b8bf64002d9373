"""Whole visits of the past, brought in at once: from paper, from another system, or for a demonstration.

Each log is held to the same law as one that was charted entry by entry: it folds without a contradiction, the visit is
over, nothing lies in the future. It is chained here, in one transaction with its index row; the entries keep the
people and the times they name, and their submission ids say for ever that they were brought in.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from dripstand.infusion import models, store
from dripstand.infusion.chart import Chart, fold
from dripstand.infusion.events import ChartEntry, SessionOpened
from dripstand.infusion.hashing import GENESIS
from dripstand.infusion.index_row import index_values
from dripstand.infusion.phases import ENDED
from dripstand.infusion.to_course import tell_courses
from dripstand.people.access import service
from dripstand.people.actors import Actor, Role

MARK = "brought-in:"
ROWS_AT_ONCE_COUNT = 2_000


class CannotBringIn(ValueError):
    """One visit of the batch cannot be; nothing of the batch was stored. `session_id`: which."""

    def __init__(self, session_id: str, words: str) -> None:
        self.session_id = session_id
        super().__init__(_("Visit %(session)s: %(words)s") % {"session": session_id, "words": words})


@service(Role.ADMINISTRATOR)
def bring_in(actor: Actor, visits: Iterable[Sequence[ChartEntry]], *, now: datetime) -> tuple[str, ...]:
    """Store these logs, each a whole visit that is over; answers the sessions' ids.

    visits: entries in order, numbered from 1, beginning with SessionOpened; their hashes are made here. A visit that is
    stored already is left as it is, so that an interrupted run can be repeated. Raises CannotBringIn, and then nothing
    of this call is stored.
    """
    logs = [_marked(entries) for entries in visits]
    ids = [entries[0].session_id for entries in logs]
    there = {str(pk) for pk in models.Session.objects.filter(pk__in=ids).values_list("pk", flat=True)}
    new = [store.chained(entries, GENESIS) for entries in logs if entries[0].session_id not in there]
    charts = [_sound(entries, now) for entries in new]
    with transaction.atomic():
        models.Session.objects.bulk_create([_index(chart) for chart in charts], batch_size=ROWS_AT_ONCE_COUNT)
        rows = [store.row_from(entry, 0) for entries in new for entry in entries]
        models.LogRow.objects.bulk_create(rows, batch_size=ROWS_AT_ONCE_COUNT)
        tell_courses(charts, now)
    return tuple(ids)


def _marked(entries: Sequence[ChartEntry]) -> tuple[ChartEntry, ...]:
    """Each entry under a submission id of its own that says where it came from."""
    if not entries:
        raise CannotBringIn("", _("it has no entries."))
    return tuple(replace(entry, submission_id=f"{MARK}{entry.sequence}") for entry in entries)


def _sound(entries: tuple[ChartEntry, ...], now: datetime) -> Chart:
    """The fold of a log that may be stored. Raises CannotBringIn."""
    first = entries[0]
    if not isinstance(first.event, SessionOpened):
        raise CannotBringIn(first.session_id, _("it does not begin with its opening."))
    numbers = [entry.sequence for entry in entries]
    if numbers != list(range(1, len(entries) + 1)) or any(e.session_id != first.session_id for e in entries):
        raise CannotBringIn(first.session_id, _("its entries are not numbered from 1, or belong to several visits."))
    if any(max(entry.recorded_at, entry.occurred_at) > now for entry in entries):
        raise CannotBringIn(first.session_id, _("an entry lies in the future."))
    chart = fold(entries)
    if chart.contradictions:
        found = chart.contradictions[0]
        words = _("entry %(number)s does not fit the ones before it (%(code)s).")
        raise CannotBringIn(first.session_id, words % {"number": found.sequence, "code": found.code})
    if chart.phase not in ENDED:
        raise CannotBringIn(first.session_id, _("it is not over: what happens today is charted at the chair."))
    return chart


def _index(chart: Chart) -> models.Session:
    """The index row as `services` would have left it."""
    return models.Session(
        id=chart.session_id,
        patient_id=chart.opened.patient_id,
        template_id=chart.opened.template_id,
        expected_at=chart.opened.expected_at,
        opened_at=chart.entries[0].recorded_at,
        **index_values(chart),
    )
