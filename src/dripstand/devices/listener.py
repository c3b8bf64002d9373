"""The door that monitors and pumps knock at: an asyncio MLLP server.

A message is acknowledged only when the sink says that it is durable: AA when it is stored, AE when it could not be, AR
for what will never be taken (orders to a pump, unknown kinds). Answers go out in the order of the line, although many
messages may be on their way to the store at once. One device cannot hurt another: every line has its own framer, its
own bounded window and its own pace.
Source: devices.md sections 1, 6 and 7; hazard H55.
"""

from __future__ import annotations

import asyncio
import ipaddress
import logging
import socket
import ssl
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime

from .connection import Connection, Limits, Surroundings
from .connections import Connections, ConnectionView
from .ports import DeviceLine, LineOf, MessageSink, Receipt, no_settings

__all__ = ["DeviceLine", "Limits", "Listener", "MessageSink", "Receipt"]

log = logging.getLogger(__name__)

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

KEEPALIVE_IDLE_S, KEEPALIVE_INTERVAL_S, KEEPALIVE_PROBES = 30, 10, 3
"""devices.md section 7, half-open TCP."""

MOST_CONNECTIONS = 256
"""Assumed: far more lines than a clinic has devices."""


class Listener:
    """Accepts device lines until it is stopped.

    sink: where messages become durable. now: aware UTC. line_of: zone and acknowledgement setting of a device.
    allowed_sources: networks that may connect; empty allows any (the clinic's network is expected to keep others out).
    most_lines: how many lines at once; MOST_CONNECTIONS when None. accept_simulated: only a demo or a test
    takes messages of Dripstand's own simulators (hazard H28).
    """

    def __init__(
        self,
        sink: MessageSink,
        *,
        now: Callable[[], datetime],
        line_of: LineOf = no_settings,
        limits: Limits | None = None,
        allowed_sources: Sequence[Network] = (),
        accept_simulated: bool = False,
        most_lines: int | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._connections = Connections()
        self._around = Surroundings(sink, now, line_of, limits or Limits(), self._connections, accept_simulated, sleep)
        self._allowed = tuple(allowed_sources)
        self._most_lines = most_lines
        self._server: asyncio.Server | None = None
        self._running: set[asyncio.Task[None]] = set()

    async def start(self, host: str, port: int, *, tls: ssl.SSLContext | None = None) -> int:
        """Begins to listen; returns the port (a free one when 0 was asked for). Raises OSError when it is taken."""
        self._server = await asyncio.start_server(self._accept, host, port, ssl=tls, reuse_address=True)
        bound: int = self._server.sockets[0].getsockname()[1]
        log.info("Listening for devices on %s port %d", host, bound)
        return bound

    async def stop(self, grace_s: float = 5.0) -> None:
        """Takes no more messages, lets the pending ones be stored and answered, then closes every line."""
        if self._server is not None:
            self._server.close()
        for line in self._connections.all_lines():
            line.close()
        if self._running:
            await asyncio.wait(self._running, timeout=grace_s)
        for task in list(self._running):
            task.cancel()
        if self._running:
            await asyncio.wait(self._running, timeout=1.0)

    @property
    def counted(self) -> Mapping[str, int]:
        """What has happened since the start: messages, AA, AE, AR, duplicates, frame_faults, junk_bytes, slowed, ..."""
        return dict(self._connections.counted)

    def connections(self) -> tuple[ConnectionView, ...]:
        """The open lines."""
        return self._connections.views()

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        address = writer.get_extra_info("peername")
        if not address or not self._may_connect(str(address[0])):
            self._connections.counted["connections_refused"] += 1
            log.warning("Refused a connection from %s", address[0] if address else "an unknown address")
            writer.transport.abort()
            return
        _keep_alive(writer.get_extra_info("socket"))
        connection = Connection(reader, writer, f"{address[0]}:{address[1]}", self._around)
        task = asyncio.create_task(connection.run(), name=f"device line {address[0]}")
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    def _may_connect(self, host: str) -> bool:
        is_full = len(self._connections) >= (self._most_lines or MOST_CONNECTIONS)
        if is_full and not self._connections.close_one_unheard():
            return False
        if not self._allowed:
            return True
        try:
            address = ipaddress.ip_address(host.split("%", 1)[0])
        except ValueError:
            return False
        mapped = getattr(address, "ipv4_mapped", None)
        return any((mapped or address) in network for network in self._allowed)


def _keep_alive(connected: socket.socket | None) -> None:
    """A monitor that was unplugged says nothing; the kernel finds out for us."""
    if connected is None:
        return
    connected.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for option, value in (
        ("TCP_KEEPIDLE", KEEPALIVE_IDLE_S),
        ("TCP_KEEPINTVL", KEEPALIVE_INTERVAL_S),
        ("TCP_KEEPCNT", KEEPALIVE_PROBES),
    ):
        if hasattr(socket, option):
            connected.setsockopt(socket.IPPROTO_TCP, getattr(socket, option), value)
