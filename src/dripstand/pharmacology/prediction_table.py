"""A forecast as rows: for the terminal, and for CSV."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from typing import TextIO

import numpy as np

from .disposition import FloatArray
from .population import Bands

SHOWN_MINUTES = (0, 5, 10, 15, 20, 30, 40, 50, 60, 80, 110, 120, 180, 230, 240, 360, 480, 720, 1440)


def columns_of(bands: Bands) -> list[tuple[str, FloatArray]]:
    """(name with unit, values) of every curve and percentile; a single typical curve is called typical."""
    found: list[tuple[str, FloatArray]] = []
    for name, curve in (
        ("plasma", bands.plasma_ng_per_ml),
        ("effect_site", bands.effect_site_ng_per_ml),
        ("norketamine", bands.metabolite_ng_per_ml),
    ):
        if curve is None:
            continue
        for percentile, values in zip(bands.percentiles, curve, strict=True):
            which = "typical" if len(bands.percentiles) == 1 else f"p{percentile:g}"
            found.append((f"{name}_{which}_ng_per_ml", values))
    return found


def write_csv(bands: Bands, file: TextIO) -> None:
    """One line a time, seconds first, full precision; whose numbers they are in the last columns of each line.

    In columns and not above the table, because a table is read by programs, and lines of it are copied out.
    """
    columns = columns_of(bands)
    writer = csv.writer(file)
    writer.writerow(["time_s", *(name for name, _ in columns), "kind", "standing", "computed_by", "source"])
    standing = ": ".join(part for part in (bands.standing.word, "; ".join(bands.standing.outside)) if part)
    whose = ["predicted, not measured", standing, bands.version, " ".join(bands.citations)]
    for index, time_s in enumerate(bands.times_s):
        numbers = (repr(float(values[index])) for _, values in columns)
        writer.writerow([repr(float(time_s)).removesuffix(".0"), *numbers, *whose])


def text_table(bands: Bands, also_minutes: Iterable[float] = ()) -> str:
    """A short table at telling minutes, whole numbers: more digits would claim what no model here can."""
    minutes = bands.times_s / 60.0
    wanted = sorted({*SHOWN_MINUTES, *also_minutes})
    picked = [int(np.argmin(np.abs(minutes - m))) for m in wanted if minutes[0] - 1e-9 <= m <= minutes[-1] + 1e-9]
    columns = columns_of(bands)
    heads = [
        name.removesuffix("_ng_per_ml").replace("effect_site", "effect").replace("norketamine", "norket.")
        for name, _ in columns
    ]
    widths = [max(len(head), 6) for head in heads]
    lines = ["minute  " + "  ".join(f"{h:>{w}}" for h, w in zip(heads, widths, strict=True))]
    for index in dict.fromkeys(picked):
        cells = "  ".join(f"{values[index]:>{w}.0f}" for (_, values), w in zip(columns, widths, strict=True))
        lines.append(f"{minutes[index]:>6g}  {cells}")
    return "\n".join(lines)
