"""Until when drug may still start today, as the day's list and the page of somebody at the door say it."""

from __future__ import annotations

import pytest

from dripstand.live import clock
from dripstand.premises.queries import chairs
from dripstand.premises.services import close
from tests.people import ADMINISTRATOR_KLEIN, NURSE_REYES, stored
from tests.rooms.course.courses import NOW, booked, in_induction, local, on_the_rota, open_on_weekdays
from tests.rooms.guide.coming import signed_in

pytestmark = pytest.mark.django_db
TUESDAY = "2026-03-10"


def closed(from_at: str, until: str, words: str, chair_id: str = "") -> None:
    close(
        stored(ADMINISTRATOR_KLEIN), starts_at=local(f"{TUESDAY}T{from_at}"), ends_at=local(f"{TUESDAY}T{until}"),
        words=words, chair_id=chair_id, now=NOW,
    )  # fmt: skip


def said(path: str, at: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(clock.CLOCK, "now", lambda: local(at))
    answer = signed_in(NURSE_REYES).get(path)
    assert answer.status_code == 200
    text = answer.content.decode().replace("<strong>", "").replace("</strong>", "")
    return " ".join(text.split())


def test_who_comes_late_is_started_before_a_closure_of_the_clinic_or_of_their_chair(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    open_on_weekdays()
    course = in_induction()
    booked(course, 1, f"{TUESDAY}T09:00")
    page = f"/day/{TUESDAY}/"
    assert "Last safe start 15:20: the clinic closes at 17:00." in said(page, f"{TUESDAY}T09:40", monkeypatch)
    closed("08:00", "08:30", "delivery")
    closed("14:00", "17:00", "paint", chairs()[0].chair_id)
    assert "Last safe start 12:20: closed from 14:00 (" in said(page, f"{TUESDAY}T09:40", monkeypatch)
    closed("12:00", "12:30", "lunch")
    told = said(page, f"{TUESDAY}T09:40", monkeypatch)
    assert "Last safe start 12:20" not in told, "that would run into lunch, and after lunch is no time"
    assert "Last safe start 10:20: closed from 12:00 (lunch)" in told
    closed("12:00", "18:00", "fire drill")
    assert "Last safe start 10:20: closed from 12:00 (fire drill)." in said(page, f"{TUESDAY}T09:40", monkeypatch)


@pytest.mark.parametrize(
    ("day", "why"),
    [
        ("2026-03-08", "the clinic does not open on this day"),
        ("2026-03-10", "by the rota nobody who can watch is there on this day"),
        ("2026-03-09", "closed from 00:00 (holiday)"),
    ],
)
def test_where_nobody_is_treated_no_start_is_safe_and_the_page_says_why(
    day: str, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_on_weekdays()
    course = in_induction()
    booked(course, 1, f"{day}T09:00")
    on_the_rota(NURSE_REYES, weekdays=(0, 6))
    close(
        stored(ADMINISTRATOR_KLEIN), starts_at=local("2026-03-09T00:00"), ends_at=local("2026-03-10T00:00"),
        words="holiday", now=NOW,
    )  # fmt: skip
    assert f"No safe start: {why}." in said(f"/day/{day}/", f"{day}T08:00", monkeypatch)
    door = said(f"/course/{course.course_id}/at-the-door/", f"{day}T08:00", monkeypatch)
    assert f"no safe start today: {why}" in door


def test_a_short_closure_later_today_is_a_gap_and_not_the_end_of_the_day(monkeypatch: pytest.MonkeyPatch) -> None:
    open_on_weekdays()
    course = in_induction()
    closed("09:30", "10:00", "delivery")
    for at in ("08:05", "09:10"):
        door = said(f"/course/{course.course_id}/at-the-door/", f"{TUESDAY}T{at}", monkeypatch)
        assert "last safe start 15:20: the clinic closes at 17:00; none between 07:50 and 10:00: closed from" in door
        assert "no safe start" not in door
    door = said(f"/course/{course.course_id}/at-the-door/", f"{TUESDAY}T10:05", monkeypatch)
    assert "last safe start 15:20: the clinic closes at 17:00<" in door, "it is over"
