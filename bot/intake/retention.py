"""How long things are kept, and how they are erased: all of a conversation, and a tombstone without content stays."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from bot.intake.audit import Entry, record
from bot.intake.database import (
    changing,
    conversations_table,
    empty_log,
    events_table,
    hold_off_turns,
    intakes_table,
    keys_table,
    trackers_table,
)
from bot.intake.desk_tables import (
    audit_table,
    history_table,
    sessions_table,
    staff_messages_table,
    tombstones_table,
    viewers_table,
)
from bot.intake.moments import in_utc
from bot.intake.reserve import erasing
from bot.office import Office

_AT_ONCE = 200  # conversations in one transaction
_LAST_TURN = sa.func.coalesce(conversations_table.c.updated, conversations_table.c.created)
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


def erase_everything(engine: sa.engine.Engine, conversation_ids: Sequence[str], reason: str) -> None:
    """Erase conversations from every table, and from SQLite's write-ahead log, also where the disk is full."""

    def erase() -> None:
        for batch in _batches(conversation_ids):
            with changing(engine) as connection:
                _hold(connection, batch)
                _erase(connection, batch, reason)
        empty_log(engine)

    erasing(engine, erase)


def purge(engine: sa.engine.Engine, office: Office, now: datetime | None = None) -> Purged:
    """Erase what is older than the settings allow; what somebody writes to meanwhile stays."""
    moment = now or datetime.now(UTC)
    talks = _erase_old(engine, _old_talks(moment - timedelta(days=office.keep_talks_days)))
    talks += _erase_old(engine, _left_behind())
    intakes = _erase_old(engine, _old_intakes(moment - timedelta(days=office.keep_intakes_days)))
    with engine.begin() as connection:
        if talks or intakes:
            record(connection, Entry("", "purged", detail=f"{talks} talks, {intakes} intakes"))
        for table, column in ((sessions_table, "last_seen"), (viewers_table, "seen")):
            connection.execute(table.delete().where(table.c[column] < moment - timedelta(days=1)))
    return Purged(talks, intakes)


def clock_is_plausible(engine: sa.engine.Engine, now: datetime | None = None) -> bool:
    """Return whether it is not long since someone last wrote or signed in; True in an empty database.

    A clock that was put forward by years would otherwise erase everything, for good.
    """
    moments = (conversations_table.c.created, conversations_table.c.updated, intakes_table.c.updated, audit_table.c.at)
    with engine.connect() as connection:
        traces = [connection.execute(sa.select(sa.func.max(moment))).scalar() for moment in moments]
    newest = max((in_utc(trace) for trace in traces if trace), default=None)
    return newest is None or (now or datetime.now(UTC)) - newest < LONGEST_SILENCE


def _erase_old(engine: sa.engine.Engine, old: Any) -> int:
    """Erase what a query finds, where it still finds it once nobody else can write there; return how many."""
    (column,) = old.selected_columns
    with engine.connect() as connection:
        found = list(connection.execute(old).scalars())
    erased = 0
    for batch in _batches(found):
        with changing(engine) as connection:
            _hold(connection, batch)
            still = list(connection.execute(old.where(column.in_(batch))).scalars())
            _erase(connection, still, "retention")
        erased += len(still)
    if erased:
        empty_log(engine)
    return erased


def _hold(connection: sa.engine.Connection, batch: Sequence[str]) -> None:
    """Hold off the turns of conversations, and the work on their intakes, in the order in which turns do."""
    hold_off_turns(connection, batch)
    column = intakes_table.c.conversation_id
    connection.execute(sa.select(column).where(column.in_(batch)).order_by(column).with_for_update())


def _erase(connection: sa.engine.Connection, batch: Sequence[str], reason: str) -> None:
    for conversation_id in batch:
        erase_conversation(connection, conversation_id, reason)
    # The tracker first: a turn writes it before its events, and so waits for us or we for it.
    for table in (trackers_table, events_table, keys_table):
        connection.execute(table.delete().where(table.c.conversation_id.in_(batch)))
    connection.execute(conversations_table.delete().where(conversations_table.c.id.in_(batch)))


def _batches(conversation_ids: Sequence[str]) -> Iterator[Sequence[str]]:
    return (conversation_ids[start : start + _AT_ONCE] for start in range(0, len(conversation_ids), _AT_ONCE))


def _old_talks(before: datetime) -> Any:
    """Return the query for conversations without a turn since a moment of which nothing was passed on."""
    shared = sa.exists().where(intakes_table.c.conversation_id == conversations_table.c.id)
    return sa.select(conversations_table.c.id).where(before > _LAST_TURN, ~shared)


def _old_intakes(before: datetime) -> Any:
    """Return the query for the conversations of intakes without a change and without a turn since a moment."""
    table = intakes_table
    goes_on = sa.exists().where(conversations_table.c.id == table.c.conversation_id, before <= _LAST_TURN)
    return sa.select(table.c.conversation_id).where(table.c.updated < before, ~goes_on)


def _left_behind() -> Any:
    """Return the query for what a turn stored after its conversation was erased, and then could not take back."""
    column = trackers_table.c.conversation_id
    known = [sa.exists().where(one == column) for one in (conversations_table.c.id, intakes_table.c.conversation_id)]
    return sa.select(column).where(*(~row for row in known))
