"""Spelling: slips are mended towards our vocabulary; real words are never changed."""

from __future__ import annotations

import pytest

from bot.nlu.reader import Reader
from bot.nlu.spelling import REMEMBERED, Speller


@pytest.fixture(scope="module")
def speller() -> Speller:
    vocabulary = "shoulder elbow hip neck back lower pain jaw calf tendon tendon tender migraine sciatica".split()
    return Speller(vocabulary, {"lip", "below", "half", "dinner", "heal", "painter", "sholder"} - {"sholder"})


@pytest.mark.parametrize(
    ("word", "mended"),
    [
        pytest.param("sholder", ("shoulder",), id="letter left out"),
        pytest.param("shouldder", ("shoulder",), id="letter doubled"),
        pytest.param("shuolder", ("shoulder",), id="letters swapped"),
        pytest.param("shpulder", ("shoulder",), id="next key"),
        pytest.param("sholdr", ("shoulder",), id="two slips in a long word"),
        pytest.param("elbwo", ("elbow",), id="swapped at the end"),
        pytest.param("nek", ("neck",), id="short, letter left out"),
        pytest.param("kcen", ("kcen",), id="short, too far"),
        pytest.param("siatica", ("sciatica",), id="as it sounds"),
        pytest.param("migrane", ("migraine",), id="migrane"),
        pytest.param("lowerback", ("lower", "back"), id="run together"),
        pytest.param("neckpain", ("neck", "pain"), id="run together, short first"),
        pytest.param("paaaain", ("pain",), id="drawn out"),
        pytest.param("neeeck", ("neck",), id="drawn out, short"),
        pytest.param("tendn", ("tendon",), id="of equally near words the commonest"),
        pytest.param("lip", ("lip",), id="lip is no hip"),
        pytest.param("below", ("below",), id="below is no elbow"),
        pytest.param("half", ("half",), id="half is no calf"),
        pytest.param("dinner", ("dinner",), id="an English word"),
        pytest.param("painter", ("painter",), id="an English word near one of ours"),
        pytest.param("zzzzzzzz", ("zzzzzzzz",), id="nothing near"),
        pytest.param("ok", ("ok",), id="too short to mend"),
        pytest.param("7/10", ("7/10",), id="a number"),
        pytest.param("", ("",), id="nothing"),
    ],
)
def test_mend(speller: Speller, word: str, mended: tuple[str, ...]) -> None:
    assert speller.mend(word) == mended


def test_an_endless_word_is_cut(speller: Speller) -> None:
    assert len(speller.mend("q" * 2000)[0]) <= 40


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sholder", "shoulder_pain"),
        ("shouder pain", "shoulder_pain"),
        ("my shoudler", "shoulder_pain"),
        ("frozen sholder", "shoulder_pain"),
        ("rotater cuff", "rotator_cuff_pain"),
        ("bicep tendinitus", "biceps_tendinitis"),
        ("achillies", "achilles_tendinitis"),
        ("akilles tendon", "achilles_tendinitis"),
        ("lowerback pain", "low_back_pain"),
        ("low bak pain", "low_back_pain"),
        ("tennis elbo", "tennis_elbow"),
        ("tenniselbow", "tennis_elbow"),
        ("my nek hurts", "whiplash_neck_pain"),
        ("wiplash", "whiplash_neck_pain"),
        ("hedache", "headache"),
        ("headake", "headache"),
        ("migrane", "headache"),
        ("hipp pain", "hip_pain"),
        ("jaw ake", "tmj_pain"),
        ("carple tunnel", "carpal_tunnel"),
        ("carpel tunel", "carpal_tunnel"),
        ("fantom limb pain", "phantom_pain"),
        ("post herpatic neuralgia", "post_herpetic_neuralgia"),
    ],
    ids=lambda value: value if " " in value else None,
)
def test_misspelt_complaints_are_found(reader: Reader, text: str, expected: str) -> None:
    found = {f.value for f in reader.read(text) if f.kind == "indication"}

    assert expected in found


@pytest.mark.parametrize(
    "text",
    [
        "my lip is sore",
        "a cut on my lip",
        "it is just below",
        "half of it",
        "I had dinner",
        "I live in Leeds",
        "my sole trader business",
        "I'm the boss",
        "the shop was shut",
        "a nice cup of tea",
        "I broke a plate",
    ],
)
def test_ordinary_words_are_no_listed_complaint(reader: Reader, text: str) -> None:
    assert [f.value for f in reader.read(text) if f.kind == "indication"] == []


@pytest.mark.parametrize(
    "text", ["no ches pain", "crushing chset pain", "my chets hurts", "my chest is tigth", "chestpain"]
)
def test_a_misspelt_chest_pain_is_found(reader: Reader, text: str) -> None:
    assert {f.value for f in reader.read(text) if f.kind == "red_flag"} & {"chest_pain", "chest_pain_other"}


def test_what_is_remembered_is_bounded(speller: Speller) -> None:
    for number in range(REMEMBERED + 100):
        speller.mend(f"{'q' * 100}{number}")
        speller.mend(f"{number}{'q' * 100}")
    assert speller._mended.cache_info().currsize <= REMEMBERED
    assert speller.mend("sholder") == ("shoulder",)
