"""Bytes to text: refuses what it would have to guess, because the text is quoted to customers."""

from __future__ import annotations

import codecs
import re

from ingest.document import UnreadableFileError

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_UNREADABLE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ufffd]")
_UTF8_LETTERS = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)
_HIGH_BYTES = re.compile(rb"[\x80-\xff]")
_SINGLE_BYTE = ["cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1257", "koi8_r"]
_MULTI_BYTE = ["cp932", "euc_jp", "gb18030", "big5", "cp949"]
_SAMPLE_BYTES = 200_000
_CLEAR_LEAD = 0.05  # how far the best guess must lead one that reads differently
_KNOWN_LANGUAGE = 0.1  # least coherence (share of expected letters) of an eight-bit guess
_WESTERN = frozenset("ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜŒßàáâãäåæçèéêëìíîïñòóôõöøùúûüœ")
_WESTERN_SIGNS = re.compile(
    r"(?<![^\W\d_])[£€©®™§½¼¾²³¹ªº¡¿†·](?![^\W\d_])"  # in words they stand for foreign letters
    r"|°|[‘’“”„«»–—…•\xa0]"  # noqa: RUF001 - typographic signs are meant
)
_LONGEST_LINE_CHARS = 50_000  # a chapter
_MOST_BRACKETS = 100_000  # one second of looking for links
_ASK = "save it as UTF-8 text"


def decode_text(data: bytes) -> str:
    """Decode a text file, with line ends as a line feed.

    Raises:
        UnreadableFileError: for binary data and for an encoding that cannot be told for sure.
    """
    text = _decode(data).replace("\r\n", "\n").replace("\r", "\n")
    broken = _UNREADABLE.search(text)
    if broken:
        code = ord(broken.group())
        raise UnreadableFileError(
            f"holds the character U+{code:04X}, which is no text (damaged or binary?); {_ASK}",
            f"line {text.count(chr(10), 0, broken.start()) + 1}",
        )
    return re.sub(r"[\v\f\x85\u2028]", "\n", text).replace("\u2029", "\n\n")


def refuse_costly_markup(text: str) -> None:
    """Refuse what no one writes by hand and Markdown's inline markup makes slow to read.

    Raises:
        UnreadableFileError: naming the first line that is too long, or for too many brackets.
    """
    if text.count("[") > _MOST_BRACKETS:
        raise UnreadableFileError(f"holds more than {_MOST_BRACKETS:,} times '['; split it")
    for number, line in enumerate(text.split("\n"), start=1):
        if len(line) > _LONGEST_LINE_CHARS:
            raise UnreadableFileError(
                f"holds a line of more than {_LONGEST_LINE_CHARS:,} characters; "
                "break it into paragraphs",
                f"line {number}",
            )


def _decode(data: bytes) -> str:
    mark, encoding = next(
        ((mark, name) for mark, name in _BYTE_ORDER_MARKS if data.startswith(mark)), (b"", "utf-8")
    )
    try:
        return data[len(mark) :].decode(encoding)
    except UnicodeDecodeError as error:
        if not mark and not _is_damaged_utf8(data):
            legacy = _legacy_encoding(data)
            if legacy:
                return data.decode(legacy)
        line = data.count(b"\n", 0, len(mark) + error.start) + 1
        label = encoding.upper().removesuffix("-LE").removesuffix("-BE")
        raise UnreadableFileError(f"is not valid {label}; {_ASK}", f"line {line}") from None


def _is_damaged_utf8(data: bytes) -> bool:
    """Text in another encoding hardly ever forms letters of UTF-8 by chance."""
    letters = _UTF8_LETTERS.findall(data)
    others = len(_HIGH_BYTES.findall(data)) - sum(map(len, letters))
    return len(letters) >= others


def _legacy_encoding(data: bytes) -> str:
    """Tell the encoding of older programs; empty when two of them would read differently."""
    from charset_normalizer import from_bytes

    sample = data[:_SAMPLE_BYTES]
    sample = sample[: sample.rfind(b"\n") + 1] or sample
    guesses = list(from_bytes(sample, cp_isolation=_SINGLE_BYTE + _MULTI_BYTE))
    if any(guess.encoding == "cp1252" for guess in guesses) and _is_western(data):
        return "cp1252"
    ranked = sorted(guesses, key=lambda guess: guess.coherence - guess.chaos, reverse=True)
    if not ranked:
        return ""
    best = ranked[0]
    least = best.coherence - best.chaos - _CLEAR_LEAD
    rivals = [guess for guess in ranked if guess.coherence - guess.chaos > least]
    is_known = best.encoding in _MULTI_BYTE or best.coherence >= _KNOWN_LANGUAGE
    return best.encoding if is_known and all(str(g) == str(best) for g in rivals) else ""


def _is_western(data: bytes) -> bool:
    """Say whether text reads well as Windows-1252: accented letters, and signs outside words."""
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError:
        return False
    rest = _WESTERN_SIGNS.sub("", text)
    return all(char.isascii() or char in _WESTERN for char in rest)
