"""What is acceptable when somebody types an answer, a medicine, a result: plain rules, each with one sentence or ""."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _

from dripstand.evaluation import workup
from dripstand.evaluation.entries import NOT_KNOWN, Outcome, ResultRecorded, TrialRecorded
from dripstand.evaluation.questions import OF_NAME, Kind, Question
from dripstand.people.checks import line_words

REASON_LEAST_COUNT = 10  # letters: "ok" is no reason
MOST_LETTERS_COUNT = 2000
MOST_DOSE_MG = Decimal(20_000)
MOST_WEEKS = Decimal(2_000)
FUTURE_TOLERANCE = timedelta(minutes=5)
A_ZONE = timedelta(days=1)
"""So far may a moment's day in UTC lie from the day on the clinic's calendar."""


def tidied(question: str, value: str) -> str:
    """An answer without spaces at its ends; words keep their lines, a decimal comma becomes a point."""
    asked = OF_NAME.get(question)
    text = value.replace("\r\n", "\n").strip()
    return text.replace(",", ".") if asked is not None and asked.kind is Kind.NUMBER else text


def answer_words(question: Question, value: str) -> str:
    """What is wrong with one answer, or "". An empty one takes an earlier answer back."""
    if not value:
        return ""
    if question.values:
        return "" if value in question.values else _("Choose one of the answers.")
    if question.kind is Kind.NUMBER:
        return number_words(value, question.lowest, question.highest)
    return _("At most %(count)d letters.") % {"count": MOST_LETTERS_COUNT} if len(value) > MOST_LETTERS_COUNT else ""


def number_words(value: str, lowest: Decimal | None, highest: Decimal | None) -> str:
    """What is wrong with a number as typed, or ""."""
    try:
        number = Decimal(value)
    except InvalidOperation:
        return "" if value == NOT_KNOWN else _("A number.")
    if not number.is_finite():
        return _("A number.")
    if (lowest is not None and number < lowest) or (highest is not None and number > highest):
        return _("Between %(low)s and %(high)s.") % {"low": lowest, "high": highest}
    return ""


def answers_words(answers: Mapping[str, str], notes: Mapping[str, str]) -> dict[str, str]:
    """What is wrong with each of these answers."""
    wrong: dict[str, str] = {}
    for name, value in answers.items():
        question = OF_NAME.get(name)
        words = answer_words(question, value) if question is not None else _("There is no such question.")
        words = words or line_words(notes.get(name, ""), most_count=500, required=False)
        if words:
            wrong[name] = words
    return wrong


def past_day_words(day: date | None, today: date) -> str:
    return _("This day has not been yet.") if day is not None and day > today else ""


def medicine_words(name: str, dose_mg: Decimal | None, since: date | None, today: date) -> dict[str, str]:
    """What is wrong with a medicine as typed."""
    words = {
        "name": line_words(name, most_count=120),
        "dose_mg_per_day": amount_words(dose_mg, MOST_DOSE_MG),
        "since_on": past_day_words(since, today + timedelta(days=1)),
    }
    return {field: sentence for field, sentence in words.items() if sentence}


def amount_words(amount: Decimal | None, most: Decimal) -> str:
    if amount is None:
        return ""
    if not amount.is_finite() or not 0 < amount <= most:
        return _("More than 0 and at most %(most)s; empty where it is not known.") % {"most": most}
    return ""


def trial_words(trial: TrialRecorded) -> dict[str, str]:
    """What is wrong with an earlier treatment as typed."""
    words = {
        "name": line_words(trial.name, most_count=120),
        "dose_mg_per_day": amount_words(trial.dose_mg_per_day, MOST_DOSE_MG),
        "lasted_weeks": amount_words(trial.lasted_weeks, MOST_WEEKS),
    }
    return {field: sentence for field, sentence in words.items() if sentence}


def result_words(result: ResultRecorded, birth_date: date, now: datetime) -> dict[str, str]:
    """What is wrong with a result as typed, of somebody born that day."""
    test = workup.OF_NAME.get(result.test)
    if test is None:
        return {"test": _("There is no such test.")}
    words: dict[str, str] = {}
    if test.shape is workup.Shape.FINDING:
        words["value"] = "" if result.value in test.findings else _("Choose one of the answers.")
    else:
        words["value"] = number_words(result.value, test.lowest, test.highest) if result.value else _("A number.")
        if workup.number_of(result) is None:
            words["value"] = _("A number.")
    if test.shape is workup.Shape.RANGE:
        words["high"] = _range_words(result)
    if result.taken_at > now + FUTURE_TOLERANCE:
        words["taken_at"] = _("This has not been yet.")
    elif result.taken_at.date() < birth_date - A_ZONE:
        words["taken_at"] = _("The patient is born %(date)s. Look at the year of the result.") % {
            "date": birth_date.isoformat()
        }
    words["note"] = line_words(result.note, most_count=300, required=False)
    words["unit"] = line_words(result.unit, most_count=30, required=False)
    return {field: sentence for field, sentence in words.items() if sentence}


def _range_words(result: ResultRecorded) -> str:
    low, high = result.low, result.high
    if low is None and high is None:
        return _("Copy the reference range from the report; one end is enough.")
    if not all(end is None or end.is_finite() for end in (low, high)):
        return _("A number.")
    return _("The upper end lies below the lower one.") if low is not None and high is not None and high < low else ""


def reason_words(reason: str) -> str:
    """What is wrong with a reason, or ""."""
    if len(reason) < REASON_LEAST_COUNT:
        return _("Say why, in a few words.")
    return line_words(reason, most_count=500)


def decision_words(outcome: Outcome, reason: str, valid_for_d: int, most_d: int) -> dict[str, str]:
    """What is wrong with a decision as asked for."""
    wrong: dict[str, str] = {}
    may_be_silent = outcome is Outcome.ELIGIBLE
    words = line_words(reason, most_count=500, required=False) if may_be_silent else reason_words(reason)
    if words:
        wrong["reason"] = words
    if not 1 <= valid_for_d <= most_d:
        wrong["valid_for_d"] = _("Between 1 and %(most)d days; the protocol sets the most.") % {"most": most_d}
    return wrong


def consent_text_words(title: str, body: str, statements: Sequence[str]) -> dict[str, str]:
    """What is wrong with a consent text to be published."""
    words = {
        "title": line_words(title, most_count=200),
        "body": "" if 100 <= len(body) <= 20_000 else _("Between 100 and 20000 letters."),
        "statements": "" if 1 <= len(statements) <= 12 else _("One to twelve sentences, one on each line."),
    }
    return {field: sentence for field, sentence in words.items() if sentence}


def signature_words(signed_as: str, name: str) -> dict[str, str]:
    """What is wrong with a name that a patient wrote as their signature: it is the name in the record."""
    if not signed_as:
        return {"signed_as": _("Write your name.")}
    if signed_as.casefold() != name.casefold():
        return {"signed_as": _("This is not the name in the record. Ask the clinic if that one is wrong.")}
    return {}
