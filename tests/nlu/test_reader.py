"""One reading of a message: every fact at once, whatever the text."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.nlu import reader as reading
from bot.nlu.reader import Reader
from tests.nlu.readings import TODAY, assertions, found, value

LIMIT = 2000  # characters the API lets through
WORDS = (
    "no not my the hip chest pain i have don't can't feel leg numb she is 12 years old needles scared of yes maybe "
    "what if dad has had used to but , . ? ! - : 7/10 born in 1984 and or never none just sorry actually"
).split()
KINDS = {
    "indication", "site", "red_flag", "sign_if_asked", "precaution", "precaution_if_asked", "site_options", "age",
    "age_of_other", "number", "yes_no", "list", "agrees", "fear", "spread", "cramps", "cue", "topic",
}  # fmt: skip


def test_many_facts_at_once(reader: Reader) -> None:
    text = "I'm 34, my left shoulder hurts and needles don't scare me"

    facts = {(f.kind, f.value) for f in reader.read(text, TODAY)}

    assert {("age", 34), ("indication", "shoulder_pain"), ("fear", "needle_none")} <= facts


@pytest.mark.parametrize(
    ("text", "indications"),
    [
        ("my jaw and my neck", {"tmj_pain", "whiplash_neck_pain"}),
        ("sciatica and low back pain", {"low_back_pain"}),
        ("arthritis in my hip", {"hip_pain"}),
        ("I've got golfers... no, tennis elbow", {"tennis_elbow"}),
        ("rotator cuff", {"rotator_cuff_pain"}),
        ("inner knee", set()),
        ("my big toe", set()),
        ("toothache", set()),
        ("back to you later", set()),
        ("on the other hand", set()),
        ("I need your head office", set()),
        ("hello", set()),
    ],
)
def test_indications(reader: Reader, text: str, indications: set[str]) -> None:
    assert set(assertions(reader, text, "indication")) == indications


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        pytest.param("Is it fine to drive? no chest pain", "no", id="the question's words are no answer"),
        pytest.param("yes, but how long does it take?", "yes", id="an answer before a question"),
        pytest.param("what's that? yes", "yes", id="an answer after a question"),
        pytest.param("will I be ok?", None, id="a question only"),
        pytest.param("how do I know", None, id="a question without its mark"),
    ],
)
def test_a_question_is_no_answer(reader: Reader, text: str, kept: str | None) -> None:
    assert value(reader, text, "yes_no") == kept


def test_signs_count_within_a_question(reader: Reader) -> None:
    signs = assertions(reader, "why do I have crushing chest pain?", "red_flag")

    assert signs == {"chest_pain": "present"}


def test_said_holds_the_patients_own_words(reader: Reader) -> None:
    finding = found(reader, "My  HIP hurts!", "indication")[0]

    assert finding.said == "My HIP hurts!"


def test_findings_are_not_repeated(reader: Reader) -> None:
    read = reader.read("hip hip hip hip", TODAY)

    assert len(read) == len(set(read))


@pytest.mark.parametrize(
    "text",
    ["", " ", "\n", "\x00", "...", "?!?", "😀😀😀", "\ud83d", "\udc00\ud800", "<>", "- - -", "\u200b\u202e", "´´´"],
)
def test_nothing_is_found_in_nothing(reader: Reader, text: str) -> None:
    assert reader.read(text, TODAY) == ()


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("my hip\x00\x07 hurts", id="control characters"),
        pytest.param("my hip \ud800 hurts", id="a lone surrogate"),
        pytest.param("my hip 😭 hurts", id="emoji"),
        pytest.param("“my hip” hurts", id="curly quotes"),
        pytest.param("ｍｙ　ｈｉｐ", id="full-width letters"),
        pytest.param("MY HIP HURTS", id="capitals"),
        pytest.param("my\nhip\nhurts", id="line breaks"),
        pytest.param("<script>hip</script>", id="markup"),
        pytest.param("{{hip}} %s {0}", id="templates"),
        pytest.param("/inform my hip", id="a command"),
        pytest.param("my hip " + "!" * 1900, id="many marks"),
        pytest.param(("blah " * 390 + "my hip").rjust(LIMIT), id="at the end of 2,000 characters"),
        pytest.param("q" * 1990 + " my hip", id="after an endless word"),
    ],
)
def test_a_place_is_found_in_odd_text(reader: Reader, text: str) -> None:
    assert "hip_pain" in assertions(reader, text, "indication")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("no " * 666, id="no"),
        pytest.param("pain " * 400, id="pain"),
        pytest.param("numb leg hot red cold " * 90, id="parts of many combinations"),
        pytest.param("chest pain, back pain, numb legs and weak arms " * 42, id="signs"),
        pytest.param("not my hip my neck " * 105, id="denials"),
        pytest.param("1 " * 1000, id="numbers"),
        pytest.param("9" * LIMIT, id="one number"),
        pytest.param("a" * LIMIT, id="one word"),
        pytest.param("a," * 1000, id="commas"),
        pytest.param("?" * LIMIT, id="question marks"),
        pytest.param("\u0301" * LIMIT, id="accents on nothing"),
        pytest.param("ﷺ" * LIMIT, id="a character that unfolds to many"),
        pytest.param("twenty " * 280, id="number words"),
        pytest.param("-" * LIMIT, id="dashes"),
    ],
)
def test_the_longest_message_is_read(reader: Reader, text: str) -> None:
    assert {finding.kind for finding in reader.read(text[:LIMIT], TODAY)} <= KINDS


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(text=st.text(st.characters(), max_size=300))
def test_no_text_makes_the_reader_fail(reader: Reader, text: str) -> None:
    assert {finding.kind for finding in reader.read(text, TODAY)} <= KINDS


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(words=st.lists(st.sampled_from(WORDS), max_size=40))
def test_no_order_of_our_own_words_makes_the_reader_fail(reader: Reader, words: list[str]) -> None:
    assert {finding.kind for finding in reader.read(" ".join(words), TODAY)} <= KINDS


@settings(max_examples=100, deadline=None)
@given(text=st.text(max_size=200))
def test_the_same_text_reads_the_same_twice(reader: Reader, text: str) -> None:
    assert reader.read(text, TODAY) == reader.read(text, TODAY)


def test_our_own_phrases_are_compiled_once_whoever_asks_at_the_same_time() -> None:
    reading._compiled.cache_clear()
    with patch.object(reading, "Reader", wraps=Reader) as compiled, ThreadPoolExecutor(4) as threads:
        readers = list(threads.map(lambda _: reading.own_reader(), range(4)))

    assert compiled.call_count == 1
    assert len(set(map(id, readers))) == 1
    assert value(readers[0], "my hip hurts", "indication") == "hip_pain"
