"""Writes the value of a spreadsheet cell as the spreadsheet shows it."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

_DIRECTIVE = re.compile(r"\[\$([^\]-]*)[^\]]*\]|\[[^\]]*\]")  # [$£-809] shows £, [Red] nothing
_SPACING = re.compile(r"[_*].")
_DIGITS = re.compile(r"[#0?][#0?,]*(?:\.[#0?]+)?")
_GENERAL_DECIMALS = 10
_ERROR_TYPE = "e"


def cell_text(cell: Any) -> str:
    """Write a cell of openpyxl: dates in ISO form, numbers with their currency or percent sign.

    Errors such as `#N/A` come out empty.
    """
    value = cell.value
    if value is None or cell.data_type == _ERROR_TYPE:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return number_text(value, cell.number_format or "General")
    if isinstance(value, dt.datetime):
        has_time = value.time() != dt.time(0)
        return value.strftime("%Y-%m-%d %H:%M") if has_time else value.date().isoformat()
    if isinstance(value, dt.time):
        return value.strftime("%H:%M")
    return str(value)


def number_text(value: float, number_format: str) -> str:
    """Write a number in an Excel format code; codes for fractions and powers are left aside."""
    sections = number_format.split(";")
    shown = sections[1] if value < 0 and len(sections) > 1 else sections[0]
    code = _SPACING.sub("", _DIRECTIVE.sub(r"\1", shown).replace("\\", ""))
    place = _DIGITS.search(code)
    if place is None or "E+" in code or "/" in code:
        return _general(value)
    before, after = code[: place.start()], code[place.end() :]
    if "%" in before + after:
        value *= 100
    digits = _digits(abs(value), place.group())
    sign = "-" if value < 0 and shown is sections[0] else ""
    return (sign + before + digits + after).replace('"', "").strip()


def _digits(value: float, pattern: str) -> str:
    """Round and group as a pattern such as `#,##0.0#` says."""
    whole, _, fraction = pattern.partition(".")
    grouping = "," if "," in whole else ""
    width = whole.count("0") + (1 + len(fraction) if fraction else 0)
    text = f"{value:0{width}{grouping}.{len(fraction)}f}"
    optional = len(fraction) - len(fraction.rstrip("#?"))
    if optional:
        kept = len(text) - optional
        text = text[:kept] + text[kept:].rstrip("0")
    return text.rstrip(".")


def _general(value: float) -> str:
    if isinstance(value, float) and not value.is_integer():
        return f"{value:.{_GENERAL_DECIMALS}f}".rstrip("0").rstrip(".")
    return str(int(value))
