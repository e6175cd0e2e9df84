"""Three workers behind a proxy lose and double no message: killed, restarted, or asked at the same moment."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.deploy.topology import Chatter, Worker, topology
from tests.postgresql import postgresql
from tests.services import redis_server

PATIENTS, MESSAGES = 6, 12

Running = tuple[str, list[Worker]]


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Return the proxy's address and its three workers."""
    folder = tmp_path_factory.mktemp("proxy")
    with (
        postgresql() as database_url,
        redis_server() as redis_url,
        topology(folder, database_url, redis_url, 3) as running,
    ):
        yield running


def words(patient: int) -> list[str]:
    """Return what a patient says, each message told from every other."""
    return [f"my hip hurts, patient {patient}, message {number}" for number in range(MESSAGES)]


def talk(address: str, patient: int, half: threading.Barrier | None = None) -> Chatter:
    """Say everything, one message after the other's answer; at half, wait for the others."""
    chatter = Chatter(address)
    for number, text in enumerate(words(patient)):
        if half and number == MESSAGES // 3:
            half.wait(200)
        assert chatter.say(text, f"key-{number}")["messages"]
    return chatter


def said(chatter: Chatter) -> list[str]:
    """Return what was taken in, in order."""
    return [text for sender, text in chatter.transcript() if sender == "patient"]


def test_a_killed_worker_loses_and_doubles_no_message(three: Running) -> None:
    address, workers = three
    half = threading.Barrier(PATIENTS + 1)
    with ThreadPoolExecutor(PATIENTS) as patients:
        talks = [patients.submit(talk, address, patient, half) for patient in range(PATIENTS)]
        half.wait(200)
        workers[0].end(signal.SIGKILL)
        workers[0].start()
        assert [said(future.result()) for future in talks] == [words(patient) for patient in range(PATIENTS)]
    workers[0].wait()


def test_a_restart_is_noticed_by_nobody(three: Running) -> None:
    address, workers = three
    half = threading.Barrier(PATIENTS + 1)
    with ThreadPoolExecutor(PATIENTS) as patients:
        talks = [patients.submit(talk, address, patient, half) for patient in range(PATIENTS)]
        half.wait(200)
        workers[1].end(signal.SIGTERM)
        workers[1].start()
        workers[1].wait()
        assert [future.result().failures for future in talks] == [[]] * PATIENTS


def test_messages_at_the_same_moment_are_taken_one_after_the_other(three: Running) -> None:
    address, _ = three
    chatters = [Chatter(address) for _ in range(8)]
    with ThreadPoolExecutor(24) as at_once:
        for number, chatter in enumerate(chatters):
            for part in range(3):
                at_once.submit(chatter.say, f"my hip hurts {number} {part}", f"key-{part}")
    for number, chatter in enumerate(chatters):
        transcript = chatter.transcript()
        assert sorted(said(chatter)) == [f"my hip hurts {number} {part}" for part in range(3)]
        following = [transcript[at + 1][0] for at, (sender, _) in enumerate(transcript) if sender == "patient"]
        assert following == ["assistant"] * 3


def test_a_message_that_is_repeated_is_answered_alike_by_any_worker(three: Running) -> None:
    address, _ = three
    chatter = Chatter(address)
    answers = [chatter.say("my hip hurts", "the-key") for _ in range(9)]
    assert answers == [answers[0]] * 9
    assert said(chatter) == ["my hip hurts"]


def test_the_configuration_of_the_proxy_is_the_one_that_is_deployed(tmp_path: Path) -> None:
    import os
    import subprocess

    from bot.settings import ROOT
    from tests.services import need

    environment = os.environ | {"BIND": "127.0.0.1:1", "WORKERS": "8"}
    command = [need("haproxy", "haproxy"), "-c", "-f", ROOT / "deploy" / "haproxy.cfg"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
