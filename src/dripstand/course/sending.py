"""The periodic job that sends the reminders that are due."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dripstand.jobs.run import Run


def send_what_is_due(run: Run) -> Mapping[str, Any]:
    """Answers how many messages left."""
    from dripstand.course.services import send_due_reminders

    return {"sent_count": send_due_reminders(now=run.now())}
