"""Writes cleaned HTML as Markdown that reads well when a piece of it is quoted."""

from __future__ import annotations

import re
from typing import Any

from bs4 import BeautifulSoup, Tag
from markdownify import MarkdownConverter

from ingest.loaders.html_tables import read_table, unwrap_layout_tables
from ingest.loaders.markup import escape, tidy

_DEEPEST_LEVEL = 6
_SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_BLOCKS = ("p", "ul", "ol", "table", "div", "blockquote", "pre")
_REPEATED_BREAKS = re.compile(r"(?:\\\n[ \t]*){2,}")
_BREAK_AT_END = re.compile(r"\\(?=\s*(\n\n|\Z))")


def to_markdown(content: Tag) -> str:
    """Convert an element; the element is changed on the way."""
    unwrap_layout_tables(content)
    _unfold(content)
    text = _Converter(
        heading_style="atx", bullets="-", newline_style="backslash", autolinks=False
    ).convert_soup(content)
    return tidy(_BREAK_AT_END.sub("", _REPEATED_BREAKS.sub("\n\n", text)))


def _unfold(content: Tag) -> None:
    """Give folded and defined text headings one level below the heading they stand under."""
    level = 1
    for tag in content.find_all(["h1", "h2", "h3", "h4", "h5", "h6", "details", "dl"]):
        if tag.name == "details":
            _unfold_details(tag, min(level + 1, _DEEPEST_LEVEL))
        elif tag.name == "dl":
            _unfold_definitions(tag, min(level + 1, _DEEPEST_LEVEL))
        elif tag.find_parent("summary") is None:
            level = int(tag.name[1])
    for bold in content.select(":is(h1, h2, h3, h4, h5, h6) :is(b, strong)"):
        bold.unwrap()


def _unfold_details(details: Tag, level: int) -> None:
    details.name = "div"
    summary = details.find("summary", recursive=False)
    if isinstance(summary, Tag):
        summary.name = f"h{level}"


def _unfold_definitions(definitions: Tag, level: int) -> None:
    """Turn questions and longer entries into headings, short ones into `term: meaning` items."""
    definitions.name = "div"
    items: Tag | None = None
    for term, meanings in _definition_groups(definitions):
        question = term.get_text(strip=True).endswith("?")
        if question or not meanings or any(meaning.find(_BLOCKS) for meaning in meanings):
            items = None
            term.name = f"h{level}"
            for meaning in meanings:
                meaning.name = "div"
            continue
        if items is None:
            items = _new_tag("ul")
            term.insert_before(items)
        items.append(_definition_item(term, meanings))


def _definition_groups(definitions: Tag) -> list[tuple[Tag, list[Tag]]]:
    groups: list[tuple[Tag, list[Tag]]] = []
    for tag in definitions.find_all(["dt", "dd"]):
        if tag.name == "dt":
            groups.append((tag, []))
        elif groups:
            groups[-1][1].append(tag)
    return groups


def _definition_item(term: Tag, meanings: list[Tag]) -> Tag:
    item = _new_tag("li")
    for index, tag in enumerate([term, *meanings]):
        separator = ("", ": ", "; ")[min(index, 2)]
        item.append(separator)
        item.extend(list(tag.children))
        tag.extract()
    return item


def _new_tag(name: str) -> Tag:
    return BeautifulSoup("", "lxml").new_tag(name)


class _Converter(MarkdownConverter):
    """Markdown in our form; the methods are called by the name of the element."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._cells: dict[int, str] = {}

    def escape(self, text: str, parent_tags: set[str]) -> str:  # noqa: ARG002
        return escape(text)

    def convert_a(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """Keep links to the web; others lead nowhere outside the page or its site."""
        if str(el.get("href", "")).lower().startswith(("http://", "https://")):
            return str(super().convert_a(el, text, parent_tags))  # type: ignore[misc] # untyped
        return text

    def convert_hr(self, el: Tag, text: str, parent_tags: set[str]) -> str:  # noqa: ARG002
        return "\n\n"

    def convert_sup(self, el: Tag, text: str, parent_tags: set[str]) -> str:  # noqa: ARG002
        """Keep m² from becoming m2, and drop the marks of footnotes."""
        if text.strip("[]") != text:
            return ""
        return text.translate(_SUPERSCRIPTS) if text.isdigit() else text

    def convert_li(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        if "_inline" in parent_tags:
            return f" {text.strip()};"
        return str(super().convert_li(el, text, parent_tags))  # type: ignore[misc] # untyped

    def convert_td(self, el: Tag, text: str, parent_tags: set[str]) -> str:  # noqa: ARG002
        self._cells[id(el)] = " ".join(text.split()).rstrip(";")
        return ""

    convert_th = convert_td

    def convert_tr(self, el: Tag, text: str, parent_tags: set[str]) -> str:  # noqa: ARG002
        return text

    def convert_table(self, el: Tag, text: str, parent_tags: set[str]) -> str:  # noqa: ARG002
        """Write the table from its cells; `text` holds what stands outside them (a caption)."""
        table = read_table(el, lambda cell: self._cells.get(id(cell), ""))
        return f"\n\n{text.strip()}\n\n{table}\n\n"
