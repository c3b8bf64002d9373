"""Which device is on which chair: people's acts, one at a time, and what follows for whose a reading is."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction

from dripstand.monitoring import services
from dripstand.monitoring.attribution import ChairSession
from dripstand.monitoring.errors import (
    ChairHasMonitor,
    DeviceIsElsewhere,
    DeviceRefusal,
    NameTaken,
    NobodyInChair,
    NoSuchDevice,
    NotADevice,
    NotBound,
)
from dripstand.monitoring.models import DeviceBinding, ReceivedMessage
from dripstand.monitoring.queries import devices, latest, stored_readings, unbound_devices
from dripstand.monitoring.readings import Channel
from dripstand.monitoring.storing import Store
from dripstand.people.access import Forbidden
from dripstand.people.actors import Actor
from tests.people import ADMINISTRATOR_KLEIN, FRONT_DESK_SORO, NURSE_OKAFOR, NURSE_REYES, OUTSIDER, WALL
from tests.rooms.monitoring.bedside import NOON, after, chairs, monitor, sample, value_of, visit

WREN, OTTO = visit("wren", "TEST0001"), visit("otto", "TEST0002")


def put(store: Store, *messages: Any) -> list[str]:
    """Stores messages; answers whose each became."""
    return [each.attribution.session_id for each in store.put(list(messages))]


@pytest.mark.django_db
class TestBinding:
    def test_a_reading_goes_to_the_visit_that_its_device_was_bound_for(self) -> None:
        one, two = chairs(2)
        here: dict[str, ChairSession | None] = {one: WREN, two: OTTO}
        store = Store(here.get)
        services.bind(NURSE_REYES, device_id=monitor("M1"), chair_id=one, session=WREN, now=NOON)
        services.bind(NURSE_REYES, device_id=monitor("M2"), chair_id=two, session=OTTO, now=NOON)
        assert put(store, sample("M1", after(1), spo2_percent=97.0), sample("M2", after(1), spo2_percent=95.0)) == [
            "wren",
            "otto",
        ]

    @pytest.mark.hazard("H01")
    def test_what_a_device_sent_before_it_was_bound_stays_nobodys(self) -> None:
        (one,) = chairs(1)
        store = Store(lambda chair: WREN)
        device_id = monitor("M1")
        assert put(store, sample("M1", after(-5), spo2_percent=90.0)) == [""]
        services.bind(NURSE_REYES, device_id=device_id, chair_id=one, session=WREN, now=NOON)
        assert put(store, sample("M1", after(1), spo2_percent=97.0)) == ["wren"]
        assert [reading.value for reading in stored_readings("wren")] == [97.0]

    @pytest.mark.hazard("H01")
    def test_the_last_patients_cuff_reading_sent_again_does_not_become_this_patients(self) -> None:
        (one,) = chairs(1)
        store = Store(lambda chair: WREN)
        services.bind(NURSE_REYES, device_id=monitor("M1"), chair_id=one, session=WREN, now=NOON)
        old = value_of(Channel.NIBP_SYSTOLIC, 210.0, after(-240))
        assert put(store, sample("M1", after(1), old, spo2_percent=97.0)) == ["wren"]
        found = latest("wren", after(1))
        assert found[Channel.NIBP_SYSTOLIC].value is None and found[Channel.NIBP_SYSTOLIC].why == "before_binding"
        assert found[Channel.SPO2].value == 97.0

    @pytest.mark.hazard("H05")
    def test_once_released_a_device_sends_to_nobody_and_is_shown_as_sending(self) -> None:
        (one,) = chairs(1)
        store = Store(lambda chair: WREN)
        device_id = monitor("M1")
        services.bind(NURSE_REYES, device_id=device_id, chair_id=one, session=WREN, now=NOON)
        services.release(NURSE_REYES, device_id=device_id, now=after(10))
        assert put(store, sample("M1", after(11), spo2_percent=80.0)) == [""]
        assert [(each.name, each.device_id) for each in unbound_devices(after(12))] == [("M1", device_id)]

    @pytest.mark.hazard("H05")
    def test_a_rolling_monitor_left_on_a_chair_does_not_serve_the_next_patient(self) -> None:
        (one,) = chairs(1)
        here: dict[str, ChairSession | None] = {one: WREN}
        store = Store(here.get)
        services.bind(NURSE_REYES, device_id=monitor("M1"), chair_id=one, session=WREN, now=NOON)
        here[one] = visit("otto", since=after(60))
        assert put(store, sample("M1", after(61), spo2_percent=97.0)) == [""]

    def test_a_late_message_of_a_visit_that_is_over_still_goes_to_it(self) -> None:
        (one,) = chairs(1)
        here: dict[str, ChairSession | None] = {one: WREN}
        store = Store(here.get)
        device_id = monitor("M1")
        services.bind(NURSE_REYES, device_id=device_id, chair_id=one, session=WREN, now=NOON)
        put(store, *(sample("M1", after(n), spo2_percent=97.0) for n in range(1, 10)))
        services.release(NURSE_REYES, device_id=device_id, now=after(100))
        here[one] = None
        late = sample("M1", after(130), value_of(Channel.SPO2, 96.0, after(20)), message_time=after(20))
        assert put(store, late) == ["wren"]

    @pytest.mark.hazard("H05")
    def test_a_fixed_monitor_serves_whoever_is_treated_at_its_chair_from_then_on(self) -> None:
        (one,) = chairs(1)
        here: dict[str, ChairSession | None] = {one: None}
        store = Store(here.get)
        services.bind(NURSE_REYES, device_id=monitor("M1", home_chair_id=one), chair_id=one, session=None, now=NOON)
        old = value_of(Channel.NIBP_SYSTOLIC, 150.0, after(5))
        assert put(store, sample("M1", after(5), old)) == [""]
        here[one] = visit("wren", since=after(10))
        assert put(store, sample("M1", after(11), old, spo2_percent=97.0)) == ["wren"]
        assert latest("wren", after(11))[Channel.NIBP_SYSTOLIC].value is None
        here[one] = visit("otto", since=after(20))
        assert put(store, sample("M1", after(21), spo2_percent=95.0)) == ["otto"]

    def test_a_rolling_device_needs_somebody_in_the_chair(self) -> None:
        (one,) = chairs(1)
        with pytest.raises(NobodyInChair):
            services.bind(NURSE_REYES, device_id=monitor("M1"), chair_id=one, session=None, now=NOON)

    def test_a_device_is_on_one_chair_and_a_chair_has_one_monitor(self) -> None:
        one, two = chairs(2)
        first, second = monitor("M1"), monitor("M2")
        services.bind(NURSE_REYES, device_id=first, chair_id=one, session=WREN, now=NOON)
        with pytest.raises(DeviceIsElsewhere):
            services.bind(NURSE_REYES, device_id=first, chair_id=two, session=OTTO, now=NOON)
        with pytest.raises(ChairHasMonitor):
            services.bind(NURSE_REYES, device_id=second, chair_id=one, session=WREN, now=NOON)

    def test_several_pumps_may_be_at_one_chair(self) -> None:
        (one,) = chairs(1)
        for name in ("P1", "P2"):
            services.bind(NURSE_REYES, device_id=monitor(name, kind="pump"), chair_id=one, session=WREN, now=NOON)
        assert [device.chair_name for device in devices(NOON)] == ["Chair 1", "Chair 1"]

    def test_a_swap_takes_the_old_monitor_off_and_puts_the_new_one_on(self) -> None:
        (one,) = chairs(1)
        store = Store(lambda chair: WREN)
        first, second = monitor("M1"), monitor("M2")
        services.bind(NURSE_REYES, device_id=first, chair_id=one, session=WREN, now=NOON)
        services.swap(NURSE_OKAFOR, device_id=second, chair_id=one, session=WREN, now=after(30))
        answers = put(store, sample("M1", after(31), spo2_percent=80.0), sample("M2", after(31), spo2_percent=97.0))
        assert answers == ["", "wren"]

    def test_a_release_of_a_device_on_no_chair_says_so(self) -> None:
        with pytest.raises(NotBound):
            services.release(NURSE_REYES, device_id=monitor("M1"), now=NOON)
        with pytest.raises(NoSuchDevice):
            services.release(NURSE_REYES, device_id=str(uuid4()), now=NOON)

    def test_two_devices_cannot_share_a_name(self) -> None:
        monitor("M1")
        with pytest.raises(NameTaken):
            monitor("M1")

    @pytest.mark.parametrize("wrong", [{"identity": " "}, {"label": ""}, {"kind": "toaster"}, {"zone": "Mars/Olympus"}])
    def test_what_cannot_be_a_device_is_refused(self, wrong: dict[str, str]) -> None:
        words: dict[str, Any] = {"identity": "M1", "label": "Monitor 1", "kind": "monitor", "now": NOON, **wrong}
        with pytest.raises(NotADevice):
            services.register_device(NURSE_REYES, **words)

    def test_a_device_is_known_by_each_of_its_names(self) -> None:
        (one,) = chairs(1)
        store = Store(lambda chair: WREN)
        device_id = services.register_device(
            NURSE_REYES, identity="P52814", label="Pump", kind="pump", now=NOON, aliases=("52814",)
        )
        services.bind(NURSE_REYES, device_id=device_id, chair_id=one, session=WREN, now=NOON)
        assert put(store, sample("52814", after(1)), sample("P52814", after(1))) == ["wren", "wren"]

    @pytest.mark.parametrize("actor", [FRONT_DESK_SORO, ADMINISTRATOR_KLEIN, WALL, OUTSIDER])
    def test_who_does_not_treat_cannot_move_a_device(self, actor: Actor) -> None:
        (one,) = chairs(1)
        device_id = monitor("M1")
        for act in (services.bind, services.swap):
            with pytest.raises(Forbidden):
                act(actor, device_id=device_id, chair_id=one, session=WREN, now=NOON)
        with pytest.raises(Forbidden):
            services.release(actor, device_id=device_id, now=NOON)

    def test_the_database_keeps_a_binding_as_it_was_made(self) -> None:
        (one,) = chairs(1)
        device_id = monitor("M1")
        services.bind(NURSE_REYES, device_id=device_id, chair_id=one, session=WREN, now=NOON)
        everything = DeviceBinding.objects.all()
        for change in ({"session_id": "otto"}, {"bound_at": after(-99)}, {"ended_at": after(5), "session_id": "otto"}):
            with pytest.raises(DatabaseError), transaction.atomic():
                everything.update(**change)
        with pytest.raises(DatabaseError), transaction.atomic():
            everything.delete()
        services.release(NURSE_REYES, device_id=device_id, now=after(5))
        with pytest.raises(DatabaseError), transaction.atomic():
            everything.update(ended_at=None)
        with pytest.raises(DatabaseError), transaction.atomic():
            everything.update(ended_at=after(99))


@pytest.mark.django_db
@pytest.mark.hazard("H31")
class TestClocks:
    def at_of(self, message: Any, zone: str = "") -> datetime:
        (one,) = chairs(1)
        services.bind(NURSE_REYES, device_id=monitor("M1", zone=zone), chair_id=one, session=WREN, now=after(-9))
        (stored,) = Store(lambda chair: WREN).put([message])
        at = stored.sample.readings[0].at
        assert at is not None and stored.clock_flag == ReceivedMessage.objects.get().clock_flag
        return at

    def test_a_clock_a_year_ahead_charts_at_receipt_flagged_with_its_own_time_kept(self) -> None:
        ahead = after(0) + timedelta(days=365)
        assert self.at_of(sample("M1", after(3), message_time=ahead, spo2_percent=97.0)) == after(3)
        (row,) = stored_readings("wren")
        assert row.device_time == ahead and latest("wren", after(4))[Channel.SPO2].clock_flag == "clock_off"

    def test_a_time_without_a_zone_is_read_in_the_zone_that_the_device_is_registered_with(self) -> None:
        wall = datetime(2026, 3, 4, 6, 0, 1)
        assert self.at_of(sample("M1", after(3), message_time=wall, spo2_percent=97.0), "America/Chicago") == after(3)
        (row,) = stored_readings("wren")
        assert row.device_time == after(1)

    def test_a_time_without_a_zone_of_a_device_without_one_charts_at_receipt_flagged(self) -> None:
        wall = datetime(2026, 3, 4, 6, 0, 1)
        assert self.at_of(sample("M1", after(3), message_time=wall, spo2_percent=97.0)) == after(3)
        assert latest("wren", after(4))[Channel.SPO2].clock_flag == "zone_unknown"


def in_threads(*acts: Callable[[], object]) -> list[object]:
    """Runs the acts at the same moment; answers what each returned or raised."""
    ready = threading.Barrier(len(acts))
    answers: list[object] = [None] * len(acts)

    def run(number: int) -> None:
        try:
            ready.wait(5)
            answers[number] = acts[number]()
        except (DeviceRefusal, DatabaseError) as fault:
            answers[number] = fault
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    return answers


@pytest.mark.django_db(transaction=True)
@pytest.mark.hazard("H05")
@pytest.mark.parametrize("what", ["one device, two chairs", "two monitors, one chair"])
def test_of_two_tablets_that_bind_at_once_one_wins_and_the_other_is_told(what: str) -> None:
    one, two = chairs(2)
    for attempt in range(5):
        first = monitor(f"A{attempt}")
        second = first if what == "one device, two chairs" else monitor(f"B{attempt}")
        other = two if what == "one device, two chairs" else one
        answers = in_threads(
            lambda first=first: services.bind(NURSE_REYES, device_id=first, chair_id=one, session=WREN, now=NOON),
            lambda second=second, other=other: services.bind(
                NURSE_OKAFOR, device_id=second, chair_id=other, session=OTTO, now=NOON
            ),
        )
        won = [answer for answer in answers if isinstance(answer, str)]
        told = [answer for answer in answers if isinstance(answer, (DeviceIsElsewhere, ChairHasMonitor))]
        assert len(won) == 1 and len(told) == 1, answers
        services.release_ended(frozenset(), after(1))
