"""Room on SQLite's disk that is kept for erasing, which writes before it frees anything."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import sqlalchemy as sa

from bot.intake.database import ROOM

_FULL = ("SQLITE_FULL", "SQLITE_IOERR")


def keep_room(engine: sa.engine.Engine) -> None:
    """Take up the room in a file of its own, unless that is there, or the disk has none to spare."""
    file = _file(engine)
    if file is None or file.exists():
        return
    try:
        file.write_bytes(os.urandom(ROOM))  # zeros would take up none where files are compressed
    except OSError:
        file.unlink(missing_ok=True)


def erasing(engine: sa.engine.Engine, erase: Callable[[], None]) -> None:
    """Erase, on a full disk by means of the room that was kept.

    Raises:
        SQLAlchemyError: it could not be erased.
    """
    try:
        erase()
    except sa.exc.OperationalError as error:
        file = _file(engine)
        kind = getattr(error.orig, "sqlite_errorname", "")
        if file is None or not kind.startswith(_FULL) or not file.exists():
            raise
        file.unlink()
        erase()
        keep_room(engine)


def _file(engine: sa.engine.Engine) -> Path | None:
    path = engine.url.database
    return Path(f"{path}.room") if engine.dialect.name == "sqlite" and path and path != ":memory:" else None
