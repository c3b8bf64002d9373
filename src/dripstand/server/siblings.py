"""Several web processes on one port of one machine: they share a listening socket, and a dead one is started again.

Each is `dripstand serve` as ever, with a connection to the bus of its own; whichever holds the clinic's data listens to
the devices (holder.py). They end with the process that began them, however it ends.
"""

from __future__ import annotations

import contextlib
import ipaddress
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence

log = logging.getLogger(__name__)

LOOKED_AT_EVERY_S = 0.5
ENDS_WITHIN_S = 15.0
BACKLOG_COUNT = 2048


def listening(host: str, port: int) -> socket.socket:
    """A socket that takes connections for all of them. Raises OSError where the port is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    made = socket.create_server((host.strip("[]"), port), family=family, backlog=BACKLOG_COUNT)
    made.setblocking(False)
    return made


def listening_early(host: str, port: int) -> socket.socket | None:
    """The web server's socket before the product is imported: after a crash the pages that ask again are not sent away
    for the seconds that takes, they wait in its queue and are answered at once. None where uvicorn must look the name
    up itself, or where the port is taken, which uvicorn then says."""
    try:
        ipaddress.ip_address(host.strip("[]"))
        return listening(host, port)
    except (ValueError, OSError):
        return None


def _begin(words: Sequence[str], shared: socket.socket) -> subprocess.Popen[bytes]:
    number = shared.fileno()
    command = [
        sys.executable,
        "-m",
        "dripstand.server.cli",
        *words,
        "--shares-socket",
        str(number),
        "--parent",
        str(os.getpid()),
    ]
    return subprocess.Popen(command, pass_fds=(number,))  # noqa: S603  (our own words, no shell)


@contextlib.contextmanager
def kept(count: int, shared: socket.socket, words: Sequence[str]) -> Iterator[None]:
    """So many siblings, kept running as long as the block lasts."""
    running = [_begin(words, shared) for _ in range(count)]
    ending = threading.Event()

    def look_after() -> None:
        while not ending.wait(LOOKED_AT_EVERY_S):
            for number, process in enumerate(running):
                code = process.poll()
                if code is not None and not ending.is_set():
                    log.error("A web process ended with %s and is started again", code)
                    running[number] = _begin(words, shared)

    guard = threading.Thread(target=look_after, name="siblings", daemon=True)
    guard.start()
    try:
        yield
    finally:
        ending.set()
        guard.join()
        for process in running:
            process.terminate()
        for process in running:
            try:
                process.wait(ENDS_WITHIN_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def end_with_parent(parent_pid: int) -> None:
    """A sibling whose parent has gone, killed or not, stops as if it had been told to."""

    def watch() -> None:
        waiting = threading.Event()
        while os.getppid() == parent_pid:
            waiting.wait(LOOKED_AT_EVERY_S)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, name="parent", daemon=True).start()
