"""What the requests share: the assistant once it is loaded, the conversations, the limits."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any, TypeVar

from fastapi import Request
from sqlalchemy.exc import SQLAlchemyError

from bot.web.conversations import Conversations
from bot.web.faults import database_fault, faults, part
from bot.web.feed import Feed
from bot.web.limiting import Limiter, network_of
from bot.web.lines import LineFull, Lines
from bot.web.problems import Problem

if TYPE_CHECKING:
    from bot.runtime.assistant import Assistant

T = TypeVar("T")
logger = logging.getLogger(__name__)
LONGEST_TURN = 20  # seconds


class WebState:
    """The parts of a running server."""

    def __init__(self, conversations: Conversations, limiter: Limiter, phone: str, emergency_number: str) -> None:
        self.conversations = conversations
        self.limiter = limiter
        self.lines = Lines()
        self.feed = Feed(conversations.engine)
        self.assistant: Assistant | None = None
        self.fault = part("loading")
        self.remedy = ""  # what the operator can do about it, told on /readyz
        self._looking: asyncio.Task[str | None] | None = None
        self._help = faults()["patient"]["help"].format(phone=phone, emergency_number=emergency_number)

    def ready_assistant(self) -> Assistant:
        """Return the assistant; raises Problem 503 while it is not loaded."""
        if self.assistant is None:
            raise Problem(503, f"{self.fault} {self._help}", {"Retry-After": "5"})
        return self.assistant

    async def run(self, request: Request, turn: Coroutine[Any, Any, T]) -> T:
        """Finish a turn in its line, also where the client goes away; raises Problem where it fails or must wait."""
        from bot.runtime.assistant import TurnFailed

        address = network_of(request.client.host) if request.client else ""
        task = asyncio.ensure_future(self.lines.take(address, turn))
        try:
            return await asyncio.wait_for(asyncio.shield(task), LONGEST_TURN)
        except LineFull as refused:
            raise Problem(refused.status, self._sentence("busy"), {"Retry-After": "2"}) from None
        except (TurnFailed, SQLAlchemyError, TimeoutError) as error:
            logger.error("a turn failed: %s", error if isinstance(error, TurnFailed) else type(error).__name__)
            task.cancel()  # so that a turn that took too long is not kept after all
            raise Problem(503, self._sentence("turn")) from None

    def fault_sentence(self) -> str:
        """Return what a person is told of a fault that nothing else has dealt with."""
        return self._sentence("request")

    def problem(self) -> str | None:
        """Return why the server cannot take messages, or None; writes to the database, to see whether it can."""
        if self.assistant is None:
            return f"{self.fault} {self.remedy}".strip()
        try:
            self.conversations.try_out()
        except SQLAlchemyError as error:
            return database_fault(error)
        return None if self.limiter.answers() else part("limits_away")

    async def newest_problem(self) -> str | None:
        """Return the same, looked for in a thread: one look for all who ask meanwhile."""
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(asyncio.to_thread(self.problem))
        return await asyncio.shield(self._looking)

    def _sentence(self, name: str) -> str:
        return f"{faults()['patient'][name]} {self._help}"


def state_of(request: Request) -> WebState:
    """Return what the app's requests share."""
    state: WebState = request.app.state.web
    return state
