"""How a finding is meant: so, denied, past, of someone else, or only asked about."""

from __future__ import annotations

import pytest

from bot.nlu.reader import Reader
from bot.triage.model import Protocol, Tier
from tests.nlu.readings import assertions, found

PLACES = ("indication", "site")
CHEST = {"chest_pain", "chest_pain_other"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("not my shoulder, my neck", {"shoulder_pain": "denied", "whiplash_neck_pain": "present"}),
        ("it isn't my knee it's my back", {"knee": "denied", "back": "present"}),
        ("it ain't my hip", {"hip_pain": "denied"}),
        ("it's not my hip but my shoulder", {"hip_pain": "denied", "shoulder_pain": "present"}),
        ("no not my hip, my lower back", {"hip_pain": "denied", "low_back_pain": "present"}),
        ("no it's my hip", {"hip_pain": "present"}),
        ("no my hip", {"hip_pain": "present"}),
        ("nope it's the hip", {"hip_pain": "present"}),
        ("I can't move my neck", {"whiplash_neck_pain": "present"}),
        ("not only my shoulder, my neck as well", {"shoulder_pain": "present", "whiplash_neck_pain": "present"}),
        ("my knee doesn't hurt, my hip does", {"knee": "denied", "hip_pain": "present"}),
        ("my shoulder is fine, it's my neck", {"shoulder_pain": "denied", "whiplash_neck_pain": "present"}),
        ("the neck isn't the problem, it's the jaw", {"whiplash_neck_pain": "denied", "tmj_pain": "present"}),
        (
            "neither my neck nor my shoulder, it's the elbow",
            {"whiplash_neck_pain": "denied", "shoulder_pain": "denied", "elbow": "present"},
        ),
        ("rather than my hip it's my knee", {"hip_pain": "denied", "knee": "present"}),
        ("instead of my shoulder it is my elbow", {"shoulder_pain": "denied", "elbow": "present"}),
        (
            "I don't think it's my shoulder, it's my neck",
            {"shoulder_pain": "denied", "whiplash_neck_pain": "present"},
        ),
        ("It isn't a pulled muscle", {"muscle_strain": "denied"}),
        ("no doubt it's tennis elbow", {"tennis_elbow": "present"}),
        ("my headache is not getting better", {"headache": "present"}),
        ("used to be my hip", {"hip_pain": "past"}),
        ("it used to be my hip, now it's my shoulder", {"hip_pain": "past", "shoulder_pain": "present"}),
        ("I had tennis elbow years ago", {"tennis_elbow": "past"}),
        ("I had tennis elbow in 2019", {"tennis_elbow": "past"}),
        ("my mum has migraines, me it's the jaw", {"headache": "other_person", "tmj_pain": "present"}),
        ("my wife's got a bad hip but mine is my neck", {"hip_pain": "other_person", "whiplash_neck_pain": "present"}),
        ("mum's the one with headaches, me it's the jaw", {"headache": "other_person", "tmj_pain": "present"}),
        ("what if I get headaches?", {"headache": "hypothetical"}),
        ("does it help tennis elbow?", {"tennis_elbow": "hypothetical"}),
    ],
)  # fmt: skip
def test_places(reader: Reader, text: str, expected: dict[str, str]) -> None:
    assert assertions(reader, text, *PLACES) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("my wife has tennis elbow", {"tennis_elbow": "present"}),
        ("my husband has pain in his lower back", {"low_back_pain": "present"}),
        ("my mum's got a frozen shoulder", {"shoulder_pain": "present"}),
        ("asking for my mum, she has hip pain", {"hip_pain": "present"}),
        ("my son has tennis elbow", {"tennis_elbow": "present"}),
    ],
)
def test_who_writes_for_someone_else_speaks_of_the_patient(reader: Reader, text: str, expected: dict[str, str]) -> None:
    assert assertions(reader, text, "indication") == expected


def chest(reader: Reader, text: str) -> set[str]:
    return {f.assertion.value for f in found(reader, text, "red_flag") if f.value in CHEST}


@pytest.mark.parametrize(
    "text",
    [
        "no chest pain",
        "I don't have chest pain",
        "I do not have chest pain or breathlessness",
        "I haven't got any chest pain, but my left arm feels heavy",
        "no chest pain no shortness of breath",
        "no fever, no chest pain",
        "denies chest pain",
        "chest pain: no",
        "chest pain? no",
        "chest pain? Nope.",
        "chest pain - no",
        "never had chest pain",
        "without chest pain",
        "it isn't chest pain",
        "neither chest pain nor numbness",
    ],
)
def test_a_plain_denial(reader: Reader, text: str) -> None:
    assert chest(reader, text) == {"denied"}


@pytest.mark.parametrize(
    "text",
    [
        "no i do have chest pain",
        "no, I do have chest pain",
        "No. My chest is tight.",
        "no, chest is tight",
        "no and my chest is tight",
        "nope just chest pain",
        "not really, a bit of chest pain",
        "fever no, chest pain yes",
        "not just chest pain",
        "no joke my chest is tight",
        "not that it matters but my chest is tight and I'm sweating",
        "none of these except chest pain",
        "nothing but chest pain",
        "nothing apart from a tight chest",
        "no problems other than my chest hurts",
        "no i'm fine, apart from the chest pain",
        "no fever but chest pain",
        "never mind my neck, my chest hurts",
        "chest pain won't go away",
        "it didn't go away the chest pain",
        "no change in my chest pain",
        "no end to the chest pain",
        "it's no ordinary chest pain",
        "not a day without chest pain",
        "nothing helps the chest pain",
        "nothing touches my chest pain",
        "paracetamol doesn't touch the chest pain",
        "painkillers haven't helped my chest pain",
        "I didn't sleep with the chest pain",
        "I haven't slept with this chest pain going down my arm",
        "I don't like this chest pain",
        "I don't have time for this chest pain",
        "I didn't mention the chest pain",
        "I don't want to worry anyone about my chest pain",
        "I can't stand the chest pain",
        "I don't get why I have chest pain",
        "I don't know if it is chest pain",
        "I'm not sure whether it's chest pain",
        "wasn't doing much, chest pain started",
        "I wasn't doing anything and got chest pain",
        "chest pain since last year",
        "I've had chest pain since 2019",
        "I had chest pain this morning",
        "my wife says I have chest pain",
        "my sister said my chest pain could be serious",
        "my husband was worried about my chest pain",
    ],
)
def test_no_denial_hides_a_sign_that_is_there(reader: Reader, text: str) -> None:
    assert "present" in chest(reader, text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("what if I get chest pain?", "hypothetical"),
        ("if I get chest pain what do I do", "hypothetical"),
        ("worried about getting chest pain", "hypothetical"),
        ("I don't think it's chest pain", "uncertain"),
        ("I don't think I have chest pain", "uncertain"),
        ("I doubt it's chest pain", "uncertain"),
        ("I used to get chest pain", "past"),
        ("I had chest pain years ago", "past"),
        ("my mum had chest pain", "other_person"),
        ("my dad died with chest pain", "other_person"),
        ("chest pain runs in the family", "other_person"),
    ],
)
def test_a_sign_in_doubt_is_neither_raised_nor_denied(reader: Reader, text: str, expected: str) -> None:
    assert chest(reader, text) == {expected}


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("my wife has chest pain going down her arm", "chest_pain"),
        ("my husband has crushing chest pain and my phone is dying", "chest_pain"),
        ("my dad has had chest pain since this morning", "chest_pain"),
        ("my friend has chest pain and can't breathe", "chest_pain"),
        ("my partner's face is drooping", "stroke"),
        ("my mum's face has dropped on one side", "stroke"),
        ("my brother is suicidal", "self_harm"),
        ("my friend wants to kill himself", "self_harm"),
        ("my husband can't pee", "urinary_retention"),
        ("my wife can't feel herself wipe", "cauda_equina"),
    ],
)
def test_what_a_relative_has_now_is_present(reader: Reader, text: str, sign: str) -> None:
    assert assertions(reader, text, "red_flag")[sign] == "present"


@pytest.mark.parametrize(
    "text", ["my husband can't feel his legs", "my mum can't feel her legs", "I cannot feel my legs"]
)
def test_cannot_feel_the_legs_is_never_taken_for_a_denial(reader: Reader, text: str) -> None:
    assert set(assertions(reader, text, "site", "red_flag", "sign_if_asked").values()) == {"present"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I don't want to live", "present"),
        ("I can't stop crying and want to die", "present"),
        ("no. i just want to kill myself", "present"),
        ("I don't want to kill myself", "denied"),
        ("I'm not suicidal", "denied"),
    ],
)
def test_self_harm(reader: Reader, text: str, expected: str) -> None:
    assert assertions(reader, text, "red_flag") == {"self_harm": expected}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I'm on warfarin", {"blood_thinners": "present"}),
        ("I take blood thinners", {"blood_thinners": "present"}),
        ("I'm not on any blood thinners", {"blood_thinners": "denied"}),
        ("no blood thinners, not pregnant", {"blood_thinners": "denied", "pregnancy": "denied"}),
        ("might be pregnant", {"pregnancy": "present"}),
        ("could be pregnant", {"pregnancy": "present"}),
        ("history of epilepsy", {"epilepsy_or_fainting": "past"}),
        ("he has a pacemaker", {"surgery_or_implant": "present"}),
        ("none of these. My husband's on warfarin but I'm not", {"blood_thinners": "other_person"}),
        ("no but my wife is pregnant", {"pregnancy": "other_person"}),
        ("my dad is on apixaban, would he be allowed?", {"blood_thinners": "present"}),
        ("is it safe with a pacemaker?", {"surgery_or_implant": "hypothetical"}),
    ],
)
def test_precautions(reader: Reader, text: str, expected: dict[str, str]) -> None:
    assert assertions(reader, text, "precaution") == expected


def test_every_part_of_a_combination_must_be_of_the_patient(reader: Reader) -> None:
    signs = assertions(reader, "my mum died of a heart attack and now I have chest pain", "red_flag")

    assert signs["chest_pain_other"] == "present"


def test_denials_of_several_signs_in_one_list(reader: Reader, protocol: Protocol) -> None:
    text = "no chest pain, numbness when I wipe, fever or weight loss"
    grave = {flag.id for flag in protocol.red_flags.values() if flag.tier is not Tier.SAME_DAY}

    assert {f.assertion.value for f in found(reader, text, "red_flag") if f.value in grave} == {"denied"}


@pytest.mark.parametrize(
    ("text", "kind", "meant"),
    [
        ("Fever or chills? None.", "red_flag", {"infection_fever": "denied"}),
        ("pregnant? god no", "precaution", {"pregnancy": "denied"}),
        ("hot red swollen calf? negative doc", "red_flag", {"blood_clot": "denied"}),
        ("sudden severe headache? can't say I have", "red_flag", {"serious_headache": "denied"}),
        ("tennis elbow has been ruled out", "indication", {"tennis_elbow": "denied"}),
        ("phantom pain never happened to me", "indication", {"phantom_pain": "denied"}),
        ("does my chest pain go away? it doesn't", "red_flag", {"chest_pain_other": "present"}),
        ("I have chest pain, are you there? no", "red_flag", {"chest_pain_other": "present"}),
        ("do I have chest pain? not like that", "red_flag", {"chest_pain_other": "present"}),
        ("has my chest pain gone? no", "red_flag", {"chest_pain_other": "present"}),
        ("is my chest pain normal? no", "red_flag", {"chest_pain_other": "present"}),
        ("chest pain? no relief", "red_flag", {"chest_pain_other": "present"}),
        ("chest pain? no i do have chest pain", "red_flag", {"chest_pain_other": "present"}),
        ("my calf is swollen? no idea why", "red_flag", {"blood_clot": "present"}),
        ("Face drooping, slurred speech, is that a stroke? Never had this before", "red_flag", {"stroke": "present"}),
        ("I want to die, can you help? Nothing in my life is good", "red_flag", {"self_harm": "present"}),
        ("Crushing chest pain? Never had that before today", "red_flag", {"chest_pain": "present"}),
        ("Chest pain spreading to the arm, should I come? No, just tell me", "red_flag", {"chest_pain": "present"}),
        ("Suddenly blind in one eye? No really", "red_flag", {"sight_loss": "present"}),
        ("crushing chest pain, ecg came back clear", "red_flag", {"chest_pain": "present"}),
        ("lost my sight and it never came back", "red_flag", {"sight_loss": "present"}),
        ("hardly any strength in my legs and numb groin", "red_flag", {"cauda_equina": "present"}),
        ("my ex stabbed me in the leg", "red_flag", {"major_trauma": "present"}),
        ("i cut my arm on glass on purpose", "red_flag", {"self_harm": "present"}),
        ("my son has fitted and wears a knee brace", "precaution", {"epilepsy_or_fainting": "present"}),
        ("the dentist has fitted a night guard", "precaution", {}),
        ("had a 6 months scan of my knee", "precaution", {}),
        ("pregnant? not sure yet", "precaution", {"pregnancy": "present"}),
    ],
)
def test_what_is_repeated_as_a_question(reader: Reader, text: str, kind: str, meant: dict[str, str]) -> None:
    assert assertions(reader, text, kind) == meant


def test_a_reply_denies_only_what_was_repeated(reader: Reader) -> None:
    meant = {finding.assertion.value for finding in found(reader, "a hot swollen knee? no fever", "red_flag")}
    assert meant == {"present", "denied"}


@pytest.mark.parametrize(
    ("text", "of_self"),
    [
        ("my son has swimmer's shoulder", False),
        ("my wife has a sore neck", False),
        ("my shoulder hurts, and my son's too", True),
    ],
)
def test_who_writes_for_a_child_tells_nothing_of_themselves(reader: Reader, text: str, of_self: bool) -> None:
    assert reader._rules.cues(reader.tokenizer(text)).speaks_of_self() is of_self
