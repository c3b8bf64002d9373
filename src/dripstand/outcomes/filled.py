"""One questionnaire as it was filled in: frozen values, read from the tables, counted anew each time."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from dripstand.outcomes.errors import TotalDisagrees
from dripstand.outcomes.instruments import instrument
from dripstand.outcomes.instruments.instrument import Instrument, Rater
from dripstand.outcomes.occasions import Occasion, Windows
from dripstand.outcomes.schedule import BEFORE_IT, Handed, parted
from dripstand.outcomes.score import Answers, Score
from dripstand.outcomes.scoring import score
from dripstand.outcomes.suicidality import Place

TOTAL = "total"
"""The name under which a total that was read from a paper is kept beside the items."""


class ByWhom(StrEnum):
    """Whose hand typed an answer."""

    LINK = "link"  # the patient, on a page that a link opened
    STAFF = "staff"


class Ended(StrEnum):
    FINISHED = "finished"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Given:
    """One answer, as given. value is None where the item was left out on purpose."""

    item: str
    value: int | None
    answered_at: datetime
    recorded_at: datetime
    by: ByWhom
    by_id: str
    by_name: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class End:
    """How it ended."""

    kind: Ended
    at: datetime
    by: ByWhom
    by_name: str
    reason: str = ""
    stated_intent: bool = False


@dataclass(frozen=True, slots=True)
class Signed:
    """A rater's signature under one set of answers."""

    rater_name: str
    signed_at: datetime
    answers_sha256: str
    is_after_forecast: bool = False  # the form was signed before, so that the forecast could be read


@dataclass(frozen=True, slots=True)
class Filled:
    """One questionnaire, from its start on. given: every answer ever given, in order; the newest of an item counts.

    about_at: when the infusion started before which it is asked (of a baseline the first of its series), or ended after
    which it is; None until then.
    """

    questionnaire_id: str
    patient_id: str
    course_id: str
    session_id: str
    instrument_id: str
    instrument_version: str
    language: str
    wording_version: str
    occasion: Occasion | str
    occasion_key: str
    place: Place
    started_at: datetime
    started_by: ByWhom
    started_by_id: str
    started_by_name: str
    given: tuple[Given, ...] = ()
    end: End | None = None
    signed: tuple[Signed, ...] = ()
    opens_at: datetime | None = None
    due_at: datetime | None = None
    closes_at: datetime | None = None
    about_at: datetime | None = None

    @property
    def instrument(self) -> Instrument:
        return instrument(self.instrument_id, self.instrument_version)

    @property
    def newest(self) -> Mapping[str, Given]:
        return {each.item: each for each in self.given}

    @property
    def answers(self) -> Answers:
        newest = {item: each.value for item, each in self.newest.items()}
        total = newest.pop(TOTAL, None)
        return Answers(self.instrument_id, self.instrument_version, newest, total)

    @property
    def score(self) -> Score:
        """Counted anew, for whoever reads it. A stored total that contradicts its items counts for nothing: it is from
        before it was refused, and whoever wants to know which of the two is wrong asks ``scoring.score``."""
        try:
            return score(self.answers)
        except TotalDisagrees:
            return score(dataclasses.replace(self.answers, entered_total_score=None))

    @property
    def series_number(self) -> int:
        """The series of its course that it was asked in."""
        return parted(self.occasion_key)[0]

    @property
    def occasion_name(self) -> str:
        """The slot that it counts for, as its series names it: "before-3"."""
        return parted(self.occasion_key)[1]

    @property
    def is_open(self) -> bool:
        return self.end is None

    @property
    def is_finished(self) -> bool:
        return self.end is not None and self.end.kind is Ended.FINISHED

    @property
    def handed_in_at(self) -> datetime | None:
        """When the last answer of a finished form was given, which for a paper typed in later is when it was filled."""
        if not self.is_finished:
            return None
        assert self.end is not None
        newest = {each.item: each.answered_at for each in self.given if not each.reason}
        return max(newest.values(), default=self.end.at)

    @property
    def speaks_of_at(self) -> datetime:
        """When it was handed in, and of one that is open when it was last answered, else begun."""
        return self.handed_in_at or max((each.answered_at for each in self.given), default=self.started_at)

    @property
    def is_baseline(self) -> bool:
        """Whether its series is judged by it: asked as its baseline, and handed in before the first infusion.

        One that was asked again after a gap has the number of the infusion after it in its name, and is none.
        """
        if not self.is_finished or self.occasion is not Occasion.BASELINE or self.occasion_name.startswith("baseline-"):
            return False
        return not self.is_late

    @property
    def is_late(self) -> bool:
        """Whether it was handed in when its time was over, as the infusion was given: not as it had been planned."""
        at, until = self.handed_in_at, self.closes_at
        if self.occasion in BEFORE_IT and self.course_id:
            until = self.about_at
        elif self.occasion is Occasion.DAY_AFTER and self.about_at is not None:
            until = self.about_at + Windows().day_after_to
        return at is not None and until is not None and at > until

    @property
    def is_corrected(self) -> bool:
        return any(each.reason for each in self.given)

    @property
    def answers_sha256(self) -> str:
        body = [self.instrument_id, self.instrument_version, sorted(self.newest_values.items())]
        return hashlib.sha256(json.dumps(body, separators=(",", ":")).encode()).hexdigest()

    @property
    def newest_values(self) -> dict[str, int | None]:
        return {item: each.value for item, each in self.newest.items()}

    @property
    def needs_signature(self) -> bool:
        """Whether a rater still has to sign: a clinician-rated scale that was finished, or corrected since."""
        if self.instrument.rater is not Rater.CLINICIAN or not self.is_finished:
            return False
        return self.signature is None

    @property
    def is_being_rated(self) -> bool:
        """Whether a clinician rates and has not signed: begun, finished without a signature, or corrected since."""
        return self.needs_signature or (self.is_open and self.instrument.rater is Rater.CLINICIAN)

    @property
    def signature(self) -> Signed | None:
        """The signature that holds for the answers as they are now."""
        return next((each for each in self.signed if each.answers_sha256 == self.answers_sha256), None)

    @property
    def raters(self) -> Mapping[str, str]:
        """Whose answers stand, id to name: who rated. Of a form without any answer whoever began it."""
        found = {each.by_id: each.by_name for each in self.newest.values() if each.by is ByWhom.STAFF}
        return found or {self.started_by_id: self.started_by_name}

    @property
    def handed(self) -> Handed | None:
        """As the schedule reads it: nothing while it is open."""
        if self.end is None or not self.occasion_key:
            return None
        key = f"{self.occasion_key}/{self.instrument_id}"
        if self.end.kind is Ended.SKIPPED:
            return Handed(key, self.end.at, skipped_reason=self.end.reason)
        return Handed(key, self.handed_in_at or self.end.at, self.score)


def in_order(forms: Iterable[Filled]) -> tuple[Filled, ...]:
    """By the time that they speak of: when they were handed in, else begun."""
    return tuple(sorted(forms, key=lambda each: (each.handed_in_at or each.started_at, each.questionnaire_id)))
