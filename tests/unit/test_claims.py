"""Sentences are read as claims with figures, units and telling words."""

from __future__ import annotations

import pytest

from ingest.claims import DENIAL, proper_names, read_claims, words_of_names


@pytest.mark.parametrize(
    ("sentence", "figures"),
    [
        ("The fee is $12.50.", {("$", "12.50")}),
        ("The fee is $1,000.00.", {("$", "1000")}),
        ("You earn 4.5% back.", {("%", "4.5")}),
        ("You earn 4.5 per cent back.", {("%", "4.5")}),
        ("It takes 3 business days.", {("day", "3")}),
        ("It takes three working days.", {("day", "3")}),
        ("A 24-month contract.", {("month", "24")}),
        ("| Late fee | £8 |", {("£", "8")}),
        ("Pay $5 within 10 days.", {("$", "5"), ("day", "10")}),
        ("Gift cards can be returned.", {(DENIAL, "yes")}),
        ("Gift cards cannot be returned.", {(DENIAL, "no")}),
    ],
)
def test_figures_have_a_unit_and_a_plain_value(
    sentence: str, figures: set[tuple[str, str]]
) -> None:
    (claim,) = read_claims(sentence)

    assert claim.figures == figures


@pytest.mark.parametrize(
    "text",
    [
        "Ring 020 7946 0123 now",
        "In force from 2026-03-31 on",
        "Open from 9:30 to 5pm daily",
        "Prices of 2026 apply here",
        "Use code A8291 and B-12",
    ],
)
def test_phone_numbers_dates_times_and_codes_are_no_figures(text: str) -> None:
    (claim,) = read_claims(text)

    assert claim.units == (DENIAL,)


def test_sentences_items_and_rows_are_claims_without_their_markers() -> None:
    quotes = [claim.quote for claim in read_claims("Pay now. It is $5.\n- Two days\n3. Go home")]

    assert quotes == ["Pay now.", "It is $5.", "Two days", "Go home"]


def test_words_are_stems_without_figures_and_function_words() -> None:
    (claim,) = read_claims("The gift cards are valid for 18 months.")

    assert claim.words == {"gift", "card", "valid"}


def test_stems_follow_the_language_and_an_unknown_language_keeps_words() -> None:
    (german,) = read_claims("Häuser kosten 5 Euro", "de")
    (unknown,) = read_claims("cards cost 5 pounds", "xx")

    assert "haus" in german.words
    assert "cards" in unknown.words


def test_names_are_words_with_a_capital_in_mid_sentence() -> None:
    texts = ["Ask for the Silver plan.", "Open a Silver account.", "Silver is our best plan."]

    assert proper_names(texts) == {"silver"}


def test_name_takes_in_the_capitalised_words_beside_it() -> None:
    names = frozenset({"green"})

    assert words_of_names("Dark Green Account: Fees", names) == {"dark", "green", "account"}
    assert words_of_names("Green Account (savings)", names) == {"green", "account", "savings"}
    assert words_of_names("Your Fees", names) == frozenset()
