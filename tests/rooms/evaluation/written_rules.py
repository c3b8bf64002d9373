"""The rules of the evaluation as a page of the documentation, written from the rule data.

`python -m tests.rooms.evaluation.written_rules` writes docs/reference/evaluation-rules.md anew; a test compares them.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

PAGE = Path(__file__).resolve().parents[3] / "docs" / "reference" / "evaluation-rules.md"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _rules() -> Iterator[str]:
    from dripstand.evaluation.rules.exclusions import EXCLUSIONS
    from dripstand.evaluation.rules.indications import OF_INDICATIONS
    from dripstand.evaluation.rules.interactions import INTERACTIONS
    from dripstand.evaluation.words import CLASS_WORDS, INDICATION_WORDS, MARK_WORDS

    for title, listed in (
        ("Exclusions and cautions", EXCLUSIONS),
        ("Interactions with other medicines", INTERACTIONS),
        ("What one indication asks besides", OF_INDICATIONS),
    ):
        yield from (
            f"## {title}",
            "",
            "| rule | class | fires on | source | mark | version |",
            "|---|---|---|---|---|---|",
        )
        for one in listed:
            named = [str(words) for key, words in INDICATION_WORDS.items() if key in one.indications]
            for_whom = f" ({', '.join(named)})" if len(named) < len(INDICATION_WORDS) else ""
            yield (
                f"| `{one.rule}`: {_cell(one.words)}{for_whom} | {CLASS_WORDS[one.rule_class]} "
                f"| {_cell(one.condition.says)} | {_cell(one.source.text)} | {MARK_WORDS[one.source.mark]} "
                f"| {one.version} |"
            )
        yield ""


def _equivalents() -> Iterator[str]:
    from dripstand.evaluation.benzodiazepines import EQUAL_TO_DIAZEPAM_10_MG, Table
    from dripstand.evaluation.history import LOWEST_FROM_ELSEWHERE_MG_PER_DAY, LOWEST_USUAL_MG_PER_DAY, TRICYCLIC_MG
    from dripstand.evaluation.words import MARK_WORDS

    yield from (
        "## Benzodiazepines and Z-drugs",
        "",
        f"| oral mg equal to diazepam 10 mg | {' | '.join(Table)} |",
        "|---|---|---|",
    )
    for name, by_table in EQUAL_TO_DIAZEPAM_10_MG.items():
        cells = [str(by_table[table]) if table in by_table else "not listed" for table in Table]
        yield f"| {name} | {' | '.join(cells)} |"
    yield from (
        "",
        "## Lowest usual doses of antidepressants",
        "",
        "| medicine | mg a day | source | mark |",
        "|---|---|---|---|",
    )
    yield from (f"| {name} | {mg} | as `history.py` says | |" for name, mg in LOWEST_USUAL_MG_PER_DAY.items())
    yield from (
        f"| {name} | {mg} | {source.text} | {MARK_WORDS[source.mark]} |"
        for name, (mg, source) in LOWEST_FROM_ELSEWHERE_MG_PER_DAY.items()
    )
    yield from (f"| other tricyclics | {TRICYCLIC_MG} | as `history.py` says | |", "")


def _tests() -> Iterator[str]:
    from dripstand.evaluation.workup import TESTS

    yield from ("## The work-up", "", "| test | what it is | how it is said |", "|---|---|---|")
    for one in TESTS:
        how = {"range": "a number with the range of its report", "number": "a number"}.get(one.shape.value, "")
        yield f"| `{one.test}` | {one.words} | {how or ', '.join(one.findings).replace('_', ' ')} |"
    yield ""


def written() -> str:
    """docs/reference/evaluation-rules.md as it should be."""
    return "\n".join(
        (
            "# The rules of the evaluation",
            "",
            "Written from the rules' data (`evaluation/rules/`) by `python -m tests.rooms.evaluation.written_rules`;",
            "a test compares them. Every rule has a test with a hand-made person on each side of its limit",
            "(`tests/rules/evaluation/test_every_rule.py`). *protocol.md* is the collection of facts that the project",
            "was built from. Whether a rule's class and line hold in a clinic is for its medical lead to confirm.",
            "",
            *_rules(),
            *_equivalents(),
            *_tests(),
        )
    )


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dripstand.server.settings")
    os.environ.setdefault("DRIPSTAND_SECRET_KEY", "only for reading rules, nothing is signed with it ever")
    os.environ.setdefault("DRIPSTAND_DATA", tempfile.mkdtemp())
    import django

    django.setup()
    PAGE.write_text(written(), encoding="utf-8")
    sys.stdout.write(f"{PAGE} written\n")
