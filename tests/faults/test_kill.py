"""SIGKILL at any moment, while monitors send and nurses chart: nothing that was acknowledged is lost (H21).

KILLS sets the number of kills (`make prove` does ten times as many as `make test`; KILLS=10000 for a night), SEED the
moments. Every tenth restart is `dripstand serve` from its first instruction; the others fork from a warm process
(running.py). The control run is the same, with doors that answer before they commit: it must lose something.
"""

from __future__ import annotations

import contextlib
import os
import random
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from statistics import median

import pytest

from tests.faults import reckoning
from tests.faults.at_the_bedside import Bedside
from tests.faults.charting import Browser, Nurse, Sent
from tests.faults.running import Clinic, Commands, Server, serving, verified, warm

KILLS_COUNT = int(os.environ.get("KILLS", "200" if os.environ.get("FULL_COUNTS") else "20"))
SEED = int(os.environ.get("SEED", "20261123"))
COLD_EVERY_COUNT = 10
RATES_ML_PER_H = ("60.0", "64.5", "69.0", "72.0", "75.0")
BACK_WITHIN_S = 10.0
SCREEN_ROUNDS_MG = 0.11
"""Two numbers of the screen, each rounded to a tenth of a milligram."""

pytestmark = pytest.mark.timeout(60 + 12 * KILLS_COUNT)


@dataclass
class Ward:
    """A served clinic with monitors that send and nurses who chart."""

    clinic: Clinic
    server: Server
    bedside: Bedside
    nurses: list[Nurse]

    @property
    def sent(self) -> list[Sent]:
        return [one for nurse in self.nurses for one in nurse.sent]

    def finish(self) -> None:
        """Everybody brings what is under way to its end."""
        for nurse in self.nurses:
            nurse.finish()
        self.bedside.finish()


@contextlib.contextmanager
def working(clinic: Clinic, *, careless: bool = False) -> Iterator[Ward]:
    with warm(clinic, careless=careless) as starter, serving(starter) as server:
        bedside = Bedside([chair.device for chair in clinic.chairs], server.mllp_port)
        bedside.start()
        nurses: list[Nurse] = []
        try:
            browser = Browser(server.port)
            browser.sign_in(clinic.chairs[0].nurse, clinic.password)
            nurses += [Nurse(chair, browser, SEED + n, RATES_ML_PER_H) for n, chair in enumerate(clinic.chairs)]
            yield Ward(clinic, server, bedside, nurses)
        finally:
            bedside.give_up()
            for nurse in nurses:
                nurse.give_up()


def until(holds: object, what: str, within_s: float = BACK_WITHIN_S) -> None:
    end_s = time.monotonic() + within_s
    while not holds():  # type: ignore[operator]
        assert time.monotonic() < end_s, what
        time.sleep(0.02)


def kill_and_restart(ward: Ward, draw: random.Random, kills_count: int) -> tuple[list[float], list[float]]:
    """Kills at random moments; answers the seconds of each start until both ports took connections, and from there on
    until a monitor was acknowledged again."""
    cold = Commands(ward.clinic.folder)
    warm_starter = ward.server._starter
    up_s: list[float] = []
    back_s: list[float] = []
    for number in range(1, kills_count + 1):
        time.sleep(draw.choice((draw.uniform(0.0, 0.1), draw.uniform(0.1, 0.9))))
        ward.server.kill()
        if draw.random() < 0.1:  # again before it is up, in the middle of its own start
            ward.server.begin()
            time.sleep(draw.uniform(0.0, 0.25))
            ward.server.kill()
        before_count = ward.bedside.acknowledged_count
        starter = cold if number % COLD_EVERY_COUNT == 0 else warm_starter
        up_s.append(ward.server.start(starter))
        began_s = time.monotonic()
        until(
            lambda before=before_count: ward.bedside.acknowledged_count > before,  # type: ignore[misc]
            f"no monitor came back by itself after kill {number}",
        )
        back_s.append(time.monotonic() - began_s)
    return up_s, back_s


def alarms_raised(clinic: Clinic, session_id: str) -> Counter[str]:
    """How often each alarm about the saturation was raised, by the log."""
    return Counter(
        str(line.event["alarm"])
        for line in reckoning.stored_log(clinic, session_id)
        if line.kind == "alarm_raised" and str(line.event["alarm"]).startswith("spo2")
    )


@pytest.mark.hazard("H21", "H17", "H49", "H55")
def test_what_was_acknowledged_survives_any_number_of_kills(clinic: Clinic) -> None:
    with working(clinic) as ward:
        sick = ward.nurses[0]
        before = [ward.nurses[0].browser.state(chair.session_id) for chair in clinic.chairs]
        ward.bedside.monitors[0].is_ill = True
        until(lambda: alarms_raised(clinic, sick.chair.session_id)["spo2_critical"], "no alarm was raised")
        raised = next(
            line for line in reckoning.stored_log(clinic, sick.chair.session_id)
            if line.kind == "alarm_raised" and line.event["alarm"] == "spo2_critical"
        )  # fmt: skip
        assert sick.chart("alarm_acknowledged", {"alarm_id": str(raised.event["alarm_id"])}).is_charted
        for nurse in ward.nurses:
            nurse.start()

        up_s, back_s = kill_and_restart(ward, random.Random(SEED), KILLS_COUNT)
        ward.finish()
        after = [ward.nurses[0].browser.state(chair.session_id) for chair in clinic.chairs]
        ward.server.kill()

        acknowledged = ward.bedside.acknowledged()
        sent = ward.sent
        charted = [one for one in sent if one.is_charted]
        repeated = [one for one in charted if one.tries_count > 1]
        print(
            f"\n{ward.server.kills_count} kills: {len(acknowledged)} messages acknowledged, {len(charted)} of "
            f"{len(sent)} entries charted, {len(repeated)} of them after being sent again; up after "
            f"{median(up_s):.2f} s (median), {max(up_s):.2f} s (longest), a monitor acknowledged {median(back_s):.2f} "
            f"s (median), {max(back_s):.2f} s (longest) later"
        )
        # Without these the run would have proved nothing.
        assert len(acknowledged) > 5 * KILLS_COUNT
        assert len(charted) >= KILLS_COUNT // 2
        assert len({one.kind for one in charted}) >= 4

        assert reckoning.readings_faults(clinic, acknowledged) == []
        assert reckoning.entries_faults(clinic, sent) == []
        assert verified(clinic)["ok"]

        # The alarm that stood was neither raised again nor forgotten.
        assert set(alarms_raised(clinic, sick.chair.session_id).values()) == {1}
        # Each infusion is where its log says it is, reckoned without the product's code.
        for number, chair in enumerate(clinic.chairs):
            log = reckoning.stored_log(clinic, chair.session_id)
            assert after[number]["rate"]["rate_text"] == f"{float(reckoning.rate_steps_ml_per_h(log)[-1][1]):.1f}"
            bag = next(line.event for line in log if line.kind == "bag_prepared")["bag"]
            mg_per_ml = Fraction(bag["drug_mg"]) / Fraction(bag["final_ml"])  # type: ignore[index]
            volumes_ml = [
                reckoning.volume_infused_ml(log, datetime.fromisoformat(state[number]["now"]))
                for state in (before, after)
            ]
            left_the_bag_mg = float(before[number]["rate"]["bag_text"]) - float(after[number]["rate"]["bag_text"])
            assert abs(left_the_bag_mg - float((volumes_ml[1] - volumes_ml[0]) * mg_per_ml)) <= SCREEN_ROUNDS_MG


@pytest.mark.hazard("H21", "H35")
def test_an_alarm_is_over_after_the_restart_when_the_patient_is_well_again(clinic: Clinic) -> None:
    with working(clinic) as ward:
        chair = ward.clinic.chairs[0]
        ward.bedside.monitors[0].is_ill = True
        until(lambda: alarms_raised(ward.clinic, chair.session_id)["spo2_critical"], "no alarm was raised")
        ward.server.kill()
        ward.bedside.monitors[0].is_ill = False
        ward.server.start()

        def cleared() -> bool:
            log = reckoning.stored_log(ward.clinic, chair.session_id)
            raised = {line.event["alarm_id"] for line in log if line.kind == "alarm_raised"}
            return raised <= {line.event["alarm_id"] for line in log if line.kind == "alarm_cleared"}

        def still_there() -> int:
            state = ward.nurses[0].browser.state(chair.session_id)
            return int(state["slot"]["count"])

        assert still_there() >= 1
        nurse = ward.nurses[0]
        for line in reckoning.stored_log(ward.clinic, chair.session_id):
            if line.kind == "alarm_raised":
                nurse.chart("alarm_acknowledged", {"alarm_id": str(line.event["alarm_id"])})
        until(cleared, "an alarm stayed although its reason was gone", 40.0)
        assert still_there() == 0
        ward.finish()


def test_with_durability_switched_off_the_same_run_finds_what_was_lost(clinic: Clinic) -> None:
    with working(clinic, careless=True) as ward:
        for nurse in ward.nurses:
            nurse.start()
        for _ in range(4):
            time.sleep(0.8)
            ward.server.kill()
            ward.server.start()
        ward.finish()
        time.sleep(1.0)
        ward.server.kill()
        assert reckoning.readings_faults(ward.clinic, ward.bedside.acknowledged()) != []
        assert reckoning.entries_faults(ward.clinic, ward.sent) != []
