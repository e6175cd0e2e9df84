"""A server in a process of its own: what it writes can be read line by line."""

from __future__ import annotations

import json
import os
import signal
import socket
from pathlib import Path

import httpx

from tests.deploy.topology import Worker


def test_every_line_of_its_log_is_json_also_those_of_its_libraries(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with log.open("wb") as file:
        own = {"DATABASE_URL": f"sqlite:///{tmp_path}/one.db", "HOST": "127.0.0.1"}
        worker = Worker(os.environ | own, log=file)
        try:
            worker.wait()
            with socket.create_connection(("127.0.0.1", worker.port), timeout=10) as connection:
                connection.sendall(b"GET / HT\r\n\r\n")
                assert connection.recv(100).startswith(b"HTTP/1.1 400")
            httpx.get(f"http://127.0.0.1:{worker.port}/nowhere")
        finally:
            worker.end(signal.SIGTERM)
    lines = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    assert [line["name"] for line in lines] == ["uvicorn.error", "needlepoint.access"]
