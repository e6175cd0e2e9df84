"""Real faults of databases and of Redis, each gone again when its block ends."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import sqlalchemy as sa
from redis import Redis


@contextmanager
def locked(file: Path) -> Iterator[None]:
    """Hold SQLite's lock for writing, as another program might."""
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


@contextmanager
def full(file: Path) -> Iterator[None]:
    """Let no file of this process grow beyond the database's log: for SQLite, a disk without room."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    room = file.with_name(f"{file.name}-wal").stat().st_size
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@contextmanager
def damaged(file: Path) -> Iterator[None]:
    """Put another file in the database's place, which holds none."""
    kept = file.parent.with_name("kept")
    file.parent.rename(kept)  # with its log, from which SQLite would mend it
    file.parent.mkdir()
    file.write_bytes(b"no database " * 1_000)
    try:
        yield
    finally:
        shutil.rmtree(file.parent)
        kept.rename(file.parent)


@contextmanager
def stopped_postgresql(url: str) -> Iterator[None]:
    """Let every process of a PostgreSQL stand still: it takes connections, and answers nothing."""
    with sa.create_engine(url, poolclass=sa.pool.NullPool).connect() as connection:
        server = _parent(int(connection.execute(sa.text("SELECT pg_backend_pid()")).scalar_one()))
    with _standing_still([server, *(pid for pid in _pids() if _parent(pid) == server)]):
        yield


@contextmanager
def stopped_redis(url: str) -> Iterator[None]:
    """Let a Redis stand still."""
    with Redis.from_url(url) as redis:
        pid = int(redis.info("server")["process_id"])
    with _standing_still([pid]):
        yield


@contextmanager
def _standing_still(pids: list[int]) -> Iterator[None]:
    _tell(pids, signal.SIGSTOP)
    try:
        yield
    finally:
        _tell(pids, signal.SIGCONT)


def _tell(pids: list[int], number: signal.Signals) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):  # a helper of PostgreSQL's that was about to end
            os.kill(pid, number)


def _pids() -> list[int]:
    return [int(path.name) for path in Path("/proc").glob("[0-9]*")]


def _parent(pid: int) -> int:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0  # it ended meanwhile
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("PPid:"))
