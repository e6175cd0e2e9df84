"""Any sequence of messages, taps, corrections, commands, repeats, restarts and faults keeps the promises."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml
from fastapi.testclient import TestClient
from hypothesis.stateful import run_state_machine_as_test

from bot.office import Office
from tests.runtime.moving import move
from tests.thoroughness import examples
from tests.web.any_conversation import EMERGENCIES, AnyConversation, machine
from tests.web.conftest import app_over, wait_for

TALKS = Path(__file__).parents[1] / "conversations"
LINES = sorted({
    turn.get("choice") or turn["patient"]
    for file in TALKS.glob("*.yml")
    for talk in yaml.safe_load(file.read_text(encoding="utf-8"))
    for turn in talk.get("turns", ())
})  # fmt: skip


@pytest.fixture(params=[True, False], ids=["in opening hours", "at night"])
def conversation(
    request: pytest.FixtureRequest, assistant: Any, own_database: Path, monkeypatch: pytest.MonkeyPatch
) -> type[AnyConversation]:
    """Return a conversation of any kind, at a server of its own."""
    url = f"sqlite:///{own_database}"
    moved = move(assistant, url, monkeypatch)
    monkeypatch.setattr(Office, "is_open", lambda self, moment: request.param)

    @contextmanager
    def server() -> Iterator[TestClient]:
        with TestClient(app_over(url, lambda: moved)) as client:
            yield wait_for(client)

    return machine(server, moved, moved._intakes, LINES)


def test_any_conversation_keeps_the_promises(conversation: type[AnyConversation]) -> None:
    run_state_machine_as_test(conversation, settings=examples(15, stateful_step_count=25))


def test_a_person_can_be_asked_for_after_an_emergency_was_denied(conversation: type[AnyConversation]) -> None:
    """Then a contact is asked for, and the newest verdict that was told is not the one that stands."""
    talk = conversation()
    talk.begin()
    try:
        talk.tell_of_an_emergency(EMERGENCIES[0])
        talk.command_or_correct("no, go on")
        talk.answer_honestly()
        talk.command_or_correct("talk to a person")
        talk._say("call me back")  # which is asked in opening hours
    finally:
        talk.teardown()
