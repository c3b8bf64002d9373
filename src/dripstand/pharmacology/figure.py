"""The same plot as a picture, PNG or SVG. Needs matplotlib (the `plot` extra); everything else here does not."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

from .effects import ZONES
from .person import Drug
from .population import Bands

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SUFFIXES = (".png", ".svg")


class PictureNotPossible(RuntimeError):
    """The picture could not be made, and why."""


def draw_bands(bands: Bands, title: str, drug: Drug) -> Figure:
    """Every curve with its band, the zones of the effect site, and whose numbers they are: a picture leaves its page.

    Raises PictureNotPossible.
    """
    try:
        from matplotlib.figure import Figure
    except ImportError as fault:
        raise PictureNotPossible("pictures need matplotlib: install dripstand[plot]") from fault
    figure = Figure(figsize=(8.0, 6.4), layout="constrained")
    axes = figure.add_subplot()
    minutes = bands.times_s / 60.0
    middle = len(bands.percentiles) // 2
    for curve, name, color, style, hatch in (
        (bands.plasma_ng_per_ml, "plasma", "#1f4e79", "-", None),
        (bands.effect_site_ng_per_ml, "effect site (dissociation)", "#b3541e", "--", "///"),
        (bands.metabolite_ng_per_ml, "norketamine", "#4a7a3f", ":", "..."),
    ):
        if curve is None:
            continue
        which = f"middle and {bands.percentiles[0]:g}-{bands.percentiles[-1]:g} % of people"
        band = len(bands.percentiles) > 1
        axes.plot(
            minutes, curve[middle], style, color=color, label=f"{name}, predicted, {which if band else 'typical'}"
        )
        if band:
            axes.fill_between(minutes, curve[0], curve[-1], color=color, alpha=0.15, hatch=hatch, linewidth=0)
    shown = [] if bands.effect_site_ng_per_ml is None else [zones[drug] for zones in ZONES]
    for zone, shade in zip(shown, ("#bbbbbb", "#777777"), strict=False):
        axes.axhspan(zone.low_ng_per_ml, zone.high_ng_per_ml, color=shade, alpha=0.15, label=zone.in_words())
        axes.axhline(zone.level_ng_per_ml, color=shade, linewidth=0.8)
    axes.set(xlabel="minutes", ylabel="predicted ng/mL", title=title, ylim=(0, None), xlim=(minutes[0], minutes[-1]))
    axes.legend(frameon=False, fontsize="x-small")
    note = [
        "PREDICTED, not measured. " + "; ".join([bands.standing.word, *bands.standing.outside]),
        bands.variability,
        *(f"Source: {source}" for source in dict.fromkeys([*bands.citations, *(str(z.citation) for z in shown)])),
        f"Computed by: {bands.version}",
    ]
    lines = [line for part in note for line in textwrap.wrap(part, 150)]
    figure.supxlabel("\n".join(lines), x=0.01, ha="left", fontsize=6)
    return figure


def save(figure: Figure, file: Path) -> None:
    """Write the picture; its suffix decides the kind. Raises PictureNotPossible for a suffix that is neither."""
    if file.suffix.lower() not in SUFFIXES:
        raise PictureNotPossible(f"{file.name}: a picture is .png or .svg")
    figure.savefig(file, dpi=150, metadata={"Date": None} if file.suffix.lower() == ".svg" else None)
