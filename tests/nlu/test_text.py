"""Tokens: what is cleaned away, what is kept, where sentences end."""

from __future__ import annotations

import pytest

from bot.nlu.text import Text, Tokenizer, clean

LEMMAS = {
    "hips": "hip",
    "hurts": "hurt",
    "left": "leave",
    "liver": "live",
    "shot": "shoot",
    "swelling": "swell",
    "numb": "number",
    "ya": "you",
}


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return Tokenizer(LEMMAS)


def words(text: Text) -> str:
    return " ".join(token.norm for token in text.tokens)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("my hip\x00 hurts", "my hip hurts", id="NUL"),
        pytest.param("my\thip\r\nhurts", "my hip hurts", id="tab and carriage return"),
        pytest.param("my hip\x1b[31m hurts", "my hip 31 m hurts", id="terminal colours"),
        pytest.param("my \u200bh\u200bi\u00adp\u200d hurts", "my hip hurts", id="characters without width"),
        pytest.param("\u202emy hip hurts\u202c", "my hip hurts", id="turned around"),
        pytest.param("my hip \ud800 hurts", "my hip hurts", id="half a surrogate pair"),
        pytest.param("my hip \ue000\uffff hurts", "my hip hurts", id="private and unassigned"),
        pytest.param("ｍｙ　ｈｉｐ　ｈｕｒｔｓ", "my hip hurts", id="full-width letters"),
        pytest.param("my ﬁnger", "my finger", id="ligature"),
        pytest.param("mý híp hùrts", "my hip hurts", id="accents"),
        pytest.param("my hip 😭😭 hurts 🔥", "my hip hurts", id="emoji"),
        pytest.param("it won’t move", "it wont move", id="curly apostrophe"),
        pytest.param("‘my hip’ hurts", "my hip hurts", id="curly quotes"),
        pytest.param("I can`t and I can´t", "i cant and i cant", id="other apostrophes"),
        pytest.param("I do not smoke", "i dont smoke", id="do not"),
        pytest.param("I can not, cannot and will not", "i cant cant and wont", id="cannot and will not"),
        pytest.param("I am sore and it is worse", "im sore and its worse", id="I am, it is"),
        pytest.param("it ain't my hip", "it isnt my hip", id="ain't"),
        pytest.param("it's killin' me", "its killing me", id="dropped g"),
        pytest.param("MY HIP HURTS!!!", "my hip hurts", id="capitals"),
        pytest.param("7/10, 2.5 weeks", "7/10 2.5 weeks", id="numbers keep their signs"),
        pytest.param("hip_pain", "hip pain", id="underscore"),
        pytest.param("<b>hip</b>", "b hip b", id="markup"),
        pytest.param("👍", "yes", id="thumb up"),
        pytest.param("👎🏾", "no", id="thumb down"),
    ],
)
def test_words_of(tokenizer: Tokenizer, text: str, expected: str) -> None:
    assert words(tokenizer(text)) == expected


@pytest.mark.parametrize(
    "text", ["", " ", "\n\n", "...", "?!?!", "-", "'", "’’", "\x00\x01", "\ud83d", "😀", "_", "\u200b", "。。。"]
)
def test_nothing_to_read(tokenizer: Tokenizer, text: str) -> None:
    read = tokenizer(text)

    assert (read.tokens, len(read.sentences) >= 1) == ((), True)


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        pytest.param("hip hurts. knee is fine", 2, id="full stop"),
        pytest.param("hip hurts.Knee is fine", 2, id="no space after"),
        pytest.param("hip hurts\nknee is fine", 2, id="line break"),
        pytest.param("hip hurts - knee is fine", 2, id="dash between spaces"),
        pytest.param("hip hurts... knee is fine", 2, id="dots"),
        pytest.param("hip hurts… knee is fine", 2, id="ellipsis"),
        pytest.param("chest pain? no", 2, id="question and answer"),
        pytest.param("it is 7.5 of 10", 1, id="decimal point"),
        pytest.param("my mid-back", 1, id="hyphen"),
        pytest.param("hip hurts, knee is fine", 1, id="comma"),
    ],
)
def test_sentences(tokenizer: Tokenizer, text: str, sentences: int) -> None:
    assert tokenizer(text).tokens[-1].sentence == sentences - 1


def test_punctuation_before_a_token_is_kept(tokenizer: Tokenizer) -> None:
    before = [(t.comma_before, t.colon_before) for t in tokenizer("hip, knee (left) pain: no").tokens]

    assert before == [(False, False), (True, False), (True, False), (False, False), (False, True)]


@pytest.mark.parametrize(
    ("word", "lemma"),
    [
        pytest.param("hips", "hip", id="from the table"),
        pytest.param("left", "left", id="the side, not leaving"),
        pytest.param("liver", "liver", id="the organ, not living"),
        pytest.param("numb", "numb", id="without feeling, not a number"),
        pytest.param("ya", "ya", id="a yes, not you"),
        pytest.param("shot", "shot", id="the jab, not shooting pain"),
        pytest.param("swellings", "swell", id="a plural of -ing"),
        pytest.param("she", "i", id="whoever is the patient"),
        pytest.param("doesnt", "dont", id="of any person"),
        pytest.param("wasnt", "isnt", id="of any time"),
        pytest.param("zyzzyva", "zyzzyva", id="unknown"),
    ],
)
def test_lemma(tokenizer: Tokenizer, word: str, lemma: str) -> None:
    assert tokenizer.lemma(word) == lemma


def test_mending_may_give_several_tokens() -> None:
    mended = Tokenizer({}, lambda word: ("lower", "back") if word == "lowerback" else (word,))

    assert words(mended("My lowerback")) == "my lower back"


def test_said_is_the_message_when_short(tokenizer: Tokenizer) -> None:
    assert tokenizer("  My  hip.\nIt hurts. ").said(2) == "My hip. It hurts."


def test_said_is_the_sentence_when_the_message_is_long(tokenizer: Tokenizer) -> None:
    text = tokenizer("I have a long tale to tell. " * 10 + "My hip hurts. " + "The end is not near. " * 5)
    hip = next(i for i, token in enumerate(text.tokens) if token.norm == "hip")

    assert text.said(hip) == "My hip hurts."


def test_said_is_never_longer_than_160_characters(tokenizer: Tokenizer) -> None:
    assert len(tokenizer("pain " * 400).said(399)) == 160


def test_clean_keeps_line_breaks() -> None:
    assert clean("hip\nknee") == "hip\nknee"
