"""The database's tables and how it is opened: SQLite by default, PostgreSQL by its address."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from shutil import disk_usage
from typing import Any

import sqlalchemy as sa

from bot.intake.migrating import bring_up_to_date
from bot.intake.patience import LONGEST, bound_postgresql, bound_sqlite

metadata = sa.MetaData()

intakes_table = sa.Table(
    "intakes",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("reference", sa.String(16), nullable=False, unique=True),
    sa.Column("conversation_id", sa.String(64), nullable=False, unique=True),
    sa.Column("contact_name", sa.String(80), nullable=False),
    sa.Column("contact_phone", sa.String(80), nullable=False),
    sa.Column("content", sa.Text, nullable=False),
    sa.Column("created", sa.DateTime(timezone=True), nullable=False),
    # What the worklist sorts, filters and searches by; the rest is in `content`.
    sa.Column("channel", sa.String(8), nullable=False, server_default="chat"),  # chat or phone
    sa.Column("outcome", sa.String(20), nullable=False, server_default=""),
    sa.Column("reason", sa.String(20), nullable=False, server_default=""),
    sa.Column("site", sa.String(40), nullable=False, server_default=""),
    sa.Column("name_folded", sa.String(80), nullable=False, server_default=""),
    sa.Column("phone_digits", sa.String(80), nullable=False, server_default=""),
    # The front desk's work on it.
    sa.Column("urgency", sa.Integer, nullable=False, server_default="9"),  # 0 comes first
    sa.Column("state", sa.String(12), nullable=False, server_default="new"),
    sa.Column("unread", sa.Boolean, nullable=False, server_default=sa.true()),
    sa.Column("decided_outcome", sa.String(20), nullable=False, server_default=""),  # "" where staff did not decide
    sa.Column("taken_by", sa.String(80), nullable=False, server_default=""),
    sa.Column("handoff", sa.String(8), nullable=False, server_default=""),  # waiting, staff, callback
    sa.Column("version", sa.Integer, nullable=False, server_default="1"),  # grows with every change
    sa.Column("updated", sa.DateTime(timezone=True), nullable=False),
    sa.Index("ix_intakes_worklist", "urgency", "created"),
    sa.Index("ix_intakes_created", "created"),
    sa.Index("ix_intakes_updated", "updated"),
)

conversations_table = sa.Table(
    "conversations",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("token_hash", sa.String(64), nullable=False),
    sa.Column("created", sa.DateTime(timezone=True), nullable=False),
    sa.Column("stage", sa.String(32), nullable=False, server_default=""),  # id of the last question asked
    sa.Column("outcome", sa.String(20), nullable=False, server_default=""),  # of the last verdict told
    # The last turn; none where a worker of an earlier version wrote the row.
    sa.Column("updated", sa.DateTime(timezone=True), default=lambda: datetime.now(UTC)),
    sa.Index("ix_conversations_created", "created"),
)

events_table = sa.Table(
    "events",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("conversation_id", sa.String(64), nullable=False, index=True),
    sa.Column("data", sa.Text, nullable=False),
)

# What a conversation's next turn starts from, so that a long one costs no more than a short one.
trackers_table = sa.Table(
    "trackers",
    metadata,
    sa.Column("conversation_id", sa.String(64), primary_key=True),
    sa.Column("stored", sa.Integer, nullable=False),  # events stored so far; a turn that began before loses
    sa.Column("data", sa.Text, nullable=False),
)

# The keys of messages, so that two workers cannot both take in the same message.
keys_table = sa.Table(
    "idempotency_keys",
    metadata,
    sa.Column("conversation_id", sa.String(64), primary_key=True),
    sa.Column("key", sa.String(64), primary_key=True),
)


ROOM = 8 * 1024 * 1024  # bytes on SQLite's disk: for its log, and the turns that are under way


class DatabaseUnusable(RuntimeError):
    """The database at DATABASE_URL cannot be opened."""


@cache
def open_database(url: str) -> sa.engine.Engine:
    """Return the engine for a database address, with its tables up to date.

    Raises:
        DatabaseUnusable: the database cannot be reached, or its folder cannot be made.
    """
    try:
        engine = engine_at(url)
        bring_up_to_date(engine)
    except (sa.exc.SQLAlchemyError, OSError) as error:
        raise _unusable(url, error) from None
    return engine


@cache
def engine_at(url: str) -> sa.engine.Engine:
    """Return the engine for a database address, without a look at the database.

    Raises:
        DatabaseUnusable: SQLite's folder cannot be made.
    """
    sqlite = url.startswith("sqlite")
    if sqlite and ":memory:" not in url:
        try:
            Path(url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise _unusable(url, error) from None
    # Kept open: SQLite's last connection to close writes the whole log back, which was a third of a turn.
    kept = {"poolclass": sa.pool.QueuePool, "connect_args": {"check_same_thread": False}} if sqlite else {}
    # The parameters are patients' words: in no error and no log.
    engine = sa.create_engine(
        url, future=True, hide_parameters=True, pool_pre_ping=not sqlite, pool_timeout=LONGEST, **kept
    )
    if sqlite:
        _make_file_once(engine)
        sa.event.listen(engine, "connect", _tune_sqlite)
        sa.event.listen(engine, "checkout", _check_file)
        bound_sqlite(engine)
    else:
        bound_postgresql()
    return engine


def _unusable(url: str, error: Exception) -> DatabaseUnusable:
    kind, reason = url.split(":", 1)[0], type(error).__name__  # the error itself may tell the password
    return DatabaseUnusable(f"DATABASE_URL: the {kind} database cannot be opened ({reason})")


@contextmanager
def changing(engine: sa.engine.Engine) -> Iterator[sa.engine.Connection]:
    """Begin a transaction that writes by what it reads.

    PostgreSQL locks the rows that are read for it. SQLite locks no rows, and lets nobody else write from here on.
    """
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        yield connection


def hold_off_turns(connection: sa.engine.Connection, conversation_ids: Sequence[str]) -> None:
    """Hold off the turns of conversations until the transaction ends; each begins with its conversation's row.

    A first turn has no other row that could be locked.
    """
    column = conversations_table.c.id
    connection.execute(sa.select(column).where(column.in_(conversation_ids)).order_by(column).with_for_update())


def empty_log(engine: sa.engine.Engine) -> None:
    """Empty SQLite's write-ahead log, where erased words would stay until it is written over."""
    if engine.dialect.name == "sqlite":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


def check_room(engine: sa.engine.Engine) -> None:
    """Raise what a full disk raises where one of SQLite is nearly so: a row still finds room when a turn does not."""
    if engine.dialect.name == "sqlite" and (file := engine.url.database) and disk_usage(Path(file).parent).free < ROOM:
        fault = sqlite3.OperationalError("the disk is full")
        fault.sqlite_errorname = "SQLITE_FULL"
        raise sa.exc.OperationalError("", {}, fault)


def _make_file_once(engine: sa.engine.Engine) -> None:
    """Let SQLite make its file at the first start only: an empty one would write over the log of one taken away."""
    path, opened = Path(engine.url.database or ":memory:"), False

    def before(_dialect: Any, _record: Any, arguments: list[Any], options: dict[str, Any]) -> None:
        if path.name != ":memory:" and (opened or path.with_name(f"{path.name}-wal").exists()):
            arguments[0], options["uri"] = f"{path.absolute().as_uri()}?mode=rw", True

    def after(_connection: Any, _record: Any) -> None:
        nonlocal opened
        opened = True

    sa.event.listen(engine, "do_connect", before)
    sa.event.listen(engine, "connect", after)


def _tune_sqlite(connection: Any, record: Any) -> None:
    """Write-ahead logging, so that readers and the writer do not wait for one another; on the disk with each commit."""
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
    record.info["path"] = connection.execute("PRAGMA database_list").fetchone()[2]
    record.info["file"] = _file(record)


def _check_file(_connection: Any, record: Any, _proxy: Any) -> None:
    """Open anew where the file was taken away or another put in its place: an open one would still be written to."""
    if record.info["file"] != _file(record):
        raise sa.exc.DisconnectionError("the database's file is another one")


def _file(record: Any) -> tuple[int, int] | None:
    try:
        status = os.stat(record.info["path"])
    except FileNotFoundError:
        return None
    return status.st_dev, status.st_ino
