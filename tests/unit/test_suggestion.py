from datetime import timedelta

import pytest

from assist.domain.conversation import Author
from assist.domain.open_matters import Topic, read_open_matters
from assist.domain.rules import HandoffRule, Priority
from assist.domain.smalltalk import Smalltalk
from assist.domain.suggestion import Ending, Line, Outcome, edit_distance, sent_ending
from tests.fakes import NOON


def customer(text: str) -> Line:
    return Line(Author.CUSTOMER, text)


def assistant(text: str, *, is_fixed: bool = False) -> Line:
    return Line(Author.ASSISTANT, text, is_fixed)


def agent(text: str) -> Line:
    return Line(Author.AGENT, text)


def points(*lines: Line) -> list[str]:
    return [point.text for point in read_open_matters(lines, "en").points]


ANSWER = "Standard delivery takes 3 to 5 working days."


class TestWhatIsOpen:
    def test_each_question_since_the_agents_reply_is_a_point(self) -> None:
        asked = "How long does delivery take? And can you take my old sofa away?"
        lines = [customer("hello"), agent("Hi, how can I help?"), customer(asked)]
        assert points(*lines) == [
            "How long does delivery take?",
            "And can you take my old sofa away?",
        ]

    def test_questions_before_the_agents_reply_are_closed(self) -> None:
        assert points(customer("How long does delivery take?"), agent("Three days.")) == []

    def test_what_is_told_belongs_to_the_question_beside_it(self) -> None:
        lines = [
            customer("hi"),
            customer("I bought the Moorland in March."),
            customer("Can I send it back?"),
            customer("It is unopened."),
        ]
        assert points(*lines) == [
            "I bought the Moorland in March. Can I send it back? It is unopened."
        ]

    def test_a_follow_up_is_searched_with_the_words_it_leans_on(self) -> None:
        lines = [
            customer("How much is the Moorland?"),
            agent("It is in the shop."),
            customer("and how heavy is it?"),
        ]
        [point] = read_open_matters(lines, "en").points
        assert point.search_text == "How much is the Moorland? and how heavy is it?"

    def test_what_the_assistant_answered_is_closed_when_the_customer_goes_on(self) -> None:
        lines = [
            customer("How long does delivery take?"),
            assistant(ANSWER),
            customer("Can you take my old sofa away?"),
        ]
        assert points(*lines) == ["Can you take my old sofa away?"]

    def test_what_the_assistant_could_not_answer_stays_open(self) -> None:
        lines = [
            customer("Do you fit curtains?"),
            assistant("I don't know that.", is_fixed=True),
            customer("Can I talk to a real person please?"),
        ]
        matters = read_open_matters(lines, "en")
        assert [point.text for point in matters.points] == ["Do you fit curtains?"]
        assert matters.wants_person
        assert not matters.points[0].is_repeated

    @pytest.mark.parametrize(
        "reaction", ["That doesn't help.", "You already told me that", "can i speak to a person"]
    )
    def test_an_answer_that_did_not_help_opens_its_question_again(self, reaction: str) -> None:
        lines = [customer("How long does delivery take?"), assistant(ANSWER), customer(reaction)]
        [point] = read_open_matters(lines, "en").points
        assert point.text == "How long does delivery take?"
        assert point.is_repeated

    def test_what_an_unsatisfied_customer_adds_belongs_to_the_answered_question(self) -> None:
        reaction = "That doesn't help, can I speak to a person? My order number is 4481920."
        lines = [customer("How long does delivery take?"), assistant(ANSWER), customer(reaction)]
        [point] = read_open_matters(lines, "en").points
        assert point.text == "How long does delivery take? My order number is 4481920."
        assert point.is_repeated

    def test_the_same_question_again_is_a_repeated_one(self) -> None:
        lines = [
            customer("How long does delivery take to Leeds?"),
            agent("A few days."),
            customer("how long does the delivery to Leeds take"),
        ]
        [point] = read_open_matters(lines, "en").points
        assert point.is_repeated

    def test_all_replies_so_far_are_remembered(self) -> None:
        lines = [customer("Hi"), assistant("Hello!"), agent("I'm Ana."), customer("Are you there?")]
        assert read_open_matters(lines, "en").said == ("Hello!", "I'm Ana.")

    @pytest.mark.parametrize(
        ("text", "is_own"),
        [
            ("Where is my order?", True),
            ("order 4481920?", True),
            ("What does delivery cost?", False),
        ],
    )
    def test_a_question_about_the_customers_own_case_is_told_apart(
        self, text: str, is_own: bool
    ) -> None:
        [point] = read_open_matters([customer(text)], "en").points
        assert point.is_own_case is is_own

    @pytest.mark.parametrize(
        ("text", "asks"),
        [
            ("Where is my order?", True),
            ("My parcel has not arrived", True),
            ("Where is your shop?", False),
            ("Can I change my order?", False),
        ],
    )
    def test_a_question_for_the_status_of_an_order_is_told_apart(
        self, text: str, asks: bool
    ) -> None:
        [point] = read_open_matters([customer(text)], "en").points
        assert point.asks_status is asks


class TestCourtesies:
    @pytest.mark.parametrize(
        ("text", "courtesy"),
        [
            ("great thanks!", Smalltalk.THANKS),
            ("ok bye", Smalltalk.GOODBYE),
            ("muchas gracias", Smalltalk.THANKS),
            ("thank you so much, very helpful", Smalltalk.THANKS),
            ("Hello there", Smalltalk.HELLO),
        ],
    )
    def test_a_customer_who_is_only_polite_wants_a_courtesy(
        self, text: str, courtesy: Smalltalk
    ) -> None:
        matters = read_open_matters([agent("Done."), customer(text)], "en")
        assert (matters.points, matters.courtesy) == ((), courtesy)

    def test_thanks_for_the_assistants_answer_leave_nothing_open(self) -> None:
        lines = [customer("How long does delivery take?"), assistant(ANSWER), customer("thanks!")]
        matters = read_open_matters(lines, "en")
        assert (matters.points, matters.courtesy) == ((), Smalltalk.THANKS)

    def test_a_question_beside_thanks_is_what_counts(self) -> None:
        lines = [agent("Done."), customer("Thanks! When does it arrive?")]
        matters = read_open_matters(lines, "en")
        assert [point.text for point in matters.points] == ["When does it arrive?"]
        assert matters.courtesy is None

    def test_after_the_agents_reply_nothing_is_open(self) -> None:
        matters = read_open_matters([customer("Hi"), agent("Hello!")], "en")
        assert (matters.points, matters.courtesy, matters.is_first_reply) == ((), None, False)


class TestTopics:
    @pytest.mark.parametrize(
        ("text", "topic"),
        [
            ("I want to make a formal complaint.", Topic.COMPLAINT),
            ("My mum passed away last week", Topic.BEREAVEMENT),
            ("Please cancel my order and refund me", Topic.ACTION),
            ("How long does delivery take?", None),
        ],
    )
    def test_the_topic_follows_the_general_rules(self, text: str, topic: Topic | None) -> None:
        assert read_open_matters([customer(text)], "en").topic is topic

    def test_an_urgent_rule_of_the_client_is_serious(self) -> None:
        rule = HandoffRule(name="press", any_of=("journalist",), priority=Priority.URGENT)
        matters = read_open_matters([customer("I am a journalist")], "en", [rule])
        assert matters.topic is Topic.SERIOUS


class TestEndings:
    @pytest.mark.parametrize(
        ("sent", "distance"),
        [("Three days.", 0.0), (" Three\n days. ", 0.0), ("Four weeks!", None)],
    )
    def test_the_edit_distance_is_a_share_of_the_text(
        self, sent: str, distance: float | None
    ) -> None:
        found = edit_distance("Three days.", sent)
        assert found == distance if distance is not None else 0 < found <= 1

    def test_a_reply_sent_as_suggested_is_accepted(self) -> None:
        assert sent_ending("Yes.", "Yes.", NOON) == Ending(Outcome.ACCEPTED, NOON, 0.0)

    def test_a_changed_reply_is_edited(self) -> None:
        later = NOON + timedelta(minutes=1)
        assert sent_ending("Yes.", "Yes!", later) == Ending(Outcome.EDITED, later, 0.25)
