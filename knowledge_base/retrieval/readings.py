"""Reads texts with the model, each of them once."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from threading import Lock

import numpy as np

from knowledge_base.models import Reading, Vectors, WordVectors
from knowledge_base.ports import Embedder, EmbeddingCache

Progress = Callable[[int, int], None]
"""Called with the number of texts read so far and the number to read."""

BATCH = 64
"""Texts read between two writes to the cache: about three seconds of work that a kill loses."""


KEPT_TEXTS = 2048
"""Texts whose words are held in memory, some 10 kB each: reading them costs 3 ms a question."""


class Readings:
    """Readings of passages, kept, and of questions, not kept."""

    def __init__(self, embedder: Embedder, cache: EmbeddingCache) -> None:
        self._embedder = embedder
        self._cache = cache
        self._lock = Lock()
        self._kept: OrderedDict[str, WordVectors] = OrderedDict()

    @property
    def model(self) -> str:
        """The name of the model that reads."""
        return self._embedder.name

    def read(self, text: str) -> Reading:
        """Read a text that will hardly come again."""
        return self._embedder.read([text])[0]

    def knows(self, word: str) -> bool:
        """Say whether a word is common enough to be one token of the model."""
        return self._embedder.count_tokens(word) == 1

    def add(self, texts: Sequence[str], progress: Progress | None = None) -> int:
        """Read the texts that are not known yet, and return how many there were."""
        by_digest = {digest_of(text): text for text in texts}
        known = self._cache.find_vectors(self.model, list(by_digest))
        new = [digest for digest in by_digest if digest not in known]
        new.sort(key=lambda digest: len(by_digest[digest]))
        for start in range(0, len(new), BATCH):
            batch = new[start : start + BATCH]
            readings = self._embedder.read([by_digest[digest] for digest in batch])
            self._cache.add_readings(self.model, dict(zip(batch, readings, strict=True)))
            if progress:
                progress(start + len(batch), len(new))
        return len(new)

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """Return one row for each of the texts, which were all added before."""
        if not texts:
            return np.empty((0, 0), dtype=np.float32)
        digests = [digest_of(text) for text in texts]
        found = self._cache.find_vectors(self.model, digests)
        return np.stack([found[digest] for digest in digests])

    def words(self, texts: Sequence[str]) -> list[WordVectors]:
        """Return the words of each text; one that is unknown is read now."""
        by_digest = {digest_of(text): text for text in texts}
        found = self._recall(by_digest)
        unknown = [digest for digest in by_digest if digest not in found]
        if unknown:
            read = self._cache.find_words(self.model, unknown)
            if len(read) < len(unknown):
                self.add([by_digest[digest] for digest in unknown if digest not in read])
                read = self._cache.find_words(self.model, unknown)
            self._remember(read)
            found |= read
        return [found[digest] for digest in map(digest_of, texts)]

    def _recall(self, digests: Iterable[str]) -> dict[str, WordVectors]:
        with self._lock:
            found = {each: self._kept[each] for each in digests if each in self._kept}
            for digest in found:
                self._kept.move_to_end(digest)
            return found

    def _remember(self, words: Mapping[str, WordVectors]) -> None:
        with self._lock:
            self._kept.update(words)
            while len(self._kept) > KEPT_TEXTS:
                self._kept.popitem(last=False)


def digest_of(text: str) -> str:
    """Return the key of a text: its SHA-256."""
    return hashlib.sha256(text.encode()).hexdigest()
