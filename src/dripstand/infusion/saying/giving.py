"""Words for the visit, the order, the bag, the line and the infusion."""

from __future__ import annotations

from datetime import tzinfo
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from dripstand.infusion import events as ev
from dripstand.infusion.saying.registry import Said, clock, joined, says
from dripstand.infusion.words import BASIS_WORDS, CLEARED_WORDS, SIDE_WORDS, plain, word

# --- the visit ------------------------------------------------------------------------------------------------------


@says(ev.SessionOpened)
def session_opened(event: ev.SessionOpened, zone: tzinfo) -> Said:
    words = {
        "number": event.infusion_number,
        "planned": event.infusions_planned_count,
        "at": clock(event.expected_at, zone),
    }
    return Said(_("Session opened"), _("infusion %(number)s of %(planned)s, expected %(at)s") % words)


@says(ev.ChairAssigned)
def chair_assigned(event: ev.ChairAssigned, zone: tzinfo) -> Said:
    return Said(_("Chair"), joined(event.chair_name, event.room_name))


@says(ev.PatientArrived)
def patient_arrived(event: ev.PatientArrived, zone: tzinfo) -> Said:
    return Said(_("Arrived"))


@says(ev.IdentityConfirmed)
def identity_confirmed(event: ev.IdentityConfirmed, zone: tzinfo) -> Said:
    return Said(
        _("Identity confirmed"),
        joined(*event.identifiers, _("said born %(date)s") % {"date": event.stated_birth_date.isoformat()}),
    )


@says(ev.EscortNamed)
def escort_named(event: ev.EscortNamed, zone: tzinfo) -> Said:
    until = _("can come until %(at)s") % {"at": clock(event.there_until_at, zone)} if event.there_until_at else ""
    return Said(_("Escort named"), joined(event.name, event.relation, event.phone, until))


@says(ev.EscortAnswered)
def escort_answered(event: ev.EscortAnswered, zone: tzinfo) -> Said:
    comes = _("comes") if event.can_come else _("cannot come")
    driving = _("knows that nobody drives until the next day") if event.told_no_driving else ""
    return Said(_("Escort answered by link"), joined(event.name, comes, driving))


@says(ev.EscortRefused)
def escort_refused(event: ev.EscortRefused, zone: tzinfo) -> Said:
    return Said(_("Escort refused"), joined(event.name, event.reason, _("another one is needed")))


@says(ev.NoDrivingPromised)
def no_driving_promised(event: ev.NoDrivingPromised, zone: tzinfo) -> Said:
    return Said(_("Agreed not to drive until the next day"), _("the patient, by their own link"))


@says(ev.WeightMeasured)
def weight_measured(event: ev.WeightMeasured, zone: tzinfo) -> Said:
    second = _("also read by %(name)s") % {"name": event.second_reader.name} if event.second_reader else ""
    return Said(_("Weight %(kg)s kg") % {"kg": plain(event.weight_kg)}, joined(event.measured_with, second))


@says(ev.PreCheckRecorded)
def pre_check_recorded(event: ev.PreCheckRecorded, zone: tzinfo) -> Said:
    score = _("%(score)s of 10") % {"score": event.anxiety_score} if event.anxiety_score is not None else ""
    tried = word(event.call_tried) if event.call_tried is not None else ""
    food = _("food %(at)s") % {"at": clock(event.last_food_at, zone)} if event.last_food_at else ""
    fluid = (
        _("clear fluid %(at)s") % {"at": clock(event.last_clear_fluid_at, zone)} if event.last_clear_fluid_at else ""
    )
    return Said(word(event.check), joined(word(event.result), tried, score, food, fluid, event.detail))


@says(ev.PreCheckOverridden)
def pre_check_overridden(event: ev.PreCheckOverridden, zone: tzinfo) -> Said:
    return Said(_("Overridden: %(check)s") % {"check": word(event.check)}, event.reason)


# --- the order ------------------------------------------------------------------------------------------------------


def _order_words(order: Any) -> str:
    return _(
        "%(mg)s mg (%(mg_per_kg)s mg/kg of %(kg)s kg, %(basis)s) over %(minutes)s min, "
        "%(low)s to %(high)s mg/kg/h, cap %(cap)s mg"
    ) % {
        "mg": plain(order.dose_mg),
        "mg_per_kg": plain(order.dose_mg_per_kg),
        "kg": plain(order.dosing_weight_kg),
        "basis": BASIS_WORDS[order.weight_basis],
        "minutes": plain(order.planned_minutes),
        "low": plain(order.lowest_dose_rate_mg_per_kg_per_h),
        "high": plain(order.highest_dose_rate_mg_per_kg_per_h),
        "cap": plain(order.dose_cap_mg),
    }


def _rests_on(order: Any, zone: tzinfo) -> str:
    """Whose decision it rests on; nothing for an order of a time at which that was not kept."""
    if order.decided_at is None:
        return ""
    day = date_format(order.decided_at.astimezone(zone), "j M Y")
    return _("rests on the decision that %(name)s signed on %(day)s") % {"name": order.decided_by, "day": day}


@says(ev.OrderSigned)
def order_signed(event: ev.OrderSigned, zone: tzinfo) -> Said:
    title = _("Order amended") if event.reason else _("Order signed")
    second = _("second signature %(name)s") % {"name": event.second_signature.name} if event.second_signature else ""
    return Said(title, joined(_order_words(event.order), event.reason, second, _rests_on(event.order, zone)))


@says(ev.TelephoneOrderTaken)
def telephone_order_taken(event: ev.TelephoneOrderTaken, zone: tzinfo) -> Said:
    who = _("spoken by %(prescriber)s, taken by %(taker)s") % {
        "prescriber": event.prescriber.name,
        "taker": event.taken_by.name,
    }
    read_back = _("read back") if event.read_back else _("not read back")
    until = _("expires %(expires)s, countersign by %(by)s") % {
        "expires": clock(event.expires_at, zone),
        "by": clock(event.countersign_by, zone),
    }
    return Said(
        _("Telephone order"), joined(_order_words(event.order), who, read_back, until, _rests_on(event.order, zone))
    )


@says(ev.OrderCountersigned)
def order_countersigned(event: ev.OrderCountersigned, zone: tzinfo) -> Said:
    return Said(_("Telephone order countersigned"), _("entry %(number)s") % {"number": event.order_sequence})


# --- the bag and the line -------------------------------------------------------------------------------------------


@says(ev.BagPrepared)
def bag_prepared(event: ev.BagPrepared, zone: tzinfo) -> Said:
    bag = event.bag
    vial = _("vial %(strength)s mg/mL, %(volume)s mL, lot %(lot)s") % {
        "strength": plain(bag.vial.strength_mg_per_ml),
        "volume": plain(bag.vial.volume_ml),
        "lot": bag.vial.lot,
    }
    # Without its concentration: that is never said without its interval, which the signed protocol sets (H12).
    made = _("%(drawn)s mL drawn into %(final)s mL, start %(rate)s mL/h") % {
        "drawn": plain(bag.drawn_ml),
        "final": plain(bag.final_ml),
        "rate": plain(bag.start_rate_ml_per_h),
    }
    return Said(_("Bag prepared, %(mg)s mg") % {"mg": plain(bag.drug_mg)}, joined(vial, made))


@says(ev.BagChecked)
def bag_checked(event: ev.BagChecked, zone: tzinfo) -> Said:
    found = _("%(drawn)s mL, %(rate)s mL/h") % {
        "drawn": plain(event.drawn_ml),
        "rate": plain(event.start_rate_ml_per_h),
    }
    return Said(
        _("Bag checked by %(name)s") % {"name": event.checker.name}, joined(word(event.method), found, event.detail)
    )


@says(ev.BagHung)
def bag_hung(event: ev.BagHung, zone: tzinfo) -> Said:
    return Said(_("Bag hung"), _("label read: %(label)s") % {"label": event.label_read})


@says(ev.BagTakenDown)
def bag_taken_down(event: ev.BagTakenDown, zone: tzinfo) -> Said:
    left = (
        _("%(ml)s mL left") % {"ml": plain(event.remaining_ml)}
        if event.remaining_ml is not None
        else _("what was left was not measured")
    )
    return Said(_("Bag taken down"), joined(left, event.reason))


@says(ev.LinePlaced)
def line_placed(event: ev.LinePlaced, zone: tzinfo) -> Said:
    attempts = (
        _("one attempt") if event.attempts_count == 1 else _("%(count)s attempts") % {"count": event.attempts_count}
    )
    return Said(
        _("Line placed"),
        joined(
            f"{SIDE_WORDS.get(event.side, event.side)} {event.site}",
            _("%(gauge)s gauge") % {"gauge": event.gauge},
            attempts,
        ),
    )


@says(ev.AccessSiteChecked)
def access_site_checked(event: ev.AccessSiteChecked, zone: tzinfo) -> Said:
    return Said(_("Access site checked"), joined(word(event.finding), event.detail))


@says(ev.LinePrimed)
def line_primed(event: ev.LinePrimed, zone: tzinfo) -> Said:
    return Said(_("Line primed"), joined(word(event.fluid), _("%(ml)s mL") % {"ml": plain(event.hold_up_ml)}))


@says(ev.LineCleared)
def line_cleared(event: ev.LineCleared, zone: tzinfo) -> Said:
    return Said(_("Line cleared"), str(CLEARED_WORDS.get(event.how, event.how)))


@says(ev.LineRemoved)
def line_removed(event: ev.LineRemoved, zone: tzinfo) -> Said:
    return Said(_("Line removed"), joined(_("site %(finding)s") % {"finding": word(event.site_finding)}, event.detail))


# --- the infusion ---------------------------------------------------------------------------------------------------


@says(ev.InfusionStarted)
def infusion_started(event: ev.InfusionStarted, zone: tzinfo) -> Said:
    estimated = _("counted drops, dose estimated") if event.estimated else ""
    return Said(_("Infusion started"), joined(_rate(event.rate_ml_per_h), estimated))


def _rate(rate_ml_per_h: Any) -> str:
    return _("%(rate)s mL/h") % {"rate": plain(rate_ml_per_h)}


@says(ev.RateChanged)
def rate_changed(event: ev.RateChanged, zone: tzinfo) -> Said:
    second = _("second signature %(name)s") % {"name": event.second_signature.name} if event.second_signature else ""
    return Said(_("Rate to %(rate)s mL/h") % {"rate": plain(event.rate_ml_per_h)}, joined(event.reason, second))


@says(ev.InfusionPaused)
def infusion_paused(event: ev.InfusionPaused, zone: tzinfo) -> Said:
    return Said(_("Infusion paused"), event.reason or _("reason not yet said"))


@says(ev.InfusionResumed)
def infusion_resumed(event: ev.InfusionResumed, zone: tzinfo) -> Said:
    return Said(_("Infusion resumed"), _rate(event.rate_ml_per_h))


@says(ev.InfusionStopped)
def infusion_stopped(event: ev.InfusionStopped, zone: tzinfo) -> Said:
    return Said(_("Infusion stopped"), joined(word(event.reason), event.detail))


@says(ev.FlushGiven)
def flush_given(event: ev.FlushGiven, zone: tzinfo) -> Said:
    return Said(
        _("Flush given"),
        _("%(ml)s mL over %(minutes)s min") % {"ml": plain(event.volume_ml), "minutes": plain(event.over_min)},
    )


@says(ev.ConfirmedAtPump)
def confirmed_at_pump(event: ev.ConfirmedAtPump, zone: tzinfo) -> Said:
    infused = (
        _("%(ml)s mL infused") % {"ml": plain(event.volume_infused_ml)} if event.volume_infused_ml is not None else ""
    )
    source = _("seen by the nurse") if event.source == "nurse" else event.source
    return Said(_("Confirmed at the pump"), joined(_rate(event.rate_ml_per_h), infused, source))


@says(ev.PumpContradicted)
def pump_contradicted(event: ev.PumpContradicted, zone: tzinfo) -> Said:
    return Said(
        _("The pump says otherwise"),
        _("pump %(pump)s mL/h, charted %(charted)s mL/h")
        % {"pump": plain(event.pump_rate_ml_per_h), "charted": plain(event.charted_rate_ml_per_h)},
    )
