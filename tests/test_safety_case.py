"""The safety case and the security notes name tests that exist, and enough hazards."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from bot.settings import ROOT

SAFETY, SECURITY = ((ROOT / "docs" / f).read_text(encoding="utf-8") for f in ("safety.md", "security.md"))
HAZARDS = re.findall(r"^\| (\d+) \|(.*)\|$", SAFETY, re.MULTILINE)
NAMED = sorted(set(re.findall(r"`(tests/[\w/.]+)::(\w+)`", SAFETY + SECURITY)))


def named_in(file: Path) -> set[str]:
    """Return the names of the tests at the top of a file, without running it."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    functions = (node for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return {function.name for function in functions if function.name.startswith("test_")}


@pytest.mark.parametrize(("file", "test"), NAMED, ids="::".join)
def test_every_test_named_exists(file: str, test: str) -> None:
    assert test in named_in(ROOT / file)


@pytest.mark.parametrize(("number", "row"), HAZARDS, ids=[number for number, _ in HAZARDS])
def test_a_hazard_has_severity_measure_test_and_what_remains(number: str, row: str) -> None:
    hazard, effect, severity, measure, test, remains = (cell.strip() for cell in row.split(" | "))
    assert all((hazard, effect, measure, remains)), number
    assert severity in set("12345")
    assert re.fullmatch(r"`tests/[\w/.]+::test_\w+`", test)


def test_hazards_are_numbered_and_enough() -> None:
    assert [int(number) for number, _ in HAZARDS] == list(range(1, len(HAZARDS) + 1))
    assert len(HAZARDS) >= 25
