"""What staff write to a patient: kept beside the tracker's events, and read with them in the order of time."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from bot.intake.casework import Casework, IntakeMissing, NotAllowed
from bot.intake.database import changing, events_table, intakes_table
from bot.intake.desk_tables import staff_messages_table

LONGEST = 2_000  # characters


def staff_messages(engine: sa.engine.Engine, conversation_id: str, after: int = 0) -> list[dict[str, Any]]:
    """Return what staff wrote after the message with an id: `id`, `at`, `author` ("" for the assistant), `text`."""
    table = staff_messages_table
    query = sa.select(table.c.id, table.c.at, table.c.author, table.c.text).order_by(table.c.id)
    query = query.where(table.c.conversation_id == conversation_id, table.c.id > after)
    with engine.connect() as connection:
        return [dict(row) for row in connection.execute(query).mappings()]


def write_to_patient(
    engine: sa.engine.Engine, casework: Casework, intake_id: int, author: str, text: str, joined: str
) -> None:
    """Send a message; with the first one the talk is with staff, and the patient is told so with `joined`.

    Raises:
        IntakeMissing: there is no such intake. NotAllowed: the text is empty or too long, or there is no chat.
    """
    text = text.strip()
    if not text or len(text) > LONGEST:
        raise NotAllowed(f"write a message of at most {LONGEST:,} characters")
    with changing(engine) as connection:
        row = _of_chat(connection, intake_id)
        if row["handoff"] != "staff":
            casework.set_handoff(connection, row, "staff")
            _say(connection, row["conversation_id"], "", joined)
        _say(connection, row["conversation_id"], author, text)


def hand_back(engine: sa.engine.Engine, casework: Casework, intake_id: int, left: str) -> None:
    """Give the talk back to the assistant, which the patient is told with `left`; raises IntakeMissing, NotAllowed."""
    with changing(engine) as connection:
        row = _of_chat(connection, intake_id)
        if not row["handoff"]:
            return
        with_staff = row["handoff"] == "staff"
        casework.set_handoff(connection, row, "")
        if with_staff:
            _say(connection, row["conversation_id"], "", left)


def lengths(engine: sa.engine.Engine, conversation_ids: Iterable[str]) -> dict[str, int]:
    """Return for each conversation how many events and messages of staff it has: a growing number tells of news."""
    ids, found = list(conversation_ids), dict.fromkeys(conversation_ids, 0)
    with engine.connect() as connection:
        for table in (events_table, staff_messages_table):
            column = table.c.conversation_id
            query = sa.select(column, sa.func.count()).where(column.in_(ids)).group_by(column)
            for conversation_id, count in connection.execute(query):
                found[conversation_id] += count
    return found


def _of_chat(connection: sa.engine.Connection, intake_id: int) -> dict[str, Any]:
    query = sa.select(intakes_table).where(intakes_table.c.id == intake_id).with_for_update()
    row = connection.execute(query).mappings().first()
    if row is None:
        raise IntakeMissing
    if row["channel"] != "chat":
        raise NotAllowed("there is no chat with this caller")
    return dict(row)


def _say(connection: sa.engine.Connection, conversation_id: str, author: str, text: str) -> None:
    row = {"conversation_id": conversation_id, "at": time.time(), "author": author, "text": text}
    connection.execute(staff_messages_table.insert().values(**row))


