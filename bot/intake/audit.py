"""The audit log: who did what to which intake, when and from where; it can only grow, and holds no patient's words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from bot.intake.desk_tables import audit_table


@dataclass(frozen=True)
class Entry:
    """Something that was done; `reference` is the intake's."""

    who: str
    action: str
    reference: str = ""
    address: str = ""
    detail: str = ""


def record(connection: sa.engine.Connection, entry: Entry) -> None:
    """Write an entry in the transaction of what it tells of, so that neither is without the other."""
    row = {**vars(entry), "at": datetime.now(UTC)}
    connection.execute(audit_table.insert().values(**row))


def record_alone(engine: sa.engine.Engine, entry: Entry) -> None:
    """Write an entry by itself."""
    with engine.begin() as connection:
        record(connection, entry)


def entries(
    engine: sa.engine.Engine, who: str = "", reference: str = "", before: int | None = None, limit: int = 100
) -> list[dict[str, Any]]:
    """Return entries, newest first; `before` is the id of the last one seen."""
    table = audit_table
    query = sa.select(table).order_by(table.c.id.desc()).limit(limit)
    if who:
        query = query.where(table.c.who == who)
    if reference:
        query = query.where(table.c.reference == reference)
    if before:
        query = query.where(table.c.id < before)
    with engine.connect() as connection:
        return [dict(row) for row in connection.execute(query).mappings()]
