"""{% load assets %}{% asset_entry "chair" %}: the hashed files of frontend/src/chair/main.ts, by Vite's manifest."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

DIST = Path(__file__).resolve().parent.parent / "static" / "dist"


class AssetsMissing(RuntimeError):
    """The front end is not built, or the entry is not one of it."""


@lru_cache(maxsize=2)
def _manifest(path: Path, changed_ns: int) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return read


def manifest() -> dict[str, Any]:
    """Vite's manifest, read anew when it has changed."""
    path = DIST / "manifest.json"
    try:
        return _manifest(path, path.stat().st_mtime_ns)
    except FileNotFoundError as fault:
        raise AssetsMissing("The front end is not built: run `make setup`.") from fault


def _with_imports(files: dict[str, Any], key: str, seen: dict[str, None]) -> None:
    if key not in seen:
        seen[key] = None
        for imported in files[key].get("imports", ()):
            _with_imports(files, imported, seen)


def entry_files(name: str) -> tuple[list[str], str]:
    """(style sheets, script) of an entry, as paths below dist/."""
    files = manifest()
    key = f"src/{name}/main.ts"
    if key not in files:
        raise AssetsMissing(f"frontend/{key} is not among the built entries: run `make setup`.")
    seen: dict[str, None] = {}
    _with_imports(files, key, seen)
    styles = dict.fromkeys(style for part in seen for style in files[part].get("css", ()))
    return list(styles), files[key]["file"]


@register.simple_tag
def asset_entry(name: str) -> SafeString:
    """The style sheets and the script of one entry."""
    styles, script = entry_files(name)
    links = format_html_join("\n", '<link rel="stylesheet" href="{}">', ((static(f"dist/{s}"),) for s in styles))
    return format_html('{}\n<script type="module" src="{}"></script>', links, static(f"dist/{script}"))


@register.simple_tag
def asset_list(name: str) -> SafeString:
    """Every file that an entry needs, as a JSON list of addresses: what a page keeps for when the network is gone."""
    files = manifest()
    seen: dict[str, None] = {}
    _with_imports(files, f"src/{name}/main.ts", seen)
    needed = [
        path
        for part in seen
        for path in (files[part]["file"], *files[part].get("css", ()), *files[part].get("assets", ()))
    ]
    listed = json.dumps([static(f"dist/{path}") for path in dict.fromkeys(needed)])
    return format_html("{}", mark_safe(listed))  # noqa: S308 - names that Vite made, as JSON in a script file
