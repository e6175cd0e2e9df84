"""Tells an open page that the worklist, or the intake it shows, has changed; the page then fetches what is new."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable

from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse

from bot.intake.sessions import Sessions
from bot.intake.staff_talk import lengths
from bot.intake.worklist import newest_change, standing
from bot.web.desk.visits import IntakeId, QuietVisitor, Visit, token_of

INTERVAL = 1.5  # seconds between two looks at the database
LONGEST = 600  # seconds after which the browser connects anew, by itself
_HEADERS = {"X-Accel-Buffering": "no"}
router = APIRouter()


@router.get("/live")
def follow_worklist(request: Request, who: QuietVisitor) -> StreamingResponse:
    """Stream an event `changed` whenever any intake was added, changed or erased."""
    return _stream(request, who, lambda: newest_change(who.desk.engine))


@router.get("/live/{intake_id}")
def follow_intake(intake_id: IntakeId, request: Request, who: QuietVisitor) -> StreamingResponse:
    """Stream an event whenever the intake, its talk, or those who look at it change; this page counts as looking."""

    def look() -> str:
        others = who.casework.others(intake_id, touch=True)
        version, conversation_id = standing(who.desk.engine, intake_id)
        talk = lengths(who.desk.engine, [conversation_id]).get(conversation_id, 0)
        return json.dumps({"version": version, "talk": talk, "others": others})

    return _stream(request, who, look)


def _stream(request: Request, who: Visit, look: Callable[[], str]) -> StreamingResponse:
    sessions = Sessions(who.desk.engine, who.desk.clinic.office.idle_minutes)
    token = token_of(request)

    async def events() -> AsyncIterator[str]:
        before = None
        for turn in range(int(LONGEST / INTERVAL)):
            now = await asyncio.to_thread(look)
            if now != before:
                before = now
                yield f"data: {now}\n\n"
            elif turn % 10 == 0:
                yield ": still here\n\n"
            await asyncio.sleep(INTERVAL)
            if await asyncio.to_thread(sessions.find, token, False) is None:
                yield "event: over\ndata: \n\n"
                return

    return StreamingResponse(events(), media_type="text/event-stream", headers=_HEADERS)

