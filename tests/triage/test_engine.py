"""The decision table by every combination of answers, against a restatement of the protocol in plain Python."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import product
from typing import Any, NamedTuple

import pytest

from bot.triage.engine import FACTS, age_band, decide, matched_indications, missing_facts, site_to_clarify
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
FROM_THE_ARTICLE = {
    "not_listed", "under_12", "needle_phobia", "minor_consent_missing", "superficial", "deep_and_superficial",
}  # fmt: skip


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


def minor(**changed: Any) -> PatientAnswers:
    consents = {"age": 15, "guardian_consent": "yes", "child_consent": "yes", "child_understands": "yes"}
    return adult(**(consents | changed))


@pytest.fixture(scope="module")
def protocol() -> Protocol:
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
        pytest.param(lambda c: c.age_band == "minor" and "no" in c[7:10], id="a minor without a consent"),
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


@pytest.mark.parametrize("consent", ["guardian_consent", "child_consent", "child_understands"])
@pytest.mark.parametrize(("age", "asked"), [(11, False), (12, True), (17, True), (18, False)])
def test_consents_are_asked_from_12_to_17_only(protocol: Protocol, age: int, asked: bool, consent: str) -> None:
    assert (consent in missing_facts(PatientAnswers(age=age), protocol)) is asked


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


@pytest.mark.parametrize(
    ("sites", "detail", "found"),
    [
        pytest.param(("tendonitis", "tennis_elbow"), {}, ("tennis_elbow",), id="a specific entry beats a catch-all"),
        pytest.param(("hip_pain", "headache"), {}, ("hip_pain", "headache"), id="two specific entries stay, in order"),
        pytest.param(("tendonitis",), {}, ("tendonitis",), id="a catch-all alone stays"),
        pytest.param(("tendonitis", "muscle_strain"), {}, ("tendonitis", "muscle_strain"), id="so do two"),
        pytest.param(("knee",), {"knee": "outer_knee"}, ("iliotibial_band_syndrome",), id="the answer to a site"),
        pytest.param(("knee", "tendonitis"), {"knee": "outer_knee"}, ("iliotibial_band_syndrome",), id="beats it too"),
        pytest.param(("knee", "tendonitis"), {"knee": "other_knee"}, ("tendonitis",), id="an unlisted part adds none"),
        pytest.param(("knee",), {"knee": "not_sure"}, (), id="not sure which part"),
        pytest.param(("knee",), {"elbow": "outer_elbow"}, (), id="the answer to a site that was taken back"),
        pytest.param(("toe",), {}, (), id="a site off the list"),
        pytest.param(None, {}, (), id="not asked"),
    ],
)
def test_matched_indications(
    protocol: Protocol, sites: tuple[str, ...] | None, detail: dict[str, str], found: tuple[str, ...]
) -> None:
    assert matched_indications(PatientAnswers(pain_site=sites, pain_site_detail=detail), protocol) == found


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
def test_site_to_clarify(
    protocol: Protocol, sites: tuple[str, ...] | None, detail: dict[str, str], site: str | None
) -> None:
    assert site_to_clarify(PatientAnswers(pain_site=sites, pain_site_detail=detail), protocol) == site


# -- the proof that goes with a verdict ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answers", "because"),
    [
        pytest.param(adult(signs=(EMERGENCY, SAME_DAY)), [("red_flags", EMERGENCY, "my face droops")], id="sign"),
        pytest.param(adult(red_flags="not_sure"), [("red_flags", "not_sure", "dunno")], id="unsure"),
        pytest.param(adult(age=11), [("age", 11, "she's eleven")], id="age"),
        pytest.param(
            minor(child_consent="no"), [("age", 15, "she's eleven"), ("child_consent", "no", "")], id="consent"
        ),
        pytest.param(
            adult(precautions="any", precaution_ids=("pregnancy", "epilepsy_or_fainting")),
            [("precautions", "pregnancy", "expecting"), ("precautions", "epilepsy_or_fainting", "two of them")],
            id="precautions by name",
        ),
        pytest.param(adult(precautions="any"), [("precautions", "any", "two of them")], id="precaution without a name"),
        pytest.param(
            adult(), [("pain_site", ["hip_pain"], "hip / outer"), ("tolerance", "no", "")], id="match on the list"
        ),
        pytest.param(PatientAnswers(), [], id="nothing known"),
    ],
)
def test_because_holds_the_facts_of_the_row_and_the_patients_words(
    protocol: Protocol, answers: PatientAnswers, because: list[tuple[str, Any, str]]
) -> None:
    said = {"red_flag.stroke": "my face droops", "red_flags": "dunno", "age": "she's eleven", "pain_site": "hip",
            "pain_site_detail": "outer", "precaution.pregnancy": "expecting", "precautions": "two of them"}  # fmt: skip
    verdict = decide(answers, protocol, said)
    assert [(b.fact, b.value, b.said) for b in verdict.because] == because


def test_rows_beyond_the_article_say_so(protocol: Protocol) -> None:
    beyond = {row.id for row in protocol.rows if all(s.title.startswith("Beyond the article:") for s in row.sources)}
    assert beyond == set(ROWS) - FROM_THE_ARTICLE


def test_a_sign_brings_its_own_source_beyond_the_article(protocol: Protocol) -> None:
    sources = decide(adult(signs=(SAME_DAY,)), protocol).sources
    title = protocol.red_flags[SAME_DAY].source.title
    assert [source.title for source in sources][-1] == f"Beyond the article: {title}"


def test_the_verdict_names_the_ruleset_the_matches_and_the_signs(protocol: Protocol) -> None:
    verdict = decide(adult(signs=(SAME_DAY,), red_flags="any"), protocol).as_dict()
    assert (verdict["ruleset"], verdict["indications"], verdict["red_flags"]) == (
        protocol.ruleset, ["hip_pain"], [SAME_DAY],
    )  # fmt: skip
    assert list(verdict) == [
        "outcome", "reason", "technique", "minor", "indications", "red_flags", "rule", "ruleset", "because", "sources",
    ]  # fmt: skip
