"""The tracker store: events in order, in one transaction, and errors that are raised."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from pathlib import Path

import pytest
import sqlalchemy as sa
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, BotUttered, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from bot.intake.database import events_table, open_database, trackers_table
from bot.runtime.condensing import TURNS
from bot.runtime.tracker_store import ConversationMovedOn, EventStore

CANARY = "zanzibarcanary"


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """Return the file of an empty database."""
    return tmp_path / "folder" / "events.db"


@pytest.fixture
def store(database: Path) -> EventStore:
    """Return a store over it."""
    return EventStore(open_database(f"sqlite:///{database}"), Domain.empty())


def tracker_of(name: str, *texts: str) -> DialogueStateTracker:
    """Return a tracker in which the patient said these texts."""
    return DialogueStateTracker.from_events(name, [UserUttered(text) for text in texts])


def texts_of(store: EventStore, name: str) -> list[str]:
    """Return the texts that are stored, in order."""
    return [event["text"] for event in store.events(name)]


def test_a_new_conversation_has_no_tracker(store: EventStore) -> None:
    assert asyncio.run(store.retrieve("new")) is None
    assert store.events("new") == []


def test_a_tracker_comes_back_as_it_was(store: EventStore) -> None:
    tracker = tracker_of("one", "a", "b")
    tracker.update(BotUttered("c", metadata={"asking": "age"}))
    tracker.update(SlotSet("age", 41))
    asyncio.run(store.save(tracker))
    back = asyncio.run(store.retrieve("one"))
    assert back is not None
    assert [event.as_dict() for event in back.events] == [event.as_dict() for event in tracker.events]


def test_saving_again_adds_only_what_is_new(store: EventStore) -> None:
    tracker = tracker_of("one", "a", "b")
    asyncio.run(store.save(tracker))
    asyncio.run(store.save(tracker))
    tracker.update(UserUttered("c"))
    asyncio.run(store.save(tracker))
    assert texts_of(store, "one") == ["a", "b", "c"]


@pytest.mark.parametrize("text", ["\x00", "\ud800", "\u202e", "\U0001f480", "'); DROP TABLE events; --"], ids=ascii)
def test_any_text_can_be_kept(store: EventStore, text: str) -> None:
    asyncio.run(store.save(tracker_of("one", text)))
    assert texts_of(store, "one") == [text]


def test_conversations_are_kept_apart_and_erased_alone(store: EventStore) -> None:
    for name in ("one", "other"):
        asyncio.run(store.save(tracker_of(name, name)))
    store.erase("one")
    assert (texts_of(store, "one"), texts_of(store, "other")) == ([], ["other"])
    assert asyncio.run(store.keys()) == ["other"]


def test_a_turn_is_kept_whole_or_not_at_all(store: EventStore, database: Path) -> None:
    asyncio.run(store.save(tracker_of("one", "a")))
    with sqlite3.connect(database) as connection:
        refusal = "BEGIN SELECT RAISE(FAIL, 'no'); END"
        connection.execute(f"CREATE TRIGGER bad BEFORE INSERT ON events WHEN NEW.data LIKE '%bad%' {refusal}")
    tracker = asyncio.run(store.retrieve("one"))
    for text in ("good", "bad"):
        tracker.update(UserUttered(text))
    with pytest.raises(SQLAlchemyError):
        asyncio.run(store.save(tracker))
    assert texts_of(store, "one") == ["a"]


def test_a_turn_that_began_before_another_ended_is_not_kept(store: EventStore) -> None:
    asyncio.run(store.save(tracker_of("one", "a")))
    late, first = (asyncio.run(store.retrieve("one")) for _ in range(2))
    for tracker, text in ((first, "first"), (late, "late")):
        tracker.update(UserUttered(text))
    asyncio.run(store.save(first))
    with pytest.raises(ConversationMovedOn):
        asyncio.run(store.save(late))
    assert texts_of(store, "one") == ["a", "first"]


def test_of_two_who_begin_at_once_one_is_kept(store: EventStore) -> None:
    asyncio.run(store.save(tracker_of("one", "a")))
    with pytest.raises(ConversationMovedOn):
        asyncio.run(store.save(tracker_of("one", "b")))
    assert texts_of(store, "one") == ["a"]


def test_a_turn_of_an_erased_conversation_is_not_kept(store: EventStore) -> None:
    asyncio.run(store.save(tracker_of("one", "a")))
    tracker = asyncio.run(store.retrieve("one"))
    store.erase("one")
    tracker.update(UserUttered("b"))
    with pytest.raises(ConversationMovedOn):
        asyncio.run(store.save(tracker))
    assert texts_of(store, "one") == []


def test_events_from_before_trackers_were_condensed_are_taken_over(store: EventStore) -> None:
    asyncio.run(store.save(tracker_of("one", "a")))
    with store._engine.begin() as connection:
        connection.execute(trackers_table.delete())
    for text in ("b", "c"):
        tracker = asyncio.run(store.retrieve("one"))
        tracker.update(UserUttered(text))
        asyncio.run(store.save(tracker))
    assert texts_of(store, "one") == ["a", "b", "c"]


def test_a_long_conversation_is_read_no_longer_than_a_short_one(store: EventStore) -> None:
    store.domain = Domain.from_dict({"slots": {"age": {"type": "any", "mappings": [{"type": "custom"}]}}})
    asyncio.run(store.save(DialogueStateTracker.from_events("one", [SlotSet("age", 41)], store.domain.slots)))
    for number in range(60):
        tracker = asyncio.run(store.retrieve("one"))
        tracker.update_with_events([UserUttered(str(number)), ActionExecuted(ACTION_LISTEN_NAME)], store.domain)
        asyncio.run(store.save(tracker))
    back = asyncio.run(store.retrieve("one"))
    assert back.get_slot("age") == 41
    assert len(back.events) <= 3 * TURNS
    assert [event["text"] for event in store.events("one") if event["event"] == "user"] == list(map(str, range(60)))


def test_a_database_that_is_gone_is_an_error_and_no_new_conversation(store: EventStore, database: Path) -> None:
    asyncio.run(store.save(tracker_of("one", "a")))
    shutil.rmtree(database.parent)
    with pytest.raises(OperationalError):
        asyncio.run(store.retrieve("one"))
    with pytest.raises(OperationalError):
        asyncio.run(store.save(tracker_of("one", "a", "b")))


def test_a_damaged_event_is_an_error_and_does_not_end_the_process(store: EventStore) -> None:
    with store._engine.begin() as connection:
        connection.execute(events_table.insert().values(conversation_id="one", data="{"))
    with pytest.raises(ValueError, match="Expecting"):
        asyncio.run(store.retrieve("one"))


def test_errors_do_not_repeat_what_was_said(store: EventStore) -> None:
    with store._engine.begin() as connection:
        connection.execute(sa.text("DROP TABLE events"))
    with pytest.raises(OperationalError) as caught, store._engine.begin() as connection:
        connection.execute(events_table.insert().values(conversation_id=CANARY, data=CANARY))
    assert CANARY not in str(caught.value)
