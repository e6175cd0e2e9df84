"""One turn at a time in a conversation, in the order in which messages came; across workers by a lock in Redis."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext, suppress

from redis.asyncio import Redis
from redis.exceptions import RedisError

LIFETIME = 5.0  # seconds, after which the lock of a killed worker is free; a slower turn is fenced off by the store
LONGEST_WAIT = 15.0  # seconds, for the turns before this one
_BETWEEN_TRIES = 0.01  # seconds


class ConversationBusy(RuntimeError):
    """The turns before this one took too long."""


class Turns:
    """The locks of the conversations; in this process only where there is no Redis."""

    def __init__(self, redis_url: str | None = None) -> None:
        self._redis = Redis.from_url(redis_url, socket_timeout=LIFETIME) if redis_url else None
        self._waiting: dict[str, int] = {}
        self._locks: dict[str, asyncio.Lock] = {}

    def __len__(self) -> int:
        """Return how many turns run or wait in this process."""
        return sum(self._waiting.values())

    @asynccontextmanager
    async def alone(self, conversation_id: str) -> AsyncIterator[None]:
        """Wait for this conversation's earlier turns, then hold the others off.

        Raises:
            ConversationBusy: they took longer than LONGEST_WAIT.
            redis.exceptions.RedisError: Redis does not answer.
        """
        lock = self._locks.setdefault(conversation_id, asyncio.Lock())
        self._waiting[conversation_id] = self._waiting.get(conversation_id, 0) + 1
        try:
            async with lock, self._among_workers(conversation_id):
                yield
        finally:
            self._waiting[conversation_id] -= 1
            if not self._waiting[conversation_id]:
                del self._waiting[conversation_id], self._locks[conversation_id]

    def _among_workers(self, conversation_id: str) -> AbstractAsyncContextManager[None]:
        return nullcontext() if self._redis is None else _locked(self._redis, conversation_id)


@asynccontextmanager
async def _locked(redis: Redis, conversation_id: str) -> AsyncIterator[None]:
    # SET NX PX with a random value, released by a script that compares it: atomic, unlike Rasa's own lock in Redis.
    lock = redis.lock(f"needlepoint:turn:{conversation_id}", timeout=LIFETIME, sleep=_BETWEEN_TRIES)
    if not await lock.acquire(blocking_timeout=LONGEST_WAIT):
        raise ConversationBusy("the turns before this one took too long")
    try:
        yield
    finally:
        # It ran out, or Redis is gone: the turn is stored all the same, and its lock ends by itself.
        with suppress(RedisError):
            await lock.release()
