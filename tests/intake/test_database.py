"""How the database is opened: what is committed is on the disk, and who changes what they read is alone in it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.intake.database import changing, conversations_table, open_database
from tests.intake.examples import add_talk

FULL = 2  # a commit waits until the disk has it


@pytest.mark.parametrize(("pragma", "value"), [("synchronous", FULL), ("journal_mode", "wal"), ("secure_delete", 1)])
def test_each_connection_to_sqlite_is_opened_alike(tmp_path: Path, pragma: str, value: object) -> None:
    engine = open_database(f"sqlite:///{tmp_path}/one.db")
    with engine.connect() as one, engine.connect() as other:
        for connection in (one, other):
            assert connection.exec_driver_sql(f"PRAGMA {pragma}").scalar() == value


def test_who_changes_what_they_read_overwrites_nobody(engine: sa.engine.Engine) -> None:
    add_talk(engine, "one", "{}")
    row = conversations_table.c.id == "one"

    def add_one(_number: int) -> None:
        with changing(engine) as connection:
            stage = sa.select(conversations_table.c.stage).where(row).with_for_update()
            count = int(connection.execute(stage).scalar() or 0) + 1
            connection.execute(conversations_table.update().where(row).values(stage=str(count)))

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(add_one, range(40)))
    with engine.connect() as connection:
        assert connection.execute(sa.select(conversations_table.c.stage)).scalar() == "40"
