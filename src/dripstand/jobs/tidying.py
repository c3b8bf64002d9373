"""Rows of jobs that ended long ago go. Nothing of a chart is in them: what a job did is stored where it did it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from dripstand.jobs.kinds import kinds
from dripstand.jobs.models import FINAL, Job
from dripstand.jobs.run import Run

RECURRING_KEPT = timedelta(days=7)
OTHERS_KEPT = timedelta(days=400)


def tidy(run: Run) -> Mapping[str, Any]:
    """A keyed job is remembered for longer than anything that might schedule it once more."""
    now = run.now()
    recurring = [one.name for one in kinds() if one.every is not None]
    ended = Job.objects.filter(state__in=FINAL)
    of_rounds, _ = ended.filter(kind__in=recurring, finished_at__lt=now - RECURRING_KEPT).delete()
    of_others, _ = ended.exclude(kind__in=recurring).filter(finished_at__lt=now - OTHERS_KEPT).delete()
    return {"deleted_count": of_rounds + of_others}
