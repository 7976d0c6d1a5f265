"""Reads PDF documents that carry text; scans are refused."""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING, Any

from ingest.document import LoadedDocument, UnreadableFileError
from ingest.loaders.markup import first_heading, plain_title
from ingest.loaders.pdf_blocks import to_blocks
from ingest.loaders.pdf_page import UNMAPPED, Page, read_page

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_PLACEHOLDER_TITLE = re.compile(
    r"^\W*(microsoft \w+|untitled|anonymous|document ?\d*$)|\.\w{2,5}$", re.IGNORECASE
)
_UNMAPPED_SHARE = 0.001  # a stray sign is left out; a missing "fi" is 1 % of English letters
_DAMAGED = "is damaged or was cut off; export it again"


def load_pdf(path: Path) -> LoadedDocument:
    """Read the text, lists and tables of a PDF; its largest heading on page 1 is the title.

    Raises:
        UnreadableFileError: where a password is needed, the file is damaged, or no text is in it.
    """
    logging.getLogger("pdfminer").setLevel(logging.ERROR)  # it warns of every odd colour
    pages, declared_title = _read(path)
    text = " ".join(_texts(pages))
    if not text.strip():
        raise UnreadableFileError(
            "holds no text (scanned?); run text recognition on it, or write the text down"
        )
    if text.count(UNMAPPED) > _UNMAPPED_SHARE * len(text):
        raise UnreadableFileError(
            "has fonts whose letters cannot be told; export it again, or save it as .docx"
        )
    markdown = "\n\n".join(to_blocks(pages)).replace(UNMAPPED, "")
    return LoadedDocument(
        markdown=markdown, title=first_heading(markdown, deepest=1) or declared_title
    )


def _texts(pages: list[Page]) -> Iterator[str]:
    for page in pages:
        yield from (line.text for line in page.lines)
        yield from (cell for table in page.tables for row in table.rows for cell in row)


def _read(path: Path) -> tuple[list[Page], str]:
    import pdfplumber
    from pdfminer.pdfdocument import PDFPasswordIncorrect
    from pdfminer.pdfexceptions import PDFException
    from pdfplumber.utils.exceptions import PdfminerException

    try:
        with pdfplumber.open(path) as pdf:
            pages = [read_page(page) for page in pdf.pages]
            title = _declared_title(pdf.metadata)
    except (PdfminerException, PDFException) as error:
        cause = error.args[0] if error.args else None
        if isinstance(error, PDFPasswordIncorrect) or isinstance(cause, PDFPasswordIncorrect):
            raise UnreadableFileError(
                "is encrypted and needs a password; save it without one"
            ) from error
        raise UnreadableFileError(_DAMAGED) from error
    except (ValueError, TypeError, KeyError, IndexError, AssertionError) as error:
        raise UnreadableFileError(_DAMAGED) from error
    if not pages:
        raise UnreadableFileError(_DAMAGED)
    return pages, title


def _declared_title(metadata: dict[str, Any]) -> str:
    """Take the title among the document's properties, unless a program made it up."""
    title = plain_title(str(metadata.get("Title") or ""))
    return "" if _PLACEHOLDER_TITLE.search(title) else title
