"""The kept summaries of visits that are over: which are missing or hold no longer, and how they are made anew.

The log and the readings stay the truth. A summary is shown only while its whole key fits what they are at that moment;
a page that finds none that fits folds and predicts, as it did before there were any. The job of every minute writes
what is missing, the newest visits first; a page writes nothing.
"""

from __future__ import annotations

import time
from datetime import datetime, timedelta

from django.db.models import F

from dripstand.infusion import queries as infusion
from dripstand.jobs.run import Run
from dripstand.monitoring.queries import cuffs_stored
from dripstand.people.access import service_without_actor
from dripstand.records.kept_form import code_that_makes_it, to_json
from dripstand.records.models import KeptBorne
from dripstand.records.queries import NO_CUFFS, fresh_borne, kept_keys, keys_of

WORKS_S = 8.0
"""The job of one minute works at most so long: after a new version there may be thousands to make."""
PAUSE_S = 0.02
READINGS_COME_WITHIN = timedelta(days=8)
"""Monitors send what they held back for hours at most; for so long the job looks for readings that came late."""
WANTED_AT_ONCE_COUNT = 400


@service_without_actor("The job of every minute calls it; nobody asks for it.")
def keep(session_id: str, *, now: datetime) -> bool:
    """Make one visit's summary from its log and readings and keep it; False where the visit is not over.

    Its key is taken before it is made: what comes meanwhile leaves a key that does not fit, never one that lies.
    """
    cuffs_count, newest_cuff_id = cuffs_stored([session_id]).get(session_id, NO_CUFFS)
    fresh = fresh_borne(session_id, now)
    if not fresh.is_over:
        return False
    KeptBorne.objects.update_or_create(
        session_id=session_id,
        defaults={
            "head_hash": fresh.head_hash,
            "cuffs_count": cuffs_count,
            "newest_cuff_id": newest_cuff_id,
            "made_by": code_that_makes_it(),
            "body": to_json(fresh.borne),
        },
    )
    return True


def wanting(now: datetime) -> list[str]:
    """Visits whose summary is missing or does not hold, the newest first; at most some hundred at once."""
    holding = KeptBorne.objects.filter(made_by=code_that_makes_it(), head_hash=F("session__head_hash")).values("pk")
    found = [line.session_id for line in infusion.given_and_over(but_not=holding, most_count=WANTED_AT_ONCE_COUNT)]
    late = infusion.given_and_over(since=now - READINGS_COME_WITHIN)
    kept = kept_keys(line.session_id for line in late)
    moved = [session_id for session_id, key in keys_of(late).items() if kept.get(session_id) != key]
    return list(dict.fromkeys((*moved, *found)))


def keep_what_is_wanting(run: Run) -> None:
    """The handler of the job: makes summaries for some seconds, with a pause after each, in which pages are served."""
    until = time.monotonic() + WORKS_S
    for session_id in wanting(run.now()):
        if run.must_stop or time.monotonic() > until:
            return
        keep(session_id, now=run.now())
        time.sleep(PAUSE_S)
