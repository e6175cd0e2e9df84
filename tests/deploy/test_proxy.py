"""Behind the proxy of deploy/: one address takes no places from the others, and a worker may end."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest

from tests.deploy.topology import Worker, configuration
from tests.services import free_port, need, running

API = "/api/v1/conversations"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the address of a proxy with one worker."""
    folder, port = tmp_path_factory.mktemp("proxy"), free_port()
    worker = Worker(os.environ | {"DATABASE_URL": f"sqlite:///{folder}/one.db", "HOST": "127.0.0.1"})
    try:
        worker.wait()
        file = folder / "haproxy.cfg"
        file.write_text(configuration(port, [worker.port]))
        with running(need("haproxy", "haproxy"), "-f", file, port=port):
            yield f"http://127.0.0.1:{port}"
    finally:
        worker.end(signal.SIGKILL)


def client(address: str, own: str = "127.0.0.1") -> httpx.AsyncClient:
    """Return a client at an address of its own."""
    transport = httpx.AsyncHTTPTransport(local_address=own, limits=httpx.Limits(max_connections=400))
    return httpx.AsyncClient(base_url=address, transport=transport, timeout=30)


async def begun(client: httpx.AsyncClient) -> tuple[str, dict[str, str]]:
    """Return the path of a new conversation, and the headers that let into it."""
    answer = await client.post(API, json={})
    assert answer.status_code == 201, answer.text
    new = answer.json()
    return f"{API}/{new['conversation_id']}", {"Authorization": f"Bearer {new['token']}"}


def test_open_streams_take_no_places_from_messages_nor_one_address_all_of_theirs(address: str) -> None:
    """Also where the address of a stream is written in another way."""
    statuses: Counter[int] = Counter()

    async def follow(client: httpx.AsyncClient, path: str, headers: dict[str, str]) -> None:
        async with client.stream("GET", f"{path}/%65vents", headers=headers) as stream:
            statuses[stream.status_code] += 1
            async for _ in stream.aiter_lines():
                pass

    async def patients() -> tuple[int, int]:
        async with client(address, "127.0.0.2") as one, client(address) as other:
            talks = [await begun(one) for _ in range(14)]
            streams = [asyncio.create_task(follow(one, *talk)) for talk in talks for _ in range(16)]
            while sum(statuses.values()) < len(streams):
                await asyncio.sleep(0.1)
            path, headers = await begun(other)
            answer = await other.post(f"{path}/messages", json={"text": "my hip hurts"}, headers=headers, timeout=5)
            async with other.stream("GET", f"{path}/events", headers=headers, timeout=5) as own:
                for stream in streams:
                    stream.cancel()
                return answer.status_code, own.status_code

    assert asyncio.run(patients()) == (200, 200)
    assert 64 < statuses[200] <= 200
    assert statuses[429] >= 24


def test_a_flood_from_one_address_takes_no_places_from_the_others(address: str) -> None:
    """Refusing one too many takes the worker a second, in which it holds a place."""

    async def flood(client: httpx.AsyncClient, path: str, headers: dict[str, str]) -> None:
        while True:
            await client.post(f"{path}/messages", json={"text": "my hip hurts"}, headers=headers)
            await asyncio.sleep(0.5)

    async def patients() -> float:
        async with client(address, "127.0.0.2") as one, client(address) as other:
            talk, (path, headers) = await begun(one), await begun(other)
            floods = [asyncio.create_task(flood(one, *talk)) for _ in range(400)]
            await asyncio.sleep(3)
            clock = asyncio.get_running_loop().time
            began = clock()
            answer = await other.post(f"{path}/messages", json={"text": "my hip hurts"}, headers=headers)
            took = clock() - began
            for task in floods:
                task.cancel()
            assert answer.status_code == 200
            return took

    assert asyncio.run(patients()) < 1.5


class EndsAtFirst(BaseHTTPRequestHandler):
    """A worker that is ready, takes a request in and ends before it answers; asked again it answers."""

    asked = 0

    def do_GET(self) -> None:
        """Answer, unless it is the first that is asked."""
        if self.path != "/readyz":
            type(self).asked += 1
            if self.asked == 1:
                return
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_POST(self) -> None:
        """Take in the body, and answer as ever."""
        self.rfile.read(int(self.headers["Content-Length"]))
        self.do_GET()

    def log_message(self, *_: object) -> None:
        """Write nothing."""


@pytest.mark.parametrize(
    ("method", "headers", "status", "asked"),
    [
        ("POST", {"Idempotency-Key": "the-key"}, 200, 2),
        ("POST", {}, 502, 1),
        ("GET", {}, 200, 2),
    ],
)
def test_where_a_worker_ends_only_what_is_taken_in_once_is_sent_again(
    tmp_path: Path, method: str, headers: dict[str, str], status: int, asked: int
) -> None:
    handler, port = type("Worker", (EndsAtFirst,), {}), free_port()
    file = tmp_path / "haproxy.cfg"
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as worker:
        threading.Thread(target=worker.serve_forever, daemon=True).start()
        file.write_text(configuration(port, [worker.server_port]))
        with running(need("haproxy", "haproxy"), "-f", file, port=port):
            answer = httpx.request(method, f"http://127.0.0.1:{port}/a", headers=headers, json={})
        worker.shutdown()
    assert (answer.status_code, handler.asked) == (status, asked)
