"""What a bedside monitor measured, as the rules of the chart count it."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from dripstand.infusion import queries
from dripstand.infusion.chart_draft import ChartDraft
from dripstand.infusion.vitals import PULSE, SYSTOLIC, latest_sign
from dripstand.monitoring.freshness import ChannelNow, Quality

NOW = datetime(2026, 3, 4, 15, 0, tzinfo=UTC)


def _channel(channel: str, value: object, quality: Quality = Quality.FRESH) -> ChannelNow:
    return ChannelNow(channel=channel, quality=quality, value=value, at=NOW, age_s=0.0)  # type: ignore[arg-type]


def test_a_monitors_number_counts_for_the_rules_whole_or_with_a_fraction(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = {PULSE: _channel(PULSE, 68), "temperature_c": _channel("temperature_c", 36.6)}
    monkeypatch.setattr(queries, "latest", lambda session_id, now: rows)
    found = queries.measured("a session", NOW)
    assert found[PULSE].value == Decimal(68)
    assert found["temperature_c"].value == Decimal("36.6"), "not the nearest binary fraction"
    known = latest_sign(ChartDraft(), PULSE, found, NOW)
    assert known is not None and known.value == 68 and not known.by_hand


def test_what_is_no_number_of_now_satisfies_no_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = {
        PULSE: _channel(PULSE, None, Quality.NONE),
        SYSTOLIC: _channel(SYSTOLIC, "infusing"),
        "spo2_percent": _channel("spo2_percent", (97.0, 98.0)),
    }
    monkeypatch.setattr(queries, "latest", lambda session_id, now: rows)
    found = queries.measured("a session", NOW)
    assert [one.value for one in found.values()] == [None, None, None]
    assert latest_sign(ChartDraft(), PULSE, found, NOW) is None
