"""The instruments as data: what is carried, what is not, and in which words."""

from __future__ import annotations

import json
import unicodedata
from fractions import Fraction
from pathlib import Path

import pytest

from dripstand.outcomes.errors import UnknownInstrument
from dripstand.outcomes.instruments import CURRENT, EARLIER, instrument
from dripstand.outcomes.instruments.instrument import Instrument, Words
from dripstand.outcomes.instruments.phq9 import DIFFICULTY
from dripstand.outcomes.instruments.side_effects import EFFECTS
from dripstand.outcomes.scoring import highest_total_score
from dripstand.protocol.template import Mark

each_instrument = pytest.mark.parametrize("kind", CURRENT, ids=lambda kind: kind.id)
VECTORS = Path(__file__).parent / "vectors"


def test_item_texts_are_carried_where_the_licence_allows_it_and_nowhere_else() -> None:
    carried = {kind.id for kind in CURRENT if kind.words is Words.CARRIED}
    assert carried == {
        "phq-9", "gad-7", "pcl-5", "pcl-5-week", "side-effects", "nrs-pain", "peg", "cgi-s", "cgi-i", "asq",
    }  # fmt: skip
    assert all(bool(kind.wordings) == (kind.id in carried) for kind in CURRENT)


@pytest.mark.parametrize(
    ("instrument_id", "languages"),
    [
        ("phq-9", {"en", "de", "es"}),
        ("gad-7", {"en", "de", "es"}),
        ("pcl-5", {"en"}),
        ("pcl-5-week", {"en"}),
        ("side-effects", {"en", "de", "es"}),
        ("nrs-pain", {"en", "de", "es"}),
        ("peg", {"en"}),
        ("asq", {"en", "es"}),
        ("cgi-s", {"en"}),
        ("cgi-i", {"en"}),
    ],
)
def test_a_language_is_carried_only_where_its_exact_text_was_verified(instrument_id: str, languages: set[str]) -> None:
    wordings = instrument(instrument_id).wordings
    assert set(wordings) == languages
    # of the past-week form only the first lines were seen, and its items are those of the past-month form
    allowed = {Mark.SECONDARY} if instrument_id == "pcl-5-week" else {Mark.VERIFIED, Mark.CLINIC}
    assert {wording.source.mark for wording in wordings.values()} <= allowed


def test_the_items_of_the_past_week_form_are_those_of_the_past_month_form() -> None:
    month, week = (instrument(name).wordings["en"] for name in ("pcl-5", "pcl-5-week"))
    assert week.items == month.items and week.stem == month.stem.replace("month", "week")


@pytest.mark.parametrize(
    ("instrument_id", "item_count", "highest", "days"),
    [
        ("phq-9", 9, 27, 14),
        ("gad-7", 7, 21, 14),
        ("pcl-5", 20, 80, 30),
        ("pcl-5-week", 20, 80, 7),
        ("qids-sr16", 16, 27, 7),
        ("madrs", 10, 60, 7),
        ("bdi-ii", 21, 63, 14),
        ("ham-d17", 17, 52, 7),
        ("asrm", 5, 20, 7),
        ("cadss", 23, 92, 0),
        ("cadss-6", 6, 24, 0),
        ("nrs-pain", 1, 10, 1),
        ("peg", 3, 10, 7),
        ("madrs-s", 9, 54, 3),
        ("bsl-23", 23, 4, 7),
        ("shaps", 14, 14, 3),
        ("sds", 3, 30, 7),
        ("wsas", 5, 40, 0),
        ("cgi-s", 1, 7, 7),
        ("cgi-i", 1, 7, 0),
    ],
)
def test_each_scale_has_the_published_items_range_and_window(
    instrument_id: str, item_count: int, highest: int, days: int
) -> None:
    kind = instrument(instrument_id)
    assert (len(kind.total_items), highest_total_score(kind), kind.recall.days_count) == (item_count, highest, days)
    assert kind.recall.words


@pytest.mark.parametrize(
    ("instrument_id", "limits"),
    [
        ("phq-9", [0, 5, 10, 15, 20]),
        ("gad-7", [0, 5, 10, 15]),
        ("qids-sr16", [0, 6, 11, 16, 21]),
        ("madrs", [0, 7, 20, 35]),
        ("bdi-ii", [0, 14, 20, 29]),
        ("ham-d17", [0, 8, 14, 19, 23]),
        ("madrs-s", [0, 13, 20, 35]),
        ("bsl-23", [0, *(Fraction(each, 100) for each in (28, 107, 187, 267, 347))]),
        ("shaps", [0, 3]),
        ("wsas", [0, 10, 21]),
        ("pcl-5", []),
        ("nrs-pain", []),
        ("peg", []),
        ("sds", []),
    ],
)
def test_bands_begin_where_the_publication_says(instrument_id: str, limits: list[int | Fraction]) -> None:
    kind = instrument(instrument_id)
    assert [band.from_score for band in kind.bands] == limits
    assert (kind.bands_source is not None) == bool(limits)


@each_instrument
def test_every_instrument_states_its_licence_and_sources(kind: Instrument) -> None:
    assert kind.licence.statement and kind.licence.source.text and kind.source.text and kind.recall.source.text


@each_instrument
def test_every_text_fits_its_items_and_every_answer_has_words(kind: Instrument) -> None:
    for wording in kind.wordings.values():
        assert set(wording.items) == {item.name for item in kind.items}
        for item in kind.items:
            assert set(wording.choices_of(item.name)) == set(range(item.lowest_score, item.highest_score + 1))
        texts = [*wording.items.values(), *wording.choices.values(), wording.stem, wording.instructions]
        assert all(text == text.strip() and unicodedata.normalize("NFC", text) == text for text in texts)


@pytest.mark.parametrize("path", sorted(VECTORS.glob("words-*.json")), ids=lambda path: path.stem)
def test_official_words_are_letter_for_letter_those_that_were_read_elsewhere(path: Path) -> None:
    read = json.loads(path.read_text(encoding="utf-8"))
    wording = instrument(read["instrument"]).wordings[read["language"]]
    assert wording.stem == read["stem"]
    assert list(wording.items.values())[: len(read["items"])] == read["items"]
    assert list(wording.choices.values()) == read["choices"]


def test_the_difficulty_question_of_the_phq_9_is_outside_the_total() -> None:
    item = instrument("phq-9").item(DIFFICULTY)
    assert item is not None and not item.in_total


def test_the_side_effect_list_has_the_nine_effects_and_no_total() -> None:
    kind = instrument("side-effects")
    assert tuple(item.name for item in kind.items) == EFFECTS and len(EFFECTS) == 9
    assert not kind.has_total


@pytest.mark.hazard("H50")
def test_an_old_version_of_an_instrument_is_never_read_by_another() -> None:
    with pytest.raises(UnknownInstrument):
        instrument("phq-9", "0")
    with pytest.raises(UnknownInstrument):
        instrument("phq-10")
    everything = [(kind.id, kind.version) for kind in (*EARLIER, *CURRENT)]
    assert len(set(everything)) == len(everything)
    assert all(instrument(kind.id, kind.version) is kind for kind in (*EARLIER, *CURRENT))
