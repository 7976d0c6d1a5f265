"""What counts as the same term."""

from __future__ import annotations

import pytest

from knowledge_base.retrieval.terms import fold, terms


@pytest.mark.parametrize("text", ["1,250", "1250", "1250.00", "$1,250.00", "£1,250.00."])
def test_an_amount_is_one_term_however_it_is_written(text: str) -> None:
    assert terms(text) == ["1250"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2.5 GB", ["2.5", "gb"]),
        ("2,5 GB", ["2.5", "gb"]),
        ("12,500,000", ["12500000"]),
        ("14-day", ["14", "day"]),
        ("24/7", ["24", "7"]),
        ("4x4", ["4", "x", "4"]),
    ],
)
def test_numbers_stand_beside_words(text: str, expected: list[str]) -> None:
    assert terms(text) == expected


def test_different_amounts_stay_different() -> None:
    assert len({terms(text)[0] for text in ("12.50", "12.05", "1250", "125")}) == 4


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Refunds", "refund"),
        ("CANCELLING", "cancel"),
        ("Café", "cafe"),
        ("customer's", "customer"),
        ("customer\u2019s", "customer"),
        ("\uff32\uff45\uff46\uff55\uff4e\uff44", "refund"),
    ],
)
def test_forms_of_an_english_word_are_one_term(one: str, other: str) -> None:
    assert terms(one) == terms(other) != []


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("de", "Kündigungen", "kündigung"),
        ("de-AT", "Kündigungen", "kündigung"),
        ("es", "devoluciones", "devolucion"),
        ("fr", "l\u2019assurance", "assurances"),
        ("fr", "remboursements", "remboursement"),
        ("it", "l'assicurazione", "assicurazioni"),
        ("nl", "rekeningen", "rekening"),
        ("pt", "reembolsos", "reembolso"),
    ],
)
def test_forms_of_a_word_are_one_term_in_its_language(language: str, one: str, other: str) -> None:
    assert terms(one, language) == terms(other, language) != []


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "How do I get it, please?"),
        ("en", "I don't know what you're about"),
        ("de", "Wie kann ich das für mich haben?"),
        ("fr", "Est-ce que je peux, et avec qui ?"),
    ],
)
def test_words_without_meaning_are_left_out(language: str, text: str) -> None:
    assert terms(text, language) == []


def test_negation_is_no_term() -> None:
    assert terms("can't cancel") == terms("cancel")


def test_terms_keep_their_order_and_their_number() -> None:
    assert terms("lost card, card lost") == ["lost", "card", "card", "lost"]


def test_a_language_without_rules_is_folded_but_not_stemmed() -> None:
    assert terms("Żółte karty", "pl") == ["zołte", "karty"]


@pytest.mark.parametrize("text", ["", "  \n", "?!…", "***"])
def test_a_text_without_words_has_no_terms(text: str) -> None:
    assert terms(text) == []


def test_folding_keeps_ascii_and_plain_text_alike() -> None:
    assert fold("Don\u2019t PANIC, Zoë") == "don't panic, zoe"
    assert fold("Don't PANIC") == "don't panic"
