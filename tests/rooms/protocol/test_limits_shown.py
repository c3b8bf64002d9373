"""Where a dose is planned or ordered its limits stand with their sources, and what nobody verified says so."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dripstand.protocol.defaults import default_template
from dripstand.protocol.limits_shown import dose_limits_shown, unverified_count
from dripstand.protocol.template import Mark, Source
from tests.people import PRESCRIBER_VANCE, signed_template, wren_halloway
from tests.rooms.course.courses import in_induction
from tests.rooms.course.test_clinic_page import client_of
from tests.rooms.course.test_courses_for_pain import for_pain


def test_the_limits_against_pain_are_those_of_its_block_each_with_its_own_mark() -> None:
    shown = {one.words: one for one in dose_limits_shown(default_template(), "chronic_pain")}
    rate = shown["Pain: highest dose rate"]
    assert (rate.value, rate.unit, rate.mark) == ("0.75", "mg/kg/h", "unverified: the clinic must confirm")
    assert shown["Pain: refuse an infusion longer than"].mark == "seen in a summary of the source only"
    assert unverified_count(shown.values()) == 5
    assert all(one.words.startswith("Pain: ") for one in shown.values())


def test_a_number_that_the_clinic_decided_itself_is_not_called_unverified() -> None:
    template = default_template()
    own = template.sources | {"dose.refuse_mg_per_kg": Source("Agreed in the board", Mark.CLINIC)}
    before, after = (
        dose_limits_shown(each, "major_depression") for each in (template, replace(template, sources=own))
    )
    assert unverified_count(after) == unverified_count(before) - 1
    assert [one.mark for one in after if one.source == "Agreed in the board"] == ["the clinic's own decision"]


def test_a_version_without_a_block_for_pain_shows_the_limits_that_hold() -> None:
    shown = dose_limits_shown(replace(default_template(), pain=None), "chronic_pain")
    assert [one.words for one in shown][:2] == ["Refuse below", "Warn above"]


@pytest.mark.django_db
def test_the_plan_names_the_limits_of_a_planned_dose_and_how_sure_they_are() -> None:
    signed_template()
    client = client_of(PRESCRIBER_VANCE)
    shown = client.get(f"/course/{for_pain(wren_halloway())}/plan/").content.decode()
    assert "Limits of the protocol: 5 are unverified" in shown
    assert "Pain: highest dose rate <strong>0.75 mg/kg/h</strong>" in shown


@pytest.mark.django_db
def test_the_plan_against_depression_names_its_own() -> None:
    shown = client_of(PRESCRIBER_VANCE).get(f"/course/{in_induction().course_id}/plan/").content.decode()
    assert "Refuse above <strong>1.5 mg/kg</strong>" in shown and "Pain: " not in shown
