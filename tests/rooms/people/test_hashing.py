"""A password is checked on one thread, one at a time; what an earlier setting made still opens."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher, check_password, identify_hasher, make_password

from dripstand.people.hashing import OneAtATimeHasher


def test_a_new_hash_is_argon2id_of_one_thread() -> None:
    made = make_password("still water runs deep")
    assert made.startswith("argon2$argon2id$") and ",p=1$" in made
    assert check_password("still water runs deep", made) and not check_password("still water runs dry", made)


def test_a_hash_of_eight_threads_still_opens_and_is_made_anew() -> None:
    older = Argon2PasswordHasher().encode("still water runs deep", Argon2PasswordHasher().salt())
    assert ",p=8$" in older
    assert check_password("still water runs deep", older)
    assert identify_hasher(older).must_update(older)


@pytest.mark.hazard("H58")
def test_two_passwords_are_never_checked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    running, most, watch = 0, 0, threading.Lock()

    def slow(self: Argon2PasswordHasher, password: str, encoded: str) -> bool:
        nonlocal running, most
        with watch:
            running, most = running + 1, max(most, running + 1)
        time.sleep(0.02)
        with watch:
            running -= 1
        return False

    monkeypatch.setattr(Argon2PasswordHasher, "verify", slow)
    with ThreadPoolExecutor(6) as many:
        list(many.map(lambda number: OneAtATimeHasher().verify(f"guess {number}", ""), range(12)))
    assert most == 1
    with ThreadPoolExecutor(6) as many:
        list(many.map(lambda number: Argon2PasswordHasher().verify(f"guess {number}", ""), range(12)))
    assert most > 1, "the trial would not see two at once"
