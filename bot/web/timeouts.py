"""Connections that are slow on purpose: a request's head and its body must come in time, and its answer be taken."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

LONGEST_HEAD = 10.0  # seconds, from the connection's or the request's first byte to the end of its headers
LARGEST_HEAD = 32_768  # bytes, and what comes with the last of them; also of what is no body after it
LONGEST_STILL = 20.0  # seconds in which a client must take some of what is sent to it


class TimedConnection(HttpToolsProtocol):
    """Uvicorn's connection, closed where the head of a request is too long in coming, or too large.

    What comes after a body and looks like headers (trailers) is left out: a proxy sets its own headers before it.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._ends: asyncio.TimerHandle | None = None
        self._bare = 0  # bytes since the head began, or since there was a piece of the body

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Wait for the first request."""
        super().connection_made(transport)
        if hasattr(socket, "TCP_USER_TIMEOUT"):  # Linux
            milliseconds = int(1_000 * LONGEST_STILL)
            transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, milliseconds)
        self._expect_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no longer."""
        self._head_is_there()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take in what came, unless it is more of a head, or of what comes after a body, than is allowed."""
        if self._bare > LARGEST_HEAD:
            self._refuse()
            return
        self._bare += len(data)
        super().data_received(data)

    def on_message_begin(self) -> None:
        """Begin to wait for the headers."""
        super().on_message_begin()
        if self._ends is None:
            self._expect_head()

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take in a header of the head."""
        if self._ends is not None:
            super().on_header(name, value)

    def on_body(self, body: bytes) -> None:
        """Take in a piece of the body, which has a limit of its own."""
        self._bare = 0
        super().on_body(body)

    def on_headers_complete(self) -> None:
        """Hand the request over."""
        self._head_is_there()
        super().on_headers_complete()

    def _expect_head(self) -> None:
        self._bare = 0
        self._ends = self.loop.call_later(LONGEST_HEAD, self._refuse)

    def _head_is_there(self) -> None:
        self._bare = 0
        if self._ends is not None:
            self._ends.cancel()
            self._ends = None

    def _refuse(self) -> None:
        self._head_is_there()
        self.transport.close()
