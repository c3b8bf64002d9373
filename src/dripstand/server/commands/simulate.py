"""`dripstand simulate`: what an infusion does in a person, by a published model."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dripstand.pharmacology import Bands, Model
    from dripstand.pharmacology.disposition import FloatArray

LONGEST_HOURS = 24.0 * 365.0
MOST_GRID_POINTS = 1441
USUAL_HOURS, USUAL_PEOPLE, USUAL_SEED = 4.0, 1000, 1
MOST_MG_PER_KG = 20.0
"""Above any anaesthetic dose: a slip of the finger, not a question."""


_OWN_FLAGS = (
    *("model", "drug", "weight_kg", "age_y", "sex", "height_cm", "dose_mg_per_kg", "minutes"),
    *("hours", "population", "seed", "csv", "plot"),
)


def configure(parser: argparse.ArgumentParser) -> None:
    """Either a case file, or a model, a drug, a person and a dose."""
    parser.add_argument("case", nargs="?", metavar="CASE.json", help="a case with full parameters; prints JSON")
    parser.add_argument("--model", metavar="NAME", help="a published model; `dripstand models` lists them")
    parser.add_argument("--drug", choices=["racemic", "esketamine"], help="which drug; there is no default")
    parser.add_argument("--weight-kg", type=float, metavar="W")
    parser.add_argument("--age-y", type=float, metavar="A")
    parser.add_argument("--sex", choices=["F", "M"])
    parser.add_argument("--height-cm", type=float, metavar="H")
    parser.add_argument("--dose-mg-per-kg", type=float, metavar="D", help="total dose of the drug as named, per kg")
    parser.add_argument("--minutes", type=float, metavar="M", help="over how many minutes")
    parser.add_argument("--hours", type=float, metavar="H", help=f"how far to look ({USUAL_HOURS:g})")
    parser.add_argument("--population", type=int, metavar="N", help=f"virtual people in the band ({USUAL_PEOPLE})")
    parser.add_argument("--seed", type=int, metavar="S", help=f"which virtual people, 0 or more ({USUAL_SEED})")
    parser.add_argument("--csv", type=Path, metavar="FILE", help="write every time and percentile")
    parser.add_argument("--plot", type=Path, metavar="FILE", help="write a picture, .png or .svg")


def run(args: argparse.Namespace) -> int:
    """0 when there is a prediction; 1, with the reason, when there is none; 2 for a wrong call."""
    if args.case is not None:
        if beside := [name for name in _OWN_FLAGS if getattr(args, name) is not None]:
            flags = ", ".join("--" + name.replace("_", "-") for name in beside)
            print(
                f"simulate: a case says everything itself and prints JSON; with it there is no {flags}", file=sys.stderr
            )
            return 2
        return _case(args.case)
    args.hours = USUAL_HOURS if args.hours is None else args.hours
    args.population = USUAL_PEOPLE if args.population is None else args.population
    args.seed = USUAL_SEED if args.seed is None else args.seed
    missing = [
        name for name in ("model", "drug", "weight_kg", "dose_mg_per_kg", "minutes") if getattr(args, name) is None
    ]
    if missing:
        flags = ", ".join("--" + name.replace("_", "-") for name in missing)
        print(f"simulate needs a CASE.json, or also: {flags}", file=sys.stderr)
        return 2
    if not (0 <= args.dose_mg_per_kg <= MOST_MG_PER_KG and 0 < args.minutes <= 60 * LONGEST_HOURS):
        print(f"simulate: the dose is 0 to {MOST_MG_PER_KG:g} mg/kg, over more than 0 minutes", file=sys.stderr)
        return 2
    if not 0 < args.hours <= LONGEST_HOURS:
        print("simulate: hours are above 0 and at most a year", file=sys.stderr)
        return 2
    if args.plot is not None and args.plot.suffix.lower() not in (".png", ".svg"):
        print(f"simulate: {args.plot.name}: a picture is .png or .svg", file=sys.stderr)
        return 2
    if args.population < 1:
        print("simulate: a population has at least one person", file=sys.stderr)
        return 2
    if args.seed < 0:
        print("simulate: a seed is 0 or more", file=sys.stderr)
        return 2
    return _person(args)


def _case(file: str) -> int:
    from dripstand.pharmacology.cases import CaseNotUsable, answer

    try:
        text = sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8")
        answered = answer(json.loads(text))
    except OSError as fault:
        print(f"simulate: {file}: {fault.strerror}", file=sys.stderr)
        return 1
    except CaseNotUsable as fault:
        print(f"simulate: {file}: {fault}", file=sys.stderr)
        return 1
    except RecursionError:
        print(f"simulate: {file} is nested too deeply for a case", file=sys.stderr)
        return 1
    except ValueError as fault:  # not UTF-8, not JSON, or a whole number of thousands of digits
        print(f"simulate: {file} is not JSON: {fault}", file=sys.stderr)
        return 1
    print(json.dumps(answered, indent=1, allow_nan=False))
    return 0


def _person(args: argparse.Namespace) -> int:
    import numpy as np

    from dripstand.pharmacology import ZONES, Person, RateStep, Refused, UnknownModel, model, population_percentiles
    from dripstand.pharmacology.prediction_table import text_table
    from dripstand.pharmacology.quantiles import PERCENTILES_REPORTED

    person = Person(args.weight_kg, args.age_y, args.sex, args.height_cm)
    dose_mg = args.dose_mg_per_kg * args.weight_kg
    steps = [RateStep(0.0, dose_mg / args.minutes), RateStep(args.minutes * 60.0, 0.0)]
    step_s = 60.0 * max(1.0, np.ceil(args.hours * 60.0 / (MOST_GRID_POINTS - 1)))
    times_s = np.arange(0.0, args.hours * 3600.0 + step_s / 2, step_s)
    if times_s[-1] < args.hours * 3600.0 or len(times_s) < 2:
        times_s = np.append(times_s, args.hours * 3600.0)
    try:
        chosen = model(args.model)
        bands = population_percentiles(
            args.model, args.drug, person, steps, times_s, people=args.population, seed=args.seed
        )
    except UnknownModel as fault:
        print(f"simulate: {fault}", file=sys.stderr)
        return 2
    if isinstance(bands, Refused):
        print(f"{bands.reason} Limit: {bands.limit}.", file=sys.stderr)
        return 1
    print(_head(chosen, args, bands, dose_mg))
    print(_drawn(args, bands))
    print()
    print(text_table(bands, also_minutes=(args.minutes,)))
    print(f"\n{bands.variability}")
    zones = [] if bands.effect_site_ng_per_ml is None else [zone[args.drug] for zone in ZONES]
    for source in dict.fromkeys([*bands.citations, *(str(zone.citation) for zone in zones)]):
        print(f"Source: {source}")
    print(f"Computed by: {bands.version}")
    detailed = bands
    if args.csv is not None and len(bands.percentiles) > 1:
        again = population_percentiles(
            args.model, args.drug, person, steps, times_s, PERCENTILES_REPORTED, people=args.population, seed=args.seed
        )
        detailed = bands if isinstance(again, Refused) else again
    return _files(args, bands, detailed, chosen)


def _files(args: argparse.Namespace, bands: Bands, detailed: Bands, chosen: Model) -> int:
    from dripstand.pharmacology.prediction_table import write_csv

    try:
        if args.csv is not None:
            with args.csv.open("w", encoding="utf-8", newline="") as file:
                write_csv(detailed, file)
        if args.plot is not None:
            from dripstand.pharmacology.figure import PictureNotPossible, draw_bands, save

            title = f"{args.dose_mg_per_kg:g} mg/kg {args.drug} over {args.minutes:g} min, {chosen.title}"
            try:
                save(draw_bands(bands, title, args.drug), args.plot)
            except PictureNotPossible as fault:
                print(f"simulate: {fault}", file=sys.stderr)
                return 1
    except OSError as fault:
        print(f"simulate: {fault.filename}: {fault.strerror}", file=sys.stderr)
        return 1
    return 0


def _head(chosen: Model, args: argparse.Namespace, bands: Bands, dose_mg: float) -> str:
    total = "S + R together" if args.drug == "racemic" else "S-ketamine"
    people = f"band of {args.population} virtual people" if len(bands.percentiles) > 1 else "typical person, no band"
    lines = [
        f"PREDICTED, not measured: {args.drug} ketamine, {dose_mg:g} mg in {args.minutes:g} min, {args.weight_kg:g} kg",
        f"{chosen.title}; {chosen.matrix}; {total}; {people}",
        f"Built in: {chosen.population}",
    ]
    if bands.standing.outside:
        lines.append("EXTRAPOLATED: " + "; ".join(bands.standing.outside))
    return "\n".join(lines)


def _drawn(args: argparse.Namespace, bands: Bands) -> str:
    from dripstand.pharmacology import ZONES
    from dripstand.pharmacology.terminal_plot import Level, Line, terminal_plot

    middle = len(bands.percentiles) // 2

    def line(mark: str, shade: str, name: str, curve: FloatArray) -> Line:
        band = curve[[0, -1]] if len(bands.percentiles) > 1 else None
        return Line(mark, shade, name, curve[middle], band)

    lines = []
    if bands.effect_site_ng_per_ml is not None:
        lines.append(line("o", ":", "effect site (dissociation)", bands.effect_site_ng_per_ml))
    lines.append(line("*", ".", "plasma", bands.plasma_ng_per_ml))
    if bands.effect_site_ng_per_ml is None:
        return terminal_plot(bands.times_s, lines)
    levels = [
        Level(mark, zones[args.drug].in_words(), zones[args.drug].level_ng_per_ml)
        for mark, zones in zip("=-", ZONES, strict=True)
    ]
    return terminal_plot(bands.times_s, lines, levels=levels)
