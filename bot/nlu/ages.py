"""Ages, in whole years, in every form people write them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime

from dateutil.parser import ParserError
from dateutil.parser import parse as parse_date

from bot.nlu.age_patterns import (
    ABOUT_TO,
    AS_OF_NOW,
    BIRTH_DATE,
    BORN,
    BORN_SHORT,
    CORRECTED,
    DECADE,
    EXPLICIT,
    FEAST,
    FEASTS,
    FOR_ME,
    FROM_NOW,
    GOING_ON,
    HANDLED,
    HAS_YEARS,
    IN_YEARS,
    INSTEAD,
    NO_AGE,
    NOT_YET,
    NUMBER,
    OF_OTHER,
    ORDINAL,
    OTHER,
    PASSED,
    SMALL,
    WITHIN_A_YEAR,
    WORDS,
)
from bot.nlu.number_words import to_digits
from bot.triage.model import Finding

OLDEST = 120
MONTHS_A_YEAR = 12
UNUSABLE = -1  # a number was given, but none that can be an age


def read_ages(text: str, said: str, today: date) -> Iterator[Finding]:
    """Yield the ages in a lower-case text as findings.

    `age` and `age_of_other` stand by themselves; `number` is a bare number, an age only where one was asked for.
    Values are whole years, rounded down; a year of birth gives the lower of the two ages it allows.
    """
    digits = FEAST.sub(lambda match: FEASTS[match["feast"]], to_digits(text))
    digits = FROM_NOW.sub(lambda match: f"{match['day']}{today.year - (match['which'] == 'last')}", digits)
    if corrected := CORRECTED.search(digits):
        digits = digits[corrected.end() :].strip(" ,.!")
    if has := HAS_YEARS.search(digits):
        digits = has["n"]
    if instead := INSTEAD.match(digits):
        yield Finding("age", int(instead["n"] or instead["first"]), said)
        return
    birth, words = _birth(digits, today), digits
    for pattern in (*NO_AGE, *(OF_OTHER if FOR_ME.search(digits) else ())):
        digits = pattern.sub(" ", digits)
    found = [Finding("age", birth, said)] if birth is not None else list(_explicit(digits, words, said))
    yield from found
    # "36, my husband is 40": the first number answers, where an age was asked for
    if all(finding.kind == "age_of_other" for finding in found) and (not found or NUMBER.match(digits.strip())):
        yield from _bare(digits, words, said, today)


def _birth(text: str, today: date) -> int | None:
    """Return the age of someone whose date or year of birth a text names as such, the lower of those that it allows."""
    if found := BORN.search(text):
        return _age_on(text, today, int(found["y"]))
    if found := BORN_SHORT.search(text):
        century = today.year // 100 * 100
        year = century + int(found["y"] or found["bare"] or found["baby"])
        return _from_year(year if year <= today.year else year - 100, today)
    return None


def _age_on(text: str, today: date, year: int | None = None) -> int | None:
    """Return the age of someone born on the date in a text, or else in a year; of two readings, the younger."""
    found = BIRTH_DATE.search(text)
    dates = [_read_date(found[0], day_first, today) for day_first in (True, False)] if found else []
    ages = [today.year - d.year - ((today.month, today.day) < (d.month, d.day)) for d in dates if d]
    if ages:
        return max(min(ages), 0)
    return None if year is None else _from_year(year, today)


def _read_date(text: str, day_first: bool, today: date) -> date | None:
    """Return a written date, or None for one to come; without a day it is the last of the month."""
    try:
        read = parse_date(text.replace(" the ", " "), dayfirst=day_first, default=datetime(today.year, 12, 31)).date()
    except (ParserError, OverflowError):
        return None
    if read <= today:
        return read
    return None if str(read.year) in text else read.replace(year=read.year - 100, day=min(read.day, 28))


def _explicit(text: str, words: str, said: str) -> Iterator[Finding]:
    special = _special(text, words)
    if special is not None:
        yield Finding("age", max(special, 0), said)
        return
    soon = ABOUT_TO.search(text)
    if soon and (not soon[0].startswith("be ") or soon["later"].strip()) and _usable(soon["n"]):
        kind = "age_of_other" if re.search(rf"\b{OTHER}\b", text[: soon.start() + 3]) else "age"
        yield Finding(kind, _year_before(soon), said)
        return
    others = [m for pattern in OF_OTHER for m in pattern.finditer(text) if _usable(m["n"]) and not FOR_ME.search(text)]
    spans = [m.span("n") for m in others]
    others.sort(key=lambda match: not AS_OF_NOW.search(text, 0, match.start("n")))
    yield from (Finding("age_of_other", _age(m), said) for m in others[:1])
    spans += [m.span("n") for m in HANDLED.finditer(text)]
    own = [m for p in EXPLICIT for m in p.finditer(text) if _usable(m["n"]) and m.span("n") not in spans]
    yield from (Finding("age", _age(m), said) for m in own[:1])


def _special(text: str, words: str) -> int | None:
    """Return the age of a form that says it in a roundabout way, or None."""
    small = SMALL.search(text)
    if small and small["old"]:
        return _small_age(small)
    if decade := DECADE.search(text):
        return int(decade["n"] or decade["some"])
    if ordinal := ORDINAL.search(text):
        to_come = ordinal["what"] == "year" or ordinal["later"]
        return int(ordinal["n"]) - bool(to_come)
    if in_years := IN_YEARS.search(text):
        return int(float(in_years["n"])) - (int(in_years["years"]) if in_years["years"].isdigit() else 1)
    if not_yet := NOT_YET.search(words):
        return _year_before(not_yet)
    going_on = GOING_ON.search(text)
    return int(float(going_on["n"])) if going_on else None


def _bare(text: str, words: str, said: str, today: date) -> Iterator[Finding]:
    small, number = SMALL.search(text), NUMBER.search(text)
    birth = _age_on(text, today)
    word = next((age for pattern, age in WORDS if pattern.search(words)), None)
    if small and (not number or small.start() <= number.start()):
        if small["n"].isdigit():
            yield Finding("number", _small_age(small), said)
    elif birth is not None:
        yield Finding("number", birth, said)
    elif number:
        yield Finding("number", _of_number(number, today), said)
    elif word is not None:
        yield Finding("number", word, said)


def _of_number(number: re.Match[str], today: date) -> int:
    value = _age(number) if float(number["n"]) <= OLDEST else int(number["n"])
    if 1900 <= value <= today.year and not number["minus"]:
        value = _from_year(value, today)
    return value if value <= OLDEST and not number["minus"] else UNUSABLE


def _usable(number: str) -> bool:
    return 0 <= float(number) <= OLDEST


def _age(match: re.Match[str]) -> int:
    """Return the age that a match names, a year less where that birthday is yet to come ("he's 12 in march")."""
    age = int(float(match["n"]))
    to_come = WITHIN_A_YEAR.match(match.string, match.end("n")) and not PASSED.search(match.string)
    return _year_before(match) if to_come else age


def _year_before(match: re.Match[str]) -> int:
    """Return the age of someone who is yet to reach the one that a match names."""
    return max(int(float(match["n"])) - 1, 0)


def _from_year(year: int, today: date) -> int:
    return max(today.year - year - 1, 0)


def _small_age(match: re.Match[str]) -> int:
    if not match["n"].isdigit() or not match["unit"].startswith("m"):
        return 0
    return int(match["n"]) // MONTHS_A_YEAR
