"""Reads the figures of a sentence: numbers with their units, dates, times, codes and addresses."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """A value in one spelling and its unit, which is empty for a bare number."""

    value: str
    unit: str


_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip
_MONTH = "|".join(f"{month[:3]}(?:{month[3:]})?" for month in _MONTHS) + "|sept"
_NUMBER_WORDS = {
    "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7",
    "eight": "8", "nine": "9", "ten": "10", "eleven": "11", "twelve": "12", "fifteen": "15",
    "twenty": "20", "thirty": "30", "forty": "40", "fifty": "50", "sixty": "60", "ninety": "90",
    "hundred": "100",
}  # fmt: skip
_UNITS = (
    "seconds?|minutes?|mins?|hours?|hrs?|days?|nights?|weeks?|months?|years?|times?|km|miles?|kg|g"
    "|grams?|lbs?|pounds?|cm|mm|m|metres?|meters?|inches|inch|litres?|liters?|ml|kwh|[kmgt]b"
)
_MONEY_NAMES = {
    "usd": "$", "us$": "$", "dollar": "$", "eur": "\u20ac", "euro": "\u20ac", "gbp": "\u00a3",
    "pound": "\u00a3", "pence": "p", "cent": "\u00a2", "%": "%", "percent": "%", "per cent": "%",
}  # fmt: skip
_NUMBER = r"\d+(?:[.,]\d+)*"
_FIGURE = re.compile(
    rf"""(?P<address>(?:https?://|www\.)\S+|[\w.+'-]+@[\w-]+(?:\.[\w-]+)+
      |(?<![\w.])(?:[a-z0-9-]+\.)+[a-z]{{2,}}(?:/\S*)?(?!\w))
    |(?P<date>\d{{4}}-\d\d-\d\d|\d{{1,2}}[./]\d{{1,2}}[./]\d{{2,4}})\b
    |\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\ (?:of\ )?(?P<month>{_MONTH})\b(?:,?\ (?P<year>\d{{4}}))?
    |\b(?P<month2>{_MONTH})\ (?P<day2>\d{{1,2}})(?:st|nd|rd|th)?\b(?:,?\ (?P<year2>\d{{4}}))?
    |(?P<phone>\+?\d[\d ()-]{{7,}}\d)
    |\b(?P<hour>\d{{1,2}})(?:[:.](?P<minute>\d\d))?\s?(?P<half>[ap])\.?m\b
    |\b(?P<hour24>\d{{1,2}}):(?P<minute24>\d\d)\b
    |(?P<sign>[$\u00a3\u20ac\u00a5]|\b(?:usd|eur|gbp|us\$)\s?)\s?(?P<paid>{_NUMBER})
    |(?P<amount>{_NUMBER})\s?(?P<money>[$\u00a3\u20ac%]|(?:per\ cent|percent|usd|eur|gbp
      |dollar|euro|pence|cent)s?\b)
    |(?<![\w.-])(?P<count>{_NUMBER}|(?:{"|".join(_NUMBER_WORDS)})(?=[\s-]))[\s-]?
      (?P<kind>(?:working|business|calendar|consecutive)[\s-])?(?P<unit>{_UNITS})(?!\w)
    |(?<![\w-])(?P<code>(?=[\w-]*\d)(?=[\w-]*[a-z])[a-z0-9]+(?:-[a-z0-9]+)*)(?![\w-])
    |(?P<number>{_NUMBER}|\b(?:{"|".join(word for word in _NUMBER_WORDS if word != "one")})\b)
    """,
    re.IGNORECASE | re.VERBOSE,
)
_SAME_KINDS = {"business": "working", "consecutive": "calendar"}


def figures_of(text: str) -> frozenset[Figure]:
    """Return the figures of a text."""
    return frozenset(_figure(found) for found in _FIGURE.finditer(text))


def without_figures(text: str) -> str:
    """Return the words of a text that belong to no figure."""
    return _FIGURE.sub(" ", text)


def _figure(found: re.Match[str]) -> Figure:
    part = {name: value for name, value in found.groupdict().items() if value is not None}
    match part:
        case {"address": address}:
            figure = Figure(address.rstrip(".,;:!?)'\"").casefold(), "address")
        case {"date": date}:
            figure = Figure(date, "date")
        case {"day": day, "month": month} | {"day2": day, "month2": month}:
            year = part.get("year") or part.get("year2", "")
            figure = Figure(f"{int(day)} {month[:3].casefold()} {year}", "date")
        case {"phone": phone}:
            figure = Figure(re.sub(r"\D", "", phone), "phone")
        case {"hour": hour, "half": half}:
            hours = int(hour) % 12 + (12 if half in "pP" else 0)
            figure = Figure(f"{hours}:{part.get('minute', '00')}", "time")
        case {"hour24": hour, "minute24": minute}:
            figure = Figure(f"{int(hour)}:{minute}", "time")
        case {"sign": sign, "paid": value} | {"amount": value, "money": sign}:
            name = sign.strip().casefold()
            figure = Figure(_plain(value), _MONEY_NAMES.get(name.removesuffix("s"), name))
        case {"count": value, "unit": unit}:
            figure = Figure(_plain(value), _unit(unit, part.get("kind", "")))
        case {"code": code}:
            figure = Figure(code.casefold(), "code")
        case _:
            figure = Figure(_plain(part["number"]), "")
    return figure


def _plain(value: str) -> str:
    value = _NUMBER_WORDS.get(value.casefold(), value)
    grouped = re.sub(r",(?=\d{3}\b)", "", value)
    return re.sub(r"\.0+$", "", grouped)


def _unit(unit: str, kind: str) -> str:
    """Return the unit; a working day is not a day."""
    name = unit.casefold()
    singular = name if len(name) <= 2 else name.removesuffix("s")  # noqa: PLR2004 - "kg", "m"
    kind = kind.strip(" -").casefold()
    return f"{_SAME_KINDS.get(kind, kind)} {singular}".strip()
