"""The default protocol template as a page of the documentation.

`python -m tests.rooms.protocol.written_template` writes docs/reference/protocol-template.md anew; a test compares them.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

PAGE = Path(__file__).resolve().parents[3] / "docs" / "reference" / "protocol-template.md"


def _plain(value: Decimal) -> str:
    return format(value.normalize(), "f")


def _rows() -> Iterator[str]:
    from dripstand.protocol.bounds import bound_of
    from dripstand.protocol.defaults import default_template
    from dripstand.protocol.numbers import numbers
    from dripstand.protocol.words import GROUP_WORDS, MARK_WORDS, number_words

    template = default_template()
    group = ""
    for number in sorted(numbers(template), key=lambda one: list(GROUP_WORDS).index(one.group)):
        if number.group != group:
            group = number.group
            yield f"\n## {GROUP_WORDS[group]}\n"
            yield "| number | what | default | usual | refused outside | source | mark |"
            yield "|---|---|---|---|---|---|---|"
        bound, source = bound_of(number.name), template.sources[number.name]
        assert bound is not None
        yield (
            f"| `{number.name}` | {number_words(number.name, template)} | {_plain(number.value)} {number.unit} "
            f"| {_plain(bound.usual_low)} to {_plain(bound.usual_high)} "
            f"| {_plain(bound.lowest)} to {_plain(bound.highest)} | {source.text} | {MARK_WORDS[source.mark]} |"
        )


def written() -> str:
    """docs/reference/protocol-template.md as it should be."""
    from dripstand.protocol.choices import choices_made
    from dripstand.protocol.defaults import default_template
    from dripstand.protocol.numbers import numbers
    from dripstand.protocol.template import Mark
    from dripstand.protocol.words import MARK_WORDS

    template = default_template()
    assert template.pain is not None
    found = numbers(template)
    unverified_count = sum(template.sources[number.name].mark is Mark.UNVERIFIED for number in found)
    head = [
        "# The default protocol template",
        "",
        "Written by `python -m tests.rooms.protocol.written_template`; a test compares this page with the code.",
        "",
        f"What a clinic's first draft holds: {len(found)} numbers, of which {unverified_count} are unverified: general",
        "knowledge or a working value of this software, which the clinic must confirm. None of them is in force until",
        "the clinic's medical lead and a second clinician have signed (or, where no second one works, the medical",
        "lead alone, with a stated reason and no number outside its usual range). A signed version stays as it was",
        "signed; a session keeps the version that it was opened under. “protocol.md” in a source is the collection",
        "of facts that the project started from.",
        "",
        "Outside its usual range a number needs the second signature; outside the last range it is refused. Both",
        "ranges are this software's own judgement, unverified.",
        "",
        "## Where sources disagree",
        "",
        "Each is a choice of the version, signed with it. What Dripstand does with an answer stands beside it.",
        "",
        "| question | this template | what Dripstand does | source | mark | also published |",
        "|---|---|---|---|---|---|",
        *(
            f"| {one.question} | {one.chosen} | {one.effect} | {one.source} | {one.mark_words} "
            f"| {'; '.join(one.others)} |"
            for one in choices_made(template)
        ),
        "",
        "## Course patterns",
        "",
        "| pattern | days from the first infusion | source | mark |",
        "|---|---|---|---|",
        *(
            f"| {one.words} | {', '.join(map(str, one.day_offsets))} | {source.text} | {MARK_WORDS[source.mark]} |"
            for group, offered in (("course", template.course.patterns), ("pain", template.pain.patterns))
            for one in offered
            for source in [template.sources[f"{group}.patterns.{one.key}"]]
        ),
    ]
    leaving = [
        "",
        "## Before somebody leaves, in order",
        "",
        "| criterion | rule | may be overridden by a prescriber | source |",
        "|---|---|---|---|",
        *(
            f"| {one.words} | `{one.rule}` | {'yes' if one.may_override else 'never'} "
            f"| {template.sources[f'leaving.{one.criterion}'].text} |"
            for one in template.leaving
        ),
        "",
    ]
    return "\n".join([*head, *_rows(), *leaving])


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dripstand.server.settings")
    os.environ.setdefault("DRIPSTAND_SECRET_KEY", "only for reading the defaults, nothing is signed with it at all")
    os.environ.setdefault("DRIPSTAND_DATA", tempfile.mkdtemp())
    import django

    django.setup()
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(written(), encoding="utf-8")
    sys.stdout.write(f"{PAGE} written\n")
