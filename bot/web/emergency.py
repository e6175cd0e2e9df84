"""Advice in an emergency by the phrases alone: it needs no model, no database and no action."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any

from fastapi import Request, Response
from fastapi.routing import APIRoute
from limits.errors import StorageError
from sqlalchemy.exc import SQLAlchemyError

from bot.settings import clinic
from bot.triage.engine import decide
from bot.triage.hearing import hear
from bot.triage.interview import Interview, is_grave
from bot.triage.loading import load_protocol
from bot.triage.model import Outcome, PatientAnswers, Protocol
from bot.web.desk.wording import reply
from bot.web.limiting import address_of
from bot.web.lines import LineFull
from bot.web.patient_text import LONGEST_TEXT
from bot.web.problems import Problem
from bot.web.state import state_of

if TYPE_CHECKING:
    from bot.nlu.reader import Reader

logger = logging.getLogger(__name__)
PAUSE = 1.0  # seconds before too many requests are refused
LONGEST_WAIT = 5.0  # seconds in which advice is found, or the numbers are named without it
_REPLIES = {Outcome.EMERGENCY: "utter_verdict_emergency_again", Outcome.CRISIS: "utter_verdict_crisis"}


class AdvisedRoute(APIRoute):
    """A route whose refusal for a fault of ours, or of too many requests, begins with the advice that is due."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler, with advice put before the sentence of a 429 or 503."""
        handle = super().get_route_handler()

        async def advised(request: Request) -> Response:
            try:
                return await handle(request)
            except Problem as problem:
                if problem.status == 429:
                    await asyncio.sleep(PAUSE)  # else whoever floods asks again at once, as often as we can refuse
                elif problem.status != 503:
                    raise
                fault = problem
            except (SQLAlchemyError, StorageError) as error:
                logger.error("a request failed: %s", type(error).__name__)
                fault = Problem(503, state_of(request).fault_sentence())
            raise await _advised(request, fault) from None

        return advised


async def _advised(request: Request, fault: Problem) -> Problem:
    """Return a refusal that begins with the advice due, which costs work and has a line of its own for each address."""
    state, text = state_of(request), _words(await request.body())

    async def said() -> str:
        return advice(text)

    try:
        due = await asyncio.wait_for(state.advising.take(address_of(request), said()), LONGEST_WAIT)
    except (LineFull, TimeoutError):
        return state.busy(fault.status)
    return Problem(fault.status, f"{due} {fault.detail}".strip(), fault.headers)


def advice(text: str) -> str:
    """Return what to do at once where a text holds a grave sign, certain or in doubt; else an empty text."""
    reader, protocol = book()
    heard = hear(Interview(), reader.read(text[:LONGEST_TEXT]), protocol)
    grave = tuple(s for s in (*heard.answers.signs, *heard.doubtful) if is_grave(s, protocol))
    if not grave:
        return ""
    outcome = decide(PatientAnswers(signs=grave), protocol).outcome
    return " ".join(reply(_REPLIES[outcome], clinic().placeholders()).split())


def book() -> tuple[Reader, Protocol]:
    """Return the reader that knows the phrases and nothing learnt, made once in a process, and the protocol."""
    from bot.nlu.reader import own_reader  # here, for it takes a second that no other command needs

    return own_reader(), load_protocol(policy=clinic().policy)


def _words(body: bytes) -> str:
    """Return the text of a message, or an empty one where the body holds none."""
    try:
        content = json.loads(body or b"null")
    except (ValueError, RecursionError):
        return ""
    said = (content.get("text") or content.get("choice")) if isinstance(content, dict) else None
    return said if isinstance(said, str) else ""
