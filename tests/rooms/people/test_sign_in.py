"""Signing in: one person at a time, a new token each time, guessers slowed, colleagues not kept out."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client, RequestFactory

from dripstand.people import services
from dripstand.people.actors import Role
from dripstand.people.errors import Unacceptable
from dripstand.people.models import StaffMember
from dripstand.people.queries import actor_of, verify_credentials
from tests.people import (
    ADMINISTRATOR_KLEIN,
    NOW,
    NURSE_OKAFOR,
    NURSE_REYES,
    PASSWORD,
    stored,
)

pytestmark = pytest.mark.django_db

WRONG = "not the five herons"


def _sign_in(client: Client, username: str, password: str = PASSWORD, **more: str) -> int:
    return client.post("/sign-in/", {"username": username, "password": password, **more}).status_code


def _is_signed_in(client: Client) -> bool:
    return client.get("/account/").status_code == 200


def test_a_nurse_signs_in_and_out() -> None:
    stored(NURSE_REYES)
    client = Client()
    assert _sign_in(client, "m.reyes") == 302
    assert "M. Reyes" in client.get("/account/").content.decode()
    assert client.post("/sign-out/").status_code == 302
    assert not _is_signed_in(client)


def test_a_name_is_one_name_however_it_is_capitalised() -> None:
    stored(NURSE_REYES)
    assert _sign_in(Client(), " M.Reyes ") == 302


def test_a_wrong_password_and_an_unknown_name_are_answered_alike() -> None:
    stored(NURSE_REYES)
    known = Client().post("/sign-in/", {"username": "m.reyes", "password": WRONG})
    unknown = Client().post("/sign-in/", {"username": "m.nobody", "password": WRONG})
    assert known.status_code == unknown.status_code == 400
    sentence = "This name and password do not belong together."
    assert sentence in known.content.decode() and sentence in unknown.content.decode()
    assert WRONG not in known.content.decode()


def test_signing_in_gives_a_new_token_and_the_planted_one_is_worth_nothing() -> None:
    stored(NURSE_REYES)
    client = Client()
    client.get("/sign-in/")
    client.cookies["dripstand"] = "planted-by-somebody-else"
    _sign_in(client, "m.reyes")
    first = client.cookies["dripstand"].value
    assert first != "planted-by-somebody-else"
    client.post("/sign-out/")
    _sign_in(client, "m.reyes")
    assert client.cookies["dripstand"].value != first


def test_an_old_cookie_is_dead_after_signing_out() -> None:
    stored(NURSE_REYES)
    client, thief = Client(), Client()
    _sign_in(client, "m.reyes")
    thief.cookies["dripstand"] = client.cookies["dripstand"].value
    assert _is_signed_in(thief)
    client.post("/sign-out/")
    assert not _is_signed_in(thief)


def test_an_address_cannot_sign_anybody_out() -> None:
    stored(NURSE_REYES)
    client = Client()
    _sign_in(client, "m.reyes")
    assert client.get("/sign-out/").status_code == 405
    assert _is_signed_in(client)


def test_a_guesser_is_slowed_and_a_colleague_is_not_kept_out() -> None:
    stored(NURSE_REYES), stored(NURSE_OKAFOR)
    guesser = Client()
    answers = [_sign_in(guesser, "m.reyes", WRONG) for _ in range(12)]
    assert answers[0] == 400
    assert answers[-1] == 429
    assert _sign_in(guesser, "m.reyes") == 429, "the right password is not told apart while guessing is slowed"
    told = guesser.post("/sign-in/", {"username": "m.reyes", "password": WRONG}).content.decode()
    assert "for 5 minutes. Colleagues can." in told
    assert _sign_in(Client(), "j.okafor") == 302, "another name at the same tablet"
    assert _sign_in(Client(REMOTE_ADDR="10.1.2.3"), "m.reyes") == 302, "the same name from elsewhere"


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example/",
        "//evil.example/",
        "///evil.example",
        "/\\evil.example",
        "http:evil.example",
        "javascript:alert(1)",
        "\thttps://evil.example",
        "https:/evil.example",
        "",
    ],
)
def test_nobody_is_led_to_another_site_by_signing_in(wanted: str) -> None:
    stored(NURSE_REYES)
    answer = Client().post("/sign-in/", {"username": "m.reyes", "password": PASSWORD, "next": wanted})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")


def test_somebody_who_wanted_a_page_gets_it_after_signing_in() -> None:
    stored(NURSE_REYES)
    client = Client()
    sent = client.get("/protocol/")
    assert sent.headers["Location"] == "/sign-in/?next=%2Fprotocol%2F"
    answer = client.post("/sign-in/", {"username": "m.reyes", "password": PASSWORD, "next": "/protocol/"})
    assert answer.headers["Location"] == "/protocol/"


def test_ending_somebodys_access_ends_every_sign_in_of_theirs() -> None:
    nurse, administrator = stored(NURSE_REYES), stored(ADMINISTRATOR_KLEIN)
    tablet, desktop = Client(), Client()
    _sign_in(tablet, "m.reyes"), _sign_in(desktop, "m.reyes")
    services.deactivate(administrator, nurse.staff_id, now=NOW)
    assert not _is_signed_in(tablet) and not _is_signed_in(desktop)
    assert _sign_in(Client(), "m.reyes") == 400
    services.reactivate(administrator, nurse.staff_id, now=NOW + timedelta(days=1))
    assert not _is_signed_in(tablet), "the sign-ins of before stay ended"
    assert _sign_in(Client(), "m.reyes") == 302


def test_changing_ones_password_ends_the_other_sign_ins_and_not_this_one() -> None:
    stored(NURSE_REYES)
    here, elsewhere = Client(), Client()
    _sign_in(here, "m.reyes"), _sign_in(elsewhere, "m.reyes")
    answer = here.post("/account/", {"old_password": PASSWORD, "new_password": "a grey boat and two oars"})
    assert answer.status_code == 302
    assert _is_signed_in(here)
    assert not _is_signed_in(elsewhere)
    assert _sign_in(Client(), "m.reyes") == 400
    assert _sign_in(Client(), "m.reyes", "a grey boat and two oars") == 302


def test_a_password_is_not_changed_without_the_old_one() -> None:
    nurse = stored(NURSE_REYES)
    with pytest.raises(Unacceptable) as refused:
        services.change_password(nurse, old_password=WRONG, new_password="a grey boat and two oars", now=NOW)
    assert set(refused.value.words) == {"old_password"}
    assert _sign_in(Client(), "m.reyes") == 302


@pytest.mark.parametrize("weak", ["short", "password1234", "m.reyes.m.reyes", "111111111111"])
def test_a_guessable_password_is_refused_in_words(weak: str) -> None:
    nurse = stored(NURSE_REYES)
    with pytest.raises(Unacceptable) as refused:
        services.change_password(nurse, old_password=PASSWORD, new_password=weak, now=NOW)
    assert set(refused.value.words) == {"new_password"}


def test_a_long_password_with_blanks_and_letters_of_any_script_is_taken_as_typed() -> None:
    administrator = stored(ADMINISTRATOR_KLEIN)
    spaced = "  zwei Möwen über dem Deich, 七つの海  "
    services.add_staff(
        administrator, username="k.moewe", full_name="K. Moewe", roles=[Role.NURSE], password=spaced, now=NOW
    )
    assert _sign_in(Client(), "k.moewe", spaced) == 302
    assert _sign_in(Client(), "k.moewe", spaced.strip()) == 400


def test_passwords_are_stored_as_argon2id() -> None:
    stored(NURSE_REYES)
    assert StaffMember.objects.get(username="m.reyes").password.startswith("argon2$argon2id$")


def test_a_second_person_is_verified_without_touching_the_sign_in_that_is_open() -> None:
    stored(NURSE_REYES), stored(NURSE_OKAFOR)
    client = Client()
    _sign_in(client, "m.reyes")
    request = RequestFactory().post("/")
    request.user = AnonymousUser()
    second = verify_credentials("J.Okafor", PASSWORD, request=request)
    assert second == NURSE_OKAFOR
    assert "M. Reyes" in client.get("/account/").content.decode()
    assert verify_credentials("j.okafor", WRONG) is None
    assert verify_credentials("j.nobody", PASSWORD) is None


def test_a_second_person_whose_access_has_ended_is_nobody() -> None:
    nurse, administrator = stored(NURSE_OKAFOR), stored(ADMINISTRATOR_KLEIN)
    services.deactivate(administrator, nurse.staff_id, now=NOW)
    assert verify_credentials("j.okafor", PASSWORD) is None


def test_guessing_a_second_persons_password_is_slowed_too() -> None:
    stored(NURSE_OKAFOR)
    request = RequestFactory().post("/")
    for _ in range(12):
        assert verify_credentials("j.okafor", WRONG, request=request) is None
    assert verify_credentials("j.okafor", PASSWORD, request=request) is None


def test_nobody_signed_in_is_no_actor() -> None:
    assert actor_of(AnonymousUser()) is None
