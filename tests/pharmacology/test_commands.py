"""`dripstand simulate` and `dripstand models`, as a stranger calls them."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from dripstand.pharmacology import MODEL_NAMES
from dripstand.server.cli import main

VECTORS = Path(__file__).parent / "vectors"
USUAL = ["--drug", "racemic", "--weight-kg", "70", "--dose-mg-per-kg", "0.5", "--minutes", "40"]


def simulate(*words: str) -> int:
    return main(["simulate", *words])


@pytest.mark.parametrize("name", ["d08_simons_transit", "d13_population_20", "d09_one_compartment_zero_rate"])
def test_a_case_comes_back_as_json(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    file = VECTORS / f"{name}.json"
    assert simulate(str(file)) == 0
    given, case = json.loads(capsys.readouterr().out), json.loads(file.read_text(encoding="utf-8"))
    if "expected" in case:
        assert given["delivered_mg_at_last_sample"] == pytest.approx(case["delivered_mg_at_last_sample"])
        for curve, values in case["expected"].items():
            assert given[curve] == pytest.approx(values, rel=1e-9, abs=1e-9)
    else:
        assert given["percentiles"]["plasma_ng_per_ml"]["p2.5"] == pytest.approx(
            case["expected_percentiles"]["plasma_ng_per_ml"]["p2.5"], rel=1e-9
        )


def test_a_case_that_cannot_be_used_says_why(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for text, said in (("{", "not JSON"), ("[]", "JSON object"), ('{"events": []}', "sample_times_s")):
        file = tmp_path / "case.json"
        file.write_text(text, encoding="utf-8")
        assert simulate(str(file)) == 1
        assert said in capsys.readouterr().err
    assert simulate(str(tmp_path / "nothing.json")) == 1


@pytest.mark.parametrize(
    "text",
    ["[" * 100_000, '{"a":' * 100_000, '{"sample_times_s": [1' + "0" * 5000 + "]}", "\ufeff{}"],
    ids=["lists in lists", "objects in objects", "five thousand digits", "a mark of byte order"],
)
def test_a_file_that_is_no_case_is_answered_in_a_sentence(
    text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "case.json"
    file.write_text(text, encoding="utf-8")
    assert simulate(str(file)) == 1
    said = capsys.readouterr()
    assert said.out == "" and said.err.startswith("simulate: ") and len(said.err) < 400


@pytest.mark.parametrize("words", [["--csv", "x.csv"], ["--plot", "x.png"], ["--model", "otto2021"], ["--seed", "2"]])
def test_a_case_leaves_no_flag_unheard(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert simulate(str(VECTORS / "d08_simons_transit.json"), *words) == 2
    said = capsys.readouterr()
    assert said.out == "" and words[0] in said.err


@pytest.mark.hazard("H24")
@pytest.mark.parametrize("name", MODEL_NAMES)
def test_what_is_printed_says_predicted_first_and_names_its_source(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert simulate("--model", name, *USUAL, "--population", "50") == 0
    said = capsys.readouterr().out
    assert said.startswith("PREDICTED, not measured") and "predicted ng/mL" in said and "Source:" in said
    assert "EXTRAPOLATED: " in said  # no age was given
    assert ("no band" in said) != ("band of 50 virtual people" in said)


def test_a_person_within_the_people_studied_is_not_marked(capsys: pytest.CaptureFixture[str]) -> None:
    assert simulate("--model", "simons2022", *USUAL, "--age-y", "25", "--sex", "F", "--population", "50") == 0
    assert "EXTRAPOLATED" not in capsys.readouterr().out


def test_a_population_of_one_is_no_band(capsys: pytest.CaptureFixture[str]) -> None:
    assert simulate("--model", "simons2022", *USUAL, "--population", "1") == 0
    said = capsys.readouterr().out
    assert "typical person, no band" in said and "plasma_typical" in said and "p95" not in said


@pytest.mark.hazard("H26")
@pytest.mark.parametrize(
    "words",
    [
        ["--model", "simons2022", "--drug", "racemic", "--weight-kg", "30"],
        ["--model", "simons2022", "--drug", "racemic", "--weight-kg", "70", "--age-y", "9"],
        ["--model", "domino1984", "--drug", "esketamine", "--weight-kg", "70"],
        ["--model", "simons2022", "--drug", "racemic", "--weight-kg", "nan"],
    ],
)
def test_outside_the_bounds_there_is_a_reason_and_no_number(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert simulate(*words, "--dose-mg-per-kg", "0.5", "--minutes", "40") == 1
    said = capsys.readouterr()
    assert said.out == "" and said.err.startswith("No prediction: ")


def test_a_wrong_call_is_answered_with_what_is_missing(capsys: pytest.CaptureFixture[str]) -> None:
    assert simulate() == 2 and "--drug" in capsys.readouterr().err
    for words in (
        ["--model", "nobody1900", *USUAL],
        ["--model", "simons2022", *USUAL[:-2], "--minutes", "0"],
        ["--model", "simons2022", *USUAL, "--dose-mg-per-kg", "inf"],
        ["--model", "simons2022", *USUAL, "--hours", "nan"],
        ["--model", "simons2022", *USUAL, "--population", "0"],
        ["--model", "simons2022", *USUAL, "--seed", "-1"],
        ["--model", "simons2022", *USUAL, "--plot", "curve.docx"],
    ):
        assert simulate(*words) == 2
        assert capsys.readouterr().err
    with pytest.raises(SystemExit):
        simulate("--model", "simons2022", "--drug", "ketamine")


def test_csv_and_pictures_are_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table, png, svg = tmp_path / "curve.csv", tmp_path / "curve.png", tmp_path / "curve.svg"
    common = ["--model", "simons2022", *USUAL, "--hours", "2", "--population", "100", "--seed", "7"]
    assert simulate(*common, "--csv", str(table), "--plot", str(png)) == 0
    assert simulate(*common, "--plot", str(svg)) == 0
    rows = list(csv.DictReader(io.StringIO(table.read_text(encoding="utf-8"))))
    assert len(rows) == 121 and float(rows[40]["time_s"]) == 2400.0
    assert 240.0 < float(rows[40]["plasma_p50_ng_per_ml"]) < 330.0
    spread = [float(rows[40][f"plasma_p{p}_ng_per_ml"]) for p in ("2.5", "5", "25", "50", "75", "95", "97.5")]
    assert spread == sorted(spread) and len(set(spread)) == 7
    assert rows[40]["kind"] == "predicted, not measured" and rows[40]["standing"].startswith("extrapolated: age not")
    assert "simons2022" in rows[40]["computed_by"] and "doi:10.3389/fpain.2022.946486" in rows[40]["source"]
    assert png.read_bytes().startswith(b"\x89PNG") and b"<svg" in svg.read_bytes()


def test_a_picture_says_alone_whose_numbers_it_shows() -> None:
    pytest.importorskip("matplotlib", reason="pictures need the plot extra")
    from dripstand.pharmacology import Cohort, Person, RateStep, cohort
    from dripstand.pharmacology.figure import draw_bands

    drawn = cohort("simons2022", "racemic", Person(120.0, 30.0, "F"), 50)
    assert isinstance(drawn, Cohort)
    steps = [RateStep(0.0, 0.9), RateStep(2400.0, 0.0)]
    figure = draw_bands(drawn.forecast(drawn.at_rest(), steps, [60.0 * i for i in range(60)]), "A title", "racemic")  # type: ignore[arg-type]
    (axes,) = figure.axes
    legend = axes.get_legend()
    assert legend is not None
    said = "\n".join(text.get_text() for text in legend.get_texts())
    assert said.count("5-95 % of people") == 3 and "norketamine" in said
    assert (
        "drug high: effect site 143" in said and "perceptual change: effect site 242" in said and "healthy men" in said
    )
    assert len([area for area in axes.collections if area.get_hatch() or area.get_alpha()]) >= 3
    below = figure.get_supxlabel()
    for word in ("PREDICTED", "extrapolated", "120 kg", "10.3389/fpain.2022.946486", "946487", "simons2022"):
        assert word in below.replace("\n", " ")


def test_times_keep_their_digits_in_the_table() -> None:
    import numpy as np

    from dripstand.pharmacology import Cohort, Person, RateStep, cohort
    from dripstand.pharmacology.prediction_table import write_csv

    drawn = cohort("simons2022", "racemic", Person(70.0, 30.0, "F"), 3)
    assert isinstance(drawn, Cohort)
    times_s = np.array([0.0, 12345.25, 1234567.5])
    text = io.StringIO()
    write_csv(drawn.forecast(drawn.at_rest(), [RateStep(0.0, 0.5)], times_s), text)
    rows = list(csv.DictReader(io.StringIO(text.getvalue())))
    assert [float(row["time_s"]) for row in rows] == list(times_s) and rows[0]["time_s"] == "0"


@pytest.mark.parametrize("hours", ["0.01", "0.1", "72", "8760"])
def test_any_horizon_draws(hours: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert simulate("--model", "otto2021", *USUAL, "--hours", hours, "--population", "20") == 0
    assert "venous" in capsys.readouterr().out


def test_models_are_listed_with_their_sources_for_people_and_for_programs(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["models"]) == 0
    told = capsys.readouterr().out
    assert main(["models", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert [m["name"] for m in listed] == list(MODEL_NAMES) and [m["default"] for m in listed].count(True) == 1
    for m in listed:
        assert m["name"] in told and m["citations"] and m["matrix"] and m["parameters"] and m["population"]
        assert all(p["source"] and p["unit"] and p["verified"] for p in m["parameters"])


def test_the_library_stands_alone_and_needs_nothing_heavy() -> None:
    code = (
        "import sys\n"
        "from dripstand.pharmacology import *\n"
        "c = cohort('simons2022', 'racemic', Person(70.0, 30.0, 'F'))\n"
        "c.forecast(c.at_rest(), [RateStep(0.0, 0.9)], [60.0, 120.0])\n"
        "heavy = {'django', 'scipy', 'matplotlib', 'rich'} & set(sys.modules)\n"
        "own = [m for m in sys.modules if m.startswith('dripstand.') and not m.startswith('dripstand.pharmacology')]\n"
        "assert not heavy and not own, (heavy, own)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
