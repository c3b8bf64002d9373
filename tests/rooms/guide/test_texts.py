"""The guide's texts: complete in three languages, easy to read, and nothing in them but what may be."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dripstand.guide.pages import LANGUAGES, PLACEHOLDERS, SOURCES, rendered, shipped, unknown_placeholders
from dripstand.guide.reading_grade import grade, grade_of_ease
from tests.rooms.guide.patient_strings import patient_strings

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "frontend"))
import messages


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("slug", SOURCES)
def test_every_page_asks_for_a_reading_grade_of_eight_at_most(slug: str, language: str) -> None:
    assert grade(shipped(language)[slug].body, language) <= 8.0


def test_the_formulas_give_their_papers_grades() -> None:
    # Flesch-Kincaid of a text counted by hand: 11 words in 2 sentences, 14 syllables.
    assert grade("The cat sat on the warm table. It was very happy.", "en") == pytest.approx(
        0.39 * 11 / 2 + 11.8 * 14 / 11 - 15.59
    )
    # Wiener Sachtextformel 1, by hand: 8 words, 4 of three syllables or more, 4 of more than six letters, 3 of one.
    words = "Die Verwaltung bearbeitet Ihre Angelegenheit in der Behörde"
    assert grade(words, "de") == pytest.approx(
        0.1935 * 100 * 4 / 8 + 0.1672 * 8 + 0.1297 * 100 * 4 / 8 - 0.0327 * 100 * 3 / 8 - 0.875
    )
    assert [grade_of_ease(ease) for ease in (95, 75, 60, 30)] == pytest.approx([3.5, 5.5, 8.0, 13.0])
    hard = "The administration of pharmaceutical interventions necessitates interdisciplinary consideration."
    assert grade(hard, "en") > 12


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_there_in_every_language_with_known_placeholders_and_a_crisis_line(language: str) -> None:
    assert list(shipped(language)) == list(SOURCES)
    for text in shipped(language).values():
        assert unknown_placeholders(text.body) == ()
        assert text.title and len(text.body) > 100
    assert "{crisis_line}" in shipped(language)["if-you-feel-unsafe"].body


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_facts_stand_in_every_language(language: str) -> None:
    for slug, text in shipped("en").items():
        told = shipped(language)[slug].body
        assert {name for name in PLACEHOLDERS if f"{{{name}}}" in told} == {
            name for name in PLACEHOLDERS if f"{{{name}}}" in text.body
        }, slug
    assert "10" in shipped(language)["hard-moments"].body and "15" in shipped(language)["hard-moments"].body
    brain = {"en": "brain", "de": "Gehirn", "es": "cerebro"}[language]
    for slug in ("what-it-may-feel-like", "when-does-it-help"):
        assert brain in shipped(language)[slug].body and any("Tracy" in one for one in SOURCES[slug])
    assert "26" in shipped(language)["when-does-it-help"].body and "71" in shipped(language)["when-does-it-help"].body


@pytest.mark.hazard("H54")
@given(st.text(max_size=60), st.text(max_size=60))
def test_no_page_and_no_value_can_become_markup(body: str, value: str) -> None:
    drawn = rendered(f"{body}<img src=x onerror=a()> [a](javascript:b) {{room}}", {"room": f"{value}<script>*b*"})
    for opening in ("<script", "<img", "<a "):
        assert opening not in drawn.lower()


def test_a_word_in_braces_that_is_no_placeholder_is_found() -> None:
    assert unknown_placeholders("{room} {roof} {}") == ("", "roof")


# --- translations ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["de", "es"])
def test_nothing_that_a_patient_reads_lacks_its_words(language: str) -> None:
    source = messages.LOCALES / language / "LC_MESSAGES" / "django.po"
    known = messages.read(source.read_text(encoding="utf-8"))
    wanted = patient_strings()
    assert len(wanted) > 90
    assert sorted(one for one in wanted if not known.get(one)) == []
    assert sorted(set(known) - wanted - {""}) == [], "these stand nowhere any more"
    for key, words in known.items():
        if key:
            holes = sorted(part.split(")")[0] for part in key.split("%(")[1:])
            assert holes == sorted(part.split(")")[0] for part in words.split("%(")[1:]), key


def test_what_was_compiled_is_what_gettext_reads() -> None:
    import gettext
    import io

    known = {"": "Content-Type: text/plain; charset=UTF-8\n", "Save": "Speichern", "Year": "", "Ü\n": "ü"}
    found = gettext.GNUTranslations(io.BytesIO(messages.compiled(known)))
    assert [found.gettext(one) for one in ("Save", "Year", "Ü\n")] == ["Speichern", "Year", "ü"]
    with pytest.raises(messages.NotUnderstood):
        messages.read('msgid "a"\nmsgstr "b"\n\nmsgid "a"\nmsgstr "c"\n')
