"""Compares a question with a passage word by word: late interaction.

After ColBERT (Khattab and Zaharia 2020), with the vectors of the embedding model itself: a word
that was never trained for this still tells "fee" from "limit" where a whole passage's vector
cannot.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from knowledge_base.models import Passage, WordMatches, WordVectors


def match_words(
    question: WordVectors,
    weights: Mapping[str, float],
    passages: Sequence[Passage],
    words: Sequence[WordVectors],
) -> list[WordMatches]:
    """Compare each word of a question with each word of each passage, all at once.

    `weights` holds the terms of the question's words, in order, with what they weigh; `words` are
    the passages', in the same order.
    """
    if not passages:
        return []
    rows = np.concatenate([each.rows for each in words])
    similarities = np.clip(_unit(rows) @ _unit(question.rows).T, 0, 1)
    ends = np.cumsum([len(each.rows) for each in words])
    weight = np.fromiter(weights.values(), dtype=np.float32)
    return [
        WordMatches(tuple(weights), weight, own.starts - np.int32(len(passage.lead)), part)
        for passage, own, part in zip(
            passages, words, np.split(similarities, ends[:-1]), strict=True
        )
    ]


def _unit(rows: NDArray[np.int8]) -> NDArray[np.float32]:
    wide = rows.astype(np.float32)
    lengths = np.linalg.norm(wide, axis=1, keepdims=True)
    unit: NDArray[np.float32] = wide / np.maximum(lengths, 1e-6)
    return unit
