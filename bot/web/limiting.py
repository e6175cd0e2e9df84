"""Limits: how large a body may be, and how many requests may come."""

from __future__ import annotations

import asyncio
import ipaddress
import time

from fastapi import Request
from limits import RateLimitItem, parse
from limits.errors import StorageError
from limits.storage import storage_from_string
from limits.strategies import FixedWindowRateLimiter, MovingWindowRateLimiter, RateLimiter
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.intake.patience import Patience
from bot.web.problems import Problem, problem_response

LONGEST = 2.0  # seconds to wait for Redis
LONGEST_BODY = 10.0  # seconds, for all of a body
MAX_BODY = 32_768  # bytes: 2,000 characters, each as a JSON escape, and room to spare
NEW_CONVERSATIONS = parse("60/5minutes")  # from one address other than this machine
MESSAGES = parse("120/minute")  # in one conversation
MESSAGES_IN_ALL = parse("1000/day")  # in one conversation: the whole of it is read and sent again and again
READS = parse("120/minute")  # of one conversation


class Limiter:
    """Rate limits in memory, or in Redis where several workers share them."""

    def __init__(self, enabled: bool, redis_url: str | None = None) -> None:
        self._enabled = enabled
        within = {"socket_timeout": LONGEST, "socket_connect_timeout": LONGEST} if redis_url else {}
        storage = storage_from_string(redis_url or "memory://", wrap_exceptions=True, **within)
        self._limiter, self._patience, self._clock = MovingWindowRateLimiter(storage), Patience(), _Clock()
        self._daily = FixedWindowRateLimiter(storage)  # a number only, where the other keeps each moment

    def new_conversation(self, request: Request) -> None:
        """Count a new conversation; raises Problem 429 where there are too many."""
        host = request.client.host if request.client else ""
        if not _is_this_machine(host):
            self._hit(self._limiter, NEW_CONVERSATIONS, "new", network_of(host))

    def message(self, conversation_id: str) -> None:
        """Count a message; raises Problem 429 where there are too many."""
        self._hit(self._limiter, MESSAGES, "message", conversation_id)
        self._hit(self._daily, MESSAGES_IN_ALL, "messages", conversation_id)

    def read(self, conversation_id: str) -> None:
        """Count a look at a whole conversation; raises Problem 429 where there are too many."""
        self._hit(self._limiter, READS, "read", conversation_id)

    def answers(self) -> bool:
        """Return whether the counters can be reached."""
        return self._limiter.storage.check()

    def _hit(self, limiter: RateLimiter, item: RateLimitItem, *key: str) -> None:
        if not self._enabled or self._counted(limiter, item, *key):
            return
        reset = limiter.get_window_stats(item, *key).reset_time
        wait = max(1, round(reset - time.time()))
        detail = f"Too many requests. Please wait {wait} seconds and try again."
        raise Problem(429, detail, {"Retry-After": str(wait)})

    def _counted(self, limiter: RateLimiter, item: RateLimitItem, *key: str) -> bool:
        """Return whether there is room for one more; raises StorageError where the counters cannot be reached."""
        if self._patience.lost:  # each request would wait, and make all others wait
            raise StorageError(ConnectionError())
        if self._clock.went_back():
            self._limiter.storage.reset()  # counts of a time to come would stand until it has come
        try:
            return limiter.hit(item, *key)
        except StorageError:
            self._patience.in_vain()
            raise


class _Clock:
    """Tells when the time of day was put back."""

    def __init__(self) -> None:
        self._ahead = time.time() - time.monotonic()

    def went_back(self) -> bool:
        before, self._ahead = self._ahead, time.time() - time.monotonic()
        return before - self._ahead > 1


class BodyLimit:
    """Refuses bodies above MAX_BODY before they are read whole, and those that take longer than LONGEST_BODY."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, unless its body is too large."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            async with asyncio.timeout(LONGEST_BODY):
                body = await _body(receive)
        except TimeoutError:
            headers = {"Connection": "close"}
            await problem_response(408, "The message was too long in coming. Please send it again.", headers)(
                scope, receive, send
            )
            return
        if body is None:
            return
        if len(body) > MAX_BODY:
            detail = "The message is too long. Please keep it under 2,000 characters."
            await problem_response(413, detail)(scope, receive, send)
            return
        await self._app(scope, _replay(body, receive), send)


async def _body(receive: Receive) -> bytes | None:
    """Return a request's body, of a longer one only the beginning; None where the client went away."""
    body, more = b"", True
    while more and len(body) <= MAX_BODY:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return body


def _replay(body: bytes, receive: Receive) -> Receive:
    sent = False

    async def replay() -> Message:
        nonlocal sent
        if sent:
            return await receive()
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay


def network_of(host: str) -> str:
    """Return what an address counts as: of IPv6 the network that one customer has."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if isinstance(address, ipaddress.IPv4Address):
        return host
    return str(address.ipv4_mapped or ipaddress.ip_network((address, 64), strict=False))


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "testclient"
