"""What stands now and what moving it costs: the prices of the least disturbing repair, as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dripstand.course.scheduling.candidates import apart, still_holds
from dripstand.course.scheduling.problem import Patient, Problem, Visit

SHIFT_AT_MOST = 60
"""Points of a shift: an hour is one, a day twelve, and a time that the patient would rather not have five."""


@dataclass(frozen=True, slots=True)
class Keep:
    """What stands now and may be moved, at a price: the least disturbing plan keeps most of it.

    visits: of each patient. before: everything that stood before a person moved something; what was broken then already
    was somebody's decision and stays allowed. pinned: what the person moved, at its new place. exempt: patients who are
    not disturbed by being asked, because it is their visit that moves. still: patients whose visits keep their time, in
    whatever chair.
    """

    visits: Mapping[str, tuple[Visit, ...]]
    before: tuple[Visit, ...]
    pinned: tuple[Visit, ...] = ()
    exempt: frozenset[str] = frozenset()
    still: frozenset[str] = frozenset()

    # Each price is more than all cheaper ones together: no shift is worth one more move, no move one more person.

    @property
    def moved(self) -> int:
        """The price of one visit at another time, besides its shift."""
        return 1 + SHIFT_AT_MOST * self._loose_count + self._count

    @property
    def patient(self) -> int:
        """The price of disturbing one more person."""
        return 1 + (self.moved + SHIFT_AT_MOST) * self._loose_count + self._count

    @property
    def missing(self) -> int:
        """The price of a visit that finds no place at all."""
        return 1 + 2 * self.patient * (1 + len(self.visits.keys() - self.still))

    def without_shifts(self, price: float) -> float:
        """What a price is without its shifts: a bound as high says that no fewer people, and no fewer visits, do."""
        _, people = divmod(round(price), self.missing)
        _, visits = divmod(people, self.patient)
        return price - visits % self.moved

    @property
    def _count(self) -> int:
        return sum(len(own) for own in self.visits.values())

    @property
    def _loose_count(self) -> int:
        return sum(len(own) for name, own in self.visits.items() if name not in self.still)

    def before_of(self, patient_id: str) -> list[Visit]:
        return sorted((one for one in self.before if one.patient_id == patient_id), key=lambda one: one.start)

    def possible(self, problem: Problem, patient: Patient) -> tuple[Visit, ...]:
        """The visits that may stay where they are: not those that what was moved has come too close to.

        Where nobody moved anything the world has changed, and a visit that the clinic or the patient can no longer keep
        does not stay.
        """
        if not self.pinned:
            return tuple(one for one in self.visits.get(patient.patient_id, ()) if still_holds(problem, patient, one))
        pinned = [one for one in self.pinned if one.patient_id == patient.patient_id]
        zone = problem.clinic.zone
        return tuple(
            one
            for one in self.visits.get(patient.patient_id, ())
            if all(apart(problem.clinic, patient, one.start, pin.start.day, pin.drug_at(zone)) for pin in pinned)
        )
