"""What the requests share: the assistant once it is loaded, the conversations, the limits."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable
from typing import TYPE_CHECKING, TypeVar

from fastapi import Request
from sqlalchemy.exc import SQLAlchemyError

from bot.web.conversations import Conversations
from bot.web.feed import Feed
from bot.web.limiting import Limiter
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
        self.feed = Feed(conversations.engine)
        self.assistant: Assistant | None = None
        self.fault = "The model is still loading. Please try again in a moment."
        self.remedy = ""  # what the operator can do about it, told on /readyz
        self._help = f"Please phone us on {phone}. In an emergency call {emergency_number}."

    def ready_assistant(self) -> Assistant:
        """Return the assistant; raises Problem 503 while it is not loaded."""
        if self.assistant is None:
            raise Problem(503, f"{self.fault} {self._help}", {"Retry-After": "5"})
        return self.assistant

    async def run(self, turn: Awaitable[T]) -> T:
        """Finish a turn, also where the client goes away; raises Problem 503 where it fails, and nothing was kept."""
        from bot.runtime.assistant import TurnFailed

        task = asyncio.ensure_future(turn)
        try:
            return await asyncio.wait_for(asyncio.shield(task), LONGEST_TURN)
        except (TurnFailed, SQLAlchemyError, TimeoutError) as error:
            logger.error("a turn failed: %s", error if isinstance(error, TurnFailed) else type(error).__name__)
            task.cancel()  # so that a turn that took too long is not kept after all
            detail = f"Something went wrong on our side, and your message was not saved. {self._help}"
            raise Problem(503, detail) from None

    def fault_sentence(self) -> str:
        """Return what a person is told of a fault that nothing else has dealt with."""
        return f"Something went wrong on our side. Please try again. {self._help}"

    def problem(self) -> str | None:
        """Return why the server cannot take messages, or None."""
        if self.assistant is None:
            return f"{self.fault} {self.remedy}".strip()
        try:
            self.conversations.ping()
        except SQLAlchemyError:
            return "The database does not answer."
        return None if self.limiter.answers() else "The store of the rate limits does not answer."


def state_of(request: Request) -> WebState:
    """Return what the app's requests share."""
    state: WebState = request.app.state.web
    return state
