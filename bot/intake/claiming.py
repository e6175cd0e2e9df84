"""One worker alone on a database, or several that share Redis: without its lock two would mix up turns."""

from __future__ import annotations

import fcntl
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import sqlalchemy as sa

from bot.intake.database import DatabaseUnusable

LONGEST_WAIT = 12.0  # seconds, in which a worker that was told to stop ends its open turns
_BETWEEN_TRIES = 0.2  # seconds
_KEY = 5_113_208  # of PostgreSQL's advisory locks


class DatabaseTaken(DatabaseUnusable):
    """Another worker serves from this database, and the two do not share Redis."""


@contextmanager
def claimed(engine: sa.engine.Engine, shared: bool) -> Iterator[None]:
    """Hold a database while serving from it: alone, or `shared` with other workers that share Redis.

    The system gives the claim up by itself when the process ends, in whatever way.

    Raises:
        DatabaseTaken: others hold it, and still do after LONGEST_WAIT.
        DatabaseUnusable: it cannot be reached.
    """
    claim = _claim_of_server if engine.dialect.name == "postgresql" else _claim_of_file
    with ExitStack() as held:
        try:
            _hold(held.enter_context(claim(engine, shared)))
        except (sa.exc.SQLAlchemyError, OSError) as error:
            kind = f"{engine.dialect.name} database"
            raise DatabaseUnusable(f"DATABASE_URL: the {kind} cannot be reached ({type(error).__name__})") from None
        yield


def _hold(try_to_hold: Callable[[], bool]) -> None:
    ends = time.monotonic() + LONGEST_WAIT
    while not try_to_hold():
        if time.monotonic() > ends:
            reason = "another worker serves from this database, and without Redis there may be only one"
            raise DatabaseTaken(f"{reason}; stop it, or start all workers with the same REDIS_URL")
        time.sleep(_BETWEEN_TRIES)


@contextmanager
def _claim_of_server(engine: sa.engine.Engine, shared: bool) -> Iterator[Callable[[], bool]]:
    function = "pg_try_advisory_lock_shared" if shared else "pg_try_advisory_lock"
    query = sa.text(f"SELECT {function}(:key)")
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        try:
            yield lambda: bool(connection.execute(query, {"key": _KEY}).scalar())
        finally:
            connection.invalidate()  # closed instead of pooled, which ends the claim


@contextmanager
def _claim_of_file(engine: sa.engine.Engine, shared: bool) -> Iterator[Callable[[], bool]]:
    with open(f"{engine.url.database}.worker", "w") as file:

        def try_to_hold() -> bool:
            try:
                fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            return True

        yield try_to_hold
