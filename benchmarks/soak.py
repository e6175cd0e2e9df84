"""How the memory of a server grows under load: resident megabytes after warming up, and in the end."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from time import perf_counter

from benchmarks.servers import needlepoint
from benchmarks.talking import measure, test_conversations

CLIENTS, STEP = 4, 30.0  # patients at once; seconds between two looks
SHORTEST = 2  # minutes
WARMING = 0.2  # of the time, at least a minute


def main() -> int:
    """Talk, print what was measured, and return 1 where it grew by more than 5 %."""
    parser = argparse.ArgumentParser(prog="benchmarks.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=20.0)
    minutes = parser.parse_args().minutes
    if minutes < SHORTEST:
        parser.error(f"--minutes must be at least {SHORTEST}: the server is warm only after the first")
    talks, began, looks, messages, failed = test_conversations(), perf_counter(), [], 0, 0
    with tempfile.TemporaryDirectory() as folder, needlepoint(Path(folder)) as running:
        while (now := perf_counter() - began) < 60 * minutes:
            times = measure(running.server, talks, CLIENTS, STEP)
            messages, failed = messages + len(times.seconds), failed + times.failed
            looks.append((now + STEP, running.resident()))
            print(f"{looks[-1][0] / 60:5.1f} min {looks[-1][1]:7.1f} MB {messages} messages", flush=True)
    warm = next(size for seconds, size in looks if seconds >= max(60.0, WARMING * 60 * minutes))
    growth = 100 * (looks[-1][1] / warm - 1)
    print(f"{messages} messages, {failed} failed; {warm:.1f} MB when warm, {looks[-1][1]:.1f} MB in the end: "
          f"{growth:+.1f} % (wanted: at most 5 %)")  # fmt: skip
    return growth > 5


if __name__ == "__main__":
    raise SystemExit(main())
