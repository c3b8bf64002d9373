"""Makes the cases of this folder: `pip install mpmath`, then `python make.py`. Shares no code with Dripstand.

The matrix is written out anew from the equations in ../README.md, times are exact fractions, and the exponential is
summed in 70-digit arithmetic.
"""

from __future__ import annotations

import json
import random
from fractions import Fraction
from pathlib import Path

import mpmath

mpmath.mp.dps = 70
HERE = Path(__file__).parent


def exact(value: Fraction) -> mpmath.mpf:
    return mpmath.mpf(value.numerator) / value.denominator


def matrix_of(p: dict) -> tuple[list[str], mpmath.matrix]:
    parent, liver, made, effect = p["parent"], p["liver"], p["metabolite"], p["effect"]
    steps = made["transit"]["n"] if made and made["transit"] else 0
    names = ["A1", *(f"A{i + 2}" for i in range(len(parent["peripherals"])))]
    names += (["AH"] if liver else []) + (["Ce"] if effect else [])
    if made:
        names += [f"T{i}" for i in range(steps)] + ["M1", *(f"M{i + 2}" for i in range(len(made["peripherals"])))]
    at = {name: i for i, name in enumerate(names)}
    a = mpmath.zeros(len(names) + 1)

    def add(row: str, column: str, value: mpmath.mpf) -> None:
        a[at[row], at[column]] += value

    def trade(center: str, v: mpmath.mpf, sides: list, letter: str) -> None:
        for i, side in enumerate(sides):
            q, other = mpmath.mpf(side["Q_L_per_min"]), f"{letter}{i + 2}"
            add(center, center, -q / v)
            add(other, center, q / v)
            add(center, other, q / mpmath.mpf(side["V_L"]))
            add(other, other, -q / mpmath.mpf(side["V_L"]))

    v1 = mpmath.mpf(parent["V1_L"])
    cl = mpmath.mpf(parent["CL_L_per_min"])
    add("A1", "A1", -cl / v1)
    trade("A1", v1, parent["peripherals"], "A")
    if liver:
        qh, vh = mpmath.mpf(liver["Qh_L_per_min"]), mpmath.mpf(liver["Vh_L"])
        kel, kmet = mpmath.mpf(liver["kel_per_min"]), mpmath.mpf(liver["kmet_per_min"])
        add("A1", "A1", -qh / v1)
        add("AH", "A1", qh / v1)
        add("A1", "AH", qh / vh)
        add("AH", "AH", -(qh / vh + kel + kmet))
    if effect:
        ke0 = mpmath.mpf(effect["ke0_per_min"])
        add("Ce", "A1", ke0 / v1)
        add("Ce", "Ce", -ke0)
    if made:
        entry = "T0" if steps else "M1"
        ratio = mpmath.mpf(made["mass_ratio"])
        if liver:
            add(entry, "AH", ratio * kmet)
        else:
            add(entry, "A1", ratio * mpmath.mpf(made["fm"]) * cl / v1)
        for i in range(steps):
            ktr = mpmath.mpf(made["transit"]["ktr_per_min"])
            add(f"T{i}", f"T{i}", -ktr)
            add(f"T{i + 1}" if i + 1 < steps else "M1", f"T{i}", ktr)
        vm = mpmath.mpf(made["V1_L"])
        add("M1", "M1", -mpmath.mpf(made["CL_L_per_min"]) / vm)
        trade("M1", vm, made["peripherals"], "M")
    a[0, len(names)] = 1
    return names, a


def exponential(a: mpmath.matrix) -> mpmath.matrix:
    size = a.rows
    norm = max(sum(abs(a[i, j]) for i in range(size)) for j in range(size))
    squarings = 0
    while norm > mpmath.mpf("0.01"):
        norm, squarings = norm / 2, squarings + 1
    small = a / mpmath.mpf(2) ** squarings
    term, total = mpmath.eye(size), mpmath.eye(size)
    for k in range(1, 34):
        term = term * small / k
        total += term
    for _ in range(squarings):
        total = total * total
    return total


def solve(case: dict) -> None:
    names, a = matrix_of(case["parameters"])
    size = len(names)
    marks: dict[Fraction, list[dict]] = {}
    running = []
    for event in case["events"]:
        start = Fraction(event["t_s"])
        marks.setdefault(start, []).append(event)
        if event["type"] == "infusion":
            end = start + Fraction(event["duration_s"])
            marks.setdefault(end, [])
            running.append((start, end, Fraction(event["mg_per_min"])))
    samples = {Fraction(t) for t in case["sample_times_s"]}
    x, pump, total_rate, before, found = mpmath.zeros(size + 1, 1), Fraction(0), Fraction(0), None, {}
    kept: dict[Fraction, mpmath.matrix] = {}
    delivered, last = Fraction(0), max(samples)
    for now in sorted(samples | set(marks)):
        if before is not None:
            gap = now - before
            if gap not in kept:
                kept[gap] = exponential(a * (exact(gap) / 60))
            x = kept[gap] * x
            if now <= last:
                delivered += total_rate * gap / 60
        for event in marks.get(now, []):
            if event["type"] == "rate":
                pump = Fraction(event["mg_per_min"])
            elif event["type"] == "bolus":
                x[0] += mpmath.mpf(event["mg"])
                delivered += Fraction(event["mg"]) if now <= last else 0
        total_rate = pump + sum((r for start, end, r in running if start <= now < end), Fraction(0))
        x[size] = exact(total_rate)
        before = now
        if now in samples:
            found[now] = x.copy()
    expected = {"plasma_ng_per_ml": [], "effect_ng_per_ml": [], "metabolite_ng_per_ml": []}
    for t in case["sample_times_s"]:
        state = found[Fraction(t)]
        expected["plasma_ng_per_ml"].append(float(1000 * state[0] / mpmath.mpf(case["parameters"]["parent"]["V1_L"])))
        if "Ce" in names:
            expected["effect_ng_per_ml"].append(float(1000 * state[names.index("Ce")]))
        if "M1" in names:
            volume = mpmath.mpf(case["parameters"]["metabolite"]["V1_L"])
            expected["metabolite_ng_per_ml"].append(float(1000 * state[names.index("M1")] / volume))
    case["expected"] = {name: values for name, values in expected.items() if values}
    case["delivered_mg_at_last_sample"] = float(delivered)


def side(v: float, q: float) -> dict:
    return {"V_L": v, "Q_L_per_min": q}


def rate(t: float, r: float) -> dict:
    return {"type": "rate", "t_s": t, "mg_per_min": r}


def infusion(t: float, d: float, r: float) -> dict:
    return {"type": "infusion", "t_s": t, "duration_s": d, "mg_per_min": r}


SIMONS = {
    "parent": {"V1_L": 11.6, "CL_L_per_min": 1.48, "peripherals": [side(39.0, 2.43), side(174.0, 1.21)]},
    "effect": {"ke0_per_min": 0.0835},
    "metabolite": {
        "V1_L": 11.6, "CL_L_per_min": 1.0, "peripherals": [side(221.0, 2.63)], "fm": 0.8, "mass_ratio": 0.941,
        "transit": {"n": 2, "ktr_per_min": 0.0995},
    },
    "liver": None,
}  # fmt: skip
STIFF = {
    "parent": {"V1_L": 0.5, "CL_L_per_min": 0.001, "peripherals": [side(40.0, 30.0), side(3000.0, 0.01)]},
    "effect": {"ke0_per_min": 0.0835},
    "metabolite": None,
    "liver": None,
}
CLOSED = {
    "parent": {"V1_L": 10.0, "CL_L_per_min": 0.0, "peripherals": [side(50.0, 0.0), side(20.0, 1.0)]},
    "effect": {"ke0_per_min": 0.0},
    "metabolite": None,
    "liver": None,
}
CHAIN = {
    "parent": {"V1_L": 20.0, "CL_L_per_min": 2.0, "peripherals": []},
    "effect": {"ke0_per_min": 0.1},
    "metabolite": {
        "V1_L": 10.0, "CL_L_per_min": 1.0, "peripherals": [], "fm": 0.5, "mass_ratio": 1.0,
        "transit": {"n": 6, "ktr_per_min": 0.1},
    },
    "liver": None,
}  # fmt: skip
LIVER = {
    "parent": {"V1_L": 190.0, "CL_L_per_min": 0.0, "peripherals": [side(140.0, 1.4), side(410.0, 0.6)]},
    "effect": None,
    "metabolite": {
        "V1_L": 70.0, "CL_L_per_min": 0.63, "peripherals": [side(115.0, 0.43)], "fm": 1.0, "mass_ratio": 1.0,
        "transit": {"n": 1, "ktr_per_min": 0.05},
    },
    "liver": {"Qh_L_per_min": 2.5, "Vh_L": 100.0, "kel_per_min": 0.0185, "kmet_per_min": 0.046},
}  # fmt: skip
DAY = 86400.0


def cases() -> dict[str, tuple[str, dict, list, list]]:
    jumpy = random.Random(3)
    changes = [rate(7.3 * i, round(jumpy.uniform(0.0, 1.5), 3)) for i in range(400)]
    jumpy.shuffle(changes)
    return {
        "n01_stiff_year": (
            "60 per min against 1e-6, infused for a year", STIFF,
            [rate(0.0, 0.01), rate(300 * DAY, 0.0)],
            [0.0, 0.001, 1.0, 60.0, 3600.0, DAY, 30 * DAY, 300 * DAY, 300 * DAY + 0.5, 365 * DAY],
        ),
        "n02_pulse_on_day_thirty": (
            "0.1 ms pulses thirty days in", SIMONS,
            [infusion(30 * DAY, 1e-4, 900.0), infusion(30 * DAY + 2e-4, 1e-4, 900.0), rate(30 * DAY + 60.0, 0.5)],
            [0.0, 30 * DAY, 30 * DAY + 1e-4, 30 * DAY + 3e-4, 30 * DAY + 1.0, 30 * DAY + 3600.0, 37 * DAY],
        ),
        "n03_nothing_leaves": (
            "no clearance, an exchange of 0, a ke0 of 0", CLOSED,
            [{"type": "bolus", "t_s": 10.0, "mg": 5.0}, rate(20.0, 1.0), rate(80.0, 0.0)],
            [0.0, 10.0, 15.0, 80.0, 3600.0, 30 * DAY],
        ),
        "n04_six_equal_steps": (
            "six transit steps whose rate equals elimination and ke0", CHAIN,
            [rate(0.0, 0.8), rate(2400.0, 0.0)],
            [0.01, 1.0, 60.0, 600.0, 2400.0, 3600.0, 14400.0, DAY],
        ),
        "n05_four_hundred_changes": (
            "400 rate changes, listed in no order", SIMONS, [*changes, rate(7.3 * 400, 0.0)],
            [0.0, 7.3, 100.0, 1000.05, 7.3 * 399, 7.3 * 400, 7200.0, 14400.0],
        ),
        "n06_overlapping_lines": (
            "two lines overlap a paused pump; samples out of order and repeated", LIVER,
            [rate(600.0, 0.0), infusion(300.0, 1200.0, 0.4), rate(0.0, 0.5), infusion(900.0, 0.0, 9.0),
             infusion(600.0, 1800.0, 0.1), rate(900.0, 0.7), rate(2400.0, 0.0)],
            [14400.0, 600.0, 0.0, 600.0, 300.0, 1500.0, 2400.0, 2400.001, -60.0],
        ),
    }  # fmt: skip


if __name__ == "__main__":
    for name, (why, parameters, events, times) in cases().items():
        case = {"schema": "dripstand-pk-1", "name": name, "why": why, "model": "synthetic", "covariates": {},
                "parameters": parameters, "events": events, "sample_times_s": times}  # fmt: skip
        solve(case)
        (HERE / f"{name}.json").write_text(json.dumps(case, indent=1) + "\n", encoding="utf-8")
        print(name)
