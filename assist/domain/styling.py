"""Words a draft in a style: approved text stays word for word, the phrases around it change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from importlib.resources import files

LANGUAGES = ("en", "es", "fr", "de", "pt")


class Style(StrEnum):
    """How a draft is worded; the facts in it are the same in every style."""

    PLAIN = ""
    SHORTER = "shorter"
    WARMER = "warmer"
    FORMAL = "formal"


class Say(StrEnum):
    """What the phrases of a draft say; the keys of `suggestion_phrases.yaml`."""

    GREETING = "greeting"
    GREETING_UNKNOWN = "greeting_unknown"
    PERSON = "person"
    PERSON_NEXT = "person_next"
    UNHAPPY = "unhappy"
    SERIOUS = "serious"
    SAFETY = "safety"
    FRAUD = "fraud"
    LEGAL = "legal"
    BEREAVEMENT = "bereavement"
    HARDSHIP = "hardship"
    COMPLAINT = "complaint"
    ACCOUNT_KNOWN = "account_known"
    ACCOUNT_ASK = "account_ask"
    OTHER_LEAD = "other_lead"
    MORE_LEAD = "more_lead"
    AGAIN = "again"
    AGAIN_ASK = "again_ask"
    FIND_OUT = "find_out"
    FIND_OUT_OTHER = "find_out_other"
    ASK_DETAILS = "ask_details"
    NEXT_STEP = "next_step"
    NEXT_STEP_UNHAPPY = "next_step_unhappy"
    NOTHING_OPEN = "nothing_open"
    HELLO = "hello"
    THANKS = "thanks"
    GOODBYE = "goodbye"


_NOT_IN_SHORT = {Say.GREETING, Say.GREETING_UNKNOWN, Say.PERSON}


@dataclass(frozen=True)
class Phrase:
    """A paragraph of the phrase table; `value` fills its only placeholder.

    A `sober` one is never worded warmly: thanks for getting in touch mock an upset customer.
    """

    say: Say
    value: str = ""
    is_sober: bool = False


@dataclass(frozen=True)
class Approved:
    """A paragraph of approved text; `essential` is the part of it that must be said."""

    text: str
    essential: str


Paragraph = Phrase | Approved

Variants = Sequence[str]
PhraseTable = Mapping[Say, Mapping[Style, Variants]]


@dataclass(frozen=True)
class PhraseBook:
    """The phrases of a language, with a client's own ones in front."""

    language: str
    own: PhraseTable

    def say(self, phrase: Phrase, style: Style, variant: int) -> str:
        """Return a phrase; there are as many variants as the table has, then they come again."""
        variants = self._variants(phrase.say, style)
        return _filled(variants[variant % len(variants)], phrase.value)

    def _variants(self, say: Say, style: Style) -> Variants:
        own, general = self.own.get(say, {}), _table(self.language)[say]
        for table, wanted in ((own, style), (general, style), (own, Style.PLAIN)):
            if wanted in table:
                return table[wanted]
        return general[Style.PLAIN]


def word(paragraphs: Sequence[Paragraph], book: PhraseBook, style: Style, variant: int = 0) -> str:
    """Put paragraphs into words."""
    texts = [_worded(each, book, style, variant) for each in paragraphs]
    return "\n\n".join(text for text in texts if text)


def _worded(paragraph: Paragraph, book: PhraseBook, style: Style, variant: int) -> str:
    is_short = style is Style.SHORTER
    if isinstance(paragraph, Approved):
        return paragraph.essential if is_short else paragraph.text
    if is_short and paragraph.say in _NOT_IN_SHORT:
        return ""
    is_plain = paragraph.is_sober and style is Style.WARMER
    return book.say(paragraph, Style.PLAIN if is_plain else style, variant)


def _filled(phrase: str, value: str) -> str:
    """Put the value where the placeholder stands; a customer's words are never a format."""
    before, opened, rest = phrase.partition("{")
    return before + value + rest.partition("}")[2] if opened else phrase


@lru_cache(maxsize=len(LANGUAGES))
def _table(language: str) -> PhraseTable:
    return _document()[language]


@lru_cache(maxsize=1)
def _document() -> Mapping[str, PhraseTable]:
    import yaml

    text = files("assist.domain").joinpath("suggestion_phrases.yaml").read_text("utf-8")
    document = yaml.load(text, Loader=yaml.CSafeLoader)
    return {
        language: {
            Say(name): {
                Style("" if style == "plain" else style): variants
                for style, variants in styles.items()
            }
            for name, styles in table.items()
        }
        for language, table in document.items()
    }
