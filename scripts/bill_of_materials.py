"""Print the software bill of materials (CycloneDX 1.6, JSON) of what requirements.lock installs, and of the model.

    python scripts/bill_of_materials.py
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import License
from cyclonedx.output import make_outputter
from cyclonedx.schema import OutputFormat, SchemaVersion
from packageurl import PackageURL

ROOT = Path(__file__).parent.parent
LOCK, MODELS = ROOT / "requirements.lock", ROOT / "models"
_ENTRY = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
_NEEDED_BY = re.compile(r"^    # (?:via |  )(\S+)")


@dataclass(frozen=True)
class Locked:
    """A package of the lock, with the SHA-256 of its files and the names of those that need it."""

    name: str
    version: str
    hashes: tuple[str, ...]
    needed_by: tuple[str, ...]


def read_lock(text: str) -> list[Locked]:
    """Return the packages of a lock."""
    packages, lines = [], text.splitlines()
    starts = [number for number, line in enumerate(lines) if _ENTRY.match(line)]
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        found = _ENTRY.match(lines[start])
        assert found
        block = lines[start:end]
        hashes = tuple(match[1] for line in block if (match := _HASH.search(line)))
        needed_by = tuple(match[1] for line in block if (match := _NEEDED_BY.match(line)))
        packages.append(Locked(found[1], found[2], hashes, needed_by))
    return packages


def bill_of(packages: list[Locked]) -> Bom:
    """Return the bill of these packages and of the model's files, as far as they are there."""
    bom = Bom()
    root = Component(name="needlepoint", type=ComponentType.APPLICATION, bom_ref="needlepoint")
    bom.metadata.component = root
    components = {package.name: _component(package) for package in packages}
    models = [Component(name=name, type=ComponentType.MACHINE_LEARNING_MODEL, hashes=[_sha256(value)])
              for name, value in _models()]  # fmt: skip
    needs: dict[str, set[Component]] = {name: set() for name in components}
    ours = set(models)
    for package in packages:
        for parent in package.needed_by:
            needs.get(parent, ours).add(components[package.name])  # what is no package is our own pyproject.toml
    bom.components.update(components.values(), models)
    bom.register_dependency(root, ours)
    for name, needed in needs.items():
        bom.register_dependency(components[name], needed)
    return bom


def main() -> None:
    """Print the bill."""
    bom = bill_of(read_lock(LOCK.read_text(encoding="utf-8")))
    sys.stdout.write(make_outputter(bom, OutputFormat.JSON, SchemaVersion.V1_6).output_as_string(indent=1) + "\n")


def _component(package: Locked) -> Component:
    address = PackageURL("pypi", name=package.name, version=package.version)
    return Component(
        name=package.name,
        version=package.version,
        type=ComponentType.LIBRARY,
        purl=address,
        bom_ref=str(address),
        hashes=[_sha256(value) for value in package.hashes],
        licenses=_licenses(package.name),
    )


def _licenses(name: str) -> list[License]:
    """Return the licence that an installed package names, where it does so in a word or two."""
    try:
        told = metadata(name)
    except PackageNotFoundError:  # of another operating system
        return []
    text = told.get("License-Expression") or told.get("License") or ""
    return [LicenseFactory().make_from_string(text)] if 0 < len(text) <= 60 and "\n" not in text else []


def _models() -> Iterator[tuple[str, str]]:
    """Yield the name and SHA-256 of each model that is there."""
    manifest = MODELS / "needlepoint.manifest.json"
    if manifest.exists():
        content = json.loads(manifest.read_text(encoding="utf-8"))
        yield content["archive"], content["sha256"]
    sys.path.insert(0, str(ROOT))
    from bot.nlu.sentence_encoder import BUILT

    yield "all-MiniLM-L6-v2", BUILT["model.bin"]


def _sha256(value: str) -> HashType:
    return HashType(alg=HashAlgorithm.SHA_256, content=value)


if __name__ == "__main__":
    main()
