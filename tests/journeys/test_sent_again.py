"""Every address that takes a form, found from the list of addresses: the same form sent many times counts once."""

from __future__ import annotations

import inspect
import os
import re
import shutil
import sqlite3
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from django.urls import URLPattern, get_resolver, resolve
from playwright.sync_api import Browser

from dripstand.people.links.purposes import Purpose
from dripstand.server.demo.cast import PATIENTS, PatientRole
from tests.journeys.every_page import NOBODY, NURSE, every_page
from tests.journeys.house import House
from tests.journeys.once import grown, held, twins
from tests.journeys.sending import Client, Form, filled, forms_of, links_in
from tests.journeys.taps import ELSEWHERE, PASSWORD, REPEATED, TAPS, WORDS, Tap

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]

TIMES = 10 if os.environ.get("HYPOTHESIS_PROFILE") == "prove" else 4
SECOND_NURSE = "j.okafor"
ROOT = Path(__file__).resolve().parents[2]


def addresses_that_take_a_form() -> set[str]:
    """By what their views say themselves."""

    def walk(patterns: object, before: str) -> Iterator[str]:
        for one in patterns:  # type: ignore[attr-defined]
            if not isinstance(one, URLPattern):
                yield from walk(one.url_patterns, f"{one.namespace}:" if one.namespace else before)
            elif "POST" in inspect.getsource(inspect.unwrap(one.callback)):
                yield f"{before}{one.name}"

    return set(walk(get_resolver().url_patterns, ""))


def test_every_address_that_takes_a_form_is_tapped_here_or_says_why_not() -> None:
    taken = addresses_that_take_a_form()
    assert len(taken) > 80
    assert taken - set(TAPS) - set(ELSEWHERE) - set(REPEATED) == set(), "say in tests/journeys/taps.py"
    assert (set(TAPS) | set(ELSEWHERE) | set(REPEATED)) - taken == set(), "these are gone: take them out of taps.py"
    for place in ELSEWHERE.values():
        path, _, test = place.partition("::")
        assert f"def {test}(" in (ROOT / path).read_text(encoding="utf-8"), place


# --- a clinic to tap in -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def tapped(
    showcase: House, known: dict[str, str], browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    """The showcase as it stands, in a folder of its own and with nobody's monitor sending. Everybody is signed in
    before it is copied: a sign-in made afterwards would be the showcase's alone."""
    for who in {one.who for one in every_page(known)} - {NOBODY} | {SECOND_NURSE}:
        showcase.cookies_of(browser, who)
    folder = tmp_path_factory.mktemp("tapped") / "clinic"
    folder.mkdir()
    for name in ("demo.json", "secret.key"):
        shutil.copy(showcase.folder / name, folder / name)
    source = sqlite3.connect(showcase.folder / "dripstand.sqlite3")
    target = sqlite3.connect(folder / "dripstand.sqlite3")
    source.backup(target)
    source.close()
    target.close()
    served = House(folder, ["serve"])
    served.start()
    yield served
    served.stop()


class Clinic:
    """Everybody who taps: the staff by their sign-in, patients and who takes them home by their links."""

    def __init__(self, house: House, cookies: dict[str, dict[str, str]], pages: list[tuple[str, str]]) -> None:
        self.house = house
        self.password = house.demo()["sign_ins"][0]["password"]
        self.clients = {who: Client(house.port, kept) for who, kept in cookies.items()}
        self.pages = list(pages)
        self._where: dict[str, list[tuple[str, str]]] = {}
        self._read = 0

    def where(self, name: str, on: str) -> list[tuple[str, str]]:
        """The pages, and who reads them, that hold a form which is sent to this address. Each page is read once, or
        now, where its form is there only since something else was tapped."""
        if on:
            return [(who, path) for who, path in self.pages if on in path]
        for who, path in self.pages[self._read :]:
            answer = self.clients[who].ask(path)
            if answer.status == 302:
                path = answer.location
                answer = self.clients[who].ask(path)
            for form in forms_of(path, answer.body):
                places = self._where.setdefault(address_of(form), [])
                if (who, path) not in places:
                    places.append((who, path))
        self._read = len(self.pages)
        return self._where.get(name, [])

    def forms(self, name: str, tap: Tap) -> Iterator[tuple[str, str, Form]]:
        """The forms of this address, read anew, at most eight of them."""
        count = 0
        for who, path in self.where(name, tap.on):
            for form in forms_of(path, self.clients[who].ask(path).body):
                if address_of(form) == name and all(form.value(key) == value for key, value in tap.has.items()):
                    yield who, path, form
                    count += 1
                    if count == 8:
                        return

    def come_by_links(self, role: PatientRole) -> None:
        """A link of each purpose for this patient, opened in a browser of its own."""
        nurse = self.clients[NURSE]
        found = nurse.ask(f"/patients/?q={role.name.split()[1]}").body
        of_this_name = re.compile(r"""href="(/patients/[0-9a-f-]{36}/)"[^>]*>[^<]*""" + re.escape(role.name))
        page = f"{of_this_name.findall(found)[0]}links/"
        form = next(one for one in forms_of(page, nurse.ask(page).body) if one.value("language"))
        born = {"day": str(role.birth_date.day), "month": str(role.birth_date.month), "year": str(role.birth_date.year)}
        for purpose in next(one.choices for one in form.fields if one.name == "purpose"):
            name = role.escort[0] if purpose == Purpose.ESCORT else "Ida Example"  # only who is named may answer
            self._come_by(page, purpose, born, f"{role.name} by {purpose}", name)

    def come_after_a_course(self) -> None:
        """A link of the weeks after, for the first of those whose course has ended and of whom something is due now."""
        nurse = self.clients[NURSE]
        for path in dict.fromkeys(links_in(nurse.ask("/outcomes/").body, "/outcomes/patients/")):
            patient_id = path.split("/")[3]
            told = re.search(r"<dt>Born</dt><dd>(\d+ \w+ \d{4})", nurse.ask(f"/patients/{patient_id}/").body)
            assert told is not None
            of = datetime.strptime(told[1], "%d %b %Y")
            born = {"day": str(of.day), "month": str(of.month), "year": str(of.year)}
            page = f"/patients/{patient_id}/links/"
            if self._come_by(page, Purpose.FOLLOW_UP, born, "somebody after a course", "Ida Example"):
                return

    def _come_by(self, page: str, purpose: str, born: dict[str, str], who: str, name: str) -> bool:
        """Whether such a link was made and lets them in."""
        nurse = self.clients[NURSE]
        form = next(one for one in forms_of(page, nurse.ask(page).body) if one.value("language"))
        made = nurse.ask(page, filled(form, {"purpose": purpose, "name": name}, ""))
        path = next(links_in(made.body, "/l/"), "")
        if not path:  # refused in words: nothing is booked for them, no visit comes, nothing is due
            return False
        client = Client(self.house.port)
        answer = client.ask(path)
        for door in forms_of(path, answer.body):
            if any(field.name == "year" for field in door.fields) or door.action == path:
                answer = client.ask(path, filled(door, born, ""))
        if answer.location:
            self.clients[who] = client
            self.pages.append((who, answer.location))
        return bool(answer.location)


def address_of(form: Form) -> str:
    return resolve(form.action.partition("?")[0]).view_name


@pytest.fixture(scope="module")
def clinic(tapped: House, showcase: House, known: dict[str, str], browser: Browser) -> Clinic:
    pages = [(one.who, one.path) for one in every_page(known) if one.who != NOBODY]
    pages += [
        (NURSE, f"/session/{known['preparing']}/bag/"),
        (SECOND_NURSE, f"/session/{known['preparing']}/bag/check/"),
        (NURSE, f"/session/{known['infusing']}/chart/?correct=5"),
    ]
    cookies = {
        who: {one["name"]: one["value"] for one in showcase.cookies_of(browser, who)}
        for who in {who for who, _ in pages}
    }
    made = Clinic(tapped, cookies, pages)
    for role in PATIENTS:
        if role.name in ("Lark Pemberton-Voss", "Sorrel Vantongeren"):
            made.come_by_links(role)
    made.come_after_a_course()
    return made


# --- the taps ---------------------------------------------------------------------------------------------------------


@pytest.mark.hazard("H17")
def test_the_same_form_sent_many_times_at_once_counts_once_at_every_address(clinic: Clinic) -> None:
    wrong: list[str] = []
    waiting = [name for name, tap in TAPS.items() if not _tapped(clinic, name, tap, wrong)]
    wrong += [f"{name}: nobody found a form of it that did anything" for name in waiting]
    assert wrong == [], "\n".join(["", *wrong])


def _tapped(clinic: Clinic, name: str, tap: Tap, wrong: list[str]) -> bool:
    """Whether a form of this address had an effect; what is wrong with that effect goes into the list."""
    for who, path, form in clinic.forms(name, tap):
        typed = {key: clinic.password if value == PASSWORD else value for key, value in tap.typed.items()}
        pairs, client, folder = filled(form, typed, WORDS), clinic.clients[who], clinic.house.folder
        before = held(folder)
        answers = client.at_once(form.action, pairs, TIMES)
        after = held(folder)
        grew = grown(before, after)
        if not grew and not any(one.status in (302, 303) for one in answers):
            continue
        wrong += [f"{name} from {path}: {count} rows in {table}" for table, count in twins(folder, grew).items()]
        answers.append(client.ask(form.action, pairs))
        if again := grown(after, held(folder)):
            wrong.append(f"{name} from {path}: sent once more it added {again}")
        wrong += [f"{name} from {path}: answered {one.status}" for one in answers if one.status >= 500]
        clinic.pages += {(who, one.location.partition("#")[0]) for one in answers if one.location} - set(clinic.pages)
        return True
    return False
