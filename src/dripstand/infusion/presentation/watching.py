"""Who watches this chair, and the hand-over that waits to be accepted."""

from __future__ import annotations

from typing import TypedDict
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from dripstand.infusion import events as ev
from dripstand.infusion.chart import Chart
from dripstand.infusion.phases import HERE, LIVE
from dripstand.infusion.presentation.rate import WhyNot
from dripstand.infusion.presentation.times import clock


class Watch(TypedDict):
    state: str  # "named", "nobody", "offered", "needed" (an infusing chair that nobody watches)
    name: str
    button_text: str
    words: str
    may_take: bool
    may_accept: bool
    may_offer: bool
    accept_text: str
    offered_sequence: int | None


def watch(chart: Chart, me: ev.StaffRef, zone: ZoneInfo, why_not: WhyNot) -> Watch:
    """me: who looks at the screen; what they may do depends on who they are."""
    observer, offer = chart.observer, chart.hand_over
    here = chart.phase in HERE
    state = "named" if observer else "needed" if chart.phase in LIVE else "nobody"
    words = (
        _("%(name)s watches since %(clock)s.")
        % {"name": observer.name, "clock": clock(chart.observer_since, zone) if chart.observer_since else ""}
        if observer
        else _("Nobody watches this chair.")
    )
    button = _("Watching: %(name)s") % {"name": observer.name} if observer else _("Nobody watches")
    accept = ""
    if offer is not None and here:
        state = "offered"
        words = _("%(words)s Offered to %(to)s at %(clock)s; %(name)s watches until it is accepted.") % {
            "words": words,
            "to": offer.to.name,
            "clock": clock(offer.offered_at, zone),
            "name": observer.name if observer else _("nobody"),
        }
        button = _("Offered to %(to)s") % {"to": offer.to.name}
        accept = _("Accept from %(name)s") % {"name": offer.from_staff.name if offer.from_staff else _("nobody")}
    mine = observer is not None and observer.staff_id == me.staff_id
    accepting = ev.HandOverAccepted(offered_sequence=offer.sequence, observer=me) if offer else None
    return {
        "state": state,
        "name": observer.name if observer else "",
        "button_text": button,
        "words": words,
        "may_take": here and observer is None and not why_not(ev.ObserverNamed(observer=me)),
        "may_accept": here and accepting is not None and not why_not(accepting),
        "may_offer": here and mine and offer is None,
        "accept_text": accept,
        "offered_sequence": offer.sequence if offer else None,
    }
