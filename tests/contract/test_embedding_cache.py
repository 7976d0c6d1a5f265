"""The cache of vectors, on SQLite and on PostgreSQL."""

from __future__ import annotations

import numpy as np
import pytest
from sqlalchemy import Engine

from knowledge_base.adapters.sql.passages import SqlEmbeddingCache
from knowledge_base.models import Reading
from knowledge_base.ports import EmbeddingCache
from tests.fakes import hashed_words


def reading(*vector: float, text: str = "A word") -> Reading:
    return Reading(np.array(vector, dtype=np.float32), hashed_words(text))


@pytest.fixture
def cache(engine: Engine) -> EmbeddingCache:
    return SqlEmbeddingCache(engine)


def test_cached_vectors_come_back_by_model_and_text(cache: EmbeddingCache) -> None:
    vector = np.array([0.6, 0.8], dtype=np.float32)
    cache.add_readings("model-a", {"one": reading(0.6, 0.8), "two": reading(-0.6, -0.8)})

    found = cache.find_vectors("model-a", ["one", "three"])

    assert found.keys() == {"one"}
    assert found["one"].tolist() == vector.tolist()
    assert cache.find_vectors("model-b", ["one"]) == {}


def test_a_known_vector_stays_as_it_is(cache: EmbeddingCache) -> None:
    cache.add_readings("model-a", {"one": reading(1.0, 0.0)})

    cache.add_readings("model-a", {"one": reading(0.0, 1.0)})

    assert cache.find_vectors("model-a", ["one"])["one"].tolist() == [1.0, 0.0]


def test_more_vectors_than_one_statement_takes_are_found(cache: EmbeddingCache) -> None:
    readings = {f"text-{i}": reading(i) for i in range(1_200)}
    cache.add_readings("model-a", readings)

    assert cache.find_vectors("model-a", list(readings)).keys() == readings.keys()
    assert cache.find_words("model-a", list(readings)).keys() == readings.keys()


def test_no_readings_are_nothing_to_add(cache: EmbeddingCache) -> None:
    cache.add_readings("model-a", {})

    assert cache.find_vectors("model-a", []) == {}
    assert cache.find_words("model-a", []) == {}


@pytest.mark.parametrize("text", ["The fee is $5, twice the fee before.", ""])
def test_words_come_back_with_their_places(cache: EmbeddingCache, text: str) -> None:
    cache.add_readings("model-a", {"one": reading(1.0, text=text)})

    found = cache.find_words("model-a", ["one"])["one"]

    expected = hashed_words(text)
    assert found.starts.tolist() == expected.starts.tolist()
    assert found.rows.tolist() == expected.rows.tolist()
