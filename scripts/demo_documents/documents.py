"""Small drawing functions shared by the demo clients: PDF, Word and Excel from the same blocks.

A document is a title and a list of blocks (`Heading`, `Text`, `Bullets`, `Grid`, `PageBreak`).
Texts are plain: nothing is read as markup; `parse_blocks` makes blocks of a Markdown-like string,
which is the shortest way to write a longer document. The same blocks give the same bytes on
every run with the same library versions, so regenerating does not dirty the working tree.

    blocks = [Heading("Returns"), Text("You have 30 days."), Bullets(("Mattresses", "Beds"))]
    write_pdf(folder / "returns.pdf", "Returns", blocks, footer="Larkspur Home")
    write_docx(folder / "returns.docx", "Returns", blocks)
    write_xlsx(folder / "prices.xlsx", {"Prices": [("Product", "Price"), ("Vase", 12.5)]})
"""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

import docx
from docx.enum.text import WD_BREAK
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.styles import ParagraphStyle, getSampleStyleSheet
from reportlab.lib.units import mm
from reportlab.platypus import (
    ListFlowable,
    ListItem,
    Paragraph,
    SimpleDocTemplate,
    Spacer,
    Table,
    TableStyle,
)
from reportlab.platypus import PageBreak as PdfPageBreak

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from docx.document import Document as WordDocument

FIXED_TIME = dt.datetime(2026, 1, 5, 9, 0, 0, tzinfo=dt.UTC)
_TEXT_WIDTH = A4[0] - 44 * mm

Cell = str | int | float | dt.date | None


@dataclass(frozen=True)
class Heading:
    """A section heading; level 1 is the largest below the document's title."""

    text: str
    level: int = 1


@dataclass(frozen=True)
class Text:
    """One paragraph of running text."""

    text: str


@dataclass(frozen=True)
class Bullets:
    """A list; `numbered` makes it an ordered list of steps."""

    items: Sequence[str]
    numbered: bool = False


@dataclass(frozen=True)
class Grid:
    """A table whose first row is the header; `widths` are relative column widths."""

    rows: Sequence[Sequence[str]]
    widths: Sequence[float] | None = None


@dataclass(frozen=True)
class PageBreak:
    """What follows starts on a new page."""


Block = Heading | Text | Bullets | Grid | PageBreak


def parse_blocks(source: str) -> list[Block]:
    """Make blocks from the chunks between blank lines.

    A chunk is text, or starts with `# `, `## `, `- `, `1. `, `| a | b |` or `---` (new page).
    A line that starts with a space continues the list item or text above it.
    """
    chunks = re.split(r"\n\s*\n", source.strip())
    return [_parse_chunk(re.sub(r"\n[ \t]+", " ", chunk)) for chunk in chunks]


def _parse_chunk(chunk: str) -> Block:
    """Return the one block that a chunk of lines stands for."""
    lines = chunk.strip().splitlines()
    if heading := re.fullmatch(r"(#+) (.+)", chunk.strip()):
        return Heading(heading[2], len(heading[1]))
    if chunk.strip() == "---":
        return PageBreak()
    if all(line.startswith("- ") for line in lines):
        return Bullets([line[2:] for line in lines])
    if all(re.match(r"\d+\. ", line) for line in lines):
        return Bullets([line.split(". ", 1)[1] for line in lines], numbered=True)
    if all(line.startswith("|") for line in lines):
        return Grid([[cell.strip() for cell in line.split("|")[1:-1]] for line in lines])
    return Text(" ".join(lines))


def write_pdf(
    path: Path,
    title: str,
    blocks: Sequence[Block],
    *,
    footer: str = "",
    locked_with: str | None = None,
) -> None:
    """Write an A4 PDF with page numbers; `locked_with` is the password it then needs."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = None
    if locked_with:
        lock = StandardEncryption(locked_with, ownerPassword=locked_with, strength=128)
    pdf = SimpleDocTemplate(
        str(path),
        pagesize=A4,
        leftMargin=22 * mm,
        rightMargin=22 * mm,
        topMargin=20 * mm,
        bottomMargin=22 * mm,
        title=title,
        author=footer,
        encrypt=lock,
        invariant=1,
    )
    styles = _pdf_styles()
    story: list[Any] = [Paragraph(escape(title), styles["title"])]
    for block in blocks:
        story.extend(_pdf_block(block, styles))

    def draw_footer(canvas: Any, page: Any) -> None:
        canvas.setFont("Helvetica", 8)
        canvas.drawString(22 * mm, 12 * mm, footer)
        canvas.drawRightString(A4[0] - 22 * mm, 12 * mm, f"Page {page.page}")

    pdf.build(story, onFirstPage=draw_footer, onLaterPages=draw_footer)


def _pdf_styles() -> dict[str, Any]:
    """Return the paragraph styles of a PDF: headings stand out by size, as extraction expects."""
    base = getSampleStyleSheet()["BodyText"]
    body = ParagraphStyle("body", base, fontSize=10, leading=14, spaceAfter=5)
    styles = {"body": body, "cell": ParagraphStyle("cell", body, fontSize=9, leading=11)}
    styles["head"] = ParagraphStyle("head", styles["cell"], fontName="Helvetica-Bold")
    for name, size in (("title", 20), ("h1", 15), ("h2", 12.5), ("h3", 11)):
        styles[name] = ParagraphStyle(
            name,
            body,
            fontName="Helvetica-Bold",
            fontSize=size,
            leading=size * 1.25,
            spaceBefore=9,
            spaceAfter=5,
            keepWithNext=1,
        )
    return styles


def _pdf_block(block: Block, styles: Mapping[str, Any]) -> list[Any]:
    """Return the flowables of one block."""
    if isinstance(block, Heading):
        return [Paragraph(escape(block.text), styles[f"h{min(block.level, 3)}"])]
    if isinstance(block, Text):
        return [Paragraph(escape(block.text), styles["body"])]
    if isinstance(block, Bullets):
        items = [ListItem(Paragraph(escape(item), styles["body"])) for item in block.items]
        kind: dict[str, Any] = (
            {"bulletType": "1", "bulletFormat": "%s."}
            if block.numbered
            else {"bulletType": "bullet", "start": "-"}
        )
        return [ListFlowable(items, leftIndent=16, bulletFontSize=10, **kind)]
    if isinstance(block, Grid):
        return [_pdf_table(block, styles), Spacer(1, 8)]
    return [PdfPageBreak()]


def _pdf_table(grid: Grid, styles: Mapping[str, Any]) -> Any:
    """Return a ruled table over the full text width, its header row repeated on every page."""
    shares = grid.widths or [1.0] * len(grid.rows[0])
    widths = [_TEXT_WIDTH * share / sum(shares) for share in shares]
    data = [
        [Paragraph(escape(cell), styles["head" if row == 0 else "cell"]) for cell in cells]
        for row, cells in enumerate(grid.rows)
    ]
    table = Table(data, colWidths=widths, repeatRows=1, hAlign="LEFT")
    table.setStyle(
        TableStyle(
            [
                ("GRID", (0, 0), (-1, -1), 0.5, colors.grey),
                ("BACKGROUND", (0, 0), (-1, 0), colors.whitesmoke),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ]
        )
    )
    return table


def write_docx(path: Path, title: str, blocks: Sequence[Block]) -> None:
    """Write a Word document with real Title, Heading, List and Table styles.

    Word numbers all numbered lists of a document as one: keep to one a document.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    document = docx.Document()
    properties = document.core_properties
    properties.title, properties.author, properties.last_modified_by = title, "", ""
    properties.created = properties.modified = FIXED_TIME
    document.add_heading(title, level=0)
    for block in blocks:
        _docx_block(document, block)
    document.save(str(path))
    _freeze_zip(path)


def _docx_block(document: WordDocument, block: Block) -> None:
    """Append one block to a Word document."""
    if isinstance(block, Heading):
        document.add_heading(block.text, level=block.level)
    elif isinstance(block, Text):
        document.add_paragraph(block.text)
    elif isinstance(block, Bullets):
        style = "List Number" if block.numbered else "List Bullet"
        for item in block.items:
            document.add_paragraph(item, style=style)
    elif isinstance(block, Grid):
        table = document.add_table(rows=0, cols=len(block.rows[0]), style="Table Grid")
        for row, cells in enumerate(block.rows):
            for target, text in zip(table.add_row().cells, cells, strict=True):
                target.paragraphs[0].add_run(text).bold = row == 0
        document.add_paragraph()
    else:
        document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)


def write_xlsx(path: Path, sheets: Mapping[str, Sequence[Sequence[Cell]]]) -> None:
    """Write a workbook, one sheet an entry; the first row of each is a bold header row."""
    path.parent.mkdir(parents=True, exist_ok=True)
    book = Workbook()
    book.remove(book.worksheets[0])
    book.properties.creator = ""
    book.properties.created = FIXED_TIME
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
        sheet.freeze_panes = "A2"
        for cell in sheet[1]:
            cell.font = Font(bold=True)
        for column, cells in enumerate(zip(*rows, strict=True), start=1):
            longest = max(len(str(value or "")) for value in cells)
            sheet.column_dimensions[get_column_letter(column)].width = min(60, longest + 3)
        for line in sheet.iter_rows(min_row=2):
            for cell in line:
                cell.alignment = Alignment(wrap_text=True, vertical="top")
    book.save(path)
    _freeze_zip(path)


def truncate(path: Path, keep: float) -> None:
    """Cut a file off after the share `keep` of its bytes (a damaged upload)."""
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * keep)])


def _freeze_zip(path: Path) -> None:
    """Rewrite an Office file with fixed times, so that two runs give the same bytes."""
    with zipfile.ZipFile(path) as archive:
        parts = [(name, archive.read(name)) for name in archive.namelist()]
    stamp = FIXED_TIME.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts:
            pattern = rb"(<dcterms:modified[^>]*>)[^<]*"
            is_core = name == "docProps/core.xml"
            fixed = re.sub(pattern, rb"\g<1>" + stamp, data) if is_core else data
            info = zipfile.ZipInfo(name, date_time=FIXED_TIME.timetuple()[:6])
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, fixed)
