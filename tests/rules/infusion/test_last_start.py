"""The last safe start: whichever of clinic, escort and staff ends first, less what the visit still needs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from dripstand.infusion.last_start import Bound, last_safe_start

DAY = datetime(2026, 3, 4, tzinfo=UTC)
ends = st.none() | st.integers(0, 24 * 60).map(lambda minutes: DAY + timedelta(minutes=minutes))


def test_somebody_an_hour_late_on_a_day_that_closes_at_five() -> None:
    """40 min, then 60 min observed, then a quarter of an hour to the door: 15:05, or 14:35 when the escort leaves."""
    five = DAY + timedelta(hours=17)
    found = last_safe_start(infusion_min=40, observation_min=60, leaving_min=15, closes_at=five)
    assert found is not None and (found.at, found.bound) == (DAY + timedelta(hours=15, minutes=5), Bound.CLOSING)
    early = last_safe_start(
        infusion_min=40,
        observation_min=60,
        leaving_min=15,
        closes_at=five,
        escort_until=five - timedelta(minutes=30),
        staff_until=five + timedelta(hours=1),
    )
    assert early is not None and (early.at, early.bound) == (DAY + timedelta(hours=14, minutes=35), Bound.ESCORT)


def test_where_nobody_said_until_when_nothing_is_stated() -> None:
    assert last_safe_start(infusion_min=40, observation_min=60) is None


@given(st.integers(20, 120), st.integers(0, 240), st.integers(0, 60), ends, ends, ends)
def test_a_visit_started_then_outlasts_none_of_them_and_a_minute_later_it_outlasts_one(
    infusion: int, observed: int, leaving: int, closes: datetime | None, escort: datetime | None, staff: datetime | None
) -> None:
    found = last_safe_start(
        infusion_min=infusion,
        observation_min=observed,
        leaving_min=leaving,
        closes_at=closes,
        escort_until=escort,
        staff_until=staff,
    )
    known = [one for one in (closes, escort, staff) if one is not None]
    assert (found is None) == (not known)
    if found is not None:
        over = found.at + timedelta(minutes=infusion + observed + leaving)
        assert all(over <= one for one in known) and any(over + timedelta(minutes=1) > one for one in known)
