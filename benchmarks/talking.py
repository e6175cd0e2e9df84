"""Clients that send the same messages to either server and time every reply."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count
from time import perf_counter

import httpx
import yaml

from bot.settings import ROOT

Talk = list[str]


def test_conversations() -> list[Talk]:
    """Return what patients say in the conversations that the tests hold."""
    talks = []
    for path in sorted((ROOT / "tests" / "conversations").glob("*.yml")):
        for conversation in yaml.safe_load(path.read_text(encoding="utf-8")):
            said = [turn["patient"] for turn in conversation.get("turns", ()) if isinstance(turn.get("patient"), str)]
            if len(said) > 1:
                talks.append(said)
    return talks


@dataclass
class Times:
    """Seconds that replies took; a failed one has none."""

    seconds: list[float] = field(default_factory=list)
    failed: int = 0
    duration: float = 0.0

    def at(self, share: float) -> float:
        """Return the milliseconds within which this share of the replies came."""
        ordered = sorted(self.seconds)
        return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("nan")

    @property
    def rate(self) -> float:
        """Return the replies in a second."""
        return len(self.seconds) / self.duration


class Server:
    """A server's address and how it is talked to."""

    _names = count()

    def __init__(self, address: str, ours: bool) -> None:
        self.address, self._ours = address, ours

    async def begin(self, client: httpx.AsyncClient) -> tuple[str, dict[str, str], dict[str, str]]:
        """Begin a conversation; return where messages go, their headers and what else is in their bodies."""
        if not self._ours:
            return f"{self.address}/webhooks/rest/webhook", {}, {"sender": f"sender-{next(self._names)}"}
        begun = (await client.post(f"{self.address}/api/v1/conversations", json={})).raise_for_status().json()
        place = f"{self.address}/api/v1/conversations/{begun['conversation_id']}/messages"
        return place, {"Authorization": f"Bearer {begun['token']}"}, {}

    async def talk(self, client: httpx.AsyncClient, talk: Sequence[str], times: Times, until: float) -> None:
        """Say everything, each message after the answer to the one before."""
        place, headers, more = await self.begin(client)
        for text in talk:
            if perf_counter() > until:
                return
            began = perf_counter()
            response = await client.post(
                place, json={"text" if self._ours else "message": text, **more}, headers=headers
            )
            if response.status_code == 200 and response.json():
                times.seconds.append(perf_counter() - began)
            else:
                times.failed += 1


def measure(server: Server, talks: Sequence[Talk], clients: int, seconds: float) -> Times:
    """Return the times of as many clients at once, each holding one conversation after the other."""
    times, numbers, began = Times(), count(), perf_counter()

    async def client() -> None:
        async with httpx.AsyncClient(timeout=120) as http:
            while perf_counter() < began + seconds:
                await server.talk(http, talks[next(numbers) % len(talks)], times, began + seconds)

    async def all_clients() -> None:
        await asyncio.gather(*(client() for _ in range(clients)))

    asyncio.run(all_clients())
    times.duration = perf_counter() - began
    return times


def measure_long(server: Server, talks: Sequence[Talk], messages: int, seconds: float) -> Times:
    """Return the times in a single conversation."""
    times = Times()
    words = [text for talk in talks for text in talk]

    async def client() -> None:
        async with httpx.AsyncClient(timeout=120) as http:
            await server.talk(http, [words[i % len(words)] for i in range(messages)], times, perf_counter() + seconds)

    asyncio.run(client())
    return times
