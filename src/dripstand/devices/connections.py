"""Who is connected and what has been counted: for the screens, and to close the line that a device has left behind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ConnectionView:
    """One open line, as a screen shows it."""

    number: int
    peer: str
    opened_at: datetime
    last_message_at: datetime | None
    message_count: int
    devices: tuple[str, ...]


@dataclass(slots=True)
class OpenLine:
    """The registry's record of one open line. close: stops it after its pending answers."""

    number: int
    peer: str
    opened_at: datetime
    close: Callable[[], None]
    last_message_at: datetime | None = None
    message_count: int = 0
    claims: set[tuple[str, str]] = field(default_factory=set)
    seen: set[tuple[str, str]] = field(default_factory=set)

    def view(self) -> ConnectionView:
        """A frozen copy."""
        devices = tuple(sorted({device for device, _ in self.seen}))
        return ConnectionView(self.number, self.peer, self.opened_at, self.last_message_at, self.message_count, devices)


class Connections:
    """The open lines, and which of them speaks for which device.

    When a device appears on a newer line, the older one no longer speaks for it; a line that speaks for nobody any more
    is closed (a monitor that came back after a cut has left it half open). A device is claimed per kind of message, so
    that a maker's alarm connection does not close its vitals connection, and a gateway's line stays open while it still
    speaks for another device. Source: devices.md section 7, "reconnect storm".
    """

    def __init__(self) -> None:
        self._lines: dict[int, OpenLine] = {}
        self._speaker: dict[tuple[str, str], int] = {}
        self._last_number = 0
        self.counted: Counter[str] = Counter()

    def __len__(self) -> int:
        return len(self._lines)

    def opened(self, peer: str, at: datetime, close: Callable[[], None]) -> OpenLine:
        """Registers a new line."""
        self._last_number += 1
        line = OpenLine(self._last_number, peer, at, close)
        self._lines[line.number] = line
        self.counted["connections"] += 1
        return line

    def closed(self, line: OpenLine) -> None:
        """Forgets a line; its claims become free."""
        self._lines.pop(line.number, None)
        for claim in line.claims:
            if self._speaker.get(claim) == line.number:
                del self._speaker[claim]

    def heard(self, line: OpenLine, device: str | None, trigger: str, at: datetime) -> None:
        """A message came in: notes it, and closes the line that this one replaces."""
        line.last_message_at = at
        line.message_count += 1
        if device is None or (device, trigger) in line.seen:
            return
        claim = (device, trigger)
        line.seen.add(claim)
        earlier = self._lines.get(self._speaker.get(claim, 0))
        self._speaker[claim] = line.number
        line.claims.add(claim)
        if earlier is None or earlier is line:
            return
        earlier.claims.discard(claim)
        if not earlier.claims:
            self.counted["replaced"] += 1
            earlier.close()

    def close_one_unheard(self) -> bool:
        """Closes the oldest line that never brought a message, to make room; False when every line has."""
        for line in self._lines.values():
            if line.message_count == 0:
                self.counted["closed_unheard"] += 1
                self.closed(line)
                line.close()
                return True
        return False

    def views(self) -> tuple[ConnectionView, ...]:
        """Every open line, oldest first."""
        return tuple(line.view() for line in self._lines.values())

    def all_lines(self) -> tuple[OpenLine, ...]:
        """Every open line's record."""
        return tuple(self._lines.values())
