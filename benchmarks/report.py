"""Writes docs/benchmark.md and its plot."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.talking import Times

OURS, STOCK = "Needlepoint", "stock Rasa"


@dataclass
class Results:
    """What was measured, by server."""

    ready: dict[str, list[float]] = field(default_factory=lambda: {OURS: [], STOCK: []})
    megabytes: dict[str, list[float]] = field(default_factory=lambda: {OURS: [], STOCK: []})
    alone: dict[str, list[Times]] = field(default_factory=lambda: {OURS: [], STOCK: []})
    long: dict[str, Times] = field(default_factory=dict)
    load: dict[str, dict[int, Times]] = field(default_factory=lambda: {OURS: {}, STOCK: {}})
    workers: dict[int, dict[int, Times]] = field(default_factory=dict)  # by workers, by clients
    full: Times | None = None  # with many conversations in the database
    conversations: int = 0
    system_load: float = 0.0


def write(results: Results, folder: Path) -> Path:
    """Write the report and the plot; return the report's path."""
    _plot(results, folder / "benchmark.png")
    path = folder / "benchmark.md"
    parts = [_head(results), _latency(results), _length(results), _load(results), _workers(results), _capacity(results)]
    path.write_text("\n".join(parts), encoding="utf-8")
    return path


def _head(results: Results) -> str:
    return f"""# Benchmark

Written by `make bench` on {datetime.now(UTC):%Y-%m-%d}: {os.cpu_count()} cores ({platform.machine()}), Python {platform.python_version()}.
Other work on the machine when it began: a load of {results.system_load:.1f}. Ratios hold better than absolute times.
Both servers are talked to over HTTP by one generator on the same machine, in turn, with what patients say in
`tests/conversations`. Stock is `rasa run` with the default pipeline, an HTTP action server, SQLite and a form of four questions
(`benchmarks/stock`); it does far less in a turn. Needlepoint is `make run`: understanding, custom actions and the commit included.
"""


def _latency(results: Results) -> str:
    rows = []
    for name in (OURS, STOCK):
        runs = results.alone[name]
        p50 = [times.at(0.5) for times in runs]
        rows.append(
            f"| {name} | {median(p50):.1f} ({min(p50):.1f}–{max(p50):.1f}) | {_mid(runs, 0.95):.1f} | {_mid(runs, 0.99):.1f} "
            f"| {sum(len(t.seconds) for t in runs)} | {sum(t.failed for t in runs)} "
            f"| {median(results.ready[name]):.1f} | {median(results.megabytes[name]):.0f} |"
        )
    ratio = _mid(results.alone[STOCK], 0.5) / _mid(results.alone[OURS], 0.5)
    full = f"With {results.conversations:,} conversations in the database: {results.full.at(0.5):.1f} ms at the median, " \
        f"{results.full.at(0.95):.1f} at p95." if results.full else ""  # fmt: skip
    return f"""## One client

| | median ms (least–most of the rounds) | p95 | p99 | replies | failed or empty | s to ready | MB resident |
|---|---|---|---|---|---|---|---|
{chr(10).join(rows)}

Stock takes {ratio:.1f} times as long at the median. {full}
"""


def _length(results: Results) -> str:
    rows = [
        f"| {name} | {_around(t, 10)} | {_around(t, 100)} | {_around(t, 200)} | {_around(t, 300)} |"
        for name, t in results.long.items()
    ]
    return f"""## In one long conversation

Median ms of the replies around a message's number; "–" where the time for it ran out.

| | 10 | 100 | 200 | 300 |
|---|---|---|---|---|
{chr(10).join(rows)}

![Latency over the number of the message, and over load](benchmark.png)
"""


def _load(results: Results) -> str:
    return f"""## Under load

Clients that send the next message as soon as the last one is answered.

{_by_load(' ', results.load)}
"""


def _by_load(first: str, by_load: Mapping[Any, Mapping[int, Times]]) -> str:
    """Return the table of what was measured by something, which `first` names, and by clients."""
    rows = [
        f"| {name} | {clients} | {t.rate:.1f} | {t.at(0.5):.0f} | {t.at(0.95):.0f} | {t.failed} |"
        for name, runs in by_load.items()
        for clients, t in runs.items()
    ]
    return f"""|{first}| clients at once | replies a second | median ms | p95 ms | failed or empty |
|---|---|---|---|---|---|
{chr(10).join(rows)}"""


def _workers(results: Results) -> str:
    if not results.workers:
        return "What a second worker adds was not measured: PostgreSQL, Redis or HAProxy was missing.\n"
    most = {number: max(t.rate for t in runs.values()) for number, runs in results.workers.items()}
    alone, together = min(most), max(most)
    return f"""## Workers side by side

The topology of `deploy/`: HAProxy, workers, PostgreSQL (without `fsync`) and Redis. All of them, and the generator, share the
{os.cpu_count()} cores. {together} workers answer {most[together] / most[alone]:.2f} times as many messages as {alone}.

{_by_load(' workers ', results.workers)}
"""


def _capacity(results: Results) -> str:
    runs = results.load[OURS].values()
    rate = max(times.rate for times in runs)
    within = max((times.rate for times in runs if times.at(0.95) <= 100), default=0.0)
    planned = within / 2 if within else rate / 2
    a_day = planned * 3600 * 10 / 12
    return f"""## Capacity plan

One process answered at most {rate:.0f} messages a second, and {within:.0f} with p95 within 100 ms: {within * 60 / 12:.0f} conversations
of twelve messages a minute. Plan half of it, {planned:.1f} a second, for peaks and restarts. Over an opening day of ten hours that is
{a_day:,.0f} patients a process, which keeps one core busy.

A hundred sites with 200 patients a day each are 20,000 talks a day; with a fifth of them in the busiest hour,
{20_000 / 5 * 12 / 3600:.1f} messages a second: **{max(3, -(-20_000 / 5 * 12 / 3600 // planned)):.0f} processes** (never fewer than three, so that one may
fail while another restarts). PostgreSQL holds about 40 kB a talk: 20,000 a day are 0.8 GB a day, bounded by the clinics' retention.
"""


def _mid(runs: Sequence[Times], share: float) -> float:
    return median(times.at(share) for times in runs)


def _around(times: Times, number: int) -> str:
    window = times.seconds[max(0, number - 10) : number + 9]
    return f"{1000 * median(window):.1f}" if len(times.seconds) >= number - 5 and window else "–"


def _plot(results: Results, path: Path) -> None:
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, (long, load) = pyplot.subplots(1, 2, figsize=(11, 4))
    for name, times in results.long.items():
        smooth = [1000 * median(times.seconds[max(0, i - 5) : i + 6]) for i in range(len(times.seconds))]
        long.plot(range(1, len(smooth) + 1), smooth, label=name)
    long.set(xlabel="number of the message", ylabel="ms (median of 11)", yscale="log", title="One long conversation")
    _lines(load, results.load)
    load.set(
        xlabel="clients at once", ylabel="ms (solid: median, dashed: p95)", xscale="log", yscale="log", title="Load"
    )
    for axes in (long, load):
        axes.grid(alpha=0.3)
        axes.legend()
    figure.tight_layout()
    figure.savefig(path, dpi=110)


def _lines(axes: object, load: Mapping[str, Mapping[int, Times]]) -> None:
    for colour, (name, runs) in zip(("C0", "C1"), load.items(), strict=True):
        for share, style in ((0.5, "-"), (0.95, "--")):
            values = [times.at(share) for times in runs.values()]
            label = name if style == "-" else None
            axes.plot(list(runs), values, style, color=colour, marker="o", label=label)  # type: ignore[attr-defined]
