"""Texts that a clinic loads under its own licence."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest

from dripstand.outcomes.errors import WordingRefused
from dripstand.outcomes.instruments import instrument
from dripstand.outcomes.instruments.loading import read_wording, with_wording
from dripstand.protocol.template import Mark

MADRS = instrument("madrs")


def _file(**changes: Any) -> dict[str, Any]:
    """An invented text for the MADRS: none of its words are the scale's."""
    whole: dict[str, Any] = {
        "format": 1,
        "instrument": "madrs",
        "instrument_version": "1",
        "language": "en",
        "version": "2026-03",
        "title": "Invented title",
        "stem": "Invented stem",
        "items": {str(number): f"Invented item {number}" for number in range(1, 11)},
        "choices": {str(value): f"Invented answer {value}" for value in range(7)},
        "licence_holder": "Heron Street Clinic",
        "licence_reference": "agreement 17",
    }
    return {key: value for key, value in (whole | changes).items() if value is not ...}


def _read(**changes: Any) -> Any:
    return read_wording(json.dumps(_file(**changes)), MADRS)


def test_a_text_that_fits_is_added_with_its_version_and_licence() -> None:
    loaded = with_wording(MADRS, _read())
    wording = loaded.wordings["en"]
    assert (wording.version, wording.credit) == ("2026-03", "Heron Street Clinic: agreement 17")
    assert wording.items["10"] == "Invented item 10" and wording.choices[6] == "Invented answer 6"
    assert wording.source.mark is Mark.CLINIC
    assert MADRS.wordings == {}


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"licence_holder": ...}, "licence_holder is missing"),
        ({"licence_reference": " "}, "licence_reference is not a text"),
        ({"version": ...}, "version is missing"),
        ({"format": 2}, "format must be 1"),
        ({"instrument": "bdi-ii"}, "the file is not for madrs version 1"),
        ({"instrument_version": "2"}, "the file is not for madrs version 1"),
        ({"items": {"1": "only one"}}, "items: 10 is missing"),
        ({"items": {str(n): "x" for n in range(1, 12)}}, "items: 11 is not known"),
        ({"choices": {str(n): "x" for n in range(6)}}, "choices: 6 is missing"),
        ({"choices": ["x"]}, "choices is not an object"),
        ({"title": "x" * 2001}, "title is longer than 2000 characters"),
        ({"stem": "a\tb"}, "stem holds control characters"),
        ({"note": "?"}, "note is not known"),
        ({"own_choices": {"99": {}}}, "own_choices: there is no item 99"),
        ({"own_choices": []}, "own_choices is not an object"),
    ],
)
def test_a_text_that_does_not_fit_is_refused_with_the_reason(changes: dict[str, Any], problem: str) -> None:
    with pytest.raises(WordingRefused) as refused:
        _read(**changes)
    assert problem in refused.value.problems


def test_everything_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(WordingRefused) as refused:
        _read(title=..., stem="", format=0)
    assert len(refused.value.problems) >= 3


@pytest.mark.parametrize("text", ["", "{", "[]", '{"format": 1, "format": 1}'])
def test_a_file_that_is_no_text_for_an_instrument_is_refused(text: str) -> None:
    with pytest.raises(WordingRefused):
        read_wording(text, MADRS)


def test_an_item_may_have_answers_of_its_own() -> None:
    own = {"3": {str(value): f"Other answer {value}" for value in range(7)}}
    wording = _read(own_choices=own)
    assert (wording.choices_of("3")[2], wording.choices_of("4")[2]) == ("Other answer 2", "Invented answer 2")


def test_items_with_different_ranges_need_answers_of_their_own() -> None:
    hamd = instrument("ham-d17")
    file = _file(
        instrument="ham-d17", items={str(n): "x" for n in range(1, 18)}, choices={str(n): "x" for n in range(5)}
    )
    with pytest.raises(WordingRefused) as refused:
        read_wording(json.dumps(file), hamd)
    assert "items with different ranges need own_choices" in refused.value.problems
    file["own_choices"] = {item.name: {str(n): "x" for n in range(3)} for item in hamd.items if item.highest_score == 2}
    assert read_wording(json.dumps(file), hamd).choices_of("4") == {0: "x", 1: "x", 2: "x"}


@pytest.mark.hazard("H50")
def test_other_words_under_the_same_version_are_refused_and_a_new_version_replaces() -> None:
    loaded = with_wording(MADRS, _read())
    with pytest.raises(WordingRefused):
        with_wording(loaded, _read(title="Other title"))
    assert with_wording(loaded, _read()) == loaded
    assert with_wording(loaded, _read(title="Other title", version="2026-04")).wordings["en"].title == "Other title"


def test_the_exact_text_of_a_carried_instrument_cannot_be_replaced() -> None:
    gad = instrument("gad-7")
    french = dataclasses.replace(gad.wordings["en"], language="fr", source=_read().source)
    assert set(with_wording(gad, french).wordings) == {"en", "de", "es", "fr"}
    with pytest.raises(WordingRefused):
        with_wording(gad, dataclasses.replace(french, language="en"))


def test_a_text_of_another_instrument_is_refused() -> None:
    with pytest.raises(WordingRefused):
        with_wording(instrument("gad-7"), _read(language="fr"))


def test_a_text_that_looks_like_a_formula_is_kept_as_it_is_for_the_export_to_escape() -> None:
    assert _read(title="=1+1").title == "=1+1"
