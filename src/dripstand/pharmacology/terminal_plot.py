"""A curve with its band, drawn in characters: for a terminal, a log, a doctest.

Plasma is a line of dots, the effect site a line of circles, their bands light shades; nothing is told by colour.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .disposition import FloatArray


@dataclass(frozen=True, slots=True)
class Line:
    """One curve for the plot: its mark, its name, middle (times,) and band (2, times) or None, ng/mL."""

    mark: str
    shade: str
    name: str
    middle_ng_per_ml: FloatArray
    band_ng_per_ml: FloatArray | None = None


@dataclass(frozen=True, slots=True)
class Level:
    """A level drawn across the plot: its mark, its name, ng/mL."""

    mark: str
    name: str
    level_ng_per_ml: float


def terminal_plot(
    times_s: FloatArray,
    lines: Sequence[Line],
    *,
    columns: int = 72,
    rows: int = 18,
    levels: Sequence[Level] = (),
) -> str:
    """The plot as text, with its levels as broken lines across it."""
    minutes = times_s / 60.0
    tops = [
        float(np.max(line.middle_ng_per_ml if line.band_ng_per_ml is None else line.band_ng_per_ml)) for line in lines
    ]
    highest = _round_up(max([*tops, *(level.level_ng_per_ml for level in levels), 1e-9]))
    canvas = [[" "] * columns for _ in range(rows)]
    at_columns = np.linspace(minutes[0], minutes[-1], columns)

    def row_of(value: float) -> int:
        return min(rows - 1, max(0, rows - 1 - round(value / highest * (rows - 1))))

    for line in lines:
        if line.band_ng_per_ml is None:
            continue
        low, high = (np.interp(at_columns, minutes, edge) for edge in line.band_ng_per_ml)
        for column in range(columns):
            for row in range(row_of(float(high[column])), row_of(float(low[column])) + 1):
                canvas[row][column] = line.shade
    for level in levels:
        for column in range(0, columns, 2):
            canvas[row_of(level.level_ng_per_ml)][column] = level.mark
    for line in lines:
        for column, value in enumerate(np.interp(at_columns, minutes, line.middle_ng_per_ml)):
            canvas[row_of(float(value))][column] = line.mark
    labels = {rows - 1: "0", 0: f"{highest:g}", (rows - 1) // 2: f"{highest * (1 - (rows - 1) // 2 / (rows - 1)):.0f}"}
    text = [f"{labels.get(row, ''):>6} |{''.join(canvas[row]).rstrip()}" for row in range(rows)]
    text.append(" " * 7 + "+" + "-" * columns)
    ends = f"{minutes[0]:g}", f"{(minutes[0] + minutes[-1]) / 2:g}", f"{minutes[-1]:g} min"
    gap = (columns - sum(map(len, ends))) // 2
    text.append(" " * 8 + ends[0] + " " * gap + ends[1] + " " * gap + ends[2])
    legend = [f"{line.mark} {line.name}" for line in lines]
    legend += [f"{level.mark} {level.mark} {level.name}" for level in levels]
    return "\n".join(["predicted ng/mL", *text, *(f"        {entry}" for entry in legend)])


def _round_up(value: float) -> float:
    """The next 1, 1.5, 2, 2.5, 3, 4, 5, 6 or 8 times a power of ten."""
    power = 10.0 ** np.floor(np.log10(value))
    for step in (1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0):
        if step * power >= value:
            return float(step * power)
    return float(10.0 * power)
