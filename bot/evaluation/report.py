"""The scorecard as Markdown, and as JSON for the tests to hold later models against."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from bot.evaluation.headline import Figure, figures
from bot.evaluation.measuring import Measured
from bot.evaluation.pictures import draw_confusion, draw_reliability
from bot.evaluation.side_by_side import Contender

FIGURES = "scorecard.json"
_INTRODUCTION = Path(__file__).with_name("introduction.md")


def write_report(measured: Measured, contenders: Iterable[Contender], folder: Path) -> tuple[Figure, ...]:
    """Write scorecard.md with its pictures and scorecard.json into a folder, and return the headline figures."""
    found = figures(measured.judged)
    draw_confusion(measured.intents, folder / "confusion.png")
    draw_reliability(measured.intents, folder / "reliability.png")
    content = {figure.headline.name: figure.share for figure in found}
    (folder / FIGURES).write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    (folder / "scorecard.md").write_text("\n".join(_lines(measured, found, tuple(contenders))) + "\n", encoding="utf-8")
    return found


def kept_figures(folder: Path) -> Mapping[str, float]:
    """Return the headline figures that a folder's scorecard tells."""
    kept: dict[str, float] = json.loads((folder / FIGURES).read_text(encoding="utf-8"))
    return kept


def _lines(measured: Measured, found: Iterable[Figure], contenders: tuple[Contender, ...]) -> Iterator[str]:
    yield _INTRODUCTION.read_text(encoding="utf-8")
    yield "## Headlines\n\n| Figure | % | of |\n|---|---:|---:|"
    yield from (f"| {figure.headline.name} | {figure.share:.1f} | {figure.of} |" for figure in found)
    yield "\n## Intents\n\n![Which intents are confused](confusion.png)\n"
    yield "How often the classifier is right, by how sure it is:\n\n![Reliability of confidence](reliability.png)"
    if contenders:
        yield from _side_by_side(contenders)
    yield "\n## Everything, by group"
    for name in dict.fromkeys(one.set for one in measured.judged):
        yield from _table(name, measured)


def _side_by_side(contenders: tuple[Contender, ...]) -> Iterator[str]:
    yield "\n## Beside Rasa's default pipeline\n"
    yield "The same examples and the same messages on one machine, one after the other, each in a process of its own."
    yield "Times depend on what else runs there: read them as orders of magnitude. It takes an hour and is not repeated"
    yield "with every change of the examples, so the headlines above may be newer.\n"
    yield "| | " + " | ".join(one.name for one in contenders) + " |\n|---|" + "---:|" * len(contenders)
    rows = (
        ("intents in scope, at the shipped threshold, %", "in_scope", ".1f"),
        ("out-of-scope messages caught, %", "out_of_scope", ".1f"),
        ("training, seconds", "training_seconds", ".0f"),
        ("a message, median, milliseconds", "milliseconds", ".1f"),
        ("a message, 95th percentile, milliseconds", "slow_milliseconds", ".1f"),
        ("most memory, training included, megabytes", "megabytes", ".0f"),
    )
    for title, field, form in rows:
        yield f"| {title} | " + " | ".join(format(getattr(one, field), form) for one in contenders) + " |"


def _table(name: str, measured: Measured) -> Iterator[str]:
    own = [one for one in measured.judged if one.set == name]
    results = list(dict.fromkeys(one.result for one in own))
    counts = Counter((one.group, one.result) for one in own)
    yield f"\n### {name[0].upper()}{name[1:]}\n"
    yield f"| | {' | '.join(results)} |\n|---|{'---:|' * len(results)}"
    for group in sorted({one.group for one in own}):
        yield f"| {group} | {' | '.join(str(counts[group, result]) for result in results)} |"
