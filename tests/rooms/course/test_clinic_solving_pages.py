"""The clinic's fortnight and a repair through their pages: who may, what is ticked, what was overtaken."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dripstand.course import clinic_solving, queries, services, solving
from dripstand.course.scheduling import Limits, propose
from dripstand.jobs.models import Job, State
from dripstand.jobs.worker import Worker
from dripstand.people.access import Forbidden
from dripstand.premises.services import close
from tests.people import (
    ADMINISTRATOR_KLEIN,
    FRONT_DESK_SORO,
    NURSE_OKAFOR,
    NURSE_REYES,
    clinic_with_a_chair,
    ren_halloway,
    stored,
    wren_halloway,
)
from tests.rooms.course.clinic_searches import (
    QUICK,
    GivenRun,
    client_of,
    finished,
    fortnight,
    monday_ahead,
    repaired,
)
from tests.rooms.course.clinic_searches import in_this_process as in_this_process  # a fixture
from tests.rooms.course.courses import MONDAY, NOW, booked, in_induction, local, on_the_rota, open_on_weekdays

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("in_this_process")]


def test_the_page_asks_ends_early_books_what_is_ticked_and_leaves_the_rest() -> None:
    open_on_weekdays()
    first, now = monday_ahead(), datetime.now(UTC)
    course = in_induction(wren_halloway(), first_on=first, now=now)
    desk = client_of(FRONT_DESK_SORO)
    assert b"6 infusions wait" in desk.get("/calendar/fortnight/", {"first": str(first + timedelta(days=7))}).content
    asked = desk.post("/calendar/fortnight/", {"what": "ask", "first": str(first)})
    job_id = asked["Location"].split("job=")[1]
    assert desk.post("/calendar/fortnight/", {"what": "ask", "first": str(first)})["Location"] == asked["Location"]
    Job.objects.filter(pk=job_id).update(progress_words="placed=2 wanted=4 cost=120 bound=96 seconds=7")
    running = desk.get(asked["Location"]).content.decode()
    assert "2 of 4 infusions have a place" in running and "Take the best so far" in running
    assert "120 points stand against the best so far; no plan has fewer than 96." in running
    found = fortnight(GivenRun(now=now, first=str(first)))
    finished(job_id, found)
    page = desk.get(asked["Location"]).content.decode()
    assert "4 places found" in page and "new" in page
    ticked = [course.series[0].infusion_id]
    answer = desk.post("/calendar/fortnight/", {"what": "take", "job": job_id, "infusion": ticked})
    assert answer.status_code == 303
    now_booked = [one.number for one in queries.course(course.course_id).series if one.booking is not None]
    assert now_booked == [1]
    again = desk.get(asked["Location"]).content.decode()
    assert "1 visit of this proposal was changed meanwhile" in again and "3 places found" in again
    nothing = desk.post("/calendar/fortnight/", {"what": "take", "job": job_id})
    assert nothing.status_code == 303 and len(queries.bookings_of(course.patient_id)) == 1


def test_a_repair_that_was_overtaken_moves_nothing_stale() -> None:
    open_on_weekdays()
    first, now = monday_ahead(), datetime.now(UTC)
    course = in_induction(wren_halloway(), first_on=first, now=now)
    booking_id = booked(course, 1, f"{first}T09:00", now=now)
    desk = client_of(FRONT_DESK_SORO)
    close(
        stored(ADMINISTRATOR_KLEIN),
        starts_at=local(f"{first}T00:00"),
        ends_at=local(f"{first}T23:00"),
        words="new floor",
        now=now,
    )
    page = desk.get("/calendar/repair/").content.decode()
    assert "1 booking stands no longer" in page and "Closed then: new floor." in page
    assert "1 booking of this week stands no longer" in desk.get("/calendar/", {"day": str(first)}).content.decode()
    asked = desk.post("/calendar/repair/", {"what": "ask"})
    job_id = asked["Location"].split("job=")[1]
    finished(job_id, repaired(GivenRun(now=now, first=str(now.date()), moves=[])))
    assert "1 booking would move" in desk.get(asked["Location"]).content.decode()
    later = first + timedelta(days=2)
    services.move(
        stored(FRONT_DESK_SORO),
        booking_id=booking_id,
        chair_id=clinic_with_a_chair(),
        starts_at=local(f"{later}T13:00"),
        now=now,
    )
    overtaken = desk.get(asked["Location"]).content.decode()
    assert "changed meanwhile" in overtaken
    desk.post("/calendar/repair/", {"what": "take", "job": job_id, "infusion": [course.series[0].infusion_id]})
    assert queries.booking(booking_id).starts_at == local(f"{later}T13:00")


def test_a_place_that_is_taken_offers_a_repair_and_one_that_fits_does_not() -> None:
    open_on_weekdays()
    first, now = monday_ahead(), datetime.now(UTC)
    wren = in_induction(wren_halloway(), first_on=first, now=now)
    ren = in_induction(ren_halloway(), first_on=first, now=now)
    booked(wren, 1, f"{first}T09:00", now=now)
    booked(ren, 1, f"{first}T12:00", now=now)
    desk, chair = client_of(FRONT_DESK_SORO), clinic_with_a_chair()
    place = f"/calendar/place/{wren.series[0].infusion_id}/"
    taken = desk.get(place, {"chair": chair, "on": str(first), "clock": "12:00"}).content.decode()
    assert "Look for the least disturbing repair" in taken and "This cannot be booked" in taken
    free = desk.get(place, {"chair": chair, "on": str(first), "clock": "14:30"}).content.decode()
    assert "Look for the least disturbing repair" not in free
    lost = desk.post("/calendar/repair/", {"what": "ask", "booking": "nonsense", "chair": chair, "at": "soon"})
    assert lost["Location"] == "/calendar/repair/", "nothing is searched for what is not there"


def test_who_books_nothing_asks_for_nothing_either() -> None:
    open_on_weekdays()
    lead = replace(stored(ADMINISTRATOR_KLEIN))
    for ask in (
        lambda: services.ask_for_the_fortnight(lead, first=MONDAY, now=NOW),
        lambda: services.ask_for_a_repair(lead, first=MONDAY, now=NOW),
        lambda: services.take_the_best_so_far(lead, job_id="", now=NOW),
    ):
        with pytest.raises(Forbidden):
            ask()
    assert Job.objects.filter(kind__in=[solving.KIND, clinic_solving.WHOLE_KIND]).count() == 0
    assert client_of(ADMINISTRATOR_KLEIN).get("/calendar/fortnight/").status_code == 403
    assert client_of(ADMINISTRATOR_KLEIN).get("/calendar/repair/").status_code == 403
    assert client_of(NURSE_REYES).get("/calendar/repair/").status_code == 200


def test_who_is_to_be_at_the_chair_is_named_in_the_form_kept_and_judged() -> None:
    open_on_weekdays()
    first, now = monday_ahead(), datetime.now(UTC)
    on_the_rota(NURSE_REYES)
    on_the_rota(NURSE_OKAFOR, weekdays=(1,))  # Tuesdays only
    wren = in_induction(wren_halloway(), first_on=first, now=now)
    desk, chair = client_of(FRONT_DESK_SORO), clinic_with_a_chair()
    place = f"/calendar/place/{wren.series[0].infusion_id}/"
    reyes, okafor = stored(NURSE_REYES).staff_id, stored(NURSE_OKAFOR).staff_id
    asked = {"chair": chair, "on": str(first), "clock": "09:00"}
    form = desk.get(place, asked).content.decode()
    assert form.index("M. Reyes</option>") < form.index("J. Okafor, not there then</option>")
    assert (
        "J. Okafor is not there" not in form
        and "is not there for the whole" in desk.get(place, {**asked, "nurse": okafor}).content.decode()
    )
    at = local(f"{first}T09:00").strftime("%Y-%m-%dT%H:%MZ")
    sent = {"chair": chair, "at": at, "nurse": reyes, "codes": "", "submission_id": "form-1"}
    assert desk.post(place, sent).status_code == 303
    held = queries.infusion(wren.series[0].infusion_id).booking
    assert held is not None and held.nurse_id == reyes
    assert "M. Reyes" in desk.get("/calendar/", {"day": str(first)}).content.decode()
    # Moved without a word about it, the name stays; taken back, it goes.
    later = local(f"{first}T10:00").strftime("%Y-%m-%dT%H:%MZ")
    assert f'<option value="{reyes}" selected>' in desk.get(place, {"chair": chair, "at": later}).content.decode()
    desk.post(place, {**sent, "at": later, "nurse": "", "submission_id": "form-2"})
    held = queries.infusion(wren.series[0].infusion_id).booking
    assert held is not None and held.nurse_id == ""


def test_whoever_waits_takes_the_best_so_far_and_the_search_ends_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    open_on_weekdays()
    first, now = monday_ahead(), datetime.now(UTC)
    in_induction(wren_halloway(), first_on=first, now=now)

    def never_ends(problem: Any, limits: Limits, *, on_progress: Any, must_stop: Any) -> Any:
        plan = propose(problem, QUICK, on_progress=on_progress)
        until_s = time.monotonic() + 30
        while not must_stop() and time.monotonic() < until_s:
            time.sleep(0.02)
        return plan

    monkeypatch.setattr(clinic_solving, "proposed", never_ends)
    desk, worker = client_of(FRONT_DESK_SORO), Worker()
    address = desk.post("/calendar/fortnight/", {"what": "ask", "first": str(first)})["Location"]
    job_id = address.split("job=")[1]

    def shows(words: str) -> bool:
        worker.turn()  # again and again, as a server does: other long work may have come first
        return words in desk.get(address).content.decode()

    assert waits_for(lambda: shows("Take the best so far"))
    began_s = time.monotonic()
    assert desk.post("/calendar/fortnight/", {"what": "enough", "job": job_id}).status_code == 303
    assert waits_for(lambda: shows("4 places found"))
    assert time.monotonic() - began_s < 10 and Job.objects.get(pk=job_id).state == State.DONE
    worker.stop()


def waits_for(seen: Callable[[], bool], within_s: float = 20.0) -> bool:
    until_s = time.monotonic() + within_s
    while time.monotonic() < until_s:
        if seen():
            return True
        time.sleep(0.05)
    return False
