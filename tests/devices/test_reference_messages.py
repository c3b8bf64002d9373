"""Every published message decodes to what was read from it by hand (tests/devices/vectors/hl7/README.md)."""

from __future__ import annotations

import io
import json
import sys
from types import SimpleNamespace
from typing import Any

import hl7
import pytest

from dripstand.devices.hl7.framing import framed
from dripstand.server import cli
from tests.devices.cases import FOLDER, MESSAGE_CASES, expected, sent

COMPARED = ("code", "name", "value", "unit", "status", "usable")


def decoded(capsys: pytest.CaptureFixture[str], *words: str) -> list[dict[str, Any]]:
    assert cli.main(["hl7", "decode", *words]) == 0
    messages: list[dict[str, Any]] = json.loads(capsys.readouterr().out)
    return messages


@pytest.mark.parametrize("name", MESSAGE_CASES)
def test_a_published_message_decodes_as_it_was_read_by_hand(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    (message,) = decoded(capsys, str(FOLDER / f"{name}.hl7"))
    case = expected(name)
    assert {key: message[key] for key in ("control_id", "patient_id", "place", "ack", "kind", "device")} == {
        key: case[key] for key in ("control_id", "patient_id", "place", "ack", "kind", "device")
    }
    found = {each["obx"]: each for each in message["observations"]}
    for want in case["observations"]:
        got = found[want["obx"]]
        assert {key: got[key] for key in COMPARED} == {key: want[key] for key in COMPARED}
        if want["time"] is not None:
            assert got["time"] == want["time"]


@pytest.mark.parametrize("name", MESSAGE_CASES)
def test_framing_changes_nothing_about_what_a_message_says(
    name: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    bare = decoded(capsys, str(FOLDER / f"{name}.hl7"))
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(framed(sent(name)))))
    assert decoded(capsys, "-") == bare


@pytest.mark.parametrize("name", MESSAGE_CASES)
def test_another_library_splits_the_lines_as_we_do(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """python-hl7 shares no code with us; it says nothing about what may be charted, but it finds the same fields."""
    (message,) = decoded(capsys, str(FOLDER / f"{name}.hl7"))
    if message["ack"] != "AA":
        return
    rows = hl7.parse(sent(name).decode()).segments("OBX")
    for each in message["observations"]:
        row = rows[each["obx"] - 1]
        fields = [str(row[number]) if number < len(row) else "" for number in (4, 5, 11)]
        assert fields == [each["containment"], each["sent"], each["status"]]


def test_a_zone_gives_an_offset_to_times_that_have_none_and_leaves_the_others(
    capsys: pytest.CaptureFixture[str],
) -> None:
    (spot,) = decoded(capsys, str(FOLDER / "mindray_vs900_spot.hl7"), "--zone", "Europe/Berlin")
    assert spot["observations"][0]["time"] == "2019-12-06T11:34:52+01:00"
    (gateway,) = decoded(capsys, str(FOLDER / "mindray_egateway.hl7"), "--zone", "Europe/Berlin")
    assert gateway["observations"][0]["time"] == "2026-09-12T12:00:00+05:30"


def test_several_messages_in_one_file_give_one_object_each_in_their_order(
    capsys: pytest.CaptureFixture[str], tmp_path: Any
) -> None:
    both = tmp_path / "both.hl7"
    both.write_bytes(sent("mindray_vs900_spot") + b"\r" + sent("nihon_kohden"))
    assert [each["control_id"] for each in decoded(capsys, str(both))] == ["1914", "20170525000003"]


def test_a_refusal_is_a_decision_and_exits_with_0(capsys: pytest.CaptureFixture[str]) -> None:
    (order,) = decoded(capsys, str(FOLDER / "pcd03_rgv_order.hl7"))
    assert (order["ack"], order["observations"]) == ("AR", [])


def test_a_file_that_does_not_exist_exits_with_2_and_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["hl7", "decode", "no-such-file.hl7"]) == 2
    assert "no-such-file.hl7" in capsys.readouterr().err


@pytest.mark.parametrize(
    "content", [b"", b"\x0b\x1c\r", b"hello", b"\x00\xff" * 50, b"MSH", b"MSH|", b"MSH|^~\\&", b"\x0b"]
)
def test_bytes_that_are_no_message_are_decided_without_a_trace(
    content: bytes, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(content)))
    assert all(each["ack"] == "AR" and not each["observations"] for each in decoded(capsys, "-"))
