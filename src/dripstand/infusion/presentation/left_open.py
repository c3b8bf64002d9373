"""Who left against advice or was transferred while something is open: one read for every page that says it (H64)."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from dripstand.infusion.chart import Chart
from dripstand.infusion.leaving_early import StillOpen, still_open
from dripstand.infusion.phases import Phase
from dripstand.infusion.presentation.times import clock


@dataclass(frozen=True, slots=True)
class LeftOpen:
    """One visit that nobody has closed yet. parts: what is open, in words, the most important first."""

    parts: tuple[str, ...]
    count_text: str
    href: str


def left_open(chart: Chart) -> LeftOpen | None:
    """What somebody must still see to; None for every other visit, and once nothing is open."""
    found = still_open(chart)
    if not found:
        return None
    return LeftOpen(
        parts=tuple(still_open_word(one) for one in found),
        count_text=_("%(count)s still open") % {"count": len(found)},
        href=f"/session/{chart.session_id}/leaving/",
    )


def left_words(chart: Chart, name: str, zone: ZoneInfo) -> str:
    """Who left and when. name: as much of it as the reader may see."""
    at = clock(chart.ending.occurred_at, zone) if chart.ending is not None else ""
    if chart.phase is Phase.TRANSFERRED:
        return _("%(name)s was transferred at %(clock)s.") % {"name": name, "clock": at}
    return _("%(name)s left against advice at %(clock)s.") % {"name": name, "clock": at}


def still_open_word(one: StillOpen) -> str:
    """What is open after somebody left without discharge, in words that hold for a no as for what nobody said."""
    return {
        StillOpen.LINE_IN: _("the line is not charted as out"),
        StillOpen.BAG_HANGS: _("the bag hangs: take it down"),
        StillOpen.LINE_FILLED: _("the giving set still holds drug"),
        StillOpen.CAPACITY: _("no judgement of capacity is charted"),
        StillOpen.WARNINGS: _("nothing is charted that the patient was warned of"),
        StillOpen.ESCORT: _("no call to the escort is charted"),
        StillOpen.PRESCRIBER: _("no prescriber is charted as told"),
    }[one]
