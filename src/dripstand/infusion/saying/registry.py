"""The register of sayers, and the small things that they share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any, TypeVar

from dripstand.infusion import events as ev


@dataclass(frozen=True, slots=True)
class Said:
    """``title`` is what happened, ``detail`` what belongs to it; either may be shown alone."""

    title: str
    detail: str = ""

    @property
    def text(self) -> str:
        return f"{self.title}, {self.detail}" if self.detail else self.title


class NoWords(LookupError):
    """This version has no words for a kind of entry."""


Sayer = Callable[[Any, tzinfo], Said]
E = TypeVar("E", bound=Sayer)
SAYERS: dict[type[ev.SessionEvent], Sayer] = {}


def says(kind: type[ev.SessionEvent]) -> Callable[[E], E]:
    def keep(sayer: E) -> E:
        SAYERS[kind] = sayer
        return sayer

    return keep


def say(event: ev.SessionEvent, zone: tzinfo) -> Said:
    """An entry's event in words; times in the clinic's ``zone``. Raises NoWords for an unknown kind."""
    try:
        sayer = SAYERS[type(event)]
    except KeyError:
        raise NoWords(type(event).__name__) from None
    return sayer(event, zone)


def joined(*parts: object) -> str:
    return ", ".join(str(part) for part in parts if part is not None and str(part))


def clock(at: datetime, zone: tzinfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}"
