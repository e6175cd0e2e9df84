"""The chat API of docs/api.md."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Literal, Self

from fastapi import APIRouter, Depends, Header, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Extra, Field, root_validator
from pydantic.errors import DictError

from bot.intake.retention import erase_everything
from bot.web.emergency import AdvisedRoute
from bot.web.patient_text import LONGEST_TEXT, usable
from bot.web.problems import Problem, responses
from bot.web.state import WebState, state_of

if TYPE_CHECKING:
    from bot.runtime.assistant import Assistant
    from bot.runtime.messages import Message
    from bot.runtime.repeats import Key

_KEY = r"^[A-Za-z0-9_-]{1,64}$"
_KEY_REUSED = "Idempotency-Key: it came with another message before; take a new key"
_UNKNOWN = "There is no such conversation. Please start a new one."


class JsonObject(BaseModel):
    """A JSON object with known fields only."""

    class Config:
        """Refuse what is not known."""

        extra = Extra.forbid

    @classmethod
    def validate(cls, value: Any) -> Self:
        """Refuse what pydantic would make an object of, such as an array of pairs."""
        if not isinstance(value, dict):
            raise DictError
        return super().validate(value)


class NoFields(JsonObject):
    """An empty object."""


def _nullable(schema: dict[str, Any], model: type[BaseModel]) -> None:
    """Describe the fields that may be null as such, which pydantic leaves out."""
    for field in model.__fields__.values():
        if field.allow_none:
            schema["properties"][field.alias] = {"anyOf": [schema["properties"][field.alias], {"type": "null"}]}


def _either(schema: dict[str, Any], model: type[BaseModel]) -> None:
    """Describe that one of the fields is given, and that null is as good as absent."""
    _nullable(schema, model)
    given = {"text": {"type": "string", "maxLength": LONGEST_TEXT, "pattern": r"\S"}, "choice": {"type": "string"}}
    schema["oneOf"] = [{"required": [name], "properties": {name: form}} for name, form in given.items()]


class PatientMessage(JsonObject):
    """What the patient says: text they typed, or the value of a quick reply that was offered."""

    text: str | None = Field(None, description=f"At most {LONGEST_TEXT:,} characters, not only blanks")
    choice: str | None = Field(None, description="The value of a quick reply of the newest messages")

    class Config:
        """Say what the fields alone do not."""

        schema_extra = _either

    @root_validator(pre=True)
    def _one_text(cls, values: dict[str, Any]) -> dict[str, Any]:
        given = [value for key, value in values.items() if key in ("text", "choice") and value is not None]
        if len(given) != 1 or not isinstance(given[0], str):
            raise ValueError('give either "text" or "choice", as a string')
        return values


class QuickReply(BaseModel):
    """An answer to tap."""

    title: str
    value: str


class Progress(BaseModel):
    """How far the triage is."""

    answered: int
    of: int


class ApiMessage(BaseModel):
    """A message; all but `from`, `text` and `author` only where the assistant speaks."""

    sender: Literal["patient", "assistant", "staff"] = Field(alias="from")
    text: str
    quick_replies: list[QuickReply] = []
    asking: str | None = Field(None, description="The id of the question that the message asks")
    progress: Progress | None = None
    triage: dict[str, Any] | None = Field(None, description="The verdict, on the message that tells it")
    author: str | None = Field(None, description="Who of the staff writes")

    class Config:
        """Say what may be null."""

        schema_extra = _nullable


class Messages(BaseModel):
    """Messages, oldest first."""

    messages: list[ApiMessage]


class NewConversation(Messages):
    """A new conversation and its greeting; the token is told only here."""

    conversation_id: str
    token: str


router = APIRouter(prefix="/api/v1", tags=["chat"], route_class=AdvisedRoute)


async def allowed(conversation_id: str, request: Request) -> str:
    """Return the conversation's id where the request carries its token; else 404, as if there were none."""
    # Async, though it waits for nothing: in a thread, messages sent at once could overtake one another.
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    state = state_of(request)
    if scheme.lower() != "bearer" or not state.conversations.allows(conversation_id, token.strip()):
        raise Problem(404, _UNKNOWN)
    return conversation_id


@router.post(
    "/conversations",
    status_code=201,
    response_model=NewConversation,
    responses=responses(400, 403, 408, 413, 422, 429, 503),
)
async def start_conversation(body: NoFields, request: Request) -> JSONResponse:
    """Begin a conversation."""
    state = state_of(request)
    state.limiter.new_conversation(request)
    assistant = state.ready_assistant()
    conversation_id, token = state.conversations.create()
    messages = await state.run(request, assistant.start(conversation_id))
    return _shown(messages, 201, conversation_id=conversation_id, token=token)


_SECURED: dict[str, Any] = {"security": [{"token": []}]}


@router.post(
    "/conversations/{conversation_id}/messages",
    response_model=Messages,
    responses=responses(400, 403, 404, 408, 413, 422, 429, 503),
    openapi_extra=_SECURED,
)
async def send_message(
    body: PatientMessage,
    request: Request,
    conversation_id: str = Depends(allowed),
    idempotency_key: str | None = Header(None, pattern=_KEY, description="Sent again, it gets the first answer"),
) -> JSONResponse:
    """Say something and get what the assistant answers."""
    state = state_of(request)
    state.limiter.message(conversation_id)
    assistant = state.ready_assistant()
    key = _key(idempotency_key, body)
    if (first := _first_answer(assistant, conversation_id, key)) is not None:
        return _shown(first)
    return _shown(await state.run(request, _answer(state, assistant, conversation_id, usable(body), key)))


@router.get(
    "/conversations/{conversation_id}/messages",
    response_model=Messages,
    responses=responses(404, 429, 503),
    openapi_extra=_SECURED,
)
async def read_messages(request: Request, conversation_id: str = Depends(allowed)) -> JSONResponse:
    """Return the whole talk so far."""
    state = state_of(request)
    state.limiter.read(conversation_id)
    read = asyncio.to_thread(state.ready_assistant().messages, conversation_id)  # a long one takes its time
    return _shown(await state.run(request, read, "request"))


@router.delete(
    "/conversations/{conversation_id}",
    status_code=204,
    responses=responses(403, 404, 503),
    openapi_extra=_SECURED,
)
async def erase_conversation(request: Request, conversation_id: str = Depends(allowed)) -> Response:
    """Erase everything held about the conversation."""
    engine = state_of(request).conversations.engine
    await asyncio.to_thread(erase_everything, engine, [conversation_id], "patient")  # it waits for a turn's locks
    return Response(status_code=204)


async def _answer(
    state: WebState, assistant: Assistant, conversation_id: str, text: str, key: Key | None
) -> list[Message]:
    """Return the answer; where the conversation was erased while this message waited, leave nothing of it."""
    from bot.runtime.choices import NotOffered
    from bot.runtime.repeats import KeyReused

    try:
        messages = await assistant.hear(conversation_id, text, key)
    except NotOffered:
        raise Problem(422, "choice: that answer was not offered; send it as text instead") from None
    except KeyReused:
        raise Problem(422, _KEY_REUSED) from None
    if not state.conversations.exists(conversation_id):
        assistant.erase(conversation_id)
        raise Problem(404, _UNKNOWN)
    return messages


def _key(idempotency_key: str | None, body: PatientMessage) -> Key | None:
    from bot.runtime.repeats import Key

    return Key(idempotency_key, sha256(body.json().encode()).hexdigest()) if idempotency_key else None


def _first_answer(assistant: Assistant, conversation_id: str, key: Key | None) -> list[Message] | None:
    """Return what a message with this key was answered, or None; raises Problem 422 where it was another message."""
    from bot.runtime.repeats import KeyReused

    try:
        return assistant.first_answer(conversation_id, key)
    except KeyReused:
        raise Problem(422, _KEY_REUSED) from None


def _shown(messages: Iterable[Message], status: int = 200, **more: str) -> JSONResponse:
    """Return the answer as it is: FastAPI would check and copy it value by value (tests/web/test_openapi.py does)."""
    return JSONResponse({**more, "messages": [message.as_dict() for message in messages]}, status)
