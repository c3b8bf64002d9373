"""A real server on a real socket inside the test process, and a plain client that reads its streams."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import uvicorn
from django.conf import settings

from dripstand.live.publisher import HUB
from dripstand.server.authority import Folder


@contextlib.contextmanager
def serving(certificate: Folder | None = None) -> Iterator[int]:
    """The port of Dripstand's application, served by uvicorn in a thread of its own; over TLS with a certificate."""
    from dripstand.server.asgi import application

    HUB.reopen()
    listening = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        application,
        lifespan="off",
        log_level="error",
        timeout_graceful_shutdown=2,
        ssl_certfile=str(certificate.server_chain) if certificate else None,
        ssl_keyfile=str(certificate.server_key) if certificate else None,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[listening])), daemon=True)
    thread.start()
    deadline = time.monotonic() + 10
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.01)
    assert server.started, "the test server did not start"
    try:
        yield listening.getsockname()[1]
    finally:
        HUB.close()
        server.should_exit = True
        thread.join(10)
        HUB.reopen()


class Stream:
    """A client of /live: one socket, read event by event."""

    def __init__(self, port: int, cookie: str, topics: list[str], *, receive_buffer_bytes: int | None = None) -> None:
        self.socket = socket.socket()
        if receive_buffer_bytes is not None:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer_bytes)
        self.socket.settimeout(10)
        self.socket.connect(("127.0.0.1", port))
        query = "&".join(f"topic={topic}" for topic in topics)
        lines = [
            f"GET /live?{query} HTTP/1.1",
            "Host: localhost",
            "Accept: text/event-stream",
            f"Cookie: {settings.SESSION_COOKIE_NAME}={cookie}",
        ]
        self.socket.sendall("\r\n".join([*lines, "", ""]).encode())
        self._kept = b""

    def status(self) -> int:
        """Reads the head of the answer."""
        while b"\r\n\r\n" not in self._kept:
            self._kept += self.socket.recv(65536)
        head, _, self._kept = self._kept.partition(b"\r\n\r\n")
        self.head = head.decode()
        return int(head.split()[1])

    def next(self) -> tuple[str, dict[str, Any]] | None:
        """The next event, or None at the end of the stream."""
        while True:
            if b"\n\n" in self._kept:
                block, _, self._kept = self._kept.partition(b"\n\n")
                fields = dict(
                    line.split(": ", 1) for line in block.decode().replace("\r", "").split("\n") if ": " in line
                )
                if "event" in fields:
                    return fields["event"], json.loads(fields["data"])
                continue
            if self._kept.endswith(b"\r\n0\r\n\r\n"):
                return None  # the last chunk: the answer is complete, though the connection may be kept
            piece = self.socket.recv(65536)
            if not piece:
                return None
            self._kept += piece

    def wait_for(self, event: str) -> dict[str, Any]:
        """The next event of that name; what comes before it is passed over."""
        while (got := self.next()) is not None:
            if got[0] == event:
                return got[1]
        raise AssertionError(f"the stream ended without {event}")

    def __enter__(self) -> Stream:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self.socket.close()
