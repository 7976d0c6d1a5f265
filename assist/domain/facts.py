"""Finds the facts that a customer has given, so that nobody has to ask for them again."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from assist.domain.masking import find_secrets
from knowledge_base.retrieval.terms import terms


class FactKind(StrEnum):
    """What a fact is."""

    REFERENCE = "reference"
    AMOUNT = "amount"
    DATE = "date"
    EMAIL = "email"
    PHONE = "phone"
    POSTCODE = "postcode"
    ENDING = "ending"
    NAME = "name"
    PRODUCT = "product"
    SECRET = "secret"  # noqa: S105 - says that one was masked


@dataclass(frozen=True)
class Fact:
    """Something that a customer told: its kind, a label to show, and the value as it was said.

    Of a secret the value is what is left after masking.
    """

    kind: FactKind
    label: str
    value: str


def find_facts(
    messages: Sequence[str], titles: Sequence[str] = (), language: str = "en"
) -> tuple[Fact, ...]:
    """Return the facts in the customer's messages, each once, in the order they were given.

    Last come those of the titles of cited articles that the customer spoke of.
    """
    found = [fact for message in messages for fact in _facts_of(message)]
    said = set(terms(" ".join(messages), language))
    products = (
        Fact(FactKind.PRODUCT, "About", title)
        for title in titles
        if _is_named(set(terms(title, language)), said)
    )
    by_value: dict[tuple[FactKind, str], Fact] = {}
    for fact in (*found, *products):
        by_value.setdefault((fact.kind, fact.value.casefold()), fact)
    return tuple(by_value.values())


def _is_named(title: set[str], said: set[str]) -> bool:
    """Say whether half of a title's words were said."""
    return bool(title) and 2 * len(title & said) >= len(title)


_Finder = Callable[[str], Iterator[tuple[int, int, Fact]]]


def find_places(message: str) -> list[tuple[int, int, Fact]]:
    """Return where the facts of a message stand, from and to, in no special order.

    They are found one kind after the other; what one took is hidden from the next.
    """
    left = message[:_READ]
    found: list[tuple[int, int, Fact]] = []
    has_digit = any(char.isdigit() for char in left)
    for find in _FINDERS if has_digit else _FINDERS_OF_WORDS:
        for start, end, fact in list(find(left)):
            found.append((start, end, fact))
            left = left[:start] + _TAKEN * (end - start) + left[end:]
    return found


def _facts_of(message: str) -> list[Fact]:
    return [fact for _, _, fact in sorted(find_places(message), key=lambda place: place[0])]


_READ = 4000
"""So much of a message is looked through: longer ones are pasted rather than written."""

_TAKEN = "\u0000"

_MONTHS = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sep(?:t(?:ember)?)?"
    "|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?"
    "|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre"
    "|janvier|f\u00e9vrier|mars|avril|mai|juin|juillet|ao\u00fbt|septembre|octobre|novembre"
    "|d\u00e9cembre|januar|februar|m\u00e4rz|juni|juli|oktober|dezember"
    "|janeiro|fevereiro|mar\u00e7o|maio|junho|julho|setembro|outubro|novembro|dezembro"
)
_WEEKDAYS = (
    "mondays?|tuesdays?|wednesdays?|thursdays?|fridays?|saturdays?|sundays?"
    "|lunes|martes|mi\u00e9rcoles|jueves|viernes|s\u00e1bado|domingo"
    "|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche"
    "|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag"
    "|segunda-feira|ter\u00e7a-feira|quarta-feira|quinta-feira|sexta-feira"
)
_DATE = re.compile(
    rf"""\b(?:
      \d{{4}}-\d{{2}}-\d{{2}}
    | \d{{1,2}}[./]\d{{1,2}}[./](?:\d{{4}}|\d{{2}})
    | \d{{1,2}}/\d{{1,2}}(?![\d/])
    | (?:(?:{_WEEKDAYS}),?\ (?:the\ |den\ |el\ |le\ )?)?\d{{1,2}}(?:st|nd|rd|th|er|\.|\u00ba)?
      \ (?:of\ |de\ )?(?:{_MONTHS})\b\.?(?:,?\ (?:de\ )?\d{{4}})?
    | (?:{_MONTHS})\.?\ \d{{1,2}}(?:st|nd|rd|th)?\b(?!:)(?:,?\ \d{{4}})?
    | (?:(?:last|next|this|coming|past|letzten|n\u00e4chsten|diesen|el\ pasado)\ )?(?:{_WEEKDAYS})
      (?:\ (?:morning|afternoon|evening|night|last\ week|next\ week|dernier|prochain|pasado
      |pr\u00f3ximo|passada|que\ vem))?
    | (?:last|next|this)\ (?:week|month|year|weekend|night)
    | (?:\d{{1,2}}|a|an|one|two|three|four|five|six|seven|eight|nine|ten|a\ couple\ of|a\ few)
      \ (?:hour|day|week|month|year)s?\ ago
    | the\ day\ before\ yesterday | yesterday | today | tomorrow | tonight
    | ayer | ma\u00f1ana | hier | demain | gestern | morgen | ontem | amanh\u00e3
    )\b""",
    re.IGNORECASE | re.VERBOSE,
)
_REFERENCE = re.compile(
    r"""\b(?P<what>order|booking|invoice|ticket|case|tracking|policy|contract|customer|client|account
        |membership|member|parcel|shipment|delivery|appointment|claim|return|refund|transaction|payment
        |patient|repair|complaint|serial|reference|ref|bestellung|rechnung|auftrag|kunden
        |pedido|factura|fatura|commande|facture|encomenda|reserva|r\u00e9servation|buchung)
        (?:\ (?:reference|confirmation|ref))?
        [-\ ]?(?:number|num|no\b\.?|nr\b\.?|nummer|n\u00famero|num\u00e9ro|n[\u00b0\u00ba]|id|code)?
        (?:\ (?:is|was|of|it's|ist|es|est|\u00e9))?[:=]?\ ?\#?\ ?
        (?P<value>(?=[A-Z0-9/-]*\d[A-Z0-9/-]*\d[A-Z0-9/-]*\d)[A-Z0-9][A-Z0-9/-]{2,24})(?![\w.,]\d)\b
    """,
    re.IGNORECASE | re.VERBOSE,
)
_BARE_REFERENCE = re.compile(
    r"(?<![\w\u0000])(?:#\s?(?P<hash>[A-Za-z0-9-]{3,20})|(?P<code>[A-Z]{1,5}-?\d{4,14}(?:-\d+)?))\b"
)
_AMOUNT = re.compile(
    r"""(?:[$\u00a3\u20ac]|\b(?:USD|EUR|GBP|US\$))\s?\d[\d.,]*\d(?:\s?(?:k|m)\b)?|[$\u00a3\u20ac]\s?\d
      |(?<![\w.,-])\d[\d.,]*\s?(?:[$\u00a3\u20ac](?!\w)
        |(?:pounds?|dollars?|euros?|quid|bucks|pence|cents?|usd|eur|gbp|libras?|livres|d\u00f3lares)\b)
      |(?<![\w.,-])\d{1,3}p\b
    """,
    re.IGNORECASE | re.VERBOSE,
)
_EMAIL = re.compile(r"(?<![\w.+'-])[\w.+'-]++@[\w-]+(?:\.[\w-]+)+")
_ENDING = re.compile(
    r"""(?:\b(?P<what>card|account|phone|number|visa|mastercard|amex|iban)s?\b[^.?!\n]{0,25}?)?
      (?:\bending\ (?:in\ |with\ )?|\bends\ (?:in|with)\ |\blast\ (?:four|4|three|3)\ (?:digits\ )?
        (?:(?:are|is|of)\ )?(?:it\ (?:are|is)\ )?:?\ ?|(?<!\w)(?:\*|x|\u2022){2,12}[\s-]?)
      (?P<value>\d{3,4})(?!\d)
    """,
    re.IGNORECASE | re.VERBOSE,
)
_PHONE = re.compile(
    r"""(?<![\w.,/-])(?:
        (?:\+|00)\d{1,3}[\s().-]{0,2}(?:\d[\s().-]{0,2}){6,12}\d
      | \(?0\d{2,4}\)?[\s.-]?(?:\d[\s.-]?){5,8}\d
      | \(?\d{3}\)?[\s.-]\d{3}[\s.-]\d{4}
      | (?<=\b555[\s-])\d{4}
      )(?![\w-])""",
    re.VERBOSE,
)
_CALLED_PHONE = re.compile(
    r"\b(?:phone|mobile|cell|telephone|tel|(?:call|text|reach) me (?:on|at))\b"
    r"[^\d\n+]{0,20}(?P<value>\+?\d(?:[\s.-]?\d){5,14})\b",
    re.IGNORECASE,
)
_POSTCODE = re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]?\s\d[A-Z]{2}\b|\b[A-Z]{1,2}\d[A-Z\d]?\d[A-Z]{2}\b")
_CALLED_POSTCODE = re.compile(
    r"\b(?:post\s?code|zip(?:\s?code)?|postal code|plz|postleitzahl|c[o\u00f3]digo postal"
    r"|code postal)"
    r"(?:\s(?:is|to|ist|es|est|\u00e9))?[:\s]\s?"
    r"(?P<value>\d{5}(?:-\d{3,4})?|[a-z]{1,2}\d[a-z\d]?\s?\d[a-z]{2}|\d{4}(?:-\d{3})?)\b",
    re.IGNORECASE,
)
_STATE_ZIP = re.compile(r"\b[A-Z]{2} \d{5}(?:-\d{4})?\b")
_NAME = re.compile(
    r"""\b(?:my\ (?:full\ |last\ |first\ )?(?:name\ is|name's|surname\ is)|i\ am\ called|i'm\ called
      |me\ llamo|mi\ nombre\ es|je\ m['\u2019]appelle|mon\ nom\ est|ich\ hei(?:\u00df|ss)e
      |mein\ name\ ist|chamo-me|o\ meu\ nome\ \u00e9|meu\ nome\ \u00e9|name:)\s+
      (?P<value>[^\W\d_][\w'\u2019.-]*(?:\ [^\W\d_][\w'\u2019-]*){0,3})""",
    re.IGNORECASE | re.VERBOSE,
)
_NO_NAME_TEXT = """
    a also and are at being but called can can't changed correct different e for from gone
    has how i i'm in incorrect is it it's missing misspelled misspelt mit mon my no not now
    old on please registered showing spelled spelt still such that the there this und under
    until was we what when where which who with wrong written y you your et aus de
"""
_NO_NAME = frozenset(_NO_NAME_TEXT.split())
_PARTICLES_TEXT = """
    de da do dos van von der den la le du el bin al mac mc st
"""
_PARTICLES = frozenset(_PARTICLES_TEXT.split())

_WHAT = {"ref": "Reference", "reference": "Reference", "serial": "Serial number"}


def _secrets(text: str) -> Iterator[tuple[int, int, Fact]]:
    for secret in find_secrets(text):
        yield secret.start, secret.end, Fact(FactKind.SECRET, secret.label, secret.masked)


def _references(text: str) -> Iterator[tuple[int, int, Fact]]:
    for match in _REFERENCE.finditer(text):
        value, what = match["value"], match["what"].casefold()
        if not _DATE.fullmatch(value):
            label = _WHAT.get(what, f"{what.capitalize()} number")
            yield *match.span("value"), Fact(FactKind.REFERENCE, label, value)


def _bare_references(text: str) -> Iterator[tuple[int, int, Fact]]:
    for match in _BARE_REFERENCE.finditer(text):
        value = match["hash"] or match["code"]
        if any(char.isdigit() for char in value):
            yield *match.span(), Fact(FactKind.REFERENCE, "Reference", value)


def _endings(text: str) -> Iterator[tuple[int, int, Fact]]:
    for match in _ENDING.finditer(text):
        what = (match["what"] or "number").casefold()
        label = f"{what.capitalize()} ending"
        yield *match.span(), Fact(FactKind.ENDING, label, match["value"])


def _names(text: str) -> Iterator[tuple[int, int, Fact]]:
    for match in _NAME.finditer(text):
        words: list[str] = []
        for word in match["value"].split():
            if word.casefold() in _NO_NAME - (_PARTICLES if words else frozenset()):
                break
            words.append(word.rstrip(".,"))
            if word.endswith("."):
                break
        while words and words[-1].casefold() in _PARTICLES:
            words.pop()
        if words:
            yield *match.span(), Fact(FactKind.NAME, "Name", " ".join(words))


def _simple(kind: FactKind, label: str, *patterns: re.Pattern[str]) -> _Finder:
    def find(text: str) -> Iterator[tuple[int, int, Fact]]:
        for pattern in patterns:
            group = "value" if "value" in pattern.groupindex else 0
            for match in pattern.finditer(text):
                value = match[group].strip(" .,")
                yield *match.span(group), Fact(kind, label, value)

    return find


_find_emails = _simple(FactKind.EMAIL, "E-mail", _EMAIL)
_find_dates = _simple(FactKind.DATE, "Date", _DATE)

_FINDERS: tuple[_Finder, ...] = (
    _secrets,
    _find_emails,
    _endings,
    _simple(FactKind.POSTCODE, "Postcode", _CALLED_POSTCODE, _POSTCODE, _STATE_ZIP),
    _simple(FactKind.PHONE, "Phone", _CALLED_PHONE),
    _references,
    _simple(FactKind.AMOUNT, "Amount", _AMOUNT),
    _find_dates,
    _simple(FactKind.PHONE, "Phone", _PHONE),
    _bare_references,
    _names,
)
_FINDERS_OF_WORDS: tuple[_Finder, ...] = (_secrets, _find_emails, _find_dates, _names)
"""What can be found where there is no digit."""
