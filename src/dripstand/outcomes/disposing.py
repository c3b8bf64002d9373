"""The verbs of an escalation: take it over, and close it with a signed disposition. `services` is their door."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from dripstand.outcomes import queries
from dripstand.outcomes.disposition import WHO_SIGNS, Outcome
from dripstand.outcomes.errors import (
    NoSuchEscalation,
)
from dripstand.outcomes.escalations import EscalationDetails
from dripstand.outcomes.models import (
    DispositionRow,
    EscalationRow,
    EscalationTaken,
)
from dripstand.people.access import service
from dripstand.people.actors import Actor
from dripstand.people.errors import Unacceptable
from dripstand.people.on_call_queries import page_about
from dripstand.people.services import see_page

REASON_LEAST_COUNT = 5


def _held(escalation_id: str) -> EscalationDetails:
    try:
        row = EscalationRow.objects.select_for_update(of=("self",)).filter(pk=uuid.UUID(str(escalation_id))).first()
    except ValueError:
        row = None
    if row is None:
        raise NoSuchEscalation(escalation_id)
    return queries.escalation(str(row.pk))


@service(*WHO_SIGNS)
@transaction.atomic
def take_escalation(actor: Actor, escalation_id: str, *, now: datetime) -> None:
    """Take an escalation over: it is one's own from now on, and its page counts as seen."""
    found = _held(escalation_id)
    if not found.is_open:
        raise Unacceptable({"": _("This is closed already.")})
    EscalationTaken.objects.create(
        escalation_id=found.escalation_id, staff_id=uuid.UUID(actor.staff_id), staff_name=actor.name, at=now
    )
    _page_is_seen(actor, found, now)


@service(*WHO_SIGNS)
@transaction.atomic
def dispose(
    actor: Actor,
    escalation_id: str,
    *,
    finding: str,
    outcome: Outcome,
    spoke_with_patient: bool,
    now: datetime,
) -> None:
    """Close an escalation with a signed disposition: the only way there is. Raises Unacceptable with words."""
    found = _held(escalation_id)
    if found.disposed is not None:
        raise Unacceptable(
            {"": _("%(name)s has signed a disposition already.") % {"name": found.disposed.signed_by_name}}
        )
    finding = finding.strip()
    wrong = {}
    if len(finding) < REASON_LEAST_COUNT:
        wrong["finding"] = _("Say what you found.")
    elif len(finding) > 2000:
        wrong["finding"] = _("At most %(count)d letters.") % {"count": 2000}
    if not spoke_with_patient:
        wrong["spoke_with_patient"] = _("Somebody has to have spoken with the patient: that is the point of it.")
    if now < found.answered_at:
        wrong[""] = _("This would be signed before the answer was given.")
    if wrong:
        raise Unacceptable(wrong)
    DispositionRow.objects.create(
        escalation_id=found.escalation_id,
        signed_by_id=uuid.UUID(actor.staff_id),
        signed_by_name=actor.name,
        signed_by_roles=sorted(role.value for role in actor.roles),
        signed_at=now,
        finding=finding,
        outcome=outcome.value,
        spoke_with_patient=spoke_with_patient,
    )
    _page_is_seen(actor, found, now)


def _page_is_seen(actor: Actor, found: EscalationDetails, now: datetime) -> None:
    paged = page_about(queries.PAGE_KIND, found.escalation_id)
    if paged is not None and paged.seen is None:
        see_page(actor, paged.page_id, now=now)
