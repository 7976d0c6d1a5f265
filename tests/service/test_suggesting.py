"""Suggestions through the composed product, on the real model."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from assist.bootstrap import Container, Settings, build_container
from assist.domain.conversation import Author, Conversation
from assist.domain.decision import DecisionKind, Reason
from assist.domain.desk_moves import Actor
from assist.domain.draft_checks import DraftStoppedError, FindingKind
from assist.domain.styling import Style
from assist.domain.suggestion import Line, Outcome, Suggestion, SuggestionReason
from assist.services.suggesting import SuggestionRequest
from ingest.pipeline import ingest
from ingest.reading import IngestRequest
from knowledge_base.models import Audience, ClientId
from knowledge_base.ports import Embedder
from tests.fakes import ACME, FakeClock

FILES = {
    "fees.md": (
        "# Late fees\n\nThe late fee is $5 a month. It is added on the third day. "
        "You can pay it online with any card.\n"
    ),
    "returns.md": (
        "# Returns\n\nYou can return goods within 30 days of delivery. Returns are free.\n"
    ),
    "opening.md": "# Shop hours\n\nOur shop in Leeds is open from 9:00 to 17:30 on weekdays.\n",
    "internal/goodwill.md": (
        "# Goodwill credit ceiling\n\n"
        "Agents may grant a goodwill credit of up to $75 without a supervisor.\n"
    ),
}
FEE = "How much is the late fee?"
RETURN = "How long do I have to return goods after delivery?"
ANA = Actor(None, "Ana")

Suggest = Callable[..., Suggestion]


@pytest.fixture(scope="module")
def container(
    tmp_path_factory: pytest.TempPathFactory, real_embedder: Embedder
) -> Iterator[Container]:
    root = tmp_path_factory.mktemp("suggesting")
    for name, text in FILES.items():
        path = root / "documents" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    container = build_container(
        Settings(home=root / "home"), clock=FakeClock(), embedder=real_embedder
    )
    container.clients.add(ACME, {"name": "Acme"})
    container.clients.add("empty", {"name": "Zorblatt"})
    ingest(IngestRequest(ACME, root / "documents"), container.knowledge_base)
    yield container
    container.close()


@pytest.fixture
def suggest(container: Container) -> Suggest:
    def draft(*said: str, client: str = ACME, **changes: object) -> Suggestion:
        """Draft from lines of the customer; those that start with "A:" are the agent's."""
        lines = tuple(
            Line(Author.AGENT, text.removeprefix("A:"))
            if text.startswith("A:")
            else Line(Author.CUSTOMER, text)
            for text in said
        )
        request = SuggestionRequest(ClientId(client), lines, after_sequence=len(lines))
        return container.suggesting.suggest(replace(request, **changes))  # type: ignore[arg-type]

    return draft


@pytest.fixture
def conversation(container: Container) -> Conversation:
    started, _ = container.desk.start(ACME)
    container.desk.ask_for_person(started)
    container.conversing.receive(started, FEE, "first")
    return refreshed(container, started)


def refreshed(container: Container, conversation: Conversation) -> Conversation:
    found = container.conversations.find_conversation(ACME, conversation.id)
    assert found is not None
    return found


class TestDrafts:
    def test_a_supported_question_is_answered_like_a_message(self, suggest: Suggest) -> None:
        made = suggest(FEE, customer_name="maria lopez")
        text = made.drafted.text
        assert text.startswith("Hi Maria,\n\nThe late fee is $5 a month.")
        assert text.endswith("Is there anything else I can help you with?")
        assert made.drafted.decision is DecisionKind.ANSWER
        assert made.drafted.citations[0].article_id == "fees"
        assert made.knowledge_version == 1

    def test_only_the_first_reply_greets(self, suggest: Suggest) -> None:
        text = suggest("hello", "A:Hi, how can I help?", FEE, customer_name="Maria").drafted.text
        assert text.startswith("The late fee is $5 a month.")

    def test_every_open_question_is_answered(self, suggest: Suggest) -> None:
        text = suggest(FEE, RETURN).drafted.text
        assert "$5 a month" in text
        assert "On your other question:\n\nYou can return goods within 30 days" in text

    def test_what_has_no_answer_is_named_beside_what_has(self, suggest: Suggest) -> None:
        made = suggest(FEE, "Do you sell bicycles for children in blue?")
        assert "$5 a month" in made.drafted.text
        assert '"Do you sell bicycles for children in blue"' in made.drafted.text
        assert made.drafted.warnings == (
            "No answer was found to: Do you sell bicycles for children in blue?",
        )
        assert made.drafted.confidence <= 0.2

    def test_without_an_answer_nothing_is_invented(self, suggest: Suggest) -> None:
        made = suggest("Who won the football world cup in Argentina?")
        assert (made.drafted.decision, made.drafted.reason) == (
            DecisionKind.ABSTAIN,
            Reason.OFF_TOPIC,
        )
        assert not any(char.isdigit() for char in made.drafted.text)
        assert made.drafted.citations == ()

    def test_a_client_without_knowledge_gets_a_draft_too(self, suggest: Suggest) -> None:
        made = suggest(FEE, client="empty")
        assert (made.drafted.reason, made.knowledge_version) == (Reason.NO_KNOWLEDGE, None)
        assert made.drafted.text

    def test_internal_knowledge_guides_the_agent_and_stays_out_of_the_text(
        self, suggest: Suggest
    ) -> None:
        made = suggest("What goodwill credit may be granted without a supervisor?").drafted
        assert made.reason == Reason.INTERNAL_ONLY
        assert "$75" not in made.text
        assert made.note.startswith("Internal: Goodwill credit ceiling: Agents may grant")
        assert [each.audience for each in made.citations] == [Audience.INTERNAL]
        assert made.uses_internal
        assert "do not paste it" in made.warnings[0]

    @pytest.mark.parametrize(
        ("said", "expected"),
        [
            ("thanks a lot!", "You're welcome. Is there anything else I can help with?"),
            ("ok bye", "Goodbye, and thank you for getting in touch."),
        ],
    )
    def test_a_polite_customer_gets_a_courtesy(
        self, suggest: Suggest, said: str, expected: str
    ) -> None:
        made = suggest(FEE, "A:It is $5.", said).drafted
        assert (made.text, made.reason) == (expected, SuggestionReason.COURTESY)

    def test_with_nothing_open_the_agent_may_ask_for_more(self, suggest: Suggest) -> None:
        made = suggest(FEE, "A:It is $5.").drafted
        assert (made.text, made.reason) == (
            "Is there anything else I can help you with?",
            SuggestionReason.NOTHING_OPEN,
        )

    def test_an_action_asks_for_the_order_once_and_then_names_it(self, suggest: Suggest) -> None:
        assert (
            "order or account number"
            in suggest("Please cancel my order and refund me").drafted.text
        )
        known = suggest("Please cancel my order 4481920 and refund me").drafted.text
        assert "4481920" in known
        assert "order or account number" not in known

    def test_where_an_order_is_stands_in_no_article(self, suggest: Suggest) -> None:
        made = suggest("Where is my order? I paid the late fee for it.")
        assert made.drafted.text.endswith(("look at it.", "look at it?"))
        assert "$5" not in made.drafted.text
        known = suggest("Where is my order? It's 4481920").drafted
        assert "I have your reference 4481920" in known.text

    def test_a_dangerous_matter_is_handled_before_anything_is_quoted(
        self, suggest: Suggest
    ) -> None:
        made = suggest("There is a smell of gas here! How much is the late fee?").drafted
        assert "Your safety comes first" in made.text
        assert "$5" not in made.text
        assert not any(each.in_reply for each in made.citations)

    def test_a_grave_message_is_acknowledged_first(self, suggest: Suggest) -> None:
        made = suggest("My husband passed away on Sunday, what about his account?").drafted
        assert "sorry for your loss" in made.text.split("\n\n")[1]


class TestRepetition:
    def test_an_answer_that_did_not_help_is_not_repeated(self, suggest: Suggest) -> None:
        first = suggest(FEE).drafted
        again = suggest(
            FEE, f"A:{first.text}", "You already told me that. How much is the late fee?"
        )
        assert "The late fee is $5 a month." not in again.drafted.text
        assert again.drafted.reason == SuggestionReason.ALREADY_ANSWERED
        assert "earlier answer" in again.drafted.text

    def test_a_follow_up_on_the_same_passage_gets_the_sentence_it_asks_for(
        self, suggest: Suggest
    ) -> None:
        first = suggest(FEE).drafted
        text = suggest(FEE, f"A:{first.text}", "Can I pay the fee online with a card?").drafted.text
        assert "You can pay it online with any card." in text
        assert "The late fee is $5 a month." not in text

    def test_again_gives_other_texts_and_comes_round(self, suggest: Suggest) -> None:
        first = suggest(FEE)
        second = suggest(FEE, instead_of=first)
        third = suggest(FEE, instead_of=second)
        assert first.drafted.text != second.drafted.text != third.drafted.text
        assert second.thread == first.thread

    def test_another_style_words_the_same_draft(self, suggest: Suggest) -> None:
        first = suggest(FEE)
        short = suggest(FEE, style=Style.SHORTER, instead_of=first)
        assert short.drafted.text == "The late fee is $5 a month."
        assert short.drafted.choice == first.drafted.choice

    def test_after_a_new_message_the_best_draft_comes_first_again(self, suggest: Suggest) -> None:
        first = suggest(FEE)
        newer = suggest(FEE, RETURN, instead_of=first)
        assert newer.drafted.choice == 0


class TestConversations:
    def test_a_draft_reads_the_conversation_and_is_ignored_when_unused(
        self, container: Container, conversation: Conversation
    ) -> None:
        made = container.suggesting.suggest_for(conversation, agent="Ana")
        assert "The late fee is $5 a month." in made.drafted.text
        assert (made.conversation_id, made.agent) == (conversation.id, "Ana")
        assert made.after_sequence == conversation.last_sequence

        container.desk.reply(conversation, ANA, "It is five.", "key")
        ended = container.suggestion_outcomes.get(ACME, made.id).ending
        assert ended is not None
        assert ended.outcome is Outcome.IGNORED

    def test_a_note_is_not_read(self, container: Container, conversation: Conversation) -> None:
        container.desk.add_note(conversation, ANA, "The customer is a dealer.")
        made = container.suggesting.suggest_for(refreshed(container, conversation))
        assert "The late fee is $5 a month." in made.drafted.text

    @pytest.mark.parametrize(
        ("change", "outcome", "is_changed"),
        [("", Outcome.ACCEPTED, False), (" See you!", Outcome.EDITED, True)],
    )
    def test_a_reply_from_a_suggestion_records_its_outcome(
        self,
        container: Container,
        conversation: Conversation,
        change: str,
        outcome: Outcome,
        is_changed: bool,
    ) -> None:
        made = container.suggesting.suggest_for(conversation)
        text = made.drafted.text + change
        container.desk.reply(conversation, ANA, text, "key", suggestion_id=made.id)
        ended = container.suggestion_outcomes.get(ACME, made.id).ending
        assert ended is not None
        assert ended.outcome is outcome
        assert ended.edit_distance is not None
        assert (ended.edit_distance > 0) is is_changed

    def test_a_suggestion_of_another_conversation_counts_as_none(
        self, container: Container, conversation: Conversation, suggest: Suggest
    ) -> None:
        foreign = suggest(FEE)
        container.desk.reply(conversation, ANA, "Hello", "key", suggestion_id=foreign.id)
        assert container.suggestion_outcomes.get(ACME, foreign.id).ending is None

    def test_a_standing_draft_is_returned_unless_another_is_wanted(
        self, container: Container, conversation: Conversation
    ) -> None:
        made = container.suggesting.suggest_for(conversation)
        assert container.suggesting.suggest_for(conversation, again=False) == made
        other = container.suggesting.suggest_for(conversation)
        assert other.drafted.text != made.drafted.text

    def test_a_draft_that_is_out_of_date_is_not_returned(
        self, container: Container, conversation: Conversation
    ) -> None:
        made = container.suggesting.suggest_for(conversation)
        container.conversing.receive(conversation, RETURN, "second")
        newer = container.suggesting.suggest_for(refreshed(container, conversation), again=False)
        assert newer.id != made.id
        assert "30 days" in newer.drafted.text


class TestGuard:
    @pytest.mark.parametrize(
        ("text", "kind"),
        [
            ("Zorblatt will call you.", FindingKind.OTHER_CLIENT),
            ("I can give you $75.", FindingKind.INTERNAL_TEXT),
            ("Your order {order_number}", FindingKind.EMPTY_SLOT),
        ],
    )
    def test_a_reply_with_a_finding_is_not_sent(
        self, container: Container, conversation: Conversation, text: str, kind: FindingKind
    ) -> None:
        with pytest.raises(DraftStoppedError) as stopped:
            container.desk.reply(conversation, ANA, text, "key")
        assert [each.kind for each in stopped.value.findings] == [kind]
        assert refreshed(container, conversation).last_sequence == conversation.last_sequence

    def test_a_confirmed_finding_lets_the_reply_pass(
        self, container: Container, conversation: Conversation
    ) -> None:
        confirmed = frozenset({"internal_text", "other_client"})
        text = "Zorblatt and $75"
        sent = container.desk.reply(conversation, ANA, text, "key", confirmed=confirmed)
        assert sent.messages[-1].text == text


class TestSummaries:
    def test_a_summary_has_labelled_lines(
        self, container: Container, conversation: Conversation
    ) -> None:
        assert FEE in container.summarising.summarise(conversation)


class TestCannedResponses:
    def test_an_import_replaces_by_title_and_fills_from_the_conversation(
        self, container: Container, conversation: Conversation
    ) -> None:
        service = container.canned_responses
        service.import_all(ACME, [{"title": "Late", "text": "Old", "tags": ["late"]}])
        service.import_all(
            ACME, [{"title": "Late", "text": "{agent_name} of {client_name}: {order_number} late"}]
        )
        container.conversing.receive(conversation, "My order number is 4481920", "order")
        [found] = service.fill(
            ACME,
            service.search(ACME, "late"),
            conversation=refreshed(container, conversation),
            agent="Ana",
        )
        assert (found.text, found.missing) == ("Ana of Acme: 4481920 late", ())
