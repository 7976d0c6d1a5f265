"""Compares a question with a passage word by word: late interaction.

After ColBERT (Khattab and Zaharia 2020), with the vectors of the embedding model itself: a word
that was never trained for this still tells "fee" from "limit" where a whole passage's vector
cannot.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from knowledge_base.models import Passage, WordMatches, WordVectors


def match_words(
    question: WordVectors, weights: Mapping[str, float], passage: Passage, words: WordVectors
) -> WordMatches:
    """Compare each word of a question with each of a passage.

    `weights` holds the terms of the question's words, in order, with what they weigh.
    """
    similarities = _unit(words.rows) @ _unit(question.rows).T
    return WordMatches(
        terms=tuple(weights),
        weights=np.fromiter(weights.values(), dtype=np.float32),
        starts=words.starts - np.int32(len(passage.lead)),
        similarities=np.clip(similarities, 0, 1),
    )


def _unit(rows: NDArray[np.int8]) -> NDArray[np.float32]:
    wide = rows.astype(np.float32)
    lengths = np.linalg.norm(wide, axis=1, keepdims=True)
    unit: NDArray[np.float32] = wide / np.maximum(lengths, 1e-6)
    return unit
