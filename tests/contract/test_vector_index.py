"""What every `VectorIndex` does: the one in memory and Chroma."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from knowledge_base.adapters.chroma_index import EmbeddedChromaIndex
from knowledge_base.models import KnowledgeBaseError, PassageId, Vector, Vectors
from knowledge_base.ports import VectorIndex
from tests.fakes import MemoryVectorIndex


def ids(*numbers: int) -> list[PassageId]:
    return [PassageId(number) for number in numbers]


def unit_vectors(count: int, dimension: int = 16) -> Vectors:
    drawn = np.random.default_rng(count).normal(size=(count, dimension)).astype(np.float32)
    unit: Vectors = drawn / np.linalg.norm(drawn, axis=1, keepdims=True)
    return unit


def angle(degrees: float) -> Vector:
    radians = np.radians(degrees)
    return np.array([np.cos(radians), np.sin(radians)], dtype=np.float32)


class VectorIndexContract(ABC):
    @pytest.fixture
    @abstractmethod
    def index(self) -> VectorIndex: ...

    def test_the_best_hits_come_first_with_their_cosines(self, index: VectorIndex) -> None:
        index.build("angles", ids(1, 2, 3), np.stack([angle(60), angle(0), angle(30)]))

        hits = index.search("angles", angle(0), 2)

        assert [hit.passage_id for hit in hits] == ids(2, 3)
        assert [hit.score for hit in hits] == pytest.approx([1.0, 0.866], abs=1e-3)

    def test_a_score_below_zero_counts_as_zero(self, index: VectorIndex) -> None:
        index.build("opposite", ids(1), np.stack([angle(180)]))

        assert index.search("opposite", angle(0), 1)[0].score == 0.0

    def test_a_search_for_more_than_there_are_returns_all(self, index: VectorIndex) -> None:
        index.build("small", ids(5, 6), unit_vectors(2))

        assert len(index.search("small", unit_vectors(2)[0], 40)) == 2

    def test_each_of_many_vectors_finds_itself(self, index: VectorIndex) -> None:
        vectors = unit_vectors(300)
        index.build("many", ids(*range(300)), vectors)

        found = [index.search("many", vector, 1)[0].passage_id for vector in vectors]

        assert found == ids(*range(300))

    def test_sets_do_not_see_each_other(self, index: VectorIndex) -> None:
        index.build("client-a", ids(1), np.stack([angle(0)]))
        index.build("client-b", ids(2), np.stack([angle(0)]))

        assert [hit.passage_id for hit in index.search("client-a", angle(0), 9)] == ids(1)

    def test_a_missing_set_is_an_error_in_a_search(self, index: VectorIndex) -> None:
        with pytest.raises(KnowledgeBaseError, match="'nowhere' is missing"):
            index.search("nowhere", angle(0), 1)

    def test_a_missing_set_counts_zero(self, index: VectorIndex) -> None:
        assert index.count("nowhere") == 0

    def test_a_repeated_build_changes_nothing(self, index: VectorIndex) -> None:
        vectors = unit_vectors(3)
        index.build("twice", ids(1, 2, 3), vectors)

        index.build("twice", ids(1, 2, 3), vectors)

        assert index.count("twice") == 3

    def test_retain_keeps_the_named_sets_with_their_vectors(self, index: VectorIndex) -> None:
        vectors = unit_vectors(5)
        index.build("kept", ids(1, 2, 3, 4, 5), vectors)
        index.build("dropped", ids(6, 7), vectors[:2])
        before = index.search("kept", vectors[0], 5)

        index.retain(["kept", "never-built"])

        after = index.search("kept", vectors[0], 5)
        assert index.list_names() == ["kept"]
        assert [hit.passage_id for hit in after] == [hit.passage_id for hit in before]
        assert [hit.score for hit in after] == pytest.approx([hit.score for hit in before])
        with pytest.raises(KnowledgeBaseError):
            index.search("dropped", vectors[0], 1)

    def test_a_dropped_set_can_be_built_again(self, index: VectorIndex) -> None:
        index.build("again", ids(1, 2), unit_vectors(2))
        index.retain([])

        index.build("again", ids(1, 2), unit_vectors(2))

        assert index.count("again") == 2


class TestMemoryVectorIndex(VectorIndexContract):
    @pytest.fixture
    def index(self) -> VectorIndex:
        return MemoryVectorIndex()


class TestEmbeddedChromaIndex(VectorIndexContract):
    @pytest.fixture
    def open_index(self, tmp_path: Path) -> Iterator[Callable[[], EmbeddedChromaIndex]]:
        opened: list[EmbeddedChromaIndex] = []

        def open_one() -> EmbeddedChromaIndex:
            opened.append(EmbeddedChromaIndex(tmp_path))
            return opened[-1]

        yield open_one
        for index in opened:
            index.close()

    @pytest.fixture
    def index(self, open_index: Callable[[], EmbeddedChromaIndex]) -> EmbeddedChromaIndex:
        return open_index()

    def test_sets_survive_a_restart(self, open_index: Callable[[], EmbeddedChromaIndex]) -> None:
        vectors = unit_vectors(3)
        first = open_index()
        first.build("lasting", ids(1, 2, 3), vectors)
        first.close()

        hits = open_index().search("lasting", vectors[1], 1)

        assert [hit.passage_id for hit in hits] == ids(2)

    def test_retained_sets_survive_a_restart(
        self, open_index: Callable[[], EmbeddedChromaIndex]
    ) -> None:
        vectors = unit_vectors(2_500)
        first = open_index()
        first.build("lasting", ids(*range(2_500)), vectors)
        first.retain(["lasting"])
        first.close()

        second = open_index()

        assert second.count("lasting") == 2_500
        assert second.search("lasting", vectors[2_400], 1)[0].passage_id == 2_400

    def test_a_build_over_other_vectors_is_refused(self, index: EmbeddedChromaIndex) -> None:
        index.build("mixed", ids(1, 2, 3), unit_vectors(3))

        with pytest.raises(KnowledgeBaseError, match="holds 4 vectors instead of 2"):
            index.build("mixed", ids(3, 4), unit_vectors(2))

    def test_retain_gives_disk_space_and_open_files_back(
        self, index: EmbeddedChromaIndex, tmp_path: Path
    ) -> None:
        index.build("dropped", ids(*range(2_000)), unit_vectors(2_000))
        index.search("dropped", unit_vectors(1)[0], 1)
        before = _bytes(tmp_path)

        index.retain([])

        assert _bytes(tmp_path) < before / 2
        assert not [name for name in _open_files() if str(tmp_path) in name and "(deleted)" in name]

    def test_retain_removes_what_an_interrupted_one_left(
        self, index: EmbeddedChromaIndex, tmp_path: Path
    ) -> None:
        index.build("kept", ids(1), unit_vectors(1))
        for leftover in ("store-0", "store-2"):
            (tmp_path / leftover).mkdir()
            (tmp_path / leftover / "chroma.sqlite3").write_bytes(b"half a copy")

        index.retain(["kept"])

        assert index.count("kept") == 1
        assert sorted(path.name for path in tmp_path.iterdir()) == ["current", "store-2"]


def _bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _open_files() -> list[str]:
    links = Path("/proc/self/fd")
    return [str(link.readlink()) for link in links.iterdir() if link.is_symlink()]
