"""Every reference case, to the pass mark and to what double precision can reach."""

from __future__ import annotations

import copy
import json
import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dripstand.pharmacology.cases import CaseNotUsable, answer

VECTORS = Path(__file__).parent / "vectors"
ONE = sorted(VECTORS.glob("d0*.json")) + sorted(VECTORS.glob("d1[0-2]*.json")) + sorted(VECTORS.glob("nasty/*.json"))


def read(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((VECTORS / name).read_text(encoding="utf-8"))
    return found


@pytest.mark.hazard("H27")
@pytest.mark.parametrize("file", ONE, ids=lambda file: file.stem)
def test_every_reference_case_is_met_far_inside_its_pass_mark(file: Path) -> None:
    case = json.loads(file.read_text(encoding="utf-8"))
    given = answer(case)
    assert set(given) == {*case["expected"], "delivered_mg_at_last_sample"}
    for curve, expected in case["expected"].items():
        np.testing.assert_allclose(given[curve], expected, rtol=1e-12, atol=1e-12)
    assert given["delivered_mg_at_last_sample"] == pytest.approx(case["delivered_mg_at_last_sample"], rel=1e-14)


def test_a_population_is_ranked_as_its_readme_says() -> None:
    case = read("d13_population_20.json")
    given = answer(case)
    assert set(given) == {"percentiles"}
    for curve, expected in case["expected_percentiles"].items():
        assert list(given["percentiles"][curve]) == ["p2.5", "p5", "p25", "p50", "p75", "p95", "p97.5"]
        for name, values in expected.items():
            np.testing.assert_allclose(given["percentiles"][curve][name], values, rtol=1e-12)


def test_the_order_in_which_events_and_samples_are_listed_does_not_matter() -> None:
    case = read("d06_herd_bolus_infusion.json")
    shuffled = copy.deepcopy(case)
    random.Random(5).shuffle(shuffled["events"])
    order = list(range(len(case["sample_times_s"])))
    random.Random(6).shuffle(order)
    shuffled["sample_times_s"] = [case["sample_times_s"][i] for i in order] + [case["sample_times_s"][0]]
    for curve, values in answer(case).items():
        if curve != "delivered_mg_at_last_sample":
            again = answer(shuffled)[curve]
            assert again == pytest.approx([*(values[i] for i in order), values[0]], rel=1e-13, abs=1e-15)


def test_no_samples_and_no_events_are_an_answer_too() -> None:
    case = read("d02_kamp_standard.json")
    assert answer({**case, "sample_times_s": []})["plasma_ng_per_ml"] == []
    still = answer({**case, "events": [], "sample_times_s": [0.0, 60.0]})
    assert still["plasma_ng_per_ml"] == [0.0, 0.0] and still["delivered_mg_at_last_sample"] == 0.0


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("parameters", "parent", "V1_L"), 0.0),
        (("parameters", "parent", "V1_L"), None),
        (("parameters", "parent", "CL_L_per_min"), -1.0),
        (("parameters", "effect", "ke0_per_min"), "fast"),
        (("events", 0, "mg_per_min"), -0.1),
        (("events", 0, "mg_per_min"), float("nan")),
        (("events", 0, "t_s"), float("inf")),
        (("events", 0, "type"), "syringe"),
        (("schema",), "dripstand-pk-2"),
        (("sample_times_s",), "soon"),
        (("parameters",), None),
        (("parameters", "effect"), 0.08),
        (("parameters", "liver"), [1.0]),
        (("parameters", "parent", "peripherals"), {"V_L": 1.0}),
        (("events", 0), "start"),
        (("sample_times_s", 0), True),
        (("sample_times_s", 0), 10**400),
        (("events", 0, "t_s"), -(10**400)),
        (("events", 0, "mg_per_min"), 1e308),
        (("events", 0), {"type": "bolus", "t_s": 0.0, "mg": 1e308}),
        (("events",), [{"type": "bolus", "t_s": 0.0, "mg": 1e308}] * 2),
        (("parameters", "effect"), {"keo": 1.0}),
        (("parameters", "effect"), {}),
        (("parameters", "metabolite"), {"V1_L": 100.0, "CL_L_per_min": 1.0, "fm": 1.01}),
    ],
)
def test_what_cannot_be_is_refused_and_not_repaired(path: tuple[str | int, ...], value: object) -> None:
    case = read("d01_domino_standard.json")
    inner: Any = case
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    with pytest.raises(CaseNotUsable):
        answer(case)


def test_a_transit_chain_longer_than_any_model_s_is_refused() -> None:
    case = read("d08_simons_transit.json")
    case["parameters"]["metabolite"]["transit"]["n"] = 1_000_000
    with pytest.raises(CaseNotUsable):
        answer(case)


def test_an_effect_site_without_a_delay_constant_is_no_effect_site() -> None:
    case = read("d01_domino_standard.json")
    case["parameters"]["effect"] = {"ke0_per_min": None}
    assert set(answer(case)) == {"plasma_ng_per_ml", "delivered_mg_at_last_sample"}
