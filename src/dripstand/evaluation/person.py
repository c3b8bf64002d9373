"""Who is evaluated and when, as the rules look at it: one frozen value."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo

from dripstand.evaluation.file import PatientFile, Result
from dripstand.evaluation.indications import Indication
from dripstand.protocol.template import BipolarChoice, EvaluationLimits, Gates


@dataclass(frozen=True, slots=True)
class Person:
    """What the record of the patient said after one change, and who changed it."""

    birth_date: date
    sex: str
    allergies: tuple[str, ...]
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Case:
    """One patient's file for one indication, at one moment.

    limits, gates: of the protocol template in force. bipolar: whether the clinic treats bipolar depression, as signed.
    versions: what the record of the patient said over time, as far as somebody changed it.
    ratings: results that another room keeps (`ratings.py`); what was recorded after `at` does not count.
    zone: the clinic's, by whose calendar somebody grows older. liver_tests_valid_d: of chronic pain's own block; None
    where they are good for as long as other laboratory results.
    """

    file: PatientFile
    indication: Indication
    birth_date: date
    sex: str
    allergies: tuple[str, ...]
    at: datetime
    limits: EvaluationLimits
    gates: Gates
    bipolar: BipolarChoice = BipolarChoice.WITH_STABILISER
    versions: tuple[Person, ...] = ()
    ratings: tuple[Result, ...] = ()
    zone: tzinfo = UTC
    liver_tests_valid_d: int | None = None

    @property
    def age_y(self) -> int:
        """Full years on the day that it is at the clinic."""
        on, born = self.at.astimezone(self.zone).date(), self.birth_date
        return on.year - born.year - ((on.month, on.day) < (born.month, born.day))

    def is_old(self, recorded_at: datetime) -> bool:
        """Whether it was recorded longer ago than a decision may hold by the protocol: said to who decides, no more."""
        return self.at - recorded_at > timedelta(days=self.limits.decision_valid_d)

    def answer(self, question: str) -> str:
        """The value that holds; "" where nobody has answered."""
        given = self.file.answers.get(question)
        return given.value if given else ""

    def newest(self, test: str) -> Result | None:
        """The result that counts for one test: the one taken last, of two taken at once the one recorded last."""
        found = self._of(test)
        return max(found, key=lambda one: (one.taken_at, one.recorded_at, one.sequence)) if found else None

    def sample(self, test: str) -> tuple[Result, ...]:
        """All that was found in what was taken last for one test, as recorded: one sample may hold several findings.

        For tests that are said in words. One that was entered by mistake is struck; it does not go by another entry.
        """
        found = self._of(test)
        last = max((one.taken_at for one in found), default=None)
        return tuple(one for one in found if one.taken_at == last)

    def _of(self, test: str) -> list[Result]:
        rated = [one for one in self.ratings if one.recorded.test == test and one.recorded_at <= self.at]
        return [*rated, *(one for one in self.file.results if one.recorded.test == test)]
