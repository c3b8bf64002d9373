"""How hard a text is to read, by a published formula for each language: plain arithmetic over words and syllables.

English: Flesch-Kincaid grade (Kincaid 1975). German: first Wiener Sachtextformel (Bamberger and Vanecek 1984), a school
grade. Spanish: Fernández Huerta's ease (1959, with the usual correction of the sentence term), turned into a grade by
his own table. Syllables are counted by rule, so a grade is good to about half a year.
"""

from __future__ import annotations

import re
from collections.abc import Callable

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_MARKS = re.compile(r"^#+\s*|^[-*]\s+|\*\*|\{[a-z_]+\}", re.MULTILINE)


def plain_of(markdown: str) -> str:
    """The sentences of a page: marks and placeholders gone, headings and list items ending as sentences do."""
    lines = []
    for line in markdown.splitlines():
        bare = _MARKS.sub("", line).strip()
        if bare:
            lines.append(bare if bare[-1] in ".!?:" else f"{bare}.")
    return " ".join(lines)


def sentences_count(text: str) -> int:
    return max(1, len([one for one in re.split(r"[.!?]+", text) if _WORD.search(one)]))


def _english(word: str) -> int:
    bare = word.lower().split("'")[0].split("’")[0]
    count = len(re.findall(r"[aeiouy]+", bare))
    if bare.endswith("e") and not bare.endswith(("le", "ee", "ye")) and count > 1:
        count -= 1
    if bare.endswith("ed") and not bare.endswith(("ted", "ded")) and count > 1:
        count -= 1
    return max(1, count)


def _german(word: str) -> int:
    return max(1, len(re.findall(r"ei|ai|au|eu|äu|ie|aa|ee|oo|[aeiouyäöü]", word.lower())))


def _spanish(word: str) -> int:
    low = re.sub(r"[qg]u(?=[eéií])", "k", word.lower())
    # A strong vowel makes a syllable; a weak one beside it joins in, unless it bears the accent.
    return max(1, len(re.findall(r"[iuü]?[aeoáéó][iuüy]?(?![a-záéíóú]?[íú])|[íú]|[iu]+|[aeoáéó]|y\b", low)))


SYLLABLES: dict[str, Callable[[str], int]] = {"en": _english, "de": _german, "es": _spanish}


def grade(markdown: str, language: str) -> float:
    """The school grade that a page asks for. Raises KeyError for a language without a formula."""
    text = plain_of(markdown)
    words = _WORD.findall(text)
    syllables = [SYLLABLES[language](word) for word in words]
    words_count, per_sentence = max(1, len(words)), len(words) / sentences_count(text)
    if language == "en":
        return 0.39 * per_sentence + 11.8 * sum(syllables) / words_count - 15.59
    if language == "de":
        many = 100 * sum(one >= 3 for one in syllables) / words_count
        single = 100 * sum(one == 1 for one in syllables) / words_count
        long = 100 * sum(len(word) > 6 for word in words) / words_count
        return 0.1935 * many + 0.1672 * per_sentence + 0.1297 * long - 0.0327 * single - 0.875
    ease = 206.84 - 60 * sum(syllables) / words_count - 1.02 * per_sentence
    return grade_of_ease(ease)


def grade_words(markdown: str, language: str) -> str:
    """The grade as it is shown: "6.4". The formulas go below the first grade for very short words; school does not."""
    found = grade(markdown, language)
    return "1" if found < 1 else f"{found:.1f}"


def grade_of_ease(ease: float) -> float:
    """Fernández Huerta's own table: 90 to 100 fourth grade, 80 fifth, 70 sixth, 60 seventh to eighth, below: higher."""
    steps = ((100.0, 3.0), (90.0, 4.0), (80.0, 5.0), (70.0, 6.0), (60.0, 8.0), (50.0, 10.0), (30.0, 13.0), (0.0, 16.0))
    if ease >= steps[0][0]:
        return steps[0][1]
    for (high, low_grade), (low, high_grade) in zip(steps, steps[1:], strict=False):
        if ease >= low:
            return low_grade + (high - ease) / (high - low) * (high_grade - low_grade)
    return steps[-1][1]
