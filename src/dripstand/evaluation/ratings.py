"""Ratings that the patient gave on a questionnaire, as results of the work-up.

The questionnaires belong to a room above this one, which says here, once at the start, how to read them. They are read
and not copied: a rating that came by a link has no member of staff as its author, and is never kept twice.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from dripstand.evaluation.entries import Author, ResultRecorded
from dripstand.evaluation.file import Result


@dataclass(frozen=True, slots=True)
class Rated:
    """One rating. rating_id: names it in the room that keeps it. taken_at: when it was filled in; recorded_at: stored.

    A corrected one comes twice, as it was first and as it is now, in this order.
    """

    rating_id: str
    test: str
    value: str
    taken_at: datetime
    recorded_at: datetime
    by: str


Source = Callable[[str], tuple[Rated, ...]]
"""Every rating of one patient, by patient id."""

_sources: dict[str, Source] = {}


def read_ratings_from(name: str, source: Source) -> None:
    """Register a room's ratings. name: once each; a second registration replaces the first."""
    _sources[name] = source


def ratings_of(patient_id: str) -> tuple[Result, ...]:
    """The patient's ratings from every room that keeps some; with the sequence 0, before anything entered by hand."""
    return tuple(
        Result(
            ResultRecorded(one.rating_id, one.test, one.value, one.taken_at, note="questionnaire"),
            Author("", one.by),
            one.recorded_at,
            sequence=0,
        )
        for source in _sources.values()
        for one in source(patient_id)
    )
