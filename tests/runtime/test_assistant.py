"""The assistant: what survives a restart, what a failed turn leaves, what cannot be loaded."""

from __future__ import annotations

import asyncio
import builtins
import os
import secrets
import traceback
from pathlib import Path
from typing import Any

import pytest

from bot.intake.database import open_database
from bot.intake.repository import IntakeRepository
from bot.runtime import terminal
from bot.runtime.assistant import Assistant, ModelMissing, TurnFailed
from bot.runtime.loading import load_assistant
from bot.runtime.messages import Message
from tests.conftest import MODEL
from tests.conversations.runner import Talk


def talk_of(assistant: Any, *texts: str) -> Talk:
    """Return a conversation in which these texts were said."""

    async def talking() -> Talk:
        talk = Talk(assistant)
        await talk.start()
        for text in texts:
            await talk.say(text)
        return talk

    return asyncio.run(talking())


def slots_of(assistant: Any, talk: Talk) -> dict[str, Any]:
    """Return what the engine holds of a conversation."""
    return dict(asyncio.run(assistant._store.retrieve(talk.conversation_id)).current_slot_values())


def test_a_conversation_survives_a_restart(assistant: Any, database_url: str) -> None:
    talk = talk_of(assistant, "my hip hurts", "no, it stays in one place")
    before, slots = assistant.messages(talk.conversation_id), slots_of(assistant, talk)
    again = load_assistant(MODEL, database_url)
    assert again.messages(talk.conversation_id) == before
    assert slots_of(again, talk) == slots
    assert asyncio.run(again.hear(talk.conversation_id, "none of these"))[-1].asking == "age"


def test_a_second_start_does_not_lose_the_first(assistant: Any) -> None:
    talk = talk_of(assistant, "my hip hurts")
    asyncio.run(assistant.start(talk.conversation_id))
    assert [m.text for m in assistant.messages(talk.conversation_id) if m.sender == "patient"] == ["my hip hurts"]
    assert slots_of(assistant, talk)["pain_site"] == ["hip_pain"]


def test_only_what_somebody_reads_is_kept_of_a_message(assistant: Any) -> None:
    events = assistant._store.events(talk_of(assistant, "my hip hurts").conversation_id)
    kept: dict[str, set[str]] = {"user": set(), "bot": set()}
    for event in events:
        kept.get(event["event"], set()).update({**event["metadata"], **event.get("parse_data", {})})
    assert kept["bot"] == {"asking", "progress"}
    assert "entities" in kept["user"]
    assert "intent_ranking" not in kept["user"]


@pytest.mark.parametrize("action", ["validate_triage_form", "action_answer_question"])
def test_a_failed_turn_leaves_no_trace(assistant: Any, monkeypatch: pytest.MonkeyPatch, action: str) -> None:
    talk = talk_of(assistant, "my hip hurts")
    events = assistant._store.events(talk.conversation_id)

    def broken(*_: Any) -> None:
        raise ValueError("what was typed")

    with monkeypatch.context() as patch:
        patch.setitem(assistant._actions._executor.actions, action, broken)
        with pytest.raises(TurnFailed) as caught:
            asyncio.run(assistant.hear(talk.conversation_id, "does it hurt?"))
    assert str(caught.value) == "ValueError"
    assert assistant._store.events(talk.conversation_id) == events
    assert asyncio.run(assistant.hear(talk.conversation_id, "does it hurt?"))[-1].asking == "referred_pain"


@pytest.mark.parametrize("part", ["parse_message", "_run_prediction_loop", "save_tracker"])
def test_a_fault_of_the_engine_is_told_without_its_words(
    assistant: Any, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    secret = secrets.token_hex()

    def broken(*_: Any, **__: Any) -> None:
        raise ValueError(secret)

    talk = talk_of(assistant)
    monkeypatch.setattr(assistant._agent.processor, part, broken)
    with pytest.raises(TurnFailed, match="^ValueError$") as caught:
        asyncio.run(assistant.hear(talk.conversation_id, "my hip hurts"))
    assert secret not in "".join(traceback.format_exception(caught.value))


def test_a_failed_turn_does_not_fail_the_next_conversation(assistant: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setitem(assistant._actions._executor.actions, "validate_triage_form", None)
        with pytest.raises(TurnFailed):
            talk_of(assistant)
    assert talk_of(assistant, "my hip hurts").asking == "referred_pain"


@pytest.mark.parametrize("make", ["missing", "empty", "broken"])
def test_a_model_that_cannot_be_loaded_says_what_to_do(tmp_path: Path, make: str) -> None:
    model = tmp_path / "model.tar.gz"
    if make != "missing":
        model.write_bytes(b"" if make == "empty" else b"not a model")
    url = f"sqlite:///{tmp_path}/test.db"
    with pytest.raises(ModelMissing, match="make train"):
        Assistant(model, open_database(url), IntakeRepository(url))


class FakeAssistant:
    """Repeats what it hears."""

    async def start(self, _conversation: str) -> list[Message]:
        """Greet."""
        return [Message("assistant", "Hello")]

    async def hear(self, _conversation: str, text: str) -> list[Message]:
        """Repeat."""
        return [Message("assistant", f"You said {text}", ({"title": "Yes", "value": "yes"},))]


def test_the_terminal_keeps_everything_in_a_database_of_its_own(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", "sqlite:///never/touched.db")
    urls: list[str] = []
    typed = iter(["my hip hurts", "  "])

    def load(_model: Path, url: str) -> FakeAssistant:
        urls.extend((url, os.environ["DATABASE_URL"]))  # the second is what the actions go by
        return FakeAssistant()

    def read(_prompt: str) -> str:
        try:
            return next(typed)
        except StopIteration:
            raise EOFError from None

    monkeypatch.setattr(terminal, "load_assistant", load)
    monkeypatch.setattr(builtins, "input", read)
    terminal.chat(MODEL)
    assert urls[0] == urls[1]
    assert "touched" not in urls[0]
    assert not Path(urls[0].removeprefix("sqlite:///")).parent.exists()
    assert "You said my hip hurts\n   [Yes]" in capsys.readouterr().out
