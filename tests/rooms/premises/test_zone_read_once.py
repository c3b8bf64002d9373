"""The clinic's zone is read once a request, and no request sees a zone that was changed before it asked."""

from __future__ import annotations

from typing import Any

import pytest

from dripstand.premises.models import Clinic
from dripstand.premises.queries import clinic_zone, forget_zone, zone_read_once
from tests.people import clinic_with_a_chair

pytestmark = pytest.mark.django_db


def test_within_a_request_the_zone_is_asked_for_once(django_assert_num_queries: Any) -> None:
    clinic_with_a_chair()
    with zone_read_once(), django_assert_num_queries(1):
        assert clinic_zone() == clinic_zone()


def test_a_changed_zone_holds_from_the_next_question_on_and_in_the_next_request() -> None:
    clinic_with_a_chair()
    with zone_read_once():
        clinic_zone()
        Clinic.objects.update(zone="Europe/Berlin")
        forget_zone()
        assert clinic_zone().key == "Europe/Berlin"
    Clinic.objects.update(zone="America/Denver")
    assert clinic_zone().key == "America/Denver"
    with zone_read_once():
        assert clinic_zone().key == "America/Denver"
