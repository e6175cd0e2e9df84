"""News of a conversation for the patient's page: server-sent events, also of what other workers and staff wrote."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

import sqlalchemy as sa
from fastapi import APIRouter, Depends, Request
from fastapi.responses import StreamingResponse

from bot.intake.staff_talk import staff_messages
from bot.intake.talk import events_of
from bot.runtime.messages import Message, from_events, with_staff
from bot.web.chat_api import allowed
from bot.web.feed import INTERVAL
from bot.web.problems import Problem, responses
from bot.web.state import state_of

MOST_STREAMS = 20  # of one conversation, in this process
LONGEST = 900  # seconds after which the client connects anew
_BEAT = 15  # looks without news after which a comment keeps proxies from closing
_HEADERS = {"X-Accel-Buffering": "no"}
router = APIRouter(prefix="/api/v1", tags=["chat"])


@router.get(
    "/conversations/{conversation_id}/events",
    responses={200: {"content": {"text/event-stream": {}}}, **responses(404, 429)},
    response_class=StreamingResponse,
    openapi_extra={"security": [{"token": []}]},
)
async def follow_conversation(request: Request, conversation_id: str = Depends(allowed)) -> StreamingResponse:
    """Stream an event `message` for each message from now on; its id is the number of messages up to it.

    `Last-Event-ID` is the number of messages that are known already.
    """
    state = state_of(request)
    engine = state.conversations.engine
    state.limiter.read(conversation_id)
    last = request.headers.get("last-event-id", "")
    known = int(last) if last.isascii() and last.isdigit() and len(last) < 7 else None
    first = len(await asyncio.to_thread(_talk, engine, conversation_id)) if known is None else known
    if state.feed.listeners(conversation_id) >= MOST_STREAMS:
        raise Problem(429, "This conversation is open in too many places. Please close some.", {"Retry-After": "30"})

    async def news() -> AsyncIterator[str]:
        sent, event = first, state.feed.listen(conversation_id)
        yield "retry: 2000\n\n"
        try:
            for _ in range(int(LONGEST / INTERVAL)):
                try:
                    await asyncio.wait_for(event.wait(), INTERVAL * _BEAT)
                except TimeoutError:
                    yield ": still here\n\n"
                    continue
                event.clear()
                if not await asyncio.to_thread(state.conversations.exists, conversation_id):
                    return
                talk = await asyncio.to_thread(_talk, engine, conversation_id)
                sent = min(sent, len(talk))  # a talk that was forgotten begins anew
                for number, message in enumerate(talk[sent:], sent + 1):
                    yield f"event: message\nid: {number}\ndata: {json.dumps(message.as_dict())}\n\n"
                sent = len(talk)
        finally:
            state.feed.leave(conversation_id, event)

    return StreamingResponse(news(), media_type="text/event-stream", headers=_HEADERS)


def _talk(engine: sa.engine.Engine, conversation_id: str) -> list[Message]:
    return with_staff(from_events(events_of(engine, conversation_id)), staff_messages(engine, conversation_id))
