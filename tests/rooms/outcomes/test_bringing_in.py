"""Questionnaires of the past are brought in whole, under the law of those that were typed in."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import timedelta

import pytest

from dripstand.outcomes import queries
from dripstand.outcomes.bringing_in import CannotBringIn, bring_in_forms
from dripstand.outcomes.filled import ByWhom, Filled
from dripstand.outcomes.instruments import instrument
from dripstand.outcomes.models import Answer, Questionnaire
from dripstand.outcomes.services import sign_rating
from dripstand.people.access import Forbidden
from tests.people import ADMINISTRATOR_KLEIN, NOW, NURSE_REYES, PRESCRIBER_VANCE, stored, wren_halloway
from tests.rooms.outcomes.filling import fill

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(hours=1)


def _as_another(form: Filled, name: str = "brought") -> Filled:
    return replace(form, questionnaire_id=str(uuid.uuid5(uuid.NAMESPACE_URL, name)))


def _bring(*forms: Filled) -> int:
    count: int = bring_in_forms(stored(ADMINISTRATOR_KLEIN), forms, now=LATER)
    return count


def _typed(*values: int, instrument_id: str = "phq-9") -> Filled:
    by = stored(PRESCRIBER_VANCE if instrument_id == "madrs" else NURSE_REYES)
    return fill(by, wren_halloway(), *values, instrument_id=instrument_id).form


def test_a_form_that_is_brought_in_is_the_form_that_was_typed_in() -> None:
    typed = _typed(2, 2, 1, 3, 0, 1, 2, 1, 0)
    brought = _as_another(typed)
    assert _bring(brought) == 1
    found = queries.filled(brought.questionnaire_id)
    assert found == brought
    assert found.score.total_score == 12
    marks = Answer.objects.filter(questionnaire_id=brought.questionnaire_id).values_list("submission_id", flat=True)
    assert all(mark.startswith("brought-in:") for mark in marks)


def test_a_rating_keeps_its_raters_signature_and_one_without_is_refused() -> None:
    typed = _typed(*([3] * 9), 0, instrument_id="madrs")
    with pytest.raises(CannotBringIn, match="rater has not signed"):
        _bring(_as_another(typed))
    rater = stored(PRESCRIBER_VANCE)
    sign_rating(rater, typed.questionnaire_id, seen_sha256=typed.answers_sha256, now=NOW)
    brought = _as_another(queries.filled(typed.questionnaire_id))
    assert _bring(brought) == 1
    assert queries.filled(brought.questionnaire_id).signature is not None


def test_bringing_the_same_forms_in_again_adds_nothing() -> None:
    brought = _as_another(_typed(2, 2, 1, 3, 0, 1, 2, 1, 0))
    assert (_bring(brought), _bring(brought, brought)) == (1, 0)
    assert Questionnaire.objects.count() == 2


@pytest.mark.hazard("H45")
def test_a_positive_or_open_suicide_item_is_not_brought_in_past_everybody() -> None:
    positive = _typed(1, 1, 1, 1, 1, 1, 1, 1, 1)
    with pytest.raises(CannotBringIn, match="asks for a clinician"):
        _bring(_as_another(positive))
    names = [item.name for item in instrument("phq-9").items]
    without = replace(positive, given=tuple(one for one in positive.given if one.item != names[8]))
    with pytest.raises(CannotBringIn, match="asks for a clinician"):
        _bring(_as_another(without))


def test_one_form_that_cannot_be_leaves_the_whole_batch_out() -> None:
    good = _as_another(_typed(2, 2, 1, 3, 0, 1, 2, 1, 0), "good")
    assert good.end is not None
    first = good.given[0]
    wrong = {
        "not finished": replace(good, end=None),
        "by staff": replace(good, started_by=ByWhom.LINK),
        "future": replace(good, end=replace(good.end, at=LATER + timedelta(days=1))),
        "0 to 3": replace(good, given=(replace(first, value=7), *good.given[1:])),
    }
    for words, bad in wrong.items():
        with pytest.raises(CannotBringIn, match=words):
            _bring(good, _as_another(bad, words))
    assert not Questionnaire.objects.filter(pk=good.questionnaire_id).exists()


def test_only_an_administrator_brings_forms_in() -> None:
    with pytest.raises(Forbidden):
        bring_in_forms(stored(NURSE_REYES), [_as_another(_typed(0, 0, 0, 0, 0, 0, 0, 0, 0))], now=LATER)
