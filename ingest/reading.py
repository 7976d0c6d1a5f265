"""Reads the files of a folder that changed into articles with passages, ready to be stored."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest.chunking import chunk
from ingest.document import LoadedDocument, QuestionAnswer, UnreadableFileError
from ingest.loaders import load_files
from ingest.metadata import (
    Manifest,
    read_manifest,
    read_sidecar,
    resolve_article,
    row_article,
    sidecar_for,
)
from ingest.sources import Limits, Rejection, SourceFile, list_sources, obstacle
from knowledge_base.models import (
    Article,
    ArticleDraft,
    ArticleId,
    Audience,
    ClientId,
    PassageDraft,
    RevisionId,
    StoredSource,
)

if TYPE_CHECKING:
    from knowledge_base.ports import Embedder

READER = 2
"""Counts up whenever files are read or cut differently, so that unchanged files are read again."""

SPECIAL_TOKENS = 2
"""The embedding model adds a token before and after each text."""

FileProgress = Callable[[int, int], None]


@dataclass(frozen=True)
class IngestRequest:
    """What to ingest and for whom.

    With `mirror`, the folder is the client's whole knowledge and articles that it lacks are
    removed; otherwise its articles are added to the others or replace those of the same id.
    `audience` and `language` hold for files that do not say. `client_name` is what the client calls
    itself; it helps to tell names of products from the client's own.
    """

    client_id: ClientId
    root: Path
    mirror: bool = True
    audience: Audience | None = None
    language: str = ""
    client_name: str = ""

    @property
    def defaults(self) -> dict[str, str]:
        """The metadata that holds where a file gives none."""
        given = {"audience": self.audience, "language": self.language}
        return {name: str(value) for name, value in given.items() if value}


@dataclass(frozen=True)
class Folder:
    """A folder to read with all that decides how."""

    request: IngestRequest
    limits: Limits
    embedder: Embedder


@dataclass(frozen=True)
class Reading:
    """What a folder gives: new or changed articles, stored ones that stay, rejected files."""

    drafts: tuple[ArticleDraft, ...]
    kept: Mapping[RevisionId, ArticleId]
    rejected: tuple[Rejection, ...]


@dataclass
class _Shelf:
    """Collects articles; an id may stand there once."""

    drafts: dict[ArticleId, ArticleDraft] = field(default_factory=dict)
    kept: dict[RevisionId, ArticleId] = field(default_factory=dict)
    rejected: list[Rejection] = field(default_factory=list)

    holders: dict[ArticleId, str] = field(default_factory=dict)

    def add(self, name: str, read: Iterable[tuple[ArticleDraft, str]]) -> None:
        """Add the articles of one file with their places; one whose id is taken is rejected."""
        for draft, place in read:
            article_id = draft.article.id
            holder = self.holders.setdefault(article_id, name)
            if article_id in self.drafts or holder != name:
                owner = "another row of this file" if holder == name else holder
                reason = f"has the id {article_id!r}, which {owner} has too; give it one of its own"
                self.rejected.append(Rejection(name, reason, place))
            else:
                self.drafts[article_id] = draft

    def keep(self, source: StoredSource) -> None:
        """Keep the stored articles of a file, except those that another file gives now."""
        for revision, article in source.revisions.items():
            if article not in self.drafts:
                self.kept[revision] = article
                self.holders[article] = source.path


def read_folder(
    folder: Folder, stored: Mapping[str, StoredSource], progress: FileProgress
) -> Reading:
    """Read what changed against the stored sources. Raises `IngestError` for a bad folder."""
    root = folder.request.root
    manifest = read_manifest(root)
    sources = list_sources(root, folder.limits)
    shelf = _Shelf(rejected=list(sources.rejected))
    prints = {file.name: _fingerprint(folder, manifest, file) for file in sources.files}
    unchanged = {
        name for name, mark in prints.items() if name in stored and stored[name].fingerprint == mark
    }
    for name in unchanged:
        shelf.keep(stored[name])
    changed = [file for file in sources.files if file.name not in unchanged]
    for done, (file, outcome) in enumerate(load_files(changed, folder.limits), start=1):
        _shelve(shelf, folder, manifest, file, outcome, prints[file.name])
        progress(done, len(changed))
    _keep_previous(shelf, folder.request, stored, {file.name for file in sources.files})
    return Reading(tuple(shelf.drafts.values()), shelf.kept, tuple(shelf.rejected))


def _shelve(
    shelf: _Shelf,
    folder: Folder,
    manifest: Manifest,
    file: SourceFile,
    outcome: LoadedDocument | Rejection,
    fingerprint: str,
) -> None:
    if isinstance(outcome, Rejection):
        shelf.rejected.append(outcome)
        return
    try:
        shelf.add(file.name, _drafts(folder, manifest, file, outcome, fingerprint))
    except UnreadableFileError as error:
        shelf.rejected.append(Rejection(file.name, error.reason, error.place))


def _keep_previous(
    shelf: _Shelf, request: IngestRequest, stored: Mapping[str, StoredSource], present: set[str]
) -> None:
    """Keep what a rejected file held before and, when adding, what other ingests brought."""
    read = {shelf.holders[article_id] for article_id in shelf.drafts}
    for position, rejection in enumerate(shelf.rejected):
        if rejection.path in stored and rejection.path not in read:
            shelf.keep(stored[rejection.path])
            reason = f"{rejection.reason} (what it held before stays in use)"
            shelf.rejected[position] = replace(rejection, reason=reason)
    if not request.mirror:
        for path, source in stored.items():
            if path not in present:
                shelf.keep(source)


def _drafts(
    folder: Folder,
    manifest: Manifest,
    file: SourceFile,
    document: LoadedDocument,
    fingerprint: str,
) -> list[tuple[ArticleDraft, str]]:
    """Give the file's article, and one for each row with metadata of its own, and their places."""
    sidecar = read_sidecar(file.path)
    base = resolve_article(file.name, document, manifest, sidecar, folder.request.defaults)
    common: list[QuestionAnswer] = []
    rows: list[tuple[Article, QuestionAnswer]] = []
    for pair in document.pairs:
        article = row_article(base, pair)
        if article is None:
            common.append(pair)
        else:
            rows.append((article, pair))
    bodies = [(base, LoadedDocument(document.markdown, document.title, pairs=tuple(common)), "")]
    bodies += [(article, LoadedDocument("", pairs=(pair,)), pair.place) for article, pair in rows]
    drafts = [
        (ArticleDraft(article, _passages(folder, article, body), fingerprint), place)
        for article, body, place in bodies
    ]
    # A file of rows alone has no body of its own.
    return [(draft, place) for draft, place in drafts if draft.passages]


def _passages(folder: Folder, article: Article, body: LoadedDocument) -> tuple[PassageDraft, ...]:
    return chunk(
        body,
        title=article.title,
        count_tokens=folder.embedder.count_tokens,
        max_tokens=folder.embedder.max_tokens - SPECIAL_TOKENS,
    )


def _fingerprint(folder: Folder, manifest: Manifest, file: SourceFile) -> str:
    """Digest everything that decides what a file becomes."""
    parts: dict[str, Any] = {
        "reader": READER,
        "tokens": folder.embedder.max_tokens,
        "file": file.digest,
        "sidecar": _sidecar_mark(file.path, folder.limits),
        "manifest": manifest.describes(file.name),
        "defaults": folder.request.defaults,
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()


def _sidecar_mark(path: Path, limits: Limits) -> str:
    sidecar = sidecar_for(path)
    if sidecar is None:
        return ""
    return obstacle(sidecar, limits) or hashlib.sha256(sidecar.read_bytes()).hexdigest()
