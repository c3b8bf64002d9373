"""Whatever somebody types stands on a page letter by letter and runs nowhere (H54).

Two halves that together are every field on every page: each place of each template where a value is put is text or a
quoted attribute, and in those places none of two hundred hostile words does anything, in a real browser without the
content policy that would stop it besides.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.template import engines
from playwright.sync_api import Browser

import dripstand
from tests.server.hostile_words import PAYLOADS

SOURCE = Path(dripstand.__file__).parent
TEMPLATES = sorted(path for path in SOURCE.rglob("templates/**/*.html"))
TOKEN = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
ADDRESSES = frozenset({"href", "src", "action", "formaction", "poster", "data", "xlink:href"})
MADE_HERE = re.compile(
    r"\{\{ ?(?:[a-z_.]*(?:href|path|address|url)|code|back|other\.href|page\.base_url)[a-z_.|:\"' ]*\}\}"
)
"""Values that begin an address: each is made by Dripstand from a route and an id, never typed."""


def places(text: str) -> Iterator[tuple[str, str, str]]:
    """Each value of a template with where it stands: "text", "quoted", or what would be a fault; and its attribute."""
    state, quote, attribute, before = "text", "", "", ""
    at = 0
    while at < len(text):
        found = TOKEN.match(text, at)
        if found:
            if found[0].startswith("{{"):
                yield found[0], state, attribute if state == "quoted" and not before else ""
            elif state == "quoted" and re.match(r"\{% *(url|static)", found[0]):
                before += "x"
            at = found.end()
            if found[0].startswith("{{") and state == "quoted":
                before += "x"
            continue
        sign = text[at]
        if state == "text":
            if text.startswith("<!--", at):
                at = text.find("-->", at) + 3
                continue
            if sign == "<" and re.match(r"</?[A-Za-z]", text[at:]):
                state = "tag"
        elif state == "tag":
            if sign in "\"'":
                name = re.search(r"([\w:-]+)\s*=\s*$", text[:at])
                state, quote, attribute, before = "quoted", sign, name[1].lower() if name else "", ""
            elif sign == ">":
                state = "text"
        elif sign == quote:
            state = "tag"
        else:
            before += sign
        at += 1


def test_there_are_templates_and_the_walk_through_them_sees_what_it_has_to() -> None:
    assert len(TEMPLATES) > 100
    seen = list(places("<a href=\"{{ a }}\" title='x {{ b }}' {{ c }} d={{ d }}>{{ e }}</a>"))
    assert [(value, where) for value, where, _ in seen] == [
        ("{{ a }}", "quoted"),
        ("{{ b }}", "quoted"),
        ("{{ c }}", "tag"),
        ("{{ d }}", "tag"),
        ("{{ e }}", "text"),
    ]
    assert [attribute for _, _, attribute in seen] == ["href", "", "", "", ""]


@pytest.mark.hazard("H54")
@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_value_stands_in_the_text_or_in_a_quoted_attribute_and_begins_no_address(template: Path) -> None:
    text = template.read_text(encoding="utf-8")
    for value, where, begins in places(text):
        assert where in ("text", "quoted"), f"{value} stands bare in a tag"
        if begins in ADDRESSES:
            assert MADE_HERE.match(value), f"{value} begins the address in {begins}"
        assert not begins.startswith("on"), f"{value} in a handler"


PLACES = """<!doctype html><title>{{ word }}</title>
<p>{{ word }}</p><p title="{{ word }}"></p><p title='{{ word }}'></p>
<input value="{{ word }}"><textarea>{{ word }}</textarea><select><option value="{{ word }}">{{ word }}</option></select>
<svg><text>{{ word }}</text></svg>{{ word|json_script:"w" }}
{% load i18n %}{% blocktranslate %}a {{ word }} b{% endblocktranslate %}
{{ word|linebreaksbr }}{{ word|truncatechars:60 }}{{ word|default:"" }}"""


@pytest.mark.hazard("H54")
def test_two_hundred_hostile_words_build_no_element_in_any_place() -> None:
    from tests.rooms.people.test_pages_hold_firm import _Skeleton

    assert len(set(PAYLOADS)) >= 200
    page = engines["django"].from_string(PLACES)
    harmless = _Skeleton(page.render({"word": "Wren"})).elements
    for word in PAYLOADS:
        built = _Skeleton(page.render({"word": word}))
        assert [one for one in built.elements if one[0] != "br"] == harmless, word


@pytest.mark.browser
@pytest.mark.hazard("H54")
def test_none_of_them_runs_in_a_browser_and_the_same_words_run_where_a_page_trusts_them(browser: Browser) -> None:
    page = browser.new_page()
    begins = "<script>window.count = 0; window.ran = () => { window.count += 1; };</script>"
    bare = PLACES.replace("<!doctype html>", "")
    shown = engines["django"].from_string("{% for word in words %}" + bare + "{% endfor %}")
    page.set_content(begins + shown.render({"words": PAYLOADS}))
    page.wait_for_timeout(300)
    assert page.evaluate("window.count") == 0
    trusting = "".join(f"<div>{word}</div>" for word in PAYLOADS if "</title>" not in word and "<!--" not in word)
    page.set_content(begins + trusting)
    page.wait_for_timeout(300)
    assert page.evaluate("window.count") > 20, "the words are harmless, so that they prove nothing"
    page.close()
