from __future__ import annotations

import pytest

from assist.adapters.language import FastTextLanguages
from assist.domain.language import LanguageGuess, language_of

DETECTOR = FastTextLanguages()


@pytest.mark.parametrize(
    ("message", "language"),
    [
        ("How long does delivery take?", "en"),
        ("¿Cuánto cuesta el envío a Madrid?", "es"),
        ("Bonjour, où est ma commande ?", "fr"),
        ("Wie lange dauert die Lieferung?", "de"),
        ("Quero cancelar a minha encomenda", "pt"),
        ("MI PEDIDO TODAVÍA NO HA LLEGADO", "es"),
    ],
)
def test_a_clear_language_is_told(message: str, language: str) -> None:
    assert language_of([message], "en", DETECTOR.detect) == language


@pytest.mark.parametrize("message", ["ok danke", "merci", "88123", "", "jean.dupont@exemple.fr"])
def test_a_short_text_keeps_the_given_language(message: str) -> None:
    assert language_of([message], "en", DETECTOR.detect) == "en"


def test_a_region_of_the_same_language_is_kept() -> None:
    assert language_of(["Quero cancelar a minha encomenda"], "pt-BR", DETECTOR.detect) == "pt-BR"


@pytest.mark.parametrize("guess", [None, LanguageGuess("fr", 0.5)])
def test_an_unsure_guess_keeps_the_given_language(guess: LanguageGuess | None) -> None:
    text = "a text that is long enough to be judged"
    assert language_of([text], "en", lambda _: guess) == "en"


@pytest.mark.parametrize("text", ["", " \n ", "?" * 20_000, "\u0000"])
def test_any_text_can_be_given_to_the_detector(text: str) -> None:
    guess = DETECTOR.detect(text)
    assert guess is None or 0 <= guess.confidence <= 1
