"""The lines of turns are bounded, and nobody waits for another's line."""

from __future__ import annotations

import asyncio
import time

import pytest

from bot.settings import clinic
from bot.web.lines import LONGEST_LINE, MOST_WAITING, LineFull, Lines
from tests.web.patient import CONVERSATIONS, Patient
from tests.web.test_refusals import assert_problem


async def flood(lines: Lines, addresses: list[str], turn_seconds: float = 0.0) -> list[int | None]:
    """Send a turn from each address at once; return the status of each refusal."""

    async def turn() -> None:
        await asyncio.sleep(turn_seconds)

    results = await asyncio.gather(*(lines.take(address, turn()) for address in addresses), return_exceptions=True)
    return [result.status if isinstance(result, LineFull) else result for result in results]  # type: ignore[misc]


def test_a_line_is_bounded_and_the_rest_is_refused() -> None:
    lines = Lines()
    assert asyncio.run(flood(lines, ["a"] * (LONGEST_LINE + 5))) == [None] * LONGEST_LINE + [429] * 5
    assert len(lines) == 0


def test_all_lines_together_are_bounded() -> None:
    addresses = [str(number) for number in range(MOST_WAITING + 3)]
    assert asyncio.run(flood(Lines(), addresses))[-3:] == [503] * 3


def test_another_address_does_not_wait_for_a_flood() -> None:
    async def run() -> list[str]:
        lines, order = Lines(), []

        async def turn(name: str) -> None:
            await asyncio.sleep(0)
            order.append(name)

        flood = [lines.take("a", turn("flood")) for _ in range(20)]
        await asyncio.gather(*flood, lines.take("b", turn("other")))
        return order

    assert asyncio.run(run()).index("other") <= 2


def test_a_turn_that_stands_still_lets_the_next_one_by(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.web.lines.BETWEEN", 0.001)

    async def run() -> str:
        lines, never = Lines(), asyncio.Event()

        async def quick() -> str:
            return "answered"

        stuck = asyncio.ensure_future(lines.take("a", never.wait()))
        answer = await asyncio.wait_for(lines.take("a", quick()), 5)
        stuck.cancel()
        await asyncio.gather(stuck, return_exceptions=True)
        assert len(lines) == 0
        return answer

    assert asyncio.run(run()) == "answered"


@pytest.mark.parametrize("pieces", [1, 15])
def test_a_turn_that_works_for_long_lets_nobody_by(monkeypatch: pytest.MonkeyPatch, pieces: int) -> None:
    """However long each piece of its work keeps everyone waiting."""
    monkeypatch.setattr("bot.web.lines.BETWEEN", 0.001)

    async def run() -> list[str]:
        lines, order = Lines(), []

        async def turn(name: str) -> None:
            for _ in range(pieces):
                order.append(name)
                time.sleep(0.02)  # work, as long as one may stand still
                await asyncio.sleep(0)

        await asyncio.gather(lines.take("a", turn("first")), lines.take("a", turn("second")))
        return order

    assert asyncio.run(run()) == ["first"] * pieces + ["second"] * pieces


@pytest.mark.parametrize("looked_at", ["messages", "answers", "events"])
def test_reading_a_talk_waits_in_the_line_too(
    patient: Patient, monkeypatch: pytest.MonkeyPatch, looked_at: str
) -> None:
    """However long the talk, the others are answered meanwhile."""
    monkeypatch.setattr("bot.web.lines.LONGEST_LINE", 0)
    response = patient.client.get(f"{CONVERSATIONS}/{patient.id}/{looked_at}", headers=patient.headers)
    assert clinic().phone in assert_problem(response, 429)
