"""What a message resembles where its words name nothing: when that counts, and when it is only asked about."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import lru_cache

from bot.nlu.assertion import Cues
from bot.nlu.meaning import Meaning, MeaningReader
from bot.nlu.text import Text
from bot.triage.model import Assertion, Finding

FEWEST_WORDS = 4  # a shorter message resembles too much
FEWEST_FOR_A_SIGN = 4  # words that are no little ones: "my jaw and my neck" has three
MOST_PARTS = 12  # in which a message is read besides as a whole: each takes milliseconds
# Shares from which a resemblance counts by itself, or is asked about: chosen on writers left out of the training.
SURE_SIGN, LIKELY_SIGN = 0.7, 0.5
SURE_SAME_DAY, LIKELY_SAME_DAY = 0.9, 0.4  # a same-day sign leaves time to ask
FEWEST_FOR_NO_SIGN = 8  # words; a shorter message that names a sign says little else
NO_SIGN = 0.05  # below it a message resembles no sign, even where it names one: "a stroke of luck"
DENIAL = 0.1  # so much surer where a denial, a doubt or the like stands beside it: "half her face isn't joining in"
SURE_INDICATION, LIKELY_INDICATION = 0.4, 0.25
SURE_BESIDE_A_SITE = 0.7  # a place that was named speaks against another one


class Resemblance:
    """Yields findings for what the sentences of a message resemble, each by itself and all together."""

    def __init__(self, meaning: MeaningReader, grave: Collection[str], regions: Mapping[str, str]) -> None:
        """`grave` are the signs that end the questions at once, `regions` those of the indications, by id."""
        self._grave, self._regions = grave, regions
        # A message without a question is read for signs, and then for indications.
        self._meanings = lru_cache(maxsize=1)(lambda sentences: meaning.read(sentences))

    def signs(
        self, text: Text, cues: Cues, named: Sequence[Finding], elsewhere: Collection[int] = ()
    ) -> Iterator[Finding]:
        """Yield the likest sign that is graver than what is `named`, and whether the message resembles none at all.

        Where it is told apart from the sentences `elsewhere`, which speak of other matters, that is told too.
        """
        if sum(not token.is_little for token in text.tokens) < FEWEST_FOR_A_SIGN:
            return
        parts = _parts(text)
        beside = [cues.any(), *(any(cues.any(number) for number in part) for part in parts)]
        likenesses = [
            (meaning.flag, DENIAL * cued) for meaning, cued in zip(self._read(text, parts), beside, strict=True)
        ]
        said = text.said(0)
        signless = max(likeness.share for likeness, _ in likenesses) < NO_SIGN
        if signless and len(text.tokens) >= FEWEST_FOR_NO_SIGN:
            yield Finding("cue", "signless", said)
        likest, less = max(likenesses, key=lambda one: one[0].share - one[1])
        signs = [f for f in named if f.kind == "red_flag"]
        present = {f.value for f in signs if f.assertion is Assertion.PRESENT}
        is_grave = likest.concept in self._grave
        if likest.concept in {f.value for f in signs} or present & set(self._grave) or (present and not is_grave):
            return
        sure, likely = (SURE_SIGN, LIKELY_SIGN) if is_grave else (SURE_SAME_DAY, LIKELY_SAME_DAY)
        if likest.share - less < likely:
            return
        is_sure = likest.share - less >= sure and len(present) == len(signs)
        yield Finding("sign_by_meaning" if is_sure else "sign_to_confirm", likest.concept, said)
        telling = zip([{token.sentence for token in text.tokens}, *map(set, parts)], likenesses, strict=True)
        alike = {likest.concept, *self._grave}
        if any(
            likeness.concept in alike and likeness.share - less >= likely and sentences.isdisjoint(elsewhere)
            for sentences, (likeness, less) in telling
        ):
            yield Finding("cue", "sign_apart", said)

    def indications(self, text: Text, cues: Cues, named: Sequence[Finding]) -> Iterator[Finding]:
        """Yield the likest indication, where none is `named`, or another one of the same region: a shoulder's cuff."""
        if len(text.tokens) < FEWEST_WORDS:
            return
        known = {f.value for f in named if f.kind == "indication" and f.assertion is not Assertion.OTHER_PERSON}
        regions = {self._regions[name] for name in known}
        near = {name for name, region in self._regions.items() if {region} == regions} - known
        if known and not near:
            return
        meanings = self._read(text, _parts(text))
        likest = max((meaning.indication for meaning in meanings), key=lambda likeness: likeness.share)
        if known and likest.concept not in near:
            return
        bound = SURE_BESIDE_A_SITE if any(f.kind == "site" for f in named) else SURE_INDICATION
        sure = not cues.any() and likest.share >= bound
        if sure or (not known and likest.share >= LIKELY_INDICATION):
            kind = "indication_by_meaning" if sure else "indication_if_confirmed"
            yield Finding(kind, likest.concept, text.said(0))

    def _read(self, text: Text, parts: Sequence[Sequence[int]]) -> list[Meaning]:
        numbers = sorted({token.sentence for token in text.tokens})
        apart = [_joined(text, part) for part in parts]
        return self._meanings((_joined(text, numbers), *apart))


def _parts(text: Text) -> list[list[int]]:
    """Return the numbers of the sentences that are read apart from the whole; where there are many, some together."""
    numbers = sorted({token.sentence for token in text.tokens})
    together = -(-len(numbers) // MOST_PARTS)
    parts = [numbers[begin : begin + together] for begin in range(0, len(numbers), together)]
    return parts if len(text.sentences) > 1 else []


def _joined(text: Text, numbers: Sequence[int]) -> str:
    return " ".join(text.sentences[number] for number in numbers)
