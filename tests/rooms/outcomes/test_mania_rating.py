"""A mania self-rating filled in as a questionnaire holds the evaluation of a bipolar patient until a YMRS."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dripstand.evaluation import queries as evaluation
from dripstand.evaluation import services as evaluations
from dripstand.evaluation.entries import ResultRecorded
from dripstand.evaluation.indications import Indication
from dripstand.evaluation.standing import ChangeKind, Why
from tests.evaluated import cleared, decided
from tests.people import NOW, NURSE_REYES, stored, wren_halloway
from tests.rooms.outcomes.filling import by_link, fill, give

pytestmark = pytest.mark.django_db
BIPOLAR = Indication.BIPOLAR_DEPRESSION
HOUR = timedelta(hours=1)


def _changes(patient_id: str, at: object) -> list[tuple[ChangeKind, str]]:
    found = evaluation.standing_decision(patient_id, BIPOLAR, at)  # type: ignore[arg-type]
    assert (found.why is Why.LAPSED) is bool(found.changes)
    return [(one.kind, one.ref) for one in found.changes]


FIRED = [(ChangeKind.RULE_FIRED, "bipolar_mania_rating")]


@pytest.mark.parametrize("whose", ["link", "nurse"])
def test_a_positive_mania_questionnaire_lapses_the_decision_of_a_bipolar_patient(whose: str) -> None:
    wren = cleared(wren_halloway(), BIPOLAR, now=NOW)
    by = by_link(wren) if whose == "link" else stored(NURSE_REYES)
    fill(by, wren, 1, 1, 1, 1, 1, instrument_id="asrm", now=NOW + HOUR)
    assert _changes(wren, NOW + HOUR) == []
    fill(by, wren, 2, 1, 1, 1, 1, instrument_id="asrm", now=NOW + 2 * HOUR)
    assert _changes(wren, NOW + 2 * HOUR) == FIRED
    assert not evaluation.clearance_of(wren, NOW + 2 * HOUR, indications=[BIPOLAR]).is_given
    assert evaluation.clearance_of(wren, NOW + HOUR, indications=[BIPOLAR]).is_given  # as it stood then


def test_a_later_harmless_rating_does_not_bring_the_decision_back_a_signature_does() -> None:
    wren = cleared(wren_halloway(), BIPOLAR, now=NOW)
    fill(by_link(wren), wren, 3, 3, 1, 1, 1, instrument_id="asrm", now=NOW + HOUR)
    fill(by_link(wren), wren, 0, 0, 0, 0, 0, instrument_id="asrm", now=NOW + 2 * HOUR)
    assert _changes(wren, NOW + 3 * HOUR) == FIRED
    decided(wren, BIPOLAR, now=NOW + 3 * HOUR)
    assert _changes(wren, NOW + 3 * HOUR) == []


def test_a_correction_counts_and_what_it_corrects_is_not_forgotten() -> None:
    wren = cleared(wren_halloway(), BIPOLAR, now=NOW)
    form = fill(by_link(wren), wren, 3, 3, 1, 1, 1, instrument_id="asrm", now=NOW + HOUR).form.questionnaire_id
    give(stored(NURSE_REYES), form, "1", 0, now=NOW + 2 * HOUR, reason="ticked in the wrong row")
    give(stored(NURSE_REYES), form, "2", 0, now=NOW + 2 * HOUR, reason="ticked in the wrong row")
    asked = evaluation.assessment(wren, BIPOLAR, NOW + 2 * HOUR)
    assert "bipolar_mania_rating" not in {one.finding.key for one in asked.findings}
    assert _changes(wren, NOW + 2 * HOUR) == FIRED


def test_a_form_with_too_many_open_items_is_no_rating() -> None:
    wren = cleared(wren_halloway(), BIPOLAR, now=NOW)
    fill(by_link(wren), wren, 4, 4, 4, None, None, instrument_id="asrm", now=NOW + HOUR)
    assert _changes(wren, NOW + HOUR) == []


def test_a_mania_rating_from_before_the_questionnaire_does_not_answer_it_and_one_after_it_does() -> None:
    wren = cleared(wren_halloway(), BIPOLAR, now=NOW)
    nurse = stored(NURSE_REYES)
    fill(nurse, wren, 3, 3, 1, 1, 1, instrument_id="asrm", now=NOW + 2 * HOUR)
    for taken_at, fires in ((NOW + HOUR, True), (NOW + 3 * HOUR, False)):
        rating = ResultRecorded(f"ymrs-{fires}", "ymrs", "4", taken_at)
        evaluations.record_results(nurse, wren, results=[rating], now=NOW + 3 * HOUR)
        found = evaluation.assessment(wren, BIPOLAR, NOW + 3 * HOUR).findings
        assert ("bipolar_mania_rating" in {one.finding.key for one in found}) is fires
