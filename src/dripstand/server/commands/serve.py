"""`dripstand serve`: the web server, the device listener and the alarms, in one process and one event loop."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import ipaddress
import logging
import os
import signal
import socket
import sys
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from dripstand.server import authority, siblings, startup
from dripstand.server.background import BackgroundService, ServeOptions
from dripstand.server.environment import read_environment

if TYPE_CHECKING:
    import uvicorn

log = logging.getLogger(__name__)

ALL_ADDRESSES = ("0.0.0.0", "::", "")  # noqa: S104  (named to recognise them, not to listen on them)
STOP_WITHIN_S = 5
SWITCH_INTERVAL_S = 0.001
"""How long a thread that works may keep the interpreter from one that has something to do. At Python's own 5 ms the
writer of readings waits that long after each word of the database while the engine judges two hundred chairs."""
RENEWAL_ASKED_EVERY_S = 6 * 3600.0


class CannotServe(SystemExit):
    """Serving would not be safe or not possible; the text says why and what to do."""


def port_number(text: str) -> int:
    """0 to 65535; 0 takes a free one."""
    if not (text.isascii() and text.isdigit()) or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is no port from 0 to 65535")
    return int(text)


def process_count(text: str) -> int:
    """1 to 64."""
    if not (text.isascii() and text.isdigit()) or not 1 <= int(text) <= 64:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of processes from 1 to 64")
    return int(text)


def proxy_addresses(text: str) -> list[str]:
    """One or more addresses or networks with commas between them. A network of everybody is refused."""
    found = []
    for one in text.split(","):
        try:
            network = ipaddress.ip_network(one.strip(), strict=False)
        except ValueError as fault:
            raise argparse.ArgumentTypeError(f"{one.strip()!r} is no address and no network") from fault
        if network.prefixlen == 0:
            raise argparse.ArgumentTypeError(f"{one.strip()} is everybody: name the proxy alone")
        found.append(str(network if network.num_addresses > 1 else network.network_address))
    return found


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: this machine only)")
    parser.add_argument("--port", type=port_number, default=8000, help="web port (default 8000)")
    parser.add_argument("--mllp-port", type=port_number, default=2575, help="HL7 over MLLP port (default 2575)")
    parser.add_argument("--processes", type=process_count, default=1, help="web processes on this port (default 1)")
    parser.add_argument("--shares-socket", type=int, default=None, help=argparse.SUPPRESS)
    parser.add_argument("--parent", type=int, default=None, help=argparse.SUPPRESS)
    startup.add_store_options(parser)
    parser.add_argument("--tls-cert", type=Path, metavar="FILE", help="certificate chain, PEM")
    parser.add_argument("--tls-key", type=Path, metavar="FILE", help="its private key, PEM")
    parser.add_argument(
        "--trusted-proxy",
        type=proxy_addresses,
        default=[],
        metavar="ADDRESS",
        help="a proxy in front of it, whose X-Forwarded-For and -Proto are believed (default: none); commas between",
    )
    parser.set_defaults(own_authority=None)


def _is_this_machine_only(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _use_own_authority(args: argparse.Namespace) -> None:
    """With DRIPSTAND_OWN_AUTHORITY the clinic's own certificates are used, renewed first where they are due."""
    if args.data is not None:
        os.environ["DRIPSTAND_DATA"] = str(args.data.expanduser().absolute())
    environment = read_environment()
    if not environment.yes("DRIPSTAND_OWN_AUTHORITY"):
        return
    folder = authority.folder_in(environment.folder("DRIPSTAND_DATA"))
    try:
        authority.renew_if_due(folder, now=authority.utc_now())
    except authority.AuthorityFault as fault:
        raise CannotServe(str(fault)) from fault
    args.own_authority, args.tls_cert, args.tls_key = folder, folder.server_chain, folder.server_key


def _prepare(args: argparse.Namespace) -> None:
    """Checks what was asked and puts it into the environment that the settings are read from."""
    if args.tls_cert is None and args.tls_key is None:
        _use_own_authority(args)
    if (args.tls_cert is None) != (args.tls_key is None):
        raise CannotServe("Give --tls-cert and --tls-key together.")
    for path in (args.tls_cert, args.tls_key):
        if path is not None and not path.is_file():
            raise CannotServe(f"There is no file {path}.")
    if args.tls_cert is not None:
        os.environ["DRIPSTAND_TLS"] = "yes"
    elif not _is_this_machine_only(args.host):
        print(
            "Warning: passwords and charts will cross the network unencrypted. Give --tls-cert and --tls-key.",
            file=sys.stderr,
            flush=True,
        )
    if args.own_authority is not None and "DRIPSTAND_ALLOWED_HOSTS" not in os.environ:
        names = authority.standing(args.own_authority).names
        called = [f"[{name}]" if ":" in name else name for name in names]
        os.environ["DRIPSTAND_ALLOWED_HOSTS"] = ",".join(dict.fromkeys(["localhost", "127.0.0.1", "[::1]", *called]))
    if "DRIPSTAND_ALLOWED_HOSTS" not in os.environ and args.host not in ALL_ADDRESSES:
        named = f"[{args.host}]" if ":" in args.host else args.host
        os.environ["DRIPSTAND_ALLOWED_HOSTS"] = ",".join(dict.fromkeys(["localhost", "127.0.0.1", "[::1]", named]))


def make_server(args: argparse.Namespace, loop: asyncio.AbstractEventLoop) -> uvicorn.Server:
    """The web server, whose streams end when it is told to stop."""
    import uvicorn

    from dripstand.live.publisher import HUB
    from dripstand.server.asgi import application

    class Server(uvicorn.Server):
        def handle_exit(self, sig: int, frame: FrameType | None) -> None:
            # Open streams would keep the server waiting for ever: they are told that it restarts, and end.
            loop.call_soon_threadsafe(HUB.close)
            super().handle_exit(sig, frame)

    return Server(
        uvicorn.Config(
            application,
            host=args.host,
            port=args.port,
            lifespan="off",
            access_log=False,  # addresses name sessions; what was read is in the reading trail, not in a log file
            log_level="warning",
            # X-Forwarded-* from anyone is not believed. Behind a proxy that is not named all visitors are one address,
            # and what one of them guesses shuts the doors of links for everybody.
            proxy_headers=bool(args.trusted_proxy),
            forwarded_allow_ips=args.trusted_proxy,
            server_header=False,
            timeout_graceful_shutdown=STOP_WITHIN_S,
            ssl_certfile=str(args.tls_cert) if args.tls_cert else None,
            ssl_keyfile=str(args.tls_key) if args.tls_key else None,
        )
    )


def address_for_people(options: ServeOptions, port: int) -> str:
    """What to type into a browser."""
    host = "localhost" if _is_this_machine_only(options.host) or options.host in ALL_ADDRESSES else options.host
    return f"{'https' if options.tls else 'http'}://{host}:{port}/"


def _first_run(address: str) -> None:
    """Where the clinic has no staff yet: the way to its set-up, with a one-time code that only this terminal shows."""
    from datetime import UTC, datetime

    from django.db import DatabaseError, connection

    from dripstand.people.services import setup_code

    try:
        code = setup_code(now=datetime.now(UTC))
    except DatabaseError as fault:
        # A full disk or a locked database is no reason to end: /healthz says so, and readings wait at their monitors.
        log.error("Could not ask whether anybody can sign in yet: %s", type(fault).__name__)
        return
    finally:
        connection.close()
    if code is not None:
        print(f"Nobody can sign in yet. Set the clinic up at {address}setup/ with the code {code}", flush=True)


async def serve(
    args: argparse.Namespace,
    options: ServeOptions,
    chosen: tuple[BackgroundService, ...],
    told_to_stop: StopAsked,
    sockets: list[socket.socket] | None = None,
) -> int:
    """Runs until told to stop. Exit code 1 where the web server did not start. sockets: already listening, shared."""
    from dripstand.server import background

    sys.setswitchinterval(SWITCH_INTERVAL_S)
    server = make_server(args, asyncio.get_running_loop())
    async with background.running(options, chosen):
        if told_to_stop.asked:
            return 0
        serving = asyncio.create_task(server.serve(sockets=sockets), name="web server")
        while not server.started and not serving.done():
            await asyncio.sleep(0.02)
        if server.started and args.shares_socket is None:
            port = server.servers[0].sockets[0].getsockname()[1]
            address = address_for_people(options, port)
            print(f"Dripstand is at {address}", flush=True)
            await asyncio.to_thread(_first_run, address)
        renewing = (
            asyncio.create_task(keep_certificate(args.own_authority, server, RENEWAL_ASKED_EVERY_S))
            if args.own_authority is not None
            else None
        )
        try:
            await serving
        finally:
            if renewing is not None:
                renewing.cancel()
    return 0 if server.started else 1


async def keep_certificate(folder: authority.Folder, server: uvicorn.Server, every_s: float) -> None:
    """Renews the server's certificate while it serves; connections that begin later get the new one."""
    while True:
        await asyncio.sleep(every_s)
        try:
            renewed = await asyncio.to_thread(authority.renew_if_due, folder, now=authority.utc_now())
            if renewed and server.config.ssl is not None:
                server.config.ssl.load_cert_chain(folder.server_chain, folder.server_key)
                log.warning("The server's certificate was renewed.")
        except (authority.AuthorityFault, OSError) as fault:
            log.error("The server's certificate could not be renewed: %s", fault)


class StopAsked:
    """Remembers a signal that came outside the web server's own time.

    Before it, while the services start; and after it, because uvicorn raises the signal again once it has stopped, and
    the process would die before the services beside it have stopped in order.
    """

    def __init__(self) -> None:
        self.asked = False
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._remember)

    def _remember(self, number: int, frame: FrameType | None) -> None:
        self.asked = True


def run(args: argparse.Namespace) -> int:
    _prepare(args)
    with contextlib.ExitStack() as stack:
        early = siblings.listening_early(args.host, args.port) if args.shares_socket is None else None
        if early is not None:
            stack.enter_context(early)
        return _run(args, early)


def _run(args: argparse.Namespace, early: socket.socket | None) -> int:
    """early: the web server's socket, which listens already."""
    startup.use(data=args.data, database=args.database, create=True)

    from django.conf import settings
    from django.urls import get_resolver

    from dripstand.server import background, holder

    # Every page's module is imported now: what is broken stops the start, not the first nurse who opens it.
    assert get_resolver().url_patterns

    if args.processes > 1 and settings.BUS_URL is None:
        raise CannotServe(
            f"{args.processes} processes need a bus between them, or screens would miss what another process charted. "
            "Set DRIPSTAND_BUS_URL to a Redis that all of them reach (docs/how-to/clinic-group.md), or serve with one."
        )
    told_to_stop = StopAsked()
    hold = holder.Hold(settings.DATABASE_ADDRESS)
    try:
        is_holder = hold.take()
        if not is_holder and settings.BUS_URL is None:
            raise CannotServe(
                "Another Dripstand already serves this database. Several processes need a bus between them: "
                "set DRIPSTAND_BUS_URL for all of them, or stop the other one."
            )
        if is_holder:
            startup.migrate()
        options = ServeOptions(
            host=args.host,
            port=args.port,
            mllp_host=args.host,
            mllp_port=args.mllp_port,
            tls=args.tls_cert is not None,
        )
        chosen = background.services(monitoring=settings.MONITORING, hold=hold)
        with contextlib.ExitStack() as stack:
            sockets = None if early is None else [early]
            if args.shares_socket is not None:
                sockets = [stack.enter_context(socket.socket(fileno=args.shares_socket))]
                siblings.end_with_parent(args.parent)
            elif args.processes > 1:
                sockets = sockets or [stack.enter_context(siblings.listening(args.host, args.port))]
                stack.enter_context(siblings.kept(args.processes - 1, sockets[0], _words(args)))
            return asyncio.run(serve(args, options, chosen, told_to_stop, sockets))
    finally:
        hold.let_go()


def _words(args: argparse.Namespace) -> list[str]:
    """How a sibling on the same socket is started."""
    words = ["serve", "--host", args.host, "--port", str(args.port), "--mllp-port", str(args.mllp_port)]
    certificate = () if args.own_authority is not None else ("tls_cert", "tls_key")
    for name in ("data", "database", *certificate):
        if getattr(args, name) is not None:
            words += [f"--{name.replace('_', '-')}", str(getattr(args, name))]
    return [*words, "--trusted-proxy", ",".join(args.trusted_proxy)] if args.trusted_proxy else words
