"""A patient who answers whatever the assistant asks, through the real assistant in this process."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.runtime.assistant import Assistant
from bot.runtime.messages import Message

# How a patient answers with whom nothing is wrong.
NOTHING_WRONG = {
    "pain_site_detail": "not sure",
    "referred_pain": "no, it stays in one place",
    "red_flags": "none of these",
    "age": "41",
    "needle_phobia": "needles don't bother me",
    "precautions": "none of these",
    "guardian_consent": "yes",
    "child_consent": "yes",
    "child_understands": "yes",
    "tolerance": "no",
    "share_with_clinic": "no thanks",
}
NUDGE = "I'd like to know if dry needling is right for me"
MOST_TURNS = 30


@dataclass
class Talk:
    """One conversation as it runs: what is being asked, and the last verdict that was told."""

    assistant: Assistant
    id: str = field(default_factory=lambda: secrets.token_urlsafe(9))
    asking: str | None = None
    verdict: Mapping[str, Any] | None = None

    async def begin(self) -> None:
        """Open the conversation, as a page does."""
        self._take(await self.assistant.start(self.id))

    async def say(self, text: str) -> None:
        """Say something and take in what is answered."""
        self._take(await self.assistant.hear(self.id, text))

    def _take(self, messages: Sequence[Message]) -> None:
        self.asking = next((m.asking for m in reversed(messages) if m.asking), None)
        self.verdict = next((m.triage for m in reversed(messages) if m.triage), self.verdict)

    @property
    def told(self) -> bool:
        """Whether the verdict was told and nothing of the triage is open."""
        return self.verdict is not None and self.asking in (None, "share_with_clinic")


async def verdict_of(assistant: Assistant, vignette: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the last verdict of a talk with the patient of a vignette, {} where there was none.

    A vignette has `opening`, and may have `answers` and `interrupts` by question, and `then`, a list of steps that are
    said after the verdict.
    """
    talk = Talk(assistant)
    await talk.begin()
    await talk.say(vignette["opening"])
    answers = NOTHING_WRONG | {"pain_site": vignette["opening"]} | vignette.get("answers", {})
    interrupts = dict(vignette.get("interrupts", {}))
    for _ in range(MOST_TURNS):
        if talk.told:
            break
        asked = talk.asking or ""
        await talk.say(interrupts.pop(asked, None) or answers.get(asked, NUDGE))
    for step in vignette.get("then", ()):
        await talk.say(step["say"])
    assistant.erase(talk.id)
    return talk.verdict or {}
