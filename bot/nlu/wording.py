"""The tokenizer of the clinical words: it mends spelling towards what the clinical files and the cues speak of."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from spacy.lookups import load_lookups
from spellchecker import SpellChecker

from bot.nlu.spelling import Speller
from bot.nlu.text import Tokenizer
from bot.triage.model import Protocol

RARE = 50  # the count that the list of English words gives to those it has hardly met


def build_tokenizer(protocol: Protocol, cues: Mapping[str, Mapping[str, Any]]) -> Tokenizer:
    """Return a tokenizer that mends spelling towards the words of the clinical files and the cues."""
    lemmas = load_lookups("en", ["lemma_lookup"]).get_table("lemma_lookup")
    plain = Tokenizer(_TextKeys(lemmas))
    concepts = [*protocol.indications.values(), *protocol.sites.values(), *protocol.precautions.values()]
    flags = protocol.red_flags.values()
    phrases = [phrase for concept in [*concepts, *flags] for phrase in concept.phrases]
    phrases += [phrase for flag in flags for phrase in (*flag.when_asked, *flag.in_child)]
    phrases += [phrase for site in protocol.sites.values() for option in site.options for phrase in option.phrases]
    phrases += [phrase for groups in protocol.words.values() for group in groups.values() for phrase in group]
    phrases += [phrase for section in cues.values() for group in section.values() for phrase in group]
    vocabulary = [token.norm for phrase in phrases for token in plain(re.sub(r"\{[^}]*\}|[+&]", " ", phrase)).tokens]
    counts = SpellChecker(language="en").word_frequency.dictionary
    english, rare = ({w for w, n in counts.items() if (n > RARE) is common} for common in (True, False))
    return Tokenizer(_TextKeys(lemmas), Speller(vocabulary, english, rare).mend)


class _TextKeys(dict[str, str]):
    """The lemma table with words instead of hashes as keys, filled as words come."""

    def __init__(self, table: Any) -> None:
        super().__init__()
        self._table = table

    def get(self, word: str, default: str = "") -> str:  # type: ignore[override]
        return str(self._table.get(word, default))
