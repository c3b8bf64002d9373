"""Which visit is meant where somebody says *this visit*: the one that is under way, else the next that is expected.

A visit that nobody closed is neither: who never came is still charted as expected, and whose visit was forgotten is
still charted as in the chair, a week later as on the day itself.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from dripstand.infusion.asking import FORGOTTEN_AFTER, NEVER_STOPPED_AFTER
from dripstand.infusion.chart import Chart
from dripstand.infusion.phases import HERE, Phase

NEVER_CAME_AFTER = timedelta(hours=18)
"""So long after the time at which somebody was expected, or arrived without any drug, the visit is over: assumed."""


def is_at_hand(chart: Chart, now: datetime) -> bool:
    """Whether this visit is under way, or still to come."""
    if chart.phase is Phase.EXPECTED:
        return now <= chart.opened.expected_at + NEVER_CAME_AFTER
    return is_here(chart, now)


def is_here(chart: Chart, now: datetime) -> bool:
    """Whether the patient of this visit is in the building, as far as one can know of a visit that may be forgotten."""
    if chart.phase not in HERE:
        return False
    if chart.is_live and chart.started_at is not None:
        return now < chart.started_at + NEVER_STOPPED_AFTER
    if chart.stopped_at is not None:
        return now < chart.stopped_at + FORGOTTEN_AFTER
    return now < (chart.arrived_at or chart.opened.expected_at) + NEVER_CAME_AFTER
