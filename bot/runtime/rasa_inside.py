"""All that we change inside Rasa, with the reasons; tests/runtime/test_rasa_inside.py fails when Rasa changes there."""

from __future__ import annotations

import copy
import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from graphlib import TopologicalSorter
from types import SimpleNamespace
from typing import Any

import rasa.core.actions.action
import rasa.core.actions.forms
import rasa.core.policies.rule_policy
import rasa.core.processor
from rasa.core.actions.forms import FormAction
from rasa.core.nlg.generator import ResponseVariationFilter
from rasa.core.nlg.response import TemplatedNaturalLanguageGenerator
from rasa.core.policies.rule_policy import RULES, RULES_FOR_LOOP_UNHAPPY_PATH, SHOULD_NOT_BE_SET, RulePolicy
from rasa.core.processor import MessageProcessor
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.graph_components.providers.domain_provider import DomainProvider
from rasa.shared.core.constants import ACTION_LISTEN_NAME, REQUESTED_SLOT
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, Event, SlotSet
from rasa.shared.core.slots import Slot
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.utils.io import read_file, read_yaml

# Where Rasa copies deeply, and for its debug log only.
COPIES_TO_LOG = (
    rasa.core.processor,
    rasa.core.actions.forms,
    rasa.core.policies.rule_policy,
)


def make_rasa_quick() -> None:
    """Leave out work that never changes a reply; may be called again."""
    _skip_result_validation()
    _remember_event_types()
    _copy_nothing_for_logs()
    _run_graphs_in_order()
    _look_rules_up_by_their_newest_state()
    _look_no_rules_up_by_text()
    _expect_what_is_understood()
    _read_the_domain_once()
    _copy_slots_plainly()
    _copy_trackers_plainly()
    _pick_replies_plainly()


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


def _run_graphs_in_order() -> None:
    """Call the components one after the other: Rasa has Dask plan the same few calls anew for every message."""
    # That was a tenth of a turn.
    DaskGraphRunner.run = _run_in_order


def _run_in_order(
    runner: Any, inputs: Mapping[str, Any] | None = None, targets: Sequence[str] | None = None
) -> dict[str, Any]:
    wanted = tuple(targets or runner._graph_schema.target_names)
    plans = runner.__dict__.setdefault("_plans", {})
    if wanted not in plans:
        plans[wanted] = _plan(runner._graph_schema.minimal_graph_schema(list(wanted)))
    found = {name: (name, value) for name, value in (inputs or {}).items()}
    for name, needs in plans[wanted]:
        found[name] = runner._instantiated_nodes[name](*(found.get(need, need) for need in needs))
    return {name: found[name][1] for name in wanted}


def _plan(schema: Any) -> list[tuple[str, tuple[str, ...]]]:
    """Return the components of a graph with what each needs, so that what is needed comes first."""
    needs = {name: tuple(node.needs.values()) for name, node in schema.nodes.items()}
    return [(name, needs[name]) for name in TopologicalSorter(needs).static_order() if name in needs]


def _look_rules_up_by_their_newest_state() -> None:
    """Test only the rules whose newest action and intent are those at hand: Rasa tests each rule at each prediction."""
    # That was a tenth of a turn.
    if not hasattr(RulePolicy._get_possible_keys, "tests_all"):
        RulePolicy._get_possible_keys = _fewer_keys(RulePolicy._get_possible_keys)


def _fewer_keys(test_all: Callable[..., set[str]]) -> Callable[..., set[str]]:
    def possible_keys(policy: Any, lookup: dict[str, str], states: list[dict[str, Any]]) -> set[str]:
        if not states:
            return test_all(policy, lookup, states)
        index = _index(policy, lookup)
        action, intent = _action_and_intent(states[-1])
        keys = {key for each in {(action, intent), (action, None)} for key in index.get(each, ())}
        return test_all(policy, {key: lookup[key] for key in keys}, states)

    possible_keys.tests_all = test_all  # type: ignore[attr-defined]
    return possible_keys


def _index(policy: Any, lookup: dict[str, str]) -> dict[tuple[str | None, str | None], list[str]]:
    indexes = policy.__dict__.setdefault("_indexes", {})
    if id(lookup) not in indexes:
        indexes[id(lookup)] = _by_newest_state(policy, lookup)
    found: dict[tuple[str | None, str | None], list[str]] = indexes[id(lookup)]
    return found


def _by_newest_state(policy: Any, keys: Iterable[str]) -> dict[tuple[str | None, str | None], list[str]]:
    index: dict[tuple[str | None, str | None], list[str]] = defaultdict(list)
    for key in keys:
        index[_action_and_intent(policy._rule_key_to_state(key)[-1])].append(key)
    return index


def _action_and_intent(state: Mapping[str, Mapping[str, Any]]) -> tuple[str | None, str | None]:
    """Return what a state says of them; a rule whose intent is left open, or that begins a talk, fits any."""
    action = state.get("prev_action", {}).get("action_name")
    intent = state.get("user", {}).get("intent") if action else None
    return action, None if intent == SHOULD_NOT_BE_SET else intent


def _look_no_rules_up_by_text() -> None:
    """Look for a rule by the intent alone: Rasa does so by the text first, which fits no rule that names an intent."""
    # That was a twentieth of a turn.
    if not hasattr(RulePolicy._find_action_from_rules, "by_text_too"):
        RulePolicy._find_action_from_rules = _by_intent(RulePolicy._find_action_from_rules)


def _by_intent(by_text_too: Callable[..., Any]) -> Callable[..., Any]:
    def find_action(policy: Any, tracker: Any, domain: Any, use_text_for_last_user_input: bool) -> Any:
        lookups = [policy.lookup[name] for name in (RULES, RULES_FOR_LOOP_UNHAPPY_PATH)]
        any_intent = any((ACTION_LISTEN_NAME, None) in _index(policy, lookup) for lookup in lookups)
        if use_text_for_last_user_input and not any_intent:
            return None, None, False
        return by_text_too(policy, tracker, domain, use_text_for_last_user_input)

    find_action.by_text_too = by_text_too  # type: ignore[attr-defined]
    return find_action


def _expect_what_is_understood() -> None:
    """Do not warn of intents and entities that the domain lacks: nobody sees it, and Rasa makes a domain to compare."""
    # That was a fiftieth of a turn.
    MessageProcessor._check_for_unseen_features = lambda self, parse_data: None


def _read_the_domain_once() -> None:
    """Take the domain as it was written at training: Rasa parses it four times and checks it against its schema."""
    # That was a fifth of a start.
    DomainProvider.load = classmethod(_load_domain)


def _load_domain(
    provider: Any, config: Any, model_storage: Any, resource: Any, execution_context: Any, **kwargs: Any
) -> Any:
    with model_storage.read_from(resource) as folder:
        domain = Domain.from_dict(read_yaml(read_file(folder / "domain.yml")))
    return provider(model_storage, resource, domain)


def _copy_slots_plainly() -> None:
    """Copy a slot with its attributes: Rasa makes ten trackers a turn, each with all slots, by way of pickling."""
    # That was a twentieth of a turn.
    Slot.__copy__ = _copied  # type: ignore[attr-defined]


def _copied(slot: Any) -> Any:
    copied = object.__new__(type(slot))
    copied.__dict__.update(slot.__dict__)
    return copied


def _copy_trackers_plainly() -> None:
    """Copy a tracker with what it holds: Rasa replays all of its events, twice for each action."""
    # That was a twentieth of a turn.
    DialogueStateTracker.copy = _copied_tracker
    FormAction._temporary_tracker = _form_tracker


def _copied_tracker(tracker: DialogueStateTracker) -> DialogueStateTracker:
    copied: DialogueStateTracker = _copied(tracker)
    copied.events = tracker.events.copy()
    copied.slots = {name: copy.copy(slot) for name, slot in tracker.slots.items()}
    copied.active_loop = replace(tracker.active_loop) if tracker.active_loop else None
    copied.model_id = copied.assistant_id = None  # as Rasa leaves them in a copy
    return copied


def _form_tracker(
    form: FormAction, tracker: DialogueStateTracker, additional_events: Sequence[Event], _domain: Domain
) -> DialogueStateTracker:
    """Return what Rasa has a form validate: the requested slot and the form's own action stand before what is new."""
    copied = _copied_tracker(tracker)
    for event in (SlotSet(REQUESTED_SLOT, form.get_slot_to_fill(tracker)), ActionExecuted(form.name())):
        copied.update(event)
    for event in additional_events:
        copied.update(event)
    return copied


def _pick_replies_plainly() -> None:
    """Pick one of a reply's wordings: Rasa makes an array of them for that."""
    # That was a hundredth of a turn.
    TemplatedNaturalLanguageGenerator._random_response_for = _picked


def _picked(generator: Any, utter_action: str, output_channel: str, filled_slots: dict[str, Any]) -> Any:
    if utter_action not in generator.responses:
        return None
    fitting = ResponseVariationFilter(generator.responses).responses_for_utter_action(
        utter_action, output_channel, filled_slots
    )
    return random.choice(fitting) if fitting else None
