"""One turn at a time in a conversation: in this process, and among workers that share a real Redis."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack

import pytest
from redis.exceptions import RedisError

from bot.runtime import turns
from bot.runtime.turns import ConversationBusy, Turns
from tests.services import redis_server


@pytest.fixture(scope="module")
def redis_url() -> Iterator[str]:
    """Return the address of a Redis of our own."""
    with redis_server() as url:
        yield url


async def take(workers: list[Turns], conversation: str, number: int, log: list[tuple[int, str]]) -> None:
    """Take a turn at one of the workers, and write down when it began and ended."""
    async with workers[number % len(workers)].alone(conversation):
        log.append((number, "begins"))
        await asyncio.sleep(0.002)
        log.append((number, "ends"))


@pytest.mark.parametrize("count", [1, 3])
def test_turns_of_a_conversation_never_overlap(redis_url: str, count: int) -> None:
    async def race() -> list[list[tuple[int, str]]]:
        workers = [Turns(redis_url) for _ in range(count)]
        logs: list[list[tuple[int, str]]] = [[] for _ in range(20)]
        await asyncio.gather(
            *(take(workers, f"{count}-{talk}", number, log) for talk, log in enumerate(logs) for number in range(6))
        )
        return logs

    for log in asyncio.run(race()):
        assert [moment for _, moment in log] == ["begins", "ends"] * 6
        assert [number for number, _ in log[::2]] == [number for number, _ in log[1::2]]
        if count == 1:
            assert [number for number, _ in log[::2]] == list(range(6))


def test_without_redis_turns_keep_their_order_and_nothing_is_left() -> None:
    async def race() -> tuple[list[tuple[int, str]], int, dict[str, asyncio.Lock]]:
        worker, log = Turns(), []
        await asyncio.gather(*(take([worker], "one", number, log) for number in range(9)))
        return log, len(worker), worker._locks

    log, waiting, locks = asyncio.run(race())
    assert log == [(number, moment) for number in range(9) for moment in ("begins", "ends")]
    assert (waiting, locks) == (0, {})


def test_other_conversations_do_not_wait(redis_url: str) -> None:
    async def both() -> None:
        worker = Turns(redis_url)
        async with worker.alone("one"), worker.alone("other"):
            pass

    asyncio.run(asyncio.wait_for(both(), 5))


def test_a_lock_that_ran_out_is_free_for_the_next(redis_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "LIFETIME", 0.2)

    async def killed_and_next() -> None:
        async with AsyncExitStack() as killed:
            await killed.enter_async_context(Turns(redis_url).alone("killed"))
            async with Turns(redis_url).alone("killed"):
                pass

    asyncio.run(asyncio.wait_for(killed_and_next(), 5))


def test_who_waits_too_long_is_told(redis_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "LONGEST_WAIT", 0.05)

    async def both() -> None:
        async with Turns(redis_url).alone("slow"), Turns(redis_url).alone("slow"):
            pass

    with pytest.raises(ConversationBusy):
        asyncio.run(both())


def test_without_an_answer_of_redis_there_is_no_turn() -> None:
    async def alone() -> None:
        async with Turns("redis://127.0.0.1:1/0").alone("one"):
            raise AssertionError("a turn was taken")

    with pytest.raises(RedisError):
        asyncio.run(alone())
