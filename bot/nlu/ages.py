"""Ages, in whole years, in every form people write them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from text_to_num import alpha2digit

from bot.nlu.age_patterns import (
    ABOUT_TO,
    BIRTH_DATE,
    BORN,
    BORN_SHORT,
    DECADE,
    EXPLICIT,
    HANDLED,
    NO_AGE,
    NUMBER,
    OF_OTHER,
    OTHER,
    PASSED,
    SMALL,
    WITHIN_A_YEAR,
    WORDS,
)
from bot.triage.model import Finding

OLDEST = 120
MONTHS_A_YEAR = 12
UNUSABLE = -1  # a number was given, but none that can be an age

_TENS = "twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
_ONES = "one|two|three|four|five|six|seven|eight|nine"
_RUN_TOGETHER = re.compile(rf"\b({_TENS})(?:\s*|-)(?=(?:{_ONES})\b)")
_BEFORE_YEAR = re.compile(r"(?<=[a-z])-(?=(?:years?|yrs?|months?|mths?|weeks?|wks?)\b)")
_RESPELT = {
    "twenties": "20s",
    "thirties": "30s",
    "forties": "40s",
    "fifties": "50s",
    "sixties": "60s",
    "seventies": "70s",
    "eighties": "80s",
    "nineties": "90s",
    "fourty": "forty",
    "fity": "fifty",
}
_RESPELT_WORD = re.compile(rf"\b(?:{'|'.join(_RESPELT)})\b")
_SMALL_WORDS = {"zero": "0", "one": "1", "two": "2", "three": "3"}
_SMALL_WORD = re.compile(r"\b(zero|one|two|three)\b(?! (?:of|place|spot|side|another|day|time))")
_MINUS = re.compile(r"\bminus (?=\d)")


def read_ages(text: str, said: str, today: date) -> Iterator[Finding]:
    """Yield the ages in a lower-case text as findings.

    `age` and `age_of_other` stand by themselves; `number` is a bare number, an age only where one was asked for.
    Values are whole years, rounded down; a year of birth gives the lower of the two ages it allows.
    """
    digits = to_digits(text)
    for pattern in NO_AGE:
        digits = pattern.sub(" ", digits)
    year = _year_of_birth(text, today)
    found = [Finding("age", _from_year(year, today), said)] if year else list(_explicit(digits, said))
    yield from found
    if not found:
        yield from _bare(digits, said, today)


def to_digits(text: str) -> str:
    """Return the text with number words as digits: "fifty two" -> "52"."""
    plain = _BEFORE_YEAR.sub(" ", _RUN_TOGETHER.sub(r"\1-", text))
    plain = _RESPELT_WORD.sub(lambda match: _RESPELT[match[0]], plain)
    digits = _SMALL_WORD.sub(lambda match: _SMALL_WORDS[match[1]], str(alpha2digit(plain, "en")))
    return _MINUS.sub("-", digits)


def _year_of_birth(text: str, today: date) -> int | None:
    """Return the year a text names as that of a birth; two digits stand for the latest year they can."""
    if found := BORN.search(text):
        return int(found["y"])
    if found := BORN_SHORT.search(text):
        century = today.year // 100 * 100
        year = century + int(found["y"] or found["bare"])
        return year if year <= today.year else year - 100
    return None


def _explicit(text: str, said: str) -> Iterator[Finding]:
    small = SMALL.search(text)
    if small and small["old"]:
        yield Finding("age", _small_age(small), said)
        return
    if decade := DECADE.search(text):
        yield Finding("age", int(decade["n"]), said)
        return
    soon = ABOUT_TO.search(text)
    if soon and (not soon[0].startswith("be ") or soon["later"].strip()) and _usable(soon["n"]):
        kind = "age_of_other" if re.search(rf"\b{OTHER}\b", text[: soon.start() + 3]) else "age"
        yield Finding(kind, max(int(float(soon["n"])) - 1, 0), said)
        return
    others = [m for pattern in OF_OTHER for m in pattern.finditer(text) if _usable(m["n"])]
    spans = [m.span("n") for m in others]
    yield from (Finding("age_of_other", _age(m), said) for m in others[:1])
    spans += [m.span("n") for m in HANDLED.finditer(text)]
    own = [m for p in EXPLICIT for m in p.finditer(text) if _usable(m["n"]) and m.span("n") not in spans]
    yield from (Finding("age", _age(m), said) for m in own[:1])


def _bare(text: str, said: str, today: date) -> Iterator[Finding]:
    if small := SMALL.search(text):
        if small["n"].isdigit():
            yield Finding("number", _small_age(small), said)
        return
    for pattern, age in WORDS:
        if pattern.search(text):
            yield Finding("number", age, said)
            return
    if birth := BIRTH_DATE.search(text):
        yield Finding("number", _from_year(int(birth["y"]), today), said)
    elif match := NUMBER.search(text):
        value = int(match["n"])
        if 1900 <= value <= today.year and not match["minus"]:
            value = _from_year(value, today)
        usable = value <= OLDEST and not match["minus"]
        yield Finding("number", value if usable else UNUSABLE, said)


def _usable(number: str) -> bool:
    return 0 <= float(number) <= OLDEST


def _age(match: re.Match[str]) -> int:
    """Return the age that a match names, a year less where that birthday is yet to come ("he's 12 in march")."""
    age = int(float(match["n"]))
    to_come = WITHIN_A_YEAR.match(match.string, match.end("n")) and not PASSED.search(match[0])
    return max(age - 1, 0) if to_come else age


def _from_year(year: int, today: date) -> int:
    return max(today.year - year - 1, 0)


def _small_age(match: re.Match[str]) -> int:
    if not match["n"].isdigit() or not match["unit"].startswith("m"):
        return 0
    return int(match["n"]) // MONTHS_A_YEAR
