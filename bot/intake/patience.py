"""How long to wait for a database that hangs: some seconds, and hardly at all just after that was in vain.

Turns call the database on the event loop, so whoever waits keeps everyone waiting.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from select import select
from time import monotonic
from typing import Any

import sqlalchemy as sa

LONGEST = 4.0  # seconds
SHORTEST = 0.25  # enough for one that is well again
AFTERWARDS = 3.0  # seconds after a wait in vain in which nobody waits longer than SHORTEST
_allowed: ContextVar[float] = ContextVar("_allowed", default=LONGEST)


class Patience:
    """Tells how long to wait for something, by whether it answered lately."""

    def __init__(self) -> None:
        self._lost_until = 0.0

    @property
    def lost(self) -> bool:
        """Return whether somebody waited in vain just now."""
        return monotonic() < self._lost_until

    def seconds(self) -> float:
        """Return how long to wait."""
        return SHORTEST if self.lost else _allowed.get()

    def in_vain(self) -> None:
        """Note that somebody waited in vain."""
        if not self.lost:  # each window ends, so that a slow answer is waited for again
            self._lost_until = monotonic() + AFTERWARDS


@contextmanager
def waiting(seconds: float) -> Iterator[None]:
    """Allow what takes longer, such as a migration."""
    before = _allowed.set(seconds)
    try:
        yield
    finally:
        _allowed.reset(before)


def bound_sqlite(engine: sa.engine.Engine) -> None:
    """Wait no longer than that for another's lock on the file."""
    patience = Patience()

    def checked_out(connection: Any, record: Any, _proxy: Any) -> None:
        seconds = patience.seconds()
        if record.info.get("waits") != seconds:
            connection.execute(f"PRAGMA busy_timeout={int(1000 * seconds)}")
            record.info["waits"] = seconds

    def failed(context: sa.engine.ExceptionContext) -> None:
        error = context.original_exception
        if isinstance(error, sqlite3.OperationalError) and error.sqlite_errorname.startswith("SQLITE_BUSY"):
            patience.in_vain()

    sa.event.listen(engine, "checkout", checked_out)
    sa.event.listen(engine, "handle_error", failed)


def bound_postgresql() -> None:
    """Wait no longer than that for PostgreSQL, in this whole process: a server that stands still tells nothing."""
    import psycopg2
    from psycopg2.extensions import POLL_OK, POLL_READ, set_wait_callback

    patience = Patience()

    def wait(connection: Any) -> None:
        until = monotonic() + patience.seconds()
        while (state := connection.poll()) != POLL_OK:
            left = max(0.0, until - monotonic())
            reads, writes = ([connection], []) if state == POLL_READ else ([], [connection])
            if not any(select(reads, writes, [], left)):
                patience.in_vain()
                raise psycopg2.OperationalError("the database does not answer")  # and psycopg2 closes the connection

    set_wait_callback(wait)
