"""What every answer carries, and how long a sign-in lasts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.conf import settings
from django.test import Client, RequestFactory

from dripstand.people.actors import Role
from dripstand.people.models import StaffMember
from dripstand.server import errors
from tests.server.conftest import sign_in

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


def is_signed_in(client: Client) -> bool:
    """Whether the stream still knows this person: it says 400 (no topic) to staff and 401 or a redirect to others."""
    return client.get("/live", headers={"accept": "text/event-stream"}).status_code == 400


@pytest.mark.hazard("H54")
@pytest.mark.parametrize("path", ["/healthz", "/live", "/no-such-page/", "/sign-in/", "/static/drop.svg"])
def test_every_answer_forbids_foreign_and_inline_code_and_framing(transactional_db: None, path: str) -> None:
    answer = Client().get(path)
    answer.close()
    headers = answer.headers
    policy = headers["Content-Security-Policy"]
    assert "unsafe" not in policy and "default-src 'none'" in policy and "frame-ancestors 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


def test_pages_are_not_stored_and_hashed_files_are(transactional_db: None) -> None:
    assert Client().get("/healthz").headers["Cache-Control"] == "no-store"
    picture = Client().get("/static/drop.svg")
    picture.close()
    assert "no-store" not in picture.headers["Cache-Control"]


def test_a_proxys_claims_are_not_believed() -> None:
    request = RequestFactory().get(
        "/", headers={"x-forwarded-proto": "https", "x-forwarded-host": "evil.example", "x-forwarded-port": "1"}
    )
    assert not request.is_secure()
    assert request.get_host() == "testserver"


def test_a_sign_in_ends_when_it_is_not_used(nurse: StaffMember) -> None:
    with time_machine.travel(START, tick=False) as clock:
        client = sign_in(nurse)
        client.get("/no-such-page/")
        clock.shift(timedelta(seconds=settings.SESSION_IDLE_S - 30))
        assert is_signed_in(client)
        clock.shift(timedelta(seconds=60))
        assert not is_signed_in(client)


def test_using_it_keeps_a_sign_in_and_the_stream_alone_does_not(nurse: StaffMember) -> None:
    step = timedelta(seconds=settings.SESSION_IDLE_S * 2 / 3)
    with time_machine.travel(START, tick=False) as clock:
        used, watched = sign_in(nurse), sign_in(nurse)
        for client in (used, watched):
            client.get("/no-such-page/")
        clock.shift(step)
        used.get("/no-such-page/")
        assert is_signed_in(watched)
        clock.shift(step)
        assert is_signed_in(used)
        assert not is_signed_in(watched)


def test_a_sign_in_ends_after_the_absolute_limit_however_busy(nurse: StaffMember) -> None:
    with time_machine.travel(START, tick=False) as clock:
        client = sign_in(nurse)
        end = START + timedelta(seconds=settings.SESSION_ABSOLUTE_S)
        while datetime.now(UTC) < end - timedelta(minutes=1):
            client.get("/no-such-page/")
            assert is_signed_in(client)
            clock.shift(min(timedelta(minutes=50), end - datetime.now(UTC)))
        client.get("/no-such-page/")
        assert not is_signed_in(client)


def test_only_a_wall_display_has_no_idle_limit(staff: Callable[..., StaffMember]) -> None:
    with time_machine.travel(START, tick=False) as clock:
        wall, desk = sign_in(staff("wall", Role.WALL)), sign_in(staff("desk", Role.FRONT_DESK))
        for client in (wall, desk):
            client.get("/no-such-page/")
        clock.shift(timedelta(seconds=settings.SESSION_IDLE_S + 60))
        assert is_signed_in(wall) and not is_signed_in(desk)
        clock.shift(timedelta(seconds=settings.SESSION_ABSOLUTE_S))
        assert not is_signed_in(wall)


def test_a_sign_in_gets_a_new_key_that_nobody_knew_before(transactional_db: None, nurse: StaffMember) -> None:
    client = Client()
    session = client.session
    session["x"] = 1
    session.save()
    planted = session.session_key
    client.cookies[settings.SESSION_COOKIE_NAME] = planted or ""
    client.force_login(nurse, backend="django.contrib.auth.backends.ModelBackend")
    assert client.session.session_key != planted


def test_a_post_without_its_token_is_refused_in_words(nurse: StaffMember) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(nurse, backend="django.contrib.auth.backends.ModelBackend")
    answer = client.post("/sign-out/")
    assert answer.status_code == 403
    assert b"Reference" in answer.content
    assert errors.csrf_refused.__module__ in settings.CSRF_FAILURE_VIEW
