"""A small writer of SVG: every text and attribute is escaped here and nowhere else (H54).

Lengths are user units; one unit is one CSS pixel of a page 182 mm wide drawn 700 units wide, that is 0.26 mm.
"""

from __future__ import annotations

from collections.abc import Iterable
from xml.sax.saxutils import escape, quoteattr


def number(value: float) -> str:
    """At most one decimal: a tenth of a unit is below what a printer can show."""
    text = f"{value:.1f}"
    return text[:-2] if text.endswith(".0") else text


def element(name: str, *children: str, **attributes: str | float) -> str:
    """``<name a="b">children</name>``; ``children`` are already SVG, attribute names take ``_`` for ``-``."""
    written = "".join(
        f" {key.rstrip('_').replace('_', '-')}={quoteattr(number(value) if isinstance(value, float | int) else value)}"
        for key, value in attributes.items()
    )
    return f"<{name}{written}>{''.join(children)}</{name}>" if children else f"<{name}{written}/>"


def text(words: str, x: float, y: float, **attributes: str | float) -> str:
    return element("text", escape(words), x=x, y=y, **attributes)


def line(x1: float, y1: float, x2: float, y2: float, **attributes: str | float) -> str:
    return element("line", x1=x1, y1=y1, x2=x2, y2=y2, **attributes)


def path(points: Iterable[tuple[float, float]], **attributes: str | float) -> str:
    """An open polyline through ``points``, in order, straight from one to the next: nothing is smoothed."""
    steps = [f"{'M' if first else 'L'}{number(x)} {number(y)}" for first, (x, y) in _with_first(points)]
    return element("path", d=" ".join(steps), fill="none", **attributes)


def area(points: Iterable[tuple[float, float]], **attributes: str | float) -> str:
    """A closed, filled outline."""
    steps = [f"{'M' if first else 'L'}{number(x)} {number(y)}" for first, (x, y) in _with_first(points)]
    return element("path", d=" ".join([*steps, "Z"]), **attributes)


def _with_first(points: Iterable[tuple[float, float]]) -> Iterable[tuple[bool, tuple[float, float]]]:
    for index, point in enumerate(points):
        yield index == 0, point
