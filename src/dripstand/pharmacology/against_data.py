"""Writes docs/reference/models-against-data.md and its figure: every model against every data set, misses too.

`python -m dripstand.pharmacology.against_data docs/reference`; a test checks that the page is what this would write.
"""

from __future__ import annotations

import sys
from pathlib import Path

from .catalogue import DEFAULT_MODEL, models
from .kinetics import Kinetics
from .model import Model
from .observed import (
    DATA_SETS,
    HASAN,
    KAMP_NORKETAMINE,
    KAMP_RACEMATE,
    KRYSTAL_RANGE_NG_PER_ML,
    WEIGHT_KG,
    ZARATE_2006,
    ZHAO_2012,
    Observed,
)
from .person import Person
from .prediction_errors import errors_of
from .rate_steps import RateStep

PAGE, FIGURE = "models-against-data.md", "models-against-data.svg"
USUAL_STEPS = (RateStep(0.0, 0.5 * WEIGHT_KG / 40.0), RateStep(2400.0, 0.0))
USUAL_MINUTES = (10, 20, 40, 80, 110, 230)
TYPICAL = Person(WEIGHT_KG, 30.0, "M")

_OPENING = f"""# Models against data

Every model of `dripstand models` against every published concentration that could be found, the misses as well as
the hits. Written by `python -m dripstand.pharmacology.against_data docs/reference`; do not edit it by hand.

The predictions are those of the typical person of {WEIGHT_KG:g} kg, because the people's own weights are not known.
Data are means of groups; most were digitised by others. Arterial and venous ketamine differ by half or more while
the drip runs, so an arterial model is expected to miss venous data, and the other way round.

![Predicted curves and observed concentrations]({FIGURE})

The same numbers as the figure are in the tables below.

## 0.5 mg/kg over 40 minutes, {WEIGHT_KG:g} kg, total ketamine, ng/mL

Predicted, typical person:
"""

_BETWEEN = f"""
Observed, venous: {ZARATE_2006.values_ng_per_ml[0]:g} at the end (Zarate 2006, n = 18), about
{ZHAO_2012.values_ng_per_ml[0]:g} with SD 88 at 40 min (Zhao 2012, n = 9, from memory, low confidence), and
{KRYSTAL_RANGE_NG_PER_ML[0]:g} to {KRYSTAL_RANGE_NG_PER_ML[1]:g} during it (Krystal 1994, n = 19; a bolus came first,
so it is not scored). Arterial plasma after this dose has not been published in a form that could be found.

## Errors

Median error / median absolute error in per cent, 100 x (predicted - observed) / observed, over all times of a data
set. Nothing is left out of this table, the faulty point of Kamp 2020 included. "-" where a model does not hold for
the drug or has no norketamine.
"""


def page() -> str:
    """The whole page as Markdown."""
    parts = [_OPENING]
    heads = ["model (site)", *(f"{minute}" for minute in USUAL_MINUTES), "norketamine at 40/80/110/230"]
    parts.append(_table(heads, [_usual_row(m) for m in models()]))
    parts.append(_BETWEEN)
    parts.append(_table(["model", *(d.title for d in DATA_SETS)], [_error_row(m) for m in models()]))
    default = next(m for m in models() if m.name == DEFAULT_MODEL)
    parts.append(f"\n## The default, point by point\n\n{default.title}; predicted, and error in per cent.\n")
    for data in DATA_SETS:
        errors = errors_of(default, data)
        if errors is None:
            continue
        parts.append(f"\n**{data.title}** (n = {data.people_count}; {data.source} [{data.verified}])\n")
        rows = [
            [f"{minute:g}", f"{seen:g}", f"{told:.0f}" if told >= 10 else f"{told:.2f}", f"{off:+.1f}"]
            for minute, seen, told, off in zip(
                data.times_min, data.values_ng_per_ml, errors.predicted_ng_per_ml, errors.percent, strict=True
            )
        ]
        parts.append(_table(["minute", "observed", "predicted", "error %"], rows))
        if data.left_out_min:
            which = ", ".join(f"{minute:g}" for minute in data.left_out_min)
            parts.append(f"\nMinute {which}: {data.left_out_why}. It stays in the table and out of pass marks.\n")
    parts.append(_CLOSING)
    return "".join(parts)


_CLOSING = """
## What this shows

- The default (Simons 2022) was built in other people than any of these data but its own. It predicts the arterial
  racemate of Kamp 2020 within 10 % at every infusion time from half an hour but the faulty one; at the first quarter
  of an hour it is 30 % high, and two hours after the drip 22 % low.
- Like for like, on the esketamine arm, it is 9 % high: part of its good fit to the racemate is an S half slightly too
  high and an R half slightly too low.
- Its norketamine is 29 % low (median) while the drip runs, at 60, 120 and 180 minutes, and further off after it: 30 %
  over all six times.
- Data are as printed or digitised, to two or three digits. Half a unit of the last digit moves the default's median
  error on the racemate between 2.0 and 2.5 (stated elsewhere: 2.1), and its median absolute error on Hasan between 18.5
  and 20.8 (stated elsewhere: 19). Differences below that are rounding, not a better or a worse model.
- Against venous data it is far too high while the drip runs (56 % at the end in Zarate 2006), as an arterial curve
  must be, and the venous model (Otto 2021) is 15 % low at the same place, inside its own band.
- At anaesthetic steady state (Idvall 1979) it is 12 % low; how long those infusions had run was not retrieved.
- No data from patients with depression at 40 to 230 minutes were found. That is the largest gap.

Bowdle 1998 (plasma linear with the computer's target, r = 0.997) supports linear kinetics and gives no numbers to
score. Zarate 2012, Farmer 2020, Glue 2018, Cusin and Li 2016 measured concentrations that could not be retrieved.
"""


def _usual_row(m: Model) -> list[str]:
    curves = Kinetics(m.typical(TYPICAL)).predict(USUAL_STEPS, [60.0 * minute for minute in USUAL_MINUTES])
    norketamine = curves.metabolite_ng_per_ml
    made = "-" if norketamine is None else " / ".join(f"{value:.0f}" for value in norketamine[2:])
    return [f"{m.name} ({m.matrix})", *(f"{value:.0f}" for value in curves.plasma_ng_per_ml), made]


def _error_row(m: Model) -> list[str]:
    cells = [m.name]
    for data in DATA_SETS:
        errors = errors_of(m, data)
        cells.append("-" if errors is None else f"{errors.median_percent:.1f} / {errors.median_absolute_percent:.1f}")
    return cells


def _table(heads: list[str], rows: list[list[str]]) -> str:
    lines = ["| " + " | ".join(row) + " |" for row in [heads, ["---"] * len(heads), *rows]]
    return "\n" + "\n".join(lines) + "\n"


_STYLES = {
    "arterial plasma": "-",
    "venous plasma": "--",
    "mixed arterial and venous": "-.",
    "plasma, site not known": ":",
}
_COLORS = ("#1f4e79", "#b3541e", "#4a7a3f", "#7a4a8c", "#8c6d1f", "#2b7a78", "#a33a5b", "#555555", "#999999")


def draw(file: Path) -> None:
    """The figure: four panels, line style by sampling site. Needs matplotlib."""
    import matplotlib

    matplotlib.rcParams["svg.hashsalt"] = "dripstand"
    from matplotlib.figure import Figure

    figure = Figure(figsize=(11.0, 8.5), layout="constrained")
    panels = figure.subplots(2, 2)
    shown = [m for m in models() if m.use != "comparison only"]
    usual = Observed("", "0.5 mg/kg over 40 min", "racemic", "venous", "ketamine", USUAL_STEPS, (), (), "", "", "T")
    for axes, data, until_min in (
        (panels[0][0], usual, 240.0),
        (panels[0][1], KAMP_RACEMATE, 320.0),
        (panels[1][0], HASAN, 740.0),
        (panels[1][1], KAMP_NORKETAMINE, 320.0),
    ):
        times_s = [60.0 * minute for minute in range(1, int(until_min) + 1)]
        minutes = [time_s / 60.0 for time_s in times_s]
        for color, m in zip(_COLORS, shown, strict=False):
            curves = Kinetics(m.typical(TYPICAL)).predict(data.steps, times_s)
            curve = curves.plasma_ng_per_ml if data.what == "ketamine" else curves.metabolite_ng_per_ml
            if curve is not None:
                axes.plot(minutes, curve, _STYLES[m.matrix], color=color, label=m.name, linewidth=1.3)
        axes.plot(data.times_min, data.values_ng_per_ml, "ko", markersize=4, label="observed")
        axes.set(title=data.title, xlabel="minutes", ylabel=f"{data.what}, ng/mL", xlim=(0, until_min))
    panels[0][0].plot([40], ZARATE_2006.values_ng_per_ml, "ks", markersize=5)
    panels[0][0].errorbar([40], ZHAO_2012.values_ng_per_ml, yerr=[88.0], fmt="k^", markersize=5, capsize=3)
    panels[0][0].annotate("venous: Zarate 2006 (square),\nZhao 2012 with SD (triangle)", (48, 190), fontsize="small")
    panels[1][0].set_yscale("log")
    panels[1][0].set_ylim(0.2, 60)
    panels[0][0].legend(frameon=False, fontsize="x-small")
    figure.savefig(file, metadata={"Date": None})


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    (folder / PAGE).write_text(page(), encoding="utf-8")
    draw(folder / FIGURE)
