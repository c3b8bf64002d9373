"""Somebody guesses passwords as fast as they can, beside infusions under way (bar 24, H58).

Nothing is lost or refused at the chairs, the guessed account is locked for the guesser, and whoever knows their
password gets in. How long a chair waited meanwhile is printed, not judged: that is a matter of the machine.
"""

from __future__ import annotations

import statistics
import threading
import time

import pytest

from tests.faults.at_the_bedside import Bedside
from tests.faults.charting import Browser, NoAnswer, Nurse
from tests.faults.running import Clinic, Commands, serving

GUESSERS_COUNT = 6
GUESSES_EACH = 25
LOCKED_AFTER = 8  # AXES_FAILURE_LIMIT

pytestmark = [pytest.mark.timeout(900), pytest.mark.hazard("H58")]


class Guesser:
    """Tries one wrong password after the other for one account, so many times and no more.

    Whoever guesses may wait: what had no answer in time is sent again, as the guesses are not what this is about.
    """

    def __init__(self, port: int, username: str) -> None:
        self._browser = Browser(port)
        self._username = username
        self.statuses: list[int] = []
        self._thread = threading.Thread(target=self._guess, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def join(self) -> None:
        self._thread.join(300)
        assert not self._thread.is_alive(), "the guesses were never all answered"

    def _guess(self) -> None:
        self._browser.ask("GET", "/sign-in/", script=False)
        for number in range(GUESSES_EACH):
            guess = {"username": self._username, "password": f"guess number {number}"}
            for last in (False, False, True):
                try:
                    self.statuses.append(self._browser.ask("POST", "/sign-in/", guess, script=False).status)
                    break
                except NoAnswer:
                    if last:
                        self.statuses.append(0)


def waits_s(nurse: Nurse, until_s: float) -> list[float]:
    """How long each of her chair's states took, asked one after the other."""
    found: list[float] = []
    while time.monotonic() < until_s:
        began_s = time.monotonic()
        nurse.browser.state(nurse.chair.session_id)
        found.append(time.monotonic() - began_s)
        time.sleep(0.05)
    return found


def quantiles(values: list[float]) -> str:
    ordered = sorted(values)
    return f"p50 {statistics.median(ordered) * 1000:.0f} ms, most {ordered[-1] * 1000:.0f} ms of {len(ordered)}"


def test_a_flood_of_sign_ins_loses_nothing_at_the_chairs_and_locks_nobody_else_out(clinic: Clinic) -> None:
    with serving(Commands(clinic.folder)) as server:
        browser = Browser(server.port)
        browser.sign_in(clinic.chairs[0].nurse, clinic.password)
        nurse = Nurse(clinic.chairs[0], browser, 5, ("75", "80"))
        bedside = Bedside([chair.device for chair in clinic.chairs], server.mllp_port, "F")
        bedside.start()
        try:
            quiet_s = waits_s(nurse, time.monotonic() + 2.0)
            guessers = [Guesser(server.port, f"nobody-{number}") for number in range(GUESSERS_COUNT - 1)]
            guessers.append(Guesser(server.port, "s.abara"))
            for guesser in guessers:
                guesser.start()
            before = bedside.acknowledged_count
            beside_s = waits_s(nurse, time.monotonic() + 4.0)
            charted = [nurse.chart("note_written", {"text": f"calm {number}"}) for number in range(5)]
            colleague = Browser(server.port)
            colleague.sign_in("t.vance", clinic.password)
            for guesser in guessers:
                guesser.join()
        finally:
            bedside.finish()
        assert bedside.acknowledged_count > before
        for monitor in bedside.monitors:
            assert set(monitor.sent) == set(monitor.acknowledged), "a message was not acknowledged"
        assert all(one.is_charted for one in charted), charted
        for guesser in guessers:
            assert len(guesser.statuses) == GUESSES_EACH
            assert 302 not in guesser.statuses, "a guess got in"
            assert 0 not in guesser.statuses and 500 not in guesser.statuses, guesser.statuses
            assert set(guesser.statuses[LOCKED_AFTER:]) == {429}, guesser.statuses
        print(f"\na chair's state, quiet: {quantiles(quiet_s)}; beside the flood: {quantiles(beside_s)}")
