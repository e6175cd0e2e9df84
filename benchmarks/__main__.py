"""Runs the benchmark: ours and the stock server in turn, in rounds; some six minutes once stock is trained."""

from __future__ import annotations

import argparse
import os
import sqlite3
import tempfile
from pathlib import Path

from benchmarks.report import OURS, STOCK, Results, write
from benchmarks.servers import Running, needlepoint, stock_rasa, trained_stock, workers
from benchmarks.talking import Server, measure, measure_long, test_conversations
from bot.settings import ROOT

ROUNDS, CLIENTS, LONG = 2, (1, 5, 20, 50), 300
CONVERSATIONS = 10_000
WORKERS, SHARING = (1, 2), (5, 10, 20)  # behind the proxy, and the clients that they share


def main() -> None:
    """Measure, print and write docs/benchmark.md."""
    parser = argparse.ArgumentParser(prog="benchmarks", description="Needlepoint beside a stock Rasa")
    parser.add_argument("--seconds", type=float, default=12.0, help="how long each measurement takes")
    seconds = parser.parse_args().seconds
    trained_stock()
    results = Results(system_load=os.getloadavg()[0])
    for number in range(ROUNDS):
        for name, serve in ((OURS, needlepoint), (STOCK, stock_rasa)):
            print(f"Round {number + 1}: {name} ...", flush=True)
            with tempfile.TemporaryDirectory() as folder, serve(Path(folder)) as running:
                _measure(results, name, running, number == ROUNDS - 1, seconds)
                if name == OURS and number == ROUNDS - 1:
                    _measure_full(results, running.server, Path(folder), seconds)
    _measure_workers(results, seconds)
    path = write(results, ROOT / "docs")
    print(path.read_text(encoding="utf-8"))


def _measure(results: Results, name: str, running: Running, last: bool, seconds: float) -> None:
    talks, server = test_conversations(), running.server
    measure(server, talks, 1, 2)  # what loads at first use
    results.ready[name].append(running.seconds_to_ready)
    results.megabytes[name].append(running.megabytes)
    results.alone[name].append(measure(server, talks, 1, seconds))
    if last:
        results.long[name] = measure_long(server, talks, LONG, 4 * seconds)
        for clients in CLIENTS:
            results.load[name][clients] = measure(server, talks, clients, seconds)


def _measure_workers(results: Results, seconds: float) -> None:
    """Measure what a second worker adds, where each is given the same load; nothing without the programs it needs."""
    for number in WORKERS:
        print(f"Workers behind the proxy: {number} ...", flush=True)
        with tempfile.TemporaryDirectory() as folder, workers(Path(folder), number) as server:
            if server is None:
                print("Not measured: it needs PostgreSQL, Redis and HAProxy (see README).", flush=True)
                return
            measure(server, test_conversations(), 2 * number, 4)  # what loads at first use, in each
            results.workers[number] = {n: measure(server, test_conversations(), n, seconds) for n in SHARING}


def _measure_full(results: Results, server: Server, folder: Path, seconds: float) -> None:
    """Measure again with many conversations in the database, copies of one."""
    numbers = f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {CONVERSATIONS})"
    with sqlite3.connect(folder / "needlepoint.db", timeout=30) as database:
        one = database.execute("SELECT conversation_id FROM trackers LIMIT 1").fetchone()
        for table, columns in (("trackers", "stored, data"), ("events", "data")):
            some = f"(SELECT {columns} FROM {table} WHERE conversation_id = ? LIMIT 40)"
            copies = f"{numbers} SELECT 'copy-' || i, {columns} FROM n, {some}"
            database.execute(f"INSERT INTO {table} (conversation_id, {columns}) {copies}", one)
    results.conversations = CONVERSATIONS
    results.full = measure(server, test_conversations(), 1, seconds)


if __name__ == "__main__":
    main()
