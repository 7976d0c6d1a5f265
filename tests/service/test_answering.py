from collections.abc import Callable, Iterator
from datetime import date

import pytest

from assist.bootstrap import Container, Settings, build_container
from assist.domain.decision import DecisionKind, Reason
from assist.domain.mood import Mood
from assist.domain.situation import Situation
from assist.domain.turn import Question, Reply, Turn, TurnId
from assist.services.answering import AnsweringService
from ingest.pipeline import ingest
from ingest.reading import IngestRequest
from knowledge_base.models import Audience, ClientId
from knowledge_base.ports import Embedder
from tests.fakes import ACME, TODAY, FakeClock

FILES = {
    "fees.md": "# Late fees\n\nThe late fee is $5 a month. It is added on the third day.\n",
    "returns-2026.md": (
        "---\nid: returns-2026\neffective_until: 2027-12-31\n---\n"
        "# Returns\n\nYou can return goods within 30 days of delivery.\n"
    ),
    "returns-2028.md": (
        "---\nid: returns-2028\neffective_from: 2028-01-01\n---\n"
        "# Returns\n\nYou can return goods within 45 days of delivery.\n"
    ),
    "promise.md": (
        "---\nid: promise\nverbatim: true\n---\n# Price promise\n\n"
        "We match the price of any shop for the same kettle. No other promise is made.\n"
    ),
    "internal/goodwill.md": (
        "# Goodwill credit ceiling\n\n"
        "Agents may grant a goodwill credit of up to $75 without a supervisor.\n"
    ),
}


PLANS = {
    f"{name.lower()}.md": f"# The {name} plan\n\nThe monthly price is ${price}. Data is included.\n"
    for name, price in {"Cove": 25, "Bay": 40, "Ocean": 60}.items()
} | {"lamps.md": "# Reading lamps\n\nWe sell reading lamps made of brass from $30 on.\n"}


class CountingLog:
    """A `TurnLog` in memory."""

    def __init__(self) -> None:
        self.turns: list[Turn] = []

    def add_turn(self, turn: Turn) -> None:
        self.turns.append(turn)

    def find_turn(self, client_id: ClientId, turn_id: TurnId) -> Turn | None:
        found = (each for each in self.turns if (each.client_id, each.id) == (client_id, turn_id))
        return next(found, None)


@pytest.fixture(scope="module")
def container(
    tmp_path_factory: pytest.TempPathFactory, real_embedder: Embedder
) -> Iterator[Container]:
    root = tmp_path_factory.mktemp("answering")
    for folder, files in (("documents", FILES), ("plans", PLANS)):
        for name, text in files.items():
            path = root / folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
    container = build_container(
        Settings(home=root / "home"), clock=FakeClock(), embedder=real_embedder
    )
    container.clients.add(ACME, {"name": "Acme"})
    container.clients.add("empty", {"name": "Empty"})
    container.clients.add("plans", {"name": "Plans"})
    ingest(IngestRequest(ACME, root / "documents"), container.knowledge_base)
    ingest(IngestRequest(ClientId("plans"), root / "plans"), container.knowledge_base)
    yield container
    container.close()


@pytest.fixture
def ask(container: Container) -> Callable[..., Turn]:
    def converse(
        *messages: str, client: str = ACME, audience: Audience = Audience.PUBLIC, on: date = TODAY
    ) -> Turn:
        question = Question(ClientId(client), messages, audience, on)
        return container.answering.converse(question)

    return converse


def test_a_supported_question_is_answered_with_its_source(ask: Callable[..., Turn]) -> None:
    turn = ask("How much is the late fee?")
    assert turn.decision is DecisionKind.ANSWER
    assert "The late fee is $5 a month." in turn.text
    assert turn.citations[0].article_id == "fees"
    assert "The late fee is $5 a month." in turn.citations[0].quote
    assert 0 < turn.confidence < 1


def test_a_question_that_fits_several_plans_is_asked_back_once(ask: Callable[..., Turn]) -> None:
    asked = ask("What is the monthly price of the plan?", client="plans")
    assert asked.decision is DecisionKind.CLARIFY
    assert set(asked.choices) == {"The Cove plan", "The Bay plan", "The Ocean plan"}
    assert all(f"- {choice}" in asked.text for choice in asked.choices)

    told = ask("What is the monthly price of the plan?", "The Bay plan", client="plans")
    again = ask("What is the monthly price of the plan?", "the plan", client="plans")
    assert "$40" in told.text
    assert "$25" not in told.text
    assert again.decision is not DecisionKind.CLARIFY


def test_a_short_question_on_something_else_leaves_the_topic_before(
    ask: Callable[..., Turn],
) -> None:
    turn = ask("What does the Ocean plan cost?", "Do you sell reading lamps?", client="plans")
    assert turn.search_text == "Do you sell reading lamps?"
    assert "brass" in turn.text
    followed = ask("What does the Ocean plan cost?", "and does that have data?", client="plans")
    assert followed.search_text.startswith("What does the Ocean plan cost?")


def test_misspelt_words_are_searched_for_as_they_were_meant(ask: Callable[..., Turn]) -> None:
    turn = ask("How long do I have to retrun goods after delivry?")
    assert turn.search_text == "How long do I have to return goods after delivery?"
    assert turn.messages == ("How long do I have to retrun goods after delivry?",)
    assert "30 days" in turn.text


def test_words_that_are_spelt_right_are_left_alone(ask: Callable[..., Turn]) -> None:
    question = "May I return grouse in March, in spring or next day?"
    assert ask(question).search_text == question


def test_the_clients_glossary_says_what_customers_words_mean(
    ask: Callable[..., Turn], container: Container
) -> None:
    container.clients.update(
        ClientId("plans"), {"name": "Plans", "glossary": {"reading lamp": ["torchere*"]}}
    )
    turn = ask("Do you sell torcheres?", client="plans")
    assert turn.search_text == "Do you sell torcheres? reading lamp"
    assert "brass" in turn.text


@pytest.mark.parametrize(
    ("on", "period"), [(date(2027, 12, 31), "30 days"), (date(2028, 1, 1), "45 days")]
)
def test_the_policy_in_force_on_the_day_answers(
    ask: Callable[..., Turn], on: date, period: str
) -> None:
    turn = ask("How long do I have to return goods after delivery?", on=on)
    assert period in turn.text
    assert len({citation.article_id for citation in turn.citations}) == 1


def test_a_verbatim_article_is_sent_word_for_word_and_alone(ask: Callable[..., Turn]) -> None:
    turn = ask("Do you have a price promise, do you match the price of the same kettle?")
    assert turn.reason == Reason.VERBATIM
    assert turn.text == (
        "We match the price of any shop for the same kettle. No other promise is made."
    )


def test_a_question_off_topic_is_declined_in_the_clients_words(
    ask: Callable[..., Turn], container: Container
) -> None:
    turn = ask("Who won the football world cup in Argentina?")
    assert turn.decision is DecisionKind.ABSTAIN
    assert turn.text == container.clients.get(ACME).phrases.off_topic
    assert turn.citations == ()


def test_what_only_internal_knowledge_answers_goes_to_a_person(ask: Callable[..., Turn]) -> None:
    turn = ask("What goodwill credit may be granted without a supervisor?")
    assert (turn.decision, turn.reason) == (DecisionKind.HANDOFF, Reason.INTERNAL_ONLY)
    assert "$75" not in turn.text
    assert all(candidate.audience is Audience.PUBLIC for candidate in turn.candidates)


def test_an_agent_is_answered_from_internal_knowledge(ask: Callable[..., Turn]) -> None:
    turn = ask("What goodwill credit may be granted?", audience=Audience.INTERNAL)
    assert "$75" in turn.text
    assert turn.citations[0].audience is Audience.INTERNAL


def test_who_asks_for_a_person_is_handed_over(ask: Callable[..., Turn]) -> None:
    turn = ask("I want to talk to a human being please")
    assert (turn.decision, turn.reason) == (DecisionKind.HANDOFF, "asks_for_person")
    assert turn.handoff is not None


def test_an_agents_question_is_never_handed_over_by_rules(ask: Callable[..., Turn]) -> None:
    turn = ask("customer wants to talk to a human: late fee?", audience=Audience.INTERNAL)
    assert turn.decision is not DecisionKind.HANDOFF


def test_an_agents_greeting_is_returned(ask: Callable[..., Turn]) -> None:
    assert ask("Hello!", audience=Audience.INTERNAL).decision is DecisionKind.SMALLTALK


def test_a_follow_up_is_understood_from_the_earlier_message(ask: Callable[..., Turn]) -> None:
    turn = ask("Tell me about the late fee", "when is it added?")
    assert "third day" in turn.text
    assert turn.search_text == "Tell me about the late fee when is it added?"


def test_every_message_of_a_conversation_is_recorded_on_the_way(
    ask: Callable[..., Turn], container: Container
) -> None:
    turn = ask("hello", "How much is the late fee?")
    assert turn.messages == ("hello", "How much is the late fee?")
    assert container.turns.find_turn(ACME, turn.id) == turn


def test_each_message_of_a_conversation_gets_its_turn(container: Container) -> None:
    log = CountingLog()
    service = AnsweringService(
        container.clients, container.search, log, container.policies.find, container.clock
    )
    service.converse(
        Question(ACME, ("hello", "How much is the late fee?", "thanks"), Audience.PUBLIC, TODAY)
    )
    assert [turn.messages[-1] for turn in log.turns] == [
        "hello",
        "How much is the late fee?",
        "thanks",
    ]


def test_a_reply_that_no_passage_supports_is_withdrawn(
    container: Container, monkeypatch: pytest.MonkeyPatch
) -> None:
    def invented(*_arguments: object) -> Reply:
        return Reply("The late fee is $500 a month.", ())

    monkeypatch.setattr("assist.services.answering.compose", invented)
    question = Question(ACME, ("How much is the late fee?",), Audience.PUBLIC, TODAY)
    turn = container.answering.answer(question)
    assert turn.decision is DecisionKind.ABSTAIN
    assert turn.text == container.clients.get(ACME).phrases.abstain


def test_a_turn_of_one_client_is_not_found_for_another(
    ask: Callable[..., Turn], container: Container
) -> None:
    turn = ask("How much is the late fee?")
    assert container.turns.find_turn(ClientId("empty"), turn.id) is None


def test_a_client_without_knowledge_says_so(ask: Callable[..., Turn]) -> None:
    turn = ask("How much is the late fee?", client="empty")
    assert (turn.decision, turn.reason) == (DecisionKind.ABSTAIN, Reason.NO_KNOWLEDGE)
    assert turn.knowledge_version is None


def test_a_turn_says_how_it_came_about(ask: Callable[..., Turn]) -> None:
    turn = ask("How much is the late fee?")
    assert turn.knowledge_version == 1
    assert turn.policy.name == "default-2"
    assert turn.candidates[0].article_id == "fees"
    assert set(turn.latency_ms) == {"decide", "compose", "total"}


NOT_KNOWN = "Is the kettle covered by a guarantee against limescale?"


def test_the_second_question_in_a_row_without_an_answer_gets_a_person(
    ask: Callable[..., Turn],
) -> None:
    once = ask(NOT_KNOWN, client="empty")
    twice = ask(NOT_KNOWN, "thanks", NOT_KNOWN, client="empty")
    assert once.decision is DecisionKind.ABSTAIN
    assert (twice.decision, twice.reason) == (DecisionKind.HANDOFF, "repeated_failure")
    assert twice.situation.failures == 1
    assert "colleague" in twice.text


def test_a_withdrawn_reply_counts_as_a_failure(
    container: Container, monkeypatch: pytest.MonkeyPatch
) -> None:
    def invented(*_arguments: object) -> Reply:
        return Reply("The late fee is $500 a month.", ())

    monkeypatch.setattr("assist.services.answering.compose", invented)
    question = Question(
        ACME, ("How much is the late fee?",), Audience.PUBLIC, TODAY, Situation(failures=1)
    )
    assert container.answering.answer(question).reason == "repeated_failure"


def test_an_angry_customer_is_handed_over_and_an_agent_is_not(ask: Callable[..., Turn]) -> None:
    question = "It makes my blood boil, what a rip-off. How much is the late fee?"
    assert ask(question).reason == "unhappy_customer"
    assert ask(question, audience=Audience.INTERNAL).decision is not DecisionKind.HANDOFF


@pytest.mark.parametrize(
    ("profile", "situation", "reason"),
    [
        ({"handoff_rules": [{"name": "fees", "topics": ["fee*"]}]}, Situation(), "fees"),
        (
            {"handoff_rules": [{"name": "vip", "attribute": {"vip": True}}]},
            Situation(attributes={"vip": True}, is_verified=True),
            "vip",
        ),
        ({"general_rules_off": ["unhappy_customer"]}, Situation(Mood.ANGRY), Reason.SUPPORTED),
    ],
)
def test_a_clients_own_rules_decide(
    container: Container, profile: dict[str, object], situation: Situation, reason: str
) -> None:
    before = container.clients.get(ACME)
    container.clients.update(ACME, {"name": "Acme", **profile})
    try:
        question = Question(ACME, ("How much is the late fee?",), Audience.PUBLIC, TODAY, situation)
        turn = container.answering.answer(question)
    finally:
        container.clients.update(ACME, before.model_dump())
    assert turn.reason == reason
    assert container.turns.find_turn(ACME, turn.id) == turn
