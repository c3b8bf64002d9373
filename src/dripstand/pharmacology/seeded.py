"""Randomness that is asked for by name and seed, so that everything simulated can be replayed."""

from __future__ import annotations

from random import Random


def seeded(*words: object) -> Random:
    """The same words give the same numbers, on any machine. For simulation only, never for secrets."""
    return Random(" ".join(str(word) for word in words))  # noqa: S311
