"""Brings a folder of documents into a client's knowledge: all of it at once, or none of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING

from ingest.reading import Folder, IngestRequest, Reading, read_folder
from ingest.report import IngestReport
from ingest.similar import find_contradictions, find_duplicates
from ingest.sources import IngestError, Limits, Rejection
from knowledge_base.models import ArticleDraft, ArticleId, PassageDraft, StoredSource, VersionNumber

if TYPE_CHECKING:
    from knowledge_base.factory import KnowledgeBase
    from knowledge_base.models import KnowledgeVersion
    from knowledge_base.publishing.index_builder import BuiltIndexes

Progress = Callable[[str, int, int], None]
"""Called with the phase (reading, embedding, publishing), how much is done and of how much."""

_SHOWN_REASONS = 3


def ingest(
    request: IngestRequest,
    knowledge_base: KnowledgeBase,
    *,
    limits: Limits | None = None,
    progress: Progress | None = None,
) -> IngestReport:
    """Read a folder, publish what it holds as a new version, and report.

    Unchanged files are neither read nor embedded; when nothing changed, the published version
    stays. A file that went in before and cannot be read now keeps its last good content. Raises
    `IngestError` when nothing can be published.
    """
    started = time.perf_counter()
    notify = progress or _ignore
    base = knowledge_base.publications.find_published(request.client_id)
    stored = _stored_sources(base, knowledge_base)
    folder = Folder(request, limits or Limits(), knowledge_base.embedder)
    reading = read_folder(folder, stored, lambda done, total: notify("reading", done, total))
    if not (reading.drafts or reading.kept):
        raise IngestError(_nothing_usable(request, reading.rejected))
    report = _changes(reading, stored)
    if base and _is_current(base, knowledge_base, report):
        report = replace(report, knowledge_version=base.number, passages=base.passages)
    else:
        base_number = base.number if base else None
        report = _publish(request, knowledge_base, reading, base_number, report, notify)
    return replace(report, seconds=time.perf_counter() - started)


def _ignore(_phase: str, _done: int, _total: int) -> None:
    return None


def _stored_sources(
    base: KnowledgeVersion | None, knowledge_base: KnowledgeBase
) -> Mapping[str, StoredSource]:
    if base is None:
        return {}
    sources = knowledge_base.versions.list_sources(base.client_id, base.number)
    return {source.path: source for source in sources}


def _publish(
    request: IngestRequest,
    knowledge_base: KnowledgeBase,
    reading: Reading,
    base: VersionNumber | None,
    report: IngestReport,
    notify: Progress,
) -> IngestReport:
    version, built = knowledge_base.publisher.publish_new(
        request.client_id,
        reading.drafts,
        list(reading.kept),
        base=base,
        progress=lambda done, total: notify("embedding", done, total),
    )
    notify("publishing", 1, 1)
    drafts = _as_drafts(built)
    return replace(
        report,
        knowledge_version=version.number,
        passages=version.passages,
        embedded=built.embedded,
        duplicates=find_duplicates(drafts),
        contradictions=find_contradictions(drafts, built.vectors, client_name=request.client_name),
    )


def _changes(reading: Reading, stored: Mapping[str, StoredSource]) -> IngestReport:
    before = {article for source in stored.values() for article in source.revisions.values()}
    drafted = {draft.article.id for draft in reading.drafts}
    kept = set(reading.kept.values())
    return IngestReport(
        knowledge_version=None,
        published=True,
        added=_ordered(drafted - before),
        changed=_ordered(drafted & before),
        unchanged=_ordered(kept),
        removed=_ordered(before - drafted - kept),
        rejected=reading.rejected,
    )


def _ordered(articles: Collection[ArticleId]) -> tuple[ArticleId, ...]:
    return tuple(sorted(articles))


def _is_current(
    base: KnowledgeVersion, knowledge_base: KnowledgeBase, report: IngestReport
) -> bool:
    is_same_model = base.embedding_model == knowledge_base.embedder.name
    return is_same_model and not (report.added or report.changed or report.removed)


def _nothing_usable(request: IngestRequest, rejected: Sequence[Rejection]) -> str:
    reasons = "; ".join(f"{each.path}: {each.reason}" for each in rejected[:_SHOWN_REASONS])
    more = len(rejected) - _SHOWN_REASONS
    rest = f"; and {more} more" if more > 0 else ""
    return (
        f"no file in {str(request.root)!r} could be read, so nothing was published: {reasons}{rest}"
    )


def _as_drafts(built: BuiltIndexes) -> list[ArticleDraft]:
    return [
        ArticleDraft(
            article=article,
            passages=tuple(PassageDraft(each.text, each.section, each.question) for each in group),
            fingerprint="",
        )
        for article, group in groupby(built.passages, key=lambda passage: passage.article)
    ]
