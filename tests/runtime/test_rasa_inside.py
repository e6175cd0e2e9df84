"""What we change inside Rasa is still there to be changed, and changes nothing that a patient would see."""

from __future__ import annotations

import ast
import copy
import inspect
import json
from contextlib import nullcontext
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from rasa.core.actions.action import RemoteAction
from rasa.core.policies.rule_policy import SHOULD_NOT_BE_SET, RulePolicy
from rasa.engine.graph import ExecutionContext, GraphComponent, GraphSchema, SchemaNode
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.graph_components.providers.domain_provider import DomainProvider
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event, SlotSet
from rasa.shared.core.slots import AnySlot, Slot, TextSlot

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


class Adder(GraphComponent):
    """Adds what it is given; counts how often it is asked."""

    calls: list[str] = []

    @classmethod
    def create(cls, config: Any, model_storage: Any, resource: Any, execution_context: Any) -> Adder:
        """Create it."""
        return cls()

    def add(self, one: int, other: int) -> int:
        """Return the sum."""
        Adder.calls.append("add")
        return one + other


def test_a_graph_gives_what_dask_would_and_calls_only_what_is_needed() -> None:
    def node(**needs: str) -> SchemaNode:
        return SchemaNode(needs=needs, uses=Adder, constructor_name="create", fn="add", config={}, eager=True)

    nodes = {
        "last": node(one="twice", other="start"),
        "twice": node(one="start", other="start"),
        "unneeded": node(one="last", other="last"),
    }
    schema = GraphSchema(nodes)
    runner = DaskGraphRunner.create(schema, None, ExecutionContext(schema))
    Adder.calls.clear()

    assert runner.run(inputs={"start": 4}, targets=["last"]) == {"last": 12}
    assert runner.run(inputs={"start": 5}, targets=["last", "twice"]) == {"last": 15, "twice": 10}
    assert len(Adder.calls) == 4


def state(action: str | None = None, intent: str | None = None, **slots: Any) -> dict[str, Any]:
    """Return a state of a conversation, or of a rule."""
    found: dict[str, Any] = {"prev_action": {"action_name": action}} if action else {}
    if intent:
        found["user"] = {"intent": intent}
    return found | ({"slots": slots} if slots else {})


RULES = [
    [state("action_listen", "greet")],
    [state("action_listen", "deny")],
    [state("action_listen", "greet", hot=True)],
    [state("action_listen")],
    [state("action_listen", SHOULD_NOT_BE_SET)],
    [state("action_listen", "greet"), state("utter_hello")],
    [state("action_listen", "deny"), state("utter_hello")],
    [state(), state("action_listen", "greet")],
    [state()],
]


@pytest.mark.parametrize(
    "states",
    [
        [],
        [state()],
        [state(), state("action_listen", "greet")],
        [state(), state("action_listen", "greet", hot=True)],
        [state(), state("action_listen", "greet"), state("utter_hello", "greet")],
        [state("utter_hello"), state("action_listen", "deny")],
        [state("utter_hello"), state("action_listen")],
        [state("utter_bye")],
    ],
)
def test_rules_are_found_as_rasa_finds_them(states: list[dict[str, Any]]) -> None:
    policy = RulePolicy.__new__(RulePolicy)
    lookup = {json.dumps(rule): "utter" for rule in RULES}

    found = policy._get_possible_keys(lookup, states)

    assert found == RulePolicy._get_possible_keys.tests_all(policy, lookup, states)
    assert found or states[-1:] == [state("utter_bye")]


def test_the_domain_is_read_as_rasa_reads_it(tmp_path: Path) -> None:
    Domain.from_path("domain.yml").persist(tmp_path / "domain.yml")
    storage = SimpleNamespace(read_from=lambda resource: nullcontext(tmp_path))

    read = DomainProvider.load({}, storage, None, None).provide_inference()

    assert read.as_dict() == Domain.from_path(tmp_path).as_dict()
    assert read.slots and read.intents


@pytest.mark.parametrize("slot", [TextSlot("age", mappings=[{}]), AnySlot("talk", mappings=[{}], initial_value={})])
def test_a_slot_that_is_copied_has_a_value_of_its_own(slot: Slot) -> None:
    copied = copy.copy(slot)
    copied.value = "12"

    assert type(copied) is type(slot)
    assert {**vars(copied), "_value": slot.value, "_has_been_set": False} == vars(slot)
    assert slot.value != "12"
