"""Passwords are checked one after the other; whoever waits for that keeps neither a thread nor the next address."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

from fastapi import Request

from bot.web.desk.visits import DeskProblem, desk_of
from bot.web.limiting import address_of
from bot.web.lines import LineFull

T = TypeVar("T")


async def one_by_one(request: Request, check: Callable[[], T]) -> T:
    """Run a check in a thread when it is its turn; raises DeskProblem 429 where too many of the address wait."""
    desk = desk_of(request)

    async def alone() -> T:
        async with desk.checking:
            return await asyncio.to_thread(check)

    try:
        return await desk.sign_ins.take(address_of(request), alone())
    except LineFull:
        raise DeskProblem(429, "Many are signing in just now. Wait a few seconds, and try again.") from None
