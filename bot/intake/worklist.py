"""The worklist: which intakes, in which order; one query for the rows of a page, one for the counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from bot.intake.database import intakes_table
from bot.intake.desk_tables import tombstones_table
from bot.intake.moments import in_utc

PAGE = 50  # rows
OPEN = ("new", "taken", "called")
STATES = (*OPEN, "booked", "referred", "closed")
FEWEST_DIGITS = 3  # of a phone number that is searched for


@dataclass(frozen=True)
class Filters:
    """What to list; an empty field lists all. `state` may also be "open", "unread", "mine" or "all"."""

    state: str = "open"
    outcome: str = ""
    since: date | None = None
    until: date | None = None
    search: str = ""
    page: int = 1


def worklist(
    engine: sa.engine.Engine, filters: Filters, staff_name: str, zone: ZoneInfo
) -> tuple[list[dict[str, Any]], int]:
    """Return the rows of a page, most urgent first, then oldest, and how many there are in all."""
    table = intakes_table
    conditions = list(_conditions(filters, staff_name, zone))
    columns = [c for c in table.c if c.name not in ("name_folded", "phone_digits")]
    query = sa.select(*columns).where(*conditions).order_by(table.c.urgency, table.c.created, table.c.id)
    query = query.limit(PAGE).offset((filters.page - 1) * PAGE)
    if filters.state == "closed" or filters.search:
        query = query.order_by(None).order_by(table.c.updated.desc())  # what is done with is looked up by when
    with engine.connect() as connection:
        total = connection.execute(sa.select(sa.func.count()).select_from(table).where(*conditions)).scalar_one()
        return [dict(row) for row in connection.execute(query).mappings()], total


def counts(engine: sa.engine.Engine, staff_name: str) -> dict[str, int]:
    """Return how many intakes are open, unread, mine, and in each state."""
    table = intakes_table
    one = sa.literal(1)
    columns = [sa.func.count(sa.case((table.c.state == state, one))).label(state) for state in STATES]
    is_open = table.c.state.in_(OPEN)
    columns += [
        sa.func.count(sa.case((is_open, one))).label("open"),
        sa.func.count(sa.case((is_open & table.c.unread, one))).label("unread"),
        sa.func.count(sa.case((is_open & (table.c.taken_by == staff_name), one))).label("mine"),
        sa.func.count(sa.case((table.c.handoff == "waiting", one))).label("waiting"),
    ]
    with engine.connect() as connection:
        return dict(connection.execute(sa.select(*columns)).mappings().one())


def newest_change(engine: sa.engine.Engine) -> str:
    """Return a text that differs when any intake was added, changed or erased."""
    table = intakes_table
    query = sa.select(sa.func.count(), sa.func.max(table.c.updated), sa.func.sum(table.c.version))
    with engine.connect() as connection:
        return " ".join(map(str, connection.execute(query).one()))


def standing(engine: sa.engine.Engine, intake_id: int) -> tuple[int, str]:
    """Return an intake's version and the id of its conversation; (0, "") where it is no more."""
    table = intakes_table
    query = sa.select(table.c.version, table.c.conversation_id).where(table.c.id == intake_id)
    with engine.connect() as connection:
        row = connection.execute(query).first()
    return (row.version, row.conversation_id) if row else (0, "")


def erased(engine: sa.engine.Engine, reference: str) -> dict[str, Any] | None:
    """Return the tombstone of a reference, or None."""
    query = sa.select(tombstones_table).where(tombstones_table.c.reference == reference.strip().upper())
    with engine.connect() as connection:
        row = connection.execute(query).mappings().first()
    return dict(row) if row else None


def _conditions(filters: Filters, staff_name: str, zone: ZoneInfo) -> list[Any]:
    table = intakes_table
    special = {
        "open": table.c.state.in_(OPEN),
        "unread": table.c.state.in_(OPEN) & table.c.unread,
        "mine": table.c.state.in_(OPEN) & (table.c.taken_by == staff_name),
        "all": sa.true(),
    }
    found = [special.get(filters.state, table.c.state == filters.state)]
    if filters.outcome:
        found.append(sa.func.coalesce(sa.func.nullif(table.c.decided_outcome, ""), table.c.outcome) == filters.outcome)
    if filters.since:
        found.append(table.c.created >= _begins(filters.since, zone))
    if filters.until:
        found.append(table.c.created < _begins(filters.until + timedelta(days=1), zone))
    if filters.search.strip():
        found.append(_matches(filters.search.strip()))
    return found


def _begins(day: date, zone: ZoneInfo) -> datetime:
    """Return the moment at which a day begins at the clinic, in UTC as SQLite compares it."""
    return in_utc(datetime.combine(day, time.min, zone))


def _matches(text: str) -> Any:
    table = intakes_table
    conditions = [
        table.c.name_folded.contains(text.casefold(), autoescape=True),
        table.c.reference.startswith(text.upper().replace(" ", "-"), autoescape=True),
    ]
    digits = "".join(c for c in text if c.isdigit())
    if len(digits) >= FEWEST_DIGITS:
        conditions.append(table.c.phone_digits.contains(digits, autoescape=True))
    return sa.or_(*conditions)
