"""A value that only those who treat may read: a forecast, or the words "responded" and "did not respond".

Never show a patient a forecast or a non-responder label (protocol.md 6.3; hazard H46). The wrapper gives its value only
for a reader who treats patients here; printed by mistake, on any page, it prints that it is for clinicians.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from dripstand.outcomes.errors import NotForThisReader
from dripstand.people.actors import Actor, Role

T_co = TypeVar("T_co", covariant=True)

WHO_TREATS = (Role.NURSE, Role.PRESCRIBER, Role.MEDICAL_LEAD, Role.ON_CALL)
INSTEAD = "for clinicians only"


@dataclass(frozen=True, slots=True, repr=False)
class ClinicianOnly(Generic[T_co]):
    """Wraps a value. There is no patient among the roles: a patient's page has no actor and gets nothing."""

    _value: T_co

    def shown_to(self, reader: Actor | None) -> T_co:
        """The value, for somebody who treats. Raises NotForThisReader for a patient (None) and for every other role."""
        if reader is None or not reader.is_a(*WHO_TREATS):
            raise NotForThisReader(INSTEAD)
        return self._value

    def for_counting(self) -> T_co:
        """The value for arithmetic that shows no single person: the clinic's rates, the forecast's own learning."""
        return self._value

    def __repr__(self) -> str:
        return INSTEAD

    __str__ = __repr__

    def __format__(self, specification: str) -> str:
        return INSTEAD
