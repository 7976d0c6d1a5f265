"""Who may read an article is decided by what is said of it, then by what it looks like."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.audience import decide_audience
from ingest.document import UnreadableFileError
from ingest.loaders import load_file
from ingest.metadata import Manifest, resolve_article
from ingest.sources import Limits
from knowledge_base.models import Article, ArticleKind, Audience
from tests.unit.hostile_files import pdf_lines, word, write

INTERNAL, PUBLIC = Audience.INTERNAL, Audience.PUBLIC
ANYONES = {"path": "faq/returns.md", "title": "Returns", "kind": ArticleKind.FAQ}
LOOKS_INTERNAL = [
    {"path": "internal/returns.md"},
    {"path": "faq/Staff only/returns.md"},
    {"path": "Internal-docs/returns.md"},
    {"path": "01_private notes/returns.md"},
    {"path": "faq/Agents guide.md"},
    {"title": "Internal: refund codes"},
    {"kind": ArticleKind.SCRIPT},
    {"kind": ArticleKind.PROCEDURE},
]


def decide(stated: Audience | None, default: Audience | None, **looks: object) -> Audience:
    return decide_audience(stated, default, **(ANYONES | looks))  # type: ignore[arg-type]


def article_of(path: Path, **sidecar: object) -> Article:
    document = load_file(path, Limits())
    return resolve_article(path.name, document, Manifest(), sidecar, {})


class TestDecision:
    @pytest.mark.parametrize("looks", LOOKS_INTERNAL)
    def test_what_is_stated_beats_path_title_and_kind(self, looks: dict[str, object]) -> None:
        assert decide(PUBLIC, INTERNAL, **looks) is PUBLIC

    @pytest.mark.parametrize("default", [None, PUBLIC, INTERNAL])
    @pytest.mark.parametrize("looks", LOOKS_INTERNAL)
    def test_no_default_publishes_what_looks_internal(
        self, looks: dict[str, object], default: Audience | None
    ) -> None:
        assert decide(None, default, **looks) is INTERNAL

    @pytest.mark.parametrize(
        "looks",
        [
            {"path": "internals/a.md"},
            {"path": "faq/International.md"},
            {"path": "our staff/a.md"},
            {"title": "Internationally valid"},
        ],
    )
    def test_other_articles_are_public_unless_the_default_says_otherwise(
        self, looks: dict[str, object]
    ) -> None:
        assert decide(None, None, **looks) is PUBLIC
        assert decide(None, INTERNAL, **looks) is INTERNAL
        assert decide(INTERNAL, PUBLIC, **looks) is INTERNAL


class TestRead:
    @pytest.mark.parametrize(
        ("name", "content"),
        [
            ("a.md", "\n \n---\naudience: internal\n---\nCodes."),
            ("a.md", "\ufeff---\naudience: internal\n---\nCodes."),
            ("a.md", "\n\ufeff---\naudience: internal\n---\nCodes."),
            ("a.txt", "---\nAudience: internal\n---\n\nCodes."),
            ("a.html", "<head><meta name='audience' content='internal'></head><p>Codes."),
            ("a.html", "<meta name='Audience' content=' Internal '><p>Codes."),
        ],
    )
    def test_metadata_of_the_file_decides(self, tmp_path: Path, name: str, content: str) -> None:
        assert article_of(write(tmp_path / name, content)).audience is INTERNAL

    def test_front_matter_of_plain_text_is_no_part_of_it(self, tmp_path: Path) -> None:
        document = load_file(
            write(tmp_path / "a.txt", "---\ntitle: Codes\n---\n\nQ: Is it free?\nA: Yes."), Limits()
        )

        assert (document.title, document.markdown) == ("Codes", "")
        assert [pair.place for pair in document.pairs] == ["line 5"]

    def test_a_line_of_late_front_matter_is_named_as_it_stands_in_the_file(
        self, tmp_path: Path
    ) -> None:
        with pytest.raises(UnreadableFileError, match="given twice") as caught:
            load_file(write(tmp_path / "a.md", "\n\n---\nid: a\nid: b\n---\nText"), Limits())

        assert caught.value.place == "line 5"

    def test_fields_that_no_page_gives_by_chance_are_read(self, tmp_path: Path) -> None:
        page = (
            "<meta name='effective-until' content='2027-01-31'><meta name='id' content=''>"
            "<meta name='language' content='English'><p>Text"
        )
        article = article_of(write(tmp_path / "a.html", page))

        assert (str(article.effective_until), article.language) == ("2027-01-31", "en")
        assert article.id == "a"

    def test_a_page_that_gives_two_audiences_is_refused(self, tmp_path: Path) -> None:
        page = "".join(f"<meta name='audience' content='{one}'>" for one in Audience) + "<p>Text"

        with pytest.raises(UnreadableFileError, match="two values"):
            load_file(write(tmp_path / "a.html", page), Limits())


class TestNotRead:
    @pytest.mark.parametrize(
        ("name", "content", "place"),
        [
            ("a.md", '+++\naudience = "internal"\n+++\nCodes.', "line 2"),
            ("a.md", "audience: internal\n\nCodes.", "line 1"),
            ("a.md", "# Codes\n\n**Audience**: agents of the night shift\n", "line 3"),
            ("a.md", "\n" * 40 + "audience: internal\n\nCodes.", "line 41"),
            ("a.md", "---\nid: x\nnote:\n  audience: internal\n---\nCodes.", "line 4"),
            ("a.md", "---\nid: x\n---\n<!-- audience: internal -->\nCodes.", "line 4"),
            ("a.md", "id: x, audience: internal\n\nCodes.", "line 1"),
            ("a.txt", "Audience = internal\n\nQ: Is it free?\nA: Yes.", "line 1"),
            ("a.csv", "# audience: internal\nquestion,answer\nIs it free?,Yes.", "line 1"),
            ("a.html", "<body><p>Codes.</p><!-- audience: internal --></body>", "a comment"),
            ("a.html", "<meta itemprop='audience' content='internal'><p>Codes.", "<head>"),
            ("a.html", "<head><script>audience = 'internal'</script></head><p>Codes.", "<head>"),
            ("a.html", "<p>Audience: internal</p><p>Codes.</p>", "line 1"),
        ],
    )
    def test_an_audience_in_another_form_is_refused_unless_it_is_stated(
        self, tmp_path: Path, name: str, content: str, place: str
    ) -> None:
        path = write(tmp_path / name, content)

        with pytest.raises(UnreadableFileError, match=r"sidecar or in manifest\.yaml") as caught:
            article_of(path)

        assert caught.value.place == place
        assert article_of(path, audience="public").audience is PUBLIC

    def test_a_document_or_a_pdf_that_speaks_of_its_audience_is_refused(
        self, tmp_path: Path
    ) -> None:
        line = "Audience: internal"
        files = [
            word(tmp_path / "a.docx", ("Normal", line), ("Normal", "Codes.")),
            pdf_lines(tmp_path / "a.pdf", [[(70, 90, "Helvetica", 11, line)]]),
        ]

        for path in files:
            with pytest.raises(UnreadableFileError, match="speaks of its audience"):
                article_of(path)

    @pytest.mark.parametrize(
        "content",
        [
            "Our audience: families who rent. We welcome them.",
            "Text.\n" * 20 + "audience: internal",
            "The internal audience = nobody knows.",
        ],
    )
    def test_text_that_only_mentions_an_audience_goes_in(
        self, tmp_path: Path, content: str
    ) -> None:
        assert article_of(write(tmp_path / "a.md", content)).audience is PUBLIC
