"""What the rules and what was learnt say together; no emergency is dropped by what was learnt alone."""

from __future__ import annotations

import pytest

from bot.nlu.denial import Denial
from bot.nlu.phrase_book import Mention
from bot.nlu.weighing import Standing, sure_complaints, weigh
from bot.triage.model import Assertion

PRESENT, DENIED, PAST, OTHER = Assertion.PRESENT, Assertion.DENIED, Assertion.PAST, Assertion.OTHER_PERSON
UNCERTAIN = Assertion.UNCERTAIN


def shares(present: float, rest: Assertion = DENIED) -> dict[Assertion, float]:
    return {PRESENT: present, UNCERTAIN: 0.0, rest: 1 - present}


@pytest.mark.parametrize(
    ("ruled", "present", "expected"),
    [(PRESENT, 0.65, PRESENT), (PRESENT, 0.3, DENIED), (DENIED, 0.6, DENIED), (DENIED, 0.9, PRESENT)],
)
def test_a_complaint_follows_the_rules_unless_much_speaks_against_them(
    ruled: Assertion, present: float, expected: Assertion
) -> None:
    assert weigh(ruled, shares(present), Standing()) is expected


@pytest.mark.parametrize(
    ("ruled", "present", "grave", "expected"),
    [
        (PRESENT, 0.65, True, PRESENT),
        (PRESENT, 0.15, True, UNCERTAIN),
        (PRESENT, 0.0, True, UNCERTAIN),
        (PRESENT, 0.0, False, DENIED),
        (DENIED, 0.1, True, DENIED),
        (DENIED, 0.65, True, UNCERTAIN),
        (DENIED, 0.5, False, DENIED),
        (DENIED, 0.9, True, PRESENT),
        (DENIED, 0.9, False, UNCERTAIN),
    ],
)
def test_a_sign_in_doubt_is_asked_about(ruled: Assertion, present: float, grave: bool, expected: Assertion) -> None:
    assert weigh(ruled, shares(present), Standing(sign=True, grave=grave)) is expected


def test_who_writes_for_someone_else_speaks_of_the_patient() -> None:
    assert weigh(PRESENT, shares(0.01, OTHER), Standing(of_two=False)) is PRESENT
    assert weigh(PRESENT, shares(0.01, OTHER), Standing(of_two=True)) is OTHER


@pytest.mark.parametrize(("ruled", "present", "expected"), [
    (PRESENT, 0.3, UNCERTAIN), (PRESENT, 0.05, UNCERTAIN), (DENIED, 0.3, DENIED), (PRESENT, 0.7, PRESENT),
])  # fmt: skip
def test_what_matters_to_safety_is_not_denied_by_what_was_learnt_alone(
    ruled: Assertion, present: float, expected: Assertion
) -> None:
    assert weigh(ruled, shares(present), Standing(care=True)) is expected


@pytest.mark.parametrize(
    ("present", "sign", "grave", "expected"),
    [
        (0.7, True, True, DENIED),
        (0.8, True, True, UNCERTAIN),
        (0.8, True, False, DENIED),
        (0.8, False, False, DENIED),
        (0.95, False, False, PRESENT),
        (0.95, True, False, UNCERTAIN),
    ],
)
def test_a_plain_denial_is_believed_unless_all_else_speaks_against_it(
    present: float, sign: bool, grave: bool, expected: Assertion
) -> None:
    assert weigh(DENIED, shares(present), Standing(sign, grave, denial=Denial.PLAIN)) is expected


def test_what_stands_alone_is_so() -> None:
    assert weigh(PRESENT, shares(0.1), Standing(alone=True)) is PRESENT


@pytest.mark.parametrize(
    ("ruled", "present", "sign", "expected"),
    [
        (DENIED, 0.1, True, UNCERTAIN),
        (DENIED, 0.9, True, PRESENT),
        (DENIED, 0.1, False, DENIED),
        (PAST, 0.1, True, PAST),
    ],
)
def test_a_sign_whose_denial_is_taken_back_is_asked_about(
    ruled: Assertion, present: float, sign: bool, expected: Assertion
) -> None:
    standing = Standing(sign, grave=True, denial=Denial.TAKEN_BACK)
    assert weigh(ruled, shares(present), standing) is expected


@pytest.mark.parametrize(
    ("ruled", "present", "expected"), [(PRESENT, 0.6, OTHER), (PRESENT, 0.75, PRESENT), (DENIED, 0.85, PRESENT)]
)
def test_beside_a_complaint_that_is_surely_so_another_must_be_so_too(
    ruled: Assertion, present: float, expected: Assertion
) -> None:
    assert weigh(ruled, shares(present, OTHER), Standing(beside_sure=True)) is expected


@pytest.mark.parametrize(
    ("complaint", "ruled", "present", "sure"),
    [
        (True, PRESENT, 0.95, True),
        (True, PRESENT, 0.85, False),
        (True, DENIED, 0.95, False),
        (False, PRESENT, 0.95, False),
    ],
)
def test_what_is_surely_a_complaint(complaint: bool, ruled: Assertion, present: float, sure: bool) -> None:
    mention = Mention("hip_pain", ((0,),))
    assert sure_complaints([mention], [complaint], [ruled], [shares(present)]) == ({"hip_pain"} if sure else set())
