import pytest

from assist.domain.contextualising import searchable_text


def test_a_single_message_is_searched_as_it_is() -> None:
    assert searchable_text(["What does Bay cost?"]) == "What does Bay cost?"


@pytest.mark.parametrize("message", ["And Ocean?", "how long does it take", "for shopping abroad?"])
def test_a_message_that_leans_on_earlier_ones_carries_them(message: str) -> None:
    assert searchable_text(["Tell me about Fiber 1000", message]).startswith("Tell me about Fiber")


def test_a_message_that_names_its_own_topic_carries_nothing() -> None:
    message = "Please explain how booking the ultrasound scan works for pregnant patients abroad"
    assert searchable_text(["What does Bay cost?", message]) == message


def test_only_the_last_messages_are_carried() -> None:
    text = searchable_text(["first topic", "second topic", "third topic", "and the price?"])
    assert text == "second topic third topic and the price?"
