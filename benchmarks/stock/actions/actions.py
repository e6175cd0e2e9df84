"""The two custom actions of a small form bot, as Rasa's own documentation writes them."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, FormValidationAction, Tracker
from rasa_sdk.events import AllSlotsReset, EventType
from rasa_sdk.executor import CollectingDispatcher


class ValidateTriageForm(FormValidationAction):
    """Takes every answer as it is."""

    def name(self) -> str:
        """Return the action's name."""
        return "validate_triage_form"

    def validate_age(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any
    ) -> dict[str, Any]:
        """Keep what was said."""
        return {"age": value}


class ActionVerdict(Action):
    """Tells a verdict and begins anew."""

    def name(self) -> str:
        """Return the action's name."""
        return "action_verdict"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[EventType]:
        """Tell the verdict."""
        dispatcher.utter_message(text=f"Thank you. A clinician will look at your {tracker.get_slot('pain_site')}.")
        return [AllSlotsReset()]
