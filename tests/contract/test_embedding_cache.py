"""The cache of vectors, on SQLite and on PostgreSQL."""

from __future__ import annotations

import numpy as np
import pytest
from sqlalchemy import Engine

from knowledge_base.adapters.sql.passages import SqlEmbeddingCache
from knowledge_base.ports import EmbeddingCache


@pytest.fixture
def cache(engine: Engine) -> EmbeddingCache:
    return SqlEmbeddingCache(engine)


def test_cached_vectors_come_back_by_model_and_text(cache: EmbeddingCache) -> None:
    vector = np.array([0.6, 0.8], dtype=np.float32)
    cache.add_vectors("model-a", {"one": vector, "two": -vector})

    found = cache.find_vectors("model-a", ["one", "three"])

    assert found.keys() == {"one"}
    assert found["one"].tolist() == vector.tolist()
    assert cache.find_vectors("model-b", ["one"]) == {}


def test_a_known_vector_stays_as_it_is(cache: EmbeddingCache) -> None:
    cache.add_vectors("model-a", {"one": np.array([1.0, 0.0], dtype=np.float32)})

    cache.add_vectors("model-a", {"one": np.array([0.0, 1.0], dtype=np.float32)})

    assert cache.find_vectors("model-a", ["one"])["one"].tolist() == [1.0, 0.0]


def test_more_vectors_than_one_statement_takes_are_found(cache: EmbeddingCache) -> None:
    vectors = {f"text-{i}": np.array([i], dtype=np.float32) for i in range(1_200)}
    cache.add_vectors("model-a", vectors)

    assert cache.find_vectors("model-a", list(vectors)).keys() == vectors.keys()


def test_no_vectors_are_nothing_to_add(cache: EmbeddingCache) -> None:
    cache.add_vectors("model-a", {})

    assert cache.find_vectors("model-a", []) == {}
