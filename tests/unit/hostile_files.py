"""Builds the files that people should not send, and a few that they should."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path
from typing import Any

import docx
import openpyxl
from reportlab.lib.pagesizes import A4
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)
BILLION_LAUGHS = (
    '<!DOCTYPE lolz [<!ENTITY a "ha">'
    + "".join(
        f'<!ENTITY {name} "{f"&{below};" * 10}">'
        for below, name in zip("abcdefgh", "bcdefghi", strict=True)
    )
    + "]>"
)


def write(path: Path, content: str | bytes) -> Path:
    """Write a file and its folders."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def sparse_file(path: Path, size_bytes: int) -> Path:
    """A file that claims a size and takes no space on the disk."""
    with path.open("wb") as stream:
        stream.truncate(size_bytes)
    return path


def fifo(path: Path) -> Path:
    """A pipe without a writer: whoever opens it waits for ever."""
    os.mkfifo(path)
    return path


def pdf(path: Path, draw: Any = None, *, password: str | None = None) -> Path:
    """A PDF that `draw(canvas)` fills; without it, a page without text."""
    lock = StandardEncryption(password, ownerPassword=password) if password else None
    canvas = Canvas(str(path), pagesize=A4, encrypt=lock, invariant=1)
    if draw:
        draw(canvas)
    else:
        canvas.rect(100, 100, 200, 200)
    canvas.save()
    return path


def pdf_lines(path: Path, pages: list[list[tuple[float, float, str, int, str]]]) -> Path:
    """A PDF of placed texts: (x, distance from the top, font, size, text) a line."""

    def draw(canvas: Canvas) -> None:
        for page in pages:
            for x, top, font, size, text in page:
                canvas.setFont(font, size)
                canvas.drawString(x, A4[1] - top, text)
            canvas.showPage()

    return pdf(path, draw)


def word(path: Path, *paragraphs: tuple[str, str]) -> Path:
    """A Word document of (style, text) paragraphs."""
    document = docx.Document()
    for style, text in paragraphs:
        document.add_paragraph(text, style=style)
    document.save(str(path))
    return path


def workbook(path: Path, sheets: dict[str, list[list[Any]]]) -> Path:
    """A workbook of sheets given as rows."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def zip_of(path: Path, parts: dict[str, bytes]) -> Path:
    """A compressed zip archive of these parts."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def truncated(path: Path, share: float = 0.6) -> Path:
    """Cut a file off, as a broken upload does."""
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    return path


def encrypted_office(path: Path) -> Path:
    """The outline of an Office file with a password: a container with an encrypted package."""
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    return write(path, header + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(600))
