"""Which process holds a clinic's data: the one that listens to devices and keeps the alarms. There is never a second.

On SQLite it is a lock on a file beside the database; on PostgreSQL an advisory lock of a connection kept for it. Both
end with the process, however it ends.
"""

from __future__ import annotations

import contextlib
import logging
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dripstand.server.environment import DatabaseAddress

if TYPE_CHECKING:
    import psycopg

log = logging.getLogger(__name__)

# Any fixed number will do; this one spells "drip" and says so in pg_locks.
ADVISORY_LOCK = int.from_bytes(b"drip", "big")


def _lock_file(path: Path) -> int | None:
    """An open, locked handle, or None where another process has it."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if os.name == "nt":
            import msvcrt

            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined, unused-ignore]
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        return None
    return handle


class Hold:
    """The clinic's data, held by this process or not."""

    def __init__(self, address: DatabaseAddress) -> None:
        self._address = address
        self._handle: int | None = None
        self._connection: psycopg.Connection[Any] | None = None

    def take(self) -> bool:
        """Tries to hold it; True where this process holds it now."""
        if self._address.path is not None:
            if self._handle is None:
                self._handle = _lock_file(self._address.path.with_name(self._address.path.name + ".serving"))
            return self._handle is not None
        if self.lasts():
            return True
        self.let_go()
        self._connection = _connect(self._address)
        row = self._connection.execute("SELECT pg_try_advisory_lock(%s)", (ADVISORY_LOCK,)).fetchone()
        if row and row[0]:
            return True
        self.let_go()
        return False

    def take_if_there(self) -> bool:
        """As take; False, and a line in the log, where the database cannot be asked: then nobody holds anything."""
        if self._address.path is not None:
            return self.take()
        import psycopg

        try:
            return self.take()
        except psycopg.Error as fault:
            log.error("Could not ask who holds the clinic's data: %s", type(fault).__name__)
            self.let_go()
            return False

    def lasts(self) -> bool:
        """Whether it is still held: a lock of PostgreSQL ends with its connection, which a restart of it cuts."""
        if self._address.path is not None:
            return self._handle is not None
        if self._connection is None:
            return False
        import psycopg

        try:
            self._connection.execute("SELECT 1")
        except psycopg.Error:
            return False
        return True

    def let_go(self) -> None:
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _connect(address: DatabaseAddress) -> psycopg.Connection[Any]:
    import psycopg

    given = {"host": address.host, "user": address.user, "password": address.password, "sslmode": address.sslmode}
    return psycopg.connect(
        dbname=address.name,
        port=address.port,
        autocommit=True,
        connect_timeout=5,
        keepalives_idle=30,
        application_name="dripstand serve",
        **{key: value for key, value in given.items() if value},  # type: ignore[arg-type]
    )


@contextlib.contextmanager
def holding(address: DatabaseAddress) -> Iterator[bool]:
    """True inside where this process now holds the clinic's data; False where another one does."""
    hold = Hold(address)
    try:
        yield hold.take()
    finally:
        hold.let_go()
