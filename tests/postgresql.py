"""A PostgreSQL server of our own, for as long as a test runs."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.services import free_port

MISSING = "PostgreSQL's programs are not installed: this test needs pg_ctl (Debian: apt-get install postgresql)"


def programs() -> Path | None:
    """Return the folder of PostgreSQL's newest programs, or None."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: int(p.parent.name.split(".")[0]))
    if folders and (folders[-1] / "pg_ctl").exists():
        return folders[-1]
    found = shutil.which("pg_ctl")
    return Path(found).resolve().parent if found else None


def run(*command: str | Path) -> None:
    """Run a program of PostgreSQL's, which refuses to be run by root."""
    user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    words = [*user, *map(str, command)]
    done = subprocess.run(words, cwd="/", stdin=subprocess.DEVNULL, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@contextmanager
def postgresql() -> Iterator[str]:
    """Start a server on a free port and give the address of an empty database; where it is missing, skip or fail."""
    folder = programs()
    if folder is None:
        if os.environ.get("CI") == "true":
            pytest.fail(MISSING)
        pytest.skip(MISSING)
    port = free_port()
    with tempfile.TemporaryDirectory() as home:  # not pytest's folder: the user postgres cannot enter that
        if os.geteuid() == 0:
            shutil.chown(home, "postgres")
        data = Path(home) / "data"
        run(folder / "initdb", "-D", data, "--username", "needlepoint", "--auth", "trust", "--no-sync", "-E", "UTF8")
        settings = f"-p {port} -h 127.0.0.1 -k {home} -c fsync=off"
        run(folder / "pg_ctl", "start", "--pgdata", data, "--log", Path(home) / "log", "-w", "-o", settings)
        try:
            yield f"postgresql://needlepoint@127.0.0.1:{port}/postgres"
        finally:
            run(folder / "pg_ctl", "stop", "--pgdata", data, "-m", "immediate")
