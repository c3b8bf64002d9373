"""A typed total beside its items holds no positive answer on death or self-harm up; what it proves is acted on."""

from __future__ import annotations

import pytest
from django.test import Client

from dripstand.outcomes import queries, services
from dripstand.outcomes.filled import TOTAL
from dripstand.outcomes.suicidality import Because, Place
from dripstand.people.errors import Unacceptable
from tests.people import NOW, NURSE_REYES, stored, wren_halloway
from tests.rooms.outcomes.filling import begin, give
from tests.rooms.outcomes.test_pages import as_, words

pytestmark = pytest.mark.django_db
ONES = {f"item-{number}": "1" for number in range(1, 9)}


def _begun() -> tuple[str, Client, str]:
    """A PHQ-9 that the nurse has begun in the clinic: its id, her browser, its page."""
    form = begin(stored(NURSE_REYES), wren_halloway())
    return form, as_(NURSE_REYES), f"/outcomes/forms/{form}/"


def _finished(**more: str) -> tuple[str, Client, str]:
    form, nurse, path = _begun()
    assert nurse.post(path, ONES | {"item-9": "0", "item-total": "8", "finish": "yes"} | more).status_code == 302
    return form, nurse, path


@pytest.mark.hazard("H45")
def test_a_correction_of_item_9_to_a_positive_answer_is_acted_on_whatever_the_total_says() -> None:
    form, nurse, path = _finished()
    sent = {"item": "9", "value": "2", "total_beside": "8", "reason": "misread, she had ticked 2"}
    answer = nurse.post(f"{path}correct/", sent, follow=True)
    assert answer.status_code == 200 and "The total of 8 does not fit them" in answer.content.decode()
    (task,) = queries.escalations_about(form)
    assert Because.POSITIVE in task.because and task.level_score == 2 and task.is_open
    found = queries.filled(form)
    assert found.newest_values[TOTAL] is None and found.score.total_score == 10
    assert [each.value for each in found.given if each.item == TOTAL] == [8, None], "what was there is kept"
    assert "none: taken back" in words(nurse, path) and "misread, she had ticked 2" in words(nurse, path)


def test_a_correction_of_any_other_item_names_the_total_that_no_longer_fits_and_takes_both_at_once() -> None:
    form, nurse, path = _finished()
    sent = {"item": "3", "value": "2", "total_beside": "8", "reason": "misread the paper"}
    refused = nurse.post(f"{path}correct/", sent)
    assert refused.status_code == 400
    assert "Change the total together with the items, or leave it empty." in refused.content.decode()
    assert nurse.post(f"{path}correct/", sent | {"total_beside": "9"}).status_code == 302
    assert queries.filled(form).score.total_score == 9 and queries.filled(form).newest_values[TOTAL] == 9
    assert nurse.post(f"{path}correct/", sent | {"value": "3", "total_beside": ""}).status_code == 302
    assert queries.filled(form).score.total_score == 10 and queries.filled(form).newest_values[TOTAL] is None
    assert nurse.post(f"{path}correct/", sent | {"total_beside": "x"}).status_code == 400


def test_items_and_their_total_are_changed_together_on_an_open_form() -> None:
    form, nurse, path = _begun()
    assert nurse.post(path, ONES | {"item-total": "10", "submission_id": "a"}).status_code == 302
    both = ONES | {"item-9": "0", "item-total": "8", "submission_id": "b", "finish": "yes"}
    assert nurse.post(path, both).status_code == 302
    assert queries.filled(form).is_finished and queries.filled(form).newest_values[TOTAL] == 8


@pytest.mark.hazard("H45")
def test_a_page_with_item_9_positive_and_a_total_that_does_not_fit_is_acted_on_and_not_yet_finished() -> None:
    form, nurse, path = _begun()
    sent = ONES | {"item-9": "2", "item-total": "8", "finish": "yes"}
    answer = nurse.post(path, sent, follow=True)
    assert "The total of 8 does not fit them" in answer.content.decode()
    assert [each.level_score for each in queries.escalations_about(form)] == [2]
    found = queries.filled(form)
    assert found.is_open and TOTAL not in found.newest_values, "which of the two is wrong is for the nurse to say"
    assert nurse.post(path, sent | {"item-total": ""}).status_code == 302
    assert queries.filled(form).is_finished


@pytest.mark.hazard("H45")
def test_a_stated_intent_pages_also_beside_a_total_that_does_not_fit() -> None:
    form, nurse, path = _begun()
    sent = ONES | {"item-9": "0", "item-total": "20", "stated_intent": "on"}
    assert nurse.post(path, sent).status_code == 302
    (task,) = queries.escalations_about(form)
    assert Because.INTENT in task.because and task.was_paged


@pytest.mark.hazard("H45")
def test_a_page_that_one_went_back_to_and_changed_is_kept_although_its_token_is_the_old_one() -> None:
    form, nurse, path = _begun()
    first = ONES | {"item-9": "0", "submission_id": "same"}
    for sent in (first, first, first | {"item-9": "2"}):
        assert nurse.post(path, sent).status_code == 302
    assert [each.value for each in queries.filled(form).given if each.item == "9"] == [0, 2]
    assert queries.escalations_about(form)


def test_an_item_9_of_zero_gives_way_to_no_total_and_is_refused_beside_one_that_proves_it_positive() -> None:
    nurse, form = stored(NURSE_REYES), begin(stored(NURSE_REYES), wren_halloway())
    answers = {str(number): 1 for number in range(1, 9)} | {TOTAL: 10}
    services.answer_paper(nurse, form, answers=answers, submission_id="paper", now=NOW)
    with pytest.raises(Unacceptable, match="these items cannot give"):
        give(nurse, form, "9", 0)


@pytest.mark.hazard("H45")
def test_a_total_by_telephone_that_leaves_item_9_no_zero_pages_the_on_call_and_the_item_is_still_asked() -> None:
    form = begin(stored(NURSE_REYES), wren_halloway(), place=Place.HOME)
    nurse, path = as_(NURSE_REYES), f"/outcomes/forms/{form}/"
    sent = {f"item-{number}": "3" for number in range(1, 9)} | {"item-total": "27", "finish": "yes"}
    assert nurse.post(path, sent).status_code == 302
    (task,) = queries.escalations_about(form)
    assert task.was_paged and task.level_score == 3 and not task.item_answered
    page = f"/outcomes/escalations/{task.escalation_id}/"
    said = words(nurse, page)
    assert "the item is positive, as the typed total shows, the item was not answered" in said
    assert "The item was left open; by the typed total it is at least 3." in said
    assert nurse.post(f"{path}correct/", {"item": "9", "value": "3", "reason": "asked her"}).status_code == 302
    (task,) = queries.escalations_about(form)
    assert task.item_answered and "The item is at 3." in words(nurse, page), "the answer opens nothing anew"
