"""A client's own terms beside its customers' words."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from assist.domain.client import ClientProfile
from assist.domain.glossary import with_own_terms

GLOSSARY = {"settee": ("couch*", "sofa*"), "direct debit": ("standing order", "bank order")}


@pytest.mark.parametrize(
    ("text", "widened"),
    [
        ("How much is the couch?", "How much is the couch? settee"),
        ("Do SOFAS come assembled?", "Do SOFAS come assembled? settee"),
        ("Can I pay by standing order?", "Can I pay by standing order? direct debit"),
        ("Couch by bank order", "Couch by bank order settee direct debit"),
    ],
)
def test_a_term_is_added_for_the_word_that_means_it(text: str, widened: str) -> None:
    assert with_own_terms(text, GLOSSARY) == widened


@pytest.mark.parametrize(
    "text", ["How much is the settee?", "Is a couch a settee?", "Stand in order, please"]
)
def test_what_is_said_or_not_meant_is_not_added(text: str) -> None:
    assert with_own_terms(text, GLOSSARY) == text


def test_without_a_glossary_a_text_stays() -> None:
    assert with_own_terms("How much is the couch?", {}) == "How much is the couch?"


def test_a_glossary_that_cannot_be_read_is_refused_with_its_place() -> None:
    with pytest.raises(ValidationError, match=r"glossary\.settee"):
        ClientProfile.model_validate({"name": "Acme", "glossary": {"settee": ["... ... ... ..."]}})


def test_a_term_without_words_is_refused() -> None:
    with pytest.raises(ValidationError, match="at least 1 item"):
        ClientProfile.model_validate({"name": "Acme", "glossary": {"settee": []}})
