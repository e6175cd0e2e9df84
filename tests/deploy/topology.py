"""The topology of deploy/ as processes: HAProxy with our configuration, workers, PostgreSQL, Redis."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import httpx

from bot.settings import ROOT
from tests.services import free_port, need, running

LONGEST_START = 300  # seconds, on a machine that is busy


class Worker:
    """A process that serves on a port of its own."""

    def __init__(self, environment: dict[str, str], log: IO[bytes] | int = subprocess.DEVNULL) -> None:
        self.port, self._log = free_port(), log
        self._environment = environment | {"PORT": str(self.port), "NEEDLEPOINT_LOGS": "json"}
        self.start()

    def start(self) -> None:
        """Start it, or start it again on the same port."""
        command = [sys.executable, "-W", "ignore", "-m", "bot", "serve"]
        self._process = subprocess.Popen(
            command, cwd=ROOT, env=self._environment, stdout=subprocess.DEVNULL, stderr=self._log
        )

    @property
    def pid(self) -> int:
        """Return the process's id."""
        return self._process.pid

    def wait(self) -> None:
        """Wait until it takes messages."""
        for _ in range(5 * LONGEST_START):
            assert self._process.poll() is None, "the worker ended"
            try:
                if httpx.get(f"http://127.0.0.1:{self.port}/readyz").status_code == 200:
                    return
            except httpx.HTTPError:
                pass  # it does not listen yet
            time.sleep(0.2)
        raise AssertionError("the worker is not ready")

    def end(self, with_signal: signal.Signals) -> None:
        """End it and wait for that."""
        self._process.send_signal(with_signal)
        self._process.wait(40)


@contextmanager
def topology(folder: Path, database_url: str, redis_url: str, count: int) -> Iterator[tuple[str, list[Worker]]]:
    """Yield the proxy's address and the workers behind it."""
    environment = os.environ | {
        "DATABASE_URL": database_url, "REDIS_URL": redis_url, "NEEDLEPOINT_RATE_LIMITS": "off", "HOST": "127.0.0.1",
        "OPENBLAS_NUM_THREADS": "1",
    }  # fmt: skip
    subprocess.run([sys.executable, "-m", "bot", "migrate"], cwd=ROOT, env=environment, check=True, capture_output=True)
    workers = [Worker(environment) for _ in range(count)]
    try:
        for worker in workers:
            worker.wait()
        port = free_port()
        file = folder / "haproxy.cfg"
        file.write_text(configuration(port, [worker.port for worker in workers]))
        with running(need("haproxy", "haproxy"), "-f", file, port=port):
            yield f"http://127.0.0.1:{port}/api/v1/conversations", workers
    finally:
        for worker in workers:
            worker.end(signal.SIGKILL)


def configuration(port: int, workers: list[int]) -> str:
    """Return deploy/haproxy.cfg for this machine, where there are no names to resolve."""
    text = (ROOT / "deploy" / "haproxy.cfg").read_text(encoding="utf-8")
    text = text[: text.index("\nresolvers")].replace('"${BIND[*]}"', f"127.0.0.1:{port}")
    servers = "".join(f"    server worker{number} 127.0.0.1:{number}\n" for number in workers)
    return re.sub(r"    server-template .*\n", servers, text)


class Chatter:
    """A patient whose every message is repeated under its key until it is answered."""

    def __init__(self, address: str, tries: int = 60) -> None:
        self._client, self._tries = httpx.Client(timeout=40), tries
        self.failures: list[int | str] = []  # status or kind of error of what had to be repeated
        begun = self._until_answered(address, {}, {})
        self.id: str = begun["conversation_id"]
        self._address = f"{address}/{self.id}/messages"
        self._token = {"Authorization": f"Bearer {begun['token']}"}

    def say(self, text: str, key: str) -> Any:
        """Say something and return the answer."""
        return self._until_answered(self._address, {"text": text}, self._token | {"Idempotency-Key": key})

    def transcript(self) -> list[tuple[str, str]]:
        """Return who said what."""
        messages = self._client.get(self._address, headers=self._token).json()["messages"]
        return [(message["from"], message["text"]) for message in messages]

    def _until_answered(self, address: str, body: dict[str, str], headers: dict[str, str]) -> Any:
        for _ in range(self._tries):
            try:
                response = self._client.post(address, json=body, headers=headers)
            except httpx.HTTPError as error:
                self.failures.append(type(error).__name__)
            else:
                if response.status_code in (200, 201):
                    return response.json()
                self.failures.append(response.status_code)
            time.sleep(0.2)
        raise AssertionError(f"never answered: {self.failures}")
