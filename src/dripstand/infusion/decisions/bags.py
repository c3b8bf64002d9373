"""The bag: prepared, checked by a second person, hung, taken down."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from dripstand.infusion import events as ev
from dripstand.infusion import requests as rq
from dripstand.infusion.bag import DILUENTS, Bag, FinalVolume
from dripstand.infusion.bands import Verdict, rate_band
from dripstand.infusion.decisions.asking import Asked, Outcome, checks, makes
from dripstand.infusion.dosing import (
    concentration_mg_per_ml,
    differs,
    draw_ml,
    drawing_slack_ml,
    drops_per_min,
    drug_mg,
    final_ml,
    plain,
    rounded,
    start_rate_ml_per_h,
)
from dripstand.infusion.events import SecondCheck
from dripstand.infusion.line import amounts_at, holds_quarantined
from dripstand.infusion.order import Order
from dripstand.infusion.refusals import Reason, reason
from dripstand.protocol.template import BagRules

CONCENTRATION_STEP = Decimal("0.001")  # as printed on the label; the arithmetic uses the exact quotient
DROPS_STEP = Decimal("0.1")


def bag_id_for(session_id: str, sequence: int) -> str:
    """Eight signs that a person can read aloud and type: "K7QF-3MPA". The same place in a log gives the same ones."""
    digest = hashlib.sha256(f"{session_id}/{sequence}".encode()).digest()
    text = base64.b32encode(digest).decode()[:8]
    return f"{text[:4]}-{text[4:]}"


def as_read(label: str) -> str:
    """A label as it compares: case, blanks and dashes do not count."""
    return "".join(sign for sign in label.upper() if sign.isalnum())


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """What follows from what was drawn into which bag."""

    drug_mg: Decimal
    final_ml: Decimal
    mg_per_ml: Fraction
    start_rate_ml_per_h: Decimal  # rounded to the pump's step


def arithmetic(request: rq.PrepareBag, order: Order, rules: BagRules) -> Arithmetic:
    """Drug, final volume, exact concentration and the start rate that the pump can be set to."""
    drug = drug_mg(request.drawn_ml, request.vial.strength_mg_per_ml)
    final = final_ml(request.nominal_ml, request.drawn_ml, request.final_volume)
    rate = start_rate_ml_per_h(final, order.planned_minutes)
    return Arithmetic(drug, final, concentration_mg_per_ml(drug, final), rounded(rate, rules.pump_resolution_ml_per_h))


def slack_mg(order: Order, strength_mg_per_ml: Decimal, rules: BagRules) -> Fraction:
    """What rounding the drawn volume to the syringe's marks may add to a dose or take from it."""
    strength = Fraction(strength_mg_per_ml)
    should_ml = Fraction(order.dose_mg) / strength
    return drawing_slack_ml(should_ml, rules.drawn_tolerance_fraction, rules.syringe_step_ml) * strength


@makes(rq.PrepareBag, "bag_prepared")
def _prepare(asked: Asked, request: rq.PrepareBag) -> Outcome:
    order, rules = asked.chart.order, asked.template.bag
    if order is None:
        return (reason("no_order"),)
    reasons = (*_typed_wrong(request, rules), *_after_an_unknown_dose(asked))
    if reasons:
        return reasons
    made = arithmetic(request, order, rules)
    longest = timedelta(hours=float(rules.use_by_h))
    use_by = request.use_by if request.use_by is not None else asked.at + longest
    reasons = (*_beyond(asked, request, order, made), *_use_by(asked.at, use_by, longest, rules))
    if reasons:
        return reasons
    drops = request.drops_per_ml
    return ev.BagPrepared(
        bag=Bag(
            bag_id=bag_id_for(asked.whole.session_id, asked.whole.head + 1),
            order_id=order.order_id,
            vial=request.vial,
            diluent=request.diluent,
            nominal_ml=request.nominal_ml,
            final_volume=request.final_volume,
            drawn_ml=request.drawn_ml,
            drug_mg=made.drug_mg,
            final_ml=made.final_ml,
            concentration_mg_per_ml=rounded(made.mg_per_ml, CONCENTRATION_STEP),
            line_hold_up_ml=request.line_hold_up_ml,
            start_rate_ml_per_h=made.start_rate_ml_per_h,
            drops_per_ml=drops,
            start_drops_per_min=rounded(drops_per_min(made.start_rate_ml_per_h, drops), DROPS_STEP) if drops else None,
            prepared_at=asked.at,
            use_by=use_by,
            pharmacy_made=request.pharmacy_made,
            weight_basis=order.weight_basis,
        )
    )


def _after_an_unknown_dose(asked: Asked) -> Iterator[Reason]:
    """No limit can count what nobody knows: a prescriber orders what follows knowing that (H65)."""
    chart = asked.chart
    if chart.composition_known or chart.order_entry is None:
        return
    doubts = [state.quarantined.sequence for state in chart.bags.values() if state.quarantined is not None]
    stop = chart.stop
    if stop is not None and isinstance(stop.event, ev.InfusionStopped) and stop.event.reason is ev.StopReason.WRONG_BAG:
        doubts.append(stop.sequence)
    if doubts and chart.order_entry.sequence < max(doubts):
        yield reason("order_before_unknown_dose")


def _typed_wrong(request: rq.PrepareBag, rules: BagRules) -> Iterator[Reason]:
    """What cannot be so, whatever the order says."""
    vial = request.vial
    for field, value in (("drawn_ml", request.drawn_ml), ("nominal_ml", request.nominal_ml)):
        if not value.is_finite() or value <= 0:
            yield reason("not_positive", field, what=field)
            return
    if (vial.strength_mg_per_ml, vial.volume_ml) not in rules.vials:
        yield reason(
            "vial_unknown",
            "vial.strength_mg_per_ml",
            strength=plain(vial.strength_mg_per_ml),
            volume=plain(vial.volume_ml),
            vials="; ".join(f"{plain(strength)} mg/mL, {plain(volume)} mL" for strength, volume in rules.vials),
        )
        return
    if not vial.lot.strip():
        yield reason("lot_missing", "vial.lot")
    if request.diluent not in DILUENTS:
        yield reason("diluent_unknown", "diluent", diluent=request.diluent, diluents=", ".join(DILUENTS))
    held = vial.volume_ml * vial.opened_count
    needed = -(-Fraction(request.drawn_ml) // Fraction(vial.volume_ml))
    if request.drawn_ml > held:
        yield reason(
            "drawn_more_than_vials",
            "drawn_ml",
            drawn=plain(request.drawn_ml),
            count=vial.opened_count,
            held=plain(held),
        )
    elif vial.opened_count > needed + 1:
        yield reason("too_many_vials", "vial.opened_count", count=vial.opened_count, needed=needed)
    if not rules.nominal_low_ml <= request.nominal_ml <= rules.nominal_high_ml:
        low, high = plain(rules.nominal_low_ml), plain(rules.nominal_high_ml)
        yield reason("nominal_out_of_range", "nominal_ml", nominal=plain(request.nominal_ml), low=low, high=high)
    if request.final_volume is FinalVolume.REPLACING and request.drawn_ml >= request.nominal_ml:
        yield reason(
            "drawn_more_than_bag", "drawn_ml", drawn=plain(request.drawn_ml), nominal=plain(request.nominal_ml)
        )
    if not 0 <= request.line_hold_up_ml <= rules.highest_hold_up_ml:
        hold_up, high = plain(request.line_hold_up_ml), plain(rules.highest_hold_up_ml)
        yield reason("hold_up_out_of_range", "line_hold_up_ml", hold_up=hold_up, high=high)
    if request.drops_per_ml is not None and request.drops_per_ml not in rules.drops_per_ml:
        sets = ", ".join(str(drops) for drops in rules.drops_per_ml)
        yield reason("drops_unknown", "drops_per_ml", drops=request.drops_per_ml, sets=sets)


def _beyond(asked: Asked, request: rq.PrepareBag, order: Order, made: Arithmetic) -> Iterator[Reason]:
    """What does not agree with the order or passes a limit."""
    rules, strength = asked.template.bag, request.vial.strength_mg_per_ml
    if not order.label_is_base:
        yield reason("label_is_salt", "vial.strength_mg_per_ml")
    if abs(Fraction(made.drug_mg) - Fraction(order.dose_mg)) > slack_mg(order, strength, rules):
        yield reason(
            "drawn_disagrees",
            "drawn_ml",
            drawn=plain(request.drawn_ml),
            strength=plain(strength),
            drug=plain(made.drug_mg),
            dose=plain(order.dose_mg),
            tolerance=plain(rules.drawn_tolerance_fraction * 100),
            should=plain(draw_ml(order.dose_mg, strength), 2),
        )
    low, high = rules.lowest_concentration_mg_per_ml, rules.highest_concentration_mg_per_ml
    if not low <= made.mg_per_ml <= high:
        strengths = {"concentration": plain(made.mg_per_ml), "low": plain(low), "high": plain(high)}
        yield reason("concentration_out_of_range", "nominal_ml", **strengths)
    band = rate_band(made.start_rate_ml_per_h, asked.template)
    if band.verdict is Verdict.REFUSED:
        rates = {"rate": plain(band.value), "low": plain(band.low), "high": plain(band.high)}
        yield reason("start_rate_out_of_range", "nominal_ml", **rates)
    stated = request.stated_start_rate_ml_per_h
    if stated is not None and differs(stated, made.start_rate_ml_per_h, rules.drawn_tolerance_fraction):
        computed = plain(made.start_rate_ml_per_h)
        yield reason("stated_rate_disagrees", "stated_start_rate_ml_per_h", computed=computed, stated=plain(stated))
    before = amounts_at(asked.chart, asked.at)
    given = before.vein_mg + before.line_mg if before is not None else Fraction(0)
    if given + Fraction(made.drug_mg) > Fraction(order.dose_cap_mg) + slack_mg(order, strength, rules):
        total = plain(given + Fraction(made.drug_mg))
        yield reason("bag_over_cap", "drawn_ml", total=total, cap=plain(order.dose_cap_mg))


def _use_by(at: datetime, use_by: datetime, longest: timedelta, rules: BagRules) -> Iterator[Reason]:
    if use_by <= at:
        yield reason("use_by_past", "use_by", use_by=f"{use_by:%Y-%m-%d %H:%M} UTC")
    elif use_by > at + longest:
        yield reason("use_by_too_late", "use_by", use_by=f"{use_by:%Y-%m-%d %H:%M} UTC", hours=plain(rules.use_by_h))


@makes(rq.CheckBag, "bag_checked")
def _check(asked: Asked, request: rq.CheckBag) -> Outcome:
    state = asked.chart.bags.get(request.bag_id)
    if state is None:
        return (reason("no_such_bag", "bag_id", bag=request.bag_id),)
    reasons = tuple(_checker(asked, request, state.bag, state.entry.actor.staff_id)) + tuple(
        _checked_numbers(asked, request, state.bag)
    )
    if reasons:
        return reasons
    return ev.BagChecked(
        bag_id=request.bag_id,
        method=request.method,
        checker=request.checker,
        drawn_ml=request.drawn_ml,
        start_rate_ml_per_h=request.start_rate_ml_per_h,
        detail=request.detail,
    )


def _checker(asked: Asked, request: rq.CheckBag, bag: Bag, preparer_id: str) -> Iterator[Reason]:
    methods = asked.template.bag.second_check_methods
    if request.method.value not in methods:
        yield reason("check_method_not_allowed", "method", methods=", ".join(methods))
    if request.method is SecondCheck.PHARMACY_MADE:
        if not bag.pharmacy_made:
            yield reason("not_pharmacy_made", "method")
        return
    if request.checker.staff_id == preparer_id or asked.actor.staff_id == preparer_id:
        yield reason("checker_is_preparer", "checker", name=request.checker.name)
    elif request.checker.staff_id != asked.actor.staff_id:
        yield reason("own_act_only", "checker", expected=request.checker.name)


def _checked_numbers(asked: Asked, request: rq.CheckBag, bag: Bag) -> Iterator[Reason]:
    """The two results are compared, and neither is told to the other."""
    rules = asked.template.bag
    tolerance = rules.drawn_tolerance_fraction
    slack_ml = drawing_slack_ml(bag.drawn_ml, tolerance, rules.syringe_step_ml)
    if abs(Fraction(request.drawn_ml) - Fraction(bag.drawn_ml)) > slack_ml:
        yield reason("check_drawn_disagrees", "drawn_ml")
    if differs(request.start_rate_ml_per_h, bag.start_rate_ml_per_h, tolerance):
        yield reason("check_rate_disagrees", "start_rate_ml_per_h")


def not_usable(asked: Asked, bag_id: str) -> Iterator[Reason]:
    """Why this bag may not run: not from the order that holds, unchecked, or too old."""
    state, order = asked.chart.bags[bag_id], asked.chart.order
    if state.quarantined is not None:
        yield reason("bag_quarantined", "bag_id")
    if order is None or state.bag.order_id != order.order_id:
        yield reason("bag_not_from_order", "bag_id")
    if state.check is None:
        yield reason("bag_not_checked", "bag_id")
    if asked.at >= state.bag.use_by:
        yield reason("use_by_past", "bag_id", use_by=f"{state.bag.use_by:%Y-%m-%d %H:%M} UTC")


def line_usable(asked: Asked) -> Iterator[Reason]:
    """Why what stands in the giving set may not be pushed on: it came out of a bag that was found wrong since (H65)."""
    if not asked.late and holds_quarantined(asked.chart):
        yield reason("line_holds_quarantined")


@checks(ev.BagHung)
def _hung(asked: Asked, request: ev.BagHung) -> Iterator[Reason]:
    state = asked.chart.bags.get(request.bag_id)
    if state is None:
        yield reason("no_such_bag", "bag_id", bag=request.bag_id)
        return
    if as_read(request.bag_id) not in as_read(request.label_read):
        yield reason("label_disagrees", "label_read")
    if asked.chart.hung_bag is not None:
        yield reason("another_bag_hangs", "bag_id")
    if state.down_at is not None:
        yield reason("bag_already_down", "bag_id")
    yield from not_usable(asked, request.bag_id)


@checks(ev.BagTakenDown)
def _down(asked: Asked, request: ev.BagTakenDown) -> Iterator[Reason]:
    state = asked.chart.bags.get(request.bag_id)
    if state is None or not state.hangs:
        yield reason("no_such_bag", "bag_id", bag=request.bag_id)
        return
    remaining = request.remaining_ml
    held = state.bag.final_ml + asked.template.bag.overfill_ml
    if remaining is not None and not 0 <= remaining <= held:
        yield reason("remaining_too_much", "remaining_ml", remaining=plain(remaining), held=plain(held))
