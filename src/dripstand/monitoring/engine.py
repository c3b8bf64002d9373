"""The engine: numbers to the screens after each commit, alarms each second, also when nothing arrives.

It runs in a thread of its own. The writer hands it what was stored and goes on at once; the publisher takes what it
says and returns at once (each viewer has its own bounded queue), so a slow screen holds up nothing here. Charting is
done by a second thread: a database that is slow to take an alarm does not delay the next bed's numbers, and what could
not be charted is tried again, in order.

What it must know of sessions, and what becomes of its transitions, is given to it as callables: sessions live above.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.db import Error as DatabaseFault
from django.db import connection

from dripstand.monitoring import queries
from dripstand.monitoring.alarms import SoundResumed, Transition, close
from dripstand.monitoring.live_message import vitals_message
from dripstand.monitoring.models import DeviceKind
from dripstand.monitoring.pump import PumpVerdict, judge, report_of
from dripstand.monitoring.services import beat, note_jump, note_return, release_ended
from dripstand.monitoring.storing import StoredSample
from dripstand.monitoring.storing_trouble import STORING
from dripstand.monitoring.watch import Bedside, OnChair, WatchedSession

log = logging.getLogger(__name__)

TICK_S = 1.0
LOOK_AGAIN_S = 0.25
"""How often it is asked which chairs have not been judged for TICK_S. A chair whose monitor speaks each second is
judged then, and not once more with all the others: two hundred chairs do not come all at once."""
BREATH_S = 0.02
"""Between two rounds: what arrives meanwhile goes out together."""
READINGS_FIRST_S = 0.0002
"""After each chair. The engine computes and the rest waits for others: without a pause it would keep the interpreter
from those who only need it for a moment, to write readings down and to acknowledge them."""
RETRY_S = 1.0
READINGS_TURN_S = 0.02
"""After each charted entry. SQLite keeps no queue of those who wait to write, they only ask again and again: two
hundred alarms charted one after the other would keep the readings out for longer than the database's patience."""
BEAT_EVERY_S = 2.0
"""How often it is written down that the chairs are watched: the resolution of "away from 10:02:03"."""
QUEUE_AT_MOST_COUNT = 10_000
CLOCK_JUMP_S = 1.0
CHARTED_JUMP_S = 10.0
"""From here on it moves a dose by more than a pump shows. Assumed."""


@dataclass(frozen=True, slots=True)
class House:
    """What the engine asks of the rooms above, and tells them.

    watched: every session with somebody in the chair. chart_transition: charts one transition; it may be called again
    for the same one after a fault, and must then chart nothing new. chart_pump: what the pump says about an entry.
    chart_devices: the devices of a session as they are now, and those that left it. chart_mismatch: a device's messages
    name another patient. chart_clock: the server's clock was set by so many seconds while a visit went on.
    publish: (topic, payload) to the open screens.
    """

    watched: Callable[[datetime], Sequence[WatchedSession]]
    chart_transition: Callable[[str, Transition, datetime], None]
    publish: Callable[[str, Mapping[str, Any]], None]
    now: Callable[[], datetime]
    monotonic_s: Callable[[], float]
    chart_pump: Callable[[str, PumpVerdict, datetime], None] | None = None
    chart_devices: Callable[[str, Sequence[OnChair], datetime], None] | None = None
    chart_mismatch: Callable[[str, str, str, datetime], None] | None = None
    chart_clock: Callable[[str, float, datetime], None] | None = None


class Engine:
    """Watches every chair with somebody in it."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._news: deque[StoredSample] = deque(maxlen=QUEUE_AT_MOST_COUNT)
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._bedsides: dict[str, Bedside] = {}
        self._watched: dict[str, WatchedSession] = {}
        self._on_chair: dict[str, tuple[OnChair, ...]] = {}
        self._charted_devices: dict[str, frozenset[str]] = {}
        self._said_of_pump: dict[str, tuple[int, bool]] = {}
        self._held_said: set[tuple[str, str, str]] = set()
        self._looked_s: dict[str, float] = {}
        self._last: tuple[datetime, float] | None = None
        self._to_do: deque[Callable[[], None]] = deque()
        self._to_do_news = threading.Event()
        self._beat_next_s = 0.0

    # --- from the writer's thread -------------------------------------------------------------------------------------

    def heard(self, stored: Sequence[StoredSample]) -> None:
        """What has just become durable. Returns at once."""
        self._news.extend(each for each in stored if not each.duplicate)
        self._wake.set()

    # --- one round ----------------------------------------------------------------------------------------------------

    def take_news(self) -> set[str]:
        """Enters what arrived; answers the sessions that have something new."""
        fresh: set[str] = set()
        monotonic_s = self._house.monotonic_s()
        while self._news:
            each = self._news.popleft()
            where, sample = each.attribution, each.sample
            if where.held_from:
                self._hold(each, monotonic_s)
                fresh.add(where.held_from)
            bedside = self._bedsides.get(where.session_id)
            if bedside is None:
                continue
            bedside.hear(
                sample.device,
                each.device_id,
                each.clock_flag,
                sample.readings,
                sample.probe_off,
                sample.received_at,
                monotonic_s,
            )
            fresh.add(where.session_id)
        return fresh

    def _hold(self, each: StoredSample, monotonic_s: float) -> None:
        where, sample, house = each.attribution, each.sample, self._house
        bedside = self._bedsides.get(where.held_from)
        if bedside is not None:
            bedside.hold(each.device_id, where.held, monotonic_s)
        key = (where.binding_id, where.held, sample.patient_id or "")
        if house.chart_mismatch is None or key in self._held_said or where.held != "patient_mismatch":
            return
        self._held_said.add(key)
        chart, session_id, sent = house.chart_mismatch, where.held_from, sample.patient_id or ""
        self._later(lambda: chart(session_id, each.device_id, sent, sample.received_at))

    def look_round(self) -> None:
        """Asks who is in which chair, lets go of what has left, and restores chairs that are new here."""
        now, monotonic_s = self._house.now(), self._house.monotonic_s()
        self._notice_jump(now, monotonic_s)
        watched = {each.session_id: each for each in self._house.watched(now)}
        on_chair: dict[str, list[OnChair]] = {}
        for bound, label, kind in queries.open_bindings():
            device = OnChair(bound.binding_id, bound.device_id, label, kind == DeviceKind.PUMP, bound.bound_at)
            on_chair.setdefault(bound.chair_id, []).append(device)
        for session_id in [each for each in self._bedsides if each not in watched]:
            self._leave(session_id, now)
        for session_id, session in watched.items():
            if session_id not in self._bedsides:
                bedside = Bedside()
                bedside.restore(queries.lanes_of(session_id, before=now), session.standing, now, monotonic_s)
                self._bedsides[session_id] = bedside
            self._chart_devices(session, tuple(on_chair.get(session.chair_id, ())), now)
        self._watched = watched
        self._on_chair = {chair_id: tuple(devices) for chair_id, devices in on_chair.items()}
        running = frozenset((each.session_id, each.chair_id) for each in watched.values())
        self._later(lambda: _let_go(running, now))

    def _notice_jump(self, now: datetime, monotonic_s: float) -> None:
        if self._last is not None:
            jumped_s = (now - self._last[0]).total_seconds() - (monotonic_s - self._last[1])
            if abs(jumped_s) > CLOCK_JUMP_S:
                log.warning("The clock of this server jumped by %.1f s", jumped_s)
                self._house.publish("board", {"type": "clock_jump", "jumped_s": round(jumped_s, 1)})
                before = self._last[0]
                self._later(lambda: note_jump(before, now, jumped_s))
                self._chart_clock(jumped_s, now)
        self._last = (now, monotonic_s)

    def _chart_clock(self, jumped_s: float, now: datetime) -> None:
        """Whoever reads a dose of this visit, today or in a year, reads beside it that its clock was set."""
        chart = self._house.chart_clock
        if chart is None or abs(jumped_s) < CHARTED_JUMP_S:
            return
        for session_id in self._watched:
            self._later(partial(chart, session_id, jumped_s, now))

    def _leave(self, session_id: str, now: datetime) -> None:
        bedside = self._bedsides.pop(session_id)
        bedside.alarms, over = close(bedside.alarms, now=now)
        self._chart(session_id, over, now)
        self._charted_devices.pop(session_id, None)
        self._said_of_pump.pop(session_id, None)
        self._looked_s.pop(session_id, None)

    def _chart_devices(self, session: WatchedSession, devices: tuple[OnChair, ...], now: datetime) -> None:
        chart = self._house.chart_devices
        ids = frozenset(device.binding_id for device in devices)
        if chart is None or self._charted_devices.get(session.session_id) == ids:
            return
        self._charted_devices[session.session_id] = ids
        self._later(lambda: chart(session.session_id, devices, now))

    def look_at(self, session_id: str) -> None:
        """Judges one chair and tells its screens."""
        session, bedside = self._watched.get(session_id), self._bedsides.get(session_id)
        if session is None or bedside is None:
            return
        self._looked_s[session_id] = time.monotonic()
        now = self._house.now()
        devices = self._on_chair.get(session.chair_id, ())
        channels, transitions = bedside.look(session, devices, now, self._house.monotonic_s())
        message = vitals_message(session_id, session.chair_id, channels, bedside.alarms, now)
        self._house.publish(f"session:{session_id}", message)
        self._house.publish("board", message)
        self._chart(session_id, transitions, now)
        self._ask_pump(session, bedside, now)

    def _ask_pump(self, session: WatchedSession, bedside: Bedside, now: datetime) -> None:
        chart = self._house.chart_pump
        verdict = judge(session.unconfirmed, report_of(bedside.lanes), now)
        if chart is None or verdict is None:
            return
        said = (verdict.sequence, verdict.confirmed)
        if self._said_of_pump.get(session.session_id) == said:
            return
        self._said_of_pump[session.session_id] = said
        self._later(lambda: chart(session.session_id, verdict, now))

    def _chart(self, session_id: str, transitions: Sequence[Transition], now: datetime) -> None:
        chart = self._house.chart_transition
        for transition in transitions:
            if not isinstance(transition, SoundResumed):
                self._later(lambda each=transition: chart(session_id, each, now))  # type: ignore[misc]

    def _later(self, act: Callable[[], None]) -> None:
        self._to_do.append(act)
        self._to_do_news.set()

    def not_judged_lately(self) -> set[str]:
        """The sessions whose last look is TICK_S or longer ago: the silent ones."""
        before_s = time.monotonic() - TICK_S
        return {each for each in self._bedsides if self._looked_s.get(each, before_s) <= before_s}

    # --- the threads --------------------------------------------------------------------------------------------------

    def _watch(self) -> None:
        next_round_s = time.monotonic()
        try:
            while not self._stopping.is_set():
                self._wake.clear()
                fresh = self.take_news()
                if time.monotonic() >= next_round_s:
                    next_round_s = time.monotonic() + TICK_S
                    try:
                        self.look_round()
                    except DatabaseFault as fault:
                        # the chairs known so far stay watched with what is known of them; asked again next second
                        log.error("Could not ask who is in which chair: %s", type(fault).__name__)
                        connection.close()
                for session_id in fresh | self.not_judged_lately():
                    self.look_at(session_id)
                    time.sleep(READINGS_FIRST_S)
                self._stopping.wait(BREATH_S)
                self._wake.wait(max(0.0, min(next_round_s - time.monotonic(), LOOK_AGAIN_S)))
        finally:
            connection.close()

    def chart_what_is_due(self) -> bool:
        """Charts what has been decided, in order. False when the database refused: the rest waits."""
        while self._to_do:
            try:
                self._to_do[0]()
            except DatabaseFault as fault:
                log.error("Not charted yet, trying again: %s", type(fault).__name__)
                STORING.failed(self._house.now(), time.monotonic())
                connection.close()
                return False
            self._to_do.popleft()
            if self._to_do:
                self._stopping.wait(READINGS_TURN_S)
        return True

    def beat_if_due(self) -> bool:
        """Writes the sign of life down, after what was decided is charted. False when the database refused.

        While readings are not stored there is none: that is how other processes find out (`storing_trouble.py`).
        """
        if time.monotonic() < self._beat_next_s or STORING.fails(time.monotonic()):
            return True
        self._beat_next_s = time.monotonic() + BEAT_EVERY_S
        try:
            beat(self._house.now())
        except DatabaseFault as fault:
            log.error("The sign of life was not written: %s", type(fault).__name__)
            STORING.failed(self._house.now(), time.monotonic())
            connection.close()
            return False
        STORING.wrote()
        return True

    def _keep_charting(self) -> None:
        try:
            while not self._stopping.is_set() or self._to_do:
                self._to_do_news.wait(TICK_S)
                self._to_do_news.clear()
                if not (self.chart_what_is_due() and self.beat_if_due()):
                    if self._stopping.is_set():
                        return
                    self._stopping.wait(RETRY_S)
                    self._to_do_news.set()
        finally:
            connection.close()

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[Engine]:
        """Watches as long as the block lasts; on leaving, what was decided is charted first."""
        self._stopping.clear()
        began_at = self._house.now()
        self._later(lambda: _note_return(began_at))
        threads = {work: self._begin(work) for work in (self._watch, self._keep_charting)}
        guard = asyncio.create_task(self._keep_alive(threads))
        try:
            yield self
        finally:
            guard.cancel()
            self._stopping.set()
            self._wake.set()
            self._to_do_news.set()
            for thread in threads.values():
                await asyncio.to_thread(thread.join, 10.0)

    @staticmethod
    def _begin(work: Callable[[], None]) -> threading.Thread:
        thread = threading.Thread(target=work, name=f"alarms{work.__name__}", daemon=True)
        thread.start()
        return thread

    async def _keep_alive(self, threads: dict[Callable[[], None], threading.Thread]) -> None:
        """A fault of ours ends a thread, loudly; the chairs must not stay unwatched for it, so it begins again."""
        while True:
            await asyncio.sleep(TICK_S)
            for work, thread in threads.items():
                if not thread.is_alive() and not self._stopping.is_set():
                    log.critical("%s had stopped and was started again", thread.name)
                    if work == self._keep_charting and self._to_do:
                        self._to_do.popleft()  # what it stopped at would stop it again
                    threads[work] = self._begin(work)


def _let_go(running: frozenset[tuple[str, str]], now: datetime) -> None:
    for device_id in release_ended(running, now):
        log.info("Device %s was released at the end of its visit", device_id)


def _note_return(now: datetime) -> None:
    gone_s = note_return(now)
    if gone_s:
        log.warning("Nobody watched the chairs for %.0f s before this start", gone_s)
