"""The pictures of the scorecard: which intents are confused, and whether confidence can be relied on."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from bot.evaluation.measuring import Labelled

_BINS = 10
_INK, _MUTED = "#1f5d6b", "#9aa5a8"


def draw_confusion(intents: Sequence[Labelled], path: Path) -> None:
    """Write a picture of the shares of each intent's messages by what was recognised: rows are what was meant."""
    from matplotlib.figure import Figure

    meant = sorted({one.expected for one in intents})
    heard = [*meant, *sorted({one.got for one in intents} - set(meant))]
    counts = np.zeros((len(meant), len(heard)))
    for one in intents:
        counts[meant.index(one.expected), heard.index(one.got)] += 1
    figure = Figure(figsize=(11, 9), layout="constrained")
    axes = figure.subplots()
    image = axes.imshow(counts / counts.sum(axis=1, keepdims=True), cmap="Blues", vmin=0, vmax=1, aspect="auto")
    axes.set_xticks(range(len(heard)), heard, rotation=90, fontsize=7)
    axes.set_yticks(range(len(meant)), meant, fontsize=7)
    axes.set_xlabel("recognised")
    axes.set_ylabel("meant")
    figure.colorbar(image, ax=axes, label="share of the messages that were meant so", shrink=0.6)
    figure.savefig(path, dpi=110, metadata={"Software": None})


def draw_reliability(intents: Sequence[Labelled], path: Path) -> None:
    """Write a picture of how often the classifier is right, by how sure it says it is."""
    from matplotlib.figure import Figure

    sure = np.array([one.confidence for one in intents])
    right = np.array([one.expected == one.got for one in intents])
    numbers = np.minimum((sure * _BINS).astype(int), _BINS - 1)
    shares = [right[numbers == n].mean() if (numbers == n).any() else np.nan for n in range(_BINS)]
    figure = Figure(figsize=(6, 5), layout="constrained")
    axes = figure.subplots()
    middles = (np.arange(_BINS) + 0.5) / _BINS
    axes.plot([0, 1], [0, 1], color=_MUTED, linestyle="--", label="as sure as right")
    axes.bar(middles, shares, width=0.9 / _BINS, color=_INK, label="measured")
    for middle, share, count in zip(middles, shares, np.bincount(numbers, minlength=_BINS), strict=True):
        if count:
            axes.annotate(str(count), (middle, share), ha="center", va="bottom", fontsize=8)
    axes.set(xlim=(0, 1), ylim=(0, 1.08), xlabel="confidence", ylabel="share that is right (messages above the bars)")
    axes.legend(loc="upper left", frameon=False)
    figure.savefig(path, dpi=110, metadata={"Software": None})
