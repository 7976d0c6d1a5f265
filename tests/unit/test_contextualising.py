import pytest

from assist.domain.contextualising import changes_topic, may_change_topic, searchable_text
from knowledge_base.models import Article, ArticleId, Passage, PassageId, RankedPassage
from knowledge_base.retrieval.retriever import Retrieved
from tests.fakes import matches_of


def found(dense: float) -> Retrieved:
    passage = Passage(PassageId(1), Article(ArticleId("one"), title="One"), 0, "Text")
    return Retrieved(
        passages=(RankedPassage(passage, dense, dense, dense, matches_of("", passage)),)
    )


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


@pytest.mark.parametrize(
    ("message", "may"),
    [("Do you sell garden furniture?", True), ("And Ocean?", False), ("What does it cost?", False)],
)
def test_a_message_that_points_back_stays_with_its_topic(message: str, *, may: bool) -> None:
    assert may_change_topic(message) is may


@pytest.mark.parametrize(("alone", "in_context", "changes"), [(0.6, 0.65, True), (0.4, 0.7, False)])
def test_what_a_message_finds_by_itself_tells_whether_it_names_its_topic(
    alone: float, in_context: float, *, changes: bool
) -> None:
    assert changes_topic(alone, found(in_context)) is changes


def test_without_anything_found_the_context_stays() -> None:
    assert not changes_topic(0.1, Retrieved())
