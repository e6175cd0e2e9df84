"""A picture of a week: how many, of what kind, how far; counted by the database."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from bot.intake.database import conversations_table, events_table, intakes_table
from bot.intake.desk_tables import history_table
from bot.intake.moments import in_utc

DAYS = 7
MOST_QUESTIONS = 200  # that could not be answered
_NOT_ANSWERED = ("nlu_fallback", "out_of_scope")


@dataclass(frozen=True)
class Week:
    """Counts of seven days; `days` are intakes by day, `stopped` unfinished talks by the question they stopped at."""

    first: date
    days: Mapping[date, int]
    outcomes: Mapping[str, int]
    sites: Mapping[str, int]
    reasons: Mapping[str, int]
    talks: int
    finished: int  # talks that came to a verdict
    passed_on: int  # talks that reached the front desk
    stopped: Mapping[str, int]
    confirmed: int
    overridden: int
    changes: Mapping[tuple[str, str], int]  # overrides: from, to


def week(engine: sa.engine.Engine, first: date, zone: ZoneInfo) -> Week:
    """Return the counts of the seven days that begin with `first`, by the clinic's clock."""
    begin, end = (in_utc(datetime.combine(first + timedelta(days=n), time.min, zone)) for n in (0, DAYS))
    intakes, talks, history = intakes_table.c, conversations_table.c, history_table.c
    in_week, of_talks = intakes.created.between(begin, end), talks.created.between(begin, end)
    with engine.connect() as connection:
        moments = connection.execute(sa.select(intakes.created).where(in_week)).scalars()
        days = Counter(in_utc(moment).astimezone(zone).date() for moment in moments)
        columns = (intakes.outcome, intakes.site, intakes.reason)
        outcomes, sites, reasons = (_by(connection, column, in_week) for column in columns)
        ended = _by(connection, talks.outcome, of_talks)
        stopped = _by(connection, talks.stage, of_talks & (talks.outcome == ""))
        in_chat = sa.select(sa.func.count()).where(in_week, intakes.channel == "chat")
        passed_on = connection.execute(in_chat).scalar_one()
        decided = (history.at.between(begin, end)) & history.kind.in_(("confirmed", "overridden"))
        kinds = _by(connection, history.kind, decided)
        pairs = sa.select(history.old, history.new, sa.func.count()).where(decided, history.kind == "overridden")
        changes = {(a, b): n for a, b, n in connection.execute(pairs.group_by(history.old, history.new))}
    talked = sum(ended.values())
    return Week(
        first=first, days={first + timedelta(days=n): days[first + timedelta(days=n)] for n in range(DAYS)},
        outcomes=outcomes, sites=sites, reasons=reasons, talks=talked, finished=talked - ended.get("", 0),
        passed_on=passed_on, stopped=stopped, confirmed=kinds.get("confirmed", 0),
        overridden=kinds.get("overridden", 0), changes=changes,
    )  # fmt: skip


def not_answered(engine: sa.engine.Engine, first: date, zone: ZoneInfo) -> list[str]:
    """Return what patients asked in shared talks of the week that the assistant had no answer to, each once."""
    begin, end = (in_utc(datetime.combine(first + timedelta(days=n), time.min, zone)) for n in (0, DAYS))
    shared = sa.select(intakes_table.c.conversation_id).where(intakes_table.c.created.between(begin, end))
    table = events_table
    query = sa.select(table.c.data).where(table.c.conversation_id.in_(shared), table.c.data.like('{"event": "user"%'))
    query = query.where(sa.or_(*(table.c.data.contains(f'"name": "{name}"') for name in _NOT_ANSWERED)))
    with engine.connect() as connection:
        events = [json.loads(data) for data in connection.execute(query.order_by(table.c.id)).scalars()]
    return list(dict.fromkeys(_texts(events)))[:MOST_QUESTIONS]


def _texts(events: list[dict[str, Any]]) -> Iterator[str]:
    for event in events:
        intent = (event.get("parse_data") or {}).get("intent") or {}
        findings = {e.get("entity") for e in (event.get("parse_data") or {}).get("entities", ())}
        text = " ".join((event.get("text") or "").split())
        answered = findings - {"site_options", "cue", "topic"}
        if intent.get("name") in _NOT_ANSWERED and not answered and len(text) > 3:
            yield text


def _by(connection: sa.engine.Connection, column: Any, where: Any) -> dict[str, int]:
    query = sa.select(column, sa.func.count()).where(where).group_by(column).order_by(sa.func.count().desc(), column)
    return dict(connection.execute(query).fetchall())
