"""After a patient left without discharge or was transferred: what is still open, from the chart (H64, H15). Nothing of
it ever blocked."""

from __future__ import annotations

from enum import StrEnum

from dripstand.infusion import events as ev
from dripstand.infusion.chart_draft import ChartDraft
from dripstand.infusion.phases import Phase


class StillOpen(StrEnum):
    LINE_IN = "line_in"
    BAG_HANGS = "bag_hangs"
    LINE_FILLED = "line_filled"
    CAPACITY = "capacity"
    WARNINGS = "warnings"
    ESCORT = "escort"
    PRESCRIBER = "prescriber"


def still_open(chart: ChartDraft) -> tuple[StillOpen, ...]:
    """In the order of how much it matters; of who was transferred only the bag and the set that stayed."""
    if chart.phase is Phase.TRANSFERRED:
        stayed = {StillOpen.BAG_HANGS: chart.hung_bag is not None, StillOpen.LINE_FILLED: chart.primed is not None}
        return tuple(one for one, is_open in stayed.items() if is_open)
    event = chart.ending.event if chart.ending is not None else None
    if chart.phase is not Phase.LEFT_WITHOUT_DISCHARGE or not isinstance(event, ev.LeftWithoutDischarge):
        return ()
    later = [one.event for one in chart.leaving_followed_up if isinstance(one.event, ev.LeavingFollowedUp)]
    line_known = [one.line_out for one in later if one.line_out is not None]
    line_out = line_known[-1] if line_known else event.line_removed or chart.lines_in_count == 0
    open_now = {
        StillOpen.LINE_IN: not line_out,
        StillOpen.BAG_HANGS: chart.hung_bag is not None,
        StillOpen.LINE_FILLED: chart.primed is not None,
        StillOpen.CAPACITY: event.has_capacity is None,
        StillOpen.WARNINGS: not event.warnings_given.strip(),
        StillOpen.ESCORT: not event.escort_called and not any(one.escort_called for one in later),
        StillOpen.PRESCRIBER: not event.prescriber_told.strip() and not any(one.prescriber_told for one in later),
    }
    return tuple(one for one, is_open in open_now.items() if is_open)
