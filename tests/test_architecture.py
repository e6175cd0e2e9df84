"""The structure that design and README promise: who may import whom, and how large a module may be."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from bot.settings import ROOT

MODULES = [file for folder in ("bot", "actions") for file in sorted((ROOT / folder).rglob("*.py"))]
LONGEST_MODULE, LONGEST_FUNCTION = 250, 40


def _name(file: Path) -> str:
    return str(file.relative_to(ROOT))


def test_the_import_contracts_hold() -> None:
    command = [Path(sys.executable).with_name("lint-imports"), "--no-cache"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True)
    assert result.returncode == 0, result.stdout.decode()


@pytest.mark.parametrize("file", MODULES, ids=_name)
def test_module_is_short_and_documented(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= LONGEST_MODULE
    assert ast.get_docstring(ast.parse(text))


@pytest.mark.parametrize("file", MODULES, ids=_name)
def test_functions_are_short_and_annotated(file: Path) -> None:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    too_long = [f.name for f in functions if (f.end_lineno or 0) - f.lineno + 1 > LONGEST_FUNCTION]
    without_type = [f.name for f in functions if f.returns is None]
    assert (too_long, without_type) == ([], [])


@pytest.mark.parametrize("module", ["bot.cli", "bot.triage.engine", "actions.triage_form", "bot.web.app"])
def test_what_needs_no_rasa_does_not_import_it(module: str) -> None:
    code = f"import sys, {module}; sys.exit('rasa' in sys.modules or 'spacy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 0
