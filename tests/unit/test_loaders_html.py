# ruff: noqa: RUF001 - typographic signs are what these tests are about

from pathlib import Path

import pytest

from ingest.document import UnreadableFileError
from ingest.loaders import load_file
from ingest.loaders.html import read_html
from ingest.sources import Limits
from tests.unit.hostile_files import BILLION_LAUGHS, word, write


def markdown(html: str) -> str:
    return read_html(f"<html><body><main>{html}</main></body></html>").markdown


class TestPages:
    def test_only_the_main_part_of_a_page_is_kept(self) -> None:
        document = read_html(
            "<html><head><title>Returns | Larkspur</title></head><body>"
            "<header>Shop</header><nav>Home</nav><div class='cookie-banner'>We use cookies</div>"
            "<main><nav>Home › Help</nav><header><h1>Send it <em>back</em></h1></header>"
            "<p>Within 30 days.</p><aside><a href='/a'>Related</a></aside>"
            "<aside>Keep the receipt.</aside><script>x()</script></main>"
            "<footer>©</footer></body></html>"
        )

        assert document.title == "Send it back"
        assert document.markdown == "# Send it *back*\n\nWithin 30 days.\n\nKeep the receipt."

    def test_a_page_without_a_main_part_loses_the_site_around_it(self) -> None:
        document = read_html(
            "<title>Returns – Larkspur Home</title><header>Shop</header><aside>Ad</aside>"
            "<div>We use cookies to improve this site. <a href='/c'>Manage</a></div>"
            "<div role='navigation'>Home</div><p>Within 30 days.</p><footer>©</footer>"
        )

        assert (document.title, document.markdown) == ("Returns", "Within 30 days.")

    def test_one_article_is_the_main_part_and_several_are_not(self) -> None:
        assert read_html("<div>Around</div><article>One</article>").markdown == "One"
        several = read_html("<p>Intro</p><article>One</article><article>Two</article>").markdown
        assert several == "Intro\n\nOne\n\nTwo"

    def test_a_page_about_cookies_keeps_its_text(self) -> None:
        page = "<section><p>We use cookies to keep you signed in.</p></section>"

        assert read_html(page).markdown == "We use cookies to keep you signed in."

    @pytest.mark.parametrize(
        "hidden",
        [
            "<p hidden>x</p>",
            "<p aria-hidden='true'>x</p>",
            "<p style='color: red; DISPLAY : none'>x</p>",
            "<p class='sr-only'>x</p>",
            "<form><label>x</label></form>",
            "<button>x</button>",
            "<svg><text>x</text></svg>",
            "<img src='a.png' alt='x'>",
            "<!-- x -->",
            "<del>x</del>",
            "<template><p>x</p></template>",
        ],
    )
    def test_what_a_reader_does_not_see_as_text_stays_out(self, hidden: str) -> None:
        assert markdown(f"<p>seen</p>{hidden}") == "seen"

    def test_a_panel_that_a_click_opens_is_kept(self) -> None:
        html = (
            "<h2><button aria-controls='p1'>Is it free?</button></h2>"
            "<div id='p1' hidden><p>Yes.</p></div>"
        )

        assert markdown(html) == "## Is it free?\n\nYes."

    def test_a_form_around_the_whole_page_does_not_take_it_along(self) -> None:
        assert markdown("<form><h1>Help</h1><p>Text</p></form>") == "# Help\n\nText"

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1254"])
    def test_the_encoding_that_a_page_declares_is_used(self, tmp_path: Path, encoding: str) -> None:
        html = f"<html><meta charset='{encoding}'><p>İade £5 – şikâyet</p></html>"
        path = write(tmp_path / "page.html", html.encode(encoding))

        assert load_file(path, Limits()).markdown == "İade £5 – şikâyet"

    def test_a_wrongly_declared_encoding_is_refused(self, tmp_path: Path) -> None:
        page = "<meta charset='ascii'><p>Türkçe başvurun için</p>".encode("cp1254")

        with pytest.raises(UnreadableFileError, match=r"declares, (us-)?ascii"):
            load_file(write(tmp_path / "page.html", page), Limits())

    def test_a_deeply_nested_page_is_refused(self, tmp_path: Path) -> None:
        page = "<div>" * 50_000 + "text"

        with pytest.raises(UnreadableFileError, match="nested too deeply"):
            load_file(write(tmp_path / "page.html", page), Limits())

    def test_entities_are_not_expanded(self, tmp_path: Path) -> None:
        secret = write(tmp_path / "secret.txt", "SECRET")
        page = (
            f'<?xml version="1.0"?><!DOCTYPE html [<!ENTITY s SYSTEM "{secret.as_uri()}">]>'
            "<html><body><p>text &s; &i;</p></body></html>"
        )
        bomb = f"{BILLION_LAUGHS}<html><body><p>text &i;</p></body></html>"

        assert "SECRET" not in load_file(write(tmp_path / "page.html", page), Limits()).markdown
        assert len(load_file(write(tmp_path / "bomb.html", bomb), Limits()).markdown) < 1000


class TestText:
    def test_links_to_the_web_stay_and_others_become_text(self) -> None:
        html = (
            "<p><a href='https://a.example.com/x_y'>one</a> <a href='/b'>two</a> <a>three</a></p>"
        )

        assert markdown(html) == "[one](https://a.example.com/x_y) two three"

    def test_markup_in_the_text_is_escaped(self) -> None:
        assert (
            markdown("<p>5 * 3 *a* &lt;b&gt; &amp;amp; x_y</p>") == r"5 * 3 \*a\* \<b> \&amp; x_y"
        )

    def test_breaks_and_powers_are_kept(self) -> None:
        assert markdown("<p>9–5<br>daily<br><br>10 m<sup>2</sup></p>") == "9–5\\\ndaily\n\n10 m²"

    def test_lists_are_kept_with_their_nesting(self) -> None:
        html = "<ol start='3'><li>a<ul><li>b</li></ul></li><li>c</li></ol>"

        assert markdown(html) == "3. a\n   - b\n4. c"

    def test_folded_answers_stand_under_their_question(self) -> None:
        html = (
            "<h2>FAQ</h2><details><summary>Is it <b>free</b>?</summary>Yes.</details>"
            "<details><summary><h4>Is it big?</h4></summary><p>No.</p></details>"
        )

        assert markdown(html) == "## FAQ\n\n### Is it free?\n\nYes.\n\n### Is it big?\n\nNo."

    def test_defined_questions_become_headings_and_short_terms_items(self) -> None:
        html = (
            "<dl><dt>Is it free?</dt><dd>Yes.</dd><div><dt>Weight</dt><dd>5 kg</dd></div>"
            "<dt>Size</dt><dd>1 m</dd><dd>or 2 m</dd>"
            "<dt>Care</dt><dd><p>Wash.</p><p>Dry.</p></dd></dl>"
        )

        assert markdown(html) == (
            "## Is it free?\n\nYes.\n\n- Weight: 5 kg\n- Size: 1 m; or 2 m\n\n"
            "## Care\n\nWash.\n\nDry."
        )


class TestTables:
    def test_spanning_cells_are_repeated_and_headers_joined(self) -> None:
        html = (
            "<table><caption>Prices</caption>"
            "<tr><th rowspan='2'>Item</th><th colspan='2'>Price</th></tr>"
            "<tr><th>UK</th><th>EU</th></tr>"
            "<tr><td rowspan='2'>Sofa|bed</td><td>£1</td><td><p>€2</p><p>net</p></td></tr>"
            "<tr><td colspan='2'>free</td></tr></table>"
        )

        assert markdown(html) == (
            "Prices\n\n| Item | Price UK | Price EU |\n| --- | --- | --- |\n"
            "| Sofa\\|bed | £1 | €2 net |\n| Sofa\\|bed | free | free |"
        )

    def test_names_with_values_become_a_list(self) -> None:
        html = (
            "<table><tr><th>Weight</th><td>5 kg</td></tr><tr><th>Size</th><td>1 m</td></tr></table>"
        )

        assert markdown(html) == "- Weight: 5 kg\n- Size: 1 m"

    def test_row_headers_without_a_header_row_keep_their_column(self) -> None:
        row = "<tr><th>a</th><td>b</td><td>c</td></tr>"

        assert markdown(f"<table>{row * 2}</table>").startswith("| | | |\n| --- | --- | --- |\n| a")

    def test_a_list_in_a_cell_stays_on_one_line(self) -> None:
        html = "<table><tr><th>a</th><th>b</th></tr><tr><td><ul><li>x<li>y</ul></td><td>z</table>"

        assert markdown(html).endswith("| x; y | z |")

    def test_a_table_that_only_arranges_the_page_is_taken_apart(self) -> None:
        inner = "<table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></table>"
        html = f"<table><tr><td><h2>Left</h2></td><td>{inner}</td></tr></table>"

        assert markdown(html) == "## Left\n\n| a | b |\n| --- | --- |\n| 1 | 2 |"

    def test_an_absurd_span_is_cut_short(self) -> None:
        html = "<table><tr><th colspan='9999999'>a</th></tr><tr><td>1</td><td>2</td></tr></table>"

        assert len(markdown(html)) < 2_000

    def test_an_empty_table_leaves_nothing(self) -> None:
        assert markdown("<p>a</p><table><tr><td></td></tr></table><p>b</p>") == "a\n\nb"


class TestWord:
    def test_headings_lists_and_the_title_are_kept(self, tmp_path: Path) -> None:
        path = word(
            tmp_path / "a.docx",
            ("Title", "Returns"),
            ("Heading 1", "How long"),
            ("Normal", "30 days."),
            ("List Number", "Pack it"),
            ("List Number", "Send it"),
            ("List Bullet", "free"),
        )

        document = load_file(path, Limits())

        assert document.title == "Returns"
        assert document.markdown == (
            "# Returns\n\n# How long\n\n30 days.\n\n1. Pack it\n2. Send it\n\n- free"
        )

    def test_tables_lose_the_bold_type_of_their_header(self, tmp_path: Path) -> None:
        import docx

        document = docx.Document()
        table = document.add_table(rows=2, cols=2)
        for cell, text in zip(table.rows[0].cells, ("Item", "Price"), strict=True):
            cell.paragraphs[0].add_run(text).bold = True
        table.rows[1].cells[0].text, table.rows[1].cells[1].text = "Sofa", "£1"
        document.save(str(tmp_path / "a.docx"))

        markdown = load_file(tmp_path / "a.docx", Limits()).markdown

        assert markdown == "| Item | Price |\n| --- | --- |\n| Sofa | £1 |"

    def test_bold_lines_are_headings_where_the_author_used_no_heading_style(
        self, tmp_path: Path
    ) -> None:
        import docx

        document = docx.Document()
        for text, bold in (("How long", True), ("30 days.", False), ("Thank you", True)):
            document.add_paragraph().add_run(text).bold = bold
        document.save(str(tmp_path / "a.docx"))

        markdown = load_file(tmp_path / "a.docx", Limits()).markdown

        assert markdown == "## How long\n\n30 days.\n\n**Thank you**"
