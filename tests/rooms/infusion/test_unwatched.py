"""An infusing chair that no awake screen shows pages somebody elsewhere (H34, H62)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import pytest

from dripstand.infusion import events as ev
from dripstand.infusion.unwatched import AGAIN_AFTER, KIND, PAGED_AFTER_S, Unwatched
from dripstand.live.screens import Attention
from dripstand.people.on_call_queries import pages_not_seen
from dripstand.people.paging import see_page
from tests.rooms.infusion import stored_visits as visits

pytestmark = pytest.mark.django_db


class Watch:
    """A clinic's screens and its clock, set by hand."""

    def __init__(self) -> None:
        self.at_s = 1_000.0
        self.how = Attention.ATTENDED
        self.unwatched = Unwatched(lambda: self.at_s, self._attention)

    def _attention(self, topics: list[str]) -> Mapping[str, Attention]:
        return {} if self.how is Attention.ATTENDED else dict.fromkeys(topics, self.how)

    def look(self, visit: visits.StoredVisit, after_s: float) -> list[str]:
        self.at_s += after_s
        return self.unwatched.look(visit.now + timedelta(seconds=self.at_s - 1_000.0))


def kinds() -> list[str]:
    return [page.kind for page in pages_not_seen()]


@pytest.mark.hazard("H34", "H62")
@pytest.mark.parametrize("how", [Attention.NOBODY, Attention.HIDDEN])
def test_a_chair_that_no_awake_screen_shows_for_a_minute_pages_the_on_call_once(how: Attention) -> None:
    visit, watch = visits.infusing(), Watch()
    watch.look(visit, 5)
    watch.how = how
    for _ in range(11):
        assert watch.look(visit, 5) == []
    for _ in range(10):
        watch.look(visit, 5)
    assert kinds() == [KIND]
    (page,) = pages_not_seen()
    assert page.path == f"/session/{visit.session_id}/"
    assert "no awake screen" in page.words and visit.chart.opened.patient_name not in page.words


@pytest.mark.hazard("H34", "H62")
@pytest.mark.parametrize("how", [Attention.ATTENDED, Attention.SILENT])
def test_a_chair_that_somebody_sees_pages_nobody(how: Attention) -> None:
    visit, watch = visits.infusing(), Watch()
    watch.how = how
    for _ in range(30):
        assert watch.look(visit, 5) == []


@pytest.mark.hazard("H34", "H62")
def test_a_screen_that_wakes_within_the_minute_begins_it_anew() -> None:
    visit, watch = visits.infusing(), Watch()
    watch.how = Attention.NOBODY
    watch.look(visit, 0)
    watch.look(visit, PAGED_AFTER_S - 1)
    watch.how = Attention.ATTENDED
    watch.look(visit, 5)
    watch.how = Attention.NOBODY
    watch.look(visit, 5)
    assert watch.look(visit, PAGED_AFTER_S - 1) == []
    assert len(watch.look(visit, 2)) == 1


@pytest.mark.hazard("H34", "H39")
def test_while_it_stays_unwatched_another_page_follows_a_persons_word() -> None:
    visit, watch = visits.infusing(), Watch()
    watch.how = Attention.NOBODY
    watch.look(visit, 0)
    (first,) = watch.look(visit, PAGED_AFTER_S)
    see_page(visits.NURSE_OKAFOR, first, now=visit.now + timedelta(seconds=PAGED_AFTER_S))
    assert watch.look(visit, AGAIN_AFTER.total_seconds() - 5) == []
    assert len(watch.look(visit, 10)) == 1


@pytest.mark.hazard("H34", "H62")
def test_a_demo_that_nobody_has_opened_yet_pages_nobody_and_one_that_was_left_does(settings: object) -> None:
    settings.DEMO = True  # type: ignore[attr-defined]
    visit, watch = visits.infusing(), Watch()
    watch.how = Attention.NOBODY
    watch.look(visit, 0)
    assert watch.look(visit, 10 * PAGED_AFTER_S) == []
    watch.how = Attention.ATTENDED
    watch.look(visit, 5)
    watch.how = Attention.NOBODY
    watch.look(visit, 5)
    assert len(watch.look(visit, PAGED_AFTER_S)) == 1


@pytest.mark.hazard("H62")
def test_a_chair_that_no_longer_infuses_needs_no_screen() -> None:
    visit, watch = visits.infusing(), Watch()
    visit.wait(5).must(ev.InfusionStopped(ev.StopReason.PATIENT_ASKED))
    watch.how = Attention.NOBODY
    watch.look(visit, 0)
    assert watch.look(visit, 10 * PAGED_AFTER_S) == []
