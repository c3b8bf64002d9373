"""Whether an allergy, in the words of whoever wrote it down, is one to ketamine or to what is in its vials.

One list for the evaluation and for the start at the chair: nobody is signed as eligible whom the chair then refuses.
Names of products and of preservatives are general knowledge, unverified; benzethonium chloride is the preservative of
Ketalar, chlorobutanol of other makers' vials.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

KETAMINE_WORDS = ("ketamin", "ketalar", "ketanest", "ketaject", "quetamin", "calypsol", "spravato")
EXCIPIENT_WORDS = ("benzethonium", "benzetonio", "phemerol", "chlorobutanol", "chlorbutanol", "clorobutanol")


def names_any(told: str, words: Iterable[str]) -> bool:
    """Whether one of these words, small letters without accents, is part of what was told."""
    apart = unicodedata.normalize("NFKD", told.casefold())
    plain = "".join(letter for letter in apart if not unicodedata.combining(letter))
    return any(word in plain for word in words)


def is_to_ketamine(allergy: str) -> bool:
    """An allergy to ketamine or esketamine, by whichever name."""
    return names_any(allergy, KETAMINE_WORDS)
