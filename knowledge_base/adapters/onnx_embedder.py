"""Embeds with ONNX Runtime: the vectors of sentence-transformers at a quarter of the time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from knowledge_base.adapters.model_files import ModelFiles
from knowledge_base.adapters.onnx_export import exported_model
from knowledge_base.models import WORD_DIMENSION, Reading, WordVectors
from knowledge_base.retrieval.terms import word_spans

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from tokenizers import Encoding, Tokenizer

    from knowledge_base.models import Vectors

BATCH_TEXTS = 8
"""Measured on one core at 192 tokens: 26 texts/s at 8, 24 at 16, 22 at 32, and 212 MB resident
against 270 MB and more, because the arena keeps the largest batch."""


_PROJECTION_SEED = 20261122
"""Changing it makes kept vectors of words useless."""


class OnnxEmbedder:
    """An `Embedder` over an exported sentence-transformers model.

    One thread by default: two spinning threads on shared cores cost 500 ms a query instead of 12.
    """

    def __init__(self, files: ModelFiles, cache: Path, *, threads: int = 1) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        folder = exported_model(files, cache)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(
            str(folder / "model.onnx"), options, providers=["CPUExecutionProvider"]
        )
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(files.max_tokens)
        self._tokenizer.enable_padding()
        self._folder = folder
        self._pooling = files.pooling
        self.max_tokens = files.max_tokens
        self.name = files.embedding_model
        self._dimension = int(self._session.get_outputs()[0].shape[-1])
        # Random signs keep angles well enough, at a third of the room (Achlioptas 2003).
        chance = np.random.default_rng(_PROJECTION_SEED)
        signs = chance.choice((-1.0, 1.0), (self._dimension, WORD_DIMENSION))
        self._projection = signs.astype(np.float32)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Embed in batches of texts of like length, so that little is spent on padding."""
        result = np.empty((len(texts), self._dimension), dtype=np.float32)
        for batch in _batches(texts):
            _, mask, tokens = self._run([texts[index] for index in batch])
            result[batch] = _unit(_pool(tokens, mask, self._pooling))
        return result

    def read(self, texts: Sequence[str]) -> list[Reading]:
        """Embed texts and their words with one pass of the model."""
        result: dict[int, Reading] = {}
        for batch in _batches(texts):
            encodings, mask, tokens = self._run([texts[index] for index in batch])
            vectors = _unit(_pool(tokens, mask, self._pooling))
            for row, index in enumerate(batch):
                words = self._words(texts[index], encodings[row], tokens[row])
                result[index] = Reading(vectors[row], words)
        return [result[index] for index in range(len(texts))]

    def count_tokens(self, text: str) -> int:
        """Count the tokens of a text, without truncation."""
        return len(self._counter.encode(text, add_special_tokens=False).ids)

    @cached_property
    def _counter(self) -> Tokenizer:
        """Cuts nothing off; only an ingest needs it."""
        from tokenizers import Tokenizer

        counter = Tokenizer.from_file(str(self._folder / "tokenizer.json"))
        counter.no_truncation()
        counter.no_padding()
        return counter

    def _run(self, texts: list[str]) -> tuple[list[Encoding], NDArray[np.int64], Vectors]:
        """Return encodings, mask and token vectors; all of shape (texts, tokens, ...)."""
        encodings = self._tokenizer.encode_batch(texts)
        ids = np.array([encoding.ids for encoding in encodings], dtype=np.int64)
        mask = np.array([encoding.attention_mask for encoding in encodings], dtype=np.int64)
        output = self._session.run(None, {"input_ids": ids, "attention_mask": mask})[0]
        return encodings, mask, np.asarray(output, dtype=np.float32)

    def _words(self, text: str, encoding: Encoding, tokens: Vectors) -> WordVectors:
        """Average the tokens of each word; what the model cut off has no words."""
        spans = np.array(word_spans(text), dtype=np.int32).reshape(-1, 2)
        offsets = np.array(encoding.offsets, dtype=np.int32)
        is_text = offsets[:, 1] > offsets[:, 0]
        word = np.searchsorted(spans[:, 0], offsets[:, 0], side="right") - 1
        inside = is_text & (word >= 0)
        inside[inside] = offsets[inside, 0] < spans[word[inside], 1]
        sums = np.zeros((len(spans), tokens.shape[1]), dtype=np.float32)
        np.add.at(sums, word[inside], tokens[inside])
        read = np.zeros(len(spans), dtype=bool)
        read[word[inside]] = True
        return WordVectors(spans[read, 0], _quantise(sums[read] @ self._projection))


def _batches(texts: Sequence[str]) -> Iterator[list[int]]:
    """Give the places of texts of like length together."""
    order = sorted(range(len(texts)), key=lambda index: len(texts[index]))
    for start in range(0, len(order), BATCH_TEXTS):
        yield order[start : start + BATCH_TEXTS]


def _quantise(vectors: NDArray[np.float32]) -> NDArray[np.int8]:
    """Return the directions of vectors in one byte a number."""
    largest = np.abs(vectors).max(axis=1, keepdims=True, initial=1e-12)
    rows: NDArray[np.int8] = np.round(vectors / largest * 127).astype(np.int8)
    return rows


def _pool(token_vectors: Vectors, mask: NDArray[np.int64], pooling: str) -> Vectors:
    if pooling == "cls":
        return token_vectors[:, 0]
    weights = mask[..., None].astype(np.float32)
    pooled: Vectors = (token_vectors * weights).sum(axis=1) / weights.sum(axis=1)
    return pooled


def _unit(vectors: Vectors) -> Vectors:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: Vectors = vectors / np.maximum(lengths, 1e-12)
    return unit
