"""Forms of real pages, read without a browser, filled in, and sent so many times at once."""

from __future__ import annotations

import http.client
import threading
import urllib.parse
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.cookies import SimpleCookie


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    location: str
    body: str

    @property
    def has_an_effect(self) -> bool:
        """As far as an answer says: it sends the browser on, or it is a script's own 200."""
        return self.status in (302, 303)


@dataclass
class Field:
    name: str
    kind: str
    value: str = ""
    required: bool = False
    choices: list[str] = field(default_factory=list)
    is_chosen: bool = False


@dataclass
class Form:
    """One form that is sent. buttons: (name, value) of those that send it."""

    action: str
    fields: list[Field] = field(default_factory=list)
    buttons: list[tuple[str, str]] = field(default_factory=list)

    def value(self, name: str) -> str:
        return next((one.value for one in self.fields if one.name == name), "")


class _Forms(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.page, self.forms = page, []  # type: ignore[var-annotated]
        self._by_id: dict[str, Form] = {}
        self._outside: list[tuple[str, Field]] = []
        self._form: Form | None = None
        self._select: Field | None = None
        self._text: Field | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        has = {name for name, _ in attrs}
        if tag == "form":
            is_sent = given.get("method", "get").lower() == "post"
            self._form = Form(urllib.parse.urljoin(self.page, given.get("action") or self.page)) if is_sent else None
            if self._form is not None:
                self.forms.append(self._form)
                self._by_id[given.get("id", "")] = self._form
        elif tag == "input" and given.get("form") and given.get("name"):
            outside = Field(given["name"], given.get("type", "text"), given.get("value", ""))
            self._outside.append((given["form"], outside))
        elif self._form is None or "disabled" in has:
            return
        elif tag == "input" and given.get("name"):
            kind = given.get("type", "text")
            if kind == "submit":
                self._form.buttons.append((given["name"], given.get("value", "")))
                return
            value = given.get("value", "on" if kind in ("checkbox", "radio") else "")
            self._form.fields.append(Field(given["name"], kind, value, "required" in has, [], "checked" in has))
        elif tag == "select" and given.get("name"):
            self._select = Field(given["name"], "select", "", "required" in has)
            self._form.fields.append(self._select)
        elif tag == "option" and self._select is not None:
            self._select.choices.append(given.get("value", ""))
            if "selected" in has:
                self._select.value = given.get("value", "")
        elif tag == "textarea" and given.get("name"):
            self._text = Field(given["name"], "textarea", "", "required" in has)
            self._form.fields.append(self._text)
        elif tag == "button" and given.get("type", "submit") == "submit":
            self._form.buttons.append((given.get("name", ""), given.get("value", "")))

    def handle_data(self, data: str) -> None:
        if self._text is not None:
            self._text.value += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = None
        elif tag == "textarea":
            if self._text is not None:
                self._text.value = self._text.value.strip()
            self._text = None


    def close(self) -> None:
        super().close()
        for form_id, one in self._outside:
            if form_id in self._by_id:
                self._by_id[form_id].fields.append(one)


def forms_of(page: str, body: str) -> list[Form]:
    """The forms that a page sends by POST, with the fields that stand outside of them and name them."""
    reader = _Forms(page)
    reader.feed(body)
    reader.close()
    return reader.forms


def filled(form: Form, typed: Mapping[str, str | Sequence[str]], words: str) -> list[tuple[str, str]]:
    """What a person would send: what is there, what is typed over it, and something in each field that needs it."""
    pairs: list[tuple[str, str]] = []
    done: set[str] = set()
    for one in form.fields:
        if one.name in done:
            continue
        same = [each for each in form.fields if each.name == one.name]
        if one.name in typed:
            given = typed[one.name]
            pairs += [(one.name, value) for value in ([given] if isinstance(given, str) else given)]
            done.add(one.name)
        elif one.kind == "radio":
            pairs.append((one.name, next((each.value for each in same if each.is_chosen), same[0].value)))
            done.add(one.name)
        elif one.kind == "checkbox":
            pairs += [(one.name, each.value) for each in same if each.is_chosen or each.required]
            done.add(one.name)
        elif one.kind == "select":
            pairs.append((one.name, one.value or next((each for each in one.choices if each), "")))
        elif one.kind == "file":
            continue
        else:
            pairs.append((one.name, one.value or (words if one.required else "")))
    named = {name for name, _ in pairs}
    pairs += [(name, value) for name, value in typed.items() if name not in named and isinstance(value, str)]
    for name, value in form.buttons[:1]:
        if name and name not in typed:
            pairs.append((name, value))
    return pairs


class Client:
    """A browser's cookies and nothing else of it. Several threads may send at once."""

    def __init__(self, port: int, cookies: Mapping[str, str] | None = None) -> None:
        self._port = port
        self.cookies = dict(cookies or {})

    def ask(self, path: str, pairs: Sequence[tuple[str, str]] | None = None) -> Answer:
        headers = {"Host": "localhost", "Accept": "text/html"}
        headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        body = None
        if pairs is not None:
            body = urllib.parse.urlencode(pairs)
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            headers["X-CSRFToken"] = self.cookies.get("dripstand-csrf", "")
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)
        try:
            connection.request("GET" if pairs is None else "POST", path, body, headers)
            answered = connection.getresponse()
            content = answered.read().decode("utf-8", "replace")
        finally:
            connection.close()
        for line in answered.headers.get_all("Set-Cookie") or []:
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value
        return Answer(answered.status, answered.headers.get("Location", ""), content)

    def at_once(self, path: str, pairs: Sequence[tuple[str, str]], times: int) -> list[Answer]:
        """The same form so many times, all of them sent before the first is answered."""
        start, answers = threading.Barrier(times), []

        def send() -> None:
            start.wait()
            answers.append(self.ask(path, pairs))

        threads = [threading.Thread(target=send) for _ in range(times)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        return answers


def links_in(body: str, begins: str) -> Iterator[str]:
    """Addresses in a page's text that begin so."""
    at = body.find(begins)
    while at >= 0:
        end = at
        while end < len(body) and body[end] not in "\"'<> \n":
            end += 1
        yield body[at:end]
        at = body.find(begins, end)
