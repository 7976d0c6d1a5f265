import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assist.domain.client import ClientProfile
from assist.domain.client_phrases import phrase_book
from assist.domain.draft_checks import FindingKind, check_draft
from assist.domain.known_texts import KnownTexts
from assist.domain.styling import LANGUAGES, Approved, Paragraph, Phrase, Say, Style, word

ACME = ClientProfile(name="Acme")
_NUMBER = re.compile(r"\d+")

NAMES = st.text("abcdefgh{}%\\", min_size=1, max_size=12)
QUOTES = st.lists(
    st.from_regex(r"[A-Z][a-z]{2,8} [0-9]{1,4} (days|percent|\{order\})\.", fullmatch=True),
    min_size=1,
    max_size=4,
)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("style", list(Style))
def test_every_phrase_can_be_said_in_every_language_and_style(language: str, style: Style) -> None:
    book = phrase_book(ACME, language)
    for say in Say:
        for variant in range(3):
            text = word([Phrase(say, "VALUE")], book, style, variant)
            kinds = {each.kind for each in check_draft(text, KnownTexts(), [])}
            assert FindingKind.EMPTY_SLOT not in kinds


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("say", [Say.GREETING, Say.ACCOUNT_KNOWN, Say.FIND_OUT_OTHER], ids=str)
def test_what_a_phrase_is_about_is_said_in_every_style(language: str, say: Say) -> None:
    book = phrase_book(ACME, language)
    for style in (Style.PLAIN, Style.WARMER, Style.FORMAL):
        assert "4711" in word([Phrase(say, "4711")], book, style)


@given(name=NAMES, quotes=QUOTES, style=st.sampled_from(Style), variant=st.integers(0, 5))
def test_names_numbers_and_quotes_survive_every_style(
    name: str, quotes: list[str], style: Style, variant: int
) -> None:
    paragraphs: list[Paragraph] = [
        Phrase(Say.GREETING, name),
        *(Approved(f"{quote} More of it 77.", quote) for quote in quotes),
        Phrase(Say.NEXT_STEP),
    ]
    text = word(paragraphs, phrase_book(ACME, "en"), style, variant)
    assert all(quote in text for quote in quotes)
    assert set(_NUMBER.findall(text)) - {"77"} <= set(_NUMBER.findall(" ".join([name, *quotes])))
    if style is not Style.SHORTER:
        assert name in text
        assert text.count("More of it 77.") == len(quotes)


def test_the_short_style_keeps_the_essential_part_and_leaves_out_the_frame() -> None:
    paragraphs: list[Paragraph] = [
        Phrase(Say.GREETING, "Maria"),
        Approved("It takes 3 days. Vans run daily.", "It takes 3 days."),
        Phrase(Say.NEXT_STEP),
    ]
    assert word(paragraphs, phrase_book(ACME, "en"), Style.SHORTER) == "It takes 3 days."


def test_the_styles_word_the_same_facts_differently() -> None:
    paragraphs: list[Paragraph] = [
        Phrase(Say.GREETING, "Maria"),
        Approved("It takes 3 days. Vans run daily.", "It takes 3 days."),
        Phrase(Say.NEXT_STEP),
    ]
    texts = {word(paragraphs, phrase_book(ACME, "de"), style) for style in Style}
    assert len(texts) == len(Style)


def test_an_upset_customer_is_not_thanked_for_getting_in_touch() -> None:
    book = phrase_book(ACME, "en")
    sober = word([Phrase(Say.GREETING, "Maria", is_sober=True)], book, Style.WARMER)
    assert sober == "Hi Maria,"
    assert sober != word([Phrase(Say.GREETING, "Maria")], book, Style.WARMER)


def test_a_clients_own_phrases_come_before_the_general_ones() -> None:
    profile = ClientProfile.model_validate(
        {
            "name": "Acme",
            "phrases": {"thanks": "Our pleasure."},
            "draft_phrases": {"next_step": ["Anything else, friend?"]},
        }
    )
    book = phrase_book(profile, "en")
    assert word([Phrase(Say.NEXT_STEP)], book, Style.PLAIN) == "Anything else, friend?"
    assert word([Phrase(Say.THANKS)], book, Style.PLAIN) == "Our pleasure."
    assert word([Phrase(Say.NEXT_STEP)], book, Style.SHORTER) == ""
    assert "friend" not in word([Phrase(Say.NEXT_STEP)], phrase_book(profile, "fr"), Style.PLAIN)


@pytest.mark.parametrize(
    ("wanted", "own", "chosen"),
    [("es-MX", "en", "es"), ("ja", "fr", "fr"), ("ja", "nl", "en"), ("", "de", "de")],
)
def test_the_language_is_the_conversations_the_clients_or_english(
    wanted: str, own: str, chosen: str
) -> None:
    assert phrase_book(ClientProfile(name="Acme", language=own), wanted).language == chosen
