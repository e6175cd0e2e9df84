"""How long things are kept, and how they are erased: all of a conversation, and a tombstone without content stays."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from bot.intake.audit import Entry, record
from bot.intake.database import conversations_table, empty_log, events_table, intakes_table, keys_table, trackers_table
from bot.intake.desk_tables import (
    audit_table,
    history_table,
    sessions_table,
    staff_messages_table,
    tombstones_table,
    viewers_table,
)
from bot.intake.moments import in_utc
from bot.office import Office

_AT_ONCE = 200  # conversations in one transaction
LONGEST_SILENCE = timedelta(days=14)  # between two traces of people; a longer one may be a clock put forward


@dataclass(frozen=True)
class Purged:
    """How many were erased."""

    talks: int
    intakes: int


def erase_conversation(connection: sa.engine.Connection, conversation_id: str, reason: str) -> None:
    """Erase all that a conversation left with us but its tracker's events; an intake leaves a tombstone."""
    intakes = intakes_table
    row = connection.execute(
        sa.select(intakes.c.id, intakes.c.reference).where(intakes.c.conversation_id == conversation_id)
    ).first()
    messages = staff_messages_table
    connection.execute(messages.delete().where(messages.c.conversation_id == conversation_id))
    if row is None:
        return
    for table in (history_table, viewers_table):
        connection.execute(table.delete().where(table.c.intake_id == row.id))
    connection.execute(intakes.delete().where(intakes.c.id == row.id))
    stone = {"reference": row.reference, "erased": datetime.now(UTC), "reason": reason}
    connection.execute(tombstones_table.insert().values(**stone))


def erase_everything(engine: sa.engine.Engine, conversation_ids: list[str], reason: str) -> None:
    """Erase conversations from every table, and from SQLite's write-ahead log."""
    for start in range(0, len(conversation_ids), _AT_ONCE):
        batch = conversation_ids[start : start + _AT_ONCE]
        with engine.begin() as connection:
            for conversation_id in batch:
                erase_conversation(connection, conversation_id, reason)
            for table in (events_table, trackers_table, keys_table):
                connection.execute(table.delete().where(table.c.conversation_id.in_(batch)))
            connection.execute(conversations_table.delete().where(conversations_table.c.id.in_(batch)))
    empty_log(engine)


def purge(engine: sa.engine.Engine, office: Office, now: datetime | None = None) -> Purged:
    """Erase what is older than the settings allow."""
    moment = now or datetime.now(UTC)
    with engine.connect() as connection:
        talks = list(_old_talks(connection, moment - timedelta(days=office.keep_talks_days)))
        intakes = list(_old_intakes(connection, moment - timedelta(days=office.keep_intakes_days)))
    if talks or intakes:
        erase_everything(engine, talks + intakes, "retention")
    with engine.begin() as connection:
        if talks or intakes:
            record(connection, Entry("", "purged", detail=f"{len(talks)} talks, {len(intakes)} intakes"))
        for table, column in ((sessions_table, "last_seen"), (viewers_table, "seen")):
            connection.execute(table.delete().where(table.c[column] < moment - timedelta(days=1)))
    return Purged(len(talks), len(intakes))


def clock_is_plausible(engine: sa.engine.Engine, now: datetime | None = None) -> bool:
    """Return whether it is not long since someone last wrote or signed in; True in an empty database.

    A clock that was put forward by years would otherwise erase everything, for good.
    """
    moments = (conversations_table.c.created, intakes_table.c.updated, audit_table.c.at)
    with engine.connect() as connection:
        traces = [connection.execute(sa.select(sa.func.max(moment))).scalar() for moment in moments]
    newest = max((in_utc(trace) for trace in traces if trace), default=None)
    return newest is None or (now or datetime.now(UTC)) - newest < LONGEST_SILENCE


def _old_talks(connection: sa.engine.Connection, before: datetime) -> Iterator[str]:
    """Yield the conversations begun before a moment of which nothing was passed on."""
    shared = sa.exists().where(intakes_table.c.conversation_id == conversations_table.c.id)
    query = sa.select(conversations_table.c.id).where(conversations_table.c.created < before, ~shared)
    yield from connection.execute(query).scalars()


def _old_intakes(connection: sa.engine.Connection, before: datetime) -> Iterator[str]:
    query = sa.select(intakes_table.c.conversation_id).where(intakes_table.c.updated < before)
    yield from connection.execute(query).scalars()
