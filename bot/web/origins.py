"""Which websites may change a conversation from their visitors' browsers: our own pages, and those the clinic names."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection

from fastapi import Request

from bot.web.problems import MALFORMED, Problem

_CHANGES = ("POST", "PUT", "PATCH", "DELETE")


def refuse_foreign(allowed: Collection[str]) -> Callable[[Request], Awaitable[None]]:
    """Return a check that raises Problem 403 for a change asked for by a page of another origin, 400 for no JSON.

    A browser would keep the answer from such a page, but have asked for it all the same, without asking us first where
    the body has no type.
    """

    async def check(request: Request) -> None:
        origin = request.headers.get("origin")
        if request.method in _CHANGES and origin is not None and origin not in allowed and not _is_own(request, origin):
            raise Problem(403, "This website may not use the chat. Please open it on the clinic's own website.")
        if request.method == "POST" and "content-type" not in request.headers:
            raise Problem(400, MALFORMED)

    return check


def _is_own(request: Request, origin: str) -> bool:
    if site := request.headers.get("sec-fetch-site"):  # no page can forge it, and no proxy changes it
        return site == "same-origin"
    return origin.split("://", 1)[-1] == request.headers.get("host")
