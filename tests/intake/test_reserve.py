"""Room that is kept on the disk of SQLite: with it a talk is erased also where nothing else can be written."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.intake.database import ROOM, open_database
from bot.intake.reserve import keep_room
from bot.settings import ROOT
from tests.services import need


def on_a_small_disk(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Erase a talk on a full disk of 24 MB that nobody else sees; skip the test where none can be made."""
    within = [need("unshare", "util-linux"), "--map-root-user", "--mount", "sh", "-c"]
    mount = f"mount -t tmpfs -o size=24m none {folder}"
    if subprocess.run([*within, mount], capture_output=True).returncode:
        pytest.skip("no disk can be made here")
    command = f"{mount} && exec {sys.executable} -m tests.faults.small_disk {folder} {' '.join(arguments)}"
    return subprocess.run([*within, command], cwd=ROOT, env=os.environ, capture_output=True, text=True)


def test_a_talk_is_erased_on_a_full_disk(tmp_path: Path) -> None:
    assert on_a_small_disk(tmp_path, "room").stdout == "0\n"


def test_without_the_room_it_is_not(tmp_path: Path) -> None:
    assert "disk is full" in on_a_small_disk(tmp_path).stderr


def test_the_room_is_really_taken_up_and_only_once(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path}/one.db")
    for _ in range(2):
        keep_room(engine)
    (file,) = tmp_path.glob("*.room")
    state = file.stat()
    assert state.st_size == ROOM
    assert 512 * state.st_blocks >= ROOM
