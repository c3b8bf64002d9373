"""Reads about the on-call: who is on the list, and which pages nobody has seen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from dripstand.people.actors import Role
from dripstand.people.models import OnCallList, OnCallPage, OnCallStep, StaffMember
from dripstand.people.on_call import OnCallPerson, Standing, Step, StepKind, last_asked, seen_by, standing


@dataclass(frozen=True, slots=True)
class PageDetails:
    """One page to the on-call, as screens show it. words and path are for signed-in staff who treat."""

    page_id: str
    kind: str
    about: str
    patient_id: str
    words: str
    path: str
    raised_at: datetime
    steps: tuple[Step, ...]

    @property
    def seen(self) -> Step | None:
        return seen_by(self.steps)

    @property
    def asked_last(self) -> Step | None:
        """Whose turn began last; nobody's id where there was nobody to ask."""
        return last_asked(self.steps)

    def standing(self, now: datetime) -> Standing:
        return standing(self.steps, now)


def on_call_order() -> tuple[OnCallPerson, ...]:
    """Who is asked, in order: the clinic's list, then the medical leads that are not on it.

    Without a list everybody with the on-call role, by name. Whoever no longer works here is passed over. Where all that
    names nobody, every prescriber who works here, by name: something that may not wait is never asked of nobody while
    somebody is there who may deal with it.
    """
    active = {str(one.pk): one for one in StaffMember.objects.filter(is_active=True).order_by("full_name", "username")}
    row = OnCallList.objects.first()
    if row is not None:
        listed = [
            OnCallPerson(one["staff_id"], active[one["staff_id"]].full_name, one["email"])
            for one in row.order
            if one["staff_id"] in active
        ]
    else:
        listed = [OnCallPerson(key, one.full_name) for key, one in active.items() if Role.ON_CALL in one.roles]
    there = {person.staff_id for person in listed}
    leads = [
        OnCallPerson(key, one.full_name)
        for key, one in active.items()
        if Role.MEDICAL_LEAD in one.roles and key not in there
    ]
    if listed or leads:
        return (*listed, *leads)
    return tuple(OnCallPerson(key, one.full_name) for key, one in active.items() if Role.PRESCRIBER in one.roles)


@dataclass(frozen=True, slots=True)
class ListSet:
    """When the list in force was set, and by whom."""

    set_at: datetime
    set_by_name: str


def on_call_list_set() -> ListSet | None:
    row = OnCallList.objects.first()
    return ListSet(row.set_at, row.set_by_name) if row else None


def _details(row: OnCallPage, steps: Iterable[OnCallStep]) -> PageDetails:
    return PageDetails(
        page_id=str(row.pk),
        kind=row.kind,
        about=row.about,
        patient_id=str(row.patient_id) if row.patient_id else "",
        words=row.words,
        path=row.path,
        raised_at=row.raised_at,
        steps=tuple(
            Step(
                StepKind(one.kind),
                one.turn_number,
                str(one.staff_id) if one.staff_id else "",
                one.staff_name,
                one.at,
                one.detail,
            )
            for one in steps
        ),
    )


def pages_not_seen(only: str = "") -> tuple[PageDetails, ...]:
    """Every page that no person has seen yet, the oldest first. only: no other than the one of this id."""
    seen = OnCallStep.objects.filter(kind=StepKind.SEEN.value).values("page_id")
    rows = OnCallPage.objects.exclude(pk__in=seen).prefetch_related("steps")
    if only:
        rows = rows.filter(pk=only)
    return tuple(_details(row, row.steps.all()) for row in rows)


def pages_lately(*, most_count: int = 30) -> tuple[PageDetails, ...]:
    """The newest pages that somebody has seen."""
    rows = OnCallPage.objects.filter(steps__kind=StepKind.SEEN.value).order_by("-raised_at", "-id")
    return tuple(_details(row, row.steps.all()) for row in rows.prefetch_related("steps")[:most_count])


def pages_about(kind: str, about: Iterable[str]) -> dict[str, PageDetails]:
    """As page_about for many causes in two reads, by cause; one that nobody was paged for is left out."""
    rows = OnCallPage.objects.filter(kind=kind, about__in=list(about)).prefetch_related("steps")
    return {row.about: _details(row, row.steps.all()) for row in rows}


def page_about(kind: str, about: str) -> PageDetails | None:
    """The page of one cause, or None where nobody was paged for it."""
    row = OnCallPage.objects.filter(kind=kind, about=about).prefetch_related("steps").first()
    return _details(row, row.steps.all()) if row else None


def newest_page_about(kind: str, about_begins: str) -> PageDetails | None:
    """The newest page of a kind whose cause begins so: a cause that may come back."""
    rows = OnCallPage.objects.filter(kind=kind, about__startswith=about_begins).order_by("-raised_at", "-id")
    row = rows.prefetch_related("steps").first()
    return _details(row, row.steps.all()) if row else None
