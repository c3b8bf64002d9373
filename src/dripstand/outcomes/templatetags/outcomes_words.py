"""{% load outcomes_words %}: a source as a page shows it, {{ source|cited }}."""

from __future__ import annotations

import re

from django import template
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dripstand.protocol.template import Mark, Source

register = template.Library()

MARK_WORDS: dict[Mark, str | Promise] = {
    Mark.SECONDARY: _("read on a secondary page"),
    Mark.UNVERIFIED: _("not verified: the clinic must confirm it"),
    Mark.COMPUTED: _("computed from published numbers"),
}
# "protocol.md 6.1" is the table of this project where the number was first written down: no reader has it at hand.
_TABLE = re.compile(r"\bprotocol\.md(?: \d+(?:\.\d+)*(?: conflict \d+)?)?(?:(?:,| and) \d+(?:\.\d+)+)*(?: \[[A-Z]\])?")


_LEFT_OVER = (
    *((f"({sign}", "(") for sign in ";,: "),
    *((f"{sign})", ")") for sign in ";,: "),
    ("()", ""),
    *((f" {sign}", sign) for sign in ";,.:"),
)
"""What stood beside the table and is left over when it is gone, and what is left of that."""


def without_table(text: str) -> str:
    """A source's text without the table that it came from: what is left is the publication, or nothing."""
    bare, before = " ".join(_TABLE.sub("", text).split()), ""
    while bare != before:
        before = bare
        for left, whole in _LEFT_OVER:
            bare = bare.replace(left, whole)
    return " ".join(bare.split()).strip(" :;,")


@register.filter
def cited(source: Source) -> str:
    """The publication, and how far its number was verified where that is less than seen."""
    words = str(MARK_WORDS.get(source.mark, ""))
    return "; ".join(part for part in (without_table(source.text), words) if part)
