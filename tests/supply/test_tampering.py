"""Nothing is installed or built but what the lock names: each file by its hash, from the package index alone."""

from __future__ import annotations

import re

from bot.settings import ROOT

LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
SETUP = (ROOT / "scripts" / "setup.sh").read_text(encoding="utf-8")
BLOCKS = re.split(r"^(?=[A-Za-z0-9])", LOCK, flags=re.MULTILINE)[1:]


def test_each_package_of_the_lock_has_one_version_and_its_hashes() -> None:
    assert len(BLOCKS) > 100
    for block in BLOCKS:
        assert re.match(r"[A-Za-z0-9._-]+==[^ ;\\]+ ", block), block[:80]
        assert "--hash=sha256:" in block, block[:80]


def test_no_package_comes_from_elsewhere() -> None:
    assert re.findall(r"://| @ |^-e|--index-url|--find-links|--trusted-host", LOCK, re.MULTILINE) == []


def test_the_set_up_asks_for_the_hashes() -> None:
    assert "--require-hashes" in SETUP
    assert not re.search(r"\|\s*(ba)?sh\b|curl |wget ", SETUP)  # nothing is run from the network
