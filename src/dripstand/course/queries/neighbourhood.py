"""What visits of many patients are judged against, read once: a fortnight is judged as one patient's visit is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from dripstand.course import models
from dripstand.course.judging import Surroundings, Visit
from dripstand.course.models import BookingState
from dripstand.course.queries.around import (
    LOOKED_AROUND_D,
    cannot_at,
    last_given,
    spacing_rules,
    surroundings_of_nobody,
)
from dripstand.course.queries.courses import bookings_between
from dripstand.course.queries.details import BookingDetails, key_of
from dripstand.course.spacing import SpacingRules
from dripstand.course.wishes import NOTHING_TOLD, Wishes
from dripstand.course.wishes_json import from_json
from dripstand.people.queries import PatientDetails, patients_by_id
from dripstand.protocol.template import is_pain


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """The clinic in a stretch of time, and everybody who is booked in it or was asked for.

    held: every held booking in it and LOOKED_AROUND_D around. base: what is so for everybody, with what is booked in
    the stretch itself. people, wishes, given, cannot_at: by patient. spacing: of those for whom another one than the
    base's holds.
    """

    base: Surroundings
    held: tuple[BookingDetails, ...]
    people: Mapping[str, PatientDetails]
    wishes: Mapping[str, Wishes]
    given: Mapping[str, tuple[datetime, ...]]
    cannot_at: Mapping[str, frozenset[datetime]]
    spacing: Mapping[str, SpacingRules]
    _own: Mapping[str, tuple[Visit, ...]]

    def rules_of(self, patient_id: str) -> SpacingRules:
        """How far apart this patient's infusions stand: against chronic pain the protocol's own numbers hold."""
        return self.spacing.get(patient_id, self.base.rules)

    def of(self, patient_id: str, *, in_induction: bool = True) -> Surroundings:
        """What the visits of one patient are judged against: as `queries.surroundings` says it."""
        near = {one.booking_id for one in self.base.others}
        far = tuple(one for one in self._own.get(patient_id, ()) if one.booking_id not in near)
        return replace(
            self.base,
            rules=self.rules_of(patient_id),
            others=(*self.base.others, *far),
            wishes=self.wishes.get(patient_id, NOTHING_TOLD),
            given=self.given.get(patient_id, ()),
            cannot_at=self.cannot_at.get(patient_id, frozenset()),
            in_induction=in_induction,
        )


def neighbourhood(
    patient_ids: Collection[str], start: datetime, end: datetime, *, without: Iterable[str] = ()
) -> Neighbourhood:
    """Everything that visits of these patients in [start, end) are judged against.

    without: ids of bookings that do not count, such as those that are being moved.
    """
    around, left_out = timedelta(days=LOOKED_AROUND_D), set(without)
    held = tuple(
        one
        for one in bookings_between(start - around, end + around, states=(BookingState.HELD,))
        if one.booking_id not in left_out
    )
    asked = set(patient_ids)
    people = patients_by_id({*asked, *(one.patient_id for one in held)})
    visits = {one.booking_id: one.visit(people[one.patient_id].name) for one in held}
    own: dict[str, list[Visit]] = defaultdict(list)
    for one in held:
        own[one.patient_id].append(visits[one.booking_id])
    near_from, near_until = start - timedelta(days=1), end + timedelta(days=1)
    base = surroundings_of_nobody(near_from, near_until)
    near = tuple(visits[one.booking_id] for one in held if one.starts_at < near_until and one.ends_at > near_from)
    return Neighbourhood(
        base=replace(base, others=near),
        held=held,
        people=people,
        wishes=wishes_of_all(people),
        given=_given(people, start - around, end + around),
        cannot_at=cannot_at(people, near_from, near_until),
        spacing=_spacing(people),
        _own={patient_id: tuple(visits) for patient_id, visits in own.items()},
    )


def wishes_of_all(patient_ids: Iterable[str]) -> dict[str, Wishes]:
    """What each of these patients told last; who told nothing is left out."""
    rows = models.PatientWishes.objects.filter(patient_id__in=list(patient_ids)).order_by("version_number")
    newest = {str(row.patient_id): row.body for row in rows}
    return {patient_id: from_json(body) for patient_id, body in newest.items()}


def _spacing(patient_ids: Collection[str]) -> dict[str, SpacingRules]:
    rows = models.Course.objects.filter(patient_id__in=[key_of(one) for one in patient_ids], ended_at=None)
    treated_for = {str(patient_id): str(what) for patient_id, what in rows.values_list("patient_id", "indication")}
    against_pain = [patient_id for patient_id, what in treated_for.items() if is_pain(what)]
    return dict.fromkeys(against_pain, spacing_rules(indication=treated_for[against_pain[0]])) if against_pain else {}


def _given(patient_ids: Collection[str], start: datetime, end: datetime) -> dict[str, tuple[datetime, ...]]:
    rows = models.PlannedInfusion.objects.filter(
        course__patient_id__in=[key_of(one) for one in patient_ids], started_at__gte=start, started_at__lt=end
    )
    found: dict[str, list[datetime]] = defaultdict(list)
    for treated_id, last_at in last_given(patient_ids, start).items():
        found[treated_id].append(last_at)
    for patient_id, at in rows.order_by("started_at").values_list("course__patient_id", "started_at"):
        if at is not None:
            found[str(patient_id)].append(at)
    return {patient_id: tuple(times) for patient_id, times in found.items()}
