"""Turns wait in a line for each address, so that whoever sends a flood waits for themselves."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any, TypeVar

T = TypeVar("T")
LONGEST_LINE = 64  # turns of one address; at some 25 ms each the last one waits for two seconds
MOST_WAITING = 256  # turns of all addresses
LOOKS, BETWEEN = 20, 0.05  # and seconds, after which a turn that waits for something lets the next one by


class LineFull(Exception):
    """There is no place in the line: of the address (429), or in all lines together (503)."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


@dataclass
class _Line:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    length: int = 0


class Lines:
    """The turns that run or wait in this process, by address."""

    def __init__(self) -> None:
        self._lines: dict[str, _Line] = {}
        self._waiting = 0

    def __len__(self) -> int:
        """Return how many turns run or wait."""
        return self._waiting

    async def take(self, address: str, turn: Coroutine[Any, Any, T]) -> T:
        """Run a turn when it is its turn; raises LineFull."""
        line = self._lines.setdefault(address, _Line())
        if line.length >= LONGEST_LINE or self._waiting >= MOST_WAITING:
            turn.close()
            raise LineFull(429 if line.length >= LONGEST_LINE else 503)
        line.length, self._waiting = line.length + 1, self._waiting + 1
        try:
            return await _in_line(line, turn)
        finally:
            line.length, self._waiting = line.length - 1, self._waiting - 1
            if not line.length:
                del self._lines[address]


async def _in_line(line: _Line, turn: Coroutine[Any, Any, T]) -> T:
    try:
        await line.lock.acquire()
    except asyncio.CancelledError:
        turn.close()
        raise
    task = asyncio.ensure_future(turn)
    try:
        try:
            await _done_or_still(task)
        finally:
            line.lock.release()
        return await task
    finally:
        task.cancel()


async def _done_or_still(task: asyncio.Task[Any]) -> None:
    """Return once a turn is done, or stands still: looks are counted, for the time may be that of its own work."""
    for _ in range(LOOKS):
        done, _ = await asyncio.wait({task}, timeout=BETWEEN)
        if done:
            return
