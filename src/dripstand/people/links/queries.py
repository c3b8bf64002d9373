"""Reads about links for the staff: what stands open, what was refused, and how often."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from dripstand.people.links.purposes import Purpose, Refused, Step, standing
from dripstand.people.models import Link, LinkRefusal


@dataclass(frozen=True, slots=True)
class LinkDetails:
    """One link as the staff see it; never its secret. why_shut: None while it opens."""

    link_id: str
    patient_id: str
    purpose: Purpose
    about: str
    name: str
    made_at: datetime
    made_by_name: str
    expires_at: datetime
    withdrawn_at: datetime | None
    completed_at: datetime | None
    why_shut: Refused | None
    entered_at: datetime | None
    sent: Step | None
    refusals: tuple[tuple[Refused, int], ...]


def _details(row: Link, now: datetime) -> LinkDetails:
    counted = Counter(Refused(one.reason) for one in row.refusals.all())
    steps = list(row.steps.all())
    sent = [one for one in steps if one.kind in (Step.SENT, Step.NOT_SENT)]
    return LinkDetails(
        link_id=str(row.pk),
        patient_id=str(row.patient_id),
        purpose=Purpose(row.purpose),
        about=row.about,
        name=row.name,
        made_at=row.made_at,
        made_by_name=row.made_by_name,
        expires_at=row.expires_at,
        withdrawn_at=row.withdrawn_at,
        completed_at=row.completed_at,
        why_shut=standing(
            expires_at=row.expires_at,
            withdrawn_at=row.withdrawn_at,
            completed_at=row.completed_at,
            wrong_ever_count=counted[Refused.WRONG_BIRTH_DATE],
            now=now,
        ),
        entered_at=max((one.at for one in steps if one.kind == Step.ENTERED), default=None),
        sent=Step(sent[-1].kind) if sent else None,
        refusals=tuple(sorted(counted.items())),
    )


def links_of(patient_id: str, now: datetime) -> tuple[LinkDetails, ...]:
    """Every link of a patient, the newest first."""
    rows = Link.objects.filter(patient_id=patient_id).prefetch_related("refusals", "steps").order_by("-made_at", "-id")
    return tuple(_details(row, now) for row in rows)


def link_details(link_id: str, now: datetime) -> LinkDetails | None:
    row = Link.objects.filter(pk=link_id).prefetch_related("refusals", "steps").first()
    return _details(row, now) if row else None


def refusals_lately(now: datetime, *, over: timedelta = timedelta(days=30)) -> dict[Refused, int]:
    """How often links were refused, by reason, those that belong to no link included."""
    rows = LinkRefusal.objects.filter(at__gt=now - over).values_list("reason", flat=True)
    return dict(sorted(Counter(Refused(one) for one in rows).items()))
