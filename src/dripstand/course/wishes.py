"""What a patient told about days and comfort, as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time


@dataclass(frozen=True, slots=True)
class Away:
    """Days on which the patient cannot come, both included."""

    first_on: date
    last_on: date

    def covers(self, day: date) -> bool:
        return self.first_on <= day <= self.last_on


@dataclass(frozen=True, slots=True)
class Wishes:
    """weekdays: on which the patient can come, 0 is Monday. not_before, home_by: of the clinic's clock; None is open.

    escort_until: until when somebody can fetch the patient home. may_name_treatment: whether a message may say what
    it is about. email is empty where no reminders are wanted.
    """

    weekdays: frozenset[int] = frozenset(range(7))
    not_before: time | None = None
    home_by: time | None = None
    away: tuple[Away, ...] = ()
    single_room: bool = False
    needs_bed: bool = False
    companion_stays: bool = False
    dim_light: bool = False
    music: str = ""
    escort_name: str = ""
    escort_until: time | None = None
    email: str = ""
    language: str = ""
    may_name_treatment: bool = False


NOTHING_TOLD = Wishes()
