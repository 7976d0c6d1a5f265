"""The stores of knowledge versions, on SQLite and on PostgreSQL."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date

import pytest
from sqlalchemy import Engine, func, select

from knowledge_base.adapters.sql.passages import SqlPassageStore
from knowledge_base.adapters.sql.publications import SqlPublicationStore
from knowledge_base.adapters.sql.tables import article_revisions, passages
from knowledge_base.adapters.sql.versions import SqlVersionStore
from knowledge_base.models import (
    Article,
    ArticleDraft,
    ArticleId,
    ArticleKind,
    Audience,
    ClientId,
    KnowledgeBaseError,
    PassageDraft,
    PassageId,
    RevisionId,
    VersionNumber,
)
from knowledge_base.ports import PassageStore, PublicationStore, VersionStore
from tests.fakes import ACME, ZENITH, draft

FIRST = VersionNumber(1)


@dataclass
class Stores:
    """The stores on one database, with the steps that most tests begin with."""

    engine: Engine
    publications: PublicationStore
    versions: VersionStore
    passages: PassageStore

    def add(
        self,
        *drafts: ArticleDraft,
        client_id: ClientId = ACME,
        kept: tuple[RevisionId, ...] = (),
    ) -> VersionNumber:
        return self.versions.add_version(client_id, drafts, kept, "model-a")

    def publish(
        self,
        *drafts: ArticleDraft,
        client_id: ClientId = ACME,
        kept: tuple[RevisionId, ...] = (),
    ) -> VersionNumber:
        number = self.add(*drafts, client_id=client_id, kept=kept)
        self.versions.complete_version(client_id, number, {Audience.PUBLIC: f"index-{number}"})
        self.publications.publish(client_id, number, reason="ingested")
        return number

    def revisions(self, number: VersionNumber) -> tuple[RevisionId, ...]:
        sources = self.versions.list_sources(ACME, number)
        return tuple(revision for source in sources for revision in source.revisions)

    def texts(self, number: VersionNumber, client_id: ClientId = ACME) -> list[str]:
        return [passage.text for passage in self.passages.list_passages(client_id, number)]

    def rows(self) -> tuple[int, int]:
        """Count the stored revisions and passages of all clients."""
        with self.engine.connect() as connection:
            revisions = connection.scalar(select(func.count()).select_from(article_revisions))
            pieces = connection.scalar(select(func.count()).select_from(passages))
        return revisions or 0, pieces or 0


@pytest.fixture
def stores(engine: Engine) -> Stores:
    return Stores(
        engine, SqlPublicationStore(engine), SqlVersionStore(engine), SqlPassageStore(engine)
    )


def test_nothing_is_published_before_the_first_publication(stores: Stores) -> None:
    stores.add(draft("refunds", "14 days."))

    assert stores.publications.find_published(ACME) is None
    assert stores.publications.list_versions(ACME) == []


def test_a_published_version_says_what_it_holds(stores: Stores) -> None:
    stores.publish(draft("refunds", "14 days.", "By card."), draft("cards", "Blocked."))

    version = stores.publications.find_published(ACME)

    assert version is not None
    assert (version.number, version.articles, version.passages) == (1, 2, 3)
    assert version.embedding_model == "model-a"
    assert version.indexes == {Audience.PUBLIC: "index-1"}
    assert version.created_at.tzinfo is UTC


def test_the_pointer_belongs_to_one_client(stores: Stores) -> None:
    stores.publish(draft("refunds", "14 days."))

    assert stores.publications.find_published(ZENITH) is None
    assert stores.publications.list_versions(ZENITH) == []
    assert stores.publications.list_publications(ZENITH) == []
    assert stores.versions.list_sources(ZENITH, FIRST) == []
    assert stores.texts(FIRST, ZENITH) == []


def test_versions_and_publications_are_listed_newest_first(stores: Stores) -> None:
    stores.publish(draft("refunds", "14 days."))
    stores.publish(draft("refunds", "30 days."))
    stores.publications.publish(ACME, FIRST, reason="rolled back")

    assert [version.number for version in stores.publications.list_versions(ACME)] == [2, 1]
    listed = stores.publications.list_publications(ACME)
    assert [(each.version, each.reason) for each in listed] == [
        (1, "rolled back"),
        (2, "ingested"),
        (1, "ingested"),
    ]
    assert all(each.published_at.tzinfo is UTC for each in listed)


def test_versions_of_all_clients_are_listed_without_a_client(stores: Stores) -> None:
    stores.publish(draft("refunds", "14 days."))
    stores.publish(draft("refunds", "30 days."), client_id=ZENITH)

    listed = stores.publications.list_versions()

    assert {version.client_id for version in listed} == {ACME, ZENITH}


def test_an_incomplete_version_cannot_be_published(stores: Stores) -> None:
    stores.add(draft("refunds", "14 days."))

    with pytest.raises(KnowledgeBaseError, match="no complete knowledge version 1"):
        stores.publications.publish(ACME, FIRST, reason="by hand")


def test_the_version_of_another_client_cannot_be_published(stores: Stores) -> None:
    stores.publish(draft("refunds", "14 days."))

    with pytest.raises(KnowledgeBaseError, match="'zenith' has no complete"):
        stores.publications.publish(ZENITH, FIRST, reason="by hand")


@pytest.mark.parametrize("expected", [0, 2])
def test_a_publication_on_an_outdated_base_is_refused(stores: Stores, expected: int) -> None:
    stores.publish(draft("refunds", "14 days."))

    with pytest.raises(KnowledgeBaseError, match="published meanwhile"):
        stores.publications.publish(ACME, FIRST, reason="late", expected=expected)

    assert len(stores.publications.list_publications(ACME)) == 1


def test_a_publication_on_the_expected_base_goes_through(stores: Stores) -> None:
    stores.publish(draft("refunds", "14 days."))

    stores.publications.publish(ACME, FIRST, reason="again", expected=1)

    assert stores.publications.list_publications(ACME)[0].reason == "again"


def test_every_field_of_a_passage_survives(stores: Stores) -> None:
    article = Article(
        ArticleId("prices-2026"),
        title="Prices 2026 £",
        kind=ArticleKind.POLICY,
        audience=Audience.INTERNAL,
        language="de",
        effective_from=date(2026, 1, 1),
        effective_until=date(2026, 12, 31),
        verbatim=True,
        tags=("billing", "vip"),
        source_url="https://acme.example/prices",
        path="prices/2026.md",
    )
    piece = PassageDraft("12 £, 日本語 🙂", ("Plans", "Basic"), "What is the price?")
    number = stores.add(ArticleDraft(article, (piece,), "abc"))

    [passage] = stores.passages.list_passages(ACME, number)

    assert passage.article == article
    assert (passage.text, passage.section, passage.question) == (
        piece.text,
        piece.section,
        piece.question,
    )
    assert stores.passages.get_passages([passage.id]) == {passage.id: passage}


def test_passages_come_by_article_and_position(stores: Stores) -> None:
    number = stores.add(draft("b", "b1", "b2", "b3"), draft("a", "a1", "a2"))

    assert stores.texts(number) == ["a1", "a2", "b1", "b2", "b3"]


def test_missing_passages_are_left_out(stores: Stores) -> None:
    assert stores.passages.get_passages([PassageId(404)]) == {}


def test_more_passages_than_one_statement_takes_are_found(stores: Stores) -> None:
    number = stores.add(draft("long", *(f"text {i}" for i in range(1_200))))
    ids = [passage.id for passage in stores.passages.list_passages(ACME, number)]

    assert len(SqlPassageStore(stores.engine).get_passages(ids)) == 1_200


def test_a_source_lists_all_revisions_that_its_file_gave(stores: Stores) -> None:
    one, two = draft("faq-1", "one"), draft("faq-2", "two")
    sheet = [replace(each, article=replace(each.article, path="faq.xlsx")) for each in (one, two)]
    number = stores.add(*sheet, draft("terms", "three"))

    sources = {source.path: source for source in stores.versions.list_sources(ACME, number)}

    assert sources.keys() == {"faq.xlsx", "terms.md"}
    assert list(sources["faq.xlsx"].revisions.values()) == ["faq-1", "faq-2"]
    assert sources["terms.md"].fingerprint == draft("terms", "three").fingerprint


def test_a_kept_revision_is_shared_and_not_copied(stores: Stores) -> None:
    first = stores.publish(draft("refunds", "14 days."))
    kept_id = stores.passages.list_passages(ACME, first)[0].id

    second = stores.publish(draft("cards", "Blocked."), kept=stores.revisions(first))

    assert stores.texts(second) == ["Blocked.", "14 days."]
    assert kept_id in [passage.id for passage in stores.passages.list_passages(ACME, second)]
    assert stores.rows() == (2, 2)


def test_a_new_version_deletes_what_an_interrupted_one_left(stores: Stores) -> None:
    first = stores.publish(draft("refunds", "14 days."))
    stores.add(draft("cards", "half"), kept=stores.revisions(first))
    stores.add(draft("other", "client"), client_id=ZENITH)

    stores.add(draft("cards", "whole"))

    assert stores.rows() == (3, 3)
    assert stores.texts(FIRST) == ["14 days."]


def test_the_id_of_a_deleted_passage_never_comes_back(stores: Stores) -> None:
    interrupted = stores.add(draft("cards", "the old text"))
    [old] = stores.passages.list_passages(ACME, interrupted)
    stores.passages.get_passages([old.id])

    again = stores.add(draft("cards", "the new text"))

    [new] = stores.passages.list_passages(ACME, again)
    assert new.id != old.id
    assert stores.passages.get_passages([new.id])[new.id].text == "the new text"


def test_an_ingest_that_another_one_overtook_cannot_complete(stores: Stores) -> None:
    slow = stores.add(draft("cards", "slow"))
    fast = stores.add(draft("cards", "fast"))

    with pytest.raises(KnowledgeBaseError, match="another ingest for 'acme' replaced version"):
        stores.versions.complete_version(ACME, slow, {})

    stores.versions.complete_version(ACME, fast, {})
    assert [version.number for version in stores.publications.list_versions(ACME)] == [fast]


def test_deleting_a_version_keeps_what_another_one_shares(stores: Stores) -> None:
    first = stores.publish(draft("refunds", "14 days."), draft("gone", "old"))
    [refunds] = [
        revision
        for source in stores.versions.list_sources(ACME, first)
        for revision, article in source.revisions.items()
        if article == "refunds"
    ]
    second = stores.publish(kept=(refunds,))

    stores.versions.delete_versions(ACME, [first])

    assert stores.texts(second) == ["14 days."]
    assert stores.rows() == (1, 1)
    assert [each.version for each in stores.publications.list_publications(ACME)] == [second]


def test_the_published_version_cannot_be_deleted(stores: Stores) -> None:
    number = stores.publish(draft("refunds", "14 days."))

    with pytest.raises(KnowledgeBaseError, match="published and cannot be deleted"):
        stores.versions.delete_versions(ACME, [number])

    assert stores.texts(number) == ["14 days."]
