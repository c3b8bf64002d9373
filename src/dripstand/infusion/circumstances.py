"""What stands in the tables around a request: other visits and chairs, the day, second signatures. Never written."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from dripstand.course import queries as course
from dripstand.course.readiness import Signed
from dripstand.infusion import models, store
from dripstand.infusion.chart import Chart, fold
from dripstand.infusion.events import (
    EscortConfirmed,
    InfusionStarted,
    StaffRef,
)
from dripstand.infusion.index_row import AT_THE_CHAIR
from dripstand.infusion.phases import LIVE
from dripstand.infusion.refusals import Refusal, refuse
from dripstand.infusion.requests import Correct, Request, TakeTelephoneOrder
from dripstand.people.actors import Actor
from dripstand.premises.models import EscortIdentity
from dripstand.premises.queries import clinic

WEIGHT_LOOKED_BACK_COUNT = 12
SPACING_AT_LEAST_H = 24  # protocol.md 2.1: never more than one infusion per 24 h [U, the clinic must confirm]


def signed_day(request: Request, at: datetime) -> Signed | None:
    """What was signed for the day of a start, also where a start is put right; nothing else asks for it."""
    inner = request.replacement if isinstance(request, Correct) else request
    return course.signed_at(at) if isinstance(inner, InfusionStarted) else None


def not_signed(request: Request, signed_beside: frozenset[str]) -> Refusal | None:
    """A second signature is somebody's own act: a name alone, however it came into the request, is none (H06)."""
    inner = request.replacement if isinstance(request, Correct) else request
    inner = inner.order if isinstance(inner, TakeTelephoneOrder) else inner
    named = getattr(inner, "second_signer", None) or getattr(inner, "second_signature", None)
    if not isinstance(named, StaffRef) or named.staff_id in signed_beside:
        return None
    return refuse("own_act_only", "second_signature", expected=named.name)


NOT_ASKED, NAME_SAID = "not asked: the clinic's policy", "name said at the door"
"""What the chart says of an escort's identity where the clinic asks for no document (protocol.md 8.2)."""


def escort_identity() -> EscortIdentity:
    """What this clinic asks of an escort; before set-up the strictest."""
    here = clinic()
    return EscortIdentity(here.escort_identity) if here else EscortIdentity.SEEN


def escort_unidentified(request: Request) -> Refusal | None:
    """An escort takes nobody home with less than the clinic asks for (H44). More than it asks for is welcome."""
    inner = request.replacement if isinstance(request, Correct) else request
    if not isinstance(inner, EscortConfirmed):
        return None
    said, asked = " ".join(inner.identity_seen.split()).casefold(), escort_identity()
    if asked is EscortIdentity.SEEN and said in (NOT_ASKED, NAME_SAID):
        return refuse("escort_identity_not_seen", "identity_seen")
    if asked is EscortIdentity.NAME and said == NOT_ASKED:
        return refuse("escort_name_not_said", "identity_seen")
    return None


def last_weight_kg(patient_id: str) -> Decimal | None:
    """What this patient weighed at their newest visit with a weight; the next weight is compared with it (H11)."""
    earlier = models.Session.objects.filter(patient_id=patient_id).order_by("-expected_at", "-opened_at")
    for identity in earlier.values_list("pk", flat=True)[:WEIGHT_LOOKED_BACK_COUNT]:
        weight_kg = fold(store.load(str(identity))).weight_kg
        if weight_kg is not None:
            return weight_kg
    return None


def chair_taken(chart: Chart) -> Refusal | None:
    """One chair holds one patient; the database has the same constraint, this says it in words."""
    if chart.chair is None or chart.phase not in AT_THE_CHAIR:
        return None
    there = models.Session.objects.filter(chair_id=chart.chair.chair_id, occupies_chair=True)
    if not there.exclude(pk=chart.session_id).exists():
        return None
    return refuse("chair_taken", chair=chart.chair.chair_name)


def other_infusing_chairs(chart: Chart, request: Request, actor: Actor) -> int:
    """How many other chairs the person about to watch this one already watches while drug runs."""
    watcher = getattr(getattr(request, "observer", None), "staff_id", None)
    if watcher is None and chart.observer is not None:
        watcher = chart.observer.staff_id
    return (
        models.Session.objects.filter(observer_id=watcher or actor.staff_id, phase__in=[phase.value for phase in LIVE])
        .exclude(pk=chart.session_id)
        .count()
    )


def too_soon(chart: Chart, request: Request, now: datetime, least_between_h: int) -> Refusal | None:
    """H16: never two infusions of one patient within the spacing, also when two starts race.

    least_between_h: of the visit's signed protocol; it may ask for more than this software's own 24 h, never for less.
    """
    if not isinstance(request, InfusionStarted):
        return None
    others = models.Session.objects.filter(patient_id=chart.opened.patient_id)
    hours = max(SPACING_AT_LEAST_H, least_between_h)
    since = now - timedelta(hours=hours)
    for other in others:
        if str(other.pk) == chart.session_id or other.drug_started_at is None or other.drug_started_at < since:
            continue
        return refuse(
            "second_infusion_too_soon",
            started=f"{other.drug_started_at:%Y-%m-%d %H:%M} UTC",
            hours=hours,
        )
    return None
