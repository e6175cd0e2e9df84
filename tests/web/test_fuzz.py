"""Thousands of hostile requests at a server: none is a fault of ours, none takes long, none leaves anything behind."""

from __future__ import annotations

import os
import signal
import socket
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from fastapi.testclient import TestClient

from tests.deploy.topology import Worker
from tests.thoroughness import SEED, TIMES
from tests.web.hostile import Request, requests
from tests.web.patient import Patient

LONGEST = 2.0  # seconds of the processor that a request may cost: other programs may have the machine
MESSAGES_A_TALK = 50
REFUSALS = {400, 404, 405, 413, 415, 422, 431}
MOST_GROWTH = 1.05  # of the server's memory, between a fifth of the requests and all of them


class Attacker:
    """Sends requests, in one conversation after another, and remembers what went wrong."""

    def __init__(self, client: httpx.Client, clock: Callable[[], float]) -> None:
        """`clock` tells the seconds that the server has worked."""
        self.client = client
        self._clock = clock
        self.faults: list[str] = []
        self.answers: Counter[tuple[str, int]] = Counter()
        self.slowest = (0.0, "")
        self._sent = 0

    def send(self, request: Request) -> None:
        """Send a request, and note what is wrong with its answer."""
        if self._sent % MESSAGES_A_TALK == 0:
            self._patient = Patient(self.client)
        self._sent += 1
        url = request.path or self._patient.address
        headers = [(k, v.encode("latin-1")) for k, v in (self._patient.headers | request.headers).items()]
        began = self._clock()
        response = self.client.request(request.method, url, content=request.content, headers=headers)
        took = self._clock() - began
        self.answers[request.kind, response.status_code] += 1
        self._judge(request, response)
        self.slowest = max(self.slowest, (took, request.kind))
        if took > LONGEST:
            self.faults.append(f"{request.kind} took {took:.1f} s: {request.content!r}")

    def _judge(self, request: Request, response: httpx.Response) -> None:
        status = response.status_code
        if status == 200 and not request.path:
            messages = response.json()["messages"]
            if not messages or not all(message["text"].strip() for message in messages):
                self.faults.append(f"{request.kind} got an empty answer: {request.content!r}")
        elif status not in REFUSALS and not (request.path and status < 400):
            self.faults.append(f"{request.kind} got {status}: {request}")


def test_hostile_requests_of_every_kind(client: TestClient) -> None:
    attacker = Attacker(client, time.process_time)
    for request in requests(200 * TIMES, int(SEED or 1)):
        attacker.send(request)
    assert attacker.faults == []


@pytest.fixture
def worker(tmp_path: Path) -> Iterator[Worker]:
    """Return a server in a process of its own."""
    own = {"DATABASE_URL": f"sqlite:///{tmp_path}/fuzz.db", "NEEDLEPOINT_RATE_LIMITS": "off", "HOST": "127.0.0.1"}
    running = Worker(os.environ | own)
    running.wait()
    yield running
    running.end(signal.SIGTERM)


def memory(worker: Worker) -> int:
    """Return the bytes of memory that a server holds."""
    status = Path(f"/proc/{worker._process.pid}/status").read_text(encoding="ascii")
    return 1024 * int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS")))


def worked(worker: Worker) -> float:
    """Return the seconds of the processor that a server has used."""
    fields = Path(f"/proc/{worker._process.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@pytest.mark.endurance
def test_ten_thousand_hostile_requests_leave_the_server_as_it_was(worker: Worker) -> None:
    number = 10_000 * TIMES
    with httpx.Client(base_url=f"http://127.0.0.1:{worker.port}", timeout=60, trust_env=False) as client:
        attacker = Attacker(client, lambda: worked(worker))
        for count, request in enumerate(requests(number, int(SEED or 1))):
            if count == number // 5:  # every cache is full by now
                before = memory(worker)
            attacker.send(request)
        after = memory(worker)
        Patient(client).answer_until("share_with_clinic")
    print(f"{before / 2**20:.0f} MB, then {after / 2**20:.0f} MB; slowest: {attacker.slowest}")
    print(*sorted(attacker.answers.items()), sep="\n")
    assert attacker.faults == []
    assert after <= MOST_GROWTH * before


@pytest.mark.endurance
def test_bytes_that_are_no_request_close_their_connection_only(worker: Worker) -> None:
    for request in requests(400 * TIMES, int(SEED or 1)):
        with socket.create_connection(("127.0.0.1", worker.port), timeout=10) as connection:
            connection.sendall(request.content[:2_000] + b"\r\n\r\n")
            connection.shutdown(socket.SHUT_WR)
            answer = connection.recv(100)
            assert answer == b"" or answer.startswith((b"HTTP/1.1 4", b"HTTP/1.0 4")), request
    assert httpx.get(f"http://127.0.0.1:{worker.port}/readyz", trust_env=False).status_code == 200


def test_the_same_seed_makes_the_same_requests() -> None:
    first, again, other = (list(requests(60, seed)) for seed in (1, 1, 2))
    assert first == again
    assert first != other
    assert {request.kind for request in first} >= {"raw bytes", "flood", "packed"}
