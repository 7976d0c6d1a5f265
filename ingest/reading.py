"""Reads the files of a folder that changed into articles with passages, ready to be stored."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
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
    RevisionId,
    StoredSource,
)

if TYPE_CHECKING:
    from knowledge_base.ports import Embedder

READER = 1
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

    def holder_of(self, article_id: ArticleId) -> str | None:
        """Return the path of the file that gave a drafted article."""
        draft = self.drafts.get(article_id)
        return draft.article.path if draft else None

    def add(self, name: str, drafts: Iterable[ArticleDraft]) -> None:
        """Add the articles of one file, or reject it whole when an id is taken."""
        drafts = list(drafts)
        for draft in drafts:
            holder = self.holder_of(draft.article.id)
            if holder is not None or draft.article.id in self.kept.values():
                owner = holder or "another file"
                reason = f"has the id {draft.article.id!r}, which {owner} has too"
                self.rejected.append(Rejection(name, f"{reason}; give it an id of its own"))
                return
        self.drafts |= {draft.article.id: draft for draft in drafts}

    def keep(self, source: StoredSource) -> None:
        """Keep the stored articles of a file, except those that another file gives now."""
        for revision, article in source.revisions.items():
            if article not in self.drafts:
                self.kept[revision] = article


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
        shelf.add(file.name, list(_drafts(folder, manifest, file, outcome, fingerprint)))
    except UnreadableFileError as error:
        shelf.rejected.append(Rejection(file.name, error.reason, error.place))


def _keep_previous(
    shelf: _Shelf, request: IngestRequest, stored: Mapping[str, StoredSource], present: set[str]
) -> None:
    """Keep what a rejected file held before and, when adding, what other ingests brought."""
    for position, rejection in enumerate(shelf.rejected):
        if rejection.path in stored:
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
) -> Iterator[ArticleDraft]:
    """Give the file's article, and one for each row that has metadata of its own."""
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
    bodies = [(base, LoadedDocument(document.markdown, document.title, pairs=tuple(common)))]
    bodies += [(article, LoadedDocument("", pairs=(pair,))) for article, pair in rows]
    for article, body in bodies:
        passages = chunk(
            body,
            title=article.title,
            count_tokens=folder.embedder.count_tokens,
            max_tokens=folder.embedder.max_tokens - SPECIAL_TOKENS,
        )
        if passages:  # a file of rows alone has no body of its own
            yield ArticleDraft(article, passages, fingerprint)


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
