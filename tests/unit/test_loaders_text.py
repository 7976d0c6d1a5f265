# ruff: noqa: RUF001 - typographic signs are what these tests are about

from pathlib import Path

import pytest

from ingest.document import LoadedDocument, QuestionAnswer, UnreadableFileError
from ingest.loaders import load_file
from ingest.loaders.encoding import decode_text
from ingest.loaders.plain import read_plain
from ingest.sources import Limits
from tests.unit.hostile_files import write

GERMAN = "Die Rückgabe ist innerhalb von 30 Tagen möglich. Größere Möbel holen wir für 25 € ab."
CZECH = "Příliš žluťoučký kůň úpěl ďábelské ódy. Vrácení zboží je možné do třiceti dnů."
TURKISH = "İade otuz gün içinde mümkündür. Lütfen müşteri hizmetlerine başvurun."


def load(path: Path, content: str | bytes) -> LoadedDocument:
    return load_file(write(path, content), Limits())


class TestEncoding:
    @pytest.mark.parametrize(
        ("text", "encoding"),
        [
            ("Tea costs £4 – naïve?", "utf-8"),
            ("Tea costs £4 – naïve?", "utf-8-sig"),
            ("Tea costs £4 – naïve?", "utf-16"),
            ("Tea costs £4 – naïve?", "utf-32"),
            ("Delivery costs £5.", "cp1252"),
            ("“Quoted” it’s 30°C, ½ price ©2026 – naïve café", "cp1252"),
            (GERMAN, "cp1252"),
            (CZECH, "cp1250"),
            ("返品は30日以内に可能です。お問い合わせください。", "shift_jis"),
        ],
    )
    def test_text_is_decoded_where_its_encoding_is_sure(self, text: str, encoding: str) -> None:
        assert decode_text(text.encode(encoding)) == text

    @pytest.mark.parametrize(
        ("text", "encoding"), [(TURKISH, "cp1254"), ("L’été coûte 5 €", "mac_roman")]
    )
    def test_text_that_two_encodings_could_be_is_refused(self, text: str, encoding: str) -> None:
        with pytest.raises(UnreadableFileError, match="save it as UTF-8"):
            decode_text(text.encode(encoding))

    def test_utf8_with_a_few_broken_bytes_is_refused_by_line(self) -> None:
        with pytest.raises(UnreadableFileError, match="not valid UTF-8") as caught:
            decode_text("one\nCafé, 5 €\nthree ".encode() + b"\xe9\n")

        assert caught.value.place == "line 3"

    @pytest.mark.parametrize("bad", ["\0", "\x1b", "\x7f", "\N{REPLACEMENT CHARACTER}"])
    def test_a_character_that_is_no_text_is_refused_by_line(self, bad: str) -> None:
        with pytest.raises(UnreadableFileError, match=f"U.{ord(bad):04X}") as caught:
            decode_text(f"one\r\ntwo {bad}".encode())

        assert caught.value.place == "line 2"

    def test_every_line_end_becomes_a_line_feed(self) -> None:
        assert decode_text(b"a\r\nb\rc\fd") == "a\nb\nc\nd"


class TestMarkdown:
    def test_front_matter_is_taken_off_and_the_body_kept_as_it_is(self, tmp_path: Path) -> None:
        body = "# Heading\n\ntext  \n<div>*as* it is</div>\n"
        document = load(tmp_path / "a.md", f"---\ntitle: Title\nid: 007\n---\n\n{body}")

        assert document == LoadedDocument(body, "Title", {"title": "Title", "id": "007"})

    @pytest.mark.parametrize(
        ("body", "title"),
        [
            ("text\n\n#  The **first** `one` ##\n\n# Second", "The first one"),
            ("```\n# code\n```\n\n# Real", "Real"),
            ("## Only second level", ""),
            ("#hashtag", ""),
            ("# Learn C# ", "Learn C#"),
            ("# " + " " * 40_000 + "far", "far"),
            ("# a" + "_" * 40_000 + "b", "a"),
        ],
    )
    def test_without_a_title_the_first_heading_is_it(
        self, tmp_path: Path, body: str, title: str
    ) -> None:
        assert load(tmp_path / "a.md", body).title == title

    @pytest.mark.parametrize(
        "body", ["---\n\nA rule, then text.\n\n---\n\nMore.", "---\nNo field."]
    )
    def test_a_rule_at_the_top_is_not_front_matter(self, tmp_path: Path, body: str) -> None:
        assert load(tmp_path / "a.md", body) == LoadedDocument(body)

    @pytest.mark.parametrize(
        ("text", "place", "reason"),
        [
            ('---\nid: a\ntitle: "x\n---\ntext', "line 4", "not valid YAML"),
            ("---\n# note\nid: a\ntitle: a: b\n---\ntext", "line 4", "not valid YAML"),
            ("---\nid: a\nid: b\n---\ntext", "line 3", "'id' is given twice"),
            ("---\nid: a\n\naudience: internal\n\ntext", "line 1", "never closes it"),
            ("---\nid: &x [1]\ntags: *x\n---\ntext", "line 2", "not allowed"),
            ("---\n" + "id: a\n" * 20_000 + "---\ntext", "line 1", "more than 64 kB"),
            ("---\nid: " + "[" * 20_000 + "\n---\ntext", "line 2", "nested too deeply"),
        ],
    )
    def test_broken_front_matter_is_refused_by_line(
        self, tmp_path: Path, text: str, place: str, reason: str
    ) -> None:
        with pytest.raises(UnreadableFileError, match=reason) as caught:
            load(tmp_path / "a.md", text)

        assert caught.value.place.startswith(place)

    def test_front_matter_alone_is_an_empty_article(self, tmp_path: Path) -> None:
        with pytest.raises(UnreadableFileError, match="is empty"):
            load(tmp_path / "a.md", "---\nid: a\n---\n \n")


class TestPlainText:
    def test_headings_are_told_by_their_layout(self) -> None:
        document = read_plain(
            "Returns policy\n\nSend it back.\n\nHOW LONG\nYou have 30 days.\n\n"
            "What it costs\n-------------\nNothing.\n\nTime limits\nSend it within 30 days.\n\n"
            "Can I swap?\n\nYes.\n\n1. OPEN\n   Say hello.\n"
        )

        assert document.title == "Returns policy"
        assert document.markdown.split("\n\n") == [
            "# Returns policy",
            "Send it back.",
            "## HOW LONG",
            "You have 30 days.",
            "## What it costs",
            "Nothing.",
            "## Time limits",
            "Send it within 30 days.",
            "## Can I swap?",
            "Yes.",
            "## 1. OPEN",
            "Say hello.",
        ]

    @pytest.mark.parametrize(
        "text",
        [
            "A short sentence.\n\nAnother one.",
            "Larkspur Home\n12 High Street\nLondon\n\nWrite to us.",
            "We answer.\n\nThe Larkspur team",
            "What we need:\n\nA photo.",
        ],
    )
    def test_other_short_lines_are_no_headings(self, text: str) -> None:
        assert read_plain(text) == LoadedDocument(text)

    def test_lists_are_kept_as_lists(self) -> None:
        document = read_plain(
            "Do this first.\n1) Open it\n2) Read it\n   to the end\n\n• one\n    – inner\n• two"
        )

        assert document.markdown == (
            "Do this first.\n\n1) Open it\n2) Read it\n  to the end\n\n- one\n    - inner\n- two"
        )

    def test_indented_text_does_not_become_code(self) -> None:
        assert read_plain("Read this.\n\n        Then that.").markdown == "Read this.\n\nThen that."

    def test_markup_in_text_is_escaped(self) -> None:
        assert read_plain("5 * 3 = 15 *not* <b> a_b_c &amp; C:\\dir").markdown == (
            r"5 * 3 = 15 \*not\* \<b> a_b_c \&amp; C:\dir"
        )

    def test_marked_questions_and_answers_are_pairs(self) -> None:
        document = read_plain(
            "Delivery\n\nQ: How long\ndoes it take?\nA: Two days.\nSometimes three.\n\n"
            "Weekends do not count.\n- Sunday\n\nQuestion 2: Is it free?\nAnswer 2: Yes.\n"
        )

        assert document.title == "Delivery"
        assert document.markdown == ""
        assert document.pairs == (
            QuestionAnswer(
                "How long does it take?",
                "Two days. Sometimes three.\n\nWeekends do not count.\n- Sunday",
                place="line 3",
            ),
            QuestionAnswer("Is it free?", "Yes.", place="line 11"),
        )

    def test_text_around_pairs_stays_and_a_heading_ends_an_answer(self) -> None:
        document = read_plain(
            "We are glad to help.\n\nQ: Is it free?\nA: Yes.\n\nOpening hours\n\nDaily from 9.\n"
        )

        assert [pair.answer for pair in document.pairs] == ["Yes."]
        assert document.markdown == "We are glad to help.\n\n## Opening hours\n\nDaily from 9."

    def test_a_question_without_an_answer_is_no_pair(self) -> None:
        document = read_plain("Q: Is it free?\n\nQ: Is it big?\nA: Yes.")

        assert [pair.question for pair in document.pairs] == ["Is it big?"]
