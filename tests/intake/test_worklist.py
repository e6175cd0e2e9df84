"""The worklist: order, filters, search, and how many queries a page costs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from bot.intake.casework import Casework
from bot.intake.worklist import PAGE, Filters, counts, worklist
from tests.intake.examples import INTAKE, add

ZONE = ZoneInfo("America/New_York")


def references(engine: sa.engine.Engine, filters: Filters) -> list[str]:
    """Return the codes that a page lists."""
    return [row["reference"] for row in worklist(engine, filters, "The desk", ZONE)[0]]


@contextmanager
def counted(engine: sa.engine.Engine) -> Iterator[list[str]]:
    """Collect the statements that are sent to the database."""
    sent: list[str] = []

    def note(_connection, _cursor, statement, *_rest) -> None:
        sent.append(statement)

    sa.event.listen(engine, "before_cursor_execute", note)
    yield sent
    sa.event.remove(engine, "before_cursor_execute", note)


def test_most_urgent_first_then_oldest(engine: sa.engine.Engine) -> None:
    rows = [("explain_technique", "", 9), ("see_clinician", "", 2), ("see_clinician", "", 5), ("urgent", "", 1),
            ("emergency", "", 0), ("crisis", "", 0), ("explain_technique", "waiting", 0),
            ("explain_technique", "callback", 0)]  # fmt: skip
    for number, (outcome, handoff, hours) in enumerate(rows):
        created = datetime.now(UTC) - timedelta(hours=hours)
        add(engine, handoff, reference=str(number), conversation_id=str(number), outcome=outcome, created=created)
    assert references(engine, Filters()) == ["4", "5", "3", "6", "7", "2", "1", "0"]


def test_what_is_done_with_leaves_the_open_list(engine: sa.engine.Engine, casework: Casework) -> None:
    casework.mark(add(engine), 1, "closed")
    assert references(engine, Filters()) == []
    assert references(engine, Filters(state="closed")) == ["AAAA-2222"]
    assert counts(engine, "The desk")["closed"] == 1


@pytest.mark.parametrize(("text", "found"), [
    ("ada", True), ("SMITH", True), ("0123", True), ("55501", True), ("aaaa-22", True), ("aaaa 2222", True),
    ("%", False), ("_", False), ("grace", False), ("99999", False),
])  # fmt: skip
def test_search_by_name_phone_and_code(engine: sa.engine.Engine, text: str, found: bool) -> None:
    add(engine)
    assert bool(references(engine, Filters(state="all", search=text))) is found


def test_days_are_those_of_the_clinic(engine: sa.engine.Engine) -> None:
    add(engine, created=datetime(2026, 3, 2, 3, 0, tzinfo=UTC))  # at the clinic it is still the first
    first, second = date(2026, 3, 1), date(2026, 3, 2)
    assert references(engine, Filters(since=first, until=first)) == ["AAAA-2222"]
    assert references(engine, Filters(since=second)) == []


def test_an_override_is_what_is_filtered_by(engine: sa.engine.Engine, casework: Casework) -> None:
    casework.decide(add(engine), 1, "urgent", "fever")
    assert references(engine, Filters(outcome="urgent")) == ["AAAA-2222"]
    assert references(engine, Filters(outcome="see_clinician")) == []


def test_a_page_costs_two_queries_however_many_rows(engine: sa.engine.Engine) -> None:
    with engine.begin() as connection:
        from bot.intake.repository import store

        for number in range(PAGE + 5):
            store(connection, replace(INTAKE, reference=str(number), conversation_id=str(number)))
    with counted(engine) as sent:
        rows, total = worklist(engine, Filters(), "The desk", ZONE)
    assert (len(rows), total) == (PAGE, PAGE + 5)
    assert len(sent) <= 3, sent
