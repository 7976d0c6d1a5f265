"""Decides what an article is: merges what the manifest, sidecars and the files themselves say.

Strongest first: the sidecar, the manifest's entry, the front matter, the defaults of the command
line, the defaults of the manifest, and what the file's name and content suggest.
"""

from __future__ import annotations

import hashlib
import re
import stat
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import TypeVar

from ingest import values
from ingest.audience import AGENTS_ONLY, decide_audience
from ingest.document import LoadedDocument, QuestionAnswer, UnreadableFileError
from ingest.loaders.encoding import decode_text
from ingest.loaders.fields import METADATA_FIELDS, UNREAD_AUDIENCE, field_name, near_field
from ingest.loaders.markup import first_heading
from ingest.loaders.yaml_text import read_mapping
from ingest.sources import MANIFEST_NAME, SIDECAR_SUFFIXES, IngestError
from knowledge_base.models import Article, ArticleId, ArticleKind, Audience

Fields = Mapping[str, object]
Parsed = TypeVar("Parsed")

_LARGEST_MANIFEST_BYTES = 2 * 2**20
_LARGEST_SIDECAR_BYTES = 2**16
_LONGEST_ROW_ID = 80
_UNSET = {"", "~", "null"}


@dataclass(frozen=True)
class Manifest:
    """What the manifest says: of every article, and of each by its path below the root."""

    defaults: Fields = field(default_factory=dict)
    entries: Mapping[str, Fields] = field(default_factory=dict)

    def describes(self, name: str) -> dict[str, Fields]:
        """Gather all that the manifest says about one file."""
        return {"defaults": self.defaults, "entry": self.entries.get(name, {})}


@dataclass(frozen=True)
class _Layer:
    """One place where an article is described; `label` is its name in messages."""

    label: str
    fields: Fields


def read_manifest(root: Path) -> Manifest:
    """Read the manifest of a folder, or the one beside a single file; an empty one if none.

    Raises:
        IngestError: naming the line, or the entry and field, that is wrong.
    """
    path = (root if root.is_dir() else root.parent) / MANIFEST_NAME
    if not path.exists():
        return Manifest()
    try:
        content = read_mapping(_read_small(path, _LARGEST_MANIFEST_BYTES))
    except UnreadableFileError as error:
        raise IngestError(f"{MANIFEST_NAME}: {error}") from error
    unknown = sorted(set(content) - {"defaults", "articles"})
    if unknown:
        raise IngestError(
            f"{MANIFEST_NAME}: {unknown[0]!r} is unknown; it holds 'defaults' and 'articles' alone"
        )
    defaults = _manifest_fields(content.get("defaults") or {}, "defaults")
    return Manifest(defaults, _manifest_entries(content.get("articles") or [], path.parent))


def _manifest_entries(listed: object, folder: Path) -> dict[str, Fields]:
    if not isinstance(listed, list):
        raise IngestError(f"{MANIFEST_NAME}: 'articles' is no list; begin each entry with '- path'")
    entries: dict[str, Fields] = {}
    for number, entry in enumerate(listed, start=1):
        place = f"articles, entry {number}"
        if not isinstance(entry, dict) or not isinstance(entry.get("path"), str):
            raise IngestError(f"{MANIFEST_NAME}: {place} has no 'path'; name the file there")
        name = str(PurePosixPath(entry["path"]))
        place += f" ({name!r})"
        if name in entries:
            raise IngestError(f"{MANIFEST_NAME}: {place} is there twice; keep one of the two")
        if ".." in PurePosixPath(name).parts or not (folder / name).exists():
            raise IngestError(
                f"{MANIFEST_NAME}: {place} names no file in the folder; correct or delete it"
            )
        described = {key: value for key, value in entry.items() if key != "path"}
        entries[name] = _manifest_fields(described, place)
    return entries


def _manifest_fields(content: object, place: str) -> Fields:
    try:
        return _known_fields(content)
    except UnreadableFileError as error:
        raise IngestError(f"{MANIFEST_NAME}: {place}: {error}") from error


def _known_fields(content: object) -> Fields:
    """Check names that only we give a meaning: any unknown one is a mistake."""
    if not isinstance(content, Mapping):
        raise UnreadableFileError("is no list of 'name: value' lines; write one a line")
    fields = {field_name(str(key)): value for key, value in content.items()}
    unknown = sorted(set(fields) - METADATA_FIELDS)
    if unknown:
        near = near_field(unknown[0])
        hint = f"did you mean {near!r}?" if near else f"use {', '.join(sorted(METADATA_FIELDS))}"
        raise UnreadableFileError(f"the field {unknown[0]!r} is unknown; {hint}")
    return fields


def _read_small(path: Path, limit: int) -> str:
    status = path.stat()
    if not stat.S_ISREG(status.st_mode) or status.st_size > limit:
        raise UnreadableFileError(f"is no regular file of at most {limit // 1024} kB")
    return decode_text(path.read_bytes())


def sidecar_for(path: Path) -> Path | None:
    """Find the sidecar beside an article file: `returns.pdf.meta.yaml` for `returns.pdf`."""
    candidates = (path.with_name(path.name + suffix) for suffix in SIDECAR_SUFFIXES)
    return next((sidecar for sidecar in candidates if sidecar.exists()), None)


def read_sidecar(path: Path) -> Fields:
    """Read what the sidecar of an article file says; nothing when it has none.

    Raises:
        UnreadableFileError: for a broken sidecar or an unknown field; the place names the sidecar.
    """
    sidecar = sidecar_for(path)
    if sidecar is None:
        return {}
    try:
        return _known_fields(read_mapping(_read_small(sidecar, _LARGEST_SIDECAR_BYTES)))
    except UnreadableFileError as error:
        place = f"{sidecar.name} {error.place}".strip()
        raise UnreadableFileError(error.reason, place) from error


def resolve_article(
    name: str,
    document: LoadedDocument,
    manifest: Manifest,
    sidecar: Fields | None,
    overrides: Fields,
) -> Article:
    """Describe the article in the file `name`, from the strongest source of each field.

    `overrides` are the defaults of the command line.

    Raises:
        UnreadableFileError: for a value that makes no sense; the place is the field.
    """
    own = [
        _Layer("the sidecar", sidecar or {}),
        _Layer(MANIFEST_NAME, manifest.entries.get(name, {})),
        _Layer("the file itself", _front_matter(document.metadata)),
    ]
    defaults = [
        _Layer("the defaults given for this run", overrides),
        _Layer(f"the defaults of {MANIFEST_NAME}", manifest.defaults),
    ]
    layers = [*own, *defaults]
    stem = str(PurePosixPath(name).with_suffix(""))
    title = _pick(layers, "title", values.text) or _own_title(name, document)
    kind = _pick(layers, "kind", values.one_of(ArticleKind)) or ArticleKind.FAQ
    stated = _pick(own, "audience", values.one_of(Audience))
    default = _pick(defaults, "audience", values.one_of(Audience))
    audience = decide_audience(stated, default, path=name, title=title, kind=kind)
    if audience is Audience.PUBLIC and stated is None:
        _refuse_unread_audience(document)
    article = Article(
        id=ArticleId(_pick(layers, "id", values.article_id) or _slug(stem)),
        title=title,
        kind=kind,
        audience=audience,
        language=_pick(layers, "language", values.language) or "en",
        path=name,
    )
    return _with_details(article, layers)


def row_article(base: Article, pair: QuestionAnswer) -> Article | None:
    """Describe a row that has metadata of its own as an article; None for any other row.

    Its id is `<base id>/<row id>`; fields that the row leaves open are those of the file.

    Raises:
        UnreadableFileError: for a value that makes no sense; the place is that of the row.
    """
    if not pair.metadata:
        return None
    layers = [_Layer(f"column of {base.path}", pair.metadata)]
    try:
        row_id = _pick(layers, "id", lambda value: values.article_id(f"{base.id}/{value}"))
        slug = _slug(pair.question.replace("/", " "), longest=_LONGEST_ROW_ID)
        kind = _pick(layers, "kind", values.one_of(ArticleKind)) or base.kind
        implied = Audience.INTERNAL if kind in AGENTS_ONLY - {base.kind} else base.audience
        article = replace(
            base,
            id=ArticleId(row_id or f"{base.id}/{slug}"),
            title=_pick(layers, "title", values.text) or pair.question,
            kind=kind,
            audience=_pick(layers, "audience", values.one_of(Audience)) or implied,
            language=_pick(layers, "language", values.language) or base.language,
        )
        return _with_details(article, layers)
    except UnreadableFileError as error:
        place = f"{pair.place}, column {error.place!r}" if error.place else pair.place
        raise UnreadableFileError(error.reason, place) from error


def _with_details(article: Article, layers: Sequence[_Layer]) -> Article:
    """Set the fields that keep their value where no layer speaks of them."""
    verbatim = _pick(layers, "verbatim", values.yes_or_no)
    detailed = replace(
        article,
        effective_from=_pick(layers, "effective_from", values.day) or article.effective_from,
        effective_until=_pick(layers, "effective_until", values.day) or article.effective_until,
        verbatim=article.verbatim if verbatim is None else verbatim,
        tags=_pick(layers, "tags", values.tags) or article.tags,
        source_url=_pick(layers, "source_url", values.web_address) or article.source_url,
    )
    start, end = detailed.effective_from, detailed.effective_until
    if start and end and end < start:
        raise UnreadableFileError(
            f"the article ends on {end}, before it begins on {start}; correct one of the two",
            "effective_until",
        )
    return detailed


def _pick(layers: Sequence[_Layer], name: str, parse: Callable[[object], Parsed]) -> Parsed | None:
    """Parse a field as the strongest layer gives it; None where no layer does."""
    for layer in layers:
        value = layer.fields.get(name)
        if value is None or str(value).strip().lower() in _UNSET:
            continue
        try:
            return parse(value)
        except ValueError as error:
            raise UnreadableFileError(
                f"{layer.label} gives {str(value)!r}, {error}", name
            ) from error
    return None


def _front_matter(metadata: Fields) -> Fields:
    """Take our fields; other tools have keys of their own there, unless ours was meant."""
    fields = {field_name(key): value for key, value in metadata.items()}
    for name in fields.keys() - METADATA_FIELDS:
        near = near_field(name)
        if near and near not in fields:
            raise UnreadableFileError(
                f"the front matter has the field {name!r}; did you mean {near!r}?", name
            )
    return fields


def _own_title(name: str, document: LoadedDocument) -> str:
    """Take the title that the document gives itself, its first heading, or its file's name."""
    if document.title.strip():
        return values.text(document.title)
    heading = first_heading(document.markdown, deepest=6)
    if heading:
        return heading
    words = re.sub(r"[\s_-]+", " ", PurePosixPath(name).stem).strip()
    return words[:1].upper() + words[1:] or name


def _refuse_unread_audience(document: LoadedDocument) -> None:
    """Keep out what could be internal by words that are not read as metadata."""
    if UNREAD_AUDIENCE in document.metadata:
        raise UnreadableFileError(
            "speaks of its audience in a form that is not read; write 'audience' as front matter "
            f"between two '---' lines, in a sidecar or in {MANIFEST_NAME}",
            str(document.metadata[UNREAD_AUDIENCE]),
        )


def _slug(name: str, longest: int = values.LONGEST_ID) -> str:
    """Make an id of a path or a question; one with nothing to keep gets a digest."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    parts = (re.sub(r"[^a-z0-9]+", "-", part).strip("-") for part in plain.split("/"))
    slug = "/".join(filter(None, parts))
    digest = hashlib.sha256(name.encode()).hexdigest()[:12]
    if len(slug) > longest:
        return f"{slug[: longest - len(digest) - 1]}-{digest}"
    return slug or f"article-{digest}"
