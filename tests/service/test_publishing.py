"""How versions of knowledge begin to answer, fail on the way, come back and are deleted."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from knowledge_base.models import (
    Audience,
    KnowledgeBaseError,
    VersionNumber,
)
from tests.fakes import (
    ACME,
    ZENITH,
    Knowledge,
    MemoryLexicalIndex,
    MemoryVectorIndex,
    draft,
)

FIRST = VersionNumber(1)


class BuildFailedError(Exception):
    """Stands for a crash in the middle of a build."""


def fail() -> None:
    raise BuildFailedError


def do_nothing() -> None:
    pass


@pytest.fixture
def vectors() -> MemoryVectorIndex:
    return MemoryVectorIndex()


@pytest.fixture
def lexical() -> MemoryLexicalIndex:
    return MemoryLexicalIndex()


@pytest.fixture
def knowledge(
    sqlite_engine: Engine, vectors: MemoryVectorIndex, lexical: MemoryLexicalIndex
) -> Knowledge:
    return Knowledge(sqlite_engine, vectors=vectors, lexical=lexical)


class TestPublishing:
    def test_a_published_version_answers(self, knowledge: Knowledge) -> None:
        version = knowledge.publish(draft("refunds", "Refunds take 14 days."))

        assert knowledge.find("refunds") == ["Refunds take 14 days."]
        assert (version.number, version.passages) == (1, 1)
        [publication] = knowledge.base.publications.list_publications(ACME)
        assert (publication.version, publication.reason) == (1, "ingested")

    def test_a_version_is_invisible_until_all_of_it_is_built(
        self, knowledge: Knowledge, vectors: MemoryVectorIndex
    ) -> None:
        knowledge.publish(draft("refunds", "Refunds take 14 days."))
        seen: list[list[str]] = []
        vectors.before_build = lambda: seen.append(knowledge.find("refunds"))

        knowledge.publish(draft("refunds", "Refunds take 30 days."))

        assert seen == [["Refunds take 14 days."]]
        assert knowledge.find("refunds") == ["Refunds take 30 days."]

    def test_what_a_new_version_does_not_keep_is_gone(self, knowledge: Knowledge) -> None:
        knowledge.publish(draft("refunds", "Refunds take 14 days."), draft("cards", "A card."))

        knowledge.publish(draft("parcels", "A parcel."), kept=knowledge.revisions("cards"))

        assert sorted(knowledge.find("card refunds parcel")) == ["A card.", "A parcel."]

    def test_each_audience_gets_an_index_of_its_own(
        self, knowledge: Knowledge, vectors: MemoryVectorIndex
    ) -> None:
        version = knowledge.publish(
            draft("refunds", "14 days."), draft("limits", "50.", audience=Audience.INTERNAL)
        )

        assert version.indexes.keys() == {Audience.PUBLIC, Audience.INTERNAL}
        assert vectors.list_names() == sorted(version.indexes.values())
        assert [vectors.count(name) for name in version.indexes.values()] == [1, 1]

    def test_a_version_without_articles_answers_nothing(self, knowledge: Knowledge) -> None:
        knowledge.publish(draft("refunds", "Refunds take 14 days."))

        knowledge.publish()

        assert knowledge.find("refunds") == []

    def test_versions_of_the_same_passages_share_their_indexes(
        self, knowledge: Knowledge, vectors: MemoryVectorIndex, lexical: MemoryLexicalIndex
    ) -> None:
        first = knowledge.publish(draft("refunds", "Refunds take 14 days."))
        vectors.before_build = lexical.before_build = fail

        second = knowledge.publish(kept=knowledge.revisions())

        assert second.number == 2
        assert second.indexes == first.indexes

    def test_unchanged_texts_are_not_embedded_again(self, knowledge: Knowledge) -> None:
        knowledge.publish(draft("cards", "A lost card.", "A new card."), draft("fees", "Free."))
        knowledge.embedder.embedded.clear()

        knowledge.publish(draft("cards", "A lost card.", "A stolen card."), draft("fees", "Free."))

        assert knowledge.embedder.embedded == ["Cards\nA stolen card."]

    def test_a_text_that_stands_twice_is_embedded_once(self, knowledge: Knowledge) -> None:
        knowledge.publish(draft("cards", "The same.", "The same."))

        assert len(knowledge.embedder.embedded) == 1
        assert len(knowledge.find("same")) == 2

    def test_progress_counts_the_texts_that_are_embedded(self, knowledge: Knowledge) -> None:
        seen: list[tuple[int, int]] = []

        _, built = knowledge.base.publisher.publish_new(
            ACME,
            [draft("cards", *(f"Card {number}." for number in range(70)))],
            [],
            base=None,
            progress=lambda done, total: seen.append((done, total)),
        )

        assert seen == [(64, 70), (70, 70)]
        assert (built.embedded, len(built.passages), len(built.vectors)) == (70, 70, 70)

    def test_a_publication_in_between_wins_and_the_slower_one_is_refused(
        self, knowledge: Knowledge, vectors: MemoryVectorIndex
    ) -> None:
        knowledge.publish(draft("refunds", "14 days."))
        knowledge.publish(draft("refunds", "30 days."))
        vectors.before_build = lambda: knowledge.base.publications.publish(
            ACME, FIRST, reason="by hand"
        )

        with pytest.raises(KnowledgeBaseError, match="published meanwhile"):
            knowledge.publish(draft("refunds", "60 days."))

        assert knowledge.find("refunds") == ["14 days."]


class TestInterruption:
    """Whatever dies on the way, the previous version answers and the next publish completes."""

    @pytest.fixture(params=["vectors", "lexical", "between"])
    def interrupted(
        self,
        request: pytest.FixtureRequest,
        knowledge: Knowledge,
        vectors: MemoryVectorIndex,
        lexical: MemoryLexicalIndex,
    ) -> Knowledge:
        """Leave a second version half built in each of the places where that can happen."""
        knowledge.publish(draft("refunds", "Refunds take 14 days."))
        kept = knowledge.revisions()
        if request.param == "between":
            number = knowledge.base.versions.add_version(
                ACME, [draft("cards", "A wrong card.")], kept, "hashing"
            )
            knowledge.base.publisher._builder.build(ACME, number)
            return knowledge
        failing = vectors if request.param == "vectors" else lexical
        failing.before_build = fail
        with pytest.raises(BuildFailedError):
            knowledge.publish(draft("cards", "A wrong card."), kept=kept)
        failing.before_build = do_nothing
        return knowledge

    def test_the_previous_version_keeps_answering(self, interrupted: Knowledge) -> None:
        assert interrupted.published_number() == 1
        assert interrupted.find("card refunds") == ["Refunds take 14 days."]
        assert len(interrupted.base.publications.list_versions(ACME)) == 1

    def test_the_next_publish_of_the_same_completes(self, interrupted: Knowledge) -> None:
        interrupted.publish(draft("cards", "A wrong card."), kept=interrupted.revisions())

        assert interrupted.find("wrong card") == ["A wrong card.", "Refunds take 14 days."]

    def test_the_next_publish_finds_nothing_of_the_interrupted_one(
        self, interrupted: Knowledge
    ) -> None:
        interrupted.publish(draft("parcels", "A right parcel."), kept=interrupted.revisions())

        assert interrupted.find("right parcel") == ["A right parcel.", "Refunds take 14 days."]
        assert interrupted.retrieve("right parcel").passages[0].dense > 0.5
        assert interrupted.retrieve("wrong card").passages[0].lexical == 0.0


class TestGoingBack:
    @pytest.fixture
    def thrice(self, knowledge: Knowledge) -> Knowledge:
        for days in (14, 30, 60):
            knowledge.publish(draft("refunds", f"Refunds take {days} days."))
        return knowledge

    def test_rolling_back_answers_with_the_version_before(self, thrice: Knowledge) -> None:
        assert thrice.base.publisher.roll_back(ACME) == 2

        assert thrice.find("refunds") == ["Refunds take 30 days."]
        assert thrice.base.publications.list_publications(ACME)[0].reason == "rolled back"

    def test_rolling_back_twice_goes_two_versions_back(self, thrice: Knowledge) -> None:
        thrice.base.publisher.roll_back(ACME)

        assert thrice.base.publisher.roll_back(ACME) == 1

    def test_a_version_that_was_rolled_back_is_skipped_later(self, thrice: Knowledge) -> None:
        thrice.base.publisher.roll_back(ACME)
        thrice.publish(draft("refunds", "Refunds take 90 days."))

        assert thrice.base.publisher.roll_back(ACME) == 2

    def test_there_is_nothing_before_the_first_version(self, knowledge: Knowledge) -> None:
        knowledge.publish(draft("refunds", "Refunds take 14 days."))

        with pytest.raises(KnowledgeBaseError, match="'acme' has no earlier knowledge version"):
            knowledge.base.publisher.roll_back(ACME)

        assert knowledge.published_number() == 1

    def test_an_old_version_can_be_published_by_hand(self, thrice: Knowledge) -> None:
        thrice.base.publisher.publish(ACME, FIRST, reason="by hand")

        assert thrice.find("refunds") == ["Refunds take 14 days."]

    def test_after_a_publication_by_hand_the_version_before_it_comes_back(
        self, thrice: Knowledge
    ) -> None:
        thrice.base.publisher.publish(ACME, FIRST, reason="by hand")

        assert thrice.base.publisher.roll_back(ACME) == 3

    def test_publishing_an_old_version_rebuilds_its_lost_indexes(self, thrice: Knowledge) -> None:
        thrice.vectors.retain([])
        thrice.lexical.retain([])

        thrice.base.publisher.publish(ACME, FIRST, reason="by hand")

        assert thrice.find("refunds") == ["Refunds take 14 days."]

    def test_an_unknown_version_cannot_be_published(self, thrice: Knowledge) -> None:
        with pytest.raises(KnowledgeBaseError, match="no knowledge version 9; `assist kb versions"):
            thrice.base.publisher.publish(ACME, VersionNumber(9), reason="by hand")

    def test_a_version_of_another_model_is_not_published(self, thrice: Knowledge) -> None:
        thrice.embedder.name = "another"

        with pytest.raises(KnowledgeBaseError, match=r"embedded with 'hashing'.*ingest the"):
            thrice.base.publisher.publish(ACME, FIRST, reason="by hand")

        assert thrice.published_number() == 3


class TestClientsApart:
    CANARY = "The canary of Acme sings at 4711."

    def test_a_client_never_finds_what_another_one_published(self, knowledge: Knowledge) -> None:
        knowledge.publish(draft("shared", "Refunds take 14 days.", self.CANARY))
        knowledge.publish(draft("shared", "Refunds take 14 days."), client_id=ZENITH)

        found = knowledge.retrieve(self.CANARY, client_id=ZENITH).passages

        assert [ranked.passage.text for ranked in found] == ["Refunds take 14 days."]
        assert knowledge.find(self.CANARY)[0] == self.CANARY

    def test_the_same_text_of_two_clients_lies_in_two_indexes(self, knowledge: Knowledge) -> None:
        one = knowledge.publish(draft("shared", "Refunds take 14 days."))
        other = knowledge.publish(draft("shared", "Refunds take 14 days."), client_id=ZENITH)

        assert one.indexes[Audience.PUBLIC].startswith("acme-public-")
        assert other.indexes[Audience.PUBLIC].startswith("zenith-public-")
        assert len(knowledge.embedder.embedded) == 1

    def test_an_interrupted_ingest_of_one_client_leaves_the_other_alone(
        self, knowledge: Knowledge, vectors: MemoryVectorIndex
    ) -> None:
        knowledge.publish(draft("shared", "Refunds take 14 days."), client_id=ZENITH)
        vectors.before_build = fail
        with pytest.raises(BuildFailedError):
            knowledge.publish(draft("shared", self.CANARY))
        vectors.before_build = do_nothing

        knowledge.publish(draft("shared", "Refunds take 30 days."), client_id=ZENITH)

        assert knowledge.find(self.CANARY, ZENITH) == ["Refunds take 30 days."]
