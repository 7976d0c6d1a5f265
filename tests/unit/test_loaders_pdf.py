# ruff: noqa: RUF001 - typographic signs are what these tests are about

from pathlib import Path

import pytest
from reportlab.lib import colors
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import SimpleDocTemplate, Table, TableStyle

from ingest.document import LoadedDocument, UnreadableFileError
from ingest.loaders import load_file
from ingest.sources import Limits
from tests.unit.hostile_files import pdf_lines

Placed = tuple[float, float, str, int, str]

BODY, BOLD = "Helvetica", "Helvetica-Bold"
LONG = "This line of running text is written so that it reaches far over to the right edge,"


def read(path: Path, *pages: list[Placed]) -> LoadedDocument:
    return load_file(pdf_lines(path / "a.pdf", list(pages)), Limits())


def text(top: float, content: str, x: float = 60) -> Placed:
    return (x, top, BODY, 10, content)


def test_headings_are_told_by_their_size_and_weight(tmp_path: Path) -> None:
    document = read(
        tmp_path,
        [
            (60, 60, BOLD, 20, "Returns policy"),
            (60, 100, BOLD, 14, "How long"),
            text(120, "You have 30 days."),
            (60, 150, BOLD, 10, "Gifts"),
            text(164, "Gifts have 60 days."),
            (60, 200, BOLD, 14, "What it costs"),
            text(220, LONG),
            text(233, "and then it ends."),
        ],
    )

    assert document.title == "Returns policy"
    assert document.markdown.split("\n\n") == [
        "# Returns policy",
        "## How long",
        "You have 30 days.",
        "### Gifts",
        "Gifts have 60 days.",
        "## What it costs",
        f"{LONG} and then it ends.",
    ]


def test_lines_are_joined_into_paragraphs(tmp_path: Path) -> None:
    document = read(
        tmp_path,
        [
            text(60, LONG),
            text(73, "goes on."),
            text(100, LONG),
            text(113, "short end."),
            text(126, "A new paragraph without a gap."),
        ],
    )

    assert document.markdown.split("\n\n") == [
        f"{LONG} goes on.",
        f"{LONG} short end.",
        "A new paragraph without a gap.",
    ]


@pytest.mark.parametrize(
    ("lines", "joined"),
    [
        (["We deliv-", "er it."], "We deliver it."),
        (
            ["Use self-", "service. Our self-service is free."],
            "Use self-service. Our self-service is free.",
        ),
        (["Monday-", "Friday is fine."], "Monday-Friday is fine."),
    ],
)
def test_a_hyphen_at_a_line_end_goes_only_where_it_split_a_word(
    tmp_path: Path, lines: list[str], joined: str
) -> None:
    document = read(tmp_path, [text(60 + 13 * at, line) for at, line in enumerate(lines)])

    assert document.markdown == joined


def test_bullets_and_numbers_become_lists_with_their_wrapped_lines(tmp_path: Path) -> None:
    document = read(
        tmp_path,
        [
            text(60, "•"),
            text(60, f"{LONG}", 75),
            text(73, "wrapped.", 75),
            text(90, "– inner", 90),
            text(107, "• second"),
            text(135, "1. Pack it"),
            text(152, "2. Send it"),
            text(180, "Then wait."),
        ],
    )

    assert document.markdown == (
        f"- {LONG} wrapped.\n   - inner\n- second\n1. Pack it\n2. Send it\n\nThen wait."
    )


def test_running_headers_footers_and_page_numbers_are_dropped(tmp_path: Path) -> None:
    def page(number: int, content: str) -> list[Placed]:
        return [
            text(30, "Larkspur Home – confidential"),
            text(300, content),
            text(820, f"Version 3, page {number} of 3"),
        ]

    document = read(tmp_path, page(1, "One."), page(2, "Two."), page(3, "Three."))

    assert document.markdown == "One.\n\nTwo.\n\nThree."


def test_the_header_of_a_chapter_is_dropped_from_a_long_document(tmp_path: Path) -> None:
    pages = [[text(300, f"Text {at}.")] for at in range(10)]
    for page in pages[3:6]:
        page.insert(0, text(30, "Chapter 2: Delivery"))

    assert "Chapter" not in read(tmp_path, *pages).markdown


def test_a_footer_with_a_page_number_is_dropped_from_a_single_page(tmp_path: Path) -> None:
    document = read(
        tmp_path, [text(300, "One."), text(820, "Larkspur Home"), text(825, "Page 1", 500)]
    )

    assert "Page 1" not in document.markdown


def test_a_paragraph_goes_on_over_a_page_break(tmp_path: Path) -> None:
    document = read(tmp_path, [text(700, LONG)], [text(60, "and ends on the next page.")])

    assert document.markdown == f"{LONG} and ends on the next page."


def test_two_columns_are_read_one_after_the_other(tmp_path: Path) -> None:
    left = [text(100 + 13 * n, f"Left line {n} of the running text", 50) for n in range(8)]
    right = [text(100 + 13 * n, f"right line {n} of the running text", 320) for n in range(8)]
    title: Placed = (50, 60, BOLD, 20, "A heading that spans both of the columns")

    document = read(tmp_path, [title, *left, *right])

    assert document.markdown.index("Left line 7") < document.markdown.index("right line 0")
    assert document.markdown.startswith("# A heading that spans both of the columns\n\nLeft line 0")


def test_lines_in_aligned_parts_become_a_table(tmp_path: Path) -> None:
    rows = [("Size", "Price"), ("Small", "£5"), ("Large", "£7")]
    lines = [
        placed
        for at, (size, price) in enumerate(rows)
        for placed in (text(100 + 15 * at, size), text(100 + 15 * at, price, 300))
    ]

    document = read(tmp_path, [text(60, "Our prices are these."), *lines])

    assert document.markdown == (
        "Our prices are these.\n\n| Size | Price |\n| --- | --- |\n| Small | £5 |\n| Large | £7 |"
    )


def test_a_ruled_table_is_read_once_with_its_merged_cells_and_over_pages(tmp_path: Path) -> None:
    rows = [["Group", "Item"], ["Sofas", "Larch"], ["", "Elm"]]
    rows += [["Chairs", f"Ash {number}"] for number in range(60)]
    table = Table(rows, colWidths=[200, 200], repeatRows=1)
    table.setStyle(
        TableStyle([("GRID", (0, 0), (-1, -1), 0.5, colors.grey), ("SPAN", (0, 1), (0, 2))])
    )
    SimpleDocTemplate(str(tmp_path / "a.pdf"), invariant=1).build([table])

    lines = load_file(tmp_path / "a.pdf", Limits()).markdown.split("\n")

    assert lines[:4] == [
        "| Group | Item |",
        "| --- | --- |",
        "| Sofas | Larch |",
        "| Sofas | Elm |",
    ]
    assert lines[4:] == [f"| Chairs | Ash {number} |" for number in range(60)]


def test_rotated_text_such_as_a_watermark_stays_out(tmp_path: Path) -> None:
    from reportlab.pdfgen.canvas import Canvas

    canvas = Canvas(str(tmp_path / "a.pdf"))
    canvas.drawString(60, 700, "Seen.")
    canvas.rotate(45)
    canvas.drawString(400, 200, "DRAFT")
    canvas.save()

    assert load_file(tmp_path / "a.pdf", Limits()).markdown == "Seen."


@pytest.mark.parametrize(("declared", "title"), [("Returns", "Returns"), ("untitled", "")])
def test_without_a_heading_the_declared_title_is_used_unless_a_program_made_it_up(
    tmp_path: Path, declared: str, title: str
) -> None:
    from reportlab.pdfgen.canvas import Canvas

    canvas = Canvas(str(tmp_path / "a.pdf"))
    canvas.setTitle(declared)
    canvas.drawString(60, 700, "Just text.")
    canvas.save()

    assert load_file(tmp_path / "a.pdf", Limits()).title == title


def test_a_letter_that_its_font_cannot_name_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match="letters cannot be told"):
        read(tmp_path, [text(60, "Free•of charge.")])


def test_a_stray_letter_without_a_name_is_left_out(tmp_path: Path) -> None:
    lines = [text(60 + 13 * at, LONG) for at in range(40)]

    document = read(tmp_path, [*lines, text(620, "Free•of charge.")])

    assert document.markdown.endswith("Freeof charge.")


def test_a_ligature_is_read_once(tmp_path: Path) -> None:
    pdfmetrics.registerFont(TTFont("Vera", "Vera.ttf"))

    document = read(tmp_path, [(60, 60, "Vera", 10, "A speciﬁcation of the ﬂoor.")])

    assert document.markdown == "A specification of the floor."


def test_a_table_of_contents_is_dropped_and_a_price_list_is_not(tmp_path: Path) -> None:
    def led(*numbers: int) -> list[Placed]:
        return [text(60 + 30 * at, f"Part {at} ........ {n}") for at, n in enumerate(numbers)]

    contents = read(tmp_path, led(1, 2, 2), [text(60, "The text.")])
    prices = read(tmp_path, led(10, 20, 30), [text(60, "The text.")])

    assert contents.markdown == "The text."
    assert "Part 2 ........ 30" in prices.markdown
