"""Which sentences speak of needles or of precautions."""

from __future__ import annotations

import pytest

from bot.nlu.other_matters import OtherMatters
from bot.nlu.phrase_book import Mention
from bot.nlu.reader import Reader, load_cues


@pytest.mark.parametrize(
    ("text", "precautions", "sentences"),
    [
        ("I faint at needles. My mouth has slid down", (), {0}),
        ("not bothered. My mouth has slid down", (), set()),
        ("jabs are fine", (), {0}),
        ("fine. on warfarin since the clot. my mouth has slid down", (Mention("blood_thinners", ((2,),)),), {1}),
        ("", (), set()),
    ],
)
def test_a_sentence_that_names_one(
    reader: Reader, text: str, precautions: tuple[Mention, ...], sentences: set[int]
) -> None:
    matters = OtherMatters(reader.tokenizer, load_cues()["needles"])
    assert matters.sentences(reader.tokenizer(text), precautions) == sentences
