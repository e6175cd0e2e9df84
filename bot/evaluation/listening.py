"""Messages as the trained model understands them, and what the interview takes from them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from unittest.mock import patch

from bot.nlu.reader import Reader
from bot.runtime.quiet import silence_rasa
from bot.triage.hearing import hear
from bot.triage.hearing.talk import without_talk
from bot.triage.interview import Interview
from bot.triage.model import Protocol, Reading
from bot.triage.reading import reading_of


@dataclass(frozen=True)
class Heard:
    """One message as understood."""

    text: str
    intent: str
    confidence: float
    reading: Reading


class Listener:
    """The trained model's understanding, without the dialogue."""

    def __init__(self, model: Path) -> None:
        from rasa.core.agent import Agent

        silence_rasa()
        self._agent = Agent.load(str(model))

    def read(self, texts: Iterable[str], today: date) -> list[Heard]:
        """Return each message as understood on a day, for ages depend on it."""
        with patch.object(Reader, "clock", lambda _: today):
            return asyncio.run(self._read(list(texts)))

    async def _read(self, texts: list[str]) -> list[Heard]:
        found = []
        for text in texts:
            parsed = await self._agent.parse_message(text)
            # The guard keeps what the classifier thought in the ranking.
            confidence = (parsed.get("intent_ranking") or [parsed["intent"]])[0]["confidence"]
            found.append(Heard(text, parsed["intent"]["name"], confidence, reading_of(parsed["entities"])))
        return found


def interview_after(heard: Heard, before: Interview, protocol: Protocol) -> Interview:
    """Return the interview after a message."""
    return hear(before, without_talk(heard.reading, heard.intent), protocol)
