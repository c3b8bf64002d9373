"""The template tag that names the built front-end files."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from dripstand.server.templatetags import assets


@pytest.fixture
def dist(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(assets, "DIST", tmp_path)
    return tmp_path


def write(dist: Path, script: str) -> None:
    files = {
        "src/chair/main.ts": {"file": script, "imports": ["_plot.js"], "css": ["assets/chair.css"], "isEntry": True},
        "_plot.js": {"file": "assets/plot.js", "css": ["assets/plot.css", "assets/chair.css"]},
    }
    (dist / "manifest.json").write_text(json.dumps(files))


def test_an_entry_brings_its_script_and_every_style_once(dist: Path) -> None:
    write(dist, "assets/chair-1.js")
    assert assets.entry_files("chair") == (["assets/chair.css", "assets/plot.css"], "assets/chair-1.js")
    tags = assets.asset_entry("chair")
    assert tags.count("stylesheet") == 2
    assert '<script type="module" src="/static/dist/assets/chair-1.js"></script>' in tags


def test_a_new_build_is_noticed_without_a_restart(dist: Path) -> None:
    write(dist, "assets/chair-1.js")
    assets.entry_files("chair")
    write(dist, "assets/chair-2.js")
    os.utime(dist / "manifest.json", ns=(1, 1))
    assert assets.entry_files("chair")[1] == "assets/chair-2.js"


def test_what_is_not_built_says_what_to_do(dist: Path) -> None:
    with pytest.raises(assets.AssetsMissing, match="make setup"):
        assets.entry_files("chair")
    write(dist, "assets/chair-1.js")
    with pytest.raises(assets.AssetsMissing, match="make setup"):
        assets.entry_files("board")
