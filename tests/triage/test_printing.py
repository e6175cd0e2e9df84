"""The protocol as Markdown, for a clinician to sign: complete, and tables that are tables."""

from __future__ import annotations

import pytest

from bot.triage.loading import load_protocol
from bot.triage.model import Policy, Protocol
from bot.triage.printing import rules_as_markdown


@pytest.fixture(scope="module")
def printed(protocol: Protocol) -> str:
    return rules_as_markdown(protocol)


def test_every_row_is_printed_in_order_with_its_reasons(protocol: Protocol, printed: str) -> None:
    lines = [line for line in printed.splitlines() if line.split(" | ")[0].removeprefix("| ").isdigit()]
    assert [line.split(" | ")[1] for line in lines] == [row.id for row in protocol.rows]
    for row, line in zip(protocol.rows, lines, strict=True):
        wanted = (row.outcome.value, row.reason, row.technique or "–", row.why, *(s.title for s in row.sources))
        assert [words for words in wanted if words not in line] == []


@pytest.mark.parametrize(
    "cell",
    [
        "| emergency_sign = yes |",
        "| same_day_sign = yes **or** red_flags = ",
        "age_band = minor and guardian_consent = no/not_sure **or** age_band = minor and child_consent = no/not_sure",
        "| listed = yes and tolerance = no/not_sure |",
        "| default | anything else |",
    ],
)
def test_conditions_read_as_sentences(printed: str, cell: str) -> None:
    assert cell in printed


@pytest.mark.parametrize("concepts", ["indications", "red_flags", "precautions"])
def test_every_concept_is_printed_once(protocol: Protocol, printed: str, concepts: str) -> None:
    lines = printed.splitlines()
    starts = {
        name: [ln for ln in lines if ln.startswith((f"| {name} |", f"- {name}:"))]
        for name in getattr(protocol, concepts)
    }
    assert [name for name, found in starts.items() if len(found) != 1] == []


def test_every_sign_is_printed_with_its_tier_and_source(protocol: Protocol, printed: str) -> None:
    for flag in protocol.red_flags.values():
        assert f"| {flag.id} | {flag.name} | {flag.tier.value} | {flag.source.title} |" in printed


def test_the_rows_of_a_table_have_as_many_cells_as_its_head(printed: str) -> None:
    for table in printed.split("\n\n"):
        rows = [line for line in table.splitlines() if line.startswith("|")]
        assert len({row.count("|") for row in rows}) <= 1, rows[:1]


@pytest.mark.parametrize(
    ("policy", "words"),
    [
        (Policy(), "`child` is under 12 years, `minor` is 12 to 17."),
        (Policy(14, 16), "`child` is under 14 years, `minor` is 14 to 15."),
        (Policy(), "Mild nervousness about needles goes on to the explanation."),
        (Policy(mild_fear_explains=False), "Mild nervousness about needles counts as strong."),
    ],
)
def test_the_clinics_choices_are_printed(policy: Policy, words: str) -> None:
    assert words in rules_as_markdown(load_protocol(policy=policy))


def test_the_ruleset_and_the_place_to_sign_are_printed(protocol: Protocol, printed: str) -> None:
    assert printed.startswith(f"# Needlepoint: the decision table, ruleset {protocol.ruleset}\n")
    assert printed.splitlines()[-1].startswith("Read and agreed by:")
