"""A database of any age is brought up to date, and the steps make just the tables that the code knows."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext

from bot.intake import desk_tables, migrating  # noqa: F401 - its tables are compared too
from bot.intake.database import engine_at, intakes_table, metadata, open_database
from bot.intake.migrating import bring_up_to_date
from tests.faults.migrating import killed_at
from tests.intake.examples import VERDICT
from tests.intake.kept import old_database


def test_the_steps_make_the_tables_of_the_code(engine: sa.engine.Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_intakes_from_before_there_were_steps_are_kept_and_sorted(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/old.db"
    with sa.create_engine(url, future=True).begin() as connection:
        connection.execute(sa.text(
            "CREATE TABLE intakes (id INTEGER PRIMARY KEY, reference VARCHAR(16) NOT NULL UNIQUE, conversation_id "
            "VARCHAR(64) NOT NULL UNIQUE, contact_name VARCHAR(80) NOT NULL, contact_phone VARCHAR(80) NOT NULL, "
            "content TEXT NOT NULL, created DATETIME NOT NULL)"
        ))  # fmt: skip
        connection.execute(sa.text("CREATE TABLE conversations (id VARCHAR(64) PRIMARY KEY, token_hash VARCHAR(64) "
                                   "NOT NULL, created DATETIME NOT NULL)"))  # fmt: skip
        content = {"verdict": VERDICT, "answers": {"pain_site": ["hip_pain"]}, "said": {}, "corrections": []}
        row = {"r": "AAAA-2222", "c": json.dumps(content), "t": datetime(2026, 1, 1, tzinfo=UTC).isoformat(" ")[:19]}
        connection.execute(sa.text("INSERT INTO intakes VALUES (1, :r, 'one', 'Ada', '555-01', :c, :t)"), row)
    with open_database(url).connect() as connection:
        (found,) = connection.execute(sa.select(intakes_table)).mappings()
    assert (found["outcome"], found["site"], found["urgency"], found["phone_digits"]) == (
        "see_clinician", "hip_pain", 5, "55501")  # fmt: skip


STATEMENTS = 50  # a migration's, about


@pytest.fixture(params=["sqlite", "postgresql"])
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Return the address of a database with the tables of the first step, and with three events at least."""
    if request.param == "sqlite":
        yield old_database(tmp_path)
        return
    name = f"old{secrets.token_hex(4)}"
    url = f"{request.getfixturevalue('server').rpartition('/')[0]}/{name}"
    with sa.create_engine(request.getfixturevalue("server"), isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
    with sa.create_engine(url, future=True).connect() as connection:
        steps = Config(attributes={"connection": connection})
        steps.set_main_option("script_location", str(migrating.FOLDER))
        command.upgrade(steps, migrating.FIRST)
        rows = "SELECT 'one', '{}' FROM generate_series(1, 3)"
        connection.execute(sa.text(f"INSERT INTO events (conversation_id, data) {rows}"))
        connection.commit()
    yield url
    engine_at(url).dispose()


@pytest.mark.parametrize("statement", range(0, STATEMENTS, 7))
def test_half_a_migration_is_none(old: str, statement: int) -> None:
    with sa.create_engine(old, future=True, poolclass=sa.pool.NullPool).connect() as connection:
        before = connection.execute(sa.text("SELECT count(*) FROM events")).one()
    assert killed_at(old, statement)
    engine = open_database(old)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        assert connection.execute(sa.text("SELECT count(*) FROM events")).one() == before
    assert before[0] >= 3


def test_several_may_begin_at_once(tmp_path: Path) -> None:
    engines = [engine_at.__wrapped__(f"sqlite:///{tmp_path}/new.db") for _ in range(4)]
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(bring_up_to_date, engines))
    assert all("staff" in sa.inspect(engine).get_table_names() for engine in engines)


@pytest.mark.parametrize("statement", ["UPDATE audit_log SET who = 'x'", "DELETE FROM audit_log"])
def test_the_audit_log_can_only_grow(engine: sa.engine.Engine, statement: str) -> None:
    with engine.begin() as connection:
        connection.execute(sa.text(
            "INSERT INTO audit_log (at, who, action, reference, address, detail) "
            "VALUES (CURRENT_TIMESTAMP, 'a', 'viewed', '', '', '')"
        ))  # fmt: skip
    with pytest.raises(sa.exc.DBAPIError, match="only grow"), engine.begin() as connection:
        connection.execute(sa.text(statement))
