"""Numbers in words as digits, with the slips of typing and of dictation mended."""

from __future__ import annotations

import re

from rapidfuzz.distance import OSA
from text_to_num import alpha2digit

SCORE = 20
SHORTEST_MENDED = 5  # letters of a number word in which a slip is mended

_TENS = "twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
_ONES = "one|two|three|four|five|six|seven|eight|nine"
_TENS_OF = dict(zip(_ONES.split("|")[1:], _TENS.split("|"), strict=True))  # "two" -> "twenty"
_RUN_TOGETHER = re.compile(rf"\b({_TENS})(?:\s*|-)(?=(?:{_ONES})\b)")
_BEFORE_YEAR = re.compile(r"(?<=[a-z])-(?=(?:years?|yrs?|months?|mths?|weeks?|wks?)\b)")
_RESPELT = {
    "twenties": "20s",
    "thirties": "30s",
    "forties": "40s",
    "fourties": "40s",
    "fifties": "50s",
    "sixties": "60s",
    "seventies": "70s",
    "eighties": "80s",
    "nineties": "90s",
    "fourty": "forty",
    "therty": "thirty",
    "fity": "fifty",
    "fivty": "fifty",
    "ninty": "ninety",
    "twelth": "twelfth",
    "twentysomething": "20 something",
    "half a century": "50",
    "quarter of a century": "25",
    "a year and a half": "18 months",
    "ate years": "8 years",
}
_RESPELT_WORD = re.compile(rf"\b(?:{'|'.join(_RESPELT)})\b")
# Dictated: "forty too", "thirty ate".
_SOUNDS_LIKE = {
    "won": "one", "wun": "one", "to": "two", "too": "two", "tree": "three", "for": "four", "fore": "four",
    "ate": "eight",
}  # fmt: skip
_SOUND = re.compile(rf"\b({_TENS})[ -]({'|'.join(_SOUNDS_LIKE)})(?=\s*(?:[.,!?]|$|years?\b|yrs?\b|full stop|period))")
_NUMBER_WORDS = tuple(f"{_TENS}|{_ONES}|ten|eleven|twelve".split("|")) + tuple(
    f"{stem}teen" for stem in ("thir", "four", "fif", "six", "seven", "eigh", "nine")
)
_NO_NUMBERS = frozenset((
    "thirsty", "sever", "forte", "forth", "sixth", "fifth", "ninth", "tenth", "eighth", "seventh", "there", "threw",
    "thee", "fourteenth", "fifteenth", "sixteenth", "foray", "footy", "forts", "steven", "semen",
))  # fmt: skip
_WORD = re.compile(r"[a-z]{5,}")
_OH = re.compile(rf"\b({_ONES})[ -]o+h?\b")  # "the big five-oh"
_BIG = re.compile(r"\bbig (\d)[- ][0o]\b")  # "the big 4-0"
_SCORE = re.compile(r"\b([2-5]) score(?: (?:years )?and (\d+))?\b")
_SPOKEN_YEAR = re.compile(r"\b(19|20)[ -](\d\d)\b(?! ?(?:years|yrs))")  # "nineteen eighty-four"
_HALF = re.compile("(\\d+) ?(?:\u00bd|1\u20442)")  # "6½", as it comes and after normalisation
_SMALL_WORDS = {"zero": "0", "one": "1", "two": "2", "three": "3"}
_SMALL_WORD = re.compile(r"\b(zero|one|two|three)\b(?! (?:of|place|spot|side|another|day|time))")
_MINUS = re.compile(r"\bminus (?=\d)")


def to_digits(text: str) -> str:
    """Return the text with number words as digits: "fifty two" -> "52"."""
    plain = _BEFORE_YEAR.sub(" ", _RUN_TOGETHER.sub(r"\1-", text)).replace("-something", " something")
    plain = _RESPELT_WORD.sub(lambda match: _RESPELT[match[0]], plain)
    plain = _WORD.sub(lambda match: _mended(match[0]), _HALF.sub(r"\1", plain))
    plain = _SOUND.sub(lambda match: f"{match[1]}-{_SOUNDS_LIKE[match[2]]}", plain)
    plain = _OH.sub(lambda match: _TENS_OF.get(match[1], match[0]), plain)
    digits = _SMALL_WORD.sub(lambda match: _SMALL_WORDS[match[1]], str(alpha2digit(plain, "en")))
    digits = _SCORE.sub(lambda match: str(int(match[1]) * SCORE + int(match[2] or 0)), digits)
    return _MINUS.sub("-", _SPOKEN_YEAR.sub(r"\1\2", _BIG.sub(r"\g<1>0", digits)))


def _mended(word: str) -> str:
    """Return the number word that a word is with one slip in it, or the word: "fifti" -> "fifty"."""
    if word in _NUMBER_WORDS or word in _NO_NUMBERS:
        return word
    near = (number for number in _NUMBER_WORDS if number[0] == word[0] and len(number) >= SHORTEST_MENDED)
    return next((number for number in near if OSA.distance(word, number, score_cutoff=1) <= 1), word)
