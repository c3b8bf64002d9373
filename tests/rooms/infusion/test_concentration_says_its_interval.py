"""A bag's concentration never stands alone: bags hold more or less than they say, and every page says how far (H12)."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest
from django.test import Client

from dripstand.infusion.dosing import concentration_between_mg_per_ml
from dripstand.infusion.words import plain
from tests.people import NURSE_REYES
from tests.rooms.infusion import stored_visits as visits
from tests.rooms.infusion.page_forms import get, sign_in

pytestmark = pytest.mark.hazard("H12")

SOURCES = Path(__file__).resolve().parents[3] / "src" / "dripstand"
INTERVALS = ("concentration_between", "lowest_mg_per_ml")


def test_the_interval_is_the_drug_over_what_the_bag_may_hold() -> None:
    low, high = concentration_between_mg_per_ml(Decimal(35), Decimal(100), Decimal(10))
    assert (low * 110, high * 90) == (35, 35)


def test_no_template_writes_a_bags_concentration_without_its_interval() -> None:
    alone = [
        str(path.relative_to(SOURCES))
        for path in SOURCES.rglob("*.html")
        if re.search(r"concentration_mg_per_ml\b", text := path.read_text(encoding="utf-8"))
        and not any(word in text for word in INTERVALS)
    ]
    assert alone == []


@pytest.mark.django_db
def test_label_bag_page_and_note_show_it(client: Client) -> None:
    visit = visits.infusing()
    assert visit.chart.hung_bag is not None
    bag, overfill_ml = visit.chart.hung_bag.bag, Decimal(10)
    low, high = concentration_between_mg_per_ml(bag.drug_mg, bag.final_ml, overfill_ml)
    nurse = sign_in(client, NURSE_REYES)
    for page in ("bag/label/", "note/"):
        words = get(nurse, f"/session/{visit.session_id}/{page}").words
        assert f"{plain(bag.concentration_mg_per_ml, 3)} mg/mL ({plain(low, 3)} to {plain(high, 3)})" in words, page
    assert "with overfill" in get(nurse, f"/session/{visit.session_id}/bag/").words


@pytest.mark.django_db
def test_the_chart_says_the_drug_and_the_volume_and_no_concentration_of_the_bag(client: Client) -> None:
    visit = visits.infusing()
    words = get(sign_in(client, NURSE_REYES), f"/session/{visit.session_id}/chart/").words
    assert visit.chart.hung_bag is not None
    bag = visit.chart.hung_bag.bag
    assert f"drawn into {plain(bag.final_ml)} mL, start" in words
    assert f"{plain(bag.concentration_mg_per_ml)} mg/mL" not in words
