"""All that we change inside Rasa, with the reasons; tests/runtime/test_rasa_inside.py fails when Rasa changes there."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from types import SimpleNamespace
from typing import Any

import rasa.core.actions.action
import rasa.core.actions.forms
import rasa.core.policies.memoization
import rasa.core.policies.rule_policy
import rasa.core.processor
from rasa.shared.core.events import Event

# Where Rasa copies deeply, and for its debug log only.
COPIES_TO_LOG = (
    rasa.core.processor,
    rasa.core.actions.forms,
    rasa.core.policies.memoization,
    rasa.core.policies.rule_policy,
)


def make_rasa_quick() -> None:
    """Leave out work that never changes a reply; may be called again."""
    _skip_result_validation()
    _remember_event_types()
    _copy_nothing_for_logs()


def _skip_result_validation() -> None:
    """Trust the results of our own actions: Rasa would check the JSON schema itself anew at every call."""
    # That was 85 % of a turn.
    rasa.core.actions.action.RemoteAction._validate_action_result = lambda self, result: True


def _remember_event_types() -> None:
    """Look an event's class up once: Rasa walks through all classes for every event that it reads."""
    # That was half of reading a conversation.
    Event.resolve_by_type = staticmethod(_remembering(Event.resolve_by_type))


def _remembering(resolve: Callable[..., Any]) -> Callable[..., Any]:
    return resolve if hasattr(resolve, "cache_clear") else cache(resolve)


def _copy_nothing_for_logs() -> None:
    """Copy no states and events for debug lines that are never written."""
    # That was a tenth of a turn.
    for module in COPIES_TO_LOG:
        module.copy = SimpleNamespace(deepcopy=lambda value: value)  # type: ignore[attr-defined]
