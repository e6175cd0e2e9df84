"""Brings a database up to date: the steps are in migrations/versions, and Alembic takes them."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from bot.intake.patience import waiting

FOLDER = Path(__file__).with_name("migrations")
FIRST = "0001"
_LONGEST = 600.0  # seconds, for the steps, and for another process to take them
_LOCK = 5_113_207  # of PostgreSQL, for those who start at the same time


def bring_up_to_date(engine: sa.engine.Engine) -> None:
    """Take the steps that the database lacks; several processes may try at once."""
    newest = max(file.name[:4] for file in (FOLDER / "versions").glob("[0-9]*.py"))
    if _version(engine) == newest:
        return
    with waiting(_LONGEST), _alone(engine), engine.connect() as connection:
        _upgrade(connection)


def _upgrade(connection: sa.engine.Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["connection"] = connection
    tables = sa.inspect(connection).get_table_names()
    if "alembic_version" not in tables and "intakes" in tables:
        command.stamp(config, FIRST)  # made before there were steps
    command.upgrade(config, "head")


def _version(engine: sa.engine.Engine) -> str | None:
    with engine.connect() as connection:
        if "alembic_version" not in sa.inspect(connection).get_table_names():
            return None
        version: str | None = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()
    return version


@contextmanager
def _alone(engine: sa.engine.Engine) -> Iterator[None]:
    """Hold a lock that other processes on the same database wait for."""
    if engine.dialect.name == "postgresql":
        with engine.connect() as connection:
            connection.execute(sa.text("SELECT pg_advisory_lock(:key)"), {"key": _LOCK})
            try:
                yield
            finally:
                connection.execute(sa.text("SELECT pg_advisory_unlock(:key)"), {"key": _LOCK})
    elif engine.url.database in (None, "", ":memory:"):
        yield
    else:
        with open(f"{engine.url.database}.lock", "w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
