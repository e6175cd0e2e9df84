"""Requests that nobody would send in good faith, as many as are asked for, the same for the same seed."""

from __future__ import annotations

import gzip
import json
import random
import string
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache, partial

from bot.settings import clinic
from bot.triage.loading import load_protocol
from bot.web.patient_text import LONGEST_TEXT

Chance = random.Random
JSON = {"Content-Type": "application/json"}
_BIDI = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c"
_MARKS = "".join(map(chr, range(0x300, 0x370)))
_CONTROLS = "".join(map(chr, [*range(32), *range(127, 160)]))
_SPLITS = "\r\n\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029\xa0\u3000\ufeff\u200b\u200d\u2060"
_WORDS = (
    "not", "no", "never", "pain", "chest pain", "back", "pee", "numb", "headache", "fever", "stiff neck", "rash", "1",
    "41", "years old", "my son", "born in", "yes", "none", "if", "?", ",", ".", "\n", "actually", "sorry", "in", "2001",
    "one hundred", "twenty", "half", "and", "or", "but", "/10", "she", "is", "was", "'s", "-", ":", "can't", "I",
)  # fmt: skip
_NUMBERS = (
    "1e999",
    "-1e999",
    "NaN",
    "Infinity",
    "-Infinity",
    "9" * 5_000,
    "0." + "1" * 5_000,
    "-0",
    "1E+400",
    "00",
    "0x10",
)
_BYTES = (
    b"\xc0\xaf", b"\xe0\x80\xaf", b"\xf0\x80\x80\xaf", b"\xed\xa0\x80\xed\xb0\x80", b"\xf8\x88\x80\x80\x80",
    b"\xff\xfe", b"\xef\xbb\xbf", b"\x00", b"\xf4\x90\x80\x80", b"\xc3",
)  # fmt: skip


@dataclass(frozen=True)
class Request:
    """A request; without a `path` it goes to a conversation's messages, with its token."""

    kind: str
    content: bytes
    headers: dict[str, str] = field(default_factory=lambda: dict(JSON))
    method: str = "POST"
    path: str | None = None


def requests(number: int, seed: int) -> Iterator[Request]:
    """Yield requests of every kind in turn."""
    chance, kinds = random.Random(seed), sorted(_MAKERS)
    for count in range(number):
        kind = kinds[count % len(kinds)]
        made = _MAKERS[kind](chance)
        yield Request(kind, _message(made, chance)) if isinstance(made, str) else made


def _message(text: str, chance: Chance) -> bytes:
    """Return a text as the body of a message, its characters escaped, or as they are."""
    if chance.random() < 0.5:
        return json.dumps({"text": text}).encode()
    return json.dumps({"text": text}, ensure_ascii=False).encode("utf-8", "surrogatepass")


def _unicode(chance: Chance) -> str:
    top = chance.choice((0x80, 0x250, 0x3000, 0x10000, 0x110000))
    return "".join(chr(chance.randrange(top)) for _ in range(_length(chance)))


def _of(*alphabets: str) -> Callable[[Chance], str]:
    """Return a maker of texts from an alphabet, with words among it."""

    def made(chance: Chance) -> str:
        letters = chance.choice(alphabets)
        parts = [chance.choice(letters) if chance.random() < 0.8 else chance.choice(_WORDS) for _ in range(999)]
        return "".join(parts)[: _length(chance)]

    return made


def _flood(chance: Chance) -> str:
    """Return a few words again and again, up to the longest text that is taken."""
    words = [chance.choice(_WORDS + _phrases()) for _ in range(chance.randint(1, 6))]
    return (chance.choice((" ", "  ", ", ", ". ", "\n", "")).join(words * LONGEST_TEXT))[:LONGEST_TEXT]


def _salad(chance: Chance) -> str:
    """Return words that mean something here, in any order."""
    return " ".join(chance.choice(_WORDS + _phrases()) for _ in range(500))[: _length(chance)]


def _long_words(chance: Chance) -> str:
    letter = chance.choice(string.ascii_lowercase + "0-'’.é٣")
    return f"{chance.choice(_WORDS)} {letter * _length(chance)}"[:LONGEST_TEXT]


def _many_spaces(chance: Chance) -> str:
    space = chance.choice(" \t\n\xa0\u3000\u2028")
    return f"{chance.choice(_WORDS)}{space * _length(chance)}{chance.choice(_WORDS)}"[-LONGEST_TEXT:]


def _digits(chance: Chance) -> str:
    parts = ("1", "12 ", "9" * 40, "1.", "1,", "1/", "'84 ", "19", "½", "٣", "²", "-", " years ", "one ", "born ")
    return "".join(chance.choice(parts) for _ in range(800))[: _length(chance)]


def _marks(chance: Chance) -> str:
    return "my hip " + "".join("a" + chance.choice(_MARKS) * chance.randint(0, 60) for _ in range(60))[:1_900]


def _command(chance: Chance) -> str:
    name = chance.choice(("restart", "back", "session_start", "forget_me", "inform", "EXTERNAL: start", "action_share"))
    values = json.dumps({chance.choice(("age", "role", "red_flags")): chance.choice((3, None, [1], {"a": 1}, "none"))})
    return chance.choice(("/", "//", " /", "\xa0/", "/ /")) + name + chance.choice(("", values, "@1.0", "{", "{}"))


def _template(chance: Chance) -> str:
    parts = (
        "{",
        "}",
        "[",
        "]",
        "{0}",
        "{clinic_phone}",
        "{0.__class__}",
        "%s",
        "${a}",
        "{{",
        "<b>",
        "';--",
        "=1+1",
        "\\u0000",
    )
    return "".join(chance.choice(parts) for _ in range(chance.randint(1, 200)))


def _raw_bytes(chance: Chance) -> Request:
    inner = (
        chance.randbytes(_length(chance)) if chance.random() < 0.5 else chance.choice(_BYTES) * chance.randint(1, 99)
    )
    return Request("raw bytes", chance.choice((inner, b'{"text": "' + inner + b'"}', b'{"' + inner + b'": 1}')))


def _deep(chance: Chance) -> Request:
    depth = chance.randint(10, 16_000)
    opening, closing = chance.choice((("[", "]"), ('{"text":', "}"), ('[{"a":', "}]")))
    body = opening * depth + chance.choice(("", "1", '"a"')) + closing * chance.choice((0, depth))
    return Request("deep", body.encode()[: chance.choice((32_000, 40_000))])


def _odd_json(chance: Chance) -> Request:
    value = chance.choice((*_NUMBERS, "null", "true", '""', "[]", '{"a": 1}', '"a"', '"\\ud800"', '"\\u0000"', '"\\x"'))
    key = chance.choice(("text", "choice", "sender", "metadata", "__proto__", "text\\u0000", ""))
    body = chance.choice(('{"%s": %s}', '{"text": "hi", "%s": %s}', '{"text": "hi", "text": "%s%s"}', '[{"%s": %s}]'))
    return Request("odd JSON", (body % (key, value)).encode())


def _huge(chance: Chance) -> Request:
    size = chance.choice((32_768, 32_769, 100_000, 1_000_000))
    filler = chance.choice((b" ", b"a", b"[", b"1,", b"\x00", b'{"a":', "\u0301".encode()))
    return Request("huge", b'{"text": "' + (filler * size)[:size] + b'"}')


def _packed(chance: Chance) -> Request:
    """Return a zip bomb: a megabyte and more behind a kilobyte."""
    plain = json.dumps({"text": "a" * chance.choice((10, 1_000_000, 5_000_000))}).encode()
    packed = partial(gzip.compress, mtime=0)
    ways = {"gzip": packed, "deflate": zlib.compress, "br": bytes, "zstd": bytes, "gzip, gzip": packed}
    way = chance.choice(sorted(ways))
    return Request("packed", ways[way](plain)[:32_000], JSON | {"Content-Encoding": way})


def _odd_headers(chance: Chance) -> Request:
    headers = {
        "Content-Type": chance.choice((
            "application/json; charset=utf-16", "text/plain", "application/x-www-form-urlencoded", "a/b/c", "",
            "multipart/form-data; boundary=x", "application/json;" * 50, "application/merge-patch+json", "\xff",
        )),
        "Idempotency-Key": chance.choice(("a", "", "a b", "x" * 65, "x" * 8_000, "\xe9", "../..")),
        "Accept": chance.choice(("*/*", "text/html", "q=;,,;", "a" * 4_000)),
        "traceparent": chance.choice(("00-" + "0" * 32 + "-" + "0" * 16 + "-01", "x", "\xff" * 99)),
    }  # fmt: skip
    chosen = {name: value for name, value in headers.items() if chance.random() < 0.6}
    return Request("odd headers", b'{"text": "my hip hurts"}', JSON | chosen)


def _odd_path(chance: Chance) -> Request:
    part = chance.choice(
        ("%00", "%ed%a0%80", "%ff", "..%2f..", "a" * 8_000, "%0d%0aX: 1", "'%20or%201=1", "%F0%9F%92%80", "{id}")
    )
    path = chance.choice(("/api/v1/conversations/%s", "/api/v1/conversations/%s/messages", "/%s", "/desk/intakes/%s",
                          "/widget/%s", "/demo/%s", "/api/v1/conversations/%s/events", "/desk/%s"))  # fmt: skip
    method = chance.choice(("GET", "POST", "DELETE", "PUT", "PATCH", "OPTIONS", "HEAD", "TRACE"))
    query = chance.choice(("", "?", "?a=%ff&a[]=1", "?page=999999999999999999999", "?q=%00"))
    return Request("odd path", b"", {"Authorization": f"Bearer {part[:50]}"}, method, path % part + query)


def _length(chance: Chance) -> int:
    """Return a length of a text: mostly short, now and then the longest that is taken, or one more."""
    return chance.choice(
        (chance.randint(0, 40), chance.randint(0, 400), chance.randint(0, LONGEST_TEXT), LONGEST_TEXT + 1)
    )


@lru_cache(maxsize=1)
def _phrases() -> tuple[str, ...]:
    """Return words of the protocol's own phrases, those that have the most to do."""
    protocol = load_protocol(policy=clinic().policy)
    groups = [words for file in protocol.words.values() for words in file.values()]
    return tuple(sorted({phrase for group in groups for phrase in group}))


_MAKERS: dict[str, Callable[[Chance], str | Request]] = {
    "Unicode": _unicode,
    "control characters": _of(_CONTROLS, _CONTROLS + " "),
    "bidi marks": _of(_BIDI, _BIDI + " "),
    "line ends": _of(_SPLITS),
    "half characters": _of("\ud800\udbff\udc00\udfff", "\ud800 "),
    "combining marks": _marks,
    "flood": _flood,
    "salad": _salad,
    "long words": _long_words,
    "many spaces": _many_spaces,
    "digits": _digits,
    "commands": _command,
    "templates": _template,
    "raw bytes": _raw_bytes,
    "deep JSON": _deep,
    "odd JSON": _odd_json,
    "huge bodies": _huge,
    "packed bodies": _packed,
    "odd headers": _odd_headers,
    "odd paths": _odd_path,
}
