"""Keep a tracker short: its last turns, and what stood before them in a few events."""

from __future__ import annotations

from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActiveLoop, Event, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

TURNS = 2  # the policies look back on less: three actions, and as far as the longest rule, which is one turn


def condensed(tracker: DialogueStateTracker, domain: Domain) -> list[Event]:
    """Return events that lead to the tracker's slots, its form and its last TURNS turns."""
    events = list(tracker.events)
    heard = [index for index, event in enumerate(events) if isinstance(event, UserUttered)]
    if len(heard) <= TURNS:
        return events
    start = heard[-TURNS]
    past = DialogueStateTracker.from_events(tracker.sender_id, events[:start], domain.slots)
    moment = events[start - 1].timestamp
    before: list[Event] = [
        SlotSet(name, slot.value, moment) for name, slot in past.slots.items() if slot.value != slot.initial_value
    ]
    if past.active_loop_name:
        before.append(ActiveLoop(past.active_loop_name, moment))
    return [*before, ActionExecuted(ACTION_LISTEN_NAME, timestamp=moment), *events[start:]]
