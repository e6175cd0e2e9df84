"""What a serving process does on the network: it listens where it was told to, and calls nobody."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from bot.settings import ROOT
from tests.deploy.topology import Worker
from tests.services import free_port

LISTENS = "0A"  # in /proc/net/tcp


def sockets(pid: int) -> list[tuple[int, int, str]]:
    """Return the process's TCP sockets: own port, the other's port, state."""
    own = {os.readlink(link) for link in Path(f"/proc/{pid}/fd").iterdir() if link.exists() or link.is_symlink()}
    found = []
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]:
            words = line.split()
            if f"socket:[{words[9]}]" in own:
                found.append((int(words[1].rpartition(":")[2], 16), int(words[2].rpartition(":")[2], 16), words[3]))
    return found


def serving(folder: Path, **settings: str) -> Worker:
    """Start a worker over SQLite in the folder."""
    own = {"DATABASE_URL": f"sqlite:///{folder}/one.db", "HOST": "127.0.0.1", **settings}
    return Worker(os.environ | own)


@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="only Linux tells what a process listens on")
def test_it_listens_where_it_was_told_and_calls_nobody(tmp_path: Path) -> None:
    metrics = free_port()
    worker = serving(tmp_path, METRICS_PORT=str(metrics))
    try:
        worker.wait()
        address = f"http://127.0.0.1:{worker.port}/api/v1/conversations"
        begun = httpx.post(address, json={}).json()
        token = {"Authorization": f"Bearer {begun['token']}"}
        talk = f"{address}/{begun['conversation_id']}/messages"
        assert httpx.post(talk, json={"text": "my hip hurts"}, headers=token).status_code == 200
        open_ = sockets(worker.pid)
        assert {port for port, _, state in open_ if state == LISTENS} == {worker.port, metrics}
        assert [one for one in open_ if one[2] != LISTENS and one[0] not in (worker.port, metrics)] == []
    finally:
        worker.end(signal.SIGKILL)


def test_a_second_worker_without_redis_is_refused(tmp_path: Path) -> None:
    worker = serving(tmp_path)
    try:
        worker.wait()
        environment = os.environ | {"DATABASE_URL": f"sqlite:///{tmp_path}/one.db", "PORT": str(free_port())}
        command = [sys.executable, "-W", "ignore", "-m", "bot", "serve"]
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120)
        assert (done.returncode, done.stdout) == (2, "")
        assert "REDIS_URL" in done.stderr.splitlines()[-1]
        assert httpx.get(f"http://127.0.0.1:{worker.port}/readyz").status_code == 200
    finally:
        worker.end(signal.SIGKILL)
