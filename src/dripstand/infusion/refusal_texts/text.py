"""What a text is made of, and whose limits there are.

``gettext_noop`` only marks a text for translation: the plain nouns know no language. One sentence a fact; the limit
names its number; the way forward is something that the reader can do.
"""

from __future__ import annotations

from dataclasses import dataclass
from string import Formatter


def gettext_noop(text: str) -> str:
    """Mark a text for translation; the edge translates it."""
    return text


_ = gettext_noop

ORDER = _("this order")
TEMPLATE = _("the clinic's protocol template")
CHART = _("the chart")
CLINIC = _("the clinic")
DRIPSTAND = _("Dripstand")


@dataclass(frozen=True, slots=True)
class Text:
    """The sentences of one code. ``whose_limit``: who set the limit, for the reader who wants it changed."""

    fact: str
    limit: str = ""
    whose_limit: str = ""
    way_forward: str = ""

    @property
    def parameters(self) -> frozenset[str]:
        names = {
            name for part in (self.fact, self.limit, self.way_forward) for _, name, _, _ in Formatter().parse(part)
        }
        return frozenset(name for name in names if name)
