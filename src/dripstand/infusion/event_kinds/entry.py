"""One line of the log, and what every payload is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar


class SessionEvent:
    """Base of every payload. ``kind`` is the stored name, ``version`` the shape's version."""

    __slots__ = ()
    kind: ClassVar[str]
    version: ClassVar[int] = 1


@dataclass(frozen=True, slots=True)
class StaffRef:
    """A person of the clinic as the log names them: the id and the name as it was on that day."""

    staff_id: str
    name: str


@dataclass(frozen=True, slots=True)
class ChartEntry:
    """One line of the log. ``hash`` covers every other field and ``previous_hash``."""

    session_id: str
    sequence: int  # 1, 2, 3 ... without gaps
    occurred_at: datetime  # aware UTC: when it happened
    recorded_at: datetime  # aware UTC: when the server stored it
    actor: StaffRef
    submission_id: str  # made by the form before the first try; the same submission charts once
    event: SessionEvent
    late_reason: str = ""  # why it was entered late; empty when entered at the time
    previous_hash: str = ""
    hash: str = ""

    @property
    def is_late(self) -> bool:
        return bool(self.late_reason)
