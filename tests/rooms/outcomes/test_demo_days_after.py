"""The demo's past patients answer the day after, so that the published rules can be told of most and not of all."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import cast

import pytest

from dripstand.outcomes.queries import forms_of_course
from dripstand.outcomes.responding import scores_day_after
from dripstand.server.demo.clinic import DemoClinic
from dripstand.server.demo.days_after import answer_days_after
from tests.people import ADMINISTRATOR_KLEIN, NOW, NURSE_REYES, stored
from tests.rooms.outcomes.courses import a_course

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("nth", "answered"), [(1, {1, 2, 3, 4, 5, 6}), (4, {1, 2, 3, 4, 6}), (7, set())])
def test_most_answer_each_day_some_miss_one_and_a_few_never_answer(nth: int, answered: set[int]) -> None:
    there, staff = a_course(), {"r.klein": stored(ADMINISTRATOR_KLEIN), "m.reyes": stored(NURSE_REYES)}
    clinic = cast(DemoClinic, SimpleNamespace(staff=staff))
    starts = [NOW + timedelta(days=3 * number) for number in range(6)]
    totals, later = (21, 18, 15, 12, 10, 8, 6), NOW + timedelta(days=30)
    for _twice in range(2):
        answer_days_after(clinic, there.patient_id, there.course_id, starts, totals, nth, later)
    forms = forms_of_course(there.course_id)
    scores = scores_day_after(forms, "phq-9")
    assert {number: score.total_score for number, score in scores.items()} == {n: totals[n] for n in answered}
    assert sum(one.instrument_id == "side-effects" for one in forms) == len(answered)
