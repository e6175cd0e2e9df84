"""What a verdict carries: its matches, proof and sources, and the cases that clinicians were asked to agree on."""

from __future__ import annotations

from typing import Any

import pytest

from bot.triage.engine import decide, matched_indications
from bot.triage.loading import load_protocol
from bot.triage.model import PatientAnswers, Protocol

EMERGENCY, SAME_DAY = "stroke", "septic_joint"
FROM_THE_ARTICLE = {
    "not_listed", "under_12", "needle_phobia", "minor_consent_missing", "superficial", "deep_and_superficial",
}  # fmt: skip


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
    """Return the clinical data under the standard policy, whatever clinic.yml says."""
    return load_protocol()


@pytest.mark.parametrize(
    ("answers", "rule", "technique"),
    [
        pytest.param(
            adult(pain_site=("low_back_pain",), age=45), "deep_and_superficial", "deep_and_superficial", id="low back"
        ),
        pytest.param(
            adult(pain_site=("low_back_pain",), signs=("cauda_equina",)), "emergency_red_flag", None, id="numb wiping"
        ),
        pytest.param(
            adult(pain_site=("shoulder_pain", "chest"), signs=("chest_pain",)), "emergency_red_flag", None, id="chest"
        ),
        pytest.param(
            minor(pain_site=("tennis_elbow",), age=11), "under_12", None, id="11 years, though the parents agree"
        ),
        pytest.param(
            minor(pain_site=("whiplash_neck_pain",), age=12), "deep_and_superficial", "deep_and_superficial", id="12"
        ),
        pytest.param(minor(age=17, guardian_consent="not_sure"), "minor_consent_missing", None, id="parent unsure"),
        pytest.param(adult(pain_site=("headache",), needle_phobia="strong"), "needle_phobia", None, id="terrified"),
        pytest.param(
            adult(pain_site=("headache", "hand"), needle_phobia="none"),
            "deep_and_superficial", "deep_and_superficial", id="pins and needles are no fear of needles",
        ),
        pytest.param(
            adult(pain_site=("headache",), signs=("giant_cell_arteritis",)), "urgent_red_flag", None, id="temple"
        ),
        pytest.param(
            adult(pain_site=("headache",), signs=("giant_cell_arteritis", "sight_loss")),
            "emergency_red_flag", None, id="temple and sight",
        ),
        pytest.param(adult(pain_site=("inner_knee",)), "not_listed", None, id="inner knee"),
        pytest.param(
            adult(pain_site=("knee", "tendonitis"), pain_site_detail={"knee": "not_sure"}),
            "deep_and_superficial", "deep_and_superficial", id="tendonitis in my knee",
        ),
        pytest.param(
            adult(pain_site=("nocturnal_cramps",), age=60, signs=("blood_clot",)), "urgent_red_flag", None, id="calf"
        ),
        pytest.param(
            adult(pain_site=("tennis_elbow",), precautions="any", precaution_ids=("blood_thinners",)),
            "precaution", None, id="blood thinner",
        ),
        pytest.param(
            adult(pain_site=("whiplash_neck_pain",), tolerance="yes"), "superficial", "superficial", id="cramps"
        ),
        pytest.param(minor(tolerance="yes"), "superficial", "superficial", id="a minor who cramps easily"),
        pytest.param(adult(pain_site=("period_pain",)), "not_listed", None, id="period cramps only"),
        pytest.param(adult(pain_site=("trigger_finger",)), "not_listed", None, id="trigger finger"),
        pytest.param(
            adult(pain_site=("post_herpetic_neuralgia",), signs=("acute_shingles",)), "urgent_red_flag", None,
            id="a rash now",
        ),
        pytest.param(
            adult(pain_site=("post_herpetic_neuralgia",), signs=("acute_shingles", "sight_loss")),
            "emergency_red_flag", None, id="rash and sight",
        ),
        pytest.param(
            adult(pain_site=("shingles",), pain_site_detail={"shingles": "healed_shingles"}),
            "deep_and_superficial", "deep_and_superficial", id="shingles last year",
        ),
        pytest.param(
            adult(pain_site=("low_back_pain",), precautions="any", precaution_ids=("pregnancy",)),
            "precaution", None, id="six weeks pregnant",
        ),
        pytest.param(
            PatientAnswers(age=9, signs=("limping_child", "infection_fever")), "default", None, id="not asked yet"
        ),
        pytest.param(
            PatientAnswers(age=9, signs=("limping_child", "infection_fever"), red_flags="any"),
            "urgent_red_flag", None, id="a feverish limping child of 9",
        ),
        pytest.param(
            minor(needle_phobia="strong", child_consent="no"), "needle_phobia", None, id="fear before consent"
        ),
        pytest.param(adult(tolerance="not_sure"), "deep_and_superficial", "deep_and_superficial", id="unsure"),
    ],
)  # fmt: skip
def test_spot_checks(protocol: Protocol, answers: PatientAnswers, rule: str, technique: str | None) -> None:
    verdict = decide(answers, protocol)
    assert (verdict.rule, verdict.technique) == (rule, technique)


def test_shingles_that_healed_still_need_a_diagnosis(protocol: Protocol) -> None:
    assert protocol.indications["post_herpetic_neuralgia"].needs_diagnosis


@pytest.mark.parametrize(
    ("sites", "detail", "found"),
    [
        pytest.param(("tendonitis", "tennis_elbow"), {}, ("tennis_elbow",), id="a specific entry beats a catch-all"),
        pytest.param(
            ("hip_pain", "headache"), {}, ("hip_pain", "headache"), id="two specific entries stay, in order"
        ),
        pytest.param(("tendonitis",), {}, ("tendonitis",), id="a catch-all alone stays"),
        pytest.param(("tendonitis", "muscle_strain"), {}, ("tendonitis", "muscle_strain"), id="so do two"),
        pytest.param(("knee",), {"knee": "outer_knee"}, ("iliotibial_band_syndrome",), id="the answer to a site"),
        pytest.param(
            ("knee", "tendonitis"), {"knee": "outer_knee"}, ("iliotibial_band_syndrome",), id="beats it too"
        ),
        pytest.param(
            ("knee", "tendonitis"), {"knee": "other_knee"}, ("tendonitis",), id="an unlisted part adds none"
        ),
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
        pytest.param(
            adult(precautions="any"), [("precautions", "any", "two of them")], id="precaution without a name"
        ),
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
            "pain_site_detail": "outer", "precaution.pregnancy": "expecting",
            "precautions": "two of them"}  # fmt: skip
    verdict = decide(answers, protocol, said)
    assert [(b.fact, b.value, b.said) for b in verdict.because] == because


def test_rows_beyond_the_article_say_so(protocol: Protocol) -> None:
    beyond = {row.id for row in protocol.rows if all(s.title.startswith("Beyond the article:") for s in row.sources)}
    assert beyond == {row.id for row in protocol.rows} - FROM_THE_ARTICLE


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
        "outcome", "reason", "technique", "minor", "indications", "red_flags", "rule", "ruleset", "because",
        "sources",
    ]  # fmt: skip
