"""The order: signed, amended, taken on the telephone, countersigned."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import TypedDict

from dripstand.infusion import events as ev
from dripstand.infusion import requests as rq
from dripstand.infusion.bands import Verdict, mg_band, mg_per_kg_band, order_needs_second_signature
from dripstand.infusion.decisions.asking import Asked, Outcome, checks, makes
from dripstand.infusion.decisions.clearing import not_cleared
from dripstand.infusion.dosing import differs, dose_mg, plain, planned_dose_rate_mg_per_kg_per_h
from dripstand.infusion.events import StaffRef
from dripstand.infusion.order import Order, WeightBasis
from dripstand.infusion.refusals import Reason, reason
from dripstand.infusion.weights import body_mass_index, dosing_weight_kg
from dripstand.protocol.template import WeightChoice, is_pain

DRUG = "racemic ketamine hydrochloride"
INTERVALS = (
    "vital_signs_every_min_infusing",
    "vital_signs_every_min_observing",
    "sedation_every_min_infusing",
    "sedation_every_min_observing",
    "side_effects_every_min",
)
IDEAL_FROM_BMI = 30
"""kg/m2, as the choice `ideal_from_bmi_30` says it: Sanacora 2017, as quoted (protocol.md 2.2)."""
LONGEST_INTERVAL_FACTOR = 2
"""An order may ask for rarer checks than the template, up to twice its minutes. Assumed: the clinic must confirm."""


@makes(rq.GiveOrder, "order_signed")
def _give(asked: Asked, request: rq.GiveOrder) -> Outcome:
    prescriber = StaffRef(asked.actor.staff_id, asked.actor.name)
    order = work_out(asked, request, prescriber)
    if isinstance(order, tuple):
        return order
    return ev.OrderSigned(order=order, reason=request.reason, second_signature=request.second_signer)


@makes(rq.TakeTelephoneOrder, "telephone_order_taken")
def _telephone(asked: Asked, request: rq.TakeTelephoneOrder) -> Outcome:
    reasons: list[Reason] = []
    if not request.read_back:
        reasons.append(reason("read_back_missing", "read_back"))
    if request.prescriber.staff_id == asked.actor.staff_id:
        reasons.append(reason("prescriber_takes_own_order", "prescriber"))
    order = work_out(asked, request.order, request.prescriber)
    if isinstance(order, tuple):
        reasons.extend(order)
    if reasons or isinstance(order, tuple):
        return tuple(reasons)
    staffing = asked.template.staffing
    return ev.TelephoneOrderTaken(
        order=order,
        prescriber=request.prescriber,
        taken_by=StaffRef(asked.actor.staff_id, asked.actor.name),
        read_back=True,
        expires_at=asked.at + timedelta(hours=float(staffing.telephone_order_expires_h)),
        countersign_by=asked.at + timedelta(hours=float(staffing.telephone_countersign_h)),
    )


def work_out(asked: Asked, request: rq.GiveOrder, prescriber: StaffRef) -> Order | tuple[Reason, ...]:
    """The order in full, its dose computed from the weight measured in this visit; or what stands in the way.

    Once drug has run the evaluation is not asked again: an order that lowers or ends what runs is never held up.
    """
    if is_pain(asked.chart.opened.indication) and asked.template.pain is None:
        return (reason("pain_not_signed"),)
    closed = () if asked.chart.started_at is not None else tuple(not_cleared(asked))
    weight = _weight(asked)
    if isinstance(weight, Reason):
        return (*closed, weight)
    if closed:
        return closed
    not_numbers = tuple(_not_positive(request))
    if not_numbers:
        return not_numbers
    opened, template = asked.chart.opened, asked.template
    basis_kg = dosing_weight_kg(request.weight_basis, weight, opened.height_cm, opened.sex, template.dose)
    if isinstance(basis_kg, Reason):
        return (basis_kg,)
    dose = dose_mg(request.dose_mg_per_kg, basis_kg)
    reasons = (
        *_not_the_signed_basis(asked, request, weight),
        *_beyond(asked, request, dose),
        *_too_rare(asked, request),
        *_second_signature(asked, request, dose, prescriber),
    )
    if reasons:
        return reasons
    return Order(
        order_id=f"{asked.whole.session_id}/order/{asked.whole.head + 1}",
        prescriber_id=prescriber.staff_id,
        prescriber_name=prescriber.name,
        drug=DRUG,
        label_is_base=request.label_is_base,
        dose_mg_per_kg=request.dose_mg_per_kg,
        actual_weight_kg=weight,
        weight_basis=request.weight_basis,
        dosing_weight_kg=basis_kg,
        dose_mg=dose,
        planned_minutes=request.planned_minutes,
        lowest_dose_rate_mg_per_kg_per_h=request.lowest_dose_rate_mg_per_kg_per_h,
        highest_dose_rate_mg_per_kg_per_h=request.highest_dose_rate_mg_per_kg_per_h,
        dose_cap_mg=request.dose_cap_mg,
        monitoring=request.monitoring,
        allergies_seen=opened.allergies,
        instructions=request.instructions,
        **_rests_on(asked),
    )


class _RestsOn(TypedDict):
    decision_id: str
    decided_by: str
    decided_at: datetime | None


def _rests_on(asked: Asked) -> _RestsOn:
    """The decision that stands now; once drug has run nobody asks again, and what stood before stays the ground."""
    found = asked.clearance if asked.chart.started_at is None else asked.chart.order
    if found is None:
        return {"decision_id": "", "decided_by": "", "decided_at": None}
    return {"decision_id": found.decision_id, "decided_by": found.decided_by, "decided_at": found.decided_at}


def _weight(asked: Asked) -> Decimal | Reason:
    entry, weight = asked.chart.weight, asked.chart.weight_kg
    if entry is None or weight is None:
        return reason("no_weight", "weight_basis")
    hours = (asked.at - entry.occurred_at).total_seconds() / 3600
    limit = asked.template.dose.weight_valid_h
    if hours > limit:
        return reason("weight_too_old", "weight_basis", hours=int(hours), limit=plain(limit))
    return weight


def _not_the_signed_basis(asked: Asked, request: rq.GiveOrder, weight_kg: Decimal) -> Iterator[Reason]:
    """Where the clinic has signed which weight is dosed on, an order on another one is refused (protocol.md 2.2)."""
    choice, height_cm = asked.template.choices.weight_basis, asked.chart.opened.height_cm
    if choice is WeightChoice.EACH_ORDER:
        return
    wanted = WeightBasis.ACTUAL
    if choice is WeightChoice.IDEAL_FROM_BMI_30:
        if height_cm is None:
            yield reason("bmi_needs_height", "weight_basis")
            return
        if body_mass_index(weight_kg, height_cm) >= IDEAL_FROM_BMI:
            wanted = WeightBasis.IDEAL
    if request.weight_basis is not wanted:
        yield reason("weight_basis_not_signed", "weight_basis", basis=request.weight_basis, wanted=wanted)


def _not_positive(request: rq.GiveOrder) -> Iterator[Reason]:
    for field in (
        "dose_mg_per_kg",
        "planned_minutes",
        "lowest_dose_rate_mg_per_kg_per_h",
        "highest_dose_rate_mg_per_kg_per_h",
        "dose_cap_mg",
    ):
        value: Decimal = getattr(request, field)
        if not value.is_finite() or value <= 0:
            yield reason("not_positive", field, what=field)
    if min(getattr(request.monitoring, name) for name in INTERVALS) < 1:
        yield reason("interval_not_positive", "monitoring")


def _too_rare(asked: Asked, request: rq.GiveOrder) -> Iterator[Reason]:
    """A check that would hardly fall due while drug runs: an interval with one nought too many (H06)."""
    for name in INTERVALS:
        minutes = getattr(request.monitoring, name)
        limit = getattr(asked.template.intervals, name) * LONGEST_INTERVAL_FACTOR
        if minutes > limit:
            yield reason("interval_too_long", f"monitoring.{name}", minutes=minutes, limit=limit)


def _beyond(asked: Asked, request: rq.GiveOrder, dose: Decimal) -> Iterator[Reason]:
    limits, template = asked.template.dose, asked.template
    per_kg = mg_per_kg_band(request.dose_mg_per_kg, template)
    if per_kg.verdict is Verdict.REFUSED:
        code = "dose_too_high" if per_kg.too_high else "dose_too_low"
        limit = per_kg.high if per_kg.too_high else per_kg.low
        yield reason(code, "dose_mg_per_kg", dose=plain(request.dose_mg_per_kg), limit=plain(limit))
    in_mg = mg_band(dose, template)
    if in_mg.too_high:
        yield reason("dose_mg_too_high", "dose_mg_per_kg", dose=plain(dose), limit=plain(in_mg.high))
    if request.stated_dose_mg is not None and differs(request.stated_dose_mg, dose, limits.stated_tolerance_fraction):
        yield reason(
            "stated_dose_disagrees", "stated_dose_mg", computed=plain(dose), stated=plain(request.stated_dose_mg)
        )
    yield from _times_and_rates(asked, request)
    if request.dose_cap_mg < dose:
        yield reason("cap_below_dose", "dose_cap_mg", cap=plain(request.dose_cap_mg), dose=plain(dose))
    if request.dose_cap_mg > limits.refuse_dose_mg:
        yield reason("cap_too_high", "dose_cap_mg", cap=plain(request.dose_cap_mg), limit=plain(limits.refuse_dose_mg))
    if asked.chart.order is not None and not request.reason.strip():
        yield reason("amendment_needs_reason", "reason")


def _times_and_rates(asked: Asked, request: rq.GiveOrder) -> Iterator[Reason]:
    limits = asked.template.dose
    minutes = request.planned_minutes
    if minutes < limits.refuse_minutes_below:
        low = plain(limits.refuse_minutes_below)
        yield reason("minutes_too_short", "planned_minutes", minutes=plain(minutes), limit=low)
    if minutes > limits.refuse_minutes_above:
        high = plain(limits.refuse_minutes_above)
        yield reason("minutes_too_long", "planned_minutes", minutes=plain(minutes), limit=high)
    planned = planned_dose_rate_mg_per_kg_per_h(request.dose_mg_per_kg, minutes)
    lowest, highest = request.lowest_dose_rate_mg_per_kg_per_h, request.highest_dose_rate_mg_per_kg_per_h
    rounding = 1 + Fraction(limits.stated_tolerance_fraction)  # 0.5 mg/kg over 45 min is 0.667 mg/kg/h, typed as 0.67
    if Fraction(lowest) > planned * rounding or planned > Fraction(highest) * rounding:
        yield reason(
            "dose_rate_outside_own_limits",
            "planned_minutes",
            rate=plain(planned),
            low=plain(lowest),
            high=plain(highest),
        )
    if highest > limits.highest_dose_rate_mg_per_kg_per_h:
        yield reason(
            "dose_rate_limit_too_high",
            "highest_dose_rate_mg_per_kg_per_h",
            rate=plain(highest),
            limit=plain(limits.highest_dose_rate_mg_per_kg_per_h),
        )
    stated = request.stated_dose_rate_mg_per_kg_per_h
    if stated is not None and differs(stated, planned, limits.stated_tolerance_fraction):
        yield reason(
            "stated_dose_rate_disagrees",
            "stated_dose_rate_mg_per_kg_per_h",
            computed=plain(planned),
            stated=plain(stated),
        )


def _second_signature(asked: Asked, request: rq.GiveOrder, dose: Decimal, prescriber: StaffRef) -> Iterator[Reason]:
    wanted = order_needs_second_signature(
        dose_mg=dose,
        dose_mg_per_kg=request.dose_mg_per_kg,
        planned_minutes=request.planned_minutes,
        lowest_dose_rate=request.lowest_dose_rate_mg_per_kg_per_h,
        highest_dose_rate=request.highest_dose_rate_mg_per_kg_per_h,
        dose_cap_mg=request.dose_cap_mg,
        dose_was_stated=request.stated_dose_mg is not None,
        template=asked.template,
    )
    signer = request.second_signer
    if signer is not None and signer.staff_id in {prescriber.staff_id, asked.actor.staff_id}:
        yield reason("second_signature_same_person", "second_signer")
    elif signer is None:
        for what, limit in wanted:
            yield reason("second_signature_missing", what, what=what, limit=limit)


@checks(ev.OrderCountersigned)
def _countersign(asked: Asked, request: ev.OrderCountersigned) -> Iterator[Reason]:
    chart = asked.chart
    entry = chart.order_entry
    if entry is None or entry.sequence != request.order_sequence or not chart.order_is_telephone:
        yield reason("no_such_order", "order_sequence")
        return
    event = entry.event
    assert isinstance(event, ev.TelephoneOrderTaken)
    if chart.countersigned is not None:
        yield reason("already_countersigned", "order_sequence")
    if event.prescriber.staff_id != asked.actor.staff_id:
        yield reason("countersign_own_only", "order_sequence", name=event.prescriber.name)
