"""Whose a reading is, over any history of attaching, moving and releasing (H01, H05)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dripstand.monitoring.attribution import (
    BEFORE_BINDING,
    HELD_DEMO,
    HELD_MISMATCH,
    Bound,
    ChairSession,
    attribute,
    same_patient,
)
from dripstand.monitoring.readings import Reading, SampleSet

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
PATIENTS = {"wren": "TEST0001", "otto": "TEST0002", "ines": "TEST0003"}


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


@dataclass(frozen=True)
class Stay:
    """One device on one chair for one visit, from a second to a second; None = still there."""

    session: str
    start_s: int
    end_s: int | None

    def bound(self, number: int) -> Bound:
        end = at(self.end_s) if self.end_s is not None else None
        return Bound(
            str(number), "m1", f"chair of {self.session}", self.session, PATIENTS[self.session], at(self.start_s), end
        )


@st.composite
def histories(draw: st.DrawFn) -> list[Stay]:
    """Where one device was: stays one after the other, with gaps, the last one possibly going on."""
    edges = sorted(draw(st.sets(st.integers(0, 600), min_size=2, max_size=12)))
    if len(edges) % 2:
        edges.append(601)
    stays = [
        Stay(draw(st.sampled_from(sorted(PATIENTS))), start, end)
        for start, end in zip(edges[::2], edges[1::2], strict=True)
    ]
    return [*stays[:-1], replace(stays[-1], end_s=None)] if draw(st.booleans()) else stays


def reading(seconds: float) -> Reading:
    return Reading("150456", 97.0, channel="spo2_percent", chart_value=97.0, at=at(seconds))


@pytest.mark.hazard("H01", "H05")
@given(
    stays=histories(),
    taken=st.lists(st.integers(-60, 700), min_size=1, max_size=3),
    patient=st.sampled_from([None, *PATIENTS.values(), "TEST9999"]),
)
def test_every_reading_resolves_to_the_binding_valid_at_its_own_time(
    stays: list[Stay], taken: list[int], patient: str | None
) -> None:
    bindings = [stay.bound(number) for number, stay in enumerate(stays)]
    running = {f"chair of {name}": ChairSession(name, number, at(-3600)) for name, number in PATIENTS.items()}
    sample = SampleSet("m1", "1", "h", at(800), tuple(reading(t) for t in taken), patient_id=patient)
    charted, where = attribute(sample, bindings, running.get)
    newest = max(taken)
    there = [stay for stay in stays if stay.start_s <= newest and (stay.end_s is None or newest < stay.end_s)]
    assert len(there) <= 1
    if not there:
        assert where.session_id == "" and where.held == ""
        return
    (stay,) = there
    if patient not in (None, PATIENTS[stay.session]):
        assert (where.session_id, where.held, where.held_from) == ("", HELD_MISMATCH, stay.session)
        return
    assert where.session_id == stay.session
    for seconds, each in zip(taken, charted.readings, strict=True):
        assert each.usable == (seconds >= stay.start_s)
        assert each.usable or (each.why == BEFORE_BINDING and each.chart_value is None)


@pytest.mark.hazard("H28")
def test_demonstration_data_belong_to_nobody_whatever_they_claim() -> None:
    bound = Stay("wren", 0, None).bound(1)
    sample = SampleSet("m1", "1", "h", at(5), (reading(5),), patient_id="TEST0001", demo=True)
    _, where = attribute(sample, [bound], lambda chair: ChairSession("wren", "TEST0001", at(-10)))
    assert (where.session_id, where.held, where.held_from) == ("", HELD_DEMO, "wren")


@pytest.mark.parametrize(("sent", "expected"), [("TEST0001", "test0001"), (" TEST 0001", "TEST0001")])
def test_a_record_number_is_the_same_whatever_its_case_and_blanks(sent: str, expected: str) -> None:
    assert same_patient(sent, expected)


def test_a_record_number_with_another_figure_is_another_patients() -> None:
    assert not same_patient("TEST0001", "TEST001")
