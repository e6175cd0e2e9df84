"""The phrase language of the clinical YAML (docs/phrases.md), parsed; matching it to a message is `bot.nlu`'s job."""

from __future__ import annotations

import re
from collections.abc import Container
from dataclasses import dataclass

_PART = re.compile(r"\{([^{}]+)\}|[^{}+&]+")


@dataclass(frozen=True)
class Part:
    """One part of a phrase: the name of a word group, or words as they stand."""

    text: str
    is_group: bool


@dataclass(frozen=True)
class Phrase:
    """A parsed phrase; its parts must stand near each other in one sentence, or anywhere in the message."""

    parts: tuple[Part, ...]
    same_sentence: bool


def parse_phrase(phrase: str) -> Phrase:
    """Return the phrase's parts: `a + b` in one sentence, `a & b` in one message, `{group}` any word of a group."""
    parts = tuple(_part(text.strip()) for text in re.split(r"[+&]", phrase))
    return Phrase(parts, same_sentence="&" not in phrase)


def check_phrase(phrase: str, groups: Container[str]) -> str | None:
    """Return what is wrong with the phrase, or None."""
    for text in re.split(r"[+&]", phrase):
        text = text.strip()
        if not text:
            return "has an empty part beside + or &"
        match = _PART.fullmatch(text)
        if not match:
            return "mixes words and a {group} in one part; write them as two parts with +"
        if match[1] and match[1] not in groups:
            return f"names the group {match[1]!r}, which is not under `words:` in this file"
    return None


def _part(text: str) -> Part:
    return Part(text[1:-1], True) if text.startswith("{") else Part(text, False)
