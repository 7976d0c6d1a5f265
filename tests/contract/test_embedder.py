"""What every `Embedder` does: the hashing one of the tests and the real model."""

from __future__ import annotations

import json
import subprocess
import sys
from abc import ABC, abstractmethod

import numpy as np
import pytest

from knowledge_base.adapters.model_files import find_model_files
from knowledge_base.models import WORD_DIMENSION
from knowledge_base.ports import Embedder
from knowledge_base.retrieval.terms import word_spans
from tests.fakes import HashingEmbedder

SENTENCES = [
    "How do I get my money back?",
    "Refunds are paid to the card that you paid with, within 14 days.",
    "Wie kündige ich?",
    "a " * 700,
    "",
    "Café, naïve, 日本語 & emoji 🙂",
    "x",
]

ORIGINAL = """
import json, sys
from sentence_transformers import SentenceTransformer
model = SentenceTransformer(sys.argv[1], device="cpu")
vectors = model.encode(json.loads(sys.stdin.read()), normalize_embeddings=True)
print(json.dumps(vectors.tolist()))
"""


class EmbedderContract(ABC):
    @pytest.fixture
    @abstractmethod
    def embedder(self) -> Embedder: ...

    def test_each_text_gets_one_unit_row_in_order(self, embedder: Embedder) -> None:
        vectors = embedder.embed(SENTENCES)

        singly = np.concatenate([embedder.embed([text]) for text in SENTENCES])
        assert vectors.dtype == np.float32
        assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(len(SENTENCES)), abs=1e-5)
        assert np.abs(vectors - singly).max() < 1e-4

    def test_no_texts_give_no_rows(self, embedder: Embedder) -> None:
        assert embedder.embed([]).shape == (0, embedder.embed(["x"]).shape[1])

    def test_reading_gives_the_same_vectors_and_a_row_for_each_telling_word(
        self, embedder: Embedder
    ) -> None:
        readings = embedder.read(SENTENCES)

        vectors = np.stack([reading.vector for reading in readings])
        assert np.abs(vectors - embedder.embed(SENTENCES)).max() < 1e-4
        for text, reading in zip(SENTENCES, readings, strict=True):
            assert reading.words.starts.tolist() == [start for start, _ in word_spans(text)]
            assert reading.words.rows.shape == (len(reading.words.starts), WORD_DIMENSION)
            assert reading.words.rows.dtype == np.int8
            assert reading.words.rows.any(axis=1).all()

    @pytest.mark.parametrize("text", ["", "?!", "of the"])
    def test_a_text_without_telling_words_has_none(self, embedder: Embedder, text: str) -> None:
        [reading] = embedder.read([text])
        assert reading.words.rows.shape == (0, WORD_DIMENSION)

    def test_texts_about_the_same_are_closer_than_others(self, embedder: Embedder) -> None:
        lost, also_lost, hours = embedder.embed(
            ["I lost my card", "Report a lost card", "What are the opening hours on Sunday?"]
        )

        assert lost @ also_lost > lost @ hours

    def test_tokens_are_counted_beyond_the_longest_text_read(self, embedder: Embedder) -> None:
        assert embedder.count_tokens("") == 0
        assert embedder.count_tokens("word " * 1_000) == 1_000


class TestHashingEmbedder(EmbedderContract):
    @pytest.fixture
    def embedder(self) -> Embedder:
        return HashingEmbedder()


@pytest.mark.slow
class TestOnnxEmbedder(EmbedderContract):
    @pytest.fixture
    def embedder(self, real_embedder: Embedder) -> Embedder:
        return real_embedder

    def test_the_name_holds_the_hash_of_the_weights(self, embedder: Embedder) -> None:
        assert embedder.name == "all-MiniLM-L6-v2@53aa51172d142c89"
        assert embedder.max_tokens == 256

    def test_text_beyond_the_longest_is_ignored(self, embedder: Embedder) -> None:
        full = "word " * embedder.max_tokens
        first, second = embedder.embed([full + "refund", full + "parcel"])

        assert first @ second == pytest.approx(1.0, abs=1e-6)

    def test_vectors_equal_those_of_sentence_transformers(self, embedder: Embedder) -> None:
        folder = str(find_model_files("all-MiniLM-L6-v2").folder)
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", ORIGINAL, folder],
            input=json.dumps(SENTENCES),
            capture_output=True,
            text=True,
            check=True,
        )

        cosines = (embedder.embed(SENTENCES) * np.array(json.loads(done.stdout))).sum(axis=1)

        assert cosines.min() > 1 - 1e-4
