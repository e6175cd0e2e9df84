"""The servers that are measured, each a process of its own; the stock one is trained once."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from benchmarks.talking import Server
from bot.settings import ROOT
from tests.deploy.topology import topology
from tests.postgresql import postgresql
from tests.services import free_port, redis_server

STOCK = Path(__file__).parent / "stock"
MODELS = ROOT / "var" / "benchmark"


@dataclass(frozen=True)
class Running:
    """A server with what its start cost."""

    server: Server
    seconds_to_ready: float
    megabytes: float
    pid: int

    def resident(self) -> float:
        """Return the resident megabytes now."""
        return _megabytes(self.pid)


@contextmanager
def needlepoint(folder: Path) -> Iterator[Running]:
    """Serve as `make run` does, over SQLite in the folder."""
    port = free_port()
    environment = {
        "PORT": str(port),
        "DATABASE_URL": f"sqlite:///{folder}/needlepoint.db",
        "NEEDLEPOINT_RATE_LIMITS": "off",
    }
    with _process([sys.executable, "-W", "ignore", "-m", "bot", "serve"], ROOT, environment) as process:
        yield _ready(process, f"http://127.0.0.1:{port}", "/readyz", ours=True)


@contextmanager
def stock_rasa(folder: Path) -> Iterator[Running]:
    """Serve with Rasa's own server and action server, over SQLite in the folder."""
    port, actions = free_port(), free_port()
    endpoints = folder / "endpoints.yml"
    endpoints.write_text(
        f"action_endpoint: {{url: 'http://127.0.0.1:{actions}/webhook'}}\n"
        f"tracker_store: {{type: SQL, dialect: sqlite, db: '{folder}/stock.db'}}\n"
    )
    run = [sys.executable, "-W", "ignore", "-m", "rasa", "run"]
    with ExitStack() as stack:
        stack.enter_context(_process([*run, "actions", "--actions", "actions.actions", "-p", str(actions)], STOCK, {}))
        options = ["-m", trained_stock(), "-p", str(port), "-i", "127.0.0.1", "--endpoints", endpoints]
        process = stack.enter_context(_process([*run, *map(str, options)], STOCK, {}))
        yield _ready(process, f"http://127.0.0.1:{port}", "/", ours=False)


@contextmanager
def workers(folder: Path, count: int) -> Iterator[Server | None]:
    """Serve as deploy/ does: workers behind HAProxy, over PostgreSQL and Redis; None where one of these is missing."""
    with ExitStack() as stack:
        try:
            shared = stack.enter_context(postgresql()), stack.enter_context(redis_server())
            address, _ = stack.enter_context(topology(folder, *shared, count))
        except pytest.skip.Exception:
            yield None
        else:
            yield Server(address.removesuffix("/api/v1/conversations"), ours=True)


def trained_stock() -> Path:
    """Return the stock model; it is trained at the first call."""
    model = MODELS / "stock.tar.gz"
    if not model.exists():
        print("Training the stock model, once (some minutes) ...", flush=True)
        command = [sys.executable, "-W", "ignore", "-m", "rasa", "train", "--data", "data", "--out", MODELS]
        words = [*map(str, command), "--fixed-model-name", "stock"]
        copy = MODELS / "stock"  # Rasa writes the defaults that it takes into config.yml
        shutil.copytree(STOCK, copy, dirs_exist_ok=True)
        done = subprocess.run(words, cwd=copy, env=_environment({}), capture_output=True, text=True)
        if not model.exists():
            raise RuntimeError(f"the stock model could not be trained: {done.stdout[-2000:]}{done.stderr[-2000:]}")
    return model


@contextmanager
def _process(command: list[str], folder: Path, environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        command, cwd=folder, env=_environment(environment), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield process
    finally:
        process.terminate()
        process.wait(60)


def _environment(more: dict[str, str]) -> dict[str, str]:
    quiet = {"RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3", "OPENBLAS_NUM_THREADS": "1"}
    return os.environ | quiet | more


def _ready(process: subprocess.Popen[bytes], address: str, path: str, ours: bool) -> Running:
    began = time.perf_counter()
    while time.perf_counter() < began + 300:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode}")
        try:
            if httpx.get(address + path).status_code == 200:
                took = time.perf_counter() - began
                return Running(Server(address, ours), took, _megabytes(process.pid), process.pid)
        except httpx.HTTPError:
            pass  # it does not listen yet
        time.sleep(0.1)
    raise RuntimeError("the server was not ready within five minutes")


def _megabytes(pid: int) -> float:
    """Return the resident memory; NaN where the system does not tell."""
    status = Path(f"/proc/{pid}/status")
    lines = status.read_text().splitlines() if status.exists() else ()
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS")), float("nan"))
