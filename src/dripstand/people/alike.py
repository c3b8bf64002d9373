"""Whether two people are easily taken for each other: by name, by what they are called, by birthday (H03)."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

NAMES_KEPT_COUNT = 20_000
CALLED_LEAST_COUNT = 4
"""Shorter names to call are all one slip of a letter apart."""


@dataclass(frozen=True, slots=True)
class ToldApart:
    """What two people are told apart by: their names without case, accents and punctuation, and the birthday."""

    words: tuple[str, ...]
    called: str
    birth_date: date


def called_by(name: str, preferred_name: str) -> str:
    """What to call somebody aloud."""
    return preferred_name or name.split()[0]


def told_apart(name: str, called: str, birth_date: date) -> ToldApart:
    return ToldApart(tuple(_plain(name).split()) or ("",), _plain(called), birth_date)


def alike(first: ToldApart, second: ToldApart) -> bool:
    """The last name or the name to call is the same or one slip of a letter apart, the names stand in another order,
    or the birth date is the same."""
    if first.birth_date == second.birth_date or _one_slip_apart(first.words[-1], second.words[-1]):
        return True
    if len(first.words) == len(second.words) and sorted(first.words) == sorted(second.words):
        return True
    shorter = min(len(first.called), len(second.called))
    return shorter >= CALLED_LEAST_COUNT and _one_slip_apart(first.called, second.called)


@lru_cache(maxsize=NAMES_KEPT_COUNT)  # the page of one patient compares them with everybody on record
def _plain(name: str) -> str:
    bare = unicodedata.normalize("NFKD", name.casefold())
    return " ".join("".join(letter for letter in bare if letter.isalpha() or letter.isspace()).split())


def _one_slip_apart(first: str, second: str) -> bool:
    """Equal but for one letter added, left out, changed, or two neighbours swapped."""
    if first == second:
        return True
    if abs(len(first) - len(second)) > 1:
        return False
    at = next((i for i, (a, b) in enumerate(zip(first, second, strict=False)) if a != b), min(len(first), len(second)))
    rests = {(first[at + 1 :], second[at + 1 :]), (first[at:], second[at + 1 :]), (first[at + 1 :], second[at:])}
    swapped = first[at : at + 2] == second[at : at + 2][::-1] and first[at + 2 :] == second[at + 2 :]
    return swapped or any(a == b for a, b in rests)
