"""The bill of materials names what the lock installs, all of it, with the hashes that are checked at installation."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from typing import Any

import pytest

from bot.nlu.sentence_encoder import BUILT
from bot.settings import ROOT

LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
LOCKED = dict(re.findall(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)", LOCK, re.MULTILINE))


@pytest.fixture(scope="module")
def bill() -> dict[str, Any]:
    """Return what `make sbom` writes."""
    command = [sys.executable, "scripts/bill_of_materials.py"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    read: dict[str, Any] = json.loads(done.stdout)
    return read


def libraries(bill: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the packages of a bill by name."""
    return {c["name"]: c for c in bill["components"] if c["type"] == "library"}


def test_each_package_of_the_lock_is_in_it_with_its_version(bill: dict[str, Any]) -> None:
    assert {name: entry["version"] for name, entry in libraries(bill).items()} == LOCKED


def test_each_package_has_its_address_and_the_hashes_of_the_lock(bill: dict[str, Any]) -> None:
    for name, entry in libraries(bill).items():
        assert entry["purl"] == f"pkg:pypi/{name.lower()}@{LOCKED[name]}"
    told = sorted(value["content"] for entry in libraries(bill).values() for value in entry["hashes"])
    assert told == sorted(set(re.findall(r"sha256:([0-9a-f]{64})", LOCK)))


def test_nearly_each_installed_package_names_its_licence(bill: dict[str, Any]) -> None:
    without = [name for name, entry in libraries(bill).items() if not entry.get("licenses")]
    assert len(without) < len(LOCKED) / 5, without


def test_each_package_is_there_for_a_reason(bill: dict[str, Any]) -> None:
    needs = {entry["ref"]: set(entry.get("dependsOn", ())) for entry in bill["dependencies"]}
    reached, ahead = set(), {"needlepoint"}
    while ahead:
        reached |= ahead
        ahead = {needed for one in ahead for needed in needs[one]} - reached
    assert {entry["bom-ref"] for entry in bill["components"]} <= reached


def test_the_models_are_in_it_too(bill: dict[str, Any]) -> None:
    models = {c["name"]: c["hashes"][0]["content"] for c in bill["components"] if c["type"] == "machine-learning-model"}
    manifest = json.loads((ROOT / "models" / "needlepoint.manifest.json").read_text())
    assert models == {"needlepoint.tar.gz": manifest["sha256"], "all-MiniLM-L6-v2": BUILT["model.bin"]}
