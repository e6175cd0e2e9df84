"""The headline figures of the scorecard (headlines.yml), in per cent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from bot.evaluation.judging import Judged

HEADLINES = Path(__file__).with_name("headlines.yml")
SLACK = 1.0  # points by which a figure may get worse before the tests fail


@dataclass(frozen=True)
class Headline:
    """A figure: of the judgements in some sets (and in a group, where one is named), the share with certain results."""

    name: str
    sets: Sequence[str]
    results: Sequence[str]
    group: str | None = None
    lower_is_better: bool = False

    def belongs(self, judged: Judged) -> bool:
        """Return whether a judgement counts here."""
        return judged.set in self.sets and self.group in (None, judged.group)


@dataclass(frozen=True)
class Figure:
    """A measured headline: how many of how many."""

    headline: Headline
    count: int
    of: int

    @property
    def share(self) -> float:
        """The share in per cent, with one decimal."""
        return round(100 * self.count / self.of, 1) if self.of else 0.0

    def is_worse_than(self, before: float) -> bool:
        """Return whether the figure is worse than one before by more than the slack."""
        loss = self.share - before if self.headline.lower_is_better else before - self.share
        return loss > SLACK


@cache
def load_headlines() -> tuple[Headline, ...]:
    """Return the headlines of headlines.yml."""
    return tuple(Headline(**entry) for entry in yaml.safe_load(HEADLINES.read_text(encoding="utf-8")))


def figures(judged: Iterable[Judged]) -> tuple[Figure, ...]:
    """Return the headline figures of a measurement."""
    judgements = tuple(judged)
    found = []
    for headline in load_headlines():
        own = [one for one in judgements if headline.belongs(one)]
        found.append(Figure(headline, sum(one.result in headline.results for one in own), len(own)))
    return tuple(found)
