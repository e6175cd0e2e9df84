"""The phrase language, matched: groups, combinations, little words, sentences, and what hides what."""

from __future__ import annotations

import pytest

from bot.nlu.phrase_book import MAX_GAP, Mention, PartFinder, PhraseBook
from bot.nlu.text import Tokenizer

LEMMAS = {"hips": "hip", "hurts": "hurt", "legs": "leg", "elbows": "elbow"}
TOKENIZER = Tokenizer(LEMMAS)
CONCEPTS = {
    "hip": ["hip"],
    "hip_pain": ["{hurt} + hip", "hip pain"],
    "tennis_elbow": ["tennis elbow"],
    "elbow": ["elbow"],
    "weak_leg": ["{weak} & {leg}"],
    "three": ["red + {leg} + hot"],
}
GROUPS = {"hurt": ["hurt", "is sore"], "weak": ["weak", "no strength"], "leg": ["leg", "thigh"]}


def concepts(text: str, **options: bool) -> list[str]:
    book = PhraseBook(PartFinder(TOKENIZER, **options), CONCEPTS, GROUPS)
    return [mention.concept for mention in book.find(TOKENIZER(text))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("tennis elbow", ["tennis_elbow"], id="the longer phrase hides the shorter"),
        pytest.param("tennis elbow in one elbow", ["tennis_elbow", "elbow"], id="but not elsewhere"),
        pytest.param("my elbows", ["elbow"], id="by lemma"),
        pytest.param("my hip pain", ["hip_pain"], id="words"),
        pytest.param("my hip hurts", ["hip_pain"], id="a combination, in any order"),
        pytest.param("it hurts in the hip", ["hip_pain"], id="a combination, the other way round"),
        pytest.param("it hurts. my hip", ["hip"], id="not over two sentences"),
        pytest.param("my hip is really quite sore", ["hip_pain"], id="little words are ignored"),
        pytest.param("legs gone. no strength", ["weak_leg"], id="anywhere in the message"),
        pytest.param("weak", [], id="half a combination"),
        pytest.param("my thigh is hot and red", ["three"], id="three parts"),
        pytest.param("my thigh is hot", [], id="two of three parts"),
        pytest.param("hip hop", ["hip"], id="one word of two"),
        pytest.param("ship", [], id="part of a word"),
        pytest.param("", [], id="nothing"),
        pytest.param("my hip hip hip", ["hip", "hip", "hip"], id="each time"),
    ],
)
def test_find(text: str, expected: list[str]) -> None:
    assert concepts(text) == expected


@pytest.mark.parametrize(("gap", "near"), [(0, True), (MAX_GAP, True), (MAX_GAP + 1, False)])
def test_parts_of_a_combination_stand_near_each_other(gap: int, near: bool) -> None:
    text = " ".join(["hip", *["tree"] * gap, "hurts"])

    assert ("hip_pain" in concepts(text)) is near


def test_a_phrase_never_runs_over_the_end_of_a_sentence() -> None:
    assert concepts("I play tennis. elbow") == ["elbow"]


def test_little_words_count_where_they_are_not_skipped() -> None:
    assert concepts("tennis the elbow", skip_little=False) == ["elbow"]


def test_a_literal_book_takes_words_as_they_stand() -> None:
    assert concepts("my hips and my hip", literal=True) == ["hip"]


def test_a_literal_book_hides_nothing() -> None:
    assert sorted(concepts("tennis elbow", literal=True)) == ["elbow", "tennis_elbow"]


def test_a_phrase_hides_only_within_its_family() -> None:
    book = PhraseBook(
        PartFinder(TOKENIZER),
        {"arm.inner": ["elbow"], "leg.other": ["tennis elbow"]},
        family=lambda concept: concept.split(".")[0],
    )

    assert {mention.concept for mention in book.find(TOKENIZER("tennis elbow"))} == {"arm.inner", "leg.other"}


def test_a_look_alike_hides_nothing_by_itself() -> None:
    book = PhraseBook(PartFinder(TOKENIZER), {"hip": ["hip"], "!hip": ["hip hop"]})

    assert {mention.concept for mention in book.find(TOKENIZER("hip hop"))} == {"hip", "!hip"}


def test_a_mention_knows_its_words() -> None:
    mention = Mention("hip_pain", ((1,), (4, 5)))

    assert (mention.positions, mention.start) == (frozenset({1, 4, 5}), 1)


@pytest.mark.parametrize("words", ["weak leg ", "hurt hip ", "red leg hot ", "red hot leg thigh "])
def test_a_flood_of_words_leads_to_few_mentions_and_loses_none(words: str) -> None:
    """Else a message of 2,000 characters would take a minute: each word with each other."""
    text = TOKENIZER(words * 100)
    found = PhraseBook(PartFinder(TOKENIZER), CONCEPTS, GROUPS).find(text)
    assert {mention.concept for mention in found} == set(concepts(words))
    assert {p for mention in found for p in mention.positions} == set(range(len(text.tokens)))
    assert len(found) <= 12 * len(text.tokens)


def test_what_stands_beside_a_flood_is_found() -> None:
    assert "hip_pain" in concepts("hip tree " * 100 + "hurts")
    assert "weak_leg" in concepts("weak tree " * 100 + "thigh")
    assert "hip_pain" not in concepts("hip tree " * 100 + "tree " * MAX_GAP + "hurts")


def test_words_that_are_in_no_phrase_leave_nothing_behind() -> None:
    finder = PartFinder(TOKENIZER)
    book = PhraseBook(finder, CONCEPTS, GROUPS)
    book.find(TOKENIZER("my hip hurts and so on"))
    before = len(finder._vocab.strings), len(finder._vocab)
    for number in range(100):
        book.find(TOKENIZER(f"my hip hurts and so does my {'ab' * number}x"))
    assert (len(finder._vocab.strings), len(finder._vocab)) == before
