"""Ages, in whole years, in every form people write them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from text_to_num import alpha2digit

from bot.triage.model import Finding

OLDEST = 120
MONTHS_A_YEAR = 12

_NOT_AGE = r"(?!\s*(?:%|percent|weeks?|wks?|months?|mths?|days?|hours?|hrs?|min\w*|kg|kilos?|stone|lbs?|pounds|km|k\b|miles?|times|out of|/|reps?|mg|am\b|pm\b|cm|ft|feet|°|degrees|\.\d|:\d|in\b an hour))"
_N = r"(?P<n>\d{1,4}(?:\.\d)?)(?!\d)"
_OTHER = r"(?:she|he|they|shes|hes|theyre|daughter|son|kid|child|boy|girl|grandson|granddaughter|lad|nephew|niece|mum|mom|dad|wife|husband|mother|father|partner|who|baby|toddler|teenager|teen|twins?|eldest|youngest|little one)"
_BE = r"(?:\s*'?s|\s+is|\s+are|'re|\s+was|\s+just turned|\s+has just turned|\s+turned|\s+turns)"
_SOON = r"(?:nearly|almost|not quite|about to (?:turn|be)|coming up (?:on|to|for)|turning|going on|just (?:under|short of)|will (?:be|turn)|'?ll (?:be|turn)|soon to be|turns|close to|not yet|approaching|pushing|gonna be|going to be|be)"

_BORN = re.compile(r"\b(?:born|dob|d\.o\.b\.?|birth(?:day| ?year| ?date)?|b\.)\b[^.?!]{0,25}?\b(?P<y>(?:19|20)\d\d)\b")
_SMALL = re.compile(r"\b(?P<n>\d{1,3}|a few|a couple of)[ -]?(?P<unit>months?|mths?|mo|weeks?|wks?|days?)[ -]?(?P<old>old)?\b")
_DECADE = re.compile(r"\b(?:in (?:my|his|her|their|the)|early|mid|late|am|im|i'm)[- ](?:(?:early|mid|late)[- ])?(?:to late )?(?P<n>[2-9]0)'?s\b")
_ABOUT_TO = re.compile(rf"\b{_SOON}\s+{_N}{_NOT_AGE}(?P<later>[^.?!]*)")
_EXPLICIT = (
    re.compile(rf"\b{_N}[ -]*(?:years?|yrs?|yr|y)?[ -.]*(?:of age|old|/?o\b)"),
    re.compile(rf"\b{_N} ?(?:yo|y/o|y\.o\.?|yrs?\.? old|years? young)\b"),
    re.compile(rf"\b(?:aged?|age is|age was|age of|age)\s*[:=-]?\s*(?:is\s+|of\s+)?{_N}{_NOT_AGE}"),
    re.compile(rf"\b(?:i'm|im|i am|i'm only|i'm just|i just turned|i turned|i've turned|ive turned)\s+(?:about |around |only |just |over |now |a |an |already |actually |still )*{_N}{_NOT_AGE}(?!\s*(?:years?|yrs?)\s+(?!old|young|of age))"),
    re.compile(rf"(?:^|[\s,(]){_N} ?(?:m|f|male|female|man|woman)(?=[\s,.;)/]|$)"),
    re.compile(rf"\b{_N}(?: |-)?year(?:s)?(?: |-)old"),
)
_OF_OTHER = (
    re.compile(rf"\b{_OTHER}{_BE}\s+(?:only |just |about |now |nearly |almost |not quite |still |already |going to be |a |an |like )*{_N}{_NOT_AGE}(?!\s*(?:years?|yrs?)\s+(?!old|young|of age))"),
    re.compile(rf"\b(?:my|our|a|the|his|her)\s+{_N}[ -]*(?:years?|yrs?|yr|y)?[ -]*(?:old|/?o\b)"),
    re.compile(rf"\b{_OTHER},?\s*(?:aged|age|\()?\s*{_N}(?:\)|\b){_NOT_AGE}"),
)
_NUMBER = re.compile(r"(?<![\d.,/])(?P<minus>-)?(?P<n>\d{1,6})(?:\s*(?:and a half|1/2|½)|\.\d+)?(?:ish|\+|s)?(?![\d/])")
_DURATION = re.compile(
    r"\b(?:for|since|past|last|over the|about|around|nearly|almost|every)?\s*\d+(?:\.\d)?\s*(?:years?|yrs?)"
    r"(?=\s+(?:ago|now|with|of|back|and counting|running|already|since|on and off)\b)|\bfor\s+(?:about |around |over |nearly |almost )*\d+\s*(?:years?|yrs?)\b(?! old)"
    r"|\b\d+\s*/\s*10\b|\b\d+\s*out of\s*(?:10|ten)\b|\b(?:since|in)\s+(?:19|20)\d\d\b|\b\d+ (?:kids|children|sons|daughters|grandkids|times)\b"
)
_NOT_THIS = re.compile(r"\bnot\s+(?:a\s+)?\d+")
_SMALL_WORDS = {"zero": "0", "one": "1", "two": "2", "three": "3"}
_WORDS = (
    (re.compile(r"\b(?:an? )?(?:adult|grown[- ]?up|over 18|over eighteen)\b"), 18),
    (re.compile(r"\b(?:pensioner|retired|senior citizen|oap)\b"), 60),
    (re.compile(r"\bmiddle[- ]aged?\b"), 40),
    (re.compile(r"\b(?:newborn|new born)\b"), 0),
    (re.compile(r"\btoddler\b"), 2),
)


def read_ages(text: str, said: str, today: date) -> Iterator[Finding]:
    """Yield the ages in a lower-case text as findings.

    `age` and `age_of_other` stand by themselves; `number` is a bare number, an age only where one was asked for.
    Values are whole years, rounded down; a year of birth gives the lower of the two ages it allows.
    """
    digits = _NOT_THIS.sub(" ", _DURATION.sub(" ", to_digits(text)))
    born = _BORN.search(text)
    found = [Finding("age", _from_year(int(born["y"]), today), said)] if born else list(_explicit(digits, said))
    yield from found
    if not found:
        yield from _bare(digits, said, today)


def to_digits(text: str) -> str:
    """Return the text with number words as digits: "fifty two" -> "52"."""
    plain = re.sub(r"\b(twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(\s+|-)(?=one|two|three|four|five|six|seven|eight|nine)", r"\1-", text)
    for word, number in (("twenties", "20s"), ("thirties", "30s"), ("forties", "40s"), ("fifties", "50s"), ("sixties", "60s"),
                         ("seventies", "70s"), ("eighties", "80s"), ("nineties", "90s"), ("fourty", "forty"), ("fity", "fifty")):
        plain = re.sub(rf"\b{word}\b", number, plain)
    digits = str(alpha2digit(plain, "en"))
    return re.sub(r"\b(zero|one|two|three)\b(?! (?:of|place|spot|side|another|day|time))", lambda m: _SMALL_WORDS[m[1]], digits)


def _explicit(text: str, said: str) -> Iterator[Finding]:
    small = _SMALL.search(text)
    if small and small["old"]:
        yield Finding("age", _small_age(small), said)
        return
    if decade := _DECADE.search(text):
        yield Finding("age", int(decade["n"]), said)
        return
    soon = _ABOUT_TO.search(text)
    if soon and (not soon[0].startswith("be ") or soon["later"].strip()) and _usable(soon["n"]):
        kind = "age_of_other" if re.search(rf"\b{_OTHER}\b", text[: soon.start() + 3]) else "age"
        yield Finding(kind, int(float(soon["n"])) - 1, said)
        return
    others = [m for pattern in _OF_OTHER for m in pattern.finditer(text) if _usable(m["n"])]
    spans = [m.span("n") for m in others]
    yield from (Finding("age_of_other", int(float(m["n"])), said) for m in others[:1])
    own = [m for p in _EXPLICIT for m in p.finditer(text) if _usable(m["n"]) and m.span("n") not in spans]
    yield from (Finding("age", int(float(m["n"])), said) for m in own[:1])


def _bare(text: str, said: str, today: date) -> Iterator[Finding]:
    if small := _SMALL.search(text):
        if small["n"].isdigit():
            yield Finding("number", _small_age(small), said)
        return
    for pattern, age in _WORDS:
        if pattern.search(text):
            yield Finding("number", age, said)
            return
    numbers = list(_NUMBER.finditer(text))
    if not numbers:
        return
    match = numbers[0]
    value = int(match["n"])
    if 1900 <= value <= today.year and not match["minus"]:
        value = _from_year(value, today)
    elif len(numbers) > 2 and any(1900 <= int(m["n"]) <= today.year for m in numbers):
        value = _from_year(next(int(m["n"]) for m in numbers if 1900 <= int(m["n"]) <= today.year), today)
    usable = value <= OLDEST and not match["minus"]
    yield Finding("number", value if usable else -1, said)


def _usable(number: str) -> bool:
    return 0 <= float(number) <= OLDEST


def _from_year(year: int, today: date) -> int:
    return max(today.year - year - 1, 0)


def _small_age(match: re.Match[str]) -> int:
    if not match["n"].isdigit() or not match["unit"].startswith("m"):
        return 0
    return int(match["n"]) // MONTHS_A_YEAR
