"""What a patient, or who takes them home, told: plain values and the rules about them."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

FLAG_FROM = 7
"""Anxiety of so much before the infusion is put before the nurse, where the protocol says nothing else."""


class Kind(StrEnum):
    ANXIETY = "anxiety"
    WISHES = "wishes"
    ESCORT = "escort"
    PROMISE = "promise"
    TALK = "talk"
    NEXT_DAY = "next_day"


class Touch(StrEnum):
    YES = "yes"
    ASK = "ask"
    NO = "no"


class SoundWish(StrEnum):
    """What a patient wants to hear of the tablet. ANY: as the clinic has it; OWN: their own music, so it is silent."""

    ANY = ""
    RAIN = "rain"
    SEA = "sea"
    DRONE = "drone"
    CHORDS = "chords"
    NONE = "none"
    OWN = "own"


class GoOn(StrEnum):
    """What a patient wants after a hard infusion."""

    ON = "on"
    SLOWER = "slower"
    STOP = "stop"


class EscortState(StrEnum):
    NAMED = "named"
    CONFIRMED = "confirmed"
    CANNOT = "cannot"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Anxiety:
    """score: 0 none to 10 the worst. helps: what this person says helps them."""

    score: int
    helps: str

    def is_flagged(self, flag_from: int = FLAG_FROM) -> bool:
        return self.score >= flag_from


@dataclass(frozen=True, slots=True)
class Wishes:
    """Agreed while sober. stop_word: what the patient will say when they want it stopped."""

    touch: Touch
    companion: str = ""
    interpreter: str = ""
    interpreter_mode: str = ""
    calm_words: str = ""
    stop_word: str = ""
    other: str = ""
    sound: SoundWish = SoundWish.ANY


@dataclass(frozen=True, slots=True)
class Escort:
    """Who takes the patient home, as it stands. knows_no_driving: they were told that the patient may not drive.

    email, language: how they are reached, email "" where no address is known. may_name_treatment: the patient has
    agreed that a message to them names the clinic, which says what it treats. told_for: the time to come that stood
    before them when they answered, or when they were named; ISO 8601, "" where nobody kept it.
    """

    state: EscortState
    name: str
    phone: str = ""
    relation: str = ""
    knows_no_driving: bool = False
    reason: str = ""
    email: str = ""
    language: str = "en"
    may_name_treatment: bool = False
    told_for: str = ""


@dataclass(frozen=True, slots=True)
class Talk:
    """A hard infusion talked through, sober, in the patient's words."""

    happened: str
    helped: str
    go_on: GoOn


@dataclass(frozen=True, slots=True)
class NextDay:
    """The check of the next day, but for the side effects and the question about safety: those are outcomes' own."""

    mood: int
    words: str = ""


def body_of(value: Any) -> dict[str, Any]:
    """As stored: JSON-safe."""
    return {key: str(one) if isinstance(one, StrEnum) else one for key, one in asdict(value).items()}


def anxiety_of(body: dict[str, Any]) -> Anxiety:
    return Anxiety(int(body["score"]), str(body["helps"]))


def wishes_of(body: dict[str, Any]) -> Wishes:
    return Wishes(**{**body, "touch": Touch(body["touch"]), "sound": SoundWish(body.get("sound", ""))})


def escort_of(body: dict[str, Any]) -> Escort:
    return Escort(**{**body, "state": EscortState(body["state"])})


def talk_of(body: dict[str, Any]) -> Talk:
    return Talk(**{**body, "go_on": GoOn(body["go_on"])})


def next_day_of(body: dict[str, Any]) -> NextDay:
    return NextDay(**body)
