"""The start: every gate at once, the most important first."""

from __future__ import annotations

from collections.abc import Iterator

from dripstand.evaluation.allergies import is_to_ketamine
from dripstand.infusion import events as ev
from dripstand.infusion.chart_values import BagAtChair
from dripstand.infusion.decisions.asking import Asked, checks
from dripstand.infusion.decisions.bags import line_usable, not_usable
from dripstand.infusion.decisions.calm import tablet_untried
from dripstand.infusion.decisions.clearing import not_cleared
from dripstand.infusion.decisions.rates import raised_rate_reasons
from dripstand.infusion.decisions.visit import must_apply
from dripstand.infusion.dosing import plain
from dripstand.infusion.events import CheckResult, PreCheck
from dripstand.infusion.refusals import Reason, reason
from dripstand.infusion.vitals import DIASTOLIC, PULSE, RESPIRATORY_RATE, SIGNS, SPO2, SYSTOLIC, Sign, latest_sign
from dripstand.people.actors import Role


@checks(ev.InfusionStarted)
def _start(asked: Asked, request: ev.InfusionStarted) -> Iterator[Reason]:
    if asked.chart.identity_confirmed is None:
        yield reason("identity_not_confirmed")
    yield from _day(asked)
    if asked.chart.started_at is None:
        yield from not_cleared(asked)
    yield from _allergies(asked)
    yield from _order(asked)
    yield from _bag(asked, request)
    yield from _checks(asked)
    yield from tablet_untried(asked)
    yield from _vital_signs(asked)
    yield from someone_watches(asked)
    if asked.chart.stop_asked is not None and not asked.late:
        yield reason("stop_asked_open")
    if asked.chart.escort is None:
        yield reason("no_escort")


def _day(asked: Asked) -> Iterator[Reason]:
    """Oxygen, suction, defibrillator and the rest were looked at before the first start of the day, and signed."""
    if asked.day is None:
        yield reason("day_not_signed")
    elif not asked.day.in_order:
        what = ", ".join(item.replace("_", " ") for item in asked.day.bad)
        yield reason("day_not_in_order", what=what, by=asked.day.by)


def _allergies(asked: Asked) -> Iterator[Reason]:
    opened = asked.chart.opened
    for allergy in opened.allergies:
        if is_to_ketamine(allergy):
            yield reason("allergy_to_ketamine", allergy=allergy)
    entry = asked.chart.checks.get(PreCheck.ALLERGIES_REVIEWED)
    event = entry.event if entry else None
    reviewed = isinstance(event, ev.PreCheckRecorded) and event.result is CheckResult.MET
    if not opened.allergies_reviewed and not reviewed:
        yield reason("allergies_not_reviewed")


def _order(asked: Asked) -> Iterator[Reason]:
    chart = asked.chart
    if chart.order is None:
        yield reason("no_order")
        return
    if chart.order_is_telephone and chart.countersigned is None:
        if chart.order_expires_at is not None and asked.at > chart.order_expires_at:
            yield reason("order_expired", expired=f"{chart.order_expires_at:%Y-%m-%d %H:%M} UTC")
        if chart.countersign_by is not None and asked.at > chart.countersign_by:
            yield reason("countersignature_overdue", deadline=f"{chart.countersign_by:%Y-%m-%d %H:%M} UTC")
    entry, limit = chart.weight, asked.template.dose.weight_valid_h
    if entry is None:
        yield reason("no_weight")
        return
    hours = (asked.at - entry.occurred_at).total_seconds() / 3600
    if hours > limit:
        yield reason("weight_too_old", hours=int(hours), limit=plain(limit))


def _bag(asked: Asked, request: ev.InfusionStarted) -> Iterator[Reason]:
    chart = asked.chart
    state = chart.hung_bag
    if state is None:
        yield reason("bag_not_hung")
    else:
        if state.has_run:
            yield reason("bag_has_run")
        yield from not_usable(asked, state.bag.bag_id)
    if chart.line is None:
        yield reason("no_line")
    if chart.primed is None:
        yield reason("line_not_primed")
    yield from line_usable(asked)
    if state is not None and chart.order is not None:
        yield from _start_rate(asked, request, state)


def _start_rate(asked: Asked, request: ev.InfusionStarted, state: BagAtChair) -> Iterator[Reason]:
    """The label's own start rate. Another one is charted afterwards, as a change, with its reason."""
    label = state.bag.start_rate_ml_per_h
    if request.rate_ml_per_h <= 0:
        yield reason("not_positive", "rate_ml_per_h", what="rate_ml_per_h")
    elif request.rate_ml_per_h != label:
        rate = plain(request.rate_ml_per_h)
        yield reason("start_rate_differs", "rate_ml_per_h", rate=rate, label=plain(label))
    elif asked.chart.primed is not None:
        yield from raised_rate_reasons(asked, request.rate_ml_per_h)


def _checks(asked: Asked) -> Iterator[Reason]:
    for name in asked.template.gates.required_checks:
        check = PreCheck(name)
        if check is PreCheck.ALLERGIES_REVIEWED:
            continue  # judged with the allergies themselves
        if not must_apply(check, asked.chart, asked.template, asked.at.date()) or check in asked.chart.overrides:
            continue
        if check is PreCheck.NO_DRIVING and asked.chart.agreed_not_to_drive is not None:
            continue  # by the patient's own link, or as the nurse recorded it
        entry = asked.chart.checks.get(check)
        event = entry.event if entry else None
        if not isinstance(event, ev.PreCheckRecorded):
            yield reason("check_open", check=check)
        elif event.result is not CheckResult.MET:
            yield reason("check_not_met", check=check)


def _vital_signs(asked: Asked) -> Iterator[Reason]:
    """Each measured recently and within the limits that hold the dose; a prescriber may start beyond them."""
    gates = asked.template.gates
    for sign in SIGNS:
        known = latest_sign(asked.chart, sign, asked.readings, asked.at)
        if known is None:
            yield reason("no_vital_signs", sign=sign)
            continue
        age_s = known.age_s(asked.at)
        if age_s > gates.vital_signs_valid_min * 60:
            minutes = int(age_s // 60)
            yield reason("vital_signs_too_old", sign=sign, minutes=minutes, limit=gates.vital_signs_valid_min)
        elif not asked.actor.is_a(Role.PRESCRIBER):
            yield from _held(asked, known)


def _held(asked: Asked, known: Sign) -> Iterator[Reason]:
    """At the upper pressure limits the dose is held too (">= 160/100", protocol.md 3.3, unverified)."""
    gates, value = asked.template.gates, known.value
    limit: int | None = None
    if known.sign == SYSTOLIC:
        if value >= gates.hold_systolic_mmhg:
            limit = gates.hold_systolic_mmhg
        elif value < gates.hold_systolic_below_mmhg:
            limit = gates.hold_systolic_below_mmhg
    elif known.sign == DIASTOLIC and value >= gates.hold_diastolic_mmhg:
        limit = gates.hold_diastolic_mmhg
    elif known.sign == PULSE:
        if value > gates.hold_pulse_above_per_min:
            limit = gates.hold_pulse_above_per_min
        elif value < gates.hold_pulse_below_per_min:
            limit = gates.hold_pulse_below_per_min
    elif known.sign == SPO2 and value < gates.hold_spo2_below_percent:
        limit = gates.hold_spo2_below_percent
    elif known.sign == RESPIRATORY_RATE:
        if value < gates.hold_respiratory_below_per_min:
            limit = gates.hold_respiratory_below_per_min
        elif value > gates.hold_respiratory_above_per_min:
            limit = gates.hold_respiratory_above_per_min
    if limit is not None:
        yield reason("vital_signs_hold", sign=known.sign, value=plain(value), limit=limit)


def someone_watches(asked: Asked) -> Iterator[Reason]:
    """A named observer, with no more infusing chairs than the protocol allows."""
    observer = asked.chart.observer
    if observer is None:
        yield reason("no_observer")
        return
    yield from too_many_chairs(asked, observer.name)


def too_many_chairs(asked: Asked, name: str) -> Iterator[Reason]:
    limit = asked.template.staffing.most_infusing_chairs_per_observer_count
    if asked.other_chairs_of >= limit:
        yield reason("too_many_chairs", name=name, count=asked.other_chairs_of, limit=limit)
