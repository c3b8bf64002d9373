"""What a prescriber overrode or waived: it holds for the grounds that it was given for, and no longer."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from dripstand.evaluation import queries, services
from dripstand.evaluation.indications import Indication
from dripstand.people.errors import Unacceptable
from tests.evaluated import decided, evaluated, result
from tests.people import NOW, NURSE_REYES, PRESCRIBER_VANCE, stored, wren_halloway

pytestmark = pytest.mark.django_db
DEPRESSION = Indication.MAJOR_DEPRESSION


def overridden(
    patient_id: str, finding: str, grounds_sha256: str, at: datetime, reason: str, indication: Indication = DEPRESSION
) -> None:
    services.override_finding(
        stored(PRESCRIBER_VANCE),
        patient_id,
        indication=indication,
        finding=finding,
        grounds_sha256=grounds_sha256,
        reason=reason,
        now=at,
    )


def test_an_override_holds_for_its_own_grounds_only() -> None:
    wren = wren_halloway()
    evaluated(wren, now=NOW)
    services.answer_questions(stored(NURSE_REYES), wren, answers={"arrhythmia": "yes"}, now=NOW)
    (one,) = queries.assessment(wren, DEPRESSION, NOW).unsettled
    overridden(wren, one.finding.key, one.finding.grounds_sha256, NOW, "Rate controlled, cardiologist agrees.")
    assert queries.assessment(wren, DEPRESSION, NOW).may_be_eligible
    services.answer_questions(
        stored(NURSE_REYES), wren, answers={"infarction_or_stroke": "6_weeks_to_6_months"}, now=NOW
    )
    assert [one.finding.key for one in queries.assessment(wren, DEPRESSION, NOW).unsettled] == ["cardiac_review"]


def test_what_was_overridden_and_then_denied_is_overridden_anew_when_it_is_there_again() -> None:
    wren, nurse, hours = wren_halloway(), stored(NURSE_REYES), timedelta(hours=1)
    evaluated(wren, now=NOW)
    services.answer_questions(nurse, wren, answers={"suicide_plan": "yes"}, now=NOW)
    (one,) = queries.assessment(wren, DEPRESSION, NOW).unsettled
    overridden(wren, one.finding.key, one.finding.grounds_sha256, NOW + hours, "Safety plan made with her sister.")
    services.answer_questions(nurse, wren, answers={"arrhythmia": "no"}, notes={"arrhythmia": "asked"}, now=NOW + hours)
    assert queries.assessment(wren, DEPRESSION, NOW + 2 * hours).may_be_eligible, "it stood all the time"
    services.answer_questions(nurse, wren, answers={"suicide_plan": "no"}, now=NOW + 3 * hours)
    assert queries.assessment(wren, DEPRESSION, NOW + 3 * hours).may_be_eligible
    services.answer_questions(nurse, wren, answers={"suicide_plan": "yes"}, now=NOW + 4 * hours)
    (again,) = queries.assessment(wren, DEPRESSION, NOW + 4 * hours).unsettled
    assert again.finding.grounds_sha256 == one.finding.grounds_sha256, "the same words, and not the same plan"
    assert again.fell is not None and again.fell.recorded.reason == "Safety plan made with her sister."
    with pytest.raises(Unacceptable, match="still open"):
        decided(wren, now=NOW + 4 * hours)
    overridden(wren, again.finding.key, again.finding.grounds_sha256, NOW + 5 * hours, "A new safety plan, today.")
    decided(wren, now=NOW + 5 * hours)


def test_an_override_without_a_mood_stabiliser_does_not_outlive_one_that_was_taken() -> None:
    wren, nurse, bipolar, days = wren_halloway(), stored(NURSE_REYES), Indication.BIPOLAR_DEPRESSION, timedelta(days=1)
    evaluated(wren, bipolar, now=NOW)
    (lithium,) = queries.file_of(wren).taken
    services.stop_medicine(nurse, wren, lithium.medicine_id, stopped_on=NOW.date(), now=NOW + days)
    (one,) = queries.assessment(wren, bipolar, NOW + days).unsettled
    key, grounds, why = one.finding.key, one.finding.grounds_sha256, "Never manic, stable for years."
    overridden(wren, key, grounds, NOW + days, why, bipolar)
    assert not queries.assessment(wren, bipolar, NOW + 2 * days).unsettled
    lamotrigine = services.add_medicine(nurse, wren, name="lamotrigine", now=NOW + 2 * days)
    services.stop_medicine(nurse, wren, lamotrigine, stopped_on=(NOW + 3 * days).date(), now=NOW + 3 * days)
    assert [each.finding.key for each in queries.assessment(wren, bipolar, NOW + 4 * days).unsettled] == [
        "bipolar_without_stabiliser"
    ]


def test_a_test_that_was_waived_once_is_waived_anew_after_its_next_result() -> None:
    wren, nurse, days = wren_halloway(), stored(NURSE_REYES), timedelta(days=1)
    evaluated(wren, now=NOW)

    def open_on(day: int) -> list[str]:
        return [each.gap.key for each in queries.assessment(wren, DEPRESSION, NOW + day * days).open_gaps]

    old = "test_out_of_date:ecg"
    assert old in open_on(400)
    gap = next(each.gap for each in queries.assessment(wren, DEPRESSION, NOW + 400 * days).gaps if each.gap.key == old)
    overridden(wren, gap.key, gap.grounds_sha256, NOW + 400 * days, "Young, no heart disease, booked for Friday.")
    assert old not in open_on(401)
    services.record_results(nurse, wren, results=[result("ecg", NOW + 402 * days)], now=NOW + 402 * days)
    assert old not in open_on(403), "there is a newer one"
    assert old in open_on(800), "which is out of date in its turn, and nobody has waived that"


def test_a_waived_test_comes_due_when_a_result_of_that_day_would() -> None:
    wren, nurse, hours = wren_halloway(), stored(NURSE_REYES), timedelta(hours=1)
    evaluated(wren, now=NOW)
    (test,) = [one for one in queries.file_of(wren).results if one.recorded.test == "pregnancy"]
    services.strike_result(nurse, wren, test.recorded.result_id, reason="Another patient's strip.", now=NOW)
    (gap,) = [each.gap for each in queries.assessment(wren, DEPRESSION, NOW).open_gaps]
    overridden(wren, gap.key, gap.grounds_sha256, NOW, "Bleeding now, test tomorrow.")
    decided(wren, now=NOW)
    valid_h = queries.limits().pregnancy_test_valid_h
    assert not queries.assessment(wren, DEPRESSION, NOW + valid_h * hours).open_gaps
    late = NOW + valid_h * hours + timedelta(minutes=1)
    (due,) = queries.assessment(wren, DEPRESSION, late).open_gaps
    assert due.gap == gap and due.fell is not None and due.ran_out
    assert queries.standing_decision(wren, DEPRESSION, late).stands, "what was signed on it holds"
    with pytest.raises(Unacceptable, match="still open"):
        decided(wren, now=NOW + timedelta(days=85))
    overridden(wren, gap.key, gap.grounds_sha256, NOW + timedelta(days=85), "Bleeding again, test tomorrow.")
    decided(wren, now=NOW + timedelta(days=85))


def test_a_question_that_was_waived_as_not_known_is_waived_anew_once_it_was_known() -> None:
    wren, nurse, days = wren_halloway(), stored(NURSE_REYES), timedelta(days=1)
    evaluated(wren, now=NOW)
    for day, value in ((0, "not_known"), (2, "no"), (3, "not_known")):
        services.answer_questions(nurse, wren, answers={"porphyria": value}, now=NOW + day * days)
        found = queries.assessment(wren, DEPRESSION, NOW + day * days)
        if value == "not_known":
            assert [each.gap.ref for each in found.open_gaps] == ["porphyria"]
        if day == 0:
            gap = found.open_gaps[0].gap
            overridden(wren, gap.key, gap.grounds_sha256, NOW + days, "No family history that she knows of.")
            assert not queries.assessment(wren, DEPRESSION, NOW + days).open_gaps
