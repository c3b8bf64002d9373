"""`dripstand readings --csv`: what is stored, streamed, and harmless to a spreadsheet."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest

from dripstand.monitoring.readings import Reading
from dripstand.monitoring.services import bind
from dripstand.monitoring.storing import Store
from dripstand.server import startup
from dripstand.server.cli import main
from dripstand.server.commands.readings import COLUMNS, as_cell
from tests.people import NURSE_REYES
from tests.rooms.monitoring.bedside import NOON, after, chairs, monitor, sample, visit

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _this_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(startup, "use", lambda **where: None)


def printed(capsys: pytest.CaptureFixture[str], *words: str) -> list[dict[str, str]]:
    assert main(["readings", "--csv", *words]) == 0
    return list(csv.DictReader(io.StringIO(capsys.readouterr().out)))


def store_some() -> None:
    (chair_id,) = chairs(1)
    wren = visit("wren", "TEST0001")
    bind(NURSE_REYES, device_id=monitor("M1"), chair_id=chair_id, session=wren, now=NOON)
    formula = "=cmd|' /C calc'!A0"
    odd = Reading(code=formula, value="@SUM(1+1)", unit="-1", status="F", usable=False, why="unmapped_code")
    messages = [
        sample("M1", after(1), spo2_percent=97.0, pulse_per_min=62.8),
        sample("M1", after(2), patient_id="TEST0002", spo2_percent=50.0),
        sample("M9", after(3), spo2_percent=99.0),
        replace(sample("M1", after(4)), readings=(odd,), control_id="+4"),
    ]
    Store(lambda chair: wren).put(messages)


def test_every_stored_reading_is_printed_with_whose_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    store_some()
    rows = printed(capsys)
    assert tuple(rows[0]) == COLUMNS
    assert [(row["session"], row["chair"], row["device"], row["value"], row["usable"], row["why"]) for row in rows] == [
        ("wren", "Chair 1", "M1", "97", "true", ""),
        ("wren", "Chair 1", "M1", "62.8", "true", ""),
        ("", "Chair 1", "M1", "50", "false", "patient_mismatch"),
        ("", "", "M9", "99", "true", ""),
        ("wren", "Chair 1", "M1", "'@SUM(1+1)", "false", "unmapped_code"),
    ]
    assert rows[0]["received_at"] == "2026-03-04T12:00:01+00:00" == rows[0]["device_time"]


def test_one_sessions_readings_only(capsys: pytest.CaptureFixture[str]) -> None:
    store_some()
    assert {row["session"] for row in printed(capsys, "wren")} == {"wren"}


def test_no_cell_can_be_a_formula(capsys: pytest.CaptureFixture[str]) -> None:
    store_some()
    for row in printed(capsys):
        assert not any(cell.startswith(("=", "+", "-", "@")) for cell in row.values())


def test_a_session_that_is_not_there_is_said_to_be_missing(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["readings", "00000000-0000-4000-8000-000000000000", "--csv"]) == 1
    assert "no session" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("value", "cell"),
    [(97.0, "97"), (0.94, "0.94"), (-5, "-5"), (1234567.25, "1234567.25"), (None, ""), ((1.0, -2.5), "1 -2.5")],
)
def test_numbers_stay_numbers(value: object, cell: str) -> None:
    assert as_cell(value) == cell


def test_a_unit_stays_the_device_s_own() -> None:
    from dripstand.server.commands.readings import as_cell

    assert [as_cell(unit) for unit in ("%", "mm[Hg]", "{beats}/min", "Cel", -1.5)] == [
        "%", "mm[Hg]", "{beats}/min", "Cel", "-1.5",
    ]  # fmt: skip
