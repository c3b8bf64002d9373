"""No pattern can be made to stall the server, and nothing that is sent can fill its memory (H58, H59)."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
import string
import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

import dripstand

LETTERS_COUNT = 100_000
MOST_S = 0.050
SOURCES = sorted(Path(dripstand.__path__[0]).rglob("*.py"))
CALLS = {"compile", "match", "fullmatch", "search", "sub", "subn", "split", "findall", "finditer"}


def written_patterns() -> dict[str, str]:
    """Every pattern that stands in a source file as an argument of the `re` module, by where it stands."""
    found: dict[str, str] = {}
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CALLS):
                continue
            of_re = isinstance(node.func.value, ast.Name) and node.func.value.id == "re"
            if of_re and node.args and isinstance(node.args[0], ast.Constant) and isinstance(node.args[0].value, str):
                found[f"{path.name}:{node.lineno}"] = node.args[0].value
    return found


def compiled_patterns() -> dict[str, re.Pattern[Any]]:
    """Every compiled pattern that a module of the product holds, and that of every address."""
    found: dict[str, re.Pattern[Any]] = {}
    for module in pkgutil.walk_packages(dripstand.__path__, "dripstand."):
        if ".migrations." in module.name or module.name.endswith("__main__"):
            continue
        for name, value in vars(importlib.import_module(module.name)).items():
            if isinstance(value, re.Pattern):
                found[f"{module.name}.{name}"] = value

    def walk(patterns: Any, before: str) -> Iterator[tuple[str, re.Pattern[Any]]]:
        for one in patterns:
            yield f"{before}{one.pattern}", one.pattern.regex
            if isinstance(one, URLResolver):
                yield from walk(one.url_patterns, f"{before}{one.pattern}")
            else:
                assert isinstance(one, URLPattern)

    found.update((f"address {name}", regex) for name, regex in walk(get_resolver().url_patterns, "/"))
    return found


def hostile_texts(pattern: str, letters_count: int) -> Iterator[str]:
    """Long texts of what a pattern is made of, each with an end that it cannot match."""
    pieces = {*"a1 .-+,:/\n\tzZ0é_", "ab", "1.", "-1", "a a", "00:", "\\X41\\", "1e", ". "}
    pieces |= {letter for letter in pattern if letter in string.printable}
    for piece in sorted(pieces):
        yield piece * (letters_count // len(piece)) + "\x00!"


def slowest_s(regex: re.Pattern[Any], letters_count: int = LETTERS_COUNT) -> float:
    """The longest of the texts, each the quicker of two tries by the processor's clock."""
    as_bytes = isinstance(regex.pattern, bytes)
    written = regex.pattern.decode("latin-1") if as_bytes else regex.pattern
    worst_s = 0.0
    for text in hostile_texts(written, letters_count):
        subject: Any = text.encode("utf-8") if as_bytes else text
        worst_s = max(worst_s, min(_took_s(regex, subject) for _ in range(4)))
        if worst_s > 1.0:
            break
    return worst_s


def _took_s(regex: re.Pattern[Any], subject: Any) -> float:
    began_s = time.process_time()
    regex.match(subject)
    regex.fullmatch(subject)
    return time.process_time() - began_s


@pytest.mark.hazard("H58")
def test_every_pattern_of_the_product_decides_a_hundred_kilobytes_of_malice_in_a_moment() -> None:
    patterns = compiled_patterns()
    patterns.update((where, re.compile(text)) for where, text in written_patterns().items())
    distinct = {(regex.pattern, regex.flags): where for where, regex in patterns.items()}
    by_where = {where: patterns[where] for where in distinct.values()}
    assert len(by_where) > 20
    slow = {where: took_s for where, regex in by_where.items() if (took_s := slowest_s(regex)) > MOST_S}
    print(f"\n{len(by_where)} patterns tried")
    assert slow == {}


def test_a_pattern_that_backtracks_is_found_out() -> None:
    # A power of the length: 28 letters already take seconds, so the text of the control is short.
    began_s = time.process_time()
    re.match(r"(a+)+$", "a" * 22 + "!")
    assert time.process_time() - began_s > MOST_S
    assert slowest_s(re.compile(r"\s*a*\s*a*x"), 3_000) > MOST_S


@pytest.mark.hazard("H59")
def test_nothing_takes_an_upload_but_the_two_pages_that_take_a_sound() -> None:
    takers = [
        path.name
        for path in SOURCES
        if any(word in path.read_text(encoding="utf-8") for word in ("request.FILES", "FileField", "ImageField"))
    ]
    # their limits of size and kind: tests/rooms/calm; sent_forms.py tells files apart by name and size, unopened
    asked = "whatever takes a file needs limits of type, size and unpacked size, and a test of each"
    assert sorted(takers) == ["journal.py", "sent_forms.py", "tablet.py"], asked


@pytest.mark.django_db
@pytest.mark.hazard("H59")
def test_a_body_that_is_too_large_is_refused_and_fills_no_memory(client: Client) -> None:
    large = {"username": "n", "password": "x" * 3_000_000}
    assert client.post("/sign-in/", large).status_code == 400
    assert client.post("/sign-in/", {f"f{number}": "1" for number in range(2_000)}).status_code == 400
    bomb = SimpleUploadedFile("bomb.zip", b"\0" * 20_000_000)
    tracemalloc.start()
    try:
        client.post("/sign-in/", {"username": "n", "password": "p", "file": bomb})
        _now, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 50_000_000 + 3 * 20_000_000, f"{most / 1e6:.0f} MB, the test's own copies of the file among them"
