"""What is said of known vulnerabilities holds: of the versions that are installed, with evidence that exists."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.settings import ROOT
from tests.test_safety_case import named_in

FILE: dict[str, Any] = yaml.safe_load((ROOT / "docs" / "vulnerabilities.yml").read_text(encoding="utf-8"))
ENTRIES: list[dict[str, Any]] = FILE["vulnerabilities"]
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
KEYS = {"package", "version", "ids", "what", "reachable", "why", "evidence"}
NOT_LOADED = ("tensorflow", "keras", "google.protobuf", "sentry_sdk", "pip", "distributed")
SERVE = """
import asyncio, os, sys
from bot.runtime.loading import load_assistant
from bot.cli import MODEL
import bot.web.serving
assistant = load_assistant(MODEL, os.environ["DATABASE_URL"])
asyncio.run(assistant.start("one"))
asyncio.run(assistant.hear("one", "my hip hurts"))
print([name for name in sys.argv[1:] if name in sys.modules])
"""


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: f"{entry['package']} {entry['ids'][0]}")
def test_an_entry_is_of_the_installed_version_and_has_evidence(entry: dict[str, Any]) -> None:
    assert set(entry) == KEYS
    assert re.search(rf"^{entry['package']}=={re.escape(str(entry['version']))} ", LOCK, re.MULTILINE)
    assert all(re.fullmatch(r"CVE-20\d\d-\d{4,6}", name) for name in entry["ids"])
    assert entry["reachable"] in ("no", "yes", "partly")
    assert len(entry["why"].split()) > 5
    for place in entry["evidence"]:
        file, _, test = place.partition("::")
        assert (ROOT / file).is_file(), place
        assert not test or test in named_in(ROOT / file), place


def test_no_vulnerability_is_named_twice() -> None:
    named = [name for entry in ENTRIES for name in entry["ids"]] + [e.split()[0] for e in FILE["not_affected"]]
    assert len(named) == len(set(named))


def test_what_is_said_not_to_be_loaded_is_not(tmp_path: Path) -> None:
    environment = os.environ | {"DATABASE_URL": f"sqlite:///{tmp_path}/one.db"}
    command = [sys.executable, "-W", "ignore", "-c", SERVE, *NOT_LOADED]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_no_field_is_an_e_mail_address() -> None:
    sources = [file.read_text(encoding="utf-8") for file in (ROOT / "bot").rglob("*.py")]
    assert not [word for word in ("EmailStr", "NameEmail", "validate_email") if any(word in text for text in sources)]


def test_no_component_keeps_its_model_with_skops() -> None:
    named = re.findall(r"^  - name: (\S+)", (ROOT / "config.yml").read_text(encoding="utf-8"), re.MULTILINE)
    assert named
    assert not {"LogisticRegressionClassifier", "SklearnIntentClassifier"} & set(named)
    assert "skops" not in "".join(file.read_text(encoding="utf-8") for file in (ROOT / "bot").rglob("*.py"))


def test_the_audit_fails_where_a_package_cannot_be_looked_up() -> None:
    assert re.search(r"^exec .*pip-audit --strict ", (ROOT / "scripts" / "audit.sh").read_text(), re.MULTILINE)
