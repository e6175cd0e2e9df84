"""What we change inside Rasa is still there to be changed, and changes nothing that a patient would see."""

from __future__ import annotations

import ast
import inspect
from types import ModuleType
from typing import Any

import pytest
from rasa.core.actions.action import RemoteAction
from rasa.shared.core.events import Event, SlotSet

from bot.runtime.rasa_inside import COPIES_TO_LOG, make_rasa_quick


@pytest.fixture(autouse=True)
def _changed() -> None:
    make_rasa_quick()
    make_rasa_quick()  # each new assistant does so


def uses_of_copy(module: ModuleType) -> set[ast.AST]:
    """Return the places where a module names `copy`."""
    tree = ast.parse(inspect.getsource(module))
    return {node for node in ast.walk(tree) if isinstance(node, ast.Attribute) and _name(node.value) == "copy"}


def _name(node: ast.AST) -> str:
    return node.id if isinstance(node, ast.Name) else ""


@pytest.mark.parametrize("module", COPIES_TO_LOG, ids=lambda module: module.__name__)
def test_rasa_copies_for_debug_lines_only(module: ModuleType) -> None:
    tree = ast.parse(inspect.getsource(module))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    in_debug_lines = {
        inner for call in calls if ast.unparse(call.func) == "structlogger.debug" for inner in ast.walk(call)
    }
    copies = {call for call in calls if ast.unparse(call.func) == "copy.deepcopy"}
    assert copies
    assert copies <= in_debug_lines
    assert len(uses_of_copy(module)) == len(copies)
    value: dict[str, Any] = {}
    assert module.copy.deepcopy(value) is value


def test_results_of_actions_are_checked_where_we_think() -> None:
    assert list(inspect.signature(RemoteAction._validate_action_result).parameters) == ["self", "result"]
    assert "self._validate_action_result(" in inspect.getsource(RemoteAction.run)


def test_events_find_their_class() -> None:
    assert Event.resolve_by_type("slot") is SlotSet
    assert Event.resolve_by_type("slot") is SlotSet
    assert Event.resolve_by_type("nothing", SlotSet) is SlotSet
    with pytest.raises(ValueError, match="nothing"):
        Event.resolve_by_type("nothing")
