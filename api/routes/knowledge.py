"""A client's knowledge: versions, articles, search, and which version answers."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Annotated, cast

from fastapi import APIRouter, Depends, Query
from starlette.exceptions import HTTPException
from starlette.requests import Request

from api.auth import ClientReader, ClientTrainer, ContainerDep, JsonBody
from api.catalogue import Catalogue
from api.dates import today
from api.schemas.knowledge import (
    ArticleDetailOut,
    ArticleOut,
    ArticlesOut,
    KnowledgeOut,
    PassageOut,
    PublishIn,
    RankedPassageOut,
    SearchIn,
    SearchOut,
    VersionOut,
    VersionsOut,
)
from assist.bootstrap import Container
from assist.domain.turn import Question
from knowledge_base.models import ArticleId, Audience, ClientId, VersionNumber

router = APIRouter(prefix="/knowledge", tags=["Knowledge"])


async def _catalogue(request: Request) -> Catalogue:
    return cast("Catalogue", request.app.state.catalogue)


CatalogueDep = Annotated[Catalogue, Depends(_catalogue)]


@router.get("")
def get_knowledge(caller: ClientReader, container: ContainerDep) -> KnowledgeOut:
    """Return the version that answers now, with its counts."""
    return _knowledge(container, caller.client_id)


@router.get("/versions")
def list_versions(caller: ClientReader, container: ContainerDep) -> VersionsOut:
    """List the complete versions, newest first."""
    return VersionsOut(items=_versions(container, caller.client_id))


@router.get("/articles")
def list_articles(
    caller: ClientReader,
    container: ContainerDep,
    catalogue: CatalogueDep,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Annotated[str, Query(description="`next_cursor` of the page before")] = "",
) -> ArticlesOut:
    """List the published version's articles by id, internal ones included."""
    version = container.publications.find_published(caller.client_id)
    if version is None:
        return ArticlesOut(knowledge_version=None, items=[], next_cursor=None)
    found = catalogue.list_articles(version, after=_decode_cursor(cursor), limit=limit + 1)
    page = [ArticleOut.of(article, passages) for article, passages in found[:limit]]
    following = _encode_cursor(page[-1].id) if len(found) > limit else None
    return ArticlesOut(knowledge_version=version.number, items=page, next_cursor=following)


@router.get("/articles/{article_id:path}")
def get_article(article_id: str, caller: ClientReader, container: ContainerDep) -> ArticleDetailOut:
    """Return an article of the published version with its passages."""
    version = container.publications.find_published(caller.client_id)
    stored = container.knowledge_base.passages
    listed = stored.list_passages(caller.client_id, version.number) if version else []
    passages = [passage for passage in listed if passage.article.id == article_id]
    if version is None or not passages:
        raise HTTPException(404, f"The published knowledge has no article {article_id!r}.")
    return ArticleDetailOut(
        knowledge_version=version.number,
        article=ArticleOut.of(passages[0].article, len(passages)),
        passages=[PassageOut.of(passage) for passage in passages],
    )


@router.post("/search", dependencies=[JsonBody])
def search(body: SearchIn, caller: ClientReader, container: ContainerDep) -> SearchOut:
    """Search the published knowledge, internal articles included; nothing is decided."""
    version = container.search.find_version(caller.client_id)
    if version is None:
        return SearchOut(knowledge_version=None, items=[])
    on = body.as_of or today(container, caller.client_id)
    question = Question(caller.client_id, (body.query,), Audience.INTERNAL, on)
    found = container.search.search(version, question, body.query, body.limit)
    items = [RankedPassageOut.of(ranked) for ranked in found.passages]
    return SearchOut(knowledge_version=version.number, items=items)


@router.post("/publish", dependencies=[JsonBody])
def publish(body: PublishIn, caller: ClientTrainer, container: ContainerDep) -> KnowledgeOut:
    """Make a complete version answer, after repairing its indexes."""
    publisher = container.knowledge_base.publisher
    publisher.publish(
        caller.client_id, VersionNumber(body.version), reason="published by a trainer"
    )
    return _knowledge(container, caller.client_id)


@router.post("/rollback")
def roll_back(caller: ClientTrainer, container: ContainerDep) -> KnowledgeOut:
    """Make the version answer that did before the current one."""
    container.knowledge_base.publisher.roll_back(caller.client_id)
    return _knowledge(container, caller.client_id)


def _knowledge(container: Container, client_id: ClientId) -> KnowledgeOut:
    versions = _versions(container, client_id)
    return KnowledgeOut(published=next((item for item in versions if item.is_published), None))


def _versions(container: Container, client_id: ClientId) -> list[VersionOut]:
    """Describe the versions, newest first, each with its latest publication."""
    store = container.publications
    published = store.find_published(client_id)
    latest = {entry.version: entry for entry in reversed(store.list_publications(client_id))}
    return [
        VersionOut.of(
            version,
            latest.get(version.number),
            is_published=published is not None and version.number == published.number,
        )
        for version in store.list_versions(client_id)
    ]


def _encode_cursor(article_id: str) -> str:
    return urlsafe_b64encode(article_id.encode()).decode().rstrip("=")


def _decode_cursor(cursor: str) -> ArticleId:
    padding = "=" * (-len(cursor) % 4)
    try:
        return ArticleId(urlsafe_b64decode(cursor + padding).decode())
    except ValueError as error:
        raise HTTPException(422, "`cursor` must be a `next_cursor` of an earlier page.") from error
