"""Passwords are checked one at a time, on one core: whoever guesses in a flood waits for themselves, no chair for them.

A check is meant to be expensive (Argon2id; time and memory as Django sets them). Django's own eight threads for each,
and as many checks at once as there are requests, let six guessers take every core from the infusions beside them.
"""

from __future__ import annotations

import threading
from typing import Any

from django.contrib.auth.hashers import Argon2PasswordHasher

_ONE_AT_A_TIME = threading.BoundedSemaphore(1)


class OneAtATimeHasher(Argon2PasswordHasher):
    """Argon2id with one thread, of which a process runs one at a time. Hashes of other settings still verify."""

    parallelism = 1

    def encode(self, *words: Any, **more: Any) -> str:
        with _ONE_AT_A_TIME:
            made: str = super().encode(*words, **more)
        return made

    def verify(self, *words: Any, **more: Any) -> bool:
        with _ONE_AT_A_TIME:
            return bool(super().verify(*words, **more))
