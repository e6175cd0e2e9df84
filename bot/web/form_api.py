"""What the one-page form needs beside the chat API: the questions in our words, and the answers held."""

from __future__ import annotations

import asyncio
from functools import lru_cache
from typing import Any

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, Field

from bot.settings import ROOT, clinic
from bot.triage.checking import read_yaml
from bot.triage.engine import QUESTIONS
from bot.triage.loading import load_protocol
from bot.triage.model import Protocol
from bot.web.chat_api import QuickReply, allowed
from bot.web.problems import responses
from bot.web.state import state_of

RESPONSES = ROOT / "data" / "responses"
_SEVERAL = ("pain_site", "red_flags", "precautions")
_NONE, _NOT_SURE = "none of these", "not sure"  # as the patient may say them


class Question(BaseModel):
    """A question as the assistant puts it when nothing is known yet."""

    id: str
    text: str = Field(description='Empty where the wording depends on earlier answers, as that of "red_flags" does')
    reason: str = Field(description="Why it is asked")
    quick_replies: list[QuickReply] = []
    several: bool = Field(description="Whether several answers can be given at once")


class Questions(BaseModel):
    """The questions, in the order in which they are asked."""

    questions: list[Question]


class HeldAnswer(BaseModel):
    """An answer that stands."""

    fact: str = Field(description="The id of the question")
    value: Any = Field(description="What is kept of it, as docs/protocol.md says")
    said: str = Field(description="The patient's own words")


class HeldAnswers(BaseModel):
    """The answers of a conversation, in the order of the questions."""

    answers: list[HeldAnswer]


router = APIRouter(prefix="/api/v1", tags=["form"])


@router.get("/questions", response_model=Questions)
def list_questions() -> Response:
    """Return every question that a triage may ask."""
    return Response(questions_as_json(), media_type="application/json")


@router.get(
    "/conversations/{conversation_id}/answers",
    response_model=HeldAnswers,
    responses=responses(404, 429, 503),
    openapi_extra={"security": [{"token": []}]},
)
async def read_answers(request: Request, conversation_id: str = Depends(allowed)) -> dict[str, Any]:
    """Return the answers that stand, each with the patient's words."""
    state = state_of(request)
    state.limiter.read(conversation_id)
    read = asyncio.to_thread(state.ready_assistant().answers, conversation_id)
    return {"answers": await state.run(request, read, "request")}


@lru_cache(maxsize=1)
def protocol() -> Protocol:
    """Return the clinical data, read once in a process."""
    return load_protocol(policy=clinic().policy)


@lru_cache(maxsize=1)
def questions_as_json() -> str:
    """Return all questions, made once in a process: anyone may ask for them, as often as they like."""
    return Questions(questions=_questions()).json()


def _questions() -> list[Question]:
    replies: dict[str, Any] = {}
    for file in ("questions.yml", "conversation.yml"):
        replies |= read_yaml(RESPONSES / file)["responses"]
    return [_question(name, replies) for name in QUESTIONS]


def _question(name: str, replies: dict[str, Any]) -> Question:
    asked = replies.get(f"utter_question_{name}", [{"text": ""}])[0]
    text = "" if "{site}" in asked["text"] else _filled(asked["text"])
    buttons = [QuickReply(title=b["title"], value=b["payload"]) for b in asked.get("buttons", ())]
    if name == "precautions":  # its quick replies come from the clinical file
        points = protocol().precautions.values()
        around = {b["payload"]: b["title"] for b in replies["utter_question_precautions_rest"][0]["buttons"]}
        named = {_NONE: around[_NONE], **{p.title: p.title for p in points}, _NOT_SURE: around[_NOT_SURE]}
        buttons = [QuickReply(title=title, value=value) for value, title in named.items()]
    reason = _filled(replies[f"utter_reason_{name}"][0]["text"])
    return Question(id=name, text=text, reason=reason, quick_replies=buttons, several=name in _SEVERAL)


def _filled(text: str) -> str:
    return text.strip().format(**clinic().placeholders())
