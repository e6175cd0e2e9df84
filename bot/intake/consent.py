"""The consent texts and their version, as they are kept with each intake."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from bot.triage.checking import check_keys, read_yaml

FILE = Path(__file__).with_name("consent.yml")
KINDS = ("chat", "human", "phone")


def consent(kind: str, placeholders: Mapping[str, str]) -> dict[str, str]:
    """Return the kind, version and text of a consent, with the clinic's name filled in."""
    content = _content()
    return {"kind": kind, "version": content["version"], "text": content["texts"][kind].format(**placeholders)}


@lru_cache(maxsize=1)
def _content() -> dict[str, Any]:
    content: dict[str, Any] = read_yaml(FILE)
    check_keys(FILE.name, content, ("version", "texts"))
    check_keys(f"{FILE.name}, texts", content["texts"], KINDS)
    return content
