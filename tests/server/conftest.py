"""Staff and sign-ins for the tests of the server and the live stream."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.test import Client

from dripstand.live import topics
from dripstand.people.actors import Role
from dripstand.people.models import StaffMember


@pytest.fixture
def staff(transactional_db: None) -> Callable[..., StaffMember]:
    """Makes a member of staff with the given roles."""

    def make(username: str, *roles: Role) -> StaffMember:
        person = StaffMember(
            username=username,
            full_name=f"{username.title()} Example",
            roles=[role.value for role in roles],
            added_at=datetime(2026, 1, 5, tzinfo=UTC),
        )
        person.set_unusable_password()
        person.save()
        return person

    return make


@pytest.fixture
def nurse(staff: Callable[..., StaffMember]) -> StaffMember:
    return staff("nora", Role.NURSE)


def sign_in(person: StaffMember) -> Client:
    """A browser in which this person is signed in."""
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def lesson_topics(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two kinds of topic that exist only in tests: one for everybody, one for prescribers."""
    monkeypatch.setattr(topics, "_KINDS", dict(topics._KINDS))
    topics.allow_topics("open", lambda user, rest: True)
    topics.allow_topics("prescribers", lambda user, rest: Role.PRESCRIBER in user.roles)
