"""The guide is fitted to one person's own visit, its place, nurse and times; what is not known is said otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from django.utils.translation import override

from dripstand.course import services as course
from dripstand.course.judging import DECIDE
from dripstand.guide.pages import LANGUAGES, PLACEHOLDERS, SOURCES, shipped
from dripstand.guide.queries import coming_visit, page_for, sentences, values_for
from dripstand.guide.reading_grade import grade
from dripstand.infusion import events as ev
from dripstand.people.services import deactivate
from dripstand.premises.queries import clinic_zone
from tests.people import (
    ADMINISTRATOR_KLEIN,
    FRONT_DESK_SORO,
    NURSE_OKAFOR,
    NURSE_REYES,
    another_chair,
    clinic_with_a_chair,
    signed_template,
    stored,
    wren_halloway,
)
from tests.rooms.infusion.stored_visits import observing, ref, weighed
from tests.rooms.outcomes.courses import ACourse, a_course

pytestmark = pytest.mark.django_db


def now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Held:
    booking_id: str
    starts_at: datetime


def held(there: ACourse, number: int, starts_at: datetime, nurse_id: str = "", chair_id: str = "") -> Held:
    """A place of one infusion, at the full hour by the clinic's clock."""
    answer = course.book(
        stored(FRONT_DESK_SORO),
        infusion_id=there.infusions[number],
        chair_id=chair_id or clinic_with_a_chair(),
        starts_at=starts_at,
        nurse_id=nurse_id or None,
        now=now(),
        accepted=DECIDE,
        reason="agreed with the patient",
    )
    assert isinstance(answer, course.Booked), answer
    return Held(answer.booking_id, starts_at)


def in_days(days: int) -> datetime:
    return (now() + timedelta(days=days)).replace(minute=0, second=0, microsecond=0)


def read(patient_id: str, slug: str, language: str = "en") -> str:
    with override(language):
        return page_for(patient_id, slug, language, now())[1]


# --- from the booking ------------------------------------------------------------------------------------------------


def test_before_the_visit_is_opened_place_nurse_and_times_are_those_of_the_booking() -> None:
    signed_template()
    there = a_course(first=in_days(3))
    one = held(there, 1, in_days(3), nurse_id=stored(NURSE_OKAFOR).staff_id)
    room = read(there.patient_id, "the-room")
    local = one.starts_at.astimezone(clinic_zone())
    assert f"You come to Heron Street Clinic on {local.day} {local:%B, %H:%M}." in room
    assert "Your place is: Harbour, Harbour 1." in room
    assert "J. Okafor will watch over you. If that changes, we tell you." in room
    assert "Yours is planned for 40 minutes." in read(there.patient_id, "how-long")
    assert "The number of infusions in your plan now: 6." in read(there.patient_id, "the-course")
    assert "Please eat nothing from" in read(there.patient_id, "the-day-before")


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("de", ("Ihr Platz ist hier: Harbour, Harbour 1.", "Auf Sie passt auf: J. Okafor.")),
        ("es", ("Su sitio es: Harbour, Harbour 1.", "Le cuida: J. Okafor.")),
    ],
)
def test_german_and_spanish_say_the_same_place_and_nurse(language: str, expected: tuple[str, ...]) -> None:
    signed_template()
    there = a_course(first=in_days(3))
    held(there, 1, in_days(3), nurse_id=stored(NURSE_OKAFOR).staff_id)
    room = read(there.patient_id, "the-room", language)
    for words in expected:
        assert words in room


def test_nobody_who_works_here_no_more_is_promised() -> None:
    signed_template()
    there = a_course(first=in_days(3))
    nurse = stored(NURSE_OKAFOR)
    held(there, 1, in_days(3), nurse_id=nurse.staff_id)
    deactivate(stored(ADMINISTRATOR_KLEIN), nurse.staff_id, now=now())
    room = read(there.patient_id, "the-room")
    assert "Okafor" not in room and "You will know the nurse by name." in room


def test_what_is_not_known_is_said_in_a_sentence_and_never_as_a_hole() -> None:
    signed_template()
    clinic_with_a_chair()
    patient_id = wren_halloway()
    pages = {slug: read(patient_id, slug) for slug in SOURCES}
    for slug, words in (
        ("the-room", "We tell you the day and the time as soon as they are set. We show you your place when you come."),
        ("the-room", "You will know the nurse by name."),
        ("the-day-before", "For some hours before, you may not eat, and later not drink."),
        ("the-day-before", "We have no name yet. Please tell us who comes."),
        ("how-long", "Your doctor sets how long yours is."),
        ("the-course", "Your own plan is not made yet."),
        ("the-day-before", "call us: the number on your appointment letter"),
    ):
        assert words in pages[slug], slug
    assert not any("we will tell you" in one or "{" in one for one in pages.values())


# --- from the chart --------------------------------------------------------------------------------------------------


def test_who_watches_and_where_is_the_charts_as_soon_as_it_says_so() -> None:
    there = a_course(first=now())
    other = another_chair()
    held(there, 1, in_days(0) + timedelta(hours=1), nurse_id=stored(NURSE_OKAFOR).staff_id, chair_id=other)
    visit = weighed(patient_id=there.patient_id, infusion_id=there.infusions[1])
    assert "Your place is: Harbour, Harbour 1." in read(there.patient_id, "the-room"), "the chart has another chair"
    assert "J. Okafor will watch over you" in read(there.patient_id, "the-room"), "nobody has taken the chair yet"
    visit.must(ev.ObserverNamed(ref(NURSE_REYES)))
    room = read(there.patient_id, "the-room")
    assert "M. Reyes will watch over you" in room and "Okafor" not in room


def test_a_visit_whose_drug_is_over_lends_neither_its_place_nor_its_nurse_to_the_next() -> None:
    there = a_course(first=now())
    visit = observing(patient_id=there.patient_id, infusion_id=there.infusions[1])
    assert visit.chart.chair is not None and visit.chart.observer is not None
    assert "We show you your place when you come." in read(there.patient_id, "the-room")
    assert visit.chart.observer.name not in read(there.patient_id, "the-room")
    other = another_chair()
    one = held(there, 2, in_days(3), chair_id=other)
    coming = coming_visit(there.patient_id, now())
    assert (coming.starts_at, coming.room, coming.nurse) == (one.starts_at, "Meadow 1, room", "")


# --- every page, in every language -----------------------------------------------------------------------------------

KNOWN = {
    "clinic": "Heron Street Clinic",
    "when": "9 March, 09:00",
    "food_until": "9 March, 05:30",
    "drink_until": "9 March, 07:30",
    "room": "Harbour",
    "chair": "Harbour 1",
    "nurse": "M. Reyes",
    "escort": "Sam Field",
    "minutes": "40",
    "infusions": "6",
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("known", [KNOWN, dict.fromkeys(KNOWN, "")], ids=["all known", "nothing known"])
def test_a_page_is_as_easy_to_read_once_it_is_fitted(language: str, known: dict[str, str]) -> None:
    with override(language):
        said = sentences(known)
    for slug, text in shipped(language).items():
        body = text.body
        for name, words in {**known, **said}.items():
            body = body.replace(f"{{{name}}}", words)
        assert grade(body, language) <= 8.0, slug


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_sentence_has_another_one_for_when_its_fact_is_missing_in_every_language(language: str) -> None:
    with override(language):
        all_of_it, nothing = sentences(KNOWN), sentences(dict.fromkeys(KNOWN, ""))
    assert set(all_of_it) == set(nothing) == {name for name in PLACEHOLDERS if name.startswith("your_")}
    for name, words in nothing.items():
        assert words != all_of_it[name] and "%" not in words + all_of_it[name]
    if language != "en":
        with override("en"):
            english = sentences(KNOWN) | {
                f"no {name}": words for name, words in sentences(dict.fromkeys(KNOWN, "")).items()
            }
        assert not set(english.values()) & {*all_of_it.values(), *nothing.values()}


def test_the_placeholders_of_pages_that_a_clinic_wrote_before_still_stand_for_something() -> None:
    signed_template()
    there = a_course(first=in_days(3))
    held(there, 1, in_days(3), nurse_id=stored(NURSE_OKAFOR).staff_id)
    values = values_for(there.patient_id, "en", now())
    assert set(values) == PLACEHOLDERS
    assert (values["room"], values["minutes"], values["infusions"]) == ("Harbour", "40", "6")
