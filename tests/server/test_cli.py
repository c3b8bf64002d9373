"""The command line itself."""

from __future__ import annotations

import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dripstand import __version__
from dripstand.server import cli, startup


def test_the_version_is_told_without_loading_the_server() -> None:
    began = time.monotonic()
    asked = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "dripstand.server.cli", "--version"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert asked.stdout.strip() == f"dripstand {__version__}"
    loaded = {line.rsplit("|", 1)[-1].strip() for line in asked.stderr.splitlines()}
    assert not loaded & {"django", "numpy", "uvicorn", "redis", "rich"}
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("command", sorted(cli.COMMANDS))
def test_every_command_explains_itself(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main([command, "--help"])
    assert ended.value.code == 0
    assert f"dripstand {command}" in capsys.readouterr().out


@pytest.mark.parametrize("words", [[], ["no-such-command"], ["serve", "--no-such-option"]])
def test_a_wrong_call_ends_with_two(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(words)
    assert ended.value.code == 2
    assert "usage" in capsys.readouterr().err


def test_a_missing_database_is_not_made_by_looking_for_it(tmp_path: Path) -> None:
    asked = subprocess.run(
        [sys.executable, "-m", "dripstand.server.cli", "verify", "--data", str(tmp_path / "nowhere")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert asked.returncode != 0
    assert "There is no database" in asked.stderr
    assert not (tmp_path / "nowhere").exists()


def test_a_secret_key_that_is_there_is_kept(tmp_path: Path) -> None:
    startup.make_secret_key(tmp_path)
    first = (tmp_path / "secret.key").read_text(encoding="ascii")
    startup.make_secret_key(tmp_path)
    assert (tmp_path / "secret.key").read_text(encoding="ascii") == first


def test_a_new_database_is_readable_by_its_owner_alone(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from dripstand.server import startup;"
        "startup.use(data=Path(sys.argv[1]), create=True); startup.migrate()"
    )
    subprocess.run([sys.executable, "-c", program, str(tmp_path / "clinic")], check=True)
    made = sorted((tmp_path / "clinic").iterdir())
    assert {path.name for path in made} >= {"dripstand.sqlite3", "secret.key"}
    assert {path.name: stat.S_IMODE(path.stat().st_mode) & 0o077 for path in made} == {path.name: 0 for path in made}
