from __future__ import annotations

import pytest

from assist.domain.smalltalk import Smalltalk, find_smalltalk

COURTESIES = {
    Smalltalk.HELLO: [
        "hi",
        "Hello there!",
        "Good morning, how are you?",
        "is anyone there?",
        "Hola, buenos días",
        "Bonjour !",
        "Guten Tag",
        "Grüß Gott",
        "Olá, tudo bem?",
    ],
    Smalltalk.THANKS: [
        "thanks",
        "Thank you so much for your help!",
        "ok great, thanks a lot",
        "hi, thanks",
        "muchas gracias",
        "merci beaucoup",
        "Danke schön",
        "obrigada",
    ],
    Smalltalk.GOODBYE: [
        "bye",
        "Thanks, bye!",
        "have a nice day",
        "see you later",
        "hasta luego",
        "Au revoir, bonne journée",
        "Tschüss",
        "até logo",
    ],
    Smalltalk.ABOUT: [
        "who are you?",
        "Hi, are you a bot?",
        "are you a real person",
        "Are you a robot or a human?",
        "what can you do",
        "¿Eres un robot?",
        "Vous êtes un robot ?",
        "Sind Sie ein Mensch?",
        "você é um robô?",
    ],
}


@pytest.mark.parametrize(
    ("kind", "message"),
    [(kind, message) for kind, messages in COURTESIES.items() for message in messages],
)
def test_a_message_of_courtesy_alone_is_smalltalk(kind: Smalltalk, message: str) -> None:
    assert find_smalltalk(message) is kind


@pytest.mark.parametrize(
    "message",
    [
        "hi, how much is delivery",
        "thanks but where is my order",
        "hello I need help",
        "are you open on Sunday",
        "who are you owned by",
        "what is this charge",
        "bye bye fee?",
        "Danke, aber wo ist mein Paket?",
    ],
)
def test_a_courtesy_with_something_to_say_is_no_smalltalk(message: str) -> None:
    assert find_smalltalk(message) is None


@pytest.mark.parametrize("message", ["", "   ", "...", "ok", "yes", "no", "please", "\U0001f44b"])
def test_words_that_say_nothing_alone_are_no_smalltalk(message: str) -> None:
    assert find_smalltalk(message) is None


@pytest.mark.timeout(30)
@pytest.mark.parametrize("word", ["hi ", "so good ", "thanks so ", "hello ", "a"])
def test_a_message_of_20000_characters_is_no_smalltalk(word: str) -> None:
    assert find_smalltalk((word * 20_000)[:20_000]) is None


@pytest.mark.timeout(30)
@pytest.mark.parametrize("word", ["hi ", "so good ", "thanks so ", "ok and then "])
def test_courtesies_before_an_unknown_word_are_weighed_once(word: str) -> None:
    assert find_smalltalk((word * 40)[:100] + " xyz") is None
