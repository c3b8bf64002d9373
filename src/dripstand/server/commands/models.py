"""`dripstand models`: the published models, the people behind them and the source of every number."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dripstand.pharmacology import Model


def configure(parser: argparse.ArgumentParser) -> None:
    """One flag: JSON with everything."""
    parser.add_argument("--json", action="store_true", help="everything about every model, as JSON")


def run(args: argparse.Namespace) -> int:
    """Always 0: the models are part of the program."""
    from dripstand.pharmacology import DEFAULT_MODEL, models
    from dripstand.pharmacology.person import ADULT_FROM_AGE_Y, WEIGHT_BOUNDS_KG

    if args.json:
        print(json.dumps([_described(m, m.name == DEFAULT_MODEL) for m in models()], indent=1, allow_nan=False))
        return 0
    low_kg, high_kg = WEIGHT_BOUNDS_KG
    print(f"Every model: no line below {ADULT_FROM_AGE_Y:g} years or outside {low_kg:g} to {high_kg:g} kg.\n")
    for m in models():
        print(f"{m.name}{'  (default)' if m.name == DEFAULT_MODEL else ''}")
        print(f"    {m.title}; {m.matrix}; {', '.join(m.drugs)}; {m.use}")
        print(f"    built in: {m.population}; doses: {m.dose_studied}")
        print(f"    {m.between_subject_statement}")
        for line in (*m.notes, *(f"assumed: {guess}" for guess in m.guesses)):
            print(f"    - {line}")
        for citation in m.citations:
            print(f"    {citation}")
        print()
    return 0


def _described(m: Model, is_default: bool) -> dict[str, Any]:
    between = m.between_subject
    return {
        "name": m.name,
        "title": m.title,
        "default": is_default,
        "use": m.use,
        "matrix": m.matrix,
        "drugs": list(m.drugs),
        "fitted_to": m.fitted_to,
        "enantiomer_halves": m.enantiomer_halves,
        "effect_site": m.has_effect_site,
        "population": m.population,
        "studied": {
            "weight_kg": m.studied.weight_kg,
            "age_y": m.studied.age_y,
            "sexes": list(m.studied.sexes),
            "max_s_rate_mg_per_min": m.studied.max_s_rate_mg_per_min,
            "max_s_dose_mg": m.studied.max_s_dose_mg,
            "doses_at_once": m.studied.doses_at_once,
            "until_h": m.studied.until_h,
            "always_outside": list(m.studied.beyond),
        },
        "dose_studied": m.dose_studied,
        "citations": [{"text": c.text, "doi": c.doi} for c in m.citations],
        "parameters": [
            {"name": p.name, "value": p.value, "unit": p.unit, "source": p.source, "verified": p.verified}
            for p in m.parameters
        ],
        "between_subject": None
        if between is None
        else {
            "names": list(between.names),
            "covariance": [list(row) for row in between.covariance],
            "form": between.statement,
        },
        "between_subject_statement": m.between_subject_statement,
        "notes": list(m.notes),
        "assumed": list(m.guesses),
    }
