"""A stretch of cable that can be shut: bytes go in, nothing comes out, and both ends believe they are connected.

What a frozen gateway, a sleeping switch or a half-open connection looks like from either side.
"""

from __future__ import annotations

import contextlib
import selectors
import socket
import threading
from collections.abc import Iterator

from playwright.sync_api import CDPSession, Page


class Valve:
    """Carries bytes between its own port and another one of this machine, in both directions, while it is open."""

    def __init__(self, to_port: int) -> None:
        self._to_port = to_port
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self._open = threading.Event()
        self._open.set()
        self._ending = threading.Event()
        threading.Thread(target=self._accept, daemon=True).start()

    def shut(self) -> None:
        self._open.clear()

    def open(self) -> None:
        self._open.set()

    def _accept(self) -> None:
        while not self._ending.is_set():
            try:
                near, _ = self._listening.accept()
            except OSError:
                return
            threading.Thread(target=self._carry, args=(near,), daemon=True).start()

    def _carry(self, near: socket.socket) -> None:
        with near, contextlib.suppress(OSError):
            self._open.wait()
            with socket.create_connection(("127.0.0.1", self._to_port), 10) as far:
                self._between(near, far)

    def _between(self, near: socket.socket, far: socket.socket) -> None:
        with selectors.DefaultSelector() as ready:
            ready.register(near, selectors.EVENT_READ, far)
            ready.register(far, selectors.EVENT_READ, near)
            while not self._ending.is_set():
                self._open.wait()
                for key, _ in ready.select(0.2):
                    self._open.wait()
                    content = key.fileobj.recv(65536)  # type: ignore[union-attr]
                    if not content:
                        return
                    key.data.sendall(content)

    def close(self) -> None:
        self._ending.set()
        self._open.set()
        self._listening.close()


@contextlib.contextmanager
def valve(to_port: int) -> Iterator[Valve]:
    one = Valve(to_port)
    try:
        yield one
    finally:
        one.close()


def frozen(page: Page) -> CDPSession:
    """Stops everything that the page does, timers and answers alike, as a tablet that fell asleep with its light on.
    Send "Debugger.resume" to wake it."""
    tools = page.context.new_cdp_session(page)
    tools.send("Debugger.enable")
    tools.send("Debugger.pause")
    return tools
