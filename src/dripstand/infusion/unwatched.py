"""An infusing chair that nobody watches is taken out of the room: the on-call is paged (H34, H62).

No awake screen that can be seen shows the chair: every tablet sleeps, and no alarm of it would be noticed. Other
screens of the clinic say so within seconds; where that brings nobody for PAGED_AFTER_S, there may be no other screen,
and somebody elsewhere is asked. Only a person's word ends a page (H39); while the chair stays unwatched, another
follows AGAIN_AFTER after that word. That no infusing chair is without an observer is the rules' part: the log cannot
say so (decisions/).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext as _

from dripstand.infusion import queries
from dripstand.infusion.chart import Chart
from dripstand.infusion.phases import LIVE
from dripstand.live.screens import Attention, unattended
from dripstand.people.on_call_queries import newest_page_about
from dripstand.people.paging import page_on_call

PAGED_AFTER_S = 60.0
"""From when the other screens could say it. Assumed, as for a patient's call: docs/explanation/alarms.md."""
AGAIN_AFTER = timedelta(minutes=5)
KIND = "chair-no-screen"


class Unwatched:
    """Since when each infusing chair is unwatched, as the one process knows it that keeps the alarms.

    attention: of the screens; those that nobody attends. monotonic_s: a clock that is never set.
    """

    def __init__(
        self,
        monotonic_s: Callable[[], float],
        attention: Callable[[list[str]], Mapping[str, Attention]] = unattended,
    ) -> None:
        self._monotonic_s = monotonic_s
        self._attention = attention
        self._since_s: dict[str, float] = {}
        self._was_attended: set[str] = set()

    def look(self, now: datetime) -> list[str]:
        """Looks at every infusing chair; pages for those that were unwatched for too long. Answers the pages' ids."""
        lines = [line for line in queries.open_sessions() if line.phase in LIVE and line.chair_id]
        charts = {chart.session_id: chart for chart in queries.charts(lines)}
        at_s = self._monotonic_s()
        self._since_s = {session_id: self._since_s.get(session_id, at_s) for session_id in self._lost(set(charts))}
        self._was_attended &= set(charts)
        due = [session_id for session_id, since_s in self._since_s.items() if at_s - since_s >= PAGED_AFTER_S]
        return [page for session_id in due if (page := _page(charts[session_id], now))]

    def _lost(self, infusing: set[str]) -> list[str]:
        how = self._attention([f"session:{session_id}" for session_id in infusing])
        # A screen that can be seen and only not be heard says so itself, to somebody who sees it.
        gone = {topic for topic, each in how.items() if each in (Attention.HIDDEN, Attention.NOBODY)}
        lost = {session_id for session_id in infusing if f"session:{session_id}" in gone}
        self._was_attended |= infusing - lost
        # In a demo nobody has sat down yet when its infusions run: a page would be the first thing they meet.
        return [session_id for session_id in lost if session_id in self._was_attended or not settings.DEMO]


def _page(chart: Chart, now: datetime) -> str:
    last = newest_page_about(KIND, chart.session_id)
    if last is not None and (last.seen is None or now - last.seen.at < AGAIN_AFTER):
        return ""
    where = chart.chair.chair_name if chart.chair is not None else _("A chair")
    words = _("%(chair)s infuses, and no awake screen has shown it for a minute. Call the clinic.")
    return page_on_call(
        kind=KIND,
        about=f"{chart.session_id} {now:%Y%m%dT%H%M%S}",
        words=words % {"chair": where},
        path=f"/session/{chart.session_id}/",
        now=now,
        patient_id=chart.opened.patient_id,
    )
