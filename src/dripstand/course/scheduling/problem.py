"""What is to be scheduled, as frozen values: the clinic, who wants to come, and what is booked already.

Times are the clinic's own: a calendar day and minutes from its midnight, so that ten o'clock is ten o'clock in the week
in which the clock changes too. Only the rule in real hours asks the zone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo

DAY_MIN = 24 * 60
EVERY_WEEKDAY = frozenset(range(7))


@dataclass(frozen=True, slots=True, order=True)
class Start:
    """When a patient arrives at the chair. minute: from midnight, 0 to 1439."""

    day: date
    minute: int

    def at(self, zone: tzinfo, plus_min: int = 0) -> datetime:
        """The instant, so many minutes of the clock later, in UTC."""
        whole = datetime.combine(self.day, time(0)) + timedelta(minutes=self.minute + plus_min)
        return whole.replace(tzinfo=zone).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Stay:
    """The parts of one visit, in minutes. The chair is held for all of them, the patient watched until `leaves_min`."""

    preparation_min: int = 30
    infusion_min: int = 40
    observation_min: int = 60
    turnover_min: int = 15

    @property
    def leaves_min(self) -> int:
        return self.preparation_min + self.infusion_min + self.observation_min

    @property
    def total_min(self) -> int:
        return self.leaves_min + self.turnover_min


@dataclass(frozen=True, slots=True)
class Chair:
    """is_single: nobody else is treated in its room."""

    chair_id: str
    name: str
    room_id: str
    is_single: bool = True
    is_bed: bool = False


@dataclass(frozen=True, slots=True)
class Cover:
    """How many patients one person may watch: `first_most` until `first_min` after the arrival, then `then_most`.

    Counted in shares of a person. Where one number divides the other (1 and 2, 2 and 4) the shares always add up to
    whole people; where not (2 and 3), enough shares are necessary but may not be sufficient.
    """

    first_min: int = 0
    first_most: int = 2
    then_most: int = 2

    def __post_init__(self) -> None:
        if self.first_most < 1 or self.then_most < 1 or self.first_min < 0:
            raise ValueError("a person watches at least one chair")


@dataclass(frozen=True, slots=True)
class Present:
    """Somebody who can watch a chair is there on this day, [from_min, until_min)."""

    staff_id: str
    name: str
    day: date
    from_min: int
    until_min: int


@dataclass(frozen=True, slots=True)
class Closed:
    """Nobody is treated on this day in [from_min, until_min): everywhere, in one room, or in one chair."""

    day: date
    from_min: int = 0
    until_min: int = DAY_MIN
    words: str = ""
    room_id: str = ""
    chair_id: str = ""

    def is_about(self, chair: Chair) -> bool:
        if self.chair_id:
            return self.chair_id == chair.chair_id
        return not self.room_id or self.room_id == chair.room_id


@dataclass(frozen=True, slots=True)
class Clinic:
    """hours: opening and closing minute of each day that is open; patients have left by then, turnover may follow.

    presence: None where no rota is kept: then nothing is judged by it.
    """

    zone: tzinfo
    chairs: tuple[Chair, ...]
    hours: Mapping[date, tuple[int, int]]
    cover: Cover = Cover()
    presence: tuple[Present, ...] | None = None
    closures: tuple[Closed, ...] = ()


@dataclass(frozen=True, slots=True)
class Spacing:
    """least_h: real hours from one start of the drug to the next, never less.

    least_d, most_d: calendar days between neighbours, most_d None for any. most_a_week: in a week from Monday.
    """

    least_h: int = 24
    least_d: int = 2
    most_d: int | None = 7
    most_a_week: int = 3


@dataclass(frozen=True, slots=True)
class Away:
    """When the patient cannot come; a visit may not touch it."""

    day: date
    from_min: int = 0
    until_min: int = DAY_MIN


@dataclass(frozen=True, slots=True)
class Preferred:
    """When the patient would rather come: an arrival in [from_min, until_min) on one of these weekdays, 0 is Monday."""

    weekdays: frozenset[int] = EVERY_WEEKDAY
    from_min: int = 0
    until_min: int = DAY_MIN


@dataclass(frozen=True, slots=True)
class Can:
    """What the patient told. All but `preferred` are rules; without any preference every time is as good."""

    weekdays: frozenset[int] = EVERY_WEEKDAY
    away: tuple[Away, ...] = ()
    not_before_min: int = 0
    home_by_min: int = DAY_MIN
    single_room: bool = False
    bed: bool = False
    preferred: tuple[Preferred, ...] = ()

    def prefers(self, start: Start) -> bool:
        return not self.preferred or any(
            start.day.weekday() in one.weekdays and one.from_min <= start.minute < one.until_min
            for one in self.preferred
        )


@dataclass(frozen=True, slots=True)
class Patient:
    """Who wants to come `visits_count` more times, and by which rules.

    first_on, last_on: the days among which the visits are to be found. ideal_days: what the course's pattern names;
    without any, even weeks are asked for. given: when drug started in this patient before (UTC), whoever gave it.
    """

    patient_id: str
    called: str
    visits_count: int
    first_on: date
    last_on: date
    stay: Stay = Stay()
    spacing: Spacing = Spacing()
    can: Can = Can()
    ideal_days: tuple[date, ...] = ()
    given: tuple[datetime, ...] = ()


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit: booked already, or proposed. visit_id: the booking's, or made up for a proposal ("patient #1").

    movable: a repair may propose another time for it. watcher_id: who is named to be at the chair, or "".
    """

    visit_id: str
    patient_id: str
    called: str
    start: Start
    stay: Stay
    chair_id: str = ""
    movable: bool = False
    watcher_id: str = ""

    @property
    def end_min(self) -> int:
        """When the chair is free again."""
        return self.start.minute + self.stay.total_min

    @property
    def leaves_min(self) -> int:
        return self.start.minute + self.stay.leaves_min

    def drug_at(self, zone: tzinfo) -> datetime:
        return self.start.at(zone, self.stay.preparation_min)


@dataclass(frozen=True, slots=True)
class Problem:
    """booked: visits that stand, of anybody. patients: who is to be placed, and whose visits a repair may move."""

    clinic: Clinic
    patients: tuple[Patient, ...]
    booked: tuple[Visit, ...] = ()
    _by_id: Mapping[str, Patient] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        by_id = {one.patient_id: one for one in self.patients}
        if len(by_id) != len(self.patients):
            raise ValueError("a patient is named once")
        object.__setattr__(self, "_by_id", by_id)

    def patient(self, patient_id: str) -> Patient | None:
        return self._by_id.get(patient_id)

    @property
    def wanted_count(self) -> int:
        return sum(one.visits_count for one in self.patients)
