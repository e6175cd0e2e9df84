"""Copies SQLite's database while it is written to, and puts a copy in place; PostgreSQL has programs for that."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

KEPT = 14  # copies: a clock put forward makes none of them too old
_NAME = "needlepoint-{:%Y%m%dT%H%M%SZ}.db"
_BESIDE = ("", "-wal", "-shm")  # a log that is left there would be put over what is restored


class BackupFailed(RuntimeError):
    """Nothing was copied, or what was is not whole; the message says why."""


def back_up(engine: sa.engine.Engine, folder: Path, now: datetime | None = None) -> Path:
    """Copy the database as it is at one moment, keep the newest KEPT copies, and return the file.

    Raises:
        BackupFailed: it is no SQLite, the folder cannot be written to, or the copy is not whole.
    """
    file = folder / _NAME.format(now or datetime.now(UTC))
    with _told():
        _copy(_file(engine), file)
        for old in sorted(set(folder.glob("needlepoint-*.db")) - {file})[: -(KEPT - 1)]:
            old.unlink()
    return file


def restore(file: Path, engine: sa.engine.Engine) -> None:
    """Put a copy where the database belongs, and where none is.

    Raises:
        BackupFailed: there is a database already, or the copy cannot be read or is not whole.
    """
    place = _file(engine)
    if there := [name for end in _BESIDE if (name := place.with_name(place.name + end)).exists()]:
        raise BackupFailed(f"{there[0]} is there already; stop the server and move it away first")
    with _told():
        _copy(file, place)


def _file(engine: sa.engine.Engine) -> Path:
    if engine.dialect.name != "sqlite":
        raise BackupFailed("this is for SQLite; for PostgreSQL there is deploy/backup.sh")
    return Path(engine.url.database or "")


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise BackupFailed(f"{error.filename}: {error.strerror}") from None
    except sqlite3.Error as error:
        raise BackupFailed(f"the database cannot be copied ({type(error).__name__})") from None


def _copy(source: Path, target: Path) -> None:
    """Copy under another name, look whether it is whole, then give it its name: what has it is whole."""
    part = target.with_name(f"{target.name}.part")
    part.unlink(missing_ok=True)
    os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))  # health data
    with (
        closing(sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True)) as one,
        closing(sqlite3.connect(part)) as other,
    ):
        one.backup(other)  # in one step, which sees one moment and keeps nobody from writing
        other.execute("PRAGMA journal_mode=DELETE")  # all in this one file
        if other.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
            raise BackupFailed(f"{source} is damaged; nothing was copied")
    part.replace(target)
