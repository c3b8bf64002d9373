"""How a source is shown: the publication and its mark, never the name of a table that no reader has."""

from __future__ import annotations

import pytest

from dripstand.outcomes.checkpoints import checkpoint
from dripstand.outcomes.definitions import DEFINITIONS, WORTHWHILE
from dripstand.outcomes.priors import PATTERN_SOURCE
from dripstand.outcomes.suicidality import SOURCES
from dripstand.outcomes.templatetags.outcomes_words import cited, without_table
from dripstand.protocol.template import Mark, Source
from tests.outcomes.filled import totalling


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Bio-K, Parikh 2023 (protocol.md 7.2)", "Bio-K, Parikh 2023"),
        ("Item 9 of 1 or more (protocol.md 6.3; Encore OS CL-26, 2026)", "Item 9 of 1 or more (Encore OS CL-26, 2026)"),
        ("Columbia triage guide (protocol.md 6.1 and 6.3)", "Columbia triage guide"),
        ("protocol.md 6.1: 9 to 13", "9 to 13"),
        ("50 % (protocol.md 6.1)", "50 %"),
        ("protocol.md 6.1", ""),
        ("Kounali, PMC9340848 (protocol.md 6.1); at moderate severity", "Kounali, PMC9340848; at moderate severity"),
        ("Mean of 3 published shares, worth 20 patients (protocol.md 7.3, 14.4)",
         "Mean of 3 published shares, worth 20 patients"),
    ],
)  # fmt: skip
def test_the_publication_is_left(written: str, shown: str) -> None:
    assert without_table(written) == shown


def test_every_source_that_a_page_cites_is_shown_without_the_table_and_says_what_was_not_verified() -> None:
    sources = [each.source for each in (*DEFINITIONS, *WORTHWHILE)] + [*SOURCES.values(), PATTERN_SOURCE]
    for number in (3, 4, 6):
        found = checkpoint(number, totalling("phq-9", 20), {})
        assert found is not None
        sources += [each.source for each in found.for_counting().prompts]
    for source in sources:
        shown = cited(source)
        assert ".md" not in shown and "()" not in shown
        assert ("not verified" in shown) is (source.mark is Mark.UNVERIFIED), source
    assert cited(Source("protocol.md 6.1", Mark.UNVERIFIED)) == "not verified: the clinic must confirm it"
