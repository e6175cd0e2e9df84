"""The published scorecard is true: the model that is here does no worse on any headline by more than a point."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.evaluation.headline import Figure, Headline, figures, load_headlines
from bot.evaluation.heldout import load_heldout
from bot.evaluation.judging import Judged
from bot.evaluation.listening import Listener
from bot.evaluation.measuring import Labelled, Measured, measure
from bot.evaluation.report import kept_figures, write_report
from bot.settings import ROOT
from tests.conftest import MODEL

DOCS = ROOT / "docs"


@pytest.mark.endurance
def test_no_headline_is_worse_than_published(assistant, protocol) -> None:
    sets = load_heldout(ROOT / "tests" / "heldout")
    measured = measure(Listener(Path(MODEL)), assistant, sets, protocol)
    published = kept_figures(DOCS)

    worse = [figure for figure in figures(measured.judged) if figure.is_worse_than(published[figure.headline.name])]
    assert {figure.headline.name: figure.share for figure in worse} == {}


def test_each_headline_is_published() -> None:
    assert list(kept_figures(DOCS)) == [headline.name for headline in load_headlines()]
    page = (DOCS / "scorecard.md").read_text(encoding="utf-8")
    assert all(f"| {name} | {share:.1f} |" in page for name, share in kept_figures(DOCS).items())


@pytest.mark.parametrize(
    ("count", "before", "lower_is_better", "worse"),
    [
        (90, 91.0, False, False),
        (90, 91.1, False, True),
        (90, 80.0, False, False),
        (9, 8.0, True, False),
        (9, 7.9, True, True),
    ],
)
def test_a_headline_may_fall_by_a_point(count: int, before: float, lower_is_better: bool, worse: bool) -> None:
    figure = Figure(Headline("x", ["set"], ["right"], lower_is_better=lower_is_better), count, 100)

    assert figure.is_worse_than(before) is worse


def test_a_report_tells_each_group(tmp_path: Path) -> None:
    judged = (Judged("answers", "age", "right"), Judged("answers", "age", "wrong"), Judged("triage", "urgent", "under"))
    measured = Measured(judged, (Labelled("greet", "greet", 0.9), Labelled("thank", "greet", 0.4)))
    write_report(measured, (), tmp_path)
    page = (tmp_path / "scorecard.md").read_text(encoding="utf-8")

    assert "| answers of every type | 50.0 | 2 |" in page
    assert "### Answers\n\n| | right | wrong |\n|---|---:|---:|\n| age | 1 | 1 |" in page
    assert all((tmp_path / picture).stat().st_size > 1000 for picture in ("confusion.png", "reliability.png"))
