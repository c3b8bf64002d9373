"""What holds for the repository as a whole."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

from dripstand import __version__

ROOT = Path(__file__).resolve().parents[2]


def committed() -> list[Path]:
    """Files that git tracks, or all of a source archive's own where there is no git."""
    try:
        listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        own = ("src", "tests", "docs", "frontend/src", "requirements", "devtools")
        return [path for folder in own for path in (ROOT / folder).rglob("*") if path.is_file()]
    return [path for name in listed.split("\0") if name and (path := ROOT / name).is_file()]


def test_the_changelog_begins_with_this_version_or_with_what_is_not_released_yet() -> None:
    headings = re.findall(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert [one for one in headings[:2] if one != "Unreleased"][:1] == [__version__]


@pytest.mark.parametrize("lock", sorted((ROOT / "requirements").glob("*.lock")), ids=lambda path: path.name)
def test_locks_name_no_address_and_hash_every_package(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")
    assert "://" not in text
    pins = re.findall(r"^[a-z0-9][^\n]*==[^\n]*(?:\n    [^\n]*)*", text, re.MULTILINE)
    assert pins
    assert all("--hash=sha256:" in pin for pin in pins)


def test_the_front_end_lock_names_no_address_and_hashes_every_package() -> None:
    lock = json.loads((ROOT / "frontend/package-lock.json").read_text(encoding="utf-8"))
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert all("integrity" in entry and "resolved" not in entry for entry in packages.values())
    assert "://" not in json.dumps(lock)


def test_what_runs_is_locked_alike_for_users_and_for_checks() -> None:
    def pins(name: str) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        text = (ROOT / "requirements" / name).read_text(encoding="utf-8")
        for package, version in re.findall(r"^([a-z0-9._-]+)==(\S+)", text, re.MULTILINE):
            found.setdefault(package, set()).add(version)
        return found

    app, dev = pins("app.lock"), pins("dev.lock")
    assert {name: dev.get(name) for name in app} == app


def test_no_page_or_script_asks_the_content_policy_for_an_exception() -> None:
    files_not_pages = {"downtime.html"}  # written to disk and opened without a server: it has its style inside
    inline = re.compile(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|javascript:", re.IGNORECASE)
    found = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path in committed()
        if path.suffix == ".html" and "templates" in path.parts and path.name not in files_not_pages
        if (match := inline.search(path.read_text(encoding="utf-8")))
    ]
    assert found == []


@pytest.mark.hazard("H54")
def test_no_script_writes_markup_from_text_and_no_template_trusts_it() -> None:
    script = re.compile(r"\.(innerHTML|outerHTML)\b|insertAdjacentHTML|document\.write|new Function|\beval\(")
    template = re.compile(r"\|\s*safe\b|autoescape off")
    found = []
    for path in committed():
        if path.suffix == ".ts" and ".test." not in path.name and script.search(path.read_text(encoding="utf-8")):
            found.append(str(path.relative_to(ROOT)))
        if path.suffix == ".html" and template.search(path.read_text(encoding="utf-8")):
            found.append(str(path.relative_to(ROOT)))
    assert found == []
