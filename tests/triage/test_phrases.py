"""The phrase language of the clinical files."""

from __future__ import annotations

import pytest

from bot.triage.phrases import Part, Phrase, check_phrase, parse_phrase


@pytest.mark.parametrize(
    ("phrase", "parts", "same_sentence"),
    [
        pytest.param("hip pain", (Part("hip pain", False),), True, id="words"),
        pytest.param("  hip pain ", (Part("hip pain", False),), True, id="spaces around"),
        pytest.param("{hurt}", (Part("hurt", True),), True, id="a group"),
        pytest.param("{hurt} + hip", (Part("hurt", True), Part("hip", False)), True, id="in one sentence"),
        pytest.param("{hurt}+hip", (Part("hurt", True), Part("hip", False)), True, id="without spaces"),
        pytest.param("{hurt} & hip", (Part("hurt", True), Part("hip", False)), False, id="anywhere in the message"),
        pytest.param("a + {b} + c", (Part("a", False), Part("b", True), Part("c", False)), True, id="three parts"),
        pytest.param("a + b & c", (Part("a", False), Part("b", False), Part("c", False)), False, id="both signs"),
    ],
)
def test_parse_phrase(phrase: str, parts: tuple[Part, ...], same_sentence: bool) -> None:
    assert parse_phrase(phrase) == Phrase(parts, same_sentence)


@pytest.mark.parametrize(
    "phrase", ["hip pain", "{hurt}", "{hurt} + hip", "hip & {hurt}", "can't feel, at all", "2am"]
)
def test_a_good_phrase_passes(phrase: str) -> None:
    assert check_phrase(phrase, {"hurt"}) is None


@pytest.mark.parametrize(
    ("phrase", "problem"),
    [
        pytest.param("", "empty part", id="nothing"),
        pytest.param("   ", "empty part", id="spaces"),
        pytest.param("hip +", "empty part beside + or &", id="nothing after +"),
        pytest.param("& hip", "empty part beside + or &", id="nothing before &"),
        pytest.param("a + + b", "empty part beside + or &", id="nothing between"),
        pytest.param("my {hurt}", "mixes words and a {group}", id="words and a group in one part"),
        pytest.param("{hurt} {hip}", "mixes words and a {group}", id="two groups in one part"),
        pytest.param("{hurt", "mixes words and a {group}", id="an open brace"),
        pytest.param("hurt}", "mixes words and a {group}", id="a closing brace"),
        pytest.param("{}", "mixes words and a {group}", id="no name"),
        pytest.param("{ache} + hip", "names the group 'ache'", id="unknown group"),
        pytest.param("hip + { hurt }", "names the group ' hurt '", id="spaces in the braces"),
    ],
)
def test_what_is_wrong_is_said(phrase: str, problem: str) -> None:
    assert problem in str(check_phrase(phrase, {"hurt"}))
