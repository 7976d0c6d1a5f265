"""Reads Markdown into a flat row of blocks whose text a customer can read as it stands."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from html import unescape
from itertools import pairwise
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt
from markdown_it.rules_inline import image, link
from markdown_it.tree import SyntaxTreeNode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from markdown_it.rules_inline import StateInline

    InlineRule = Callable[[StateInline, bool], bool]

BOLD_LINE_LEVEL = 7
"""The level of a bold line that stands for a heading: below every real heading."""

_BOLD_LINE_WORDS = 10
# A source line that begins with a label ("Phone:", "A:") is a line of its own to its author;
# every other line break inside a paragraph is only where the author's editor wrapped.
_WRAPPED = re.compile(r"(?<!\n)\n(?!\n|\w{1,15} ?\d*:(?:\s|$))")
_DEEPEST_LINK = 4
_SENTENCE_END = (".", "!", "?", ",", ";", ":")
_HIDING = re.compile(
    r"(?P<opens><!--|<(?P<raw>script|style)\b)|(?P<closes>-->|</(?P<end>script|style)\s*>)",
    re.IGNORECASE,
)
# Only real tags: "<order number>" in an agent's script is text.
_INLINE_TAG = re.compile(
    r"</?(?:a|abbr|b|big|cite|code|em|font|i|img|ins|kbd|mark|q|s|small|span|strong|sub|sup|u|wbr)"
    r"\b[^<>]*>",
    re.IGNORECASE,
)
_BLOCK_TAG = re.compile(
    r"</?(?:article|blockquote|br|center|details|div|h[1-6]|hr|li|main|nav|ol|p|pre|section|summary"
    r"|table|tbody|td|tfoot|th|thead|tr|ul)\b[^<>]*>",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Heading:
    """A heading; level 1 is the outermost."""

    level: int
    text: str


@dataclass(frozen=True)
class Paragraph:
    """A paragraph, quote or code sample; `lead` is the bold text that it begins with, if any."""

    text: str
    lead: str = ""


@dataclass(frozen=True)
class ListBlock:
    """A whole list; each item keeps its marker, and its nested items as indented lines."""

    items: tuple[str, ...]

    @property
    def text(self) -> str:
        """The list as Markdown."""
        return "\n".join(self.items)


@dataclass(frozen=True)
class Table:
    """A table of plain cells; every row has as many cells as the header."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def head_lines(self) -> str:
        """The header as the first two lines of a pipe table."""
        # One dash a column is valid and costs the embedding model the fewest tokens.
        return f"{table_line(self.header)}\n{'|-' * len(self.header)}|"

    @property
    def text(self) -> str:
        """The table as a pipe table."""
        return "\n".join((self.head_lines, *map(table_line, self.rows)))


Block = Heading | Paragraph | ListBlock | Table


def table_line(cells: Sequence[str]) -> str:
    """Write one row of a pipe table."""
    escaped = (cell.replace("|", r"\|").replace("\n", " ") for cell in cells)
    return "| " + " | ".join(escaped) + " |"


def parse_blocks(markdown: str) -> tuple[Block, ...]:
    """Read CommonMark with pipe tables; bold, italic, links, images and HTML become plain text.

    Quotes are opened up into their blocks. A short bold line without a full stop that something
    follows is taken for the heading it stands for.
    """
    blocks = tuple(_blocks(SyntaxTreeNode(_parser().parse(markdown)).children))
    return tuple(
        Heading(BOLD_LINE_LEVEL, block.text) if _is_bold_line(block, follower) else block
        for block, follower in pairwise((*blocks, None))
        if block is not None
    )


@cache
def _parser() -> MarkdownIt:
    # Content nested deeper than the limit would be dropped without a word.
    parser = MarkdownIt("commonmark", {"maxNesting": 100}).enable("table")
    # By itself the parser tries a hundred links inside one another at each "[".
    parser.inline.ruler.at("link", _unless_deep(link))
    parser.inline.ruler.at("image", _unless_deep(image))
    return parser


def _unless_deep(rule: InlineRule) -> InlineRule:
    """End the search for links around a place where too many would stand in one another."""

    def bounded(state: StateInline, silent: bool) -> bool:
        if state.level < _DEEPEST_LINK or state.src[state.pos] not in "![":
            return rule(state, silent)
        state.pos = state.posMax
        return True

    return bounded


def _is_bold_line(block: Block | None, follower: Block | None) -> bool:
    return (
        isinstance(block, Paragraph)
        and not isinstance(follower, Heading | None)
        and block.lead == block.text
        and bool(block.text)
        and not block.text.endswith(_SENTENCE_END)
        and len(block.text.split()) <= _BOLD_LINE_WORDS
    )


def _blocks(nodes: Sequence[SyntaxTreeNode]) -> Iterator[Block]:
    for node in nodes:
        match node.type:
            case "heading":
                if text := _plain(node).replace("\n", " "):
                    yield Heading(int(node.tag[1:]), text)
            case "paragraph" | "fence" | "code_block" | "html_block":
                if text := _plain(node):
                    yield Paragraph(text, _lead(node))
            case "bullet_list" | "ordered_list":
                yield ListBlock(tuple(_item(item) for item in node.children))
            case "table":
                yield _table(node)
            case _:
                yield from _blocks(node.children)


def _table(node: SyntaxTreeNode) -> Table:
    header, *rows = (
        tuple(_plain(cell) for cell in row.children)
        for part in node.children
        for row in part.children
    )
    return Table(header, tuple(row for row in rows if any(row)))


def _item(node: SyntaxTreeNode) -> str:
    marker = f"{node.info}{node.markup}" if node.info else "-"
    body = "\n".join(block.text for block in _blocks(node.children))
    return f"{marker} " + body.replace("\n", "\n" + " " * (len(marker) + 1))


def _lead(node: SyntaxTreeNode) -> str:
    inline = node.children[0].children if node.type == "paragraph" else []
    first = next((child for child in inline if child.type != "text" or child.content), None)
    return _plain(first) if first is not None and first.type == "strong" else ""


def _plain(node: SyntaxTreeNode) -> str:
    if node.type == "html_block":
        return " ".join(_without_html(node.content).split())
    if node.type in {"fence", "code_block"}:
        return node.content.strip("\n")
    lines = _WRAPPED.sub(" ", "".join(_words(node))).split("\n")
    return "\n".join(line for line in (" ".join(line.split()) for line in lines) if line)


def _words(node: SyntaxTreeNode) -> Iterator[str]:
    """Yield the pieces of an inline node's text; two newlines are a break that the author set."""
    for leaf in _shown(list(_leaves(node))):
        match leaf.type:
            case "softbreak":
                yield "\n"
            case "hardbreak":
                yield "\n\n"
            case "html_inline" if leaf.content.lower().startswith("<br"):
                yield "\n\n"
            case "html_inline":
                yield _without_html(leaf.content)
            case _:
                yield leaf.content


def _leaves(node: SyntaxTreeNode) -> Iterator[SyntaxTreeNode]:
    for child in node.children:
        if child.children and child.type != "image":
            yield from _leaves(child)
        elif child.type != "image":
            yield child


def _shown(leaves: Sequence[SyntaxTreeNode]) -> Iterator[SyntaxTreeNode]:
    """Leave out what stands between the tags of a script; one that is never closed is text."""
    tags = [_HIDING.match(leaf.content) if leaf.type == "html_inline" else None for leaf in leaves]
    last_end = {tag["end"].lower(): at for at, tag in enumerate(tags) if tag and tag["end"]}
    hidden = ""
    for at, (leaf, tag) in enumerate(zip(leaves, tags, strict=True)):
        if hidden:
            if tag and tag["end"] and tag["end"].lower() == hidden:
                hidden = ""
        elif tag and tag["raw"] and last_end.get(tag["raw"].lower(), -1) > at:
            hidden = tag["raw"].lower()
        else:
            yield leaf


def _without_html(fragment: str) -> str:
    shown = _INLINE_TAG.sub("", _without_hidden(fragment))
    return unescape(_BLOCK_TAG.sub(" ", shown))


def _without_hidden(fragment: str) -> str:
    """Cut comments, scripts and styles out in one pass; what is never closed stays as text."""
    marks = list(_HIDING.finditer(fragment))
    last_end = {_closing(mark): mark.start() for mark in marks if mark["closes"]}
    pieces: list[str] = []
    start, awaited = 0, ""
    for mark in marks:
        if awaited:
            if mark["closes"] and _closing(mark) == awaited:
                start, awaited = mark.end(), ""
        elif mark["opens"] and last_end.get(wanted := _wanted(mark), -1) > mark.start():
            pieces += [fragment[start : mark.start()], " "]
            awaited = wanted
    return "".join([*pieces, fragment[start:]])


def _wanted(mark: re.Match[str]) -> str:
    """Name what closes an opening mark."""
    return (mark["raw"] or "-->").lower()


def _closing(mark: re.Match[str]) -> str:
    return (mark["end"] or "-->").lower()
