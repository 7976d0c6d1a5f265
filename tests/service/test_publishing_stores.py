"""How disk space is given back and lost indexes are rebuilt, on the real indexes."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Engine

from assist.adapters.knowledge_search import KnowledgeBaseSearch
from assist.domain.turn import Question
from knowledge_base.adapters.bm25_index import Bm25Index
from knowledge_base.adapters.chroma_index import EmbeddedChromaIndex
from knowledge_base.models import Audience, ClientId, KnowledgeBaseError, VersionNumber
from tests.fakes import (
    ACME,
    TODAY,
    ZENITH,
    HashingEmbedder,
    Knowledge,
    MemoryLexicalIndex,
    MemoryVectorIndex,
    draft,
)

FIRST = VersionNumber(1)


@pytest.fixture
def knowledge(sqlite_engine: Engine) -> Knowledge:
    return Knowledge(sqlite_engine)


@dataclass
class Stores:
    """A knowledge base on the real indexes in a home folder."""

    knowledge: Knowledge
    home: Path

    @property
    def lexical_folder(self) -> Path:
        return self.home / "lexical"

    def bytes(self) -> int:
        return sum(path.stat().st_size for path in self.home.rglob("*") if path.is_file())

    def ask(self, client_id: ClientId = ACME) -> list[str]:
        """Search as the assistant does in a process that has just started."""
        search = KnowledgeBaseSearch(self.knowledge.base)
        question = Question(client_id, ("refunds",), Audience.PUBLIC, TODAY)
        version = search.find_version(client_id)
        assert version is not None
        found = search.search(version, question, "refunds", 5)
        return [ranked.passage.text for ranked in found.passages]


@pytest.fixture
def stores(sqlite_engine: Engine, tmp_path: Path) -> Iterator[Stores]:
    home = tmp_path / "home"
    vectors = EmbeddedChromaIndex(home / "chroma")
    knowledge = Knowledge(sqlite_engine, HashingEmbedder(), vectors, Bm25Index(home / "lexical"))
    yield Stores(knowledge, home)
    vectors.close()


class TestCompacting:
    def test_old_versions_go_with_their_disk_space_and_the_rest_answers(
        self, stores: Stores
    ) -> None:
        knowledge = stores.knowledge
        long = [f"Refund rule {number} of many." for number in range(400)]
        for edition in range(4):
            knowledge.publish(draft("refunds", *(f"{text} Edition {edition}." for text in long)))
        knowledge.publish(draft("refunds", "Refunds take 14 days."))
        knowledge.publish(draft("refunds", "Refunds take 10 days."), client_id=ZENITH)
        before = stores.bytes()

        deleted = knowledge.base.publisher.compact(ACME, keep=1)

        assert deleted == [4, 3, 2, 1]
        assert stores.bytes() < before / 2
        assert len(list(stores.lexical_folder.iterdir())) == 2
        assert stores.ask() == ["Refunds take 14 days."]
        assert stores.ask(ZENITH) == ["Refunds take 10 days."]

    def test_the_indexes_of_other_clients_stay_as_they_are(self, stores: Stores) -> None:
        knowledge = stores.knowledge
        knowledge.publish(draft("refunds", "10 days."), client_id=ZENITH)
        knowledge.publish(draft("refunds", "12 days."), client_id=ZENITH)
        for days in (14, 30):
            knowledge.publish(draft("refunds", f"{days} days."))

        knowledge.base.publisher.compact(ACME, keep=1)

        kept = knowledge.base.publications.list_versions(ZENITH)
        names = {name for version in kept for name in version.indexes.values()}
        assert len(kept) == 2
        assert names < set(knowledge.vectors.list_names())
        assert all(knowledge.lexical.exists(name) for name in names)

    def test_the_published_version_is_kept_however_old_it_is(self, knowledge: Knowledge) -> None:
        for days in (14, 30, 60, 90):
            knowledge.publish(draft("refunds", f"{days} days."))
        knowledge.base.publisher.publish(ACME, FIRST, reason="by hand")

        assert knowledge.base.publisher.compact(ACME, keep=1) == [3, 2]

        assert knowledge.find("refunds") == ["14 days."]

    def test_few_versions_are_all_kept(self, knowledge: Knowledge) -> None:
        for days in (14, 30, 60):
            knowledge.publish(draft("refunds", f"{days} days."))

        assert knowledge.base.publisher.compact(ACME) == []

        assert knowledge.base.publisher.roll_back(ACME) == 2

    def test_what_is_published_after_a_deletion_is_what_is_found(
        self, knowledge: Knowledge
    ) -> None:
        for days in (14, 30):
            knowledge.publish(draft("refunds", f"{days} days."))
            knowledge.find("refunds")
        knowledge.base.publisher.roll_back(ACME)
        knowledge.base.publisher.compact(ACME, keep=0)

        knowledge.publish(draft("refunds", "90 days."))

        assert knowledge.find("refunds") == ["90 days."]


class TestRepairing:
    @pytest.fixture
    def filled(self, stores: Stores) -> Stores:
        stores.knowledge.publish(
            draft("refunds", "Refunds take 14 days."),
            draft("limits", "Up to 50.", audience=Audience.INTERNAL),
        )
        stores.knowledge.embedder.embedded.clear()
        return stores

    def test_lost_lexical_indexes_are_rebuilt_at_the_first_question(self, filled: Stores) -> None:
        shutil.rmtree(filled.lexical_folder)

        assert filled.ask() == ["Refunds take 14 days."]

        assert len(list(filled.lexical_folder.iterdir())) == 2

    def test_lost_vectors_are_rebuilt_from_the_cache_at_the_first_question(
        self, filled: Stores
    ) -> None:
        filled.knowledge.vectors.retain([])

        assert filled.ask() == ["Refunds take 14 days."]

        assert len(filled.knowledge.vectors.list_names()) == 2
        assert filled.knowledge.embedder.embedded == ["refunds"]

    def test_whole_indexes_are_left_as_they_are(self, sqlite_engine: Engine) -> None:
        vectors, lexical = MemoryVectorIndex(), MemoryLexicalIndex()
        knowledge = Knowledge(sqlite_engine, vectors=vectors, lexical=lexical)
        version = knowledge.publish(draft("refunds", "Refunds take 14 days."))
        builds: list[str] = []
        vectors.before_build = lambda: builds.append("vectors")
        lexical.before_build = lambda: builds.append("lexical")

        knowledge.base.publisher.repair(version)

        assert builds == []

    def test_a_version_of_another_model_is_not_searched(self, knowledge: Knowledge) -> None:
        knowledge.publish(draft("refunds", "Refunds take 14 days."))
        knowledge.embedder.name = "another"

        with pytest.raises(KnowledgeBaseError, match=r"uses 'another' now; ingest the folder"):
            KnowledgeBaseSearch(knowledge.base).find_version(ACME)

    def test_publishing_with_the_new_model_embeds_what_was_kept(self, knowledge: Knowledge) -> None:
        knowledge.publish(draft("refunds", "Refunds take 14 days."))
        knowledge.embedder.name = "another"
        knowledge.embedder.embedded.clear()

        knowledge.publish(kept=knowledge.revisions())

        assert knowledge.embedder.embedded == ["Refunds\nRefunds take 14 days."]
        assert KnowledgeBaseSearch(knowledge.base).find_version(ACME) is not None
