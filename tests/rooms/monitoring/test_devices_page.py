"""The page of devices, as those who may and those who may not see and use it."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from dripstand.live.clock import now as the_time
from dripstand.monitoring.models import Device
from dripstand.monitoring.queries import devices
from dripstand.monitoring.storing import Store
from dripstand.people.actors import Actor
from dripstand.people.models import StaffMember
from tests.people import ADMINISTRATOR_KLEIN, FRONT_DESK_SORO, NURSE_REYES, PRESCRIBER_VANCE, WALL, stored
from tests.rooms.monitoring.bedside import chairs, monitor, sample

pytestmark = pytest.mark.django_db


def signed_in(actor: Actor) -> Client:
    client = Client()
    client.force_login(
        StaffMember.objects.get(pk=stored(actor).staff_id), backend="django.contrib.auth.backends.ModelBackend"
    )
    return client


def chair_of(device_id: str) -> str:
    return next(device.chair_id for device in devices(the_time()) if device.device_id == device_id)


def test_a_nurse_registers_a_device_and_puts_it_on_its_home_chair() -> None:
    (chair_id,) = chairs(1)
    nurse = signed_in(NURSE_REYES)
    form = {"label": "Bay 1", "identity": "M1", "kind": "monitor", "zone": "", "home_chair_id": chair_id}
    assert nurse.post(reverse("monitoring:register"), form).status_code == 302
    device = Device.objects.get()
    assert nurse.post(reverse("monitoring:bind", args=[device.pk]), {"chair_id": chair_id}).status_code == 302
    assert chair_of(str(device.pk)) == chair_id
    page = nurse.get(reverse("monitoring:devices")).content.decode()
    assert "Bay 1" in page and "bound by M. Reyes" in page
    assert nurse.post(reverse("monitoring:release", args=[device.pk])).status_code == 302
    assert chair_of(str(device.pk)) == ""


def test_what_sends_and_is_on_no_chair_is_listed() -> None:
    Store(lambda chair: None).put([sample("00A037009B00FFFF", the_time(), spo2_percent=97.0)])
    page = signed_in(NURSE_REYES).get(reverse("monitoring:devices")).content.decode()
    assert "00A037009B00FFFF" in page and "not registered" in page


def test_a_refusal_is_told_in_words_and_nothing_is_bound() -> None:
    (chair_id,) = chairs(1)
    device_id = monitor("M1")
    answer = signed_in(PRESCRIBER_VANCE).post(reverse("monitoring:bind", args=[device_id]), {"chair_id": chair_id})
    assert answer.status_code == 400 and "Check the patient in first" in answer.content.decode()
    assert chair_of(device_id) == ""


def test_a_hostile_label_is_only_text() -> None:
    chairs(1)
    nurse = signed_in(NURSE_REYES)
    hostile = {"label": "<script>alert(1)</script>", "identity": "{{7*7}}"}
    form = {**hostile, "kind": "pump", "zone": "", "home_chair_id": ""}
    nurse.post(reverse("monitoring:register"), form)
    page = nurse.get(reverse("monitoring:devices")).content.decode()
    assert "<script>alert" not in page and "{{7*7}}" in page


def test_an_administrator_registers_and_does_not_bind() -> None:
    (chair_id,) = chairs(1)
    administrator = signed_in(ADMINISTRATOR_KLEIN)
    form = {"label": "Bay 1", "identity": "M1", "kind": "monitor", "zone": "", "home_chair_id": chair_id}
    assert administrator.post(reverse("monitoring:register"), form).status_code == 302
    device = Device.objects.get()
    assert administrator.post(reverse("monitoring:bind", args=[device.pk]), {"chair_id": chair_id}).status_code == 403


@pytest.mark.parametrize("actor", [FRONT_DESK_SORO, WALL])
def test_who_does_not_treat_does_not_see_the_devices(actor: Actor) -> None:
    assert signed_in(actor).get(reverse("monitoring:devices")).status_code == 403


def test_every_live_page_of_devices_says_that_the_bedside_monitor_is_primary() -> None:
    page = signed_in(NURSE_REYES).get(reverse("monitoring:devices")).content.decode().lower()
    assert "bedside monitor" in page and "primary" in page
