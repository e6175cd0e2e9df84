"""How strong a fear of needles the words describe."""

from __future__ import annotations

import re

from bot.nlu.heard import NOT, REACH, UNABLE, Heard
from bot.nlu.phrase_book import Mention

NEAR = 8  # words between a needle and the words of fear that are about it
_VERY = frozenset("very really so extremely super incredibly terribly seriously hugely massively".split())
_SCALE = re.compile(r"\b(\d|10) ?(?:/|out of) ?(?:10|ten)\b")  # "9/10 scared"
_WORDS = ("none", "mild", "strong", "strong_alone", "not_sure")  # lists of words that tell a level
_LEVELS = ((1, "none"), (6, "mild"), (10, "strong"))


def fear_in(heard: Heard) -> str | None:
    """Return how strong the fear is that the words describe: none, mild, strong or not_sure, or None.

    `needle_` leads the level where a needle is named near by.
    """
    level = _level(heard)
    return f"needle_{level}" if level and _is_about_needles(heard) else level


def _level(heard: Heard) -> str | None:
    scale = _SCALE.search(heard.text.raw.lower())
    if scale and any(heard.has(f"needles.{level}") for level in ("mild", "strong")):
        return next(level for most, level in _LEVELS if int(scale[1]) <= most)
    mild, calm = (heard.of(f"needles.{level}") for level in ("mild", "none"))
    strong = _strong_mentions(heard)
    softened = [m for m in strong if _is_softened(heard, m)]
    intensified = any(_is_intensified(heard, m) for m in mild)
    if intensified or any(m not in softened and not heard.negated([m]) for m in strong):
        return "strong"
    if softened or (mild and not heard.negated(mild)):
        return "mild"
    if mild or strong:
        return "none"  # each of them denied
    unsure = "not_sure" if heard.has("needles.not_sure") else None
    if not calm:
        return unsure
    return (unsure or "strong") if heard.negated(calm, NOT | UNABLE) else "none"


def _strong_mentions(heard: Heard) -> list[Mention]:
    calm = {p for m in heard.of("needles.none") for p in m.positions}
    strong = heard.of("needles.strong")
    if len(heard.text.tokens) <= REACH:
        strong = [*strong, *heard.of("needles.strong_alone")]
    return [m for m in strong if not m.positions <= calm]


def _is_about_needles(heard: Heard) -> bool:
    other = {p for m in heard.of("needles.not_needle") for p in m.positions}
    needles = [m for m in heard.of("needles.needle") if not m.positions <= other]
    felt = [m for level in _WORDS for m in heard.of(f"needles.{level}")]
    return any(abs(needle.start - word.start) <= NEAR for needle in needles for word in felt)


def _is_softened(heard: Heard, mention: Mention) -> bool:
    """Return whether "a bit" or "used to be" stands by a word of strong fear."""
    first, last = mention.start, mention.last
    return any(
        first - REACH <= m.start < first or last < m.start <= last + REACH
        for m in heard.of("needles.diminisher")
    )


def _is_intensified(heard: Heard, mention: Mention) -> bool:
    """Return whether a word of mild fear is made strong: "so nervous", but no "not so nervous"."""
    tokens, start = heard.text.tokens, mention.start
    plain = not heard.negated([mention]) and tokens[start].norm not in NOT
    return start > 0 and tokens[start - 1].norm in _VERY and plain
