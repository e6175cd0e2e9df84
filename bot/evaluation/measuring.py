"""The trained model on every held-out set: what it heard, held against what a careful reader hears."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from bot.evaluation.heldout import Heldout
from bot.evaluation.judging import (
    Judged,
    judge_answers,
    judge_assertion,
    judge_complaints,
    judge_intents,
    judge_verdict,
)
from bot.evaluation.listening import Heard, Listener
from bot.evaluation.patient import verdict_of
from bot.triage.model import Protocol

if TYPE_CHECKING:
    from bot.runtime.assistant import Assistant

WRITTEN_ON = date(2026, 11, 26)  # ages in the sets were reckoned on this day


@dataclass(frozen=True)
class Labelled:
    """A message's intent, the one that was recognised, and how sure the classifier was, from 0 to 1."""

    expected: str
    got: str
    confidence: float


@dataclass(frozen=True)
class Measured:
    """All judgements, and the intents one by one."""

    judged: tuple[Judged, ...]
    intents: tuple[Labelled, ...]


def measure(listener: Listener, assistant: Assistant, sets: Heldout, protocol: Protocol) -> Measured:
    """Return how the model fares on the held-out sets: message by message, and in whole talks with the assistant."""

    def heard(examples: Sequence[Any]) -> list[Heard]:
        return listener.read([example.text for example in examples], WRITTEN_ON)

    intents = heard(sets.intents)
    judged = [*judge_intents(sets.intents, intents)]
    for name in ("red_flags", "look_alikes", "indications", "mixed"):
        examples = getattr(sets, name)
        judged += judge_complaints(name, examples, heard(examples), protocol)
    judged += judge_assertion(sets.assertion, heard(sets.assertion), protocol)
    judged += judge_answers(sets.answers, heard(sets.answers), protocol)
    judged += asyncio.run(_judge_talks(assistant, sets.vignettes))
    labelled = zip(sets.intents, intents, strict=True)
    return Measured(tuple(judged), tuple(Labelled(e.intent, m.intent, m.confidence) for e, m in labelled))


async def _judge_talks(assistant: Assistant, vignettes: Sequence[Mapping[str, Any]]) -> list[Judged]:
    """Return how whole talks end; each is erased afterwards."""
    verdicts = [await verdict_of(assistant, vignette) for vignette in vignettes]
    pairs = zip(vignettes, verdicts, strict=True)
    return [judge_verdict(vignette["expect"]["outcome"], str(verdict.get("outcome"))) for vignette, verdict in pairs]
