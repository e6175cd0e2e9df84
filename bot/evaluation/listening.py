"""Messages as the trained model understands them, and what the interview takes from them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from bot.runtime.quiet import silence_rasa
from bot.triage.hearing import hear
from bot.triage.interview import Interview
from bot.triage.model import Assertion, Finding, Protocol, Reading


@dataclass(frozen=True)
class Heard:
    """One message as understood."""

    text: str
    intent: str
    confidence: float
    reading: Reading


class Listener:
    """The trained model's understanding, without the dialogue."""

    def __init__(self, model: Path, protocol: Protocol) -> None:
        from rasa.core.agent import Agent

        silence_rasa()
        self._agent = Agent.load(str(model))
        self.protocol = protocol

    def read(self, texts: Iterable[str]) -> list[Heard]:
        """Return each message as understood."""
        return asyncio.run(self._read(list(texts)))

    async def _read(self, texts: list[str]) -> list[Heard]:
        found = []
        for text in texts:
            parsed = await self._agent.parse_message(text)
            reading = tuple(
                Finding(e["entity"], e["value"], e.get("said", ""), Assertion(e["role"])) for e in parsed["entities"]
            )
            # The guard keeps what the classifier thought in the ranking.
            confidence = (parsed.get("intent_ranking") or [parsed["intent"]])[0]["confidence"]
            found.append(Heard(text, parsed["intent"]["name"], confidence, reading))
        return found

    def interview(self, heard: Heard, asked: str) -> Interview:
        """Return a new interview after the message, which answers the question `asked`."""
        return hear(Interview(asked=asked), heard.reading, self.protocol)
