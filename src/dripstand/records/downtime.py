"""The paper twin of today: each patient's order, bag arithmetic and a blank chart, printable without the server.

One self-contained HTML file: no script, no address, nothing loaded. Every page says whose it is, which of how many, and
from which chart it was made (H04, H66).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from django.template.loader import render_to_string
from django.utils import timezone

from dripstand.course import queries as course
from dripstand.course.models import BookingState
from dripstand.infusion import events as ev
from dripstand.infusion import queries
from dripstand.infusion.bag import Bag
from dripstand.infusion.chart import Chart
from dripstand.infusion.dosing import (
    concentration_mg_per_ml,
    draw_ml,
    drops_per_min,
    rate_for_dose_rate_ml_per_h,
    start_rate_ml_per_h,
)
from dripstand.infusion.order import Order
from dripstand.infusion.paper import ROWS_COUNT
from dripstand.infusion.phases import ENDED
from dripstand.infusion.saying import say
from dripstand.infusion.views.when import day_of
from dripstand.people.queries import PatientDetails, patients_by_id
from dripstand.premises.queries import clinic, clinic_zone
from dripstand.protocol.template import ProtocolTemplate
from dripstand.records.handing_over import ketamine_words
from dripstand.records.queries import note_of

PAGES_A_PATIENT = 2
STYLE = Path(__file__).with_name("downtime.css")
STYLE_PLACE = "<!-- style -->"
"""The file is opened from a disk and loads nothing, so its style stands in it; no served page has one inside."""
LATEST_SHOWN = 14
ALARMS = (ev.AlarmRaised, ev.AlarmCleared, ev.AlarmAcknowledged)


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """What a person would work out for one vial strength, exact until it is printed."""

    strength_mg_per_ml: Fraction
    draw_ml: Fraction
    nominal_ml: Fraction
    mg_per_ml: Fraction
    rate_ml_per_h: Fraction
    lowest_rate_ml_per_h: Fraction
    highest_rate_ml_per_h: Fraction
    drops: tuple[tuple[int, Fraction], ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One patient's pages."""

    chart: Chart
    template: ProtocolTemplate
    bag: Bag | None
    arithmetic: tuple[Arithmetic, ...]
    given: tuple[str, ...]
    latest: tuple[tuple[datetime, str, str], ...]


@dataclass(frozen=True, slots=True)
class Booked:
    """Somebody who is booked today and whose visit nobody has opened yet: no order and no chart, but they will come."""

    patient: PatientDetails
    starts_at: datetime
    chair: str
    number: int
    count: int
    page_id: str


def booked(now: datetime) -> tuple[Booked, ...]:
    """Everybody who is booked today without a visit, by time."""
    zone = clinic_zone()
    start, end = day_of(now, zone)
    held = [
        one
        for one in course.bookings_between(start, end, states=(BookingState.HELD,))
        if not one.session_id and start <= one.starts_at < end
    ]
    people, chairs = patients_by_id(one.patient_id for one in held), course.chairs_by_id()
    return tuple(
        Booked(
            patient=people[one.patient_id],
            starts_at=one.starts_at,
            chair=f"{chairs[one.chair_id].room_name}, {chairs[one.chair_id].name}" if one.chair_id in chairs else "",
            number=one.number,
            count=one.count,
            page_id=one.booking_id,
        )
        for one in sorted(held, key=lambda each: (each.starts_at, each.booking_id))
    )


def sheets(now: datetime) -> tuple[Sheet, ...]:
    """Everybody whose visit is open today or who is still here, by time."""
    start, end = day_of(now, clinic_zone())
    lines = {line.session_id: line for line in (*queries.sessions_between(start, end), *queries.open_sessions())}
    charts = queries.charts(sorted(lines.values(), key=lambda line: (line.expected_at, line.session_id)))
    return tuple(_sheet(chart, now) for chart in charts if chart.phase not in ENDED)


def _sheet(chart: Chart, now: datetime) -> Sheet:
    template = queries.template(chart.session_id)
    state = chart.bag_state
    usable = state is not None and state.down_at is None and state.quarantined is None and chart.composition_known
    zone = clinic_zone()
    begun = chart.started_at is not None
    last = [entry for entry in chart.effective if not isinstance(entry.event, ALARMS)][-LATEST_SHOWN:]
    return Sheet(
        chart=chart,
        template=template,
        bag=state.bag if state is not None and usable else None,
        arithmetic=tuple(worked_out(chart.order, template)) if chart.order is not None and not begun else (),
        given=tuple(ketamine_words(chart, note_of(chart.session_id, now))) if begun else (),
        latest=tuple((entry.occurred_at, say(entry.event, zone).text, entry.actor.name) for entry in last),
    )


def worked_out(order: Order, template: ProtocolTemplate) -> list[Arithmetic]:
    """The bag of this order from each vial that the clinic buys, drug replacing diluent in the smallest usual bag."""
    nominal = max(template.bag.nominal_low_ml, min(template.bag.nominal_high_ml, Decimal(100)))
    found = []
    for strength in sorted({strength for strength, _ in template.bag.vials}):
        conc = concentration_mg_per_ml(order.dose_mg, nominal)
        rate = Fraction(start_rate_ml_per_h(nominal, order.planned_minutes))
        found.append(
            Arithmetic(
                strength_mg_per_ml=Fraction(strength),
                draw_ml=Fraction(draw_ml(order.dose_mg, strength)),
                nominal_ml=Fraction(nominal),
                mg_per_ml=conc,
                rate_ml_per_h=rate,
                lowest_rate_ml_per_h=rate_for_dose_rate_ml_per_h(
                    order.lowest_dose_rate_mg_per_kg_per_h, conc, order.dosing_weight_kg
                ),
                highest_rate_ml_per_h=rate_for_dose_rate_ml_per_h(
                    order.highest_dose_rate_mg_per_kg_per_h, conc, order.dosing_weight_kg
                ),
                drops=tuple(
                    (per_ml, Fraction(drops_per_min(start_rate_ml_per_h(nominal, order.planned_minutes), per_ml)))
                    for per_ml in template.bag.drops_per_ml
                ),
            )
        )
    return found


def printed(now: datetime) -> str:
    """The whole file. Values are escaped by the template engine; nothing in it is markup of a person's."""
    place, zone = clinic(), clinic_zone()
    made = sheets(now)
    with timezone.override(zone):
        page = render_to_string(
            "records/downtime.html",
            {
                "clinic_name": place.name if place else "",
                "emergency_phone": place.emergency_phone if place else "",
                "sheets": made,
                "booked": booked(now),
                "blank_rows": range(ROWS_COUNT),
                "now": now,
                "of_count": PAGES_A_PATIENT,
            },
        )
    return page.replace(STYLE_PLACE, f"<style>\n{STYLE.read_text(encoding='utf-8')}</style>", 1)
