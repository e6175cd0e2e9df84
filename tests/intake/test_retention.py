"""What is too old is erased, from the disk too, and a tombstone without content stays."""

from __future__ import annotations

import asyncio
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event
from typing import Any

import pytest
import sqlalchemy as sa
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.intake import retention
from bot.intake.accounts import Accounts
from bot.intake.casework import Casework
from bot.intake.database import (
    changing,
    conversations_table,
    events_table,
    intakes_table,
    open_database,
    trackers_table,
)
from bot.intake.desk_tables import history_table, staff_messages_table
from bot.intake.progress import note_progress
from bot.intake.retention import Purged, clock_is_plausible, purge
from bot.intake.staff_talk import write_to_patient
from bot.intake.worklist import erased
from bot.office import Office
from bot.runtime.tracker_store import ConversationMovedOn, EventStore
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


def turn(engine: sa.engine.Engine, moment: datetime) -> None:
    """Keep a turn of the conversation, as the tracker store does."""
    with engine.begin() as connection:
        note_progress(connection, "one", [], moment)


def test_a_talk_that_goes_on_is_kept(engine: sa.engine.Engine) -> None:
    now = datetime.now(UTC)
    add_talk(engine, "one", "{}")
    turn(engine, now + timedelta(days=20))
    assert purge(engine, OFFICE, now + timedelta(days=49)) == Purged(0, 0)
    assert purge(engine, OFFICE, now + timedelta(days=51)) == Purged(1, 0)


def test_a_row_of_an_earlier_version_goes_by_when_it_was_begun(engine: sa.engine.Engine) -> None:
    add_talk(engine, "one", "{}")
    with engine.begin() as connection:
        connection.execute(conversations_table.update().values(updated=None))
    assert purge(engine, OFFICE, datetime.now(UTC) + timedelta(days=29)) == Purged(0, 0)
    assert purge(engine, OFFICE, datetime.now(UTC) + timedelta(days=31)) == Purged(1, 0)


@pytest.mark.parametrize("shared", [False, True], ids=["talk", "intake"])
@pytest.mark.parametrize("meanwhile", ["a message", "a change"])
def test_what_is_written_to_between_the_look_and_the_erasing_is_kept(
    engine: sa.engine.Engine, shared: bool, meanwhile: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = datetime.now(UTC) + timedelta(days=365)
    add_talk(engine, "one", "{}")
    if shared:
        add(engine)

    def after_the_look(target: sa.engine.Engine) -> Any:
        if meanwhile == "a message":
            turn(engine, late)
        else:
            add(engine)
            with engine.begin() as connection:
                connection.execute(intakes_table.update().values(updated=late))
        return changing(target)

    monkeypatch.setattr(retention, "changing", after_the_look)
    assert purge(engine, OFFICE, late) == Purged(0, 0)
    with engine.connect() as connection:
        assert connection.execute(sa.select(conversations_table.c.id)).scalars().all() == ["one"]


def test_what_a_turn_stored_after_its_conversation_was_erased_goes(engine: sa.engine.Engine) -> None:
    store, tracker = EventStore(engine, Domain.empty()), DialogueStateTracker.from_events("one", [])
    tracker.update(UserUttered("my hip hurts"))
    asyncio.run(store.save(tracker))
    assert purge(engine, OFFICE) == Purged(1, 0)
    assert store.events("one") == []
    assert asyncio.run(store.retrieve("one")) is None


TALKERS, TALKS, TURNS = 4, 8, 5


def test_turns_and_erasing_at_once_leave_no_half_talk(engine: sa.engine.Engine) -> None:
    """Whoever is quicker: a talk is there with all of its turns since, or gone with all of them."""
    store, late, over = EventStore(engine, Domain.empty()), datetime.now(UTC) + timedelta(days=31), Event()

    def talk(talker: int) -> int:
        refused = 0
        for name in (f"{talker}-{number}" for number in range(TALKS)):
            with engine.begin() as connection:
                row = {"id": name, "token_hash": "", "created": datetime.now(UTC)}
                connection.execute(conversations_table.insert().values(**row))
            for _ in range(TURNS):
                tracker = asyncio.run(store.retrieve(name)) or DialogueStateTracker.from_events(name, [])
                tracker.update(UserUttered("my hip hurts"))
                try:
                    asyncio.run(store.save(tracker))
                except ConversationMovedOn:
                    refused += 1
        return refused

    def erase() -> int:
        erased = 0
        while not over.is_set():
            erased += purge(engine, OFFICE, late).talks
        return erased

    with ThreadPoolExecutor(TALKERS + 1) as threads:
        erasing, talking = threads.submit(erase), [threads.submit(talk, number) for number in range(TALKERS)]
        refused = [future.exception() or future.result() for future in talking]
        over.set()
    assert all(isinstance(number, int) for number in refused), refused
    assert erasing.result() > 0
    with engine.connect() as connection:
        stored = dict(connection.execute(sa.select(trackers_table.c.conversation_id, trackers_table.c.stored)).all())
        events = sa.select(events_table.c.conversation_id, sa.func.count()).group_by(events_table.c.conversation_id)
        assert dict(connection.execute(events).all()) == stored


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
