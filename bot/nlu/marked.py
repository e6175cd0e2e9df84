"""Messages in which people marked how what they mention is meant (data/descriptions/assertion.yml)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.nlu.text import Text, Tokenizer
from bot.triage.checking import ProtocolError, read_yaml
from bot.triage.model import Assertion

_MARK = re.compile(r"\{(\w+)\|([^{}]*)\}")


@dataclass(frozen=True)
class Marked:
    """A message in which people marked how some of its words are meant, in their order."""

    text: str
    mentions: tuple[tuple[Assertion, str], ...]


def load_marked(path: Path) -> tuple[Marked, ...]:
    """Return the messages of a file's list `marked`, with mentions marked as `{denied|my shoulder}`.

    Raises:
        ProtocolError: the file cannot be read, or a mark names no assertion; the message says which would be right.
    """
    content = read_yaml(path)
    lines = content.get("marked") if isinstance(content, dict) else None
    if not isinstance(lines, list) or not all(isinstance(line, str) for line in lines):
        raise ProtocolError(f"{path.name}: must hold a list `marked` of messages in quotes")
    return tuple(_marked(path.name, line) for line in lines)


def _marked(name: str, line: str) -> Marked:
    known = [assertion.value for assertion in Assertion]
    for kind, _ in _MARK.findall(line):
        if kind not in known:
            raise ProtocolError(f"{name}: {line!r}: {kind} is none of {', '.join(known)}")
    mentions = tuple((Assertion(kind), words) for kind, words in _MARK.findall(line))
    return Marked(_MARK.sub(r"\2", line), mentions)


def positions_of(message: Marked, text: Text, tokenizer: Tokenizer) -> Iterator[tuple[Assertion, tuple[int, ...]]]:
    """Yield how each mention is meant and where it stands among the tokens of the message's text."""
    norms = [token.norm for token in text.tokens]
    begin = 0
    for assertion, words in message.mentions:
        own = [token.norm for token in tokenizer(words).tokens]
        places = range(begin, len(norms) - len(own) + 1)
        found = next((place for place in places if norms[place : place + len(own)] == own), None)
        if own and found is not None:
            yield assertion, tuple(range(found, found + len(own)))
            begin = found + len(own)
