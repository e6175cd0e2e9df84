"""Loading the clinical files: a slip of the pen is refused, by file, row and allowed values."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
import yaml

from bot.triage.loading import DATA, ProtocolError, load_protocol
from bot.triage.model import Policy, Tier

Files = dict[str, Any]
KEPT = {
    "indications": ("iliotibial_band_syndrome", "hip_pain", "tendonitis"),
    "sites": ("knee", "toe"),
    "red_flags": ("stroke", "self_harm", "septic_joint"),
    "precautions": ("pregnancy", "metal_allergy"),
}


@pytest.fixture(scope="module")
def small() -> Files:
    """Return the real files cut down to a few concepts, each with two phrases, one of them with a group."""
    files = {path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in DATA.glob("*.yml")}
    for name, kept in KEPT.items():
        files[name][name] = [concept for concept in files[name][name] if concept["id"] in kept]
        files[name]["words"] = {"hurt": ["hurt", "ache"]}
        for concept in files[name][name]:
            concept["phrases"] = ["hip pain", "{hurt} + hip"]
            concept.pop("look_alikes", None)
            concept.pop("when_asked", None)
            for option in concept.get("detail", {}).get("options", []):
                option["phrases"] = ["outer side"]
    files["red_flags"]["areas"] = {area: {"signs": ["stroke"]} for area in files["red_flags"]["areas"]}
    return files


def write(files: Files, folder: Path) -> Path:
    for name, content in files.items():
        (folder / f"{name}.yml").write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
    return folder


def row(files: Files, number: int) -> Any:
    return files["decision_table"]["rows"][number - 1]


def first(files: Files, name: str) -> Any:
    return files[name][name][0]


def test_the_small_protocol_is_sound(small: Files, tmp_path: Path) -> None:
    assert set(load_protocol(write(small, tmp_path)).indications) == set(KEPT["indications"])


BROKEN: dict[str, tuple[Callable[[Files], Any], tuple[str, ...]]] = {
    # the table
    "unknown key in a file": (lambda f: f["decision_table"].update(row=1), ("unknown key row", "rows, ruleset")),
    "missing key in a file": (lambda f: f["red_flags"].pop("areas"), ("red_flags.yml", "lacks areas")),
    "a file that is a list": (lambda f: f.update(sites=[]), ("sites.yml", "must be a mapping with the keys sites")),
    "unknown key in a row": (
        lambda f: row(f, 1).update(colour="red"), ("row 1 (emergency_red_flag)", "unknown key colour", "at_once, id"),
    ),
    "missing key in a row": (lambda f: row(f, 4).pop("why"), ("decision_table.yml, row 4 (not_listed)", "lacks why")),
    "row without id": (lambda f: row(f, 4).pop("id"), ("decision_table.yml, row 4 (without id)", "lacks id")),
    "row that is no mapping": (lambda f: f["decision_table"]["rows"].insert(0, "x"), ("row 1 (?)", "be a mapping")),
    "missing key in then": (lambda f: row(f, 1)["then"].pop("technique"), ("row 1", "then", "lacks technique")),
    "unknown outcome": (
        lambda f: row(f, 3)["then"].update(outcome="urgnt"),
        ("row 3 (urgent_red_flag), outcome", "'urgnt'", "crisis, emergency, explain_technique, see_clin"),
    ),
    "unknown reason": (lambda f: row(f, 3)["then"].update(reason="red_flg"), ("row 3", "'red_flg'", "red_flag")),
    "unknown technique": (
        lambda f: row(f, 10)["then"].update(technique="shallow"),
        ("row 10 (superficial), technique", "'shallow'", "deep_and_superficial, null, superficial"),
    ),
    "unknown source": (lambda f: row(f, 4).update(sources=["book"]), ("row 4", "sources", "'book'", "article, prec")),
    "unknown fact": (
        lambda f: row(f, 4).update(when={"lsited": ["no"]}), ("row 4 (not_listed), when", "'lsited'", "age_band"),
    ),
    "unknown value": (
        lambda f: row(f, 6).update(when={"age_band": ["kid"]}),
        ("row 6 (under_12), when age_band", "'kid'", "adult, child, minor, unknown"),
    ),
    "an unquoted yes": (lambda f: row(f, 1).update(when={"emergency_sign": [True]}), ("row 1", "True", "no, yes")),
    "a value that is no list": (
        lambda f: row(f, 6).update(when={"age_band": "child"}), ("row 6", "when age_band", "list of adult, child"),
    ),
    "an empty when": (lambda f: row(f, 4).update(when=None), ("row 4 (not_listed)", "when")),
    "a when without alternatives": (lambda f: row(f, 4).update(when=[]), ("row 4 (not_listed)", "when")),
    "at_once in words": (lambda f: row(f, 4).update(at_once="no"), ("row 4 (not_listed)", "at_once")),
    "repeated row": (lambda f: row(f, 2).update(id="emergency_red_flag"), ("row id emergency_red_flag", "once")),
    "no catch-all at the end": (lambda f: f["decision_table"]["rows"].pop(), ("last row", "`when: {}`")),
    "a catch-all before the end": (lambda f: row(f, 4).update(when={}), ("last row, and only it", "`when: {}`")),
    "no rows": (lambda f: f["decision_table"].update(rows=None), ("decision_table.yml", "rows")),
    "unknown key in a source": (
        lambda f: f["decision_table"]["sources"]["article"].update(url="x"), ("decision_table.yml", "article", "url"),
    ),
    # concepts
    "unknown key in a concept": (
        lambda f: first(f, "precautions").update(tier="x"), ("precautions.yml, precautions 1", "tier", "title"),
    ),
    "missing phrases": (lambda f: first(f, "sites").pop("phrases"), ("sites.yml, sites 1 (knee)", "lacks phrases")),
    "concept without id": (lambda f: first(f, "sites").pop("id"), ("sites.yml, sites 1 (without id)", "lacks id")),
    "concept that is a text": (lambda f: f["sites"]["sites"].append("hip"), ("sites.yml, sites 3 (?)", "'hip'")),
    "no concepts": (lambda f: f["sites"].update(sites=None), ("sites.yml", "sites")),
    "repeated concept": (
        lambda f: first(f, "red_flags").update(id="self_harm"), ("red_flags.yml, red_flags 2", "'self_harm'"),
    ),
    "a site with the id of an indication": (
        lambda f: first(f, "sites").update(id="hip_pain"), ("sites.yml, sites 1 (hip_pain)", "more than once"),
    ),
    "unknown tier": (
        lambda f: first(f, "red_flags").update(tier="soon"), ("(stroke), tier", "'soon'", "crisis, emergency"),
    ),
    "unknown key in a sign's source": (
        lambda f: first(f, "red_flags").update(source={"title": "x", "url": "y"}), ("(stroke), source", "url"),
    ),
    "unknown area of a site": (
        lambda f: first(f, "sites").update(area="legg"), ("sites.yml, knee, area", "'legg'", "jaw_face, leg"),
    ),
    "unknown area of an indication": (
        lambda f: first(f, "indications").update(area="x"), ("indications.yml, iliotibial_band_syndrome", "'x'"),
    ),
    "unknown sign of an area": (
        lambda f: f["red_flags"]["areas"]["leg"].update(signs=["strok"]), ("red_flags.yml, area leg", "'strok'"),
    ),
    "area without signs": (lambda f: f["red_flags"]["areas"].update(leg={}), ("red_flags.yml", "area leg", "signs")),
    "no general area": (lambda f: f["red_flags"]["areas"].pop("general"), ("area: 'general' is not one of",)),
    "unknown indication of an option": (
        lambda f: first(f, "sites")["detail"]["options"][0].update(indications=["hip"]),
        ("(knee), option, indications", "'hip'", "hip_pain, iliotibial_band_syndrome, tendonitis"),
    ),
    "repeated option": (
        lambda f: first(f, "sites")["detail"]["options"][1].update(id="outer_knee"), ("(knee)", "outer_knee"),
    ),
    "detail without options": (lambda f: first(f, "sites").update(detail={}), ("(knee)", "detail", "options")),
    # phrases
    "unknown group": (
        lambda f: first(f, "sites")["phrases"].append("{ache} + hip"), ("(knee), phrases", "'{ache}", "words:"),
    ),
    "a number as phrase": (lambda f: first(f, "sites")["phrases"].append(911), ("(knee), phrases", "quote `yes`")),
    "an unquoted no as phrase": (lambda f: first(f, "sites")["phrases"].append(False), ("(knee), phrases", "quote")),
    "phrases as one text": (lambda f: first(f, "sites").update(phrases="knee"), ("(knee), phrases", "list of")),
    "a number as look-alike": (lambda f: first(f, "sites").update(look_alikes=[1]), ("(knee), look_alikes", "quote")),
    "an empty part": (lambda f: first(f, "sites")["phrases"].append("hip +"), ("(knee), phrases", "'hip +'")),
    "a number in a group": (lambda f: f["sites"]["words"].update(hurt=[1]), ("sites.yml, words hurt", "quote")),
    "a group in a group": (lambda f: f["sites"]["words"].update(a=["{hurt}"]), ("sites.yml, words a", "'{hurt}'")),
    "a group as one text": (lambda f: f["sites"]["words"].update(hurt="ache"), ("sites.yml, words hurt", "list")),
    "a group left empty": (lambda f: f["sites"]["words"].update(hurt=None), ("sites.yml, words hurt", "list")),
    "groups as a list": (lambda f: f["sites"].update(words=["ache"]), ("sites.yml", "words")),
}  # fmt: skip


@pytest.mark.parametrize("slip", BROKEN)
def test_a_slip_of_the_pen_is_refused(small: Files, tmp_path: Path, slip: str) -> None:
    edit, expected = BROKEN[slip]
    files = deepcopy(small)
    edit(files)
    with pytest.raises(ProtocolError) as refusal:
        load_protocol(write(files, tmp_path))
    assert [words for words in expected if words not in str(refusal.value)] == []


@pytest.mark.parametrize("name", ["decision_table", "indications", "sites", "red_flags", "precautions"])
@pytest.mark.parametrize(
    "content", [None, b"rows: [", b"", b"\xff\xfe\xff"], ids=["missing", "not YAML", "empty", "not text"]
)
def test_a_file_that_cannot_be_read_is_named(small: Files, tmp_path: Path, name: str, content: bytes | None) -> None:
    path = write(small, tmp_path) / f"{name}.yml"
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ProtocolError, match=rf"^{name}\.yml: (cannot be read as YAML|must be a mapping)"):
        load_protocol(tmp_path)


# -- the ruleset ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["decision_table", "indications", "sites", "red_flags", "precautions"])
def test_the_ruleset_changes_with_any_file(small: Files, tmp_path: Path, name: str) -> None:
    before = load_protocol(write(small, tmp_path)).ruleset
    with (tmp_path / f"{name}.yml").open("a", encoding="utf-8") as file:
        file.write("# reworded\n")
    assert load_protocol(tmp_path).ruleset != before


@pytest.mark.parametrize("policy", [Policy(youngest_age=13), Policy(adult_age=16), Policy(mild_fear_explains=False)])
def test_the_ruleset_changes_with_the_policy(small: Files, tmp_path: Path, policy: Policy) -> None:
    folder = write(small, tmp_path)
    assert load_protocol(folder, policy).ruleset != load_protocol(folder).ruleset


def test_the_ruleset_does_not_change_otherwise(small: Files, tmp_path: Path) -> None:
    folder = write(small, tmp_path)
    elsewhere = copytree(folder, tmp_path / "copy")
    (elsewhere / "notes.yml").write_text("a: 1\n", encoding="utf-8")
    assert load_protocol(folder).ruleset == load_protocol(elsewhere, Policy(12, 18, True)).ruleset


def test_the_ruleset_begins_with_the_version_of_the_table(small: Files, tmp_path: Path) -> None:
    assert load_protocol(write(small, tmp_path)).ruleset.startswith(f"{small['decision_table']['ruleset']}-")


# -- the real files ------------------------------------------------------------------------------------------------


def test_the_ids_and_tiers_are_those_that_the_world_relies_on() -> None:
    protocol = load_protocol()
    assert len(protocol.indications) == 21
    assert {name for name, entry in protocol.indications.items() if entry.catch_all} == {
        "tendonitis", "muscle_strain", "spinal_dysfunction", "joint_dysfunction", "pelvic_urologic_pain",
    }  # fmt: skip
    tiers = {tier: {sign for sign, flag in protocol.red_flags.items() if flag.tier is tier} for tier in Tier}
    assert tiers == {
        Tier.EMERGENCY: {
            "chest_pain", "cauda_equina", "serious_headache", "meningitis", "stroke", "major_trauma",
            "neck_artery_or_cord", "clot_in_lung", "testicular_torsion", "pregnancy_emergency", "sight_loss",
            "abdominal_emergency", "urinary_retention", "airway_swelling", "compartment_syndrome",
            "reaction_after_needling",
        },
        Tier.CRISIS: {"self_harm"},
        Tier.SAME_DAY: {
            "chest_pain_other", "septic_joint", "blood_clot", "cancer_signs", "giant_cell_arteritis",
            "acute_shingles", "tendon_rupture", "limping_child", "possible_fracture", "infection_fever",
            "pregnancy_pain", "stump_infection", "cramp_with_swelling",
        },
    }  # fmt: skip


def test_every_clarifying_question_can_lead_to_the_list_and_away_from_it() -> None:
    for site in load_protocol().sites.values():
        assert {bool(option.indications) for option in site.options} in ({True, False}, set()), site.id
