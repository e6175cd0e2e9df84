"""Intakes out of the house: CSV with a row per intake, or JSON; both come piece by piece, whatever their number."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.intake.database import intakes_table
from bot.intake.moments import in_utc

COLUMNS = (
    "reference", "created", "channel", "state", "outcome", "decided_outcome", "reason", "rule", "ruleset",
    "technique", "minor", "indications", "red_flags", "contact_name", "contact_phone", "pain_site", "referred_pain",
    "safety_question", "age", "needle_phobia", "precautions", "precaution_ids", "guardian_consent", "child_consent",
    "child_understands", "tolerance", "words", "corrections", "consent_version", "taken_by", "updated",
)  # fmt: skip
_INNER = ("id", "content", "conversation_id", "name_folded", "phone_digits", "urgency", "version", "unread", "site")
_AT_ONCE = 200  # rows read from the database at a time
# A spreadsheet takes a cell that begins so for a formula (OWASP, CSV injection); where the list separator is ";", as
# in much of Europe, it begins cells after each one and after each new line, whatever is quoted.
_FORMULA = re.compile(r'(?:\A|[;\t\r\n])[\s"]*(?=[=+\-@＝＋－＠])')


def rows(engine: sa.engine.Engine, since: datetime | None = None) -> Iterator[dict[str, Any]]:
    """Yield the intakes from a moment on, oldest first, each with its content; read page by page, never all at once."""
    table, last = intakes_table, 0
    while True:
        query = sa.select(table).where(table.c.id > last).order_by(table.c.id).limit(_AT_ONCE)
        if since:
            query = query.where(table.c.created >= in_utc(since))
        with engine.connect() as connection:
            found = [dict(row) for row in connection.execute(query).mappings()]
        for row in found:
            yield row | json.loads(row["content"])
        if len(found) < _AT_ONCE:
            return
        last = found[-1]["id"]


def as_csv(engine: sa.engine.Engine, since: datetime | None = None) -> Iterator[str]:
    """Yield CSV (RFC 4180) with a header; no cell can be taken for a formula."""
    yield _line(COLUMNS)
    for row in rows(engine, since):
        yield _line([_safe(value) for value in _flat(row)])


def as_json(engine: sa.engine.Engine, since: datetime | None = None) -> Iterator[str]:
    """Yield one JSON array of intakes."""
    mark = "[\n"
    for row in rows(engine, since):
        yield mark + json.dumps(_whole(row), ensure_ascii=False)
        mark = ",\n"
    yield "[]\n" if mark == "[\n" else "\n]\n"


def _whole(row: Mapping[str, Any]) -> dict[str, Any]:
    whole = {key: value for key, value in row.items() if key not in _INNER}
    return whole | {key: in_utc(row[key]).isoformat() for key in ("created", "updated")}


def _flat(row: Mapping[str, Any]) -> list[Any]:
    verdict, answers = row["verdict"], row["answers"]
    values = {**answers, **verdict, **{k: v for k, v in row.items() if k not in ("verdict", "answers")}}
    values |= {
        "safety_question": answers.get("red_flags"),
        "red_flags": verdict.get("red_flags"),
        "words": "; ".join(f"{key}: {words}" for key, words in row["said"].items()),
        "corrections": "; ".join(f"{c['fact']}: {c['old']} -> {c['new']}" for c in row["corrections"]),
        "consent_version": row.get("consent", {}).get("version"),
        "created": in_utc(row["created"]).isoformat(),
        "updated": in_utc(row["updated"]).isoformat(),
    }
    return [values.get(column) for column in COLUMNS]


def _safe(value: Any) -> str:
    if isinstance(value, list | tuple):
        value = " ".join(map(str, value))
    return _FORMULA.sub(r"\g<0>'", "" if value is None else str(value).strip())


def _line(cells: Any) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, quoting=csv.QUOTE_ALL).writerow(cells)
    return buffer.getvalue()
