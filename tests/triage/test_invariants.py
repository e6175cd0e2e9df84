"""Whatever is heard, in whatever order, the interview keeps its promises."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.settings import clinic
from bot.triage.engine import QUESTIONS, decide, matched_indications
from bot.triage.hearing import hear
from bot.triage.interview import Interview, doubt_emergency, give_up, is_grave, next_question, reopen
from bot.triage.loading import load_protocol
from bot.triage.model import Assertion, Finding, Outcome, Reading
from tests.thoroughness import examples

PROTOCOL = load_protocol(policy=clinic().policy)
ENOUGH = examples(200)
MOST_QUESTIONS = 60  # sites, likely indications and signs in doubt are asked about one by one
SITES = sorted({*PROTOCOL.sites, *PROTOCOL.indications})
VALUES: dict[str, list[Any]] = {
    "red_flag": sorted(PROTOCOL.red_flags),
    "sign_if_asked": sorted(PROTOCOL.red_flags),
    "sign_by_meaning": sorted(PROTOCOL.red_flags),
    "sign_to_confirm": sorted(PROTOCOL.red_flags),
    "indication": sorted(PROTOCOL.indications),
    "indication_by_meaning": sorted(PROTOCOL.indications),
    "indication_if_confirmed": sorted(PROTOCOL.indications),
    "site": sorted(PROTOCOL.sites),
    "site_options": [f"{s.id}.{o.id}" for s in PROTOCOL.sites.values() for o in s.options],
    "precaution": sorted(PROTOCOL.precautions),
    "age": [-1, 0, 11, 12, 17, 18, 41, 120],
    "number": [3, 11, 12, 41],
    "yes_no": ["yes", "no", "weak_yes", "weak_no", "not_sure"],
    "list": ["none", "any", "not_sure"],
    "fear": ["needle_none", "needle_mild", "needle_strong"],
    "cue": ["correction", "addition", "question", "contrast", "for_child", "for_other", "soft_yes"],
}


@st.composite
def findings(draw: st.DrawFn) -> Finding:
    """Return a thing that a message can say."""
    kind = draw(st.sampled_from(sorted(VALUES)))
    return Finding(kind, draw(st.sampled_from(VALUES[kind])), "said", draw(st.sampled_from(list(Assertion))))


READINGS = st.lists(findings(), max_size=4).map(tuple)
STEPS = st.lists(st.one_of(READINGS, st.just("give up"), st.sampled_from(QUESTIONS)), max_size=15)


def step(interview: Interview, what: Reading | str) -> Interview:
    """Return the interview after a message, an unclear answer taken for not sure, or a wish to change an answer."""
    if what == "give up":
        after = give_up(interview, PROTOCOL)
    elif isinstance(what, str):
        after = reopen(interview, what)
    else:
        after = hear(interview, what, PROTOCOL)
        if after.answers.signs == interview.answers.signs:
            after = doubt_emergency(after, what, PROTOCOL)
    return replace(after, asked=next_question(after, PROTOCOL))


def walk(steps: list[Reading | str]) -> list[Interview]:
    """Return the interview after each step."""
    walked = [Interview(asked="pain_site")]
    for what in steps:
        walked.append(step(walked[-1], what))
    return walked


@ENOUGH
@given(steps=STEPS)
def test_an_emergency_sign_is_never_silently_gone(steps: list[Reading | str]) -> None:
    walked = walk(steps)
    for before, after, what in zip(walked, walked[1:], steps, strict=False):
        gone = {s for s in before.answers.signs if is_grave(s, PROTOCOL)} - set(after.answers.signs)
        for sign in gone:  # only by a plain answer to the question that names it
            assert before.asked == "red_flags"
            assert before.doubtful[0] == sign
            assert sign in after.cleared
            assert any(f.kind in ("yes_no", "list") for f in what if isinstance(f, Finding))


@ENOUGH
@given(steps=STEPS)
def test_a_sign_that_stands_decides(steps: list[Reading | str]) -> None:
    for interview in walk(steps):
        if any(is_grave(sign, PROTOCOL) for sign in interview.answers.signs):
            verdict = decide(interview.answers, PROTOCOL)
            assert verdict.outcome in (Outcome.EMERGENCY, Outcome.CRISIS)


@ENOUGH
@given(steps=STEPS)
def test_what_is_never_explained(steps: list[Reading | str]) -> None:
    for interview in walk(steps):
        answers = interview.answers
        if decide(answers, PROTOCOL).technique is not None:
            assert isinstance(answers.age, int)
            assert answers.age >= PROTOCOL.policy.youngest_age
            assert answers.needle_phobia in ("none", "mild")
            assert (answers.signs, answers.red_flags) == ((), "none")
            assert (answers.precaution_ids, answers.precautions) == ((), "none")
            assert matched_indications(answers, PROTOCOL)


@ENOUGH
@given(steps=STEPS)
def test_the_verdict_is_that_of_the_answers_held(steps: list[Reading | str]) -> None:
    last = walk(steps)[-1]
    bare = Interview(answers=last.answers)  # nothing else that was said or done may count
    verdict = decide(last.answers, PROTOCOL, last.said)
    assert replace(verdict, because=()) == replace(decide(bare.answers, PROTOCOL), because=())
    assert verdict.red_flags == last.answers.signs


@ENOUGH
@given(steps=STEPS)
def test_unclear_answers_come_to_an_end(steps: list[Reading | str]) -> None:
    interview = walk(steps)[-1]
    for _ in range(MOST_QUESTIONS):
        if next_question(interview, PROTOCOL) is None:
            return
        interview = step(interview, "give up")
    raise AssertionError(f"{interview.asked} is asked without end")
