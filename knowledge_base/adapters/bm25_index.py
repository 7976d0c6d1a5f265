"""BM25 indexes in memory-mapped files, one folder an index."""

from __future__ import annotations

import json
import math
import shutil
import tempfile
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from knowledge_base.models import Hit, KnowledgeBaseError, PassageId
from knowledge_base.retrieval.terms import fold, terms, word_spans

if TYPE_CHECKING:
    from numpy.typing import NDArray

OPEN_INDEXES = 128
"""How many indexes stay mapped; an open one costs its vocabulary, about 2 MB at 10,000 passages."""

_EMPTY = "\x00"
"""Stands for a passage or question without any term."""


MISSPELT_TWICE_LETTERS = 8
"""From so many letters on two wrong ones are forgiven, in shorter words one."""


@dataclass(frozen=True)
class _OpenIndex:
    """`words` counts the passages' words by their first letter, folded."""

    bm25: Any
    ids: NDArray[np.int64]
    language: str
    words: Mapping[str, Mapping[str, int]]

    def weight(self, term: str) -> float:
        """Return the term's inverse document frequency as BM25 counts it."""
        token = self.bm25.vocab_dict.get(term)
        starts = self.bm25.scores["indptr"]
        frequency = 0 if token is None else int(starts[token + 1] - starts[token])
        return math.log(1 + (len(self.ids) - frequency + 0.5) / (frequency + 0.5))


class Bm25Index:
    """A `LexicalIndex` over bm25s; a folder appears only when its index is complete."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._open = lru_cache(OPEN_INDEXES)(self._load)

    def build(
        self, name: str, ids: Sequence[PassageId], texts: Sequence[str], *, language: str = "en"
    ) -> None:
        """Write beside the target and rename, so that a killed build leaves nothing behind."""
        import bm25s

        bm25 = bm25s.BM25()
        corpus = [terms(text, language) or [_EMPTY] for text in texts]
        bm25.index(corpus, show_progress=False)
        self._folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(
            dir=self._folder, prefix=".", ignore_cleanup_errors=True
        ) as scratch:
            bm25.save(scratch, show_progress=False)
            np.save(Path(scratch, "ids.npy"), np.array(ids, dtype=np.int64))
            Path(scratch, "language.json").write_text(json.dumps(language))
            Path(scratch, "words.json").write_text(json.dumps(_count_words(texts)))
            shutil.rmtree(self._folder / name, ignore_errors=True)
            Path(scratch).rename(self._folder / name)
        self._open.cache_clear()

    def search(self, name: str, text: str, k: int) -> list[Hit]:
        """Rank by BM25 over the sum of the query's term weights, which no passage can exceed."""
        index = self._open(name)
        query = list(dict.fromkeys(terms(text, index.language)))
        if not query:
            return []
        best = sum(index.weight(term) for term in query)
        known = [term for term in query if term in index.bm25.vocab_dict]
        if not known:
            return []
        scores = index.bm25.get_scores(known)
        top = np.argpartition(-scores, min(k, len(scores)) - 1)[:k]
        ordered = sorted(top[scores[top] > 0], key=lambda row: (-scores[row], index.ids[row]))
        return [
            Hit(PassageId(int(index.ids[row])), min(1.0, float(scores[row]) / best))
            for row in ordered
        ]

    def exists(self, name: str) -> bool:
        """Say whether the index's words are there, which are written with all else."""
        return (self._folder / name / "words.json").is_file()

    def term_weights(self, name: str, text: str) -> Mapping[str, float]:
        """Weigh each distinct term of a text as the index's language cuts it."""
        index = self._open(name)
        return {term: index.weight(term) for term in terms(text, index.language)}

    def respell(self, name: str, word: str) -> str:
        """Take the nearest word with the same first letter, and of several the most frequent."""
        from rapidfuzz.distance import OSA
        from rapidfuzz.process import extract

        index, folded = self._open(name), fold(word)
        words = index.words.get(folded[:1], {})
        if folded in words or any(
            term in index.bm25.vocab_dict for term in terms(word, index.language)
        ):
            return word
        most = 2 if len(folded) >= MISSPELT_TWICE_LETTERS else 1
        near = extract(folded, words.keys(), scorer=OSA.distance, score_cutoff=most)
        return min(near, key=lambda found: (found[1], -words[found[0]]))[0] if near else word

    def retain(self, names: Sequence[str]) -> None:
        """Delete the folders of all other indexes."""
        self._open.cache_clear()
        if self._folder.is_dir():
            for folder in self._folder.iterdir():
                if folder.name not in names:
                    shutil.rmtree(folder, ignore_errors=True)

    def _load(self, name: str) -> _OpenIndex:
        import bm25s

        folder = self._folder / name
        if not folder.is_dir():
            raise KnowledgeBaseError(f"the lexical index {name!r} is missing; it can be rebuilt")
        bm25 = bm25s.BM25.load(folder, mmap=True, show_progress=False)
        language = json.loads((folder / "language.json").read_text())
        words = json.loads((folder / "words.json").read_text())
        return _OpenIndex(bm25, np.load(folder / "ids.npy"), language, words)


def _count_words(texts: Sequence[str]) -> dict[str, dict[str, int]]:
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for text in texts:
        for start, end in word_spans(text):
            word = fold(text[start:end])
            if word.isalpha():
                counts[word[0]][word] += 1
    return {letter: dict(words) for letter, words in counts.items()}
