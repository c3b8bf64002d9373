"""The hand-over sheet of an emergency: what a crew or a ward must know, printed in one go, at any moment of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.http import HttpResponseBase
from django.utils.translation import gettext as _

from dripstand.infusion.chart import Chart
from dripstand.infusion.emergency import Emergency, emergencies
from dripstand.infusion.line import amounts_at
from dripstand.infusion.saying import say
from dripstand.infusion.views.session_page import SessionPage, open_page, show
from dripstand.infusion.words import plain, word
from dripstand.people.access import SignedInRequest, who_may
from dripstand.people.actors import Role
from dripstand.premises.queries import clinic
from dripstand.records.note import Note
from dripstand.records.queries import note_of
from dripstand.records.readings import VitalRow

SHOWN_BACK = timedelta(hours=2)
ROWS_AT_MOST = 24


@who_may(Role.NURSE, Role.PRESCRIBER, Role.MEDICAL_LEAD, Role.ON_CALL)
def hand_over_sheet(request: SignedInRequest, session_id: UUID) -> HttpResponseBase:
    """Everything on one sheet; without an emergency it tells the visit so far."""
    page = open_page(request, session_id, "hand-over sheet")
    made = note_of(page.session_id, page.now)
    known = emergencies(page.chart)
    emergency = known[-1] if known else None
    place = clinic()
    values = {
        "note": made,
        "crisis": emergency,
        "told": told(page.chart, emergency, page),
        "minutes": minutes(emergency, page.now),
        "called": [(word(one), entry) for one, entry in emergency.called.items()] if emergency else [],
        "arrived": {word(one): entry for one, entry in emergency.arrived.items()} if emergency else {},
        "roles": [(word(one), getattr(entry.event, "who", "")) for one, entry in emergency.roles.items()]
        if emergency
        else [],
        "ketamine": ketamine_words(page.chart, made),
        "medicines": [(entry, say(entry.event, page.zone)) for entry in page.chart.medicines],
        "readings": newest(made, page.now),
        "clinic_name": place.name if place else "",
    }
    return show(request, page, "records/hand_over.html", "hand_over", values)


def told(chart: Chart, emergency: Emergency | None, page: SessionPage) -> list[tuple[object, object]]:
    """The timeline of the emergency in words; without one, what the note would tell of the last two hours."""
    entries = emergency.timeline if emergency else ()
    return [(entry, say(entry.event, page.zone)) for entry in entries]


def minutes(emergency: Emergency | None, now: datetime) -> int:
    """Whole minutes from the declaration to its end, or to now."""
    if emergency is None:
        return 0
    return int(((emergency.ended_at or now) - emergency.since).total_seconds() // 60)


def ketamine_words(chart: Chart, made: Note) -> list[str]:
    """What is known of the drug: how much reached the vein and by when, or that nobody knows."""
    if chart.started_at is None:
        return [_("No ketamine was given in this visit.")]
    if not chart.composition_known:
        return [_("A bag ran whose composition is not known. No dose can be stated.")]
    amounts = made.amounts or amounts_at(chart, made.made_at)
    found = []
    if amounts is not None:
        least = made.least or amounts
        mg = plain(amounts.vein_mg, 1)
        if least.vein_mg != amounts.vein_mg:
            mg = _("%(low)s to %(high)s") % {"low": plain(least.vein_mg, 1), "high": mg}
        words = {"mg": mg, "line": plain(amounts.line_mg, 1)}
        found.append(_("Ketamine %(mg)s mg reached the vein; %(line)s mg stand in the line.") % words)
    if chart.rate_ml_per_h > 0:
        found.append(_("The chart says it still runs, at %(rate)s mL/h.") % {"rate": plain(chart.rate_ml_per_h)})
    elif chart.stopped_at is None:
        found.append(_("Paused, not stopped."))
    if chart.unconfirmed is not None:
        found.append(_("Not confirmed at the pump."))
    return found


def newest(made: Note, now: datetime) -> tuple[VitalRow, ...]:
    """The readings of the last two hours, newest first."""
    rows = [row for row in made.readings if row.at >= now - SHOWN_BACK]
    return tuple(sorted(rows, key=lambda row: row.at, reverse=True)[:ROWS_AT_MOST])
