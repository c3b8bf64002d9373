"""What reminders say: everything that is asked, in every language, and never what for unless the patient allowed it."""

from __future__ import annotations

import re
from datetime import datetime
from itertools import product
from zoneinfo import ZoneInfo

import pytest

from dripstand.course.feeds import PATIENT_SUMMARY
from dripstand.course.reminder_texts import LANGUAGES, TEXTS, WEEKDAYS, About, Kind, due_at, message

CHICAGO = ZoneInfo("America/Chicago")
NAMES_THE_TREATMENT = re.compile(
    r"ket[aá]m|esket|spravato|infus|perfus|drip|tropf|gotero|suero|psych|psiqu|psic|depress|depres|deprim|"
    r"bipolar|suizid|suicid|mood|stimmung|[aá]nimo|droge|drug|droga|anesth|anäst|anest|narkos|vein|vene\b|vena\b|"
    r"clinic|klinik|clínica|therap|terap|treatment|behandl|tratamiento|dissoz|dissoc|disoci",
    re.IGNORECASE,
)


def about(clinic: str = "Heron Street Ketamine Clinic") -> About:
    def at(hour: int, minute: int = 0) -> datetime:
        return datetime(2026, 3, 9, hour, minute, tzinfo=CHICAGO)

    return About(at(9), at(5, 30), at(7, 30), at(11, 10), "Sam", clinic, "https://front.example/l/secret/")


@pytest.mark.parametrize(("kind", "language"), tuple(product(Kind, LANGUAGES)))
def test_no_message_in_any_language_names_the_treatment_or_the_clinic(kind: Kind, language: str) -> None:
    subject, body = message(kind, about(), language, may_name_treatment=False)
    assert NAMES_THE_TREATMENT.search(subject + body) is None
    assert "Heron" not in subject + body


@pytest.mark.parametrize(("kind", "language"), tuple(product(Kind, LANGUAGES)))
def test_where_the_patient_allowed_it_the_text_says_what_for_and_the_subject_still_does_not(
    kind: Kind, language: str
) -> None:
    subject, body = message(kind, about(), language, may_name_treatment=True)
    assert NAMES_THE_TREATMENT.search(subject) is None  # a lock screen shows it
    assert NAMES_THE_TREATMENT.search(body) and "Heron" in body


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_day_before_says_when_until_when_to_eat_and_drink_who_fetches_and_where_to_answer(language: str) -> None:
    subject, body = message(Kind.EVE, about(), language, may_name_treatment=False)
    for said in ("09:00", "05:30", "07:30", "11:10", "Sam", "https://front.example/l/secret/"):
        assert said in body
    assert WEEKDAYS[language][0] in body and WEEKDAYS[language][0] in subject


@pytest.mark.parametrize("language", LANGUAGES)
def test_three_days_before_says_the_medicines_and_the_escort(language: str) -> None:
    _subject, body = message(Kind.AHEAD, about(), language, may_name_treatment=False)
    assert TEXTS[language]["medicines"] in body and "Sam" in body


def test_every_language_says_the_same_things_with_the_same_blanks() -> None:
    blanks = {
        language: {name: sorted(re.findall(r"{(\w+)}", text)) for name, text in texts.items()}
        for language, texts in TEXTS.items()
    }
    assert blanks["en"] == blanks["de"] == blanks["es"]


def test_an_unknown_language_is_english() -> None:
    assert message(Kind.EVE, about(), "tlh", may_name_treatment=False) == message(
        Kind.EVE, about(), "en", may_name_treatment=False
    )


def test_a_patients_calendar_never_names_the_treatment_either() -> None:
    assert set(PATIENT_SUMMARY) == set(LANGUAGES)
    assert not any(NAMES_THE_TREATMENT.search(words) for words in PATIENT_SUMMARY.values())


@pytest.mark.parametrize(
    ("starts", "kind", "due"),
    [
        ("2026-03-09T09:00", Kind.EVE, "2026-03-08T10:00-05:00"),  # the day on which the clock went forward
        ("2026-03-09T09:00", Kind.AHEAD, "2026-03-06T10:00-06:00"),
        ("2026-11-02T09:00", Kind.EVE, "2026-11-01T10:00-06:00"),
    ],
)
def test_reminders_leave_at_ten_by_the_clinic_s_clock(starts: str, kind: Kind, due: str) -> None:
    at = datetime.fromisoformat(starts).replace(tzinfo=CHICAGO)
    assert due_at(kind, at, CHICAGO).isoformat(timespec="minutes") == due
