"""The reads of one day and of the rota: readiness, who is there, the last safe start, shifts and absences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from dripstand.course import models
from dripstand.course.chair_time import ChairTime
from dripstand.course.last_start import LastStart, Shut, TheDay
from dripstand.course.last_start import last_safe_start as find_last_start
from dripstand.course.patterns import Pattern, patterns_of
from dripstand.course.queries.around import chair_time, day_span, presence_between
from dripstand.course.queries.details import BookingDetails, bookings_from, key_of
from dripstand.course.queries.neighbourhood import wishes_of_all
from dripstand.course.readiness import ITEMS, Certificates, Held, Signed, StaffFound, staff_found
from dripstand.course.wishes import NOTHING_TOLD, Wishes
from dripstand.people.actors import Competency
from dripstand.people.queries import colleagues
from dripstand.premises import queries as premises
from dripstand.protocol.defaults import default_template
from dripstand.protocol.queries import current_template


def signing_of(day: date) -> Signed | None:
    """The signing of a day that counts, the newest; None while nobody has signed."""
    row = models.DayReadiness.objects.filter(day=day).order_by("-version_number").first()
    if row is None:
        return None
    bad = tuple(item for item in ITEMS if not row.items.get(item, False))
    return Signed(by=row.staff_name, at=row.signed_at, bad=bad, note=row.note)


def signed_at(at: datetime) -> Signed | None:
    """What counts as signed for the clinic's day that an instant falls in."""
    return signing_of(at.astimezone(premises.clinic_zone()).date())


def day_is_ready(at: datetime) -> bool:
    """Whether the clinic's day that this instant falls in was signed, with everything in order."""
    signed = signed_at(at)
    return signed is not None and signed.in_order


def staff_of_day(day: date) -> StaffFound:
    """Who of those there on a day holds a valid certificate; where no rota is kept, of everybody who can watch."""
    present = presence_between(*day_span(day))
    start, end = day_span(day)
    if present is None:
        there = {person.staff_id: person.name for person in colleagues(competency=Competency.OBSERVE)}
    else:
        there = {one.staff_id: one.name for one in present if one.starts_at < end and one.ends_at > start}
    held = tuple(
        Held(str(row.staff_id), there.get(str(row.staff_id), ""), Certificates(row.kind), row.valid_until)
        for row in models.Certificate.objects.filter(staff_id__in=list(there))
    )
    return staff_found(there, held, day, rota_kept=present is not None)


@dataclass(frozen=True, slots=True)
class LastStarts:
    """Until when drug may still start on one day, patient by patient; what holds for everybody was read once."""

    day: date
    zone: ZoneInfo
    usual: ChairTime
    of_the_clinic: TheDay
    closures: tuple[premises.ClosureDetails, ...]
    wishes: Mapping[str, Wishes]

    def of(
        self,
        patient_id: str,
        *,
        infusion_min: int | None = None,
        from_at: datetime,
        chair: premises.ChairDetails | None = None,
        next_in_chair_at: datetime | None = None,
        next_called: str = "",
    ) -> LastStart:
        """From all that the clinic and the patient have said.

        from_at: when somebody comes at the earliest.
        """
        midnight = day_span(self.day)[0]
        told = self.wishes.get(patient_id, NOTHING_TOLD)
        return find_last_start(
            replace(self.usual, infusion_min=infusion_min or self.usual.infusion_min),
            self.of_the_clinic,
            from_at=from_at,
            closed=[
                Shut(max(one.starts_at, midnight), one.ends_at, ", ".join(filter(None, (one.where, one.words))))
                for one in self.closures
                if _is_of(one, chair)
            ],
            escort_until=_at(self.day, told.escort_until, self.zone),
            home_by=_at(self.day, told.home_by, self.zone),
            next_in_chair_at=next_in_chair_at,
            escort_name=told.escort_name,
            next_called=next_called,
        )


def _at(day: date, clock: time | None, zone: ZoneInfo) -> datetime | None:
    return datetime.combine(day, clock, tzinfo=zone).astimezone(UTC) if clock is not None else None


def _is_of(closure: premises.ClosureDetails, chair: premises.ChairDetails | None) -> bool:
    """Whether a closure is of this chair: of the whole clinic, of its room, or of itself."""
    if not (closure.room_id or closure.chair_id):
        return True
    return chair is not None and (closure.chair_id == chair.chair_id or closure.room_id == chair.room_id)


def last_starts(day: date, patient_ids: Iterable[str]) -> LastStarts:
    """For these patients on a day."""
    zone = premises.clinic_zone()
    start, end = day_span(day)
    kept = premises.opening_hours()
    hours = kept.get(day.weekday())
    present = presence_between(start, end)
    return LastStarts(
        day=day,
        zone=zone,
        usual=chair_time(),
        of_the_clinic=TheDay(
            begins_at=(_at(day, hours[0], zone) if hours else None) or start,
            closes_at=_at(day, hours[1], zone) if hours else None,
            is_open=not kept or hours is not None,
            staff_until=None
            if present is None
            else tuple(one.ends_at for one in present if one.starts_at < end and one.ends_at > start),
        ),
        closures=premises.closures(start, end),
        wishes=wishes_of_all(patient_ids),
    )


def last_safe_start(patient_id: str, day: date, *, from_at: datetime, infusion_min: int | None = None) -> LastStart:
    """Until when drug may still start in this patient on a day, in whatever chair."""
    return last_starts(day, (patient_id,)).of(patient_id, infusion_min=infusion_min, from_at=from_at)


def answers_of(bookings: Iterable[BookingDetails]) -> dict[str, str]:
    """What patients said by a reminder's link about these bookings as they stand now; who said nothing is left out."""
    found = {one.booking_id: one for one in bookings}
    rows = models.Reminder.objects.filter(booking_id__in=list(found)).exclude(state="moved").exclude(answer="")
    rows = rows.order_by("answered_at")
    return {str(row.booking_id): row.answer for row in rows if row.booked_for == found[str(row.booking_id)].starts_at}


def answer_of(booking_id: str) -> str:
    """What the patient said about one booking; "" while nothing was said."""
    key = key_of(booking_id)
    rows = models.Booking.objects.select_related("infusion").filter(pk=key) if key else ()
    return answers_of(bookings_from(rows)).get(booking_id, "")


def patterns(indication: str = "") -> tuple[Pattern, ...]:
    """The patterns that the clinic's protocol offers."""
    return patterns_of(current_template() or default_template(), indication)


@dataclass(frozen=True, slots=True)
class ShiftDetails:
    """When somebody is there on a weekday, as the rota shows it."""

    shift_id: int
    name: str
    weekday: int
    begins_at: time
    ends_at: time
    until_on: date | None


@dataclass(frozen=True, slots=True)
class AbsenceDetails:
    absence_id: int
    name: str
    first_on: date
    last_on: date
    words: str


def shifts(today: date) -> tuple[ShiftDetails, ...]:
    """Shifts that hold today or later, by weekday and time."""
    rows = models.Shift.objects.select_related("staff").exclude(until_on__lt=today)
    return tuple(
        ShiftDetails(row.pk, row.staff.full_name, row.weekday, row.begins_at, row.ends_at, row.until_on) for row in rows
    )


def absences(today: date) -> tuple[AbsenceDetails, ...]:
    """Who is away today or later."""
    rows = models.Absence.objects.select_related("staff").filter(last_on__gte=today)
    return tuple(AbsenceDetails(row.pk, row.staff.full_name, row.first_on, row.last_on, row.words) for row in rows)


def certificates() -> tuple[Held, ...]:
    """Of each person and kind the certificate that holds longest, by name."""
    rows = models.Certificate.objects.select_related("staff").order_by("staff__full_name", "kind", "-valid_until")
    found: dict[tuple[object, str], Held] = {}
    for row in rows:
        held = Held(str(row.staff_id), row.staff.full_name, Certificates(row.kind), row.valid_until)
        found.setdefault((row.staff_id, row.kind), held)
    return tuple(found.values())
