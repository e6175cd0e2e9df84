"""The checklist of the ASVS: every requirement of level 2 is there once, and the evidence that it names exists."""

from __future__ import annotations

import re

import pytest

from bot.settings import ROOT
from tests.test_safety_case import named_in

TEXT = (ROOT / "docs" / "asvs.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (\d+\.\d+\.\d+) \| (.+?) \| (.+?) \| (.+?) \|$", TEXT, re.MULTILINE)
NOT_OURS = re.findall(r"\d+\.\d+\.\d+", TEXT[TEXT.index("## What does not apply") :])
LEVEL_2 = 259  # requirements of level 2 in version 4.0.3
ALONE = [row for row in ROWS if row[0] not in NOT_OURS]


def test_every_requirement_is_there_once() -> None:
    named = [number for number, *_ in ALONE] + NOT_OURS
    assert len(named) == len(set(named)) == LEVEL_2


@pytest.mark.parametrize(("number", "words", "met", "evidence"), ALONE, ids=[row[0] for row in ALONE])
def test_what_is_claimed_has_evidence_that_exists(number: str, words: str, met: str, evidence: str) -> None:
    assert met.partition(":")[0] in ("yes", "partly", "no", "clinic"), number
    assert ":" in met or not met.startswith("partly"), f"{number}: what is missing?"
    places = re.findall(r"`([^`]+)`", evidence)
    assert places, words
    for place in places:
        file, _, test = place.partition("::")
        assert (ROOT / file).is_file(), place
        assert not test or test in named_in(ROOT / file), place


def test_the_sum_is_the_one_told() -> None:
    told = re.search(r"(\d+) are met, (\d+) partly, (\d+) not, (\d+) are the clinic's, (\d+) do not apply", TEXT)
    assert told
    kinds = [met.partition(":")[0] for _, _, met, _ in ALONE]
    counts = [kinds.count(kind) for kind in ("yes", "partly", "no", "clinic")]
    assert [int(number) for number in told.groups()] == [*counts, len(NOT_OURS)]
