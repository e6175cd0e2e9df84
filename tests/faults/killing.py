"""Kills a server under load at random moments, and checks what is left: python -m tests.faults.killing --help."""

from __future__ import annotations

import argparse
import os
import random
import signal
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import sqlalchemy as sa

from bot.intake.database import engine_at, intakes_table
from bot.settings import clinic
from bot.web.desk.wording import reply
from tests.deploy.topology import Chatter, Worker
from tests.postgresql import postgresql
from tests.web.patient import HEALTHY

PATIENTS = 4
LONGEST = 3.0  # seconds under load before a kill
TRIES = 3_000  # of a patient, five in a second


@dataclass
class Talk:
    """One conversation: with whom, what was acknowledged, and whether it was to be passed on."""

    chatter: Chatter
    said: list[str]
    agreed: bool


@dataclass
class Outcome:
    """What was measured."""

    kills: int = 0
    messages: int = 0
    repeated: int = 0
    seconds_to_ready: list[float] = field(default_factory=list)
    talks: list[Talk] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        """Return it for a person to read."""
        slowest = max(self.seconds_to_ready, default=0.0)
        lines = [
            f"{self.kills} kills, {len(self.talks)} conversations, {self.messages} acknowledged messages, "
            f"{self.repeated} requests repeated; ready again within {slowest:.1f} s at most",
            f"passed to the front desk: {sum(talk.agreed for talk in self.talks)}",
        ]
        return "\n".join([*lines, *(self.faults or ["no message lost or doubled, none stuck, each record told of"])])


def kill_often(url: str, kills: int, seed: int) -> Outcome:
    """Serve over a database, kill the server that often while patients talk, and return what was found."""
    worker, outcome, over = Worker(_environment(url)), Outcome(), threading.Event()
    address = f"http://127.0.0.1:{worker.port}/api/v1/conversations"
    chance = random.Random(seed)
    try:
        worker.wait()
        with ThreadPoolExecutor(PATIENTS) as patients:
            running = [patients.submit(_talk_until, address, over, number, outcome) for number in range(PATIENTS)]
            try:
                _kill(worker, kills, chance, outcome)
            finally:
                over.set()
            for future in running:
                future.result()
        outcome.faults = list(_faults(url, outcome))
    finally:
        worker.end(signal.SIGKILL)
    return outcome


def _kill(worker: Worker, kills: int, chance: random.Random, outcome: Outcome) -> None:
    for _ in range(kills):
        time.sleep(chance.uniform(0.0, LONGEST))
        worker.end(signal.SIGKILL)
        began = time.monotonic()
        worker.start()
        worker.wait()
        outcome.seconds_to_ready.append(time.monotonic() - began)
        outcome.kills += 1
        print(f"kill {outcome.kills} of {kills}: ready again after {outcome.seconds_to_ready[-1]:.1f} s", flush=True)


def _talk_until(address: str, over: threading.Event, number: int, outcome: Outcome) -> None:
    """Hold one conversation after the other, each to its end; every other one is passed on."""
    while True:
        outcome.talks.append(_talk(address, len(outcome.talks) % 2 == 0, f"Ada {number}", outcome))
        if over.is_set():
            return


def _talk(address: str, agrees: bool, name: str, outcome: Outcome) -> Talk:
    chatter = Chatter(address, TRIES)
    said = [*HEALTHY.values(), *(("yes", name, "555-0123") if agrees else ("no",))]
    for number, text in enumerate(said):
        chatter.say(text, f"key-{number}")
        outcome.messages += 1
    outcome.repeated += len(chatter.failures)
    return Talk(chatter, said, agrees)


def _faults(url: str, outcome: Outcome) -> Iterator[str]:
    engine = engine_at(url)
    with engine.connect() as connection:
        rows = connection.execute(sa.select(intakes_table.c.conversation_id, intakes_table.c.reference)).fetchall()
    records, references = Counter(row.conversation_id for row in rows), {r.conversation_id: r.reference for r in rows}
    for talk in outcome.talks:
        name, transcript = talk.chatter.id, talk.chatter.transcript()
        taken = [text for sender, text in transcript if sender == "patient"]
        if taken != talk.said:
            yield f"{name}: said {talk.said}, and kept is {taken}"
        values = clinic().placeholders() | {"reference": references.get(name, "none")}
        told = ("assistant", reply("utter_shared", values)) in transcript
        if (told, records[name]) != (talk.agreed, int(talk.agreed)):
            yield f"{name}: agreed {talk.agreed}, told {told}, records {records[name]}"


def _environment(url: str) -> dict[str, str]:
    return os.environ | {
        "DATABASE_URL": url, "NEEDLEPOINT_RATE_LIMITS": "off", "HOST": "127.0.0.1", "OPENBLAS_NUM_THREADS": "1",
    }  # fmt: skip


@contextmanager
def _database(kind: str) -> Iterator[str]:
    if kind == "postgresql":
        with postgresql() as url:
            yield url
        return
    with tempfile.TemporaryDirectory() as folder:
        yield f"sqlite:///{Path(folder) / 'killed.db'}"


def main() -> int:
    """Kill, print what was measured, and return 1 where something was lost."""
    parser = argparse.ArgumentParser(prog="tests.faults.killing", description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    options = parser.parse_args()
    with _database(options.database) as url:
        outcome = kill_often(url, options.kills, options.seed)
    print(f"{options.database}, seed {options.seed}: {outcome}")
    return bool(outcome.faults)


if __name__ == "__main__":
    raise SystemExit(main())
