"""News of a conversation for the patient's page: server-sent events, also of what other workers and staff wrote."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from time import monotonic

from fastapi import APIRouter, Depends, Request
from fastapi.responses import StreamingResponse

from bot.web.chat_api import allowed
from bot.web.news import News, read_on
from bot.web.problems import Problem, responses
from bot.web.state import WebState, state_of

MOST_STREAMS = 20  # of one conversation, in this process
LONGEST = 900  # seconds after which the client connects anew
BEAT = 15  # seconds without news after which a comment keeps proxies from closing
_HEADERS = {"X-Accel-Buffering": "no"}
router = APIRouter(prefix="/api/v1", tags=["chat"])


@router.get(
    "/conversations/{conversation_id}/events",
    responses={200: {"content": {"text/event-stream": {}}}, **responses(404, 429, 503)},
    response_class=StreamingResponse,
    openapi_extra={"security": [{"token": []}]},
)
async def follow_conversation(request: Request, conversation_id: str = Depends(allowed)) -> StreamingResponse:
    """Stream an event `message` for each message from now on; its id is the number of messages up to it.

    `Last-Event-ID` is the number of messages that are known already.
    """
    state = state_of(request)
    state.limiter.read(conversation_id)
    state.ready_assistant()
    read = asyncio.to_thread(read_on, state.conversations.engine, conversation_id)  # a long one takes its time
    talk = await state.run(request, read, "request")
    if state.feed.listeners(conversation_id) >= MOST_STREAMS:
        raise Problem(429, "This conversation is open in too many places. Please close some.", {"Retry-After": "30"})
    last = request.headers.get("last-event-id", "")
    known = int(last) if last.isascii() and last.isdigit() and len(last) < 7 else talk.place.messages
    return StreamingResponse(
        _stream(state, conversation_id, talk, known), media_type="text/event-stream", headers=_HEADERS
    )


async def _stream(state: WebState, conversation_id: str, talk: News, known: int) -> AsyncIterator[str]:
    if state.feed.listeners(conversation_id) >= MOST_STREAMS:  # who came at the same moment
        return
    sent, until = talk.place.messages, monotonic() + LONGEST
    queue = state.feed.listen(conversation_id, talk.place)
    try:
        yield "retry: 2000\n\n" + talk.after(known)
        while (left := until - monotonic()) > 0:
            try:
                news = await asyncio.wait_for(queue.get(), min(BEAT, left))
            except TimeoutError:
                yield ": still here\n\n"
                continue
            if news is None:
                return
            if unsent := news.after(0 if news.anew else sent):
                yield unsent
            sent = news.place.messages
    finally:
        state.feed.leave(conversation_id, queue)
