"""Which screens are awake: what each open page says of itself every few seconds, and what nobody watches (H34).

A page says what it shows, whether it can be seen, and whether it can be heard. A chair is attended while a screen that
shows it, can be seen and can be heard has said so within ``SAID_AFTER_S``: a page that is hidden, frozen, closed or
asleep stops saying it, whatever it can still do. Nothing is stored: after a restart pages say it again within seconds.

Where more than one process serves, each tells the others over the bus, and each can answer.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.conf import settings

from dripstand.live import bus
from dripstand.live.frames import encode

SAY_EVERY_S = 4.0
"""How often a page says it. It is given to the pages, and is what the limits below are made for."""
SAID_AFTER_S = 9.0
"""Longest silence of a screen that still counts; longer than going from one page to the next takes. With the pages that
ask every SAY_EVERY_S, an unattended chair is said 13 s after its last screen fell asleep; the bar is 15 s."""
FORGOTTEN_AFTER_S = 60.0
SCREENS_AT_MOST_COUNT = 2_000
SHOWN_AT_MOST_COUNT = 16
BOARD = "board"
TOPIC = "screens"


class Sound(StrEnum):
    """ON: it may sound. BLOCKED: the browser lets it sound only after a touch. UNHEARD: a person listened and heard
    nothing. NONE: this page has no sound."""

    ON = "on"
    BLOCKED = "blocked"
    UNHEARD = "unheard"
    NONE = "none"


class Attention(StrEnum):
    """How a chair is attended. The first is well; of the others the best that there is is told."""

    ATTENDED = "attended"
    SILENT = "silent"  # seen on a screen that cannot be heard
    HIDDEN = "hidden"  # open on a screen that cannot be seen
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Screen:
    """What one page said of itself. shows: topics such as ``board`` or ``session:<id>``. acts: whoever is signed in
    there looks after patients; a wall or a front desk does not."""

    screen_id: str
    shows: tuple[str, ...]
    visible: bool
    sound: Sound
    acts: bool


class Screens:
    """The awake screens of a clinic, as this process knows them. Any thread may call."""

    def __init__(self, began_s: float) -> None:
        self._began_s = began_s
        self._heard: dict[str, tuple[Screen, float]] = {}
        self._attended_s: dict[str, float] = {}
        self._lock = threading.Lock()

    def say(self, screen: Screen, at_s: float) -> None:
        """at_s: monotonic."""
        with self._lock:
            if screen.screen_id not in self._heard and len(self._heard) >= SCREENS_AT_MOST_COUNT:
                self._forget(at_s)
                if len(self._heard) >= SCREENS_AT_MOST_COUNT:
                    return
            self._heard[screen.screen_id] = (screen, at_s)
            if screen.acts and screen.visible and screen.sound is Sound.ON:
                for topic in screen.shows:
                    self._attended_s[topic] = at_s

    def _forget(self, at_s: float) -> None:
        for name in [name for name, (_, said_s) in self._heard.items() if at_s - said_s > FORGOTTEN_AFTER_S]:
            del self._heard[name]
        for topic in [topic for topic, said_s in self._attended_s.items() if at_s - said_s > FORGOTTEN_AFTER_S]:
            del self._attended_s[topic]

    def attention(self, topic: str, at_s: float) -> Attention:
        """How what this topic shows is attended; the board shows every chair."""
        with self._lock:
            self._forget(at_s)
            topics = (topic, BOARD)
            last_s = max(self._attended_s.get(each, self._began_s) for each in topics)
            if at_s - last_s <= SAID_AFTER_S:
                return Attention.ATTENDED
            there = [
                screen
                for screen, said_s in self._heard.values()
                if at_s - said_s <= SAID_AFTER_S and screen.acts and any(each in screen.shows for each in topics)
            ]
        if any(screen.visible for screen in there):
            return Attention.SILENT
        return Attention.HIDDEN if there else Attention.NOBODY

    def is_seen(self, topic: str, at_s: float) -> bool:
        """Whether somebody who looks after patients has this topic, or the board, in sight on an awake screen."""
        with self._lock:
            return any(
                at_s - said_s <= SAID_AFTER_S and screen.acts and screen.visible and {topic, BOARD} & set(screen.shows)
                for screen, said_s in self._heard.values()
            )

    def count(self, at_s: float) -> int:
        """How many screens have spoken lately."""
        with self._lock:
            return sum(at_s - said_s <= SAID_AFTER_S for _, said_s in self._heard.values())


SCREENS = Screens(time.monotonic())


def said(screen: Screen) -> None:
    """A page of this process spoke: known here at once, and to the other processes by the bus."""
    SCREENS.say(screen, time.monotonic())
    url: str | None = settings.BUS_URL
    if url is not None:
        body = {
            "screen_id": screen.screen_id,
            "shows": list(screen.shows),
            "visible": screen.visible,
            "sound": screen.sound.value,
            "acts": screen.acts,
        }
        bus.send(url, TOPIC, encode(body), screen.screen_id)


def take_from_bus(payload: Mapping[str, Any]) -> None:
    """What a page of another process said."""
    SCREENS.say(
        Screen(
            str(payload["screen_id"]),
            tuple(str(each) for each in payload["shows"]),
            bool(payload["visible"]),
            Sound(payload["sound"]),
            bool(payload["acts"]),
        ),
        time.monotonic(),
    )


def unattended(topics: Iterable[str]) -> dict[str, Attention]:
    """Those of these topics that no screen attends, and how far they are from it."""
    now_s = time.monotonic()
    found = {topic: SCREENS.attention(topic, now_s) for topic in topics}
    return {topic: how for topic, how in found.items() if how is not Attention.ATTENDED}


def is_seen(topic: str) -> bool:
    """Whether a screen shows this topic now to somebody who looks after patients."""
    return SCREENS.is_seen(topic, time.monotonic())
