"""Text as tokens: cleaned, mended in spelling, with lemmas and sentence numbers."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

# Words that phrases ignore (docs/phrases.md).
LITTLE_WORDS = frozenset((
    "a", "an", "the", "my", "your", "his", "her", "their", "our", "its", "this", "that", "these", "those",
    "some", "really", "very", "quite", "just", "so", "bit", "of",
))  # fmt: skip

# Where a table of lemmas would merge words that mean different things here.
_KEEP = frozenset((
    "left", "better", "worse", "worst", "wound", "bit", "number", "numbers", "last", "ya", "saw", "lay", "found",
    "rose", "ground", "numb", "needling", "liver", "shot", "ya", "well", "willing",
))  # fmt: skip

# Forms that say the same of whoever is the patient, and of now or then.
_SAME = {
    **dict.fromkeys(("he", "she", "they", "we"), "i"),
    **dict.fromkeys(("himself", "herself", "themselves", "themself", "yourself"), "myself"),
    **dict.fromkeys(("hes", "shes", "theyre"), "im"),
    **dict.fromkeys(("doesnt", "didnt", "dont"), "dont"),
    **dict.fromkeys(("hasnt", "hadnt", "havent"), "havent"),
    **dict.fromkeys(("arent", "wasnt", "werent", "isnt"), "isnt"),
    **dict.fromkeys(("couldnt", "cant"), "cant"),
    **dict.fromkeys(("wouldnt", "wont"), "wont"),
}

_SENTENCE_END = re.compile(r"(?<=[.!?;\n])\s+|\n+|\s+[-–—]+\s+|[.!?]+(?=[A-Za-z])|…+|\.{2,}")
_TOKEN = re.compile(r"\d+(?:[.,/]\d+)?|[^\W\d_]+(?:['’`´][^\W\d_]+)*")
_INVISIBLE = {"Cc", "Cs", "Co", "Cn"}
_WITHOUT_WIDTH = "Cf"  # a soft hyphen or a joiner stands within a word
_PLAIN_SIGNS = {
    **dict.fromkeys("’‘`´", "'"),
    "\N{THUMBS UP SIGN}": " yes ",
    "\N{THUMBS DOWN SIGN}": " no ",
}
_NOT_OWNERS = "it|he|she|that|this|there|what|who|here|where|how|let|everything|one|all|nothing"
_SAID_OF_IT = (
    "(?:fine|ok|okay|good|great|alright|perfect|normal|not|never|always|been|gone|got|killing|hurting|aching|sore)"
)
_SPELT_OUT = (
    (re.compile(r"\b(do|does|did|has|have|had|is|are|was|were|would|could|should|need) not\b"), r"\1nt"),
    (re.compile(r"\b(?:can not|cannot)\b"), "cant"),
    (re.compile(r"\bwill not\b"), "wont"),
    (re.compile(r"\bi am\b"), "im"),
    (re.compile(r"\bit is\b"), "its"),
    (re.compile(r"\bi have (?=been|had|got|a\b|an\b|no\b|never\b)"), "ive "),
    (re.compile(r"\bain'?t\b"), "isnt"),
    # "my hip's fine", but not "it's fine", which cues know as it stands
    (re.compile(rf"\b(?!(?:{_NOT_OWNERS})['’])([a-z]+)['’]s (?={_SAID_OF_IT}\b)"), r"\1 is "),
    (re.compile(r"\b(\w{3,})in['’](?=\s|$)"), r"\1ing"),
)
_MAYBE_SPELT_OUT = re.compile(r"['’]|\b(?:not|cannot|i am|it is|i have|aint)\b")  # what each of these needs
_QUOTES = str.maketrans("", "", "'’`´")


@dataclass(frozen=True)
class Token:
    """A word of a message: as read (`norm`: lower case, mended), its lemma, where it stands, what stood before it."""

    norm: str
    lemma: str
    sentence: int
    comma_before: bool
    colon_before: bool = False

    @property
    def is_little(self) -> bool:
        """Whether phrases ignore the word."""
        return self.norm in LITTLE_WORDS


@dataclass(frozen=True)
class Text:
    """A tokenised message with its sentences as they were written."""

    raw: str
    tokens: tuple[Token, ...]
    sentences: tuple[str, ...]

    def asks(self, sentence: int) -> bool:
        """Return whether a sentence ends with a question mark."""
        return self.sentences[sentence].rstrip().endswith("?")

    def said(self, position: int) -> str:
        """Return the patient's words around a token: the message, or its sentence when the message is long."""
        whole = " ".join(self.raw.split())
        if len(whole) <= 160 or not self.tokens:
            return whole[:160]
        return self.sentences[self.tokens[position].sentence].strip()[:160]


def clean(text: str) -> str:
    """Return the text without control, format, surrogate and private characters, a raised thumb as its word."""
    if text.isascii() and text.isprintable():
        return text.replace("`", "'")
    shown = (c for c in text if unicodedata.category(c) != _WITHOUT_WIDTH)
    kept = "".join(c if c == "\n" or unicodedata.category(c) not in _INVISIBLE else " " for c in shown)
    for sign, plain in _PLAIN_SIGNS.items():
        kept = kept.replace(sign, plain)
    return unicodedata.normalize("NFKC", kept)


class Tokenizer:
    """Splits text into tokens; `mend` may replace a misspelt word by one or more words."""

    def __init__(self, lemmas: Mapping[str, str], mend: Callable[[str], tuple[str, ...]] | None = None) -> None:
        self._lemmas = lemmas
        self._mend = mend or (lambda word: (word,))

    def __call__(self, text: str) -> Text:
        """Tokenise a message."""
        sentences = tuple(s for s in _SENTENCE_END.split(clean(text)) if s and s.strip())
        tokens = tuple(t for number, sentence in enumerate(sentences) for t in self._tokens(sentence, number))
        return Text(text, tokens, sentences or ("",))

    def lemma(self, word: str) -> str:
        """Return the dictionary form of a lower-case word; the table knows "swelling", but no plural of it."""
        word = word[:-1] if word.endswith("ings") else word
        return word if word in _KEEP else _SAME.get(word) or self._lemmas.get(word, word)

    def _tokens(self, sentence: str, number: int) -> Iterator[Token]:
        lowered = _without_accents(sentence.lower())
        for pattern, replacement in _SPELT_OUT if _MAYBE_SPELT_OUT.search(lowered) else ():
            lowered = pattern.sub(replacement, lowered)
        end = 0
        for match in _TOKEN.finditer(lowered):
            between = lowered[end : match.start()]
            end = match.end()
            word = match[0].translate(_QUOTES)
            comma, colon = "," in between or "(" in between, ":" in between or "?" in between
            for part in self._mend(word):
                yield Token(part, self.lemma(part), number, comma, colon)
                comma = colon = False


def _without_accents(text: str) -> str:
    if text.isascii():
        return text
    return "".join(c for c in unicodedata.normalize("NFD", text) if unicodedata.category(c) != "Mn")
