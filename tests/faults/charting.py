"""Nurses who chart through the web, each entry with its own number, and remember what they were answered.

What was not answered is sent again with the same number until it is, as the page's outbox does.
"""

from __future__ import annotations

import http.client
import json
import random
import threading
import time
import urllib.parse
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any

from tests.faults.running import Chair

SIGN_IN_WITHIN_S = ANSWERED_WITHIN_S = 30.0


class NoAnswer(Exception):
    """The server was not there, or fell silent before it had answered."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


class Browser:
    """Cookies, the CSRF token, and one request at a time."""

    def __init__(self, port: int) -> None:
        self._port = port
        self.cookies: dict[str, str] = {}

    def ask(self, method: str, path: str, fields: dict[str, str] | None = None, *, script: bool = True) -> Answer:
        """Raises NoAnswer. script: as a page's script asks, for JSON; else as a form is sent."""
        headers = {
            "Host": "localhost",
            "Accept": "application/json" if script else "text/html",
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "X-CSRFToken": self.cookies.get("dripstand-csrf", ""),
        }
        body = None
        if fields is not None:
            body = urllib.parse.urlencode(fields)
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=15)
        try:
            connection.request(method, path, body, headers)
            answered = connection.getresponse()
            content = answered.read()
        except (OSError, http.client.HTTPException) as fault:
            raise NoAnswer(str(fault)) from fault
        finally:
            connection.close()
        for line in answered.headers.get_all("Set-Cookie") or []:
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value
        return Answer(answered.status, content)

    def sign_in(self, username: str, password: str) -> None:
        """Tries until it is answered; the server may be about to be killed."""
        end_s = time.monotonic() + SIGN_IN_WITHIN_S
        while True:
            try:
                self.ask("GET", "/sign-in/", script=False)
                answer = self.ask("POST", "/sign-in/", {"username": username, "password": password}, script=False)
            except NoAnswer:
                assert time.monotonic() < end_s, "nobody could sign in"
                time.sleep(0.1)
                continue
            assert answer.status == 302, f"sign-in was answered {answer.status}"
            return

    def state(self, session_id: str) -> Any:
        """The whole state of a chair's screen."""
        end_s = time.monotonic() + ANSWERED_WITHIN_S
        while True:
            try:
                answer = self.ask("GET", f"/session/{session_id}/state.json")
            except NoAnswer:
                assert time.monotonic() < end_s, "the screen's state was never answered"
                time.sleep(0.05)
                continue
            assert answer.status == 200, f"the screen's state was answered {answer.status}"
            return answer.json()


@dataclass
class Sent:
    """One entry: what was sent, how often, and the answers."""

    session_id: str
    submission_id: str
    kind: str
    fields: dict[str, str]
    tries_count: int = 0
    statuses: list[int] = field(default_factory=list)

    @property
    def is_charted(self) -> bool:
        return 200 in self.statuses


class Nurse:
    """Charts at one chair, one entry after the other, in a thread of her own."""

    def __init__(self, chair: Chair, browser: Browser, seed: int, rates_ml_per_h: tuple[str, ...]) -> None:
        self.chair = chair
        self.browser = browser
        self.patient_id = browser.state(chair.session_id)["patient_id"]
        self.sent: list[Sent] = []
        self._draw = random.Random(seed)
        self._rates = rates_ml_per_h
        self._stopping = threading.Event()
        self._given_up = threading.Event()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="nurse")
        self._working: Future[None] | None = None

    def start(self) -> None:
        self._working = self._thread.submit(self._chart_on)

    def finish(self, within_s: float = 60.0) -> None:
        """The entry under way is still brought to its answer."""
        self._stopping.set()
        if self._working is not None:
            self._working.result(within_s)
        self._thread.shutdown()

    def give_up(self) -> None:
        """Leaves at once, also in the middle of an entry that nobody answers."""
        self._stopping.set()
        self._given_up.set()

    def _chart_on(self) -> None:
        while not self._stopping.is_set():
            self.chart(*self._something(len(self.sent)))
            self._stopping.wait(self._draw.uniform(0.0, 0.15))

    def _something(self, number: int) -> tuple[str, dict[str, str]]:
        kind = self._draw.choice(["note_written", "comfort_given", "side_effect_noted", "rate_changed", "rate_changed"])
        if kind == "rate_changed":
            return kind, {"rate_ml_per_h": self._draw.choice(self._rates), "reason": f"step {number}"}
        if kind == "comfort_given":
            return kind, {"comfort": "music", "detail": f"song {number}"}
        if kind == "side_effect_noted":
            return kind, {"effect": "nausea", "severity": "mild", "detail": f"asked {number}"}
        return kind, {"text": f"note {number}"}

    def chart(self, kind: str, fields: dict[str, str]) -> Sent:
        """Sends one entry until it is answered. A slow answer is no answer: it is sent again."""
        number = f"{self._draw.getrandbits(128):032x}"
        one = Sent(self.chair.session_id, number, kind, fields)
        self.sent.append(one)
        while not self._given_up.is_set():
            one.tries_count += 1
            try:
                answer = self.browser.ask(
                    "POST",
                    f"/session/{one.session_id}/chart-entry/",
                    {"kind": kind, "submission_id": number, "patient_id": self.patient_id, **fields},
                )
            except NoAnswer:
                time.sleep(0.05)
                continue
            one.statuses.append(answer.status)
            if answer.status in (500, 503):
                time.sleep(0.1)
                continue
            assert answer.status in (200, 409, 422), f"{kind} was answered {answer.status}: {answer.body[:300]!r}"
            return one
        raise NoAnswer(f"{kind} was given up")
