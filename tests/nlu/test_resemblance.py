"""When what a message resembles counts, is only asked about, or says that there is nothing."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from bot.nlu.meaning import Likeness, Meaning
from bot.nlu.resemblance import MOST_PARTS, Resemblance
from bot.triage.model import Assertion, Finding

PLAIN = "since early this morning one half feels quite odd"  # none of its words is a cue
GRAVE = "stroke"
APART = "sign_apart"


class Likening:
    """Stands for what was learnt: each message and each part of it resembles the same."""

    def __init__(self, sign: str = GRAVE, share: float = 0.0, indication: float = 0.0) -> None:
        self._meaning = Meaning(Likeness(sign, share), Likeness("hip_pain", indication))
        self.parts: list[Sequence[str]] = []

    def read(self, sentences: Sequence[str]) -> list[Meaning]:
        self.parts.append(sentences)
        return [self._meaning] * len(sentences)


def signs(reader, likening: Likening, text: str, *named: Finding) -> list[tuple[str, str]]:
    tokens = reader.tokenizer(text)
    found = Resemblance(likening, {GRAVE}, {}).signs(tokens, reader._rules.cues(tokens), named)
    return [(finding.kind, finding.value) for finding in found if finding.value != APART]


@pytest.mark.parametrize(
    ("sign", "share", "text", "kind"),
    [
        (GRAVE, 0.75, PLAIN, "sign_by_meaning"),
        (GRAVE, 0.55, PLAIN, "sign_to_confirm"),
        (GRAVE, 0.3, PLAIN, None),
        ("blood_clot", 0.95, PLAIN, "sign_by_meaning"),
        ("blood_clot", 0.75, PLAIN, "sign_to_confirm"),
        ("blood_clot", 0.45, PLAIN, "sign_to_confirm"),
        ("blood_clot", 0.35, PLAIN, None),
        (GRAVE, 0.75, PLAIN + ", not before", "sign_to_confirm"),
        (GRAVE, 0.95, "my jaw and my neck", None),
    ],
)
def test_a_resemblance_counts_from_a_share_on(reader, sign: str, share: float, text: str, kind: str | None) -> None:
    assert signs(reader, Likening(sign, share), text) == ([(kind, sign)] if kind else [])


@pytest.mark.parametrize(
    ("sign", "named", "assertion", "expected"),
    [
        (GRAVE, "blood_clot", Assertion.PRESENT, [("sign_by_meaning", GRAVE)]),
        (GRAVE, "blood_clot", Assertion.DENIED, [("sign_to_confirm", GRAVE)]),
        (GRAVE, GRAVE, Assertion.DENIED, []),
        ("septic_joint", "blood_clot", Assertion.PRESENT, []),
        ("septic_joint", GRAVE, Assertion.PRESENT, []),
    ],
)
def test_only_what_is_graver_than_what_is_named_counts(
    reader, sign: str, named: str, assertion: Assertion, expected: list[tuple[str, str]]
) -> None:
    assert signs(reader, Likening(sign, 0.95), PLAIN, Finding("red_flag", named, PLAIN, assertion)) == expected


@pytest.mark.parametrize(
    ("share", "text", "said"),
    [(0.01, PLAIN, True), (0.1, PLAIN, False), (0.01, "I have got a bad fever now", False)],
)
def test_a_long_message_can_resemble_no_sign_at_all(reader, share: float, text: str, said: bool) -> None:
    assert (("cue", "signless") in signs(reader, Likening(share=share), text)) is said


@pytest.mark.parametrize("sentences", [2, MOST_PARTS, 40, 490])
def test_a_message_of_many_sentences_is_read_in_few_parts_and_whole(reader, sentences: int) -> None:
    likening = Likening()
    signs(reader, likening, "it aches there. " * sentences)
    whole, *parts = likening.parts[0]
    assert len(parts) <= MOST_PARTS
    assert " ".join(parts) == whole
    assert whole.count("aches") == sentences


REGIONS = {"hip_pain": "hip", "groin_pain": "hip", "headache": "head"}


@pytest.mark.parametrize(
    ("named", "share", "expected"),
    [
        ((), 0.5, "indication_by_meaning"),
        ((), 0.3, "indication_if_confirmed"),
        ((), 0.2, None),
        (("groin_pain",), 0.5, "indication_by_meaning"),
        (("groin_pain",), 0.3, None),
        (("hip_pain",), 0.5, None),
        (("headache",), 0.5, None),
        (("groin_pain", "headache"), 0.5, None),
    ],
)
def test_an_indication_is_meant_where_none_is_named_or_one_of_its_region(
    reader, named: Sequence[str], share: float, expected: str | None
) -> None:
    tokens = reader.tokenizer(PLAIN)
    known = [Finding("indication", name, PLAIN) for name in named]
    resemblance = Resemblance(Likening(indication=share), (), REGIONS)
    found = [(f.kind, f.value) for f in resemblance.indications(tokens, reader._rules.cues(tokens), known)]
    assert found == ([(expected, "hip_pain")] if expected else [])


@pytest.mark.parametrize(
    ("text", "elsewhere", "apart"),
    [
        (PLAIN, (), True),
        (PLAIN, (0,), False),
        ("needles are fine by me. " + PLAIN, (0,), True),
        (f"{PLAIN}. {PLAIN}", (0, 1), False),
    ],
)
def test_a_sign_is_told_apart_in_a_sentence_of_no_other_matter(
    reader, text: str, elsewhere: Sequence[int], apart: bool
) -> None:
    tokens = reader.tokenizer(text)
    likeness = Resemblance(Likening(GRAVE, 0.75), {GRAVE}, {})
    found = likeness.signs(tokens, reader._rules.cues(tokens), (), elsewhere)
    assert (APART in [finding.value for finding in found]) is apart
