"""Slow on purpose: who holds a connection with half a request is let go, and the others are served meanwhile."""

from __future__ import annotations

import asyncio
import select
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing

import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from prometheus_client import REGISTRY

from bot.web import limiting, timeouts
from bot.web.timeouts import LARGEST_HEAD, TimedConnection
from tests.services import free_port

SOON = 0.5  # seconds, instead of ten
HEAD = b"POST /api/v1/conversations HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 50\r\n"
SLOW = {
    "nothing": b"",
    "half a line": b"GET /healthz HT",
    "half the headers": b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-A: ",
    "half a body": HEAD + b"\r\n{",
    "a second head": b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nGET /healthz HTTP/1.1\r\nHos",
}


@pytest.fixture
def port(app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """Return the port of the app, served as `serve` does, with time-outs that a test can wait for."""
    monkeypatch.setattr(timeouts, "LONGEST_HEAD", SOON)
    monkeypatch.setattr(timeouts, "LONGEST_STILL", SOON)
    monkeypatch.setattr(limiting, "LONGEST_BODY", SOON)
    number = free_port()
    server = uvicorn.Server(uvicorn.Config(app, http=TimedConnection, port=number, log_level="error", ws="none"))
    thread = threading.Thread(target=lambda: asyncio.run(server.serve()))
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield number
    server.should_exit = True
    thread.join(20)


def connected(port: int) -> socket.socket:
    """Return a connection."""
    return socket.create_connection(("127.0.0.1", port), timeout=10)


def until_closed(connection: socket.socket) -> bytes:
    """Return all that the server sends until it closes the connection."""
    received = b""
    while piece := connection.recv(65_536):
        received += piece
    return received


@pytest.mark.parametrize("sent", SLOW.values(), ids=SLOW)
def test_a_request_that_does_not_come_to_its_end_is_let_go(port: int, sent: bytes) -> None:
    with closing(connected(port)) as slow:
        slow.sendall(sent)
        answer = until_closed(slow)
    assert (b" 408 " in answer) == (b"Content-Length" in sent)


@pytest.mark.parametrize("beyond", [1, 1_000])
def test_what_is_beyond_the_largest_body_is_not_waited_for(port: int, beyond: int) -> None:
    with closing(connected(port)) as endless:
        endless.sendall(HEAD.replace(b": 50", b": 99999999") + b"\r\n" + b"a" * (limiting.MAX_BODY + beyond))
        answer = until_closed(endless)
    assert b" 413 " in answer
    assert b"\r\nconnection: close\r\n" in answer.lower()  # else each byte more would keep it open


@pytest.mark.parametrize("requests", [1, 20])
def test_who_does_not_take_the_answer_is_let_go(port: int, requests: int) -> None:
    with socket.socket() as slow:
        slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2_048)
        slow.connect(("127.0.0.1", port))
        slow.sendall(b"GET /widget/widget.css HTTP/1.1\r\nHost: x\r\n\r\n" * requests)
        ended = select.poll()
        ended.register(slow, 0)  # nothing is read; its end is told all the same, of a send that comes after it
        assert any(ended.poll(100) or not slow.send(b"\r\n") for _ in range(100))


def test_a_request_byte_by_byte_is_let_go(port: int) -> None:
    """Each byte must not begin the time anew."""
    with closing(connected(port)) as slow, pytest.raises(OSError):
        for byte in b"GET /healthz HTTP/1.1\r\n" + b"X-Long: " + b"a" * 500:
            slow.sendall(bytes([byte]))
            time.sleep(SOON / 20)


def test_headers_without_end_are_cut_off(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timeouts, "LONGEST_HEAD", 60.0)
    sent = 0
    with closing(connected(port)) as endless, pytest.raises(OSError):
        endless.sendall(b"GET /healthz HTTP/1.1\r\n")
        while True:
            endless.sendall(b"X-A: " + b"a" * 1_000 + b"\r\n")
            sent += 1_007
    assert sent < 100 * LARGEST_HEAD  # what lies in the buffers of both sides included


CHUNKED = HEAD.replace(b"Content-Length: 50", b"Transfer-Encoding: chunked") + b"\r\n2\r\n{}\r\n0\r\n"


@pytest.mark.parametrize("first", [b"", b"X-A: "], ids=["many", "one"])
def test_trailers_without_end_are_cut_off(port: int, monkeypatch: pytest.MonkeyPatch, first: bytes) -> None:
    monkeypatch.setattr(limiting, "LONGEST_BODY", 60.0)
    piece = b"a" * 1_000 if first else b"X-A: " + b"a" * 1_000 + b"\r\n"
    sent = 0
    with closing(connected(port)) as endless, pytest.raises(OSError):
        endless.sendall(CHUNKED + first)
        while sent < 1_000 * LARGEST_HEAD:
            endless.sendall(piece)
            sent += len(piece)
    assert sent < 100 * LARGEST_HEAD


def test_trailers_do_not_pass_for_what_a_proxy_says(port: int) -> None:
    """A proxy replaces these headers in the head, and hands on what comes after the body."""
    with closing(connected(port)) as liar:
        liar.sendall(CHUNKED.replace(b"Host: x", b"Host: x\r\nConnection: close") + b"X-Forwarded-Proto: https\r\n\r\n")
        answer = until_closed(liar).lower()
    assert answer.startswith(b"http/1.1 201 ")
    assert b"strict-transport-security" not in answer


def test_the_others_are_served_meanwhile(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timeouts, "LONGEST_HEAD", 60.0)
    held = [connected(port) for _ in range(200)]
    try:
        for connection in held:
            connection.sendall(HEAD)
        assert httpx.get(f"http://127.0.0.1:{port}/healthz", timeout=10).status_code == 200
    finally:
        for connection in held:
            connection.close()


def test_who_goes_away_before_the_end_is_no_fault_of_ours(port: int) -> None:
    def counted(status: int) -> float:
        labels = {"route": "none", "method": "POST", "status": str(status)}
        return REGISTRY.get_sample_value("needlepoint_responses_total", labels) or 0.0

    faults, gone = counted(500), counted(499)
    with closing(connected(port)) as leaving:
        leaving.sendall(HEAD + b"\r\n{")
        leaving.shutdown(socket.SHUT_WR)
        assert until_closed(leaving) == b""
    assert (counted(500), counted(499)) == (faults, gone + 1)


def test_who_is_quick_may_ask_again_on_the_same_connection(port: int) -> None:
    with httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
        for _ in range(3):
            assert client.get("/healthz").status_code == 200
            time.sleep(SOON * 0.6)
        assert client.post("/api/v1/conversations", json={}).status_code == 201
