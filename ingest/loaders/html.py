"""Reads saved web pages: keeps what the page is about, drops the site around it."""

from __future__ import annotations

import re
import warnings
from typing import TYPE_CHECKING

from ingest.document import LoadedDocument, UnreadableFileError
from ingest.loaders.encoding import decode_text
from ingest.loaders.markup import plain_title

if TYPE_CHECKING:
    from pathlib import Path

    from bs4 import BeautifulSoup, Tag

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_NEVER_TEXT = {
    *("script", "style", "noscript", "template", "iframe", "object", "embed", "svg", "canvas"),
    *("video", "audio", "img", "picture", "input", "select", "textarea", "dialog", "nav"),
    *("s", "del", "strike"),  # struck out: no longer valid
}
_AROUND_MAIN = {"header", "footer", "aside"}
_SITE_ROLES = {"navigation", "banner", "contentinfo", "search", "dialog", "alertdialog"}
_CLUTTER = re.compile(
    r"(^|\s)(cookie|consent|gdpr)s?[-_]*(banner|bar|notice|consent|popup|overlay|message|modal)"
    r"|(^|\s)(onetrust\S*|cc-window|skip-link|sr-only|visually-hidden|screen-reader-text)(\s|$)"
    r"|breadcrumb",
    re.IGNORECASE,
)
_COOKIE_NOTICE = re.compile(r"^\W*(we|(this|our) (web)?site) (\w+ )?uses? cookies", re.IGNORECASE)
_COOKIE_NOTICE_CHARS = 600
_INVISIBLE_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_TITLE_SEPARATOR = re.compile(r"\s+[|–—·-]\s+|\s+::\s+|\s*\|\s*")  # noqa: RUF001 - typographic signs are meant
_MOSTLY = 0.5
_DEEPEST_NESTING = 200  # pages by hand reach 40; converters recurse, and fail from 300 on


def load_html(path: Path) -> LoadedDocument:
    """Read a saved web page."""
    return read_html(_decode(path.read_bytes()))


def read_html(html: str) -> LoadedDocument:
    """Turn a page into Markdown: its main part, or its body without the site's own parts.

    Raises:
        UnreadableFileError: for a page nested deeper than any author writes, or with a field twice.
    """
    from ingest.loaders.html_markdown import to_markdown
    from ingest.loaders.html_metadata import read_page_metadata

    soup = _parse(html)
    metadata = read_page_metadata(soup)
    main = _main_part(soup)
    content = main or soup.body or soup
    _remove_clutter(content, is_main=main is not None)
    title = _title(soup, content)
    return LoadedDocument(to_markdown(content), title, metadata)


def _parse(html: str) -> BeautifulSoup:
    from bs4 import BeautifulSoup, XMLParsedAsHTMLWarning

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", XMLParsedAsHTMLWarning)  # XHTML pages read well as HTML
        soup = BeautifulSoup(html, "lxml")
    depths = {id(soup): 0}
    for tag in soup.find_all(True):
        depths[id(tag)] = depths[id(tag.parent)] + 1
    if max(depths.values()) > _DEEPEST_NESTING:
        raise UnreadableFileError("is nested too deeply to read; save the text of the page anew")
    return soup


def _decode(data: bytes) -> str:
    """Decode a page: UTF-8 where it is that, or else as the page itself declares."""
    from bs4.dammit import EncodingDetector

    try:
        return decode_text(data)
    except UnreadableFileError:
        declared = EncodingDetector.find_declared_encoding(data, is_html=True)
        if not declared:
            raise
    try:
        return decode_text(data.decode(declared).encode())
    except (LookupError, UnicodeDecodeError) as error:
        raise UnreadableFileError(
            f"is not in the encoding it declares, {declared}; save it as UTF-8"
        ) from error


def _main_part(soup: BeautifulSoup) -> Tag | None:
    """Find the element with the page's own content; several articles are a page of teasers."""
    found = list(soup.select("main, [role=main]"))
    if not found:
        articles = list(soup.select("article"))
        found = articles if len(articles) == 1 else []
    return next((tag for tag in found if tag.get_text(strip=True)), None)


def _title(soup: BeautifulSoup, content: Tag) -> str:
    """Prefer the heading on the page: a `<title>` also names the site."""
    heading = content.find("h1")
    if heading is not None:
        return plain_title(heading.get_text(" ", strip=True))
    text = plain_title(soup.title.get_text()) if soup.title else ""
    return _TITLE_SEPARATOR.split(text)[0]


def _remove_clutter(content: Tag, *, is_main: bool) -> None:
    """Delete what is not part of the text that a reader of the page would see."""
    opened = _opened_by_click(content)
    for tag in content.find_all(True):
        if tag.decomposed or tag is content:
            continue
        if tag.name == "form" and tag.find(HEADINGS):
            tag.unwrap()  # some site builders wrap the whole page in a form
        elif (
            _is_clutter(tag, opened)
            or (not is_main and _is_around_main(tag))
            or (tag.name == "aside" and _is_mostly_links(tag))
        ):
            tag.decompose()


def _opened_by_click(content: Tag) -> set[str]:
    """Collect the ids of folded panels: hidden in the file, one click away for a reader."""
    openers = content.select("[aria-controls]")
    return {name for tag in openers for name in str(tag["aria-controls"]).split()}


def _is_clutter(tag: Tag, opened: set[str]) -> bool:
    if tag.name in _NEVER_TEXT or tag.name == "form":
        return True
    if tag.name == "button":
        return tag.find_parent([*HEADINGS, "summary", "dt"]) is None
    if tag.name == "a":
        return tag.get_text(strip=True) in {"#", "¶", "↑", "§"}
    hidden = (
        tag.has_attr("hidden")
        or tag.get("aria-hidden") == "true"
        or _INVISIBLE_STYLE.search(str(tag.get("style", ""))) is not None
    )
    if hidden and tag.get("id") not in opened:
        return True
    names = " ".join([str(tag.get("id", "")), *tag.get_attribute_list("class")])
    return tag.get("role") in _SITE_ROLES or _CLUTTER.search(names) is not None


def _is_around_main(tag: Tag) -> bool:
    """Recognise the site's parts on a page that does not mark its main part."""
    if tag.name in _AROUND_MAIN:
        return True
    if tag.name not in {"div", "section"} or tag.find(["a", "button"]) is None:
        return False
    text = tag.get_text(" ", strip=True)
    return len(text) < _COOKIE_NOTICE_CHARS and _COOKIE_NOTICE.match(text) is not None


def _is_mostly_links(tag: Tag) -> bool:
    linked = sum(len(link.get_text(strip=True)) for link in tag.find_all("a"))
    return linked > _MOSTLY * len(tag.get_text(strip=True))
