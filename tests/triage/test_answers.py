"""Answers from JSON: what is allowed is taken as it is, everything else is refused by field and allowed values."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.triage.answers import AnswersError, read_answers
from bot.triage.model import PatientAnswers, Protocol


def test_what_is_left_out_is_not_asked(protocol: Protocol) -> None:
    assert read_answers("{}", protocol) == PatientAnswers()


def test_null_is_not_asked(protocol: Protocol) -> None:
    fields = ("pain_site", "referred_pain", "red_flags", "age", "needle_phobia", "precautions", "tolerance")
    assert read_answers(json.dumps(dict.fromkeys(fields)), protocol) == PatientAnswers()


def test_all_fields_are_read(protocol: Protocol) -> None:
    given: dict[str, Any] = {
        "pain_site": ["knee", "hip_pain"], "likely": ["headache"],
        "pain_site_detail": {"knee": "outer_knee"}, "referred_pain": "not_sure",
        "red_flags": "any", "signs": ["stroke"], "age": 12, "needle_phobia": "mild", "precautions": "any",
        "precaution_ids": ["pregnancy"], "guardian_consent": "yes", "child_consent": "no",
        "child_understands": "not_sure", "tolerance": "yes",
    }  # fmt: skip
    assert set(given) == set(PatientAnswers.__dataclass_fields__)
    lists = {field: tuple(value) for field, value in given.items() if isinstance(value, list)}
    assert read_answers(json.dumps(given), protocol) == PatientAnswers(**(given | lists))


@pytest.mark.parametrize("age", [0, 11, 12, 120, "unknown"])
def test_usable_ages(protocol: Protocol, age: Any) -> None:
    assert read_answers(json.dumps({"age": age}), protocol).age == age


@pytest.mark.parametrize("site", ["knee", "heel"])
def test_not_sure_answers_every_clarifying_question(protocol: Protocol, site: str) -> None:
    assert read_answers(json.dumps({"pain_site_detail": {site: "not_sure"}}), protocol).pain_site_detail == {
        site: "not_sure"
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("", ("not JSON",), id="nothing"),
        pytest.param("{'age': 4}", ("not JSON",), id="not JSON"),
        pytest.param("[" * 100_000, ("not JSON",), id="nested without end"),
        pytest.param("[]", ("must be a JSON object",), id="a list"),
        pytest.param('"hip"', ("must be a JSON object",), id="a text"),
        pytest.param('{"ages": 4}', ("unknown field ages", "allowed are age, child_consent"), id="unknown field"),
        pytest.param('{"age": -1}', ("age: -1", "0 to 120"), id="below 0"),
        pytest.param('{"age": 121}', ("age: 121", "0 to 120"), id="above 120"),
        pytest.param('{"age": 11.9}', ("age: 11.9", "whole years"), id="half years"),
        pytest.param('{"age": NaN}', ("age: nan", "whole years"), id="no number"),
        pytest.param('{"age": true}', ("age: True", "whole years"), id="truth is no age"),
        pytest.param('{"age": "12"}', ("age: '12'", '"unknown"'), id="digits in quotes"),
        pytest.param('{"age": "not_sure"}', ("age: 'not_sure'", '"unknown"'), id="not_sure is no age"),
        pytest.param('{"red_flags": "no"}', ("red_flags: 'no'", "any, none, not_sure"), id="red_flags"),
        pytest.param('{"red_flags": ["any"]}', ("red_flags: ['any']", "any, none, not_sure"), id="a list of one"),
        pytest.param('{"needle_phobia": "yes"}', ("needle_phobia", "mild, none, not_sure, strong"), id="fear"),
        pytest.param('{"precautions": true}', ("precautions: True", "any, none, not_sure"), id="precautions"),
        pytest.param('{"tolerance": "maybe"}', ("tolerance: 'maybe'", "no, not_sure, yes"), id="tolerance"),
        pytest.param('{"child_consent": "none"}', ("child_consent: 'none'", "no, not_sure, yes"), id="consent"),
        pytest.param('{"pain_site": "hip_pain"}', ("pain_site: must be a list", "'hip_pain'"), id="one site as text"),
        pytest.param('{"pain_site": ["hip"]}', ("pain_site: 'hip'", "hip_pain", "knee"), id="unknown site"),
        pytest.param('{"pain_site": [["knee"]]}', ("pain_site: ['knee']", "knee"), id="a list in the list"),
        pytest.param('{"signs": ["rash"]}', ("signs: 'rash'", "meningitis"), id="unknown sign"),
        pytest.param('{"signs": null}', ("signs: must be a list",), id="no list of signs"),
        pytest.param('{"precaution_ids": ["x"]}', ("precaution_ids: 'x'", "pregnancy"), id="unknown precaution"),
        pytest.param('{"pain_site_detail": "knee"}', ("pain_site_detail: must be an object",), id="detail as text"),
        pytest.param(
            '{"pain_site_detail": {"knee": "inner"}}',
            ("pain_site_detail: 'knee': 'inner'", "not_sure, other_knee, outer_knee"),
            id="unknown option",
        ),
        pytest.param('{"pain_site_detail": {"kne": "outer_knee"}}', ("pain_site_detail: 'kne'", "knee"), id="site"),
    ],
)
def test_everything_else_is_refused(protocol: Protocol, text: str, expected: tuple[str, ...]) -> None:
    with pytest.raises(AnswersError) as refusal:
        read_answers(text, protocol)
    assert [words for words in expected if words not in str(refusal.value)] == []


def test_a_site_without_a_question_is_not_told_to_answer_what_it_answered(protocol: Protocol) -> None:
    with pytest.raises(AnswersError) as refusal:
        read_answers('{"pain_site_detail": {"toe": "not_sure"}}', protocol)
    assert "'not_sure' is not one of not_sure" not in str(refusal.value)
