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
from rasa.core.actions.forms import FormAction
from rasa.core.nlg.response import TemplatedNaturalLanguageGenerator
from rasa.core.policies.rule_policy import SHOULD_NOT_BE_SET, RulePolicy
from rasa.core.processor import MessageProcessor
from rasa.engine.graph import ExecutionContext, GraphComponent, GraphSchema, SchemaNode
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.graph_components.providers.domain_provider import DomainProvider
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActionExecutionRejected,
    ActiveLoop,
    BotUttered,
    Event,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.slots import AnySlot, Slot, TextSlot
from rasa.shared.core.trackers import DialogueStateTracker, EventVerbosity

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


OPEN = json.dumps([state("action_listen")])
BY_INTENT = json.dumps([state("action_listen", "greet")])
BY_TEXT = json.dumps([{**state("action_listen"), "user": {"text": "hi"}}])


@pytest.mark.parametrize(
    ("rule", "intent", "by_text", "by_intent"),
    [
        (BY_INTENT, "greet", None, "utter_hello"),
        (BY_INTENT, "deny", None, None),
        (OPEN, "greet", "utter_hello", "utter_hello"),
        (BY_TEXT, "greet", "utter_hello", None),
    ],
)
def test_rules_are_looked_up_by_text_where_one_names_it(
    rule: str, intent: str, by_text: str | None, by_intent: str | None
) -> None:
    context = SimpleNamespace(is_finetuning=False)
    policy = RulePolicy(RulePolicy.get_default_config(), None, None, context)
    policy.lookup = {"rules": {rule: "utter_hello"}, "rules_for_loop_unhappy_path": {}}
    domain = Domain.from_dict({"intents": ["greet", "deny"], "actions": ["utter_hello"]})
    talk = [ActionExecuted("action_listen"), UserUttered("hi", {"name": intent})]
    tracker = DialogueStateTracker.from_events("one", talk, [])

    for text, action in ((True, by_text), (False, by_intent)):
        found = policy._find_action_from_rules(tracker, domain, text)
        as_rasa_does = RulePolicy._find_action_from_rules.by_text_too(policy, tracker, domain, text)
        assert (found[0], found[2]) == (as_rasa_does[0], as_rasa_does[2]) == (action, False)


def test_what_the_domain_lacks_is_only_warned_of() -> None:
    source = inspect.getsource(MessageProcessor.parse_message)
    assert "\n        self._check_for_unseen_features(parse_data)\n" in source


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


TALK = [
    ActionExecuted("action_listen"),
    UserUttered("it hurts", {"name": "inform"}),
    ActionExecuted("form"),
    ActiveLoop("form"),
    SlotSet("age", 41),
    BotUttered("How old are you?"),
    ActionExecuted("action_listen"),
    UserUttered("why", {"name": "ask_why"}),
    ActionExecutionRejected("form"),
]
SLOTS = [AnySlot(name, mappings=[{}]) for name in ("age", "requested_slot")]


def everything(tracker: DialogueStateTracker) -> tuple[Any, ...]:
    """Return all that a tracker tells."""
    state = tracker.current_state(EventVerbosity.ALL)
    return state, [vars(slot) for slot in tracker.slots.values()], tracker.model_id, tracker.assistant_id


def tracker_after(events: list[Event]) -> DialogueStateTracker:
    """Return a tracker as the processor has it."""
    tracker = DialogueStateTracker.from_events("one", events, SLOTS)
    tracker.model_id, tracker.assistant_id = "model", "assistant"
    return tracker


@pytest.mark.parametrize("length", range(len(TALK) + 1))
def test_a_copied_tracker_is_what_its_events_lead_to(length: int) -> None:
    tracker = tracker_after(TALK[:length])

    copied = tracker.copy()

    assert everything(copied) == everything(tracker.travel_back_in_time(float("inf")))
    assert copied.events is not tracker.events


def test_what_becomes_of_a_copied_tracker_leaves_the_first_as_it_was() -> None:
    tracker = tracker_after(TALK[:5])
    before = copy.deepcopy(everything(tracker))

    tracker.copy().update_with_events([ActionExecutionRejected("form"), SlotSet("age", 12)], None)

    assert everything(tracker) == before


def test_a_form_validates_what_rasa_would_have_it_validate() -> None:
    tracker, form = tracker_after([*TALK, SlotSet("requested_slot", "age")]), FormAction("form", None)
    own: list[Event] = [SlotSet("requested_slot", "age"), ActionExecuted("form"), SlotSet("age", 12)]

    found = form._temporary_tracker(tracker, own[2:], Domain.empty())

    expected = DialogueStateTracker.from_events("one", [*tracker.events, *own], SLOTS)
    assert [event.as_dict() | {"timestamp": 0} for event in found.events] == [
        event.as_dict() | {"timestamp": 0} for event in expected.events
    ]
    assert found.current_slot_values() == expected.current_slot_values()
    assert (found.active_loop, found.latest_action) == (expected.active_loop, expected.latest_action)


@pytest.mark.parametrize(("reply", "texts"), [("utter_one", {"a"}), ("utter_two", {"a", "b"}), ("utter_none", {None})])
def test_a_reply_is_one_of_its_wordings(reply: str, texts: set[str | None]) -> None:
    replies = {"utter_one": [{"text": "a"}], "utter_two": [{"text": "a"}, {"text": "b"}]}
    generator = TemplatedNaturalLanguageGenerator(replies)

    found = [generator._random_response_for(reply, "chat", {}) for _ in range(50)]

    assert {(each or {}).get("text") for each in found} == texts
