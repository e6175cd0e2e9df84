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
from tests.web.any_conversation import machine
from tests.web.conftest import app_over, wait_for

TALKS = Path(__file__).parents[1] / "conversations"
LINES = sorted({
    turn.get("choice") or turn["patient"]
    for file in TALKS.glob("*.yml")
    for talk in yaml.safe_load(file.read_text(encoding="utf-8"))
    for turn in talk.get("turns", ())
})  # fmt: skip


@pytest.mark.parametrize("is_open", [True, False], ids=["in opening hours", "at night"])
def test_any_conversation_keeps_the_promises(
    assistant: Any, own_database: Path, monkeypatch: pytest.MonkeyPatch, is_open: bool
) -> None:
    url = f"sqlite:///{own_database}"
    moved = move(assistant, url, monkeypatch)
    monkeypatch.setattr(Office, "is_open", lambda self, moment: is_open)

    @contextmanager
    def server() -> Iterator[TestClient]:
        with TestClient(app_over(url, lambda: moved)) as client:
            yield wait_for(client)

    run_state_machine_as_test(
        machine(server, moved, moved._intakes, LINES), settings=examples(15, stateful_step_count=25)
    )
