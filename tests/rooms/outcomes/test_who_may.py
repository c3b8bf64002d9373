"""Who may begin and fill in a questionnaire: every role, and a patient's link, against every kind of scale."""

from __future__ import annotations

import pytest

from dripstand.outcomes.instruments.instrument import Rater
from dripstand.outcomes.permissions import may_begin, may_fill
from dripstand.people.actors import DRIPSTAND, PatientByLink, Role
from tests.people import OF_ROLE, OUTSIDER

TREATS = {Role.NURSE, Role.PRESCRIBER, Role.MEDICAL_LEAD, Role.ON_CALL}


@pytest.mark.hazard("H56")
@pytest.mark.parametrize("role", list(Role))
def test_those_who_treat_do_all_the_desk_hands_out_and_nobody_else_does_anything(role: Role) -> None:
    person = OF_ROLE[role]
    for rater in Rater:
        assert may_fill(person, "wren", rater) is (role in TREATS)
        hands_out = role is Role.FRONT_DESK and rater is Rater.PATIENT
        assert may_begin(person, "wren", rater) is (role in TREATS or hands_out)


@pytest.mark.hazard("H56")
@pytest.mark.parametrize("who", [None, DRIPSTAND, OUTSIDER, "wren", {"patient_id": "wren"}])
def test_nobody_and_nothing_else_may(who: object) -> None:
    for rater in Rater:
        assert not may_begin(who, "wren", rater) and not may_fill(who, "wren", rater)


@pytest.mark.hazard("H02")
def test_a_link_opens_its_own_patients_own_forms_and_no_others() -> None:
    link = PatientByLink("wren", "link-1")
    for allowed in (may_begin, may_fill):
        assert allowed(link, "wren", Rater.PATIENT)
        assert not allowed(link, "ren", Rater.PATIENT)
        assert not allowed(link, "wren", Rater.CLINICIAN)
