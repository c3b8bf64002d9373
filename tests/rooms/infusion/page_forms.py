"""The forms of a page as a browser without scripts would send them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from django.test import Client

from dripstand.people.actors import Actor
from dripstand.people.models import StaffMember
from tests.people import stored


@dataclass
class Form:
    """One form: where it goes and what it holds before anybody types."""

    action: str = ""
    method: str = "get"
    fields: dict[str, list[str]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.fields.get("form", [""])[0]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.open: Form | None = None
        self.area: str | None = None
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self.open = Form(given.get("action") or "", (given.get("method") or "get").lower())
            self.forms.append(self.open)
        elif self.open is not None and tag == "input" and "disabled" not in given:
            kind, name = given.get("type", "text"), given.get("name")
            if name and (kind not in ("checkbox", "radio") or "checked" in given):
                self.open.fields.setdefault(name, []).append(given.get("value") or "")
        elif self.open is not None and tag == "textarea":
            self.area = given.get("name")

    def handle_data(self, data: str) -> None:
        self.text.append(data)
        if self.open is not None and self.area:
            self.open.fields.setdefault(self.area, [""])[0] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.open = None
        elif tag == "textarea":
            if self.open is not None and self.area:
                self.open.fields.setdefault(self.area, [""])
            self.area = None


_DRAWN = re.compile(r'name="(csrfmiddlewaretoken|submission_id)" value="[^"]*"')


@dataclass
class Page:
    """One answer: its status, its words in one line, its forms."""

    url: str
    status: int
    html: str
    location: str

    @property
    def words(self) -> str:
        reader = _Reader()
        reader.feed(self.html)
        return " ".join(" ".join(reader.text).split())

    @property
    def said(self) -> str:
        """The markup without the numbers drawn by chance for each form: two letters looked for would be in one of
        them by and by."""
        return _DRAWN.sub("", self.html)

    @property
    def forms(self) -> list[Form]:
        reader = _Reader()
        reader.feed(self.html)
        return reader.forms

    def form(self, name: str) -> Form:
        found = [form for form in self.forms if form.name == name]
        if not found:
            raise AssertionError(f"no form {name!r} among {[form.name for form in self.forms]}")
        return found[0]


def sign_in(client: Client, actor: Actor) -> Client:
    """This person, signed in without the sign-in page."""
    client.force_login(StaffMember.objects.get(pk=stored(actor).staff_id))
    return client


def get(client: Client, url: str) -> Page:
    answer = client.get(url)
    return Page(url, answer.status_code, answer.content.decode(), answer.headers.get("Location", ""))


def send(client: Client, page: Page, name: str, /, **typed: Any) -> Page:
    """Send one form of a page with what was typed over what it held. A field typed as None is not sent."""
    form = page.form(name)
    fields: dict[str, Any] = {**form.fields, **{key.replace("__", "."): value for key, value in typed.items()}}
    fields = {key: value for key, value in fields.items() if value is not None}
    url = form.action or page.url.partition("?")[0]
    answer = client.post(url, fields)
    return Page(url, answer.status_code, answer.content.decode(), answer.headers.get("Location", ""))
