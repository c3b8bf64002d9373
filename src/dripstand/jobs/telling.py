"""What open screens hear of a job: topic `job:<id>`, with its state, its progress and the words of it."""

from __future__ import annotations

from dripstand.jobs.models import Job
from dripstand.live.publisher import publish


def tell(job_id: str) -> None:
    """Called after the commit. A screen that missed one asks `queries.status`; only the newest is worth having."""
    row = Job.objects.filter(pk=job_id).values("state", "progress", "progress_words", "cancel_asked").first()
    if row is not None:
        payload = {
            "state": row["state"],
            "progress": round(row["progress"], 4),
            "words": row["progress_words"],
            "cancel_asked": row["cancel_asked"],
        }
        publish(f"job:{job_id}", payload, replaces="progress")
