"""The order: typed, looked at as the numbers that follow from it, then signed with its meaning."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from uuid import UUID

from django.http import HttpResponseBase
from django.utils.translation import gettext as _

from dripstand.infusion import services
from dripstand.infusion.bands import Band, dose_rate_band, finish_band, mg_band, mg_per_kg_band
from dripstand.infusion.decisions.clearing import reason_of
from dripstand.infusion.dosing import planned_dose_rate_mg_per_kg_per_h
from dripstand.infusion.events import OrderCountersigned, OrderSigned, StaffRef, TelephoneOrderTaken
from dripstand.infusion.order import Order, WeightBasis
from dripstand.infusion.queries import clearance_of_visit
from dripstand.infusion.refusals import Reason, Refusal, reason
from dripstand.infusion.requests import GiveOrder, TakeTelephoneOrder
from dripstand.infusion.views.asking import ask
from dripstand.infusion.views.band_rows import BandRow, band_rows
from dripstand.infusion.views.page_form import PageForm, Told, again, fresh, from_post, typed_from
from dripstand.infusion.views.reading import read
from dripstand.infusion.views.session_page import SessionPage, belongs_here, charted, open_page, show
from dripstand.infusion.views.signing import own_password, second_person
from dripstand.infusion.weights import body_mass_index, dosing_weight_kg
from dripstand.infusion.words import word
from dripstand.people.access import SignedInRequest, who_may
from dripstand.people.actors import Competency, Role
from dripstand.people.queries import colleagues
from dripstand.protocol.limits_shown import dose_limits_shown, unverified_count
from dripstand.protocol.template import ProtocolTemplate, is_pain

SECOND = "second_signature_missing"


@dataclass(frozen=True, slots=True)
class Preview:
    """What would be signed: the order with its numbers, and what asks for a second person."""

    order: Order
    bands: list[BandRow]
    second: tuple[Reason, ...]
    prescriber: StaffRef


@who_may(Role.NURSE, Role.PRESCRIBER, Role.MEDICAL_LEAD)
def order(request: SignedInRequest, session_id: UUID) -> HttpResponseBase:
    """Write, look at, sign or amend the order; take one by telephone; countersign it."""
    page = open_page(request, session_id, "order")
    form, preview = _blank(page), None
    if request.method == "POST":
        form = from_post(request.POST)
        stray = belongs_here(page, request.POST)
        step = request.POST.get("step", "")
        if stray is not None:
            form = again(form, stray)
        elif form.name == "countersign":
            countersigned = _countersign(request, page, form)
            if countersigned is None:
                return charted(page, "infusion:order")
            form = countersigned
        else:
            wanted = _request_from(page, request, form)
            if isinstance(wanted, PageForm):
                form = wanted
            elif step == "sign":
                signed = _sign(request, page, form, wanted)
                if signed is None:
                    return charted(page, "infusion:prepare", "next")
                form, preview = signed, _preview(page, wanted)
            elif step == "look":
                seen = _preview(page, wanted)
                form, preview = (again(form, seen), None) if isinstance(seen, Refusal) else (form, seen)
    if isinstance(preview, Refusal):
        preview = None
    limits = dose_limits_shown(page.template, page.chart.opened.indication)
    values = {
        "form": form,
        "dose_limits": limits,
        "unverified_limits_count": unverified_count(limits),
        "preview": preview,
        "kept": [(name, value) for name, values in form.typed.items() for value in values if name not in NOT_KEPT],
        "not_cleared": not_cleared_here(page),
        "for_pain": is_pain(page.chart.opened.indication),
        "weights": _weights(page),
        "bmi": _bmi(page),
        "telephone": _takes_telephone_orders(page),
        "may_order": page.actor.is_a(Role.PRESCRIBER) or _takes_telephone_orders(page),
        "prescribers": [(one.staff_id, one.name) for one in colleagues(roles=(Role.PRESCRIBER,))],
        "base_or_salt": [("yes", _("ketamine base")), ("no", _("ketamine hydrochloride, the salt"))],
        "current": _current(page),
        "countersign": _countersign_form(page, form),
    }
    return show(request, page, "infusion/order.html", "order", values, status=422 if form.refused else 200)


NOT_KEPT = frozenset({"read_back", "second_username"})


# --- the form ---------------------------------------------------------------------------------------------------------


def _takes_telephone_orders(page: SessionPage) -> bool:
    return not page.actor.is_a(Role.PRESCRIBER) and page.actor.can(Competency.TAKE_TELEPHONE_ORDER)


def _blank(page: SessionPage) -> PageForm:
    """A new order's form: only the monitoring plan is filled, from the signed template. An amendment starts from what
    holds now."""
    plan = page.template.intervals
    typed: dict[str, tuple[str, ...]] = {
        "monitoring.vital_signs_every_min_infusing": (str(plan.vital_signs_every_min_infusing),),
        "monitoring.vital_signs_every_min_observing": (str(plan.vital_signs_every_min_observing),),
        "monitoring.sedation_every_min_infusing": (str(plan.sedation_every_min_infusing),),
        "monitoring.sedation_every_min_observing": (str(plan.sedation_every_min_observing),),
        "monitoring.side_effects_every_min": (str(plan.side_effects_every_min),),
    }
    if page.chart.order is not None:
        held = typed_from(page.chart.order, page.zone)
        wanted = set(GiveOrder.__dataclass_fields__)
        typed.update({name: value for name, value in held.items() if name.partition(".")[0] in wanted})
    return fresh("order", "", page.patient_id, typed)


def not_cleared_here(page: SessionPage) -> list[Reason]:
    """What the evaluation has against an order now; nothing once drug runs."""
    if page.chart.started_at is not None:
        return []
    return [reason_of(one) for one in clearance_of_visit(page.chart, page.now).obstacles]


def _weights(page: SessionPage) -> list[dict[str, object]]:
    """The weight by each basis, side by side; a basis that cannot be worked out says why."""
    chart = page.chart
    if chart.weight_kg is None:
        return []
    found: list[dict[str, object]] = []
    for basis in WeightBasis:
        opened = chart.opened
        kg = dosing_weight_kg(basis, chart.weight_kg, opened.height_cm, opened.sex, page.template.dose)
        why = kg if isinstance(kg, Reason) else None
        found.append({"basis": basis.value, "words": word(basis), "kg": None if why else kg, "why": why})
    return found


def _bmi(page: SessionPage) -> Fraction | None:
    chart = page.chart
    if chart.weight_kg is None or not chart.opened.height_cm:
        return None
    return body_mass_index(chart.weight_kg, chart.opened.height_cm)


def _request_from(
    page: SessionPage, request: SignedInRequest, form: PageForm
) -> GiveOrder | TakeTelephoneOrder | PageForm:
    """What was typed as a request, or the form with what cannot be read."""
    wanted = read(GiveOrder, request.POST, page)
    if not isinstance(wanted, GiveOrder):
        return again(form, *wanted)
    if not _takes_telephone_orders(page):
        return wanted
    prescriber = {one.staff_id: one for one in colleagues(roles=(Role.PRESCRIBER,))}.get(
        request.POST.get("prescriber", "")
    )
    if prescriber is None:
        return again(form, Told(_("Choose the prescriber who speaks on the telephone."), "prescriber"))
    read_back = request.POST.get("read_back") == "yes"
    return TakeTelephoneOrder(wanted, StaffRef(prescriber.staff_id, prescriber.name), read_back)


# --- looking at it ----------------------------------------------------------------------------------------------------


def _preview(page: SessionPage, wanted: GiveOrder | TakeTelephoneOrder) -> Preview | Refusal:
    """The order that would be charted. Asked first as it is; where only the second signature or the read-back is still
    missing, once more as if they were there, so that the numbers can be looked at."""
    first = ask(page, wanted)
    second: tuple[Reason, ...] = ()
    if isinstance(first, Refusal):
        second = tuple(one for one in first.reasons if one.code == SECOND)
        if not set(first.codes) <= {SECOND, "read_back_missing"}:
            return first
        somebody = StaffRef("second", "")
        first = ask(page, _as_if_complete(wanted, somebody))
    if isinstance(first, Refusal):
        return first
    event = first[0].event
    assert isinstance(event, OrderSigned | TelephoneOrderTaken)
    signed = event.order
    prescriber = event.prescriber if isinstance(event, TelephoneOrderTaken) else page.me
    return Preview(signed, band_rows(order_bands(signed, page.template), page.template), second, prescriber)


def _as_if_complete(wanted: GiveOrder | TakeTelephoneOrder, second: StaffRef) -> GiveOrder | TakeTelephoneOrder:
    if isinstance(wanted, TakeTelephoneOrder):
        return replace(wanted, read_back=True, order=replace(wanted.order, second_signer=second))
    return replace(wanted, second_signer=second)


def order_bands(order: Order, template: ProtocolTemplate) -> list[Band]:
    """The bands that an order has before there is a bag."""
    planned = planned_dose_rate_mg_per_kg_per_h(order.dose_mg_per_kg, order.planned_minutes)
    return [
        mg_band(order.dose_mg, template, order.dose_cap_mg),
        mg_per_kg_band(order.dose_mg_per_kg, template),
        dose_rate_band(planned, order, template),
        finish_band(order.planned_minutes, template),
    ]


def _current(page: SessionPage) -> Preview | None:
    chart = page.chart
    if chart.order is None or chart.order_entry is None:
        return None
    bands = band_rows(order_bands(chart.order, page.template), page.template)
    return Preview(chart.order, bands, (), StaffRef(chart.order.prescriber_id, chart.order.prescriber_name))


# --- signing ----------------------------------------------------------------------------------------------------------


def _sign(
    request: SignedInRequest, page: SessionPage, form: PageForm, wanted: GiveOrder | TakeTelephoneOrder
) -> PageForm | None:
    """Charts the order under the signer's password, and a second person's where one is needed."""
    wrong = own_password(request, "own_password")
    if wrong is not None:
        return again(form, wrong)
    signer = second_person(request, "second", roles=(Role.PRESCRIBER,))
    if isinstance(signer, Told):
        return again(form, signer)
    beside = frozenset({signer.staff_id}) if signer is not None else frozenset()
    if signer is not None:
        ref = StaffRef(signer.staff_id, signer.name)
        if isinstance(wanted, TakeTelephoneOrder):
            wanted = replace(wanted, order=replace(wanted.order, second_signer=ref))
        else:
            wanted = replace(wanted, second_signer=ref)
    answer = services.submit(
        actor=page.actor,
        session_id=page.session_id,
        request=wanted,
        submission_id=form.submission_id,
        now=page.now,
        signed_beside=beside,
    )
    return again(form, answer) if isinstance(answer, Refusal) else None


def _countersign_form(page: SessionPage, form: PageForm) -> PageForm | None:
    """For the prescriber who gave a telephone order that nobody countersigned yet."""
    chart = page.chart
    if not chart.order_is_telephone or chart.countersigned is not None or not page.actor.is_a(Role.PRESCRIBER):
        return None
    return form if form.name == "countersign" else fresh("countersign", OrderCountersigned.kind, page.patient_id)


def _countersign(request: SignedInRequest, page: SessionPage, form: PageForm) -> PageForm | None:
    entry = page.chart.order_entry
    if entry is None:
        return again(form, Refusal((reason("no_such_order"),)))
    wrong = own_password(request, "own_password")
    if wrong is not None:
        return again(form, wrong)
    answer = services.submit(
        actor=page.actor,
        session_id=page.session_id,
        request=OrderCountersigned(order_sequence=entry.sequence),
        submission_id=form.submission_id,
        now=page.now,
    )
    return again(form, answer) if isinstance(answer, Refusal) else None
