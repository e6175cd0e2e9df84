"""No file holds a password or a key but those of tests and examples, which .secrets.baseline lists.

What looks like one and is none gets the comment `pragma: allowlist secret` on its line.
"""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest
from detect_secrets import SecretsCollection
from detect_secrets.core import baseline
from detect_secrets.settings import transient_settings

from bot.settings import ROOT

BASELINE = baseline.load_from_file(str(ROOT / ".secrets.baseline"))
# Texts of patients and hashes: thousands of lines, which hold no keys.
LEFT_OUT = re.compile(
    r"requirements\.lock|\.secrets\.baseline|data/|tests/(heldout|development)/|.*\.png|benchmarks/stock/\.rasa/"
)


def files() -> list[str]:
    """Return the files of the project that may hold a secret."""
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True)
    if listed.returncode:
        pytest.skip("this is no checkout of git")
    return [name for name in listed.stdout.splitlines() if not LEFT_OUT.match(name) and (ROOT / name).is_file()]


def found_in(names: list[str]) -> set[tuple[str, str, str]]:
    """Return file, kind and hash of what looks like a secret."""
    found = SecretsCollection()
    with transient_settings({key: BASELINE[key] for key in ("plugins_used", "filters_used")}):
        for name in names:
            found.scan_file(name)
    return {(file, secret.type, secret.secret_hash) for file, secret in found}


def known() -> set[tuple[str, str, str]]:
    """Return what was looked at and is no secret."""
    return {(f, one["type"], one["hashed_secret"]) for f, all_ in BASELINE["results"].items() for one in all_}


def test_no_file_holds_a_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert found_in(files()) - known() == set()


def test_what_the_baseline_lists_is_in_tests_and_examples_or_public() -> None:
    # Letters of a code, published hashes, an address as an example.
    places = {file for file, _, _ in known()}
    public = {"bot/intake/reference.py", "bot/nlu/sentence_encoder.py", "bot/web/guard.py"}
    assert {place for place in places if not place.startswith(("tests/", "docs/"))} <= public


@pytest.mark.parametrize("line", [
    "password = 'correct-horse-9f3a'", "url = 'postgresql://desk:s3cretw0rd@db/needlepoint'",
    "-----BEGIN RSA PRIVATE KEY-----", "token = '" + "ghp_" + "A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8" + "'",
])  # fmt: skip
def test_a_secret_would_be_found(tmp_path: Path, line: str) -> None:
    file = tmp_path / "settings.py"
    file.write_text(line + os.linesep)
    assert found_in([str(file)])
