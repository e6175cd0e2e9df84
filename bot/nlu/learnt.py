"""All that is learnt from data/descriptions/: what messages mean, how mentions are meant, what replies answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.nlu.answer_classifier import AnswerClassifier, Replies, load_replies
from bot.nlu.assertion_classifier import AssertionClassifier, Meant, Surroundings
from bot.nlu.marked import Marked, load_marked, positions_of
from bot.nlu.meaning import INDICATION, OTHER, MeaningReader, load_descriptions
from bot.nlu.phrase_book import Mention
from bot.nlu.sentence_encoder import SentenceEncoder
from bot.nlu.text import Text, Tokenizer
from bot.triage.model import Assertion, Protocol

if TYPE_CHECKING:
    from bot.nlu.reader import Reader

_MEANING, _ASSERTION, _ANSWERS = "meaning.npz", "assertion.npz", "answers.npz"
_TALK, _SIGNLESS = f"{OTHER}.talk", f"{OTHER}.signless"
_NOT_NOW = {Assertion.DENIED, Assertion.OTHER_PERSON, Assertion.HYPOTHETICAL, Assertion.PAST}
_NO_COMPLAINT = (
    "needle_phobia", "tolerance", "guardian_consent", "child_consent", "child_understands", "share_with_clinic",
)  # fmt: skip
_FEW = 4  # one in so many is enough
_FEW_DESCRIBED = 2  # of the mentions in descriptions, which are all so: more would drown what people marked

Cues = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Examples:
    """What people wrote: descriptions with their labels, marked messages, replies by question and answer."""

    texts: Sequence[str]
    labels: Sequence[str]
    marked: Sequence[Marked]
    replies: Replies
    talk: Sequence[str] = ()  # questions and chatter: no complaint, and no answer


def load_examples(folder: Path, protocol: Protocol) -> Examples:
    """Return the examples in a folder.

    Raises:
        ProtocolError: a file cannot be read, or names what the protocol does not know.
    """
    texts, labels = load_descriptions(folder, protocol)
    return Examples(texts, labels, load_marked(folder / "assertion.yml"), load_replies(folder / "answers.yml"))


@dataclass(frozen=True)
class Learnt:
    """The three that learn; they share the encoder."""

    meaning: MeaningReader
    assertion: AssertionClassifier
    answers: AnswerClassifier

    @classmethod
    def fit(cls, encoder: SentenceEncoder, reader: Reader, cues: Cues, examples: Examples) -> Learnt:
        """Learn from examples; the same ones give the same. `reader` is one that has learnt nothing yet."""
        signless = [*_signless(reader, examples.marked), *_of_other_things(examples.replies)]
        texts = [*examples.texts, *examples.talk, *signless]
        labels = [*examples.labels, *[_TALK] * len(examples.talk), *[_SIGNLESS] * len(signless)]
        no_answers = [*examples.talk[::_FEW], *_complaints(examples)[::_FEW]]
        replies = {text for those in examples.replies.values() for texts in those.values() for text in texts}
        findings = {text: reader.answers(text) for text in (*replies, *no_answers)}
        surroundings = Surroundings(reader.tokenizer, cues)
        with ThreadPoolExecutor() as threads:
            fits = (
                threads.submit(MeaningReader.fit, encoder, texts, labels),
                threads.submit(AssertionClassifier.fit, encoder, surroundings, list(_meant(reader, examples))),
                threads.submit(AnswerClassifier.fit, encoder, examples.replies, no_answers, findings),
            )
        return cls(*(fit.result() for fit in fits))

    def save(self, folder: Path) -> None:
        """Write what was learnt, as plain arrays."""
        self.meaning.save(folder / _MEANING)
        self.assertion.save(folder / _ASSERTION)
        self.answers.save(folder / _ANSWERS)

    @classmethod
    def load(cls, encoder: SentenceEncoder, tokenizer: Tokenizer, cues: Cues, folder: Path) -> Learnt:
        """Return what was saved in a folder."""
        return cls(
            MeaningReader.load(encoder, folder / _MEANING),
            AssertionClassifier.load(encoder, Surroundings(tokenizer, cues), folder / _ASSERTION),
            AnswerClassifier.load(encoder, folder / _ANSWERS),
        )


def _signless(reader: Reader, marked: Sequence[Marked]) -> Iterator[str]:
    """Yield the messages that name signs of which none is so now: what is denied resembles what is so."""
    for message in marked:
        text = reader.tokenizer(message.text)
        meant = {at: kind for kind, part in positions_of(message, text, reader.tokenizer) for at in part}
        signs = [{meant[at] for at in sign.positions if at in meant} for sign in reader.signs(text)]
        if signs and all(kinds and kinds <= _NOT_NOW for kinds in signs):
            yield message.text


def _of_other_things(replies: Replies) -> Iterator[str]:
    """Yield replies to questions that ask for no complaint: "I cramp easily" is no leg that swells."""
    for question in _NO_COMPLAINT:
        for texts in replies[question].values():
            yield from texts[::_FEW]


def _complaints(examples: Examples) -> list[str]:
    return [t for t, label in zip(examples.texts, examples.labels, strict=True) if label.startswith(INDICATION)]


def _meant(reader: Reader, examples: Examples) -> Iterator[tuple[Text, Sequence[Meant]]]:
    """Yield texts with their mentions: those that people marked, and what a description describes, which is so."""
    for message in examples.marked:
        text = reader.tokenizer(message.text)
        found = [(kind, Mention("", (at,))) for kind, at in positions_of(message, text, reader.tokenizer)]
        if found:
            yield text, found
    for description, label in list(zip(examples.texts, examples.labels, strict=True))[::_FEW_DESCRIBED]:
        text = reader.tokenizer(description)
        concept = label.split(".", 1)[1]
        parts = {part for mention in reader.mentions(text) if mention.concept == concept for part in mention.parts}
        if parts:
            yield text, [(Assertion.PRESENT, Mention(concept, (part,))) for part in sorted(parts)]
