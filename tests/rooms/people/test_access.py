"""Every address and every service declares who may, and refuses everybody else."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from dripstand.people.access import (
    Declaration,
    Forbidden,
    anyone_signed_in,
    public,
    service,
    service_for_anyone_signed_in,
    who_may,
)
from dripstand.people.actors import DRIPSTAND, Actor, Role
from dripstand.people.models import StaffMember
from tests.people import OF_ROLE, OUTSIDER, stored
from tests.rooms.people.every_way_in import PAGE, Address, every_address, every_service, matrix

ADDRESSES = every_address()
SERVICES = every_service()

# Open without a sign-in, each for a stated reason. A new one has to be added here by hand, and be thought about.
PUBLIC = {
    "/healthz": "a watchdog asks it, and it says nothing about anybody",
    "/sign-in/": "nobody is signed in yet",
    "/sign-out/": "ending nothing does no harm",
    "/l/<str:token>/": "the link in the address decides, and the page says nothing about anybody",
    "/l/closed/": "it says that nothing is left",
    "/l/language/": "it sets a language",
    "/me/sign-in/": "a patient is not signed in yet; it knows no member of staff",
    "/me/<str:purpose>/leave/": "ending one's own visit does no harm",
    "/calendar/feed/<str:secret>.ics": "a calendar cannot sign in; who holds the secret reads times and initials",
    "/setup/": "nobody is on the staff yet; closed as soon as somebody is",
}

PEOPLE = (*OF_ROLE.values(), OUTSIDER)


def _client_of(actor: Actor) -> Client:
    stored(actor)
    client = Client()
    client.force_login(StaffMember.objects.get(pk=actor.staff_id), "django.contrib.auth.backends.ModelBackend")
    return client


def _is_page(address: Address) -> bool:
    return not address.example.endswith(".json")


def _ids(address: Address) -> str:
    return address.pattern


# --- addresses ------------------------------------------------------------------------------------------------------


def test_there_are_addresses_to_look_at() -> None:
    assert {"/sign-in/", "/staff/", "/patients/", "/protocol/", "/rooms/"} <= {one.pattern for one in ADDRESSES}


@pytest.mark.parametrize("address", ADDRESSES, ids=_ids)
def test_every_address_declares_who_may(address: Address) -> None:
    assert isinstance(address.declaration, Declaration), f"{address.pattern} has no declaration (people/access.py)"
    assert not address.declaration.is_service


def test_the_addresses_open_to_everybody_are_those_and_no_others() -> None:
    assert {one.pattern for one in ADDRESSES if one.declaration and one.declaration.public} == set(PUBLIC)


@pytest.mark.hazard("H56")
@pytest.mark.django_db
@pytest.mark.parametrize(
    "address", [one for one in ADDRESSES if one.pattern not in PUBLIC and not one.declaration.purpose], ids=_ids
)
def test_nobody_who_is_not_signed_in_gets_past_the_door(address: Address) -> None:
    for method in ("get", "post"):
        answer = getattr(Client(), method)(address.example)
        if _is_page(address):
            assert answer.status_code == 302
            assert answer.headers["Location"].startswith("/sign-in/")
        else:
            assert answer.status_code == 401
        stream = getattr(Client(), method)(address.example, headers={"Accept": "text/event-stream"})
        assert stream.status_code == 401


@pytest.mark.hazard("H56")
@pytest.mark.django_db
@pytest.mark.parametrize("address", [one for one in ADDRESSES if one.declaration and one.declaration.roles], ids=_ids)
def test_every_role_that_is_not_named_is_refused_with_who_may(address: Address) -> None:
    refused = [person for person in PEOPLE if not address.declaration.admits(person)]
    assert OUTSIDER in refused
    for person in refused:
        client = _client_of(person)
        for method in ("get", "post"):
            answer = getattr(client, method)(address.example)
            assert answer.status_code == 403, f"{person.name} got {answer.status_code} from {address.pattern}"
    if _is_page(address):
        assert "This is for" in _client_of(OUTSIDER).get(address.example).content.decode()


@pytest.mark.hazard("H56")
@pytest.mark.django_db
def test_a_page_behind_a_link_opens_to_nobody_else() -> None:
    behind = [one for one in ADDRESSES if one.declaration and one.declaration.purpose]
    for person in (None, *PEOPLE):
        client = Client() if person is None else _client_of(person)
        for address in behind:
            for method in ("get", "post"):
                answer = getattr(client, method)(address.example)
                assert answer.status_code == 403, f"{person and person.name} at {address.pattern}"


OWN_ROOMS = ("dripstand.people", "dripstand.premises", "dripstand.protocol")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address",
    [
        one
        for one in ADDRESSES
        if one.declaration and one.declaration.roles and one.view.__module__.startswith(OWN_ROOMS)
    ],
    ids=_ids,
)
def test_the_roles_that_are_named_get_in(address: Address) -> None:
    # The twin of the refusals: a door that refuses everybody would pass them too.
    for person in PEOPLE:
        if address.declaration.admits(person):
            assert _client_of(person).get(address.example).status_code in (200, 404, 405), person.name


# --- services -------------------------------------------------------------------------------------------------------


def _call(function: Callable[..., Any], actor: Actor | None) -> None:
    """Calls a service with its actor and nothing else: who is refused is refused before anything is missed."""
    answer = function(actor=actor)
    if inspect.iscoroutine(answer):
        asyncio.run(answer)


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_declares_who_may(name: str) -> None:
    declaration = getattr(SERVICES[name], "declaration", None)
    assert isinstance(declaration, Declaration), f"{name} has no declaration (people/access.py)"
    assert declaration.is_service
    assert declaration.roles or declaration.anyone or len(declaration.reason) > 10


GUARDED = [
    name
    for name, function in SERVICES.items()
    if (found := getattr(function, "declaration", None)) is not None and not found.reason
]


@pytest.mark.hazard("H56")
@pytest.mark.django_db
@pytest.mark.parametrize("name", GUARDED)
def test_every_service_refuses_whom_it_does_not_name(name: str) -> None:
    declaration = SERVICES[name].declaration  # type: ignore[attr-defined]
    for person in (*PEOPLE, DRIPSTAND, None):
        if person is None or not declaration.admits(person):
            with pytest.raises(Forbidden):
                _call(SERVICES[name], person)
        else:
            with pytest.raises(TypeError):
                _call(SERVICES[name], person)


# --- the declarations themselves ------------------------------------------------------------------------------------


def test_a_view_or_service_that_names_no_role_cannot_be_declared() -> None:
    with pytest.raises(ValueError):
        who_may()
    with pytest.raises(ValueError):
        service()


def test_a_service_takes_nobody_for_an_actor_who_only_looks_like_one() -> None:
    @service(Role.NURSE)
    def visit(actor: Actor) -> str:
        return "done"

    @service_for_anyone_signed_in
    def look(actor: Actor) -> str:
        return "done"

    assert visit(OF_ROLE[Role.NURSE]) == look(actor=OUTSIDER) == "done"
    for nobody in (None, "nurse", {"roles": {Role.NURSE}}):
        for called in (visit, look):
            with pytest.raises(Forbidden):
                called(nobody)  # type: ignore[arg-type]
    with pytest.raises(Forbidden, match="nurse"):
        visit(OF_ROLE[Role.WALL])


@pytest.mark.parametrize("decorate", [who_may(Role.NURSE), anyone_signed_in, public])
def test_an_asynchronous_view_stays_asynchronous(decorate: Callable[..., Any]) -> None:
    async def view(request: object) -> None: ...

    assert inspect.iscoroutinefunction(decorate(view))


def test_a_door_that_was_opened_to_one_role_more_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control run: one declaration is loosened, and the written matrix no longer agrees."""
    loosened = next(one for one in ADDRESSES if one.pattern == "/staff/")
    declared = loosened.declaration
    assert Role.FRONT_DESK not in declared.roles
    opened = replace(declared, roles=frozenset({*declared.roles, Role.FRONT_DESK}))
    monkeypatch.setattr(loosened.view, "declaration", opened)
    assert PAGE.read_text(encoding="utf-8") != matrix()


@pytest.mark.django_db
def test_a_door_that_declares_and_does_not_ask_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control run: with the question at the door taken away, whoever is refused is let in."""
    monkeypatch.setattr(Declaration, "admits", lambda self, actor: True)
    assert _client_of(OUTSIDER).get("/staff/").status_code == 200


def test_the_written_matrix_is_the_one_in_force() -> None:
    assert PAGE.read_text(encoding="utf-8") == matrix(), "run: python -m tests.rooms.people.every_way_in"
