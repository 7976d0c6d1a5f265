"""An installation with two clients: SQL is real, indexes and the model are small fakes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from fastapi import FastAPI
from starlette.testclient import TestClient

from api.app import DemoAccess, DemoSecrets, build_routes, connect
from assist.adapters.home_lock import prepare_home
from assist.adapters.knowledge_search import KnowledgeBaseSearch
from assist.bootstrap import Container, Settings, build_container
from assist.domain.decision import DecisionKind
from assist.domain.keys import KeyScope
from assist.domain.people import Role, User
from assist.domain.policy import AnswerPolicy
from assist.domain.turn import Citation, Question, Turn, TurnId
from assist.services.people import NewUser
from knowledge_base.factory import build_knowledge_base
from knowledge_base.models import (
    Article,
    ArticleDraft,
    ArticleId,
    Audience,
    ClientId,
    Hit,
    PassageDraft,
    PassageId,
    Reading,
    Vector,
    Vectors,
)
from tests.fakes import hashed_words
from tests.people_fakes import PASSWORD, PlainPasswords

NORTH = ClientId("north")
SOUTH = ClientId("south")
NOW = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)
UPLOAD_BYTES = 200_000


class FakeEmbedder:
    """Gives every text the same vector."""

    name = "fake"
    max_tokens = 100

    def embed(self, texts: Sequence[str]) -> Vectors:
        return np.ones((len(texts), 1), dtype=np.float32)

    def read(self, texts: Sequence[str]) -> list[Reading]:
        return [Reading(vector, hashed_words("")) for vector in self.embed(texts)]

    def count_tokens(self, text: str) -> int:
        return len(text.split())


class FakeVectorIndex:
    """Finds every vector, in the order in which they were added."""

    def __init__(self) -> None:
        self.sets: dict[str, list[PassageId]] = {}

    def build(self, name: str, ids: Sequence[PassageId], vectors: Vectors) -> None:
        assert len(ids) == len(vectors)
        self.sets[name] = list(ids)

    def search(self, name: str, vector: Vector, k: int) -> list[Hit]:
        del vector
        return [Hit(passage_id, 0.5) for passage_id in self.sets[name][:k]]

    def count(self, name: str) -> int:
        return len(self.sets.get(name, []))

    def list_names(self) -> list[str]:
        return list(self.sets)

    def retain(self, names: Sequence[str]) -> None:
        self.sets = {name: ids for name, ids in self.sets.items() if name in names}


class FakeLexicalIndex:
    """Finds the passages that hold the text."""

    def __init__(self) -> None:
        self.texts: dict[str, dict[PassageId, str]] = {}

    def build(
        self, name: str, ids: Sequence[PassageId], texts: Sequence[str], *, language: str = "en"
    ) -> None:
        del language
        self.texts[name] = dict(zip(ids, texts, strict=True))

    def search(self, name: str, text: str, k: int) -> list[Hit]:
        found = [key for key, body in self.texts[name].items() if text.lower() in body.lower()]
        return [Hit(passage_id, 1.0) for passage_id in found[:k]]

    def exists(self, name: str) -> bool:
        return name in self.texts

    def term_weights(self, name: str, text: str) -> Mapping[str, float]:
        del name
        return dict.fromkeys(text.split(), 1.0)

    def respell(self, name: str, word: str) -> str:
        del name
        return word

    def retain(self, names: Sequence[str]) -> None:
        self.texts = {name: texts for name, texts in self.texts.items() if name in names}


def make_turn(question: Question, **changes: object) -> Turn:
    citation = Citation(
        ArticleId("delivery"),
        "Delivery",
        "Times",
        "Delivery takes 3 days.",
        0.8,
        Audience.PUBLIC,
        PassageId(1),
        source_url="https://north.example.com/delivery",
    )
    values: dict[str, object] = {
        "id": TurnId("turn-1"),
        "client_id": question.client_id,
        "audience": question.audience,
        "asked_at": NOW,
        "on": question.on,
        "messages": question.messages,
        "search_text": question.messages[-1],
        "policy": AnswerPolicy(),
        "knowledge_version": 1,
        "candidates": (),
        "decision": DecisionKind.ANSWER,
        "reason": "supported",
        "confidence": 0.9,
        "text": "Delivery takes 3 days. It is free.\n\nAsk us for more.",
        "citations": (citation,),
        "latency_ms": {"search": 4.0, "total": 5.5},
    }
    return Turn(**values | changes)  # type: ignore[arg-type]


@dataclass
class FakeAnswering:
    """Remembers the questions and returns the turn that a test asked for."""

    reply: Callable[[Question], Turn] = make_turn
    questions: list[Question] = field(default_factory=list)

    def converse(self, question: Question) -> Turn:
        return self.answer(question)

    def answer(self, question: Question) -> Turn:
        self.questions.append(question)
        return self.reply(question)


@dataclass
class Installation:
    """A running API with the secrets of both clients' keys."""

    container: Container
    answering: FakeAnswering
    secrets: dict[tuple[ClientId, KeyScope], str] = field(default_factory=dict)
    woken: list[bool] = field(default_factory=list)
    borrowed: list[tuple[bool, FastAPI]] = field(default_factory=list)

    def headers(self, scope: KeyScope, client_id: ClientId = NORTH) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.secrets[client_id, scope]}"}

    def add_user(self, role: Role, *client_ids: ClientId, name: str = "") -> User:
        """Add a user who serves the clients: north, unless some are named; an admin all."""
        name = name or f"{role.title()} {len(self.container.people.list_all()) + 1}"
        email = f"{name.lower().replace(' ', '.')}@bpo.example"
        bound = client_ids or (() if role is Role.ADMIN else (NORTH,))
        return self.container.people.add(NewUser(email, name, role, bound), PASSWORD)

    def signed_in(self, user: User) -> dict[str, str]:
        """Return the headers of a new session of the user."""
        _, secret = self.container.sessions.sign_in(user.email, PASSWORD)
        return {"Authorization": f"Bearer {secret}"}

    def person(self, role: Role, *client_ids: ClientId) -> dict[str, str]:
        """Return the headers of a new user's session."""
        return self.signed_in(self.add_user(role, *client_ids))

    def borrow_app(self, *, with_demo: bool) -> FastAPI:
        """Return an application that nobody else uses; building one takes half of a test's time."""
        idle = _idle_apps[with_demo]
        app = idle.pop() if idle else build_routes(UPLOAD_BYTES, with_demo=with_demo)
        self.borrowed.append((with_demo, app))
        return app

    def publish(self, client_id: ClientId, *articles: ArticleDraft) -> None:
        knowledge_base = self.container.knowledge_base
        published = knowledge_base.publications.find_published(client_id)
        base = published.number if published else None
        knowledge_base.publisher.publish_new(client_id, articles, (), base=base)


def make_article(
    article_id: str, *texts: str, audience: Audience = Audience.PUBLIC
) -> ArticleDraft:
    article = Article(ArticleId(article_id), article_id.title(), audience=audience)
    return ArticleDraft(article, tuple(PassageDraft(text) for text in texts), article_id)


_idle_apps: dict[bool, list[FastAPI]] = {True: [], False: []}


@contextmanager
def open_installation(home: Path) -> Iterator[Installation]:
    """Open an installation with two clients and a key of every scope for each."""
    settings = Settings(home=home, database_url="", upload_bytes=UPLOAD_BYTES)
    _place_database(settings)
    container = build_container(settings, clock=lambda: NOW)
    answering = FakeAnswering()
    parts = vars(container)
    parts["knowledge_base"] = build_knowledge_base(
        container.engine, FakeEmbedder(), FakeVectorIndex(), FakeLexicalIndex()
    )
    parts["search"] = KnowledgeBaseSearch(container.knowledge_base)
    parts["answering"] = answering
    parts["passwords"] = PlainPasswords()
    made = Installation(container, answering)
    for client_id in (NORTH, SOUTH):
        container.clients.add(client_id, {"name": f"{client_id.title()} Ltd"})
        for scope in KeyScope:
            made.secrets[client_id, scope] = container.keys.issue(client_id, scope)[1]
    yield made
    container.close()
    for with_demo, app in made.borrowed:
        _idle_apps[with_demo].append(app)


def _place_database(settings: Settings) -> None:
    """Put an empty database with all tables there: migrating takes half of a test's time."""
    path = settings.home / "assist.db"
    prepare_home(settings.home)
    if not path.exists():
        path.write_bytes(_migrated_database())


@cache
def _migrated_database() -> bytes:
    with TemporaryDirectory() as folder:
        settings = Settings(home=Path(folder), database_url="")
        build_container(settings).close()
        return (Path(folder) / "assist.db").read_bytes()


def browse(installation: Installation, *, demo: bool = False) -> TestClient:
    """Return a browser on this machine that talks to the installation."""
    secrets = DemoSecrets(
        installation.secrets[NORTH, KeyScope.CUSTOMER], installation.secrets[NORTH, KeyScope.AGENT]
    )
    app = installation.borrow_app(with_demo=demo)
    connect(
        app,
        installation.container,
        demo=DemoAccess({NORTH: secrets}) if demo else None,
        wake_worker=lambda: installation.woken.append(True),
    )
    return TestClient(
        app,
        base_url="http://127.0.0.1:8300",
        client=("127.0.0.1", 50000),
        follow_redirects=False,
    )
