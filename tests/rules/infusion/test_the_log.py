"""The log: payloads that come back as they were, a chain that shows every change, old files folded forever."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal as D
from enum import StrEnum
from pathlib import Path
from types import NoneType
from typing import get_args, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dripstand.infusion import events as ev
from dripstand.infusion.bag import Bag, Vial
from dripstand.infusion.chart import UnknownKind, fold
from dripstand.infusion.hashing import GENESIS, entry_hash, verify_chain
from dripstand.infusion.line import amounts_at
from dripstand.infusion.order import MonitoringPlan, Order
from dripstand.infusion.payloads import KINDS, UPCASTS, BadPayload, dump, envelope, load
from dripstand.infusion.phases import Phase
from tests.rules.infusion.visits import Visit, criteria_met, infusing, observing

GOLDEN = Path(__file__).parent / "vectors" / "golden_v1.json"

_decimals = st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-1000, max_value=1000)
_texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
st.register_type_strategy(D, _decimals)
st.register_type_strategy(str, _texts)
st.register_type_strategy(datetime, st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)))
payloads = (
    st.sampled_from(sorted(KINDS))
    .filter(lambda kind: kind != "entry_corrected")
    .flatmap(lambda kind: st.builds(KINDS[kind]))
)


@pytest.mark.hazard("H50")
@given(payloads)
def test_a_payload_comes_back_as_it_was(event: ev.SessionEvent) -> None:
    assert load(dump(event)) == event
    assert dump(load(dump(event))) == dump(event)


@given(payloads, st.integers(1, 99))
def test_a_correction_carries_the_whole_replacement(event: ev.SessionEvent, sequence: int) -> None:
    correction = ev.EntryCorrected(sequence, "typed wrong", event, None)
    assert load(dump(correction)) == correction


def test_the_text_is_canonical_and_keeps_what_was_typed() -> None:
    text = dump(ev.RateChanged(D("75.50"), "dizzy"))
    assert text == '{"data":{"rate_ml_per_h":"75.50","reason":"dizzy"},"kind":"rate_changed","version":1}'


@pytest.mark.hazard("H50")
def test_a_field_at_its_default_is_not_written_so_that_a_new_one_changes_no_hash() -> None:
    assert dump(ev.InfusionPaused()) == '{"data":{},"kind":"infusion_paused","version":1}'
    assert '"infusion_paused"' in dump(ev.InfusionPaused("toilet")) and "toilet" in dump(ev.InfusionPaused("toilet"))


@pytest.mark.hazard("H50")
def test_an_upcast_entry_verifies_against_the_text_that_was_stored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(UPCASTS, ("note_written", 0), lambda data: {"text": data["words"]})
    old = '{"data":{"words":"x"},"kind":"note_written","version":0}'
    entry = replace(infusing().log[0], event=load(old), hash="")
    entry = replace(entry, hash=entry_hash(GENESIS, entry, old))
    assert verify_chain([entry], payloads=[old]) is None
    assert verify_chain([entry]) == 1


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"kind":"teleported","version":1,"data":{}}',
        '{"kind":"note_written","version":2,"data":{"text":"x"}}',
        '{"kind":"note_written","version":1,"data":{}}',
        '{"kind":"note_written","version":1,"data":{"text":"x","more":1}}',
        '{"kind":"note_written","version":1,"data":{"text":3}}',
        '{"kind":"note_written","version":1,"data":[]}',
        '{"kind":"infusion_resumed","version":1,"data":{"rate_ml_per_h":"NaN"}}',
        '{"kind":"infusion_resumed","version":1,"data":{"rate_ml_per_h":"fast"}}',
        '{"kind":"infusion_resumed","version":1,"data":{"rate_ml_per_h":75}}',
        '{"kind":"infusion_started","version":1,"data":{"rate_ml_per_h":"75","estimated":"no"}}',
        '{"kind":"identity_confirmed","version":1,"data":{"identifiers":"both","stated_birth_date":"1984-05-17"}}',
        '{"kind":"alarm_acknowledged","version":1,"data":{"alarm_id":"a","silent_until":"2026-03-04T15:00:00"}}',
        '{"kind":"comfort_given","version":1,"data":{"comfort":"a pony"}}',
        '{"kind":["note_written"],"version":1,"data":{}}',
    ],
)
@pytest.mark.hazard("H50")
def test_a_text_that_is_no_entry_is_never_guessed_at(text: str) -> None:
    with pytest.raises(BadPayload):
        load(text)


def test_what_cannot_be_stored_is_refused_when_it_is_written() -> None:
    class Invented(ev.SessionEvent):
        kind = "invented"

    for event in (
        ev.InfusionResumed(D("NaN")),
        ev.AlarmAcknowledged("a", datetime(2026, 3, 4)),
        ev.NoteWritten({"text": 1}),  # type: ignore[arg-type]
        Invented(),
    ):
        with pytest.raises(BadPayload):
            dump(event)


def test_an_older_shape_is_read_through_its_upcast(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(UPCASTS, ("note_written", 0), lambda data: {"text": data["words"]})
    assert load('{"kind":"note_written","version":0,"data":{"words":"x"}}') == ev.NoteWritten("x")


def whole_visit() -> Visit:
    visit = criteria_met(observing())
    return visit.must(ev.ReadyToLeave()).must(ev.PatientLeft())


@pytest.mark.hazard("H49")
@given(st.data())
def test_every_way_to_alter_the_log_is_noticed(data: st.DataObject) -> None:
    log = list(infusing().log)
    head = log[-1].hash
    place = data.draw(st.integers(0, len(log) - 2))
    how = data.draw(st.sampled_from(["change", "delete", "insert", "swap", "cut", "recompute", "time", "who", "move"]))
    if how == "change":
        log[place] = replace(log[place], event=ev.NoteWritten("nothing happened"))
    elif how == "time":
        log[place] = replace(log[place], occurred_at=log[place].occurred_at + timedelta(microseconds=1))
    elif how == "who":
        log[place] = replace(log[place], actor=ev.StaffRef("x", "X"))
    elif how == "move":
        log[place] = replace(log[place], session_id="another")
    elif how == "delete":
        del log[place]
    elif how == "insert":
        log.insert(place, log[place])
    elif how == "swap":
        log[place], log[place + 1] = log[place + 1], log[place]
    elif how == "cut":
        del log[place + 1 :]
    elif how == "recompute":
        previous = GENESIS
        log[place] = replace(log[place], event=ev.NoteWritten("nothing happened"))
        for number, entry in enumerate(log):
            log[number] = replace(entry, previous_hash=previous, hash=entry_hash(previous, entry))
            previous = log[number].hash
    assert verify_chain(log, expected_head=head) is not None


@pytest.mark.hazard("H49")
def test_an_untouched_log_verifies_and_names_the_first_bad_entry() -> None:
    log = whole_visit().log
    assert verify_chain(log) is None and verify_chain(log, log[-1].hash) is None and verify_chain([]) is None
    log[4] = replace(log[4], late_reason="later")
    assert verify_chain(log) == 5


def read_golden() -> list[ev.ChartEntry]:
    log: list[ev.ChartEntry] = []
    stored = json.loads(GOLDEN.read_text(encoding="utf-8"))
    for row in stored["entries"]:
        log.append(
            ev.ChartEntry(
                session_id=stored["session_id"],
                sequence=row["sequence"],
                occurred_at=datetime.fromisoformat(row["occurred_at"]),
                recorded_at=datetime.fromisoformat(row["recorded_at"]),
                actor=ev.StaffRef(*row["actor"]),
                submission_id=row["submission_id"],
                event=load(json.dumps(row["payload"])),
                late_reason=row["late_reason"],
                previous_hash=log[-1].hash if log else GENESIS,
                hash=row["hash"],
            )
        )
    return log


@pytest.mark.hazard("H50")
def test_the_first_release_s_chart_is_read_and_folded_forever() -> None:
    """vectors/golden_v1.json was written once and is never written again: a shape that changes needs an upcast."""
    log = read_golden()
    chart = fold(log)
    assert chart.contradictions == () and chart.phase is Phase.LEFT
    assert chart.stopped_at == datetime(2026, 3, 4, 14, 55, tzinfo=UTC)
    amounts = amounts_at(chart, chart.stopped_at + timedelta(hours=2))
    assert amounts is not None and (amounts.vein_mg, amounts.volume_infused_ml) == (40, 100)
    assert chart.was_corrected and chart.follow_ups
    used = {entry.event.kind for entry in log}
    assert len(used) > 35


@pytest.mark.hazard("H49", "H50")
def test_its_hashes_still_hold() -> None:
    log = read_golden()
    assert verify_chain(log) is None
    stored = json.loads(GOLDEN.read_text(encoding="utf-8"))["entries"]
    assert [envelope(entry.event) for entry in log] == [row["payload"] for row in stored]


GOLDEN_OF_RELEASE = {"0.1.0": "golden_v1.json"}
"""Every release and the chart that it left behind: a release without one fails here before it is made."""


@pytest.mark.hazard("H50")
def test_every_release_has_left_a_chart_behind() -> None:
    root = Path(__file__).parents[3]
    released = re.findall(r"^## (\d+\.\d+\.\d+)", (root / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert set(released) == set(GOLDEN_OF_RELEASE)
    assert all((GOLDEN.parent / name).exists() for name in GOLDEN_OF_RELEASE.values())


PAYLOADS = GOLDEN.parent / "payloads_v1.json"


@pytest.mark.hazard("H50")
@pytest.mark.parametrize("row", json.loads(PAYLOADS.read_text("utf-8"))["payloads"], ids=lambda row: row["kind"])
def test_a_payload_of_every_kind_reads_and_writes_as_it_was_stored(row: dict[str, object]) -> None:
    """vectors/payloads_v1.json holds every field of every kind: a field that goes or changes its meaning is seen."""
    event = load(json.dumps(row))
    assert event.kind == row["kind"]
    assert envelope(event) == row


@pytest.mark.hazard("H50")
def test_no_kind_is_without_a_stored_example() -> None:
    """A new kind adds its row; the rows that are there stay as they are."""
    rows = json.loads(PAYLOADS.read_text("utf-8"))["payloads"]
    assert {row["kind"] for row in rows} == set(KINDS)


def test_a_field_that_is_renamed_without_an_upcast_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control run: an upgrade that forgets the charts that are there cannot read the first release's."""

    @dataclass(frozen=True)
    class RateChanged(ev.SessionEvent):
        kind = "rate_changed"
        ml_per_h: D = D(0)
        reason: str = ""

    monkeypatch.setitem(KINDS, "rate_changed", RateChanged)
    with pytest.raises(BadPayload):
        read_golden()


def test_an_entry_of_an_unknown_kind_stops_the_fold() -> None:
    class Tomorrow(ev.SessionEvent):
        kind = "tomorrow"

    log = list(infusing().log)
    log.append(replace(log[-1], sequence=log[-1].sequence + 1, event=Tomorrow()))
    with pytest.raises(UnknownKind):
        fold(log)


SUFFIXES = (
    "_mg", "_ml", "_kg", "_cm", "_h", "_min", "_minutes", "_s", "_mmhg", "_percent", "_mg_per_kg", "_mg_per_ml",
    "_ml_per_h", "_mg_per_kg_per_h", "_per_min", "_per_ml", "_count", "_score", "_fraction", "_number", "_sequence",
    "sequence", "version",
)  # fmt: skip
WITHOUT_A_UNIT = {"gauge", "limit_value", "order_sequence"}
"""A cannula's gauge is a number of its own; an alarm limit carries its unit beside it."""


def numeric_fields(kind: type) -> list[str]:
    hints = get_type_hints(kind)
    found = []
    for field in fields(kind):
        kinds = set(get_args(hints[field.name])) - {NoneType} or {hints[field.name]}
        if kinds & {int, D, float}:
            found.append(field.name)
    return found


@pytest.mark.hazard("H09")
@pytest.mark.parametrize("kind", [*KINDS.values(), Order, Bag, Vial, MonitoringPlan], ids=lambda kind: kind.__name__)
def test_every_number_says_its_unit_in_its_name(kind: type) -> None:
    for name in numeric_fields(kind):
        assert name.endswith(SUFFIXES) or "_every_min_" in name or name in WITHOUT_A_UNIT, name


def test_every_closed_list_is_stored_by_its_word() -> None:
    for kind in KINDS.values():
        for hint in get_type_hints(kind).values():
            for part in (hint, *get_args(hint)):
                if isinstance(part, type) and issubclass(part, StrEnum):
                    assert all(member.value == member.value.lower() for member in part)
    assert date(2026, 3, 4).isoformat() == "2026-03-04"
