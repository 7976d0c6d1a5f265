from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest

from ingest.document import LoadedDocument, QuestionAnswer, UnreadableFileError
from ingest.metadata import (
    Manifest,
    read_manifest,
    read_sidecar,
    resolve_article,
    row_article,
    sidecar_for,
)
from ingest.sources import IngestError
from knowledge_base.models import Article, ArticleId, ArticleKind, Audience
from tests.unit.hostile_files import BILLION_LAUGHS, fifo, write

INTERNAL, PUBLIC = Audience.INTERNAL, Audience.PUBLIC


def resolve(
    name: str = "faq/returns.md",
    document: LoadedDocument | None = None,
    *,
    front: Mapping[str, object] | None = None,
    entry: Mapping[str, object] | None = None,
    defaults: Mapping[str, object] | None = None,
    sidecar: Mapping[str, object] | None = None,
    overrides: Mapping[str, object] | None = None,
) -> Article:
    return resolve_article(
        name,
        document or LoadedDocument("text", metadata=front or {}),
        Manifest(defaults or {}, {name: entry or {}}),
        sidecar,
        overrides or {},
    )


class TestMerging:
    def test_each_source_yields_to_the_stronger_ones(self) -> None:
        layers: dict[str, Mapping[str, object]] = {
            "defaults": {"language": "de"},
            "overrides": {"language": "fr"},
            "front": {"language": "es"},
            "entry": {"language": "it"},
            "sidecar": {"language": "pt"},
        }
        given: dict[str, Mapping[str, object]] = {}
        languages = [resolve().language]
        for name, layer in layers.items():
            given[name] = layer
            languages.append(resolve(**given).language)  # type: ignore[arg-type]

        assert languages == ["en", "de", "fr", "es", "it", "pt"]

    def test_all_fields_are_read(self) -> None:
        article = resolve(
            front={
                "id": "returns",
                "title": "Returns  policy",
                "kind": "Policy",
                "audience": "Internal",
                "language": "pt-BR",
                "effective-from": "2026-01-01",
                "Effective Until": "2026-12-31",
                "verbatim": "yes",
                "tags": ["returns", "refunds", "returns"],
                "source_url": "https://larkspur.example.com/returns",
            }
        )

        assert article == Article(
            id=ArticleId("returns"),
            title="Returns policy",
            kind=ArticleKind.POLICY,
            audience=INTERNAL,
            language="pt-BR",
            effective_from=date(2026, 1, 1),
            effective_until=date(2026, 12, 31),
            verbatim=True,
            tags=("returns", "refunds"),
            source_url="https://larkspur.example.com/returns",
            path="faq/returns.md",
        )

    def test_values_of_yaml_types_are_read_like_texts(self) -> None:
        front: dict[str, object] = {"verbatim": False, "effective_from": date(2026, 1, 1), "id": 7}
        article = resolve(front=front)

        assert (article.verbatim, article.effective_from) == (False, date(2026, 1, 1))
        assert article.id == "7"

    @pytest.mark.parametrize("unset", ["", "~", "null", None])
    def test_an_empty_value_leaves_the_field_to_the_next_source(self, unset: object) -> None:
        assert resolve(sidecar={"language": unset}, front={"language": "fr"}).language == "fr"

    def test_tags_may_be_one_text_with_commas(self) -> None:
        assert resolve(front={"tags": "returns, refunds,"}).tags == ("returns", "refunds")


class TestDefaults:
    @pytest.mark.parametrize(
        ("name", "slug"),
        [
            ("faq/Returns & Refunds (v2).md", "faq/returns-refunds-v2"),
            ("Café Gutscheine.pdf", "cafe-gutscheine"),
            ("a.b/prices.2026.xlsx", "a-b/prices-2026"),
        ],
    )
    def test_the_id_is_made_of_the_path(self, name: str, slug: str) -> None:
        assert resolve(name).id == slug

    def test_a_name_without_latin_letters_gets_an_id_of_its_own(self) -> None:
        one, other = resolve("返品.md").id, resolve("配送.md").id

        assert one.startswith("article-")
        assert one != other

    def test_a_long_name_gets_a_valid_id(self) -> None:
        first, second = resolve("x/" * 150 + "a.md").id, resolve("x/" * 150 + "b.md").id

        assert len(first) == 200
        assert first != second

    @pytest.mark.parametrize(
        ("document", "title"),
        [
            (LoadedDocument("# Heading", title=" Own\ntitle "), "Own title"),
            (LoadedDocument("text\n\n## The **second** level\n\n# First"), "The second level"),
            (LoadedDocument("text"), "Gift cards faq"),
        ],
    )
    def test_the_title_is_that_of_the_document_its_heading_or_its_name(
        self, document: LoadedDocument, title: str
    ) -> None:
        assert resolve("x/gift_cards-faq.md", document).title == title

    def test_an_article_that_says_nothing_is_a_public_english_faq(self) -> None:
        article = resolve()

        assert (article.kind, article.audience, article.language) == (ArticleKind.FAQ, PUBLIC, "en")
        assert not article.verbatim


class TestAudience:
    @pytest.mark.parametrize("kind", ["script", "procedure"])
    def test_what_is_written_for_agents_is_internal(self, kind: str) -> None:
        assert resolve(front={"kind": kind}).audience is INTERNAL

    @pytest.mark.parametrize(
        "name", ["Internal/a.md", "faq/agents/a.md", "staff.md", "private/x.md"]
    )
    def test_a_path_that_speaks_of_agents_makes_the_article_internal(self, name: str) -> None:
        assert resolve(name).audience is INTERNAL

    def test_a_title_that_begins_with_internal_makes_the_article_internal(self) -> None:
        assert resolve(front={"title": "Internal: refund codes"}).audience is INTERNAL

    @pytest.mark.parametrize("title", ["International delivery", "Our internal quality checks"])
    def test_other_titles_do_not(self, title: str) -> None:
        assert resolve("faq/internals.md", front={"title": title}).audience is PUBLIC

    @pytest.mark.parametrize("source", ["sidecar", "entry", "front"])
    def test_what_is_said_of_the_article_itself_always_wins(self, source: str) -> None:
        given = {source: {"audience": "public", "kind": "script", "title": "Internal"}}

        assert resolve("internal/a.md", **given).audience is PUBLIC  # type: ignore[arg-type]

    @pytest.mark.parametrize("source", ["overrides", "defaults"])
    def test_a_default_for_the_folder_does_not_publish_what_looks_internal(
        self, source: str
    ) -> None:
        given = {source: {"audience": "public"}}

        assert resolve("internal/a.md", **given).audience is INTERNAL  # type: ignore[arg-type]

    def test_a_default_for_the_folder_makes_ordinary_articles_internal(self) -> None:
        assert resolve(overrides={"audience": "internal"}).audience is INTERNAL


class TestWrongValues:
    @pytest.mark.parametrize(
        ("name", "value", "reason"),
        [
            ("audience", "customers", "use one of: public, internal"),
            ("kind", "article", "use one of: script, policy, faq, procedure"),
            ("effective_from", "31.12.2026", "write it as 2027-12-31"),
            ("effective_until", "2026-02-30", "is no date"),
            ("verbatim", "maybe", "neither true nor false"),
            ("language", "English", "no language code"),
            ("id", "../escape", "is no id"),
            ("id", "x" * 201, "is no id"),
            ("title", ["a", "b"], "not a single text"),
            ("source_url", "javascript:alert(1)", "no web address"),
        ],
    )
    def test_a_value_is_refused_with_its_field_its_source_and_a_hint(
        self, name: str, value: object, reason: str
    ) -> None:
        with pytest.raises(UnreadableFileError) as caught:
            resolve(front={name: value})

        assert caught.value.place == name
        assert "the file itself gives" in caught.value.reason
        assert reason in caught.value.reason

    def test_an_end_before_the_beginning_is_refused_across_sources(self) -> None:
        with pytest.raises(UnreadableFileError, match="before it begins") as caught:
            resolve(
                front={"effective_from": "2026-05-01"}, sidecar={"effective_until": "2026-04-30"}
            )

        assert caught.value.place == "effective_until"

    def test_one_day_is_a_window(self) -> None:
        day = "2026-05-01"
        article = resolve(front={"effective_from": day, "effective_until": day})

        assert article.effective_from == article.effective_until == date(2026, 5, 1)

    @pytest.mark.parametrize("misspelt", ["audeince", "Audiance", "verbatm", "effective_form"])
    def test_a_misspelt_field_in_front_matter_is_refused(self, misspelt: str) -> None:
        with pytest.raises(UnreadableFileError, match="did you mean") as caught:
            resolve(front={misspelt: "internal"})

        assert caught.value.place == misspelt.lower()

    @pytest.mark.parametrize("foreign", ["author", "layout", "description", "draft", "source"])
    def test_a_field_of_another_tool_in_front_matter_is_ignored(self, foreign: str) -> None:
        assert resolve(front={foreign: "anything"}) == resolve()


class TestRows:
    base = Article(
        id=ArticleId("faq/quick"),
        title="Quick answers",
        tags=("quick",),
        effective_from=date(2026, 1, 1),
        path="faq/quick.csv",
    )

    def row(self, **metadata: str) -> Article | None:
        pair = QuestionAnswer("How long?", "Two days.", metadata, place="line 7")
        return row_article(self.base, pair)

    def test_a_row_without_metadata_is_no_article(self) -> None:
        assert self.row() is None

    def test_a_row_with_an_id_is_an_article_below_that_of_the_file(self) -> None:
        article = self.row(id="delivery", audience="internal", verbatim="yes")

        assert article is not None
        assert article.id == "faq/quick/delivery"
        assert article.title == "How long?"
        assert (article.audience, article.verbatim) == (INTERNAL, True)
        assert (article.tags, article.effective_from) == (("quick",), date(2026, 1, 1))
        assert article.path == "faq/quick.csv"

    def test_a_row_without_an_id_is_named_after_its_question(self) -> None:
        article = self.row(audience="internal")

        assert article is not None
        assert article.id == "faq/quick/how-long"

    def test_a_row_that_is_a_script_is_internal(self) -> None:
        article = self.row(kind="script")

        assert article is not None
        assert article.audience is INTERNAL

    @pytest.mark.parametrize("column", ["audience", "effective_until", "id"])
    def test_a_wrong_value_is_refused_with_the_place_of_the_row(self, column: str) -> None:
        with pytest.raises(UnreadableFileError) as caught:
            self.row(**{column: "no such/ value!"})

        assert caught.value.place == f"line 7, column {column!r}"


class TestManifest:
    def read(self, root: Path, text: str) -> Manifest:
        write(root / "faq" / "a.md", "text")
        write(root / "manifest.yaml", text)
        return read_manifest(root)

    def test_a_folder_without_one_has_an_empty_manifest(self, tmp_path: Path) -> None:
        assert read_manifest(tmp_path) == Manifest()

    def test_defaults_and_entries_are_read(self, tmp_path: Path) -> None:
        manifest = self.read(
            tmp_path,
            "defaults: {language: no}\n"
            "articles:\n  - path: ./faq/a.md\n    id: 007\n    Tags: [x]\n",
        )

        assert manifest.defaults == {"language": "no"}
        assert manifest.entries == {"faq/a.md": {"id": "007", "tags": ["x"]}}

    def test_a_single_file_uses_the_manifest_beside_it(self, tmp_path: Path) -> None:
        self.read(tmp_path, "articles: [{path: faq/a.md}]")
        write(tmp_path / "b.md", "text")

        assert "faq/a.md" in read_manifest(tmp_path / "b.md").entries

    def test_what_it_says_of_one_file_does_not_depend_on_the_others(self, tmp_path: Path) -> None:
        manifest = self.read(
            tmp_path, "defaults: {language: fr}\narticles: [{path: faq/a.md, id: a}]"
        )

        assert manifest.describes("faq/a.md") == {
            "defaults": {"language": "fr"},
            "entry": {"id": "a"},
        }
        assert manifest.describes("b.md") == {"defaults": {"language": "fr"}, "entry": {}}

    @pytest.mark.parametrize("text", ["", "# nothing yet\n", "defaults:\narticles:\n"])
    def test_an_empty_one_is_as_good_as_none(self, tmp_path: Path, text: str) -> None:
        assert self.read(tmp_path, text) == Manifest()

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            (
                "articles: [{path: faq/a.md, audeince: x}]",
                r"entry 1 \('faq/a.md'\).*mean 'audience'",
            ),
            ("articles: [{path: faq/a.md, colour: x}]", "'colour' is unknown; use audience"),
            ("defaults: {tilte: x}", "defaults: the field 'tilte' is unknown"),
            ("defaults: [x]", "defaults: is no list of"),
            ("article: []", "'article' is unknown"),
            ("articles: [{id: a}]", "entry 1 has no 'path'"),
            ("articles: {faq/a.md: x}", "'articles' is no list"),
            ("articles: [{path: faq/b.md}]", "'faq/b.md'.*names no file"),
            ("articles: [{path: ../manifest.yaml}]", "names no file"),
            ("articles: [{path: faq/a.md}, {path: ./faq/a.md}]", "entry 2.*there twice"),
            ("articles:\n  - path: [unclosed\n", "line 3: is not valid YAML"),
            ("defaults: {id: a}\ndefaults: {id: b}", "line 2: .*'defaults' is given twice"),
            ("defaults: &a {tags: x}\narticles: *a", "line 1: uses"),
            ("[" * 5000, "nested too deeply"),
            ("just a text", "line 1: is not a list of"),
        ],
    )
    def test_a_mistake_is_an_error_that_names_its_place(
        self, tmp_path: Path, text: str, message: str
    ) -> None:
        with pytest.raises(IngestError, match=f"manifest.yaml: .*{message}"):
            self.read(tmp_path, text)


class TestSidecars:
    @pytest.mark.parametrize("suffix", [".meta.yaml", ".meta.yml"])
    def test_a_sidecar_bears_the_full_name_of_its_file(self, tmp_path: Path, suffix: str) -> None:
        article = write(tmp_path / "returns.pdf", "text")
        sidecar = write(tmp_path / f"returns.pdf{suffix}", "Audience: internal\n")

        assert sidecar_for(article) == sidecar
        assert read_sidecar(article) == {"audience": "internal"}

    def test_a_file_without_one_says_nothing(self, tmp_path: Path) -> None:
        article = write(tmp_path / "returns.pdf", "text")

        assert sidecar_for(article) is None
        assert read_sidecar(article) == {}

    @pytest.mark.parametrize(
        ("text", "reason"),
        [
            ("colour: green", "'colour' is unknown"),
            ("audience: [internal", "is not valid YAML"),
            (f"title: {'x' * 70_000}", "at most 64 kB"),
            ("a: &x [1]\nb: *x", "not allowed"),
            (BILLION_LAUGHS, "is not"),
        ],
    )
    def test_a_broken_one_is_refused_by_name(self, tmp_path: Path, text: str, reason: str) -> None:
        article = write(tmp_path / "a.pdf", "text")
        write(tmp_path / "a.pdf.meta.yaml", text)

        with pytest.raises(UnreadableFileError, match=reason) as caught:
            read_sidecar(article)
        assert caught.value.place.startswith("a.pdf.meta.yaml")

    def test_a_pipe_in_its_place_is_not_opened(self, tmp_path: Path) -> None:
        article = write(tmp_path / "a.pdf", "text")
        fifo(tmp_path / "a.pdf.meta.yaml")

        with pytest.raises(UnreadableFileError, match="no regular file"):
            read_sidecar(article)
