"""When a patient may be asked anything or agree to it: the one rule of it (H47), for every form of theirs."""

from __future__ import annotations

from datetime import datetime, timedelta

from dripstand.infusion.chart import Chart
from dripstand.infusion.events import CriterionAssessed

FORGOTTEN_AFTER = timedelta(hours=12)
"""So long after the drug ended the forms open though nobody charted *oriented*: somebody forgot to, and the patient is
at home. Assumed; longer than any observation, and shorter than the 20 h after which the next-day check is sent. It is
counted from the drug and not from midnight, which says nothing of how somebody feels whose infusion ended at eleven."""

NEVER_STOPPED_AFTER = timedelta(hours=24)
"""So long after the start they open where nobody charted an end either: no visit of an outpatient lasts as long."""


def may_be_asked(chart: Chart, now: datetime) -> bool:
    """Whether this visit lets the patient answer or sign: not from the start of the drug until found oriented (H47).

    That a prescriber overrode the criterion opens nothing: it says that the patient may go home, with whoever takes
    them, and not that they are clear. Nor does going home open anything: who left against advice, was transferred or
    left by an override is as sedated outside as in the chair.
    """
    if chart.started_at is None or found_oriented(chart):
        return True
    if chart.stopped_at is not None:
        return now >= chart.stopped_at + FORGOTTEN_AFTER
    return now >= chart.started_at + NEVER_STOPPED_AFTER


def found_oriented(chart: Chart) -> bool:
    """Whether the newest finding since the drug ended is that the patient is oriented; an older one says nothing."""
    entry = chart.assessed.get("oriented")
    return (
        not chart.is_live
        and chart.stopped_at is not None
        and entry is not None
        and entry.occurred_at >= chart.stopped_at
        and isinstance(entry.event, CriterionAssessed)
        and entry.event.met
    )
