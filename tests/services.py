"""Programs of Debian's that tests run for themselves, each on a free port, stopped by its id."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


def free_port() -> int:
    """Return a port that nothing listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def need(program: str, package: str) -> str:
    """Return a program's path; skip the test where it is missing, or fail on the build machine."""
    found = shutil.which(program, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/bin")
    if found:
        return found
    missing = f"{program} is not installed: this test needs it (Debian: apt-get install {package})"
    return pytest.fail(missing) if os.environ.get("CI") == "true" else pytest.skip(missing)


def wait_for_port(port: int, process: subprocess.Popen[bytes]) -> None:
    """Wait until a process listens on a port."""
    for _ in range(500):
        assert process.poll() is None, "the program ended at once"
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise AssertionError(f"nothing listens on port {port}")


@contextmanager
def running(*command: str | Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program until the block ends."""
    process = subprocess.Popen([*map(str, command)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for_port(port, process)
        yield process
    finally:
        process.terminate()
        process.wait(20)


@contextmanager
def redis_server() -> Iterator[str]:
    """Yield the address of an empty Redis."""
    program, port = need("redis-server", "redis-server"), free_port()
    with tempfile.TemporaryDirectory() as folder:
        options = ("--port", str(port), "--bind", "127.0.0.1", "--dir", folder, "--save", "", "--appendonly", "no")
        with running(program, *options, port=port):
            yield f"redis://127.0.0.1:{port}/0"
