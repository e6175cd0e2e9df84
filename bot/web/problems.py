"""Refusals as application/problem+json (RFC 9457), each with a sentence a person can act on."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.routing import Match, Route

MALFORMED = 'The body is not a JSON object. Send one such as {"text": "hello"}, with Content-Type: application/json.'

_DETAILS = {400: MALFORMED, 404: "There is nothing at this address.", 405: "This address does not take that method."}


class ProblemBody(BaseModel):
    """What a refusal looks like."""

    title: str = Field(description="The HTTP status in words")
    status: int = Field(description="The HTTP status")
    detail: str = Field(description="What is wrong and what would be right")


class Problem(Exception):
    """A refusal with a status and a sentence."""

    def __init__(self, status: int, detail: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.headers = headers


def responses(*statuses: int) -> dict[int | str, dict[str, object]]:
    """Return the OpenAPI description of these refusals."""
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/ProblemBody"}}}
    return {s: {"description": HTTPStatus(s).phrase, "content": content} for s in statuses}


def install(app: FastAPI) -> None:
    """Answer every refusal and every fault of the app in this form; nothing that was typed is repeated."""

    @app.exception_handler(Problem)
    async def on_problem(_request: Request, problem: Problem) -> JSONResponse:
        return problem_response(problem.status, problem.detail, problem.headers)

    @app.exception_handler(RequestValidationError)
    async def on_invalid(_request: Request, error: RequestValidationError) -> JSONResponse:
        if any(e["type"] == "json_invalid" or tuple(e["loc"]) == ("body",) for e in error.errors()):
            return problem_response(400, MALFORMED)
        fields = sorted({_field(e) for e in error.errors()})
        return problem_response(422, "The fields are wrong: " + "; ".join(fields))

    @app.exception_handler(HTTPException)
    async def on_http(request: Request, error: HTTPException) -> JSONResponse:
        headers = dict(error.headers) if error.headers else None
        if error.status_code == 405:
            headers = {"Allow": ", ".join(_methods(app, request))}
        return problem_response(error.status_code, _DETAILS.get(error.status_code, str(error.detail)), headers)


def problem_response(status: int, detail: str, headers: dict[str, str] | None = None) -> JSONResponse:
    """Return the response for a refusal."""
    body = {"title": HTTPStatus(status).phrase, "status": status, "detail": detail}
    return JSONResponse(body, status, headers, media_type="application/problem+json")


def _methods(app: FastAPI, request: Request) -> list[str]:
    """Return the methods that the request's address takes: each has a route of its own, which knows no other."""
    fitting = (r for r in app.routes if isinstance(r, Route) and r.matches(request.scope)[0] is not Match.NONE)
    return sorted({method for route in fitting for method in route.methods or ()})


def _field(error: dict[str, Any]) -> str:
    """Return what is wrong with one field, without its value."""
    place = ".".join(str(part) for part in error["loc"] if part not in ("body", "__root__")) or "body"
    return f"{place}: {error['msg']}"
