"""The session note as values: what the chart and its readings amount to, after corrections and late entries too."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal as D
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dripstand.infusion import events as ev
from dripstand.infusion import requests as rq
from dripstand.infusion.leaving import criteria
from dripstand.infusion.line import amounts_at
from dripstand.records.note import Note, made_note, rate_rows
from dripstand.records.readings import channel, cuff_readings, vital_rows
from tests.rules.infusion import visits
from tests.rules.infusion.visits import Visit

START = datetime(2026, 3, 4, 14, 0, tzinfo=UTC)
SILENT: dict[str, Any] = {"start": START.isoformat(), "end": (START + timedelta(hours=3)).isoformat(), "channels": {}}


def heard(**channels: list[tuple[float, float | None]]) -> dict[str, Any]:
    """Readings in the form of monitoring's trends: (seconds from START, value or None where a gap begins)."""
    found = {}
    for name, points in channels.items():
        steps, before = [], 0
        for at_s, _ in points:
            at_ms = round(at_s * 1000)
            steps.append(at_ms - before)
            before = at_ms
        gaps = [[index, "probe off"] for index, (_, value) in enumerate(points) if value is None]
        found[name] = {"t_ms": steps, "v": [value for _, value in points], "gaps": gaps}
    return {**SILENT, "channels": found}


def note_of(visit: Visit, trends: dict[str, Any] = SILENT) -> Note:
    states = criteria(visit.chart, visit.template, visit.now)
    return made_note(visit.chart, trends, states, visit.now)


def test_the_note_names_the_chart_that_it_was_made_from() -> None:
    visit = visits.observing()
    note = note_of(visit)
    assert note.chart_hash == visit.log[-1].hash
    assert note.entries_count == len(visit.log)
    visit.must(ev.NoteWritten("one more"))
    assert note_of(visit).chart_hash != note.chart_hash


@pytest.mark.hazard("H13")
def test_vein_line_and_bag_are_three_numbers_that_add_up() -> None:
    amounts = note_of(visits.stopped(minutes=20)).amounts
    assert amounts is not None
    parts = amounts.vein_mg + amounts.line_mg + amounts.bag_mg + amounts.discarded_mg
    assert parts == amounts.prepared_mg == 40
    assert amounts.line_mg > 0


@given(st.lists(st.tuples(st.integers(1, 8), st.integers(60, 160)), min_size=0, max_size=4))
def test_the_volumes_of_the_rate_table_add_up_to_what_was_pumped(changes: list[tuple[int, int]]) -> None:
    visit = visits.infusing()
    for minutes, rate in changes:
        visit.wait(minutes)
        visit.ask(ev.RateChanged(D(rate), "as the patient felt"))
    visit.wait(5).must(ev.InfusionStopped(ev.StopReason.COMPLETED))
    rows = rate_rows(visit.chart, visit.now)
    amounts = amounts_at(visit.chart, visit.now)
    assert amounts is not None
    drug = sum((row.volume_ml for row in rows if row.fluid is ev.LineFluid.DRUG), Fraction(0))
    assert abs(drug - amounts.volume_infused_ml) < Fraction(1, 1000)


@pytest.mark.hazard("H14")
def test_after_a_correction_every_number_is_as_if_it_had_been_right_at_first() -> None:
    wrong = visits.infusing().wait(10)
    wrong.must(ev.RateChanged(D("120"), "nausea"))
    number = len(wrong.log)
    wrong.wait(20).must(ev.InfusionStopped(ev.StopReason.PATIENT_ASKED))
    wrong.must(rq.Correct(number, "typed wrong", ev.RateChanged(D("100"), "nausea")))
    right = visits.infusing().wait(10)
    right.must(ev.RateChanged(D("100"), "nausea", meant=True)).wait(20)
    right.must(ev.InfusionStopped(ev.StopReason.PATIENT_ASKED))
    corrected, first = note_of(wrong), note_of(right)
    assert corrected.amounts == first.amounts
    assert corrected.rates == first.rates
    assert [correction.by.event.reason for correction in corrected.corrections] == ["typed wrong"]  # type: ignore[attr-defined]
    assert first.corrections == ()


def test_a_struck_entry_is_told_as_never_having_happened() -> None:
    visit = visits.infusing().wait(5)
    visit.must(ev.SideEffectNoted("nausea", ev.Severity.MILD))
    number = len(visit.log)
    visit.must(rq.Correct(number, "another patient's"))
    note = note_of(visit)
    assert not any(isinstance(entry.event, ev.SideEffectNoted) for entry in note.happened)
    assert note.corrections[0].now is None


def test_late_entries_are_listed_with_both_times() -> None:
    visit = visits.infusing().wait(20)
    visit.must(
        ev.SideEffectNoted("nausea", ev.Severity.MILD),
        occurred_at=visit.now - timedelta(minutes=10),
        late_reason="hands were full",
    )
    (late,) = note_of(visit).late
    assert late.recorded_at - late.occurred_at == timedelta(minutes=10)


def test_a_first_order_is_a_fact_and_an_amended_one_is_told() -> None:
    visit = visits.ordered()
    assert not any(isinstance(entry.event, ev.OrderSigned) for entry in note_of(visit).happened)
    amended = rq.GiveOrder(
        **{
            **{name: getattr(visits.ORDER, name) for name in rq.GiveOrder.__dataclass_fields__},
            "dose_mg_per_kg": D("0.4"),
            "stated_dose_mg": D("32"),
            "stated_dose_rate_mg_per_kg_per_h": D("0.6"),
            "reason": "anxious last time",
        }
    )
    visit.wait(1).must(amended, visit.prescriber)
    assert [type(entry.event) for entry in note_of(visit).happened] == [ev.OrderSigned]


def test_an_unsigned_or_changed_note_is_not_final() -> None:
    visit = visits.observing()
    assert not note_of(visit).is_final
    visit.must(ev.NoteSigned("I watched this session.", visit.log[-1].hash))
    assert note_of(visit).is_final
    visit.must(ev.NoteWritten("afterthought"))
    assert not note_of(visit).is_final


# --- readings ---------------------------------------------------------------------------------------------------------


def test_a_gap_keeps_its_cause_and_is_not_bridged() -> None:
    found = channel(heard(spo2_percent=[(0, 97), (1, 97), (2, None), (60, 96), (61, 96)]), "spo2_percent")
    assert [sample.gap_before for sample in found.samples] == [False, False, True, False]
    assert found.gaps == ((START + timedelta(seconds=2), START + timedelta(seconds=60), "probe off"),)


def test_a_gap_that_never_ended_lasts_until_the_end() -> None:
    found = channel(heard(spo2_percent=[(0, 97), (1, None)]), "spo2_percent")
    assert found.gaps[0][1] == START + timedelta(hours=3)


def test_a_cuff_reading_needs_both_values_of_one_instant() -> None:
    trends = heard(nibp_systolic_mmhg=[(0, 120), (300, 130)], nibp_diastolic_mmhg=[(0, 80)])
    assert [(cuff.nibp_systolic_mmhg, cuff.nibp_diastolic_mmhg) for cuff in cuff_readings(trends)] == [(120, 80)]


def test_beside_a_cuff_reading_stand_the_nearest_values_within_a_minute_and_no_others() -> None:
    trends = heard(
        nibp_systolic_mmhg=[(300, 130)],
        nibp_diastolic_mmhg=[(300, 84)],
        pulse_per_min=[(250, 70), (290, 72), (310, 74)],
        spo2_percent=[(200, 97)],
    )
    (row,) = vital_rows(trends, (), (), frozenset())
    assert row.pulse_per_min in (72, 74)
    assert row.spo2_percent is None
    assert not row.by_hand


def test_what_was_entered_by_hand_says_so_and_what_is_doubtful_is_no_extreme() -> None:
    visit = visits.infusing().wait(5)
    visit.must(ev.VitalSignsTaken(nibp_systolic_mmhg=190, nibp_diastolic_mmhg=120, doubtful=True))
    visit.wait(5).must(ev.VitalSignsTaken(nibp_systolic_mmhg=140, nibp_diastolic_mmhg=86, spo2_percent=95))
    note = note_of(visit, heard(spo2_percent=[(10, 97), (20, 93), (30, 97)]))
    assert note.highest_systolic is not None
    assert note.highest_systolic.nibp_systolic_mmhg == 140
    assert note.lowest_spo2_percent == 93
    assert all(row.by_hand for row in note.readings)
