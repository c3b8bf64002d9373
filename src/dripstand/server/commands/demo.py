"""`dripstand demo`: a fictitious clinic, made through the product's own services, with infusions under way.

The bedside monitors and pumps are simulated, and speak real HL7 over a real TCP socket to the same listener that a real
clinic's devices speak to.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import shutil
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from dripstand.server.background import ServeOptions

DEFAULT_DIR = Path("demo-data")
MARK = "demo.json"
PORT, MLLP_PORT = 8000, 2575


class NotADemoFolder(SystemExit):
    """The folder holds something that is not a demo; nothing there was touched."""


def configure(parser: argparse.ArgumentParser) -> None:
    from dripstand.server.commands.serve import port_number

    parser.add_argument(
        "--speed", type=float, default=1.0, metavar="N", help="let time pass N times as fast (1 to 600)"
    )
    parser.add_argument("--port", type=port_number, help=f"web port (default {PORT}, or a free one)")
    parser.add_argument("--mllp-port", type=port_number, help=f"HL7 port (default {MLLP_PORT}, or a free one)")
    parser.add_argument("--data", type=Path, default=DEFAULT_DIR, metavar="DIR", help="where the demo lives; made anew")
    parser.add_argument(
        "--chairs", type=int, metavar="N", help="N chairs, each with an infusion under way, instead of the showcase"
    )
    parser.add_argument("--prepare-only", action="store_true", help="make the clinic in DIR and exit")


def _clear(folder: Path) -> None:
    """An earlier demo makes room; anything else is left alone and refused (H28)."""
    if not folder.exists() or not any(folder.iterdir()):
        folder.mkdir(parents=True, exist_ok=True)
        return
    if not (folder / MARK).exists():
        raise NotADemoFolder(
            f"{folder} holds files that are not a demo's, so it was left as it is. Name an empty folder with --data."
        )
    shutil.rmtree(folder)
    folder.mkdir(parents=True)


def _free_port(wanted: int | None, usual: int) -> int:
    """The port asked for; without one the usual, or any free one where the usual is taken."""
    if wanted is not None:
        return wanted
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", usual))
        except OSError:
            probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _write(folder: Path, content: dict[str, Any]) -> None:
    (folder / MARK).write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


def _show_sign_ins(console: Console, sign_ins: list[dict[str, str]]) -> None:
    table = Table(title="Sign in as", title_justify="left", box=None, pad_edge=False)
    for heading in ("role", "user name", "password"):
        table.add_column(heading)
    for one in sign_ins:
        table.add_row(one["role"].replace("_", " "), one["username"], one["password"])
    console.print(table)


def run(args: argparse.Namespace) -> int:
    console = Console()
    if not 1 <= args.speed <= 600:
        raise SystemExit("--speed takes a number from 1 to 600.")
    if args.chairs is not None and not 1 <= args.chairs <= 2_000:
        raise SystemExit("--chairs takes a whole number from 1 to 2000.")
    folder = args.data.expanduser().absolute()
    _clear(folder)
    # The mark comes first: whatever happens from here on, this folder is a demo's and framed as one.
    _write(folder, {"demo": True, "sessions": [], "sign_ins": []})

    from dripstand.server import startup

    with console.status("Preparing the database"):
        startup.use(data=folder, create=True)
        startup.migrate()

    from dripstand.server.demo import build

    with console.status("Making the demo clinic") as status:

        def say(what: str) -> None:
            console.print(f"  {what}")
            status.update(f"Making the demo clinic: {what}")

        made = build.make(chairs_count=args.chairs, prepare_only=args.prepare_only, say=say)
    _write(folder, made.as_json())
    console.print(f"The demo clinic is in {folder}")
    if args.prepare_only:
        console.print(f"Serve it with: dripstand serve --data {folder}")
        return 0
    _show_sign_ins(console, made.sign_ins)
    return _serve(args, folder, made)


def _serve(args: argparse.Namespace, folder: Path, made: Any) -> int:
    from dripstand.live.clock import CLOCK
    from dripstand.server import background
    from dripstand.server.commands import serve
    from dripstand.server.demo.bedside import at_the_chairs

    if args.speed != 1.0:
        CLOCK.run_at(args.speed, demo=True)

    @contextlib.asynccontextmanager
    async def bedsides(options: ServeOptions) -> AsyncIterator[None]:
        await asyncio.sleep(0)
        async with at_the_chairs(made.bedsides, options.mllp_host, options.mllp_port):
            yield

    background.also.append(bedsides)
    words = argparse.Namespace(
        host="127.0.0.1",
        port=_free_port(args.port, PORT),
        mllp_port=_free_port(args.mllp_port, MLLP_PORT),
        data=folder,
        database=None,
        tls_cert=None,
        tls_key=None,
        own_authority=None,
        trusted_proxy=[],
        processes=1,
        shares_socket=None,
        parent=None,
    )
    return serve.run(words)
