"""The hub of one process: who watches which topic, and a short queue for each.

One bounded queue per viewer and topic. When a viewer reads too slowly its oldest frames are dropped and counted, and
it is told so in its turn, so that its page asks for the state anew; nobody else waits for it. A message that says what
it `replaces` takes the place of the waiting one that it outdates: a board of two hundred chairs waits with the newest
numbers of each, and has missed nothing.

Everything here runs in the event loop of the server, except `deliver_from_any_thread`.
"""

from __future__ import annotations

import asyncio
import itertools
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field

from dripstand.live.frames import encode, frame

QUEUE_LENGTH = 5
NEWEST_AT_MOST_COUNT = 2_000
PENDING_AT_MOST_COUNT = 20_000


@dataclass(frozen=True, slots=True)
class Published:
    """One payload on its way: made once, shared by all who watch. `body` is the JSON of {"topic", "payload"}.

    replaces: a name; an earlier one of the same topic and name that still waits is outdated by this one. "" for none.
    """

    topic: str
    number: int
    body: str
    frame: bytes
    replaces: str = ""


@dataclass(slots=True)
class _Queue:
    waiting: deque[Published] = field(default_factory=lambda: deque(maxlen=QUEUE_LENGTH))
    newest: dict[str, Published] = field(default_factory=dict)
    missed_count: int = 0


class Viewer:
    """One open page: its topics, their queues, and a flag that something waits."""

    def __init__(self, topics: Iterable[str]) -> None:
        self._queues = {topic: _Queue() for topic in topics}
        self._something = asyncio.Event()
        self.closed = False

    @property
    def topics(self) -> tuple[str, ...]:
        return tuple(self._queues)

    def offer(self, published: Published) -> None:
        queue = self._queues[published.topic]
        if published.replaces and (published.replaces in queue.newest or len(queue.newest) < NEWEST_AT_MOST_COUNT):
            queue.newest[published.replaces] = published
        else:
            if len(queue.waiting) == QUEUE_LENGTH:
                queue.missed_count += 1  # the deque lets its oldest go
            queue.waiting.append(published)
        self._something.set()

    def has_missed(self) -> None:
        """Something of each topic was lost before it came here."""
        for queue in self._queues.values():
            queue.missed_count += 1
        self._something.set()

    def close(self) -> None:
        self.closed = True
        self._something.set()

    async def take(self, timeout_s: float) -> list[Published]:
        """What waits, in the order it was published; nothing after `timeout_s` of silence, or once closed.

        Before the rest comes, for each topic that lost messages, one `missed` frame with their count.
        """
        if not self._something.is_set():
            try:
                await asyncio.wait_for(self._something.wait(), timeout_s)
            except TimeoutError:
                return []
        self._something.clear()
        if self.closed:
            return []
        gaps: list[Published] = []
        waiting: list[Published] = []
        for topic, queue in self._queues.items():
            if queue.missed_count:
                body = encode({"topic": topic, "missed_count": queue.missed_count})
                gaps.append(Published(topic, 0, body, frame("missed", body)))
                queue.missed_count = 0
            waiting.extend(queue.waiting)
            waiting.extend(queue.newest.values())
            queue.waiting.clear()
            queue.newest.clear()
        return gaps + sorted(waiting, key=lambda published: published.number)


class Hub:
    """All viewers of this process."""

    def __init__(self) -> None:
        self._viewers: dict[str, set[Viewer]] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._numbers = itertools.count(1)
        self._closing = False
        self._pending: deque[tuple[str, str, str]] = deque()
        self._woken = False
        self._lost = False

    def attach(self, topics: Iterable[str]) -> Viewer:
        """A new viewer of these topics. Call from the event loop."""
        self._loop = asyncio.get_running_loop()
        viewer = Viewer(topics)
        if self._closing:
            viewer.close()
        for topic in viewer.topics:
            self._viewers.setdefault(topic, set()).add(viewer)
        return viewer

    def detach(self, viewer: Viewer) -> None:
        for topic in viewer.topics:
            watching = self._viewers.get(topic)
            if watching is not None:
                watching.discard(viewer)
                if not watching:
                    del self._viewers[topic]

    def is_watched(self, topic: str) -> bool:
        """Whether anybody watches it now. May be asked from any thread."""
        return topic in self._viewers

    def _deliver(self, topic: str, payload_json: str, replaces: str = "") -> None:
        watching = self._viewers.get(topic)
        if not watching:
            return
        number = next(self._numbers)
        body = f'{{"topic":{encode(topic)},"payload":{payload_json}}}'
        published = Published(topic, number, body, frame("message", body, number), replaces)
        for viewer in watching:
            viewer.offer(published)

    def deliver_from_any_thread(self, topic: str, payload_json: str, replaces: str = "") -> None:
        """Hands one encoded payload to the viewers of a topic. Returns at once; waits for no viewer."""
        loop = self._loop
        if loop is None or loop.is_closed() or topic not in self._viewers:
            return  # nobody watches it, so nobody waits: the loop is not woken
        if len(self._pending) >= PENDING_AT_MOST_COUNT:
            self._lost = True  # the loop has stood still for long: everybody will be told to look anew
            return
        self._pending.append((topic, payload_json, replaces))
        if not self._woken:  # a loop that is already on its way takes this one with it
            self._woken = True
            loop.call_soon_threadsafe(self._deliver_pending)

    def _deliver_pending(self) -> None:
        self._woken = False  # before the first is taken: what is appended from here on wakes the loop again
        while self._pending:
            self._deliver(*self._pending.popleft())
        if self._lost:
            self._lost = False
            for viewer in {viewer for watching in self._viewers.values() for viewer in watching}:
                viewer.has_missed()

    def viewer_count(self) -> int:
        return len({viewer for watching in self._viewers.values() for viewer in watching})

    def close(self) -> None:
        """Ends every stream, and any that begins later: the server is going down."""
        self._closing = True
        for viewer in {viewer for watching in self._viewers.values() for viewer in watching}:
            viewer.close()

    def reopen(self) -> None:
        """Takes viewers again, where a server starts anew in the same process."""
        self._closing = False
