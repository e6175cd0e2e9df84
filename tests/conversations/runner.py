"""Drives a whole conversation, written in YAML, through the real agent and the real actions in this process.

A conversation is a mapping:

    name: a sentence that says what must hold
    turns:                      # in order
      - patient: my hip hurts   # what is typed; `choice: VALUE` taps a quick reply instead
        asks: referred_pain     # the id of the question that the answer ends with (null: none)
        says: [article]         # texts that the answer contains (all of them, any case)
        never_says: [call 911]  # texts that it does not contain
        outcome: urgent         # of the verdict told in this turn; likewise reason, technique, rule, minor,
        indications: [hip_pain] # indications and red_flags (exactly these, in any order)
        triage: null            # no verdict is told in this turn
    answers:                    # instead of turns, or after them: who the patient is, by question
      age: "44"
    verdict: {outcome: ..., ...}  # of the last verdict told, with the keys above

Questions that `answers` does not name are answered as by a patient with whom nothing is wrong.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.evaluation.patient import NOTHING_WRONG

TURN_KEYS = {"patient", "choice", "asks", "says", "never_says", "triage"}
VERDICT_KEYS = {"outcome", "reason", "technique", "rule", "minor", "indications", "red_flags"}
MOST_TURNS = 30


@dataclass
class Talk:
    """One conversation as it runs."""

    assistant: Any
    conversation_id: str = field(default_factory=lambda: secrets.token_urlsafe(9))
    asking: str | None = None
    verdict: Mapping[str, Any] | None = None
    log: list[str] = field(default_factory=list)

    async def start(self) -> None:
        """Begin, as a page that is opened does."""
        self._take(await self.assistant.start(self.conversation_id))

    async def say(self, text: str) -> list[Any]:
        """Say something and return the messages it leads to."""
        self.log.append(f"patient: {text}")
        messages = await self.assistant.hear(self.conversation_id, text)
        self._take(messages)
        return messages

    def _take(self, messages: list[Any]) -> None:
        self.log += [f"    bot: {message.text}" for message in messages]
        self.asking = next((m.asking for m in reversed(messages) if m.asking), None)
        self.verdict = next((m.triage for m in reversed(messages) if m.triage), self.verdict)


async def run(assistant: Any, conversation: Mapping[str, Any]) -> list[str]:
    """Run a conversation and return what fell short, with the talk; empty when all held."""
    _check(conversation)
    talk = Talk(assistant)
    await talk.start()
    faults: list[str] = []
    for number, turn in enumerate(conversation.get("turns", ()), 1):
        messages = await talk.say(turn.get("choice") or turn["patient"])
        faults += [f"turn {number}: {fault}" for fault in _turn_faults(turn, messages, talk)]
    if "answers" in conversation:
        await _answer_all(talk, NOTHING_WRONG | conversation["answers"])
    faults += [f"verdict: {f}" for f in _verdict_faults(conversation.get("verdict", {}), talk.verdict)]
    return [*faults, *talk.log] if faults else []


async def _answer_all(talk: Talk, answers: Mapping[str, str]) -> None:
    for _ in range(MOST_TURNS):
        if talk.asking is None or (talk.verdict and talk.asking == "share_with_clinic"):
            return
        await talk.say(answers[talk.asking])


def _turn_faults(turn: Mapping[str, Any], messages: list[Any], talk: Talk) -> list[str]:
    text = " ".join(message.text for message in messages).lower()
    faults = [f"never said {wanted!r}" for wanted in turn.get("says", ()) if wanted.lower() not in text]
    faults += [f"said {unwanted!r}" for unwanted in turn.get("never_says", ()) if unwanted.lower() in text]
    if "asks" in turn and talk.asking != turn["asks"]:
        faults.append(f"asked {talk.asking!r}, not {turn['asks']!r}")
    told = next((m.triage for m in reversed(messages) if m.triage), None)
    if "triage" in turn and told:
        faults.append(f"told a verdict: {told['rule']}")
    return faults + _verdict_faults({k: turn[k] for k in VERDICT_KEYS & set(turn)}, told)


def _verdict_faults(wanted: Mapping[str, Any], told: Mapping[str, Any] | None) -> list[str]:
    if wanted and told is None:
        return ["none was told"]
    faults = []
    for key, value in wanted.items():
        got = told[key] if told else None
        same = sorted(value) == sorted(got or ()) if isinstance(value, list) else value == got
        if not same:
            faults.append(f"{key} is {got!r}, not {value!r}")
    return faults


def _check(conversation: Mapping[str, Any]) -> None:
    """Refuse a conversation with a key that would silently assert nothing."""
    unknown = set(conversation) - {"name", "turns", "answers", "verdict"}
    for turn in conversation.get("turns", ()):
        unknown |= set(turn) - TURN_KEYS - VERDICT_KEYS
    unknown |= set(conversation.get("verdict", ())) - VERDICT_KEYS
    if unknown or not (conversation.get("turns") or conversation.get("verdict")):
        raise ValueError(f"{conversation.get('name')}: unknown keys {sorted(unknown)}, or nothing to check")
