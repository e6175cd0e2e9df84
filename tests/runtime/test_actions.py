"""The actions in this process: a failure gives the turn up, and says no more than its kind."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import pytest

from bot.runtime.actions import ActionError, InProcessActions, failures

CANARY = "zanzibarcanary"
TRACKER = {"sender_id": "one", "slots": {}, "latest_message": {"text": CANARY}, "events": [], "paused": False}


@pytest.fixture(scope="module")
def actions() -> InProcessActions:
    """Return the endpoint with the project's actions."""
    return InProcessActions()


def ask(actions: InProcessActions, action: str) -> tuple[str, list[str]]:
    """Ask for an action that fails; return the error's text and the failures noted."""

    async def asking() -> tuple[str, list[str]]:
        failures.set([])
        with pytest.raises(ActionError) as caught:
            await actions.request(json={"next_action": action, "tracker": TRACKER, "domain": {}})
        assert caught.value.__suppress_context__
        return str(caught.value), failures.get()

    return asyncio.run(asking())


def test_an_action_that_does_not_exist(actions: InProcessActions) -> None:
    assert ask(actions, "action_from_nowhere") == ("ActionNotFoundException", ["ActionNotFoundException"])


@pytest.mark.parametrize("error", [ValueError, KeyError, RecursionError, ConnectionError], ids=lambda e: e.__name__)
def test_an_action_that_fails(
    actions: InProcessActions,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    error: type[Exception],
) -> None:
    def broken(_dispatcher: Any, tracker: Any, _domain: Any) -> None:
        raise error(tracker.latest_message["text"])

    caplog.set_level(logging.DEBUG)
    monkeypatch.setitem(actions._executor.actions, "action_broken", broken)
    assert ask(actions, "action_broken") == (error.__name__, [error.__name__])
    assert CANARY not in caplog.text


def test_every_action_of_the_domain_is_there(actions: InProcessActions) -> None:
    import yaml

    from bot.settings import ROOT

    domain = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))
    own = {name for name in domain["actions"] if not name.startswith("utter_")}
    assert own <= set(actions._executor.actions) | {"validate_triage_form"}
    assert own
