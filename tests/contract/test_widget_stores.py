"""Sites, ratings, feedback and customers' own conversations: in memory and in SQL."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from assist.adapters.sql.conversations import SqlConversationStore
from assist.adapters.sql.outbox import SqlOutbox
from assist.adapters.sql.widget import SqlCustomerConversations, SqlOpinions, SqlSiteDirectory
from assist.domain.conversation import Conversation, ConversationState
from assist.domain.customer import Customer
from assist.domain.exchange import EventKind
from assist.domain.rating import Rating, ServedBy
from assist.domain.site import Site, SiteKey
from assist.ports.widget import CustomerConversations, Opinions, SiteDirectory
from knowledge_base.models import ClientId
from tests.conversation_fakes import conversation
from tests.fakes import ACME, NOON, ZENITH
from tests.widget_fakes import MemoryCustomerConversations, MemoryOpinions, MemorySites

SHOP = Site(SiteKey("site_1"), ACME, "Shop", ("https://shop.example",), "sig_1", NOON)
ONE = conversation()
GOOD = Rating(ONE.id, 5, "Très bien £", ServedBy.HUMAN, NOON, 1)


@dataclass
class Stores:
    sites: SiteDirectory
    opinions: Opinions
    find_in: Callable[..., CustomerConversations]
    list_rated: Callable[[], list[str]]


def in_memory() -> Stores:
    opinions = MemoryOpinions()
    return Stores(
        MemorySites(),
        opinions,
        lambda *conversations: MemoryCustomerConversations(conversations),
        lambda: list(opinions.rated),
    )


def in_sql(engine: Engine) -> Stores:
    store = SqlConversationStore(engine)
    store.add_conversation(ONE)

    def find_in(*conversations: Conversation) -> CustomerConversations:
        for each in conversations:
            store.add_conversation(each)
        return SqlCustomerConversations(engine)

    def list_rated() -> list[str]:
        events = SqlOutbox(engine).claim_events(NOON, NOON + timedelta(seconds=1), 10)
        return [event.conversation_id for event in events if event.kind is EventKind.RATED]

    return Stores(SqlSiteDirectory(engine), SqlOpinions(engine), find_in, list_rated)


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def stores(request: pytest.FixtureRequest) -> Stores:
    if request.param == "memory":
        return in_memory()
    name = {"sqlite": "sqlite_engine", "postgresql": "postgres_engine"}[request.param]
    engine: Engine = request.getfixturevalue(name)
    _add_clients(engine)
    return in_sql(engine)


def _add_clients(engine: Engine) -> None:
    from assist.adapters.sql.clients import SqlClientDirectory
    from assist.domain.client import ClientProfile

    for client_id in (ACME, ZENITH):
        SqlClientDirectory(engine).add_client(client_id, ClientProfile(name=client_id))


class TestSites:
    def test_a_site_is_found_by_its_key_alone(self, stores: Stores) -> None:
        stores.sites.add_site(SHOP)
        assert stores.sites.find_site(SHOP.key) == SHOP
        assert stores.sites.find_site(SiteKey("site_2")) is None

    def test_a_clients_sites_are_listed_oldest_first(self, stores: Stores) -> None:
        newer = replace(SHOP, key=SiteKey("site_0"), created_at=NOON + timedelta(days=1))
        for site in (newer, SHOP):
            stores.sites.add_site(site)
        assert stores.sites.list_sites(ACME) == [SHOP, newer]
        assert stores.sites.list_sites(ZENITH) == []

    def test_label_origins_and_secret_may_change(self, stores: Stores) -> None:
        stores.sites.add_site(SHOP)
        changed = replace(SHOP, label="New", origins=("https://a.example", "b"), secret="sig_2")
        assert stores.sites.save_site(changed)
        assert stores.sites.find_site(SHOP.key) == changed

    def test_another_clients_site_is_neither_changed_nor_removed(self, stores: Stores) -> None:
        stores.sites.add_site(SHOP)
        assert not stores.sites.save_site(replace(SHOP, client_id=ZENITH, label="Mine"))
        assert not stores.sites.remove_site(ZENITH, SHOP.key)
        assert stores.sites.find_site(SHOP.key) == SHOP

    def test_a_removed_site_is_gone(self, stores: Stores) -> None:
        stores.sites.add_site(SHOP)
        assert stores.sites.remove_site(ACME, SHOP.key)
        assert stores.sites.find_site(SHOP.key) is None
        assert not stores.sites.remove_site(ACME, SHOP.key)


class TestOpinions:
    def test_every_field_of_a_rating_survives(self, stores: Stores) -> None:
        assert stores.opinions.find_rating(ONE.id) is None
        stores.opinions.save_rating(ONE, GOOD)
        assert stores.opinions.find_rating(ONE.id) == GOOD

    def test_a_second_rating_replaces_the_first_and_both_are_told(self, stores: Stores) -> None:
        stores.opinions.save_rating(ONE, GOOD)
        worse = replace(GOOD, score=2, comment="", served_by=ServedBy.ASSISTANT)
        stores.opinions.save_rating(ONE, worse)
        assert stores.opinions.find_rating(ONE.id) == worse
        assert stores.list_rated() == [ONE.id, ONE.id]

    def test_the_last_word_on_a_message_counts(self, stores: Stores) -> None:
        for sequence, is_helpful in ((2, True), (4, True), (2, False)):
            stores.opinions.save_feedback(ONE, sequence, NOON, is_helpful=is_helpful)
        assert stores.opinions.list_feedback(ONE.id) == {2: False, 4: True}


def customers(
    name: str, external_id: str = "42", *, is_verified: bool = True, days: int = 0
) -> Conversation:
    customer = Customer(external_id=external_id, is_verified=is_verified)
    at = NOON + timedelta(days=days)
    return replace(conversation(name), customer=customer, created_at=at)


class TestCustomerConversations:
    def test_the_newest_open_conversation_of_a_customer_is_found(self, stores: Stores) -> None:
        newest = customers("c", days=2)
        found = stores.find_in(customers("a", days=1), newest, customers("d", "43", days=3))
        assert found.find_open(ACME, "42") == newest

    def test_what_is_resolved_claimed_or_another_clients_is_not_found(self, stores: Stores) -> None:
        found = stores.find_in(
            replace(customers("a"), state=ConversationState.RESOLVED),
            customers("b", is_verified=False),
            replace(customers("c"), client_id=ClientId("zenith")),
            customers("d", ""),
        )
        assert found.find_open(ACME, "42") is None
