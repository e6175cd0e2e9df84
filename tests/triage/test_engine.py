"""The decision table by every combination of answers, against a restatement of the protocol in plain Python."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import product
from typing import Any, NamedTuple

import pytest

from bot.triage.engine import FACTS, age_band, decide, missing_facts
from bot.triage.loading import load_protocol
from bot.triage.model import Outcome, PatientAnswers, Policy, Protocol, Tier

EMERGENCY, CRISIS, SAME_DAY = "stroke", "self_harm", "septic_joint"
AGES: dict[str, Any] = {"unknown": "unknown", "child": 11, "minor": 12, "adult": 18}
ROWS = {  # the row's id, and what it must lead to: outcome, reason, technique
    "emergency_red_flag": ("emergency", "red_flag", None),
    "crisis": ("crisis", "self_harm", None),
    "urgent_red_flag": ("urgent", "red_flag", None),
    "not_listed": ("see_clinician", "not_listed", None),
    "age_unknown": ("see_clinician", "age_unknown", None),
    "under_12": ("see_clinician", "under_12", None),
    "needle_phobia": ("see_clinician", "needle_phobia", None),
    "minor_consent_missing": ("see_clinician", "consent_missing", None),
    "precaution": ("see_clinician", "precaution", None),
    "superficial": ("explain_technique", "listed", "superficial"),
    "deep_and_superficial": ("explain_technique", "listed", "deep_and_superficial"),
    "default": ("see_clinician", "incomplete", None),
}


class Case(NamedTuple):
    """One value for each fact of the table."""

    emergency: bool
    crisis: bool
    same_day: bool
    red_flags: str
    listed: bool
    age_band: str
    fear: str
    guardian: str
    child: str
    understands: str
    precautions: str
    tolerance: str


YES_NO = ("yes", "no", "not_sure")
ANY_NONE = ("none", "any", "not_sure")
FEARS = ("none", "mild", "strong", "not_sure")
ALL = (
    (True, False), (True, False), (True, False), ANY_NONE, (True, False), tuple(AGES), FEARS,
    YES_NO, YES_NO, YES_NO, ANY_NONE, YES_NO,
)  # fmt: skip


def expected_row(case: Case) -> str:
    """Return the id of the first row that matches, as the protocol puts it in words."""
    if case.emergency:
        return "emergency_red_flag"
    if case.crisis:
        return "crisis"
    if case.same_day or case.red_flags != "none":  # "yes, one of these" is a sign, even where none was named
        return "urgent_red_flag"
    if not case.listed:
        return "not_listed"
    if case.age_band == "unknown":
        return "age_unknown"
    if case.age_band == "child":
        return "under_12"
    if case.fear in ("strong", "not_sure"):
        return "needle_phobia"
    if case.age_band == "minor" and {case.guardian, case.child, case.understands} != {"yes"}:
        return "minor_consent_missing"
    if case.precautions != "none":
        return "precaution"
    return "superficial" if case.tolerance == "yes" else "deep_and_superficial"


def answers_of(case: Case) -> PatientAnswers:
    said = ((EMERGENCY, case.emergency), (CRISIS, case.crisis), (SAME_DAY, case.same_day))
    return PatientAnswers(
        pain_site=("hip_pain",) if case.listed else ("toe",),
        referred_pain="no",
        red_flags=case.red_flags,  # type: ignore[arg-type]
        signs=tuple(sign for sign, present in said if present),
        age=AGES[case.age_band],
        needle_phobia=case.fear,  # type: ignore[arg-type]
        guardian_consent=case.guardian,  # type: ignore[arg-type]
        child_consent=case.child,  # type: ignore[arg-type]
        child_understands=case.understands,  # type: ignore[arg-type]
        precautions=case.precautions,  # type: ignore[arg-type]
        tolerance=case.tolerance,  # type: ignore[arg-type]
    )


def adult(**changed: Any) -> PatientAnswers:
    """Return the answers of a grown-up for whom both techniques are explained, with changes."""
    answered = {"pain_site": ("hip_pain",), "referred_pain": "no", "red_flags": "none", "age": 40,
                "needle_phobia": "none", "precautions": "none", "tolerance": "no"}  # fmt: skip
    return PatientAnswers(**(answered | changed))


@pytest.fixture(scope="module")
def protocol() -> Protocol:
    """Return the clinical data under the standard policy, whatever clinic.yml says."""
    return load_protocol()


class Decided(NamedTuple):
    """What the engine made of a case."""

    rule: str
    leads_to: tuple[str, str, str | None]
    minor: bool
    again_the_same: bool
    missing: tuple[str, ...]


@pytest.fixture(scope="module")
def decided(protocol: Protocol) -> dict[Case, Decided]:
    """Decide on every combination of answers, twice each."""

    def decisions() -> Iterator[tuple[Case, Decided]]:
        for case in map(Case._make, product(*ALL)):
            answers = answers_of(case)
            verdict = decide(answers, protocol)
            same = decide(answers_of(case), protocol) == verdict
            leads_to = (verdict.outcome.value, verdict.reason, verdict.technique)
            yield case, Decided(verdict.rule, leads_to, verdict.minor, same, missing_facts(answers, protocol))

    return dict(decisions())


def first_of(cases: Iterator[Any]) -> list[Any]:
    """Return the first few, for a message that can be read."""
    return [case for case, _ in zip(cases, range(3), strict=False)]


# -- every combination ---------------------------------------------------------------------------------------------


def test_the_cases_are_all_values_of_all_facts(decided: dict[Case, Decided]) -> None:
    assert len(FACTS) == len(ALL)
    sizes = Counter(len(values) for values, _ in FACTS.values())
    assert sizes == Counter(len(values) for values in ALL)
    assert len(decided) == 186_624


def test_every_case_ends_in_the_row_that_the_protocol_states(decided: dict[Case, Decided]) -> None:
    wrong = ((case, got.rule, expected_row(case)) for case, got in decided.items() if got.rule != expected_row(case))
    assert first_of(wrong) == []


def test_every_row_leads_to_its_outcome_reason_and_technique(decided: dict[Case, Decided]) -> None:
    assert first_of(got for got in decided.values() if got.leads_to != ROWS[got.rule]) == []


def test_every_row_is_reached_and_the_default_only_by_incomplete_answers(
    decided: dict[Case, Decided], protocol: Protocol
) -> None:
    assert {got.rule for got in decided.values()} == set(ROWS) - {"default"}
    assert decide(PatientAnswers(), protocol).rule == "default"
    assert [row.id for row in protocol.rows] == list(ROWS)


@pytest.mark.parametrize(
    "never",
    [
        pytest.param(lambda c: c.emergency or c.crisis or c.same_day, id="a sign"),
        pytest.param(lambda c: c.red_flags == "not_sure", id="unsure of the signs"),
        pytest.param(lambda c: c.red_flags == "any", id="some sign, not named"),
        pytest.param(lambda c: not c.listed, id="not on the list"),
        pytest.param(lambda c: c.age_band in ("child", "unknown"), id="under 12 or of unknown age"),
        pytest.param(lambda c: c.fear in ("strong", "not_sure"), id="strong or unsure fear"),
        pytest.param(lambda c: c.age_band == "minor" and set(c[7:10]) != {"yes"}, id="a minor without a consent"),
        pytest.param(lambda c: c.precautions != "none", id="a precaution"),
    ],
)
def test_never_explained(decided: dict[Case, Decided], never: Any) -> None:
    explained = (case for case, got in decided.items() if got.leads_to[0] == "explain_technique")
    assert first_of(case for case in explained if never(case)) == []


def test_the_same_answers_give_an_equal_verdict(decided: dict[Case, Decided]) -> None:
    assert first_of(case for case, got in decided.items() if not got.again_the_same) == []


def test_minor_is_told_whatever_the_row(decided: dict[Case, Decided]) -> None:
    assert first_of(case for case, got in decided.items() if got.minor != (case.age_band == "minor")) == []


def test_nothing_is_missing_once_all_is_answered(decided: dict[Case, Decided]) -> None:
    assert first_of(case for case, got in decided.items() if got.missing) == []


# -- one fact at a time --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("age", "bounds", "band"),
    [
        (0, (12, 18), "child"), (11, (12, 18), "child"), (12, (12, 18), "minor"), (17, (12, 18), "minor"),
        (18, (12, 18), "adult"), (120, (12, 18), "adult"), ("unknown", (12, 18), "unknown"), (None, (12, 18), None),
        (13, (14, 16), "child"), (14, (14, 16), "minor"), (15, (14, 16), "minor"), (16, (14, 16), "adult"),
        (17, (18, 18), "child"), (18, (18, 18), "adult"),
    ],
)  # fmt: skip
def test_age_bounds(age: Any, bounds: tuple[int, int], band: str | None) -> None:
    assert age_band(age, Policy(*bounds)) == band


@pytest.mark.parametrize(("explains", "rule"), [(True, "deep_and_superficial"), (False, "needle_phobia")])
def test_mild_fear_is_the_clinics_choice(explains: bool, rule: str) -> None:
    protocol = load_protocol(policy=Policy(mild_fear_explains=explains))
    assert decide(adult(needle_phobia="mild"), protocol).rule == rule


def test_a_sign_counts_after_none_of_these(protocol: Protocol) -> None:
    outcomes = {tier: {decide(adult(signs=(s,)), protocol).outcome for s, flag in protocol.red_flags.items()
                       if flag.tier is tier} for tier in Tier}  # fmt: skip
    assert outcomes == {
        Tier.EMERGENCY: {Outcome.EMERGENCY}, Tier.CRISIS: {Outcome.CRISIS}, Tier.SAME_DAY: {Outcome.URGENT},
    }  # fmt: skip


def test_a_named_precaution_counts_after_none_of_these(protocol: Protocol) -> None:
    assert decide(adult(precaution_ids=("blood_thinners",)), protocol).rule == "precaution"
