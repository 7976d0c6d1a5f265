"""Markdown is read into blocks of text that a customer can read."""

from __future__ import annotations

import pytest

from ingest.blocks import BOLD_LINE_LEVEL, Heading, ListBlock, Paragraph, Table, parse_blocks


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("**Security Hold**: we *wait* for `two` days", "Security Hold: we wait for two days"),
        ("See [our terms](https://x.example.com) first", "See our terms first"),
        ("Before ![a photo](sofa.png) after", "Before after"),
        ("Wrapped by\nthe editor", "Wrapped by the editor"),
        ("Set by hand  \nas two lines", "Set by hand\nas two lines"),
        (
            "Write to us\nPhone: 020 7946 0123\nE-mail: help",
            "Write to us\nPhone: 020 7946 0123 E-mail: help",
        ),
        (
            "Say <order number> and <b>wait</b>, then go<br>on",
            "Say <order number> and wait, then go\non",
        ),
        ("Fish &amp; chips <!-- draft --> for two", "Fish & chips for two"),
        ("<div>Shown<!-- not this --> here</div>", "Shown here"),
        ("<script>\nalert(1)\n</script>\n\nText", "Text"),
        ("Before <script>alert(**1**)</script> after", "Before after"),
        ("Before <style>b {}</style> and <STYLE>i {}</Style> after", "Before and after"),
        ("Never <script> alone", "Never <script> alone"),
        ("Type `<script>`x`</script>`", "Type <script>x</script>"),
        ("<div>a<script>1<!--</script>b<!-- <script> -->c<style>d</div>", "a b c<style>d"),
        ("<div><!-- open</div>", "<!-- open"),
        ("> Thank you for calling.", "Thank you for calling."),
        ("```\ncopy  this\n```", "copy  this"),
        ("5 < 6 and 7 > 2", "5 < 6 and 7 > 2"),
    ],
)
def test_paragraph_text_is_readable_without_markup(markdown: str, text: str) -> None:
    assert [block.text for block in parse_blocks(markdown)] == [text]


def test_heading_keeps_its_level_and_loses_its_markup() -> None:
    assert parse_blocks("# *One*\n\n### Three ###") == (Heading(1, "One"), Heading(3, "Three"))


def test_list_keeps_markers_numbers_and_nesting() -> None:
    (block,) = parse_blocks("3. three\n4. **four**\n   - a\n   - b\n\n     more of b")

    assert block == ListBlock(("3. three", "4. four\n   - a\n   - b\n     more of b"))


def test_bullets_are_written_alike_whatever_the_author_used() -> None:
    assert parse_blocks("* a\n* b") == parse_blocks("+ a\n+ b") == (ListBlock(("- a", "- b")),)


def test_table_cells_are_plain_and_short_rows_are_filled() -> None:
    (block,) = parse_blocks("| Plan | Price |\n|:--|--:|\n| **Basic** | £5 |\n| Plus |")

    assert block == Table(("Plan", "Price"), (("Basic", "£5"), ("Plus", "")))
    assert block.text == "| Plan | Price |\n|-|-|\n| Basic | £5 |\n| Plus |  |"


def test_table_written_as_text_reads_back_as_the_same_table() -> None:
    (block,) = parse_blocks("| a \\| b | c |\n|---|---|\n| d | e |")

    assert parse_blocks(block.text) == (block,)


def test_short_bold_line_above_text_is_a_heading() -> None:
    blocks = parse_blocks("**Opening hours**\n\nNine to five.")

    assert blocks == (Heading(BOLD_LINE_LEVEL, "Opening hours"), Paragraph("Nine to five."))


@pytest.mark.parametrize("markdown", ["Text\n\n**Call us**", "**Never share it.**\n\nText"])
def test_bold_line_that_ends_the_text_or_a_sentence_stays_a_paragraph(markdown: str) -> None:
    assert all(isinstance(block, Paragraph) for block in parse_blocks(markdown))


def test_bold_beginning_of_a_paragraph_is_its_lead() -> None:
    (block,) = parse_blocks("**How long?** Three days.")

    assert block == Paragraph("How long? Three days.", lead="How long?")


def test_deeply_nested_content_is_kept() -> None:
    (block,) = parse_blocks("> " * 40 + "found")

    assert block.text == "found"


@pytest.mark.parametrize("markdown", ["", "\n\n", "<!-- only a comment -->", "# "])
def test_nothing_readable_gives_no_blocks(markdown: str) -> None:
    assert parse_blocks(markdown) == ()


def test_links_may_stand_in_brackets_but_not_in_endless_ones() -> None:
    (block,) = parse_blocks("[" * 2_000 + " see [[our] terms](https://x.example.com)")

    assert block.text == "[" * 2_000 + " see [our] terms"


@pytest.mark.parametrize("unit", ["<!-- ", "[", "![", "<script>", "<script ", "[a]("])
def test_reading_repeated_markup_takes_steps_in_proportion_to_its_length(unit: str) -> None:
    short, long = (_steps("<div>\n" * (unit[0] == "<") + unit * count) for count in (300, 1_200))

    assert long < 5 * short


def _steps(markdown: str) -> int:
    """Count the calls, in Python and in C, that reading takes."""
    import cProfile
    import pstats

    profile = cProfile.Profile()
    profile.runcall(parse_blocks, markdown)
    return int(pstats.Stats(profile).total_calls)  # type: ignore[attr-defined]
