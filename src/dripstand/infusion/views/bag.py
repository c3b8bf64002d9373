"""The bag: what was drawn into what, by both conventions side by side, charted with the one chosen; and its label."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

import segno
from django.http import Http404, HttpResponseBase, QueryDict
from django.utils.translation import gettext as _

from dripstand.infusion import services
from dripstand.infusion.bag import DILUENTS, Bag, FinalVolume
from dripstand.infusion.bands import five_bands
from dripstand.infusion.chart_values import BagAtChair
from dripstand.infusion.dosing import BothVolumes, both_volumes
from dripstand.infusion.events import BagPrepared
from dripstand.infusion.order import Order
from dripstand.infusion.refusals import Refusal
from dripstand.infusion.requests import PrepareBag
from dripstand.infusion.views.asking import ask
from dripstand.infusion.views.band_rows import BandRow, band_rows, side_by_side
from dripstand.infusion.views.page_form import PageForm, Told, again, fresh, from_post
from dripstand.infusion.views.reading import read
from dripstand.infusion.views.session_page import SessionPage, belongs_here, charted, open_page, show
from dripstand.infusion.words import FINAL_VOLUME_WORDS, plain
from dripstand.people.access import SignedInRequest, who_may
from dripstand.people.actors import Competency, Role
from dripstand.premises.queries import clinic
from dripstand.protocol.template import ProtocolTemplate


@dataclass(frozen=True, slots=True)
class Side:
    """One convention: the bag that would be charted under it, or why it cannot be."""

    value: str
    words: str
    bag: Bag | None
    bands: list[BandRow]
    refusal: Refusal | None


@dataclass(frozen=True, slots=True)
class WorkedOut:
    """Both conventions of one preparation, and what an overfilled bag would make of it (H12)."""

    sides: tuple[Side, ...]
    both: BothVolumes | None

    @property
    def possible(self) -> bool:
        return any(side.bag is not None for side in self.sides)

    @property
    def columns(self) -> list[str]:
        short = {FinalVolume.ADDED.value: _("added"), FinalVolume.REPLACING.value: _("replacing")}
        return [short[side.value] for side in self.sides if side.bag is not None]

    @property
    def bands(self) -> list[BandRow]:
        """The five bands under each way that is possible."""
        rows = [side.bands for side in self.sides if side.bag is not None]
        return side_by_side(*rows) if len(rows) == 2 else rows[0]


@who_may(Role.NURSE, Role.PRESCRIBER, Role.MEDICAL_LEAD)
def bag(request: SignedInRequest, session_id: UUID) -> HttpResponseBase:
    """Prepare a bag: type what was done, look at both conventions, choose one, chart it."""
    page = open_page(request, session_id, "bag")
    form, worked_out = fresh("bag", "", page.patient_id), None
    if request.method == "POST":
        form = from_post(request.POST)
        stray = belongs_here(page, request.POST)
        step = request.POST.get("step", "")
        if stray is not None:
            form = again(form, stray)
        elif step == "chart":
            refused = _chart(page, form, request.POST)
            if refused is None:
                return charted(page, "infusion:bag")
            form = refused
            worked_out = _work_out(page, request.POST)
        elif step == "look":
            worked_out = _work_out(page, request.POST)
    if isinstance(worked_out, PageForm):
        form, worked_out = worked_out, None
    if worked_out is not None and not worked_out.possible:
        refusals = [side.refusal for side in worked_out.sides if side.refusal is not None]
        form, worked_out = again(form, *_each_once(refusals)), None
    values = {
        "form": form,
        "worked_out": worked_out,
        "kept": [
            (name, value) for name, held in form.typed.items() for value in held if name not in CHOSEN_AFTER_LOOKING
        ],
        "held": _held(page),
        "vials": [
            (_vial_key(strength, volume), f"{plain(strength)} mg/mL · {plain(volume)} mL")
            for strength, volume in page.template.bag.vials
        ],
        "diluents": [(diluent, diluent) for diluent in DILUENTS],
        "drops": [(str(count), f"{count}") for count in page.template.bag.drops_per_ml],
        "may_prepare": page.actor.can(Competency.PREPARE_BAG),
    }
    return show(request, page, "infusion/bag.html", "bag", values, status=422 if form.refused else 200)


CHOSEN_AFTER_LOOKING = frozenset({"final_volume", "stated_start_rate_ml_per_h"})


def _vial_key(strength_mg_per_ml: Decimal, volume_ml: Decimal) -> str:
    return f"{strength_mg_per_ml:f}x{volume_ml:f}"


def _request(page: SessionPage, post: QueryDict, convention: FinalVolume | None) -> PrepareBag | PageForm:
    """What was typed as a request under one convention (None: the one that was chosen)."""
    fields = post.copy()
    vials = {
        _vial_key(strength, volume): (f"{strength:f}", f"{volume:f}") for strength, volume in page.template.bag.vials
    }
    chosen = vials.get(post.get("vial", ""))
    if chosen is None:
        return again(from_post(post), Told(_("Choose the vial: its strength is read, never assumed."), "vial"))
    fields["vial.strength_mg_per_ml"], fields["vial.volume_ml"] = chosen
    if convention is not None:
        fields["final_volume"] = convention.value
    elif not post.get("final_volume"):
        words = _("Choose how the bag was made: the drug's volume added to it, or replacing as much of it.")
        return again(from_post(post), Told(words, "final_volume"))
    wanted = read(PrepareBag, fields, page)
    return wanted if isinstance(wanted, PrepareBag) else again(from_post(post), *wanted)


def _work_out(page: SessionPage, post: QueryDict) -> WorkedOut | PageForm:
    """Both conventions as the rules would chart them. The numbers are those of the decision, not a second sum."""
    sides: list[Side] = []
    both: BothVolumes | None = None
    for convention in FinalVolume:
        wanted = _request(page, post, convention)
        if isinstance(wanted, PageForm):
            return wanted
        wanted = replace(wanted, stated_start_rate_ml_per_h=None)
        answer = ask(page, wanted)
        words = str(FINAL_VOLUME_WORDS[convention])
        if isinstance(answer, Refusal):
            sides.append(Side(convention.value, words, None, [], answer))
            continue
        event = answer[0].event
        assert isinstance(event, BagPrepared) and page.chart.order is not None
        made = event.bag
        rows = bag_bands(made, page.chart.order, page.template)
        sides.append(Side(convention.value, words, made, rows, None))
        both = both_volumes(made.drug_mg, made.drawn_ml, made.nominal_ml, page.template.bag.overfill_ml)
    return WorkedOut(tuple(sides), both)


def bag_bands(made: Bag, order: Order, template: ProtocolTemplate) -> list[BandRow]:
    """The five bands of H06 for a bag at its start rate, the line chased at the same rate."""
    rate = Fraction(made.start_rate_ml_per_h)
    chase_min = Fraction(made.line_hold_up_ml) / rate * 60
    bands = five_bands(
        order,
        template,
        rate_ml_per_h=made.start_rate_ml_per_h,
        mg_per_ml=Fraction(made.drug_mg) / Fraction(made.final_ml),
        total_mg=made.drug_mg,
        finish_min=Fraction(made.final_ml) / rate * 60 + chase_min,
        chase_min=chase_min,
        pump_step_ml_per_h=template.bag.pump_resolution_ml_per_h,
    )
    return band_rows(bands, template)


def _chart(page: SessionPage, form: PageForm, post: QueryDict) -> PageForm | None:
    wanted = _request(page, post, None)
    if isinstance(wanted, PageForm):
        return wanted
    answer = services.submit(
        actor=page.actor,
        session_id=page.session_id,
        request=wanted,
        submission_id=form.submission_id,
        now=page.now,
    )
    return again(form, answer) if isinstance(answer, Refusal) else None


def _each_once(refusals: list[Refusal]) -> list[Refusal]:
    """Both conventions mostly fail for the same reason: it is said once."""
    seen: set[str] = set()
    found = []
    for refusal in refusals:
        rest = tuple(reason for reason in refusal.reasons if reason.code not in seen)
        seen.update(refusal.codes)
        if rest:
            found.append(Refusal(rest))
    return found


def _held(page: SessionPage) -> dict[str, object] | None:
    """The bag that is charted, with its bands."""
    state = page.chart.bag_state
    if state is None or state.down_at is not None or page.chart.order is None:
        return None
    overfill_ml = page.template.bag.overfill_ml
    made = state.bag
    return {
        "state": state,
        "bag": made,
        "bands": bag_bands(made, page.chart.order, page.template),
        "both": both_volumes(made.drug_mg, made.drawn_ml, made.nominal_ml, overfill_ml),
        "fits_order": made.order_id == page.chart.order.order_id,
    }


# --- the label --------------------------------------------------------------------------------------------------------


@who_may(Role.NURSE, Role.PRESCRIBER, Role.MEDICAL_LEAD)
def bag_label(request: SignedInRequest, session_id: UUID) -> HttpResponseBase:
    """The label of the bag at hand, or of the one that ``?bag=`` names: one bag, one document, its own ids (H04)."""
    page = open_page(request, session_id, "bag label")
    asked = request.GET.get("bag", "")
    state: BagAtChair | None = page.chart.bags.get(asked) if asked else page.chart.bag_state
    if state is None or state.quarantined is not None:
        raise Http404  # a bag that nobody may rely on gets no label
    place = clinic()
    values = {
        "state": state,
        "bag": state.bag,
        "maker": state.entry.actor.name,
        "checker": state.check.checker.name if state.check else "",
        "qr": qr_svg(state.bag.bag_id),
        "clinic_name": place.name if place else "",
    }
    return show(request, page, "infusion/bag_label.html", "bag", values)


def qr_svg(content: str) -> str:
    """A QR code as one SVG element without a declaration, black on white, quiet zone of four modules."""
    return segno.make(content, error="m", micro=False).svg_inline(border=4, omitsize=True, dark="#000", light="#fff")
