"""What to ask next: all that can still change the verdict and nothing else, proved by trying every completion."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import product
from typing import Any, NamedTuple

import pytest

from bot.triage.engine import QUESTIONS, decide, missing_facts, site_to_clarify
from bot.triage.loading import load_protocol
from bot.triage.model import PatientAnswers, Policy, Protocol, Tier

SAMPLES, SEED = 2500, 20
YES_NO = ("yes", "no", "not_sure")
LISTED, UNLISTED, AMBIGUOUS = "hip_pain", "toe", "knee"
# Each question and what may be answered to it; an answer to the safety question may bring signs with it.
POSSIBLE: Mapping[str, tuple[Any, ...]] = {
    "pain_site": (LISTED, UNLISTED),
    "pain_site_detail": ("outer_knee", "other_knee", "not_sure"),
    "red_flags": (("none", ()), ("any", ("stroke",)), ("any", ("septic_joint",)), ("not_sure", ())),
    "age": ("unknown", 11, 12, 18),
    "needle_phobia": ("none", "mild", "strong", "not_sure"),
    "precautions": ("none", "any", "not_sure"),
    "guardian_consent": YES_NO,
    "child_consent": YES_NO,
    "child_understands": YES_NO,
    "tolerance": YES_NO,
}
Partial = dict[str, Any]


@cache
def protocol() -> Protocol:
    return load_protocol()


def answers_of(partial: Partial) -> PatientAnswers:
    """Return the answers; a question that is left out is not answered."""
    red_flags, signs = partial.get("red_flags", (None, ()))
    site, detail = partial.get("pain_site"), partial.get("pain_site_detail")
    plain = {
        q: a for q, a in partial.items() if q not in ("pain_site", "pain_site_detail", "red_flags", "volunteered")
    }
    return PatientAnswers(
        pain_site=None if site is None else (site,),
        pain_site_detail={AMBIGUOUS: detail} if detail else {},
        red_flags=red_flags,
        signs=(*partial["volunteered"], *signs),
        **plain,
    )


def samples() -> Iterator[Partial]:
    """Yield partial answers of every kind: about half of the questions answered, some signs volunteered."""
    dice = random.Random(SEED)
    for _ in range(SAMPLES):
        known = dice.uniform(0.4, 1)
        partial: Partial = {q: dice.choice(a) for q, a in POSSIBLE.items() if dice.random() < known}
        partial["volunteered"] = dice.choice([(), (), (), ("septic_joint",), ("stroke",)])
        if "pain_site_detail" in partial or dice.random() < 0.2:  # only this site has such a question
            partial["pain_site"] = AMBIGUOUS
        yield partial


def verdict_on(partial: Partial) -> tuple[Any, ...]:
    return _verdict(tuple((q, partial[q]) for q in (*POSSIBLE, "volunteered") if q in partial))


@cache
def _verdict(facts: tuple[tuple[str, Any], ...]) -> tuple[Any, ...]:
    verdict = decide(answers_of(dict(facts)), protocol())
    return verdict.outcome.value, verdict.reason, verdict.technique


def open_questions(partial: Partial) -> list[str]:
    """Return the questions that a completion must answer."""
    without_detail = partial.get("pain_site") != AMBIGUOUS
    return [q for q in POSSIBLE if q not in partial and not (q == "pain_site_detail" and without_detail)]


def completions(partial: Partial) -> Iterator[tuple[dict[str, Any], tuple[Any, ...]]]:
    """Yield every way to answer what is open, and the verdict that it leads to."""
    questions = open_questions(partial)
    for given in product(*(POSSIBLE[question] for question in questions)):
        added = dict(zip(questions, given, strict=True))
        yield added, verdict_on(partial | added)


def outcomes(partial: Partial) -> tuple[set[str], set[Any]]:
    """Return the questions of which two answers lead, for some completion, to two verdicts; and all verdicts."""
    questions = open_questions(partial)
    verdicts: dict[tuple[str, Any], set[Any]] = defaultdict(set)
    for added, verdict in completions(partial):
        for question in questions:
            verdicts[question, tuple(value for other, value in added.items() if other != question)].add(verdict)
    pivotal = {question for (question, _), found in verdicts.items() if len(found) > 1}
    return pivotal, {verdict for _, verdict in completions(partial)}


class Tried(NamedTuple):
    """A partial set of answers, what the engine still asks, and what trying every completion shows."""

    partial: Partial
    missing: tuple[str, ...]
    pivotal: set[str]
    ends_in: set[Any]


@pytest.fixture(scope="module")
def tried() -> list[Tried]:
    """Try every completion of each sample that leaves few enough questions open."""
    few = (partial for partial in samples() if len(open_questions(partial)) <= 5)
    return [Tried(partial, missing_facts(answers_of(partial), protocol()), *outcomes(partial)) for partial in few]


def first_of(found: Iterator[Any]) -> list[Any]:
    """Return the first few, for a message that can be read."""
    return [one for one, _ in zip(found, range(3), strict=False)]


def test_every_question_named_can_still_change_the_verdict(tried: list[Tried]) -> None:
    idle = ((t.partial, set(t.missing) - t.pivotal - {"referred_pain"}) for t in tried)
    assert first_of((partial, questions) for partial, questions in idle if questions) == []


def test_the_next_question_can_still_change_the_verdict(tried: list[Tried]) -> None:
    following = ((t, next(q for q in t.missing if q != "referred_pain")) for t in tried if t.missing)
    assert first_of((t.partial, question) for t, question in following if question not in t.pivotal) == []


def test_no_question_that_can_change_the_verdict_is_left_out(tried: list[Tried]) -> None:
    assert first_of((t.partial, t.pivotal - set(t.missing)) for t in tried if t.pivotal - set(t.missing)) == []


def test_when_nothing_is_missing_every_completion_gives_the_verdict_at_hand(tried: list[Tried]) -> None:
    settled = ((t, verdict_on(t.partial)) for t in tried if not t.missing)
    assert first_of(t.partial for t, verdict in settled if t.ends_in != {verdict}) == []


def test_while_something_is_missing_nothing_is_explained(tried: list[Tried]) -> None:
    assert first_of(t.partial for t in tried if t.missing and verdict_on(t.partial)[2] is not None) == []


def test_the_samples_are_of_every_kind(tried: list[Tried]) -> None:
    assert len(tried) > 1000
    assert {question for t in tried for question in t.missing} == set(QUESTIONS)
    ends = {(verdict_on(t.partial)[:2], bool(t.missing)) for t in tried}
    assert len(ends) == 10  # every outcome and reason but a crisis; `incomplete` only while questions are open


# -- the exceptions and the order ----------------------------------------------------------------------------------


def test_questions_are_asked_in_their_order(tried: list[Tried]) -> None:
    assert first_of(t for t in tried if list(t.missing) != sorted(t.missing, key=QUESTIONS.index)) == []


@pytest.mark.parametrize(
    ("answers", "asked"),
    [
        pytest.param(PatientAnswers(pain_site=("hip_pain",)), True, id="not yet asked"),
        pytest.param(PatientAnswers(pain_site=("toe",), age=9), True, id="even where the site is off the list"),
        pytest.param(PatientAnswers(signs=("septic_joint",)), True, id="with a same-day sign"),
        pytest.param(PatientAnswers(pain_site=("hip_pain",), referred_pain="no"), False, id="answered"),
        pytest.param(PatientAnswers(pain_site=("hip_pain",), red_flags="none"), False, id="the signs are settled"),
        pytest.param(PatientAnswers(signs=("stroke",)), False, id="an emergency"),
    ],
)
def test_referred_pain_is_asked_before_the_safety_question(answers: PatientAnswers, asked: bool) -> None:
    assert ("referred_pain" in missing_facts(answers, protocol())) is asked


@pytest.mark.parametrize("tier", [Tier.EMERGENCY, Tier.CRISIS])
@pytest.mark.parametrize(
    "known", [{}, {"pain_site": ("toe",)}, {"pain_site": ("knee",), "age": 9}, {"red_flags": "none"}], ids=str
)
def test_an_emergency_or_crisis_ends_the_questions_at_once(known: Mapping[str, Any], tier: Tier) -> None:
    signs = [sign for sign, flag in protocol().red_flags.items() if flag.tier is tier]
    for sign in signs:
        answers = PatientAnswers(signs=("septic_joint", sign), **known)
        assert missing_facts(answers, protocol()) == ()
        assert decide(answers, protocol()).outcome.value == tier.value


def test_an_emergency_comes_before_a_crisis() -> None:
    assert decide(PatientAnswers(signs=("self_harm", "stroke")), protocol()).outcome.value == "emergency"


def test_a_same_day_sign_leads_to_the_safety_question_and_then_ends_the_questions() -> None:
    before = PatientAnswers(pain_site=("hip_pain",), referred_pain="no", signs=("septic_joint",))
    assert missing_facts(before, protocol()) == ("red_flags",)
    after = PatientAnswers(pain_site=("hip_pain",), signs=("septic_joint",), red_flags="any")
    assert missing_facts(after, protocol()) == ()


@pytest.mark.parametrize("consent", ["guardian_consent", "child_consent", "child_understands"])
@pytest.mark.parametrize(("age", "asked"), [(11, False), (12, True), (17, True), (18, False)])
def test_consents_are_asked_from_12_to_17_only(age: int, asked: bool, consent: str) -> None:
    assert (consent in missing_facts(PatientAnswers(age=age), protocol())) is asked


def test_no_consent_is_asked_where_the_clinic_takes_adults_only() -> None:
    adults_only = load_protocol(policy=Policy(18, 18))
    assert "guardian_consent" not in missing_facts(PatientAnswers(age=18), adults_only)


@pytest.mark.parametrize(
    ("sites", "detail", "site"),
    [
        pytest.param(("knee",), {}, "knee", id="ambiguous"),
        pytest.param(("toe", "knee"), {}, "knee", id="beside a site off the list"),
        pytest.param(("knee", "elbow"), {}, "knee", id="the first of two"),
        pytest.param(("knee", "elbow"), {"knee": "other_knee"}, "elbow", id="then the second"),
        pytest.param(("knee", "elbow"), {"knee": "outer_knee"}, None, id="no second once there is a match"),
        pytest.param(("knee", "hip_pain"), {}, None, id="none beside a match"),
        pytest.param(("knee",), {"knee": "not_sure"}, None, id="not sure is an answer"),
        pytest.param(("toe",), {}, None, id="off the list without a question"),
        pytest.param((), {}, None, id="not recognised"),
        pytest.param(None, {}, None, id="not asked"),
    ],
)
def test_site_to_clarify(sites: tuple[str, ...] | None, detail: dict[str, str], site: str | None) -> None:
    assert site_to_clarify(PatientAnswers(pain_site=sites, pain_site_detail=detail), protocol()) == site


def test_the_whole_interview_of_an_adult_and_of_a_stranger() -> None:
    assert missing_facts(PatientAnswers(), protocol()) == tuple(q for q in QUESTIONS if q != "pain_site_detail")
    assert missing_facts(PatientAnswers(pain_site=("knee",), age=40), protocol()) == (
        "pain_site_detail", "referred_pain", "red_flags", "needle_phobia", "precautions", "tolerance",
    )  # fmt: skip
