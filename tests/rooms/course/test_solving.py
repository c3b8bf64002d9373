"""The solver's proposal for one patient, through the job that makes it, judged by the rules for a person's own."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from dripstand.course import queries, services, solving
from dripstand.course.judging import Refusal
from dripstand.course.wishes import Wishes
from tests.people import FRONT_DESK_SORO, another_chair, ren_halloway, stored, wren_halloway
from tests.rooms.course.courses import NOW, booked, in_induction, on_the_rota, open_on_weekdays

pytestmark = pytest.mark.django_db(transaction=True)


class FakeRun:
    """What a job is given, without a worker: it notes how far the search said that it was."""

    must_stop = False

    def __init__(self, course_id: str) -> None:
        self.payload = {"course_id": course_id}
        self.heard: list[tuple[float, str]] = []

    def now(self) -> datetime:
        return NOW

    def progress(self, fraction: float, words: str = "") -> None:
        self.heard.append((fraction, words))


def test_a_proposal_of_six_breaks_no_rule_and_is_booked_whole() -> None:
    open_on_weekdays()
    on_the_rota()
    another_chair()
    booked(in_induction(ren_halloway()), 1, "2026-03-02T09:00")
    patient_id = wren_halloway()
    wishes = Wishes(weekdays=frozenset({0, 1, 3}), single_room=True)
    services.tell_wishes(stored(FRONT_DESK_SORO), patient_id=patient_id, wishes=wishes, now=NOW)
    course = in_induction(patient_id)
    run: Any = FakeRun(course.course_id)
    found = solving.work_on(run)
    places = [
        services.Place(one["infusion_id"], one["chair_id"], datetime.fromisoformat(one["at"]))
        for one in found["places"]
    ]
    assert len(places) == 6 and found["missing"] == []
    assert run.heard and all(0 <= fraction <= 1 for fraction, _words in run.heard)
    answer = services.place_all(stored(FRONT_DESK_SORO), places=places, now=NOW)
    assert not isinstance(answer, Refusal), answer  # the two sets of rules agree: nothing had to be decided
    now = queries.course(course.course_id)
    assert all(one.booking is not None for one in now.series)
