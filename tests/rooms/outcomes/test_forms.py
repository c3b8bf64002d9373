"""Questionnaires as stored: item by item, append-only, scored anew, with who answered and when."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

import pytest
from django.db import DatabaseError, connection, transaction

from dripstand.outcomes import queries, services
from dripstand.outcomes.errors import NoSuchQuestionnaire, UnknownInstrument
from dripstand.outcomes.filled import ByWhom
from dripstand.outcomes.models import Answer, Questionnaire
from dripstand.outcomes.occasions import Occasion
from dripstand.outcomes.schedule import Course, Infusion, Plan, Standing, due
from dripstand.outcomes.score import Counted
from dripstand.outcomes.suicidality import Place
from dripstand.people.access import Forbidden
from dripstand.people.errors import NoSuchPatient, Unacceptable
from tests.people import FRONT_DESK_SORO, NOW, NURSE_REYES, PRESCRIBER_VANCE, ren_halloway, stored, wren_halloway
from tests.rooms.outcomes.filling import begin, by_link, days, fill, give

pytestmark = pytest.mark.django_db


def test_a_patient_answers_item_by_item_and_each_answer_is_there_at_once() -> None:
    wren = wren_halloway()
    form = begin(by_link(wren), wren)
    for number in range(1, 9):
        give(by_link(wren), form, str(number), 2, now=NOW + timedelta(seconds=number))
    assert len(queries.filled(form).given) == 8 and queries.filled(form).is_open
    give(by_link(wren), form, "9", 0)
    found = services.finish(by_link(wren), form, now=NOW + timedelta(minutes=2))
    assert (found.score.total_score, found.score.band_name, found.score.counted) == (
        16,
        "moderately severe",
        "complete",
    )
    assert found.score.recall_words == "the last 2 weeks"
    assert {each.by for each in found.form.given} == {ByWhom.LINK}


def test_the_newest_answer_counts_and_the_earlier_one_is_kept() -> None:
    wren = wren_halloway()
    form = begin(by_link(wren), wren)
    give(by_link(wren), form, "1", 3)
    give(by_link(wren), form, "1", 1)
    found = queries.filled(form)
    assert found.answers.of("1") == 1 and [each.value for each in found.given] == [3, 1]


def test_one_submission_answers_once_however_often_it_is_sent() -> None:
    wren = wren_halloway()
    form = begin(by_link(wren), wren)
    for value in (2, 3):
        services.answer(by_link(wren), form, item="1", value=value, submission_id="same", now=NOW)
    assert [each.value for each in queries.filled(form).given] == [2]


def test_begun_twice_with_one_id_it_is_begun_once_and_never_for_another_patient() -> None:
    wren, ren = wren_halloway(), ren_halloway()
    form = begin(by_link(wren), wren)
    assert begin(by_link(wren), wren, questionnaire_id=form) == form
    with pytest.raises(Unacceptable, match="another patient"):
        begin(by_link(ren), ren, questionnaire_id=form)
    assert Questionnaire.objects.count() == 1


def test_two_items_left_out_are_prorated_and_the_score_says_so_three_are_not_scored() -> None:
    wren = wren_halloway()
    two = fill(by_link(wren), wren, 2, 2, 2, 2, 2, 2, None, None, 0).score
    assert (
        two.counted is Counted.PRORATED and two.total_score == Fraction(12 * 9, 7) and two.missing_items == ("7", "8")
    )
    three = fill(by_link(wren), wren, 2, 2, 2, 2, 2, None, None, None, 0).score
    assert three.total_score is None and three.counted is Counted.NOT_SCORED


def test_an_answer_that_cannot_be_given_is_refused_and_nothing_is_kept() -> None:
    wren = wren_halloway()
    form = begin(by_link(wren), wren)
    for item, value in (("1", 4), ("1", -1), ("10", 1), ("total", 28)):
        with pytest.raises(Unacceptable):
            give(by_link(wren), form, item, value)
    with pytest.raises(Unacceptable, match="future"):
        services.answer(
            by_link(wren), form, item="1", value=1, submission_id="x", now=NOW, answered_at=NOW + timedelta(minutes=1)
        )
    assert not Answer.objects.exists()


def test_a_total_that_its_items_cannot_give_is_refused_and_taken_back_whole() -> None:
    wren, nurse = wren_halloway(), stored(NURSE_REYES)
    form = begin(nurse, wren)
    for number in range(1, 10):
        give(nurse, form, str(number), 1 if number < 9 else 0)
    with pytest.raises(Unacceptable), transaction.atomic():
        give(nurse, form, "total", 20)
    assert queries.filled(form).answers.entered_total_score is None


def test_a_scale_without_its_words_is_entered_as_a_total() -> None:
    wren, prescriber = wren_halloway(), stored(PRESCRIBER_VANCE)
    form = begin(prescriber, wren, "madrs")
    give(prescriber, form, "total", 31)
    give(prescriber, form, "10", 0)
    found = services.finish(prescriber, form, now=NOW)
    assert found.score.counted is Counted.TOTAL_ENTERED and found.score.total_score == 31
    assert found.form.needs_signature


def test_a_rating_is_signed_by_its_rater_and_a_correction_asks_for_it_anew() -> None:
    wren, prescriber = wren_halloway(), stored(PRESCRIBER_VANCE)
    form = begin(prescriber, wren, "madrs")
    give(prescriber, form, "total", 31)
    with pytest.raises(Unacceptable, match="Finish the scale first"):
        services.sign_rating(prescriber, form, seen_sha256=queries.filled(form).answers_sha256, now=NOW)
    services.finish(prescriber, form, now=NOW)
    with pytest.raises(Unacceptable, match="changed since"):
        services.sign_rating(prescriber, form, seen_sha256="0" * 64, now=NOW)
    services.sign_rating(prescriber, form, seen_sha256=queries.filled(form).answers_sha256, now=NOW)
    signed = queries.filled(form)
    assert not signed.needs_signature and signed.signature is not None
    assert signed.signature.rater_name == prescriber.name
    give(prescriber, form, "total", 13, reason="a slip of the key, 13 on paper")
    assert queries.filled(form).needs_signature and queries.filled(form).is_corrected


def test_nobody_signs_for_a_patients_own_scale() -> None:
    wren, nurse = wren_halloway(), stored(NURSE_REYES)
    found = fill(by_link(wren), wren, 1, 1, 1, 1, 1, 1, 1, 1, 0)
    with pytest.raises(Unacceptable, match="patient's own"):
        services.sign_rating(nurse, found.form.questionnaire_id, seen_sha256=found.form.answers_sha256, now=NOW)


def test_a_finished_form_is_corrected_by_staff_with_a_reason_and_by_nobody_else() -> None:
    wren, nurse = wren_halloway(), stored(NURSE_REYES)
    form = fill(by_link(wren), wren, 1, 1, 1, 1, 1, 1, 1, 1, 0).form.questionnaire_id
    with pytest.raises(Unacceptable, match="finished"):
        give(by_link(wren), form, "1", 3)
    with pytest.raises(Unacceptable, match="Say why"):
        give(nurse, form, "1", 3)
    give(nurse, form, "1", 3, reason="the patient said so afterwards")
    found = queries.filled(form)
    assert found.score.total_score == 10 and found.given[-1].by_name == nurse.name


def test_what_was_left_out_is_kept_as_left_out_with_its_reason() -> None:
    wren = wren_halloway()
    form = begin(by_link(wren), wren, occasion_key="before-1")
    give(by_link(wren), form, "1", 2)
    with pytest.raises(Unacceptable):
        services.skip(by_link(wren), form, reason="  ", now=NOW)
    found = services.skip(by_link(wren), form, reason="too tired today", now=NOW)
    assert found.end is not None and found.end.reason == "too tired today" and len(found.given) == 1
    assert found.handed is not None and found.handed.score is None
    with pytest.raises(Unacceptable, match="left out"):
        services.finish(by_link(wren), form, now=NOW)


def test_the_schedule_knows_done_partial_late_and_skipped_by_what_was_handed_in() -> None:
    wren, nurse = wren_halloway(), stored(NURSE_REYES)
    course = Course(tuple(Infusion(n, days(3 * n), days(3 * n) + timedelta(hours=1)) for n in range(1, 5)))
    slots = {each.key: each for each in due(Plan(), course, (), NOW)}

    def hand_in(key: str, at_days: float, *values: int | None) -> None:
        now = days(at_days)
        form = services.start(
            nurse, patient_id=wren, instrument_id="phq-9", occasion=slots[key].occasion, place=Place.CLINIC, now=now,
            due=slots[key],
        )  # fmt: skip
        if not values:
            services.skip(nurse, form, reason="asleep", now=now)
            return
        for number, value in enumerate(values, start=1):
            if value is not None:
                give(nurse, form, str(number), value, now=now)
        services.finish(nurse, form, now=now)

    hand_in("before-1/phq-9", 2.9, 1, 1, 1, 1, 1, 1, 1, 1, 0)
    hand_in("before-2/phq-9", 5.9, 1, 1, 1, 1, 1, 1, 1, None, 0)
    hand_in("before-3/phq-9", 9.4, 1, 1, 1, 1, 1, 1, 1, 1, 0)
    hand_in("before-4/phq-9", 11.9)
    handed = [each.handed for each in queries.forms_of(wren) if each.handed is not None]
    stand = {each.key: each.standing for each in due(Plan(), course, handed, days(30))}
    assert [stand[f"before-{n}/phq-9"] for n in range(1, 5)] == [
        Standing.DONE,
        Standing.PARTIAL,
        Standing.LATE,
        Standing.SKIPPED,
    ]


def test_a_paper_typed_in_later_counts_when_it_was_filled_and_says_who_typed_it() -> None:
    wren, nurse = wren_halloway(), stored(NURSE_REYES)
    form = begin(nurse, wren, now=days(1))
    for number in range(1, 10):
        services.answer(
            nurse, form, item=str(number), value=0, submission_id=f"p{number}", now=days(1), answered_at=NOW
        )
    found = services.finish(nurse, form, now=days(1)).form
    assert found.handed_in_at == NOW and found.given[0].recorded_at == days(1) and found.given[0].by is ByWhom.STAFF


def test_the_language_shown_is_kept_and_one_that_there_is_not_falls_back() -> None:
    wren = wren_halloway()
    assert queries.filled(begin(by_link(wren), wren, language="de")).language == "de"
    assert queries.filled(begin(by_link(wren), wren, language="tlh")).language == "en"
    assert queries.filled(begin(stored(NURSE_REYES), wren, "madrs", language="de")).language == ""


def test_what_is_not_there_is_not_guessed() -> None:
    wren, nurse = wren_halloway(), stored(NURSE_REYES)
    with pytest.raises(UnknownInstrument):
        begin(nurse, wren, "phq-99")
    with pytest.raises(NoSuchPatient):
        begin(nurse, "00000000-0000-4000-8000-00000000dead")
    for wrong in ("nothing", "00000000-0000-4000-8000-00000000dead"):
        with pytest.raises(NoSuchQuestionnaire):
            give(nurse, wrong, "1", 1)


def test_a_loaded_text_is_offered_and_one_that_does_not_fit_is_refused_with_everything_wrong() -> None:
    from dripstand.outcomes.instruments import instrument
    from tests.people import MEDICAL_LEAD_ABARA

    lead, kind = stored(MEDICAL_LEAD_ABARA), instrument("madrs")
    import json

    body = {
        "format": 1, "instrument": "madrs", "instrument_version": kind.version, "language": "en", "version": "1",
        "title": "T", "stem": "S", "items": {item.name: f"Item {item.name}" for item in kind.items},
        "choices": {str(n): f"c{n}" for n in range(7)}, "licence_holder": "Heron Street", "licence_reference": "L-1",
    }  # fmt: skip
    assert services.load_wording(lead, text=json.dumps(body), now=NOW) == "madrs"
    assert queries.instrument_in("madrs").wordings["en"].items["1"] == "Item 1"
    del body["stem"]
    with pytest.raises(Unacceptable, match="stem"):
        services.load_wording(lead, text=json.dumps(body), now=NOW)
    with pytest.raises(Unacceptable, match="no instrument"):
        services.load_wording(lead, text="[]", now=NOW)


@pytest.mark.hazard("H45")
@pytest.mark.parametrize("verb", ["DELETE FROM {}", "UPDATE {} SET id = id"])
@pytest.mark.parametrize("table", ["questionnaire", "answer", "ending"])
def test_the_database_keeps_what_was_answered(table: str, verb: str) -> None:
    wren = wren_halloway()
    fill(by_link(wren), wren, 1, 1, 1, 1, 1, 1, 1, 1, 0)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(verb.format(f"outcomes_{table}"))


def test_a_desk_hands_a_form_out_and_reads_or_fills_none() -> None:
    wren, desk = wren_halloway(), stored(FRONT_DESK_SORO)
    form = begin(desk, wren)
    with pytest.raises(Forbidden):
        give(desk, form, "1", 1)
    with pytest.raises(Forbidden):
        begin(desk, wren, "madrs")
    assert begin(stored(NURSE_REYES), wren, "madrs", occasion=Occasion.BASELINE)


@pytest.mark.hazard("H45")
def test_a_paper_typed_in_at_once_is_what_its_answers_one_by_one_are() -> None:
    wren, nurse = wren_halloway(), stored(NURSE_REYES)
    answers = {str(number): number % 4 for number in range(1, 9)} | {"9": 1}
    at_once, one_by_one = begin(nurse, wren), begin(nurse, wren)
    for _ in range(2):
        recorded = services.answer_paper(nurse, at_once, answers=answers, submission_id="paper", now=NOW)
    for item, value in answers.items():
        give(nurse, one_by_one, item, value)
    assert queries.filled(at_once).answers_sha256 == queries.filled(one_by_one).answers_sha256
    assert len(queries.filled(at_once).given) == 9, "sent twice it is recorded once"
    assert recorded.escalations and queries.escalations_about(one_by_one), "the ninth answer has its owner either way"


def test_of_a_paper_with_one_wrong_answer_nothing_is_kept_and_a_finished_form_takes_no_paper() -> None:
    wren, nurse = wren_halloway(), stored(NURSE_REYES)
    form = begin(nurse, wren)
    with pytest.raises(Unacceptable):
        services.answer_paper(nurse, form, answers={"1": 2, "2": 4}, submission_id="paper", now=NOW)
    assert not Answer.objects.exists()
    services.answer_paper(nurse, form, answers={"1": 2}, submission_id="paper", now=NOW)
    services.finish(nurse, form, now=NOW)
    with pytest.raises(Unacceptable, match="finished"):
        services.answer_paper(nurse, form, answers={"2": 1}, submission_id="again", now=NOW)
    with pytest.raises(Forbidden):
        services.answer_paper(stored(FRONT_DESK_SORO), form, answers={"2": 1}, submission_id="desk", now=NOW)


def test_an_impossible_total_from_before_it_was_refused_is_read_and_counts_for_nothing() -> None:
    wren, nurse = wren_halloway(), stored(NURSE_REYES)
    form = begin(nurse, wren, "qids-sr16")
    for item in ("5", "10", "11", "12", "13", "14"):
        give(nurse, form, item, 3)
    with pytest.raises(Unacceptable, match="these items cannot give"), transaction.atomic():
        give(nurse, form, "total", 0)
    Answer.objects.create(
        questionnaire_id=form, sequence=7, item="total", value=0, answered_at=NOW, recorded_at=NOW, by="staff",
        by_id=nurse.staff_id, by_name=nurse.name, submission_id="before",
    )  # fmt: skip
    found = services.finish(nurse, form, now=NOW).form
    assert found.score.counted is Counted.NOT_SCORED
    give(nurse, form, "total", 20, reason="misread, 20 on the paper")
    assert queries.filled(form).score.total_score == 20
