"""What is too old is erased, from the disk too, and a tombstone without content stays."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.intake.accounts import Accounts
from bot.intake.casework import Casework
from bot.intake.database import open_database
from bot.intake.desk_tables import history_table, staff_messages_table
from bot.intake.retention import Purged, clock_is_plausible, purge
from bot.intake.staff_talk import write_to_patient
from bot.intake.worklist import erased
from bot.office import Office
from tests.intake.conftest import PASSWORD
from tests.intake.examples import add, add_talk

CANARY = "zanzibarcanary"
OFFICE = Office(keep_talks_days=30, keep_intakes_days=100)


@pytest.mark.parametrize(("days", "gone"), [(29, Purged(0, 0)), (31, Purged(1, 0)), (101, Purged(1, 1))])
def test_talks_and_intakes_go_when_their_time_is_over(engine: sa.engine.Engine, days: int, gone: Purged) -> None:
    add_talk(engine, "one", "{}")
    add_talk(engine, "never shared", "{}")
    add(engine)
    assert purge(engine, OFFICE, datetime.now(UTC) + timedelta(days=days)) == gone
    assert purge(engine, OFFICE, datetime.now(UTC) + timedelta(days=days)) == Purged(0, 0)


@pytest.mark.parametrize(("days", "plausible"), [(0, True), (13, True), (15, False), (10_000, False), (-9, True)])
def test_a_clock_that_was_put_forward_is_noticed(engine: sa.engine.Engine, days: int, plausible: bool) -> None:
    assert clock_is_plausible(engine)
    add_talk(engine, "one", "{}")
    assert clock_is_plausible(engine, datetime.now(UTC) + timedelta(days=days)) is plausible


def test_nothing_that_was_said_noted_or_written_is_left_on_the_disk(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path}/desk.db")
    Accounts(engine).add("sam", "Sam", "admin", PASSWORD)
    staff = Accounts(engine).check("sam", PASSWORD, "")
    assert staff
    add_talk(engine, "one", f'{{"event": "user", "text": "{CANARY}"}}')
    intake = add(engine, contact_name=CANARY, contact_phone=CANARY, said={"pain_site": CANARY})
    casework = Casework(engine, staff, "")
    casework.note(intake, CANARY)
    casework.decide(intake, 2, "urgent", CANARY)
    write_to_patient(engine, casework, intake, "Sam", CANARY, "joined")
    with closing(sqlite3.connect(tmp_path / "desk.db")) as other:
        assert other.execute("SELECT count(*) FROM intakes").fetchone() == (1,)
        casework.erase(intake)
        left = [file.name for file in tmp_path.iterdir() if CANARY.encode() in file.read_bytes()]
    assert left == []
    with engine.connect() as connection:
        for table in (history_table, staff_messages_table):
            assert connection.execute(sa.select(sa.func.count()).select_from(table)).scalar() == 0
    stone = erased(engine, "AAAA-2222")
    assert stone and set(stone) == {"id", "reference", "erased", "reason"}
