"""Who signs a rating, and which decisions of a course are asked for and can be signed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dripstand.outcomes import queries, services
from dripstand.outcomes.models import RatingSignature
from dripstand.people.errors import Unacceptable
from tests.people import NOW, NURSE_REYES, PRESCRIBER_VANCE, stored, wren_halloway
from tests.rooms.outcomes.filling import begin, give
from tests.rooms.outcomes.test_pages import as_, words

pytestmark = pytest.mark.django_db


def _rated() -> str:
    """A MADRS that nurse Reyes has rated and finished."""
    nurse = stored(NURSE_REYES)
    form = begin(nurse, wren_halloway(), "madrs")
    for item in range(1, 11):
        give(nurse, form, str(item), 3 if item < 10 else 0)
    services.finish(nurse, form, now=NOW)
    return form


def _sign(who: object, form: str, after_hours: int = 0) -> None:
    services.sign_rating(
        who, form, seen_sha256=queries.filled(form).answers_sha256, now=NOW + timedelta(hours=after_hours)
    )


def test_a_rating_is_signed_by_nobody_who_gave_none_of_its_answers() -> None:
    form, prescriber = _rated(), stored(PRESCRIBER_VANCE)
    with pytest.raises(Unacceptable, match="None of these answers is yours: who rated signs, which is M. Reyes"):
        _sign(prescriber, form)
    assert queries.filled(form).needs_signature
    page = f"/outcomes/forms/{form}/"
    said = words(as_(PRESCRIBER_VANCE), page)
    assert "Not signed yet. Who rated signs: M. Reyes." in said and "I rated this: sign" not in said
    assert "I rated this: sign" in words(as_(NURSE_REYES), page)
    _sign(stored(NURSE_REYES), form)
    assert queries.filled(form).signature is not None


def test_who_gave_an_answer_that_stands_may_sign_also_for_a_rater_who_is_gone() -> None:
    form, prescriber = _rated(), stored(PRESCRIBER_VANCE)
    give(prescriber, form, "1", 3, reason="M. Reyes has left, seen again by me")
    _sign(prescriber, form)
    assert queries.filled(form).signature is not None


def test_a_rating_without_any_answer_is_signed_by_who_began_it() -> None:
    nurse = stored(NURSE_REYES)
    form = begin(nurse, wren_halloway(), "madrs")
    services.finish(nurse, form, now=NOW)
    with pytest.raises(Unacceptable, match="None of these answers"):
        _sign(stored(PRESCRIBER_VANCE), form)
    _sign(nurse, form)


def test_a_rating_corrected_after_its_first_signature_is_signed_as_such() -> None:
    form, nurse = _rated(), stored(NURSE_REYES)
    _sign(nurse, form)
    page = f"/outcomes/forms/{form}/"
    assert "corrected after" not in words(as_(NURSE_REYES), page).lower()
    give(nurse, form, "1", 6, reason="looked again at the paper")
    assert "the signature says that it was corrected after that" in words(as_(NURSE_REYES), page)
    _sign(nurse, form, after_hours=1)
    assert "Corrected after the forecast could be read." in words(as_(NURSE_REYES), page)
    assert [each.meaning for each in RatingSignature.objects.all()] == [services.RATED, services.RATED_AGAIN]
