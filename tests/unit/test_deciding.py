from dataclasses import replace

import pytest

from assist.domain.deciding import (
    decide_before_search,
    decide_from_evidence,
    hand_off_by_topic,
    hand_off_on_failure,
)
from assist.domain.decision import Abstain, Answer, HandOff, Reason, Smalltalk
from assist.domain.evidence import Evidence, confidence, gather_evidence
from assist.domain.general_rules import general_rules
from assist.domain.mood import Mood
from assist.domain.policy import AnswerPolicy
from assist.domain.rules import HandoffRule, Priority
from assist.domain.situation import Situation
from knowledge_base.models import Article, ArticleId, Passage, PassageId, RankedPassage
from knowledge_base.retrieval.retriever import Retrieved
from tests.fakes import matches_of

POLICY = AnswerPolicy()
STRONG = Evidence(dense=0.8, margin=0.1, internal_lead=0.0)


def passage(
    number: int, *, article: str = "one", verbatim: bool = False, score: float = 0.6
) -> RankedPassage:
    source = Article(ArticleId(article), title="Fees", verbatim=verbatim)
    found = Passage(PassageId(number), source, 0, "The late fee is $5.")
    return RankedPassage(found, score, score, score, matches_of("late fee", found))


def evidence(**changed: float) -> Evidence:
    return Evidence(**{**vars(STRONG), **changed})


def test_strong_evidence_is_answered_with_its_confidence() -> None:
    decision = decide_from_evidence([passage(1)], STRONG, POLICY)
    assert decision == Answer((passage(1),), confidence(STRONG), Reason.SUPPORTED)


def test_nothing_found_is_an_abstention() -> None:
    nothing = gather_evidence(Retrieved(), internal_score=0.1)
    assert decide_from_evidence([], nothing, POLICY) == Abstain(Reason.NOT_SUPPORTED)


def test_what_only_internal_knowledge_speaks_of_goes_to_a_person() -> None:
    internal = gather_evidence(Retrieved(), internal_score=0.5)
    decision = decide_from_evidence([], internal, POLICY)
    assert decision.reason == Reason.INTERNAL_ONLY


def test_weak_evidence_is_an_abstention() -> None:
    weak = evidence(dense=0.35, margin=0.0)
    decision = decide_from_evidence([passage(1)], weak, POLICY)
    assert isinstance(decision, Abstain)
    assert decision.reason == Reason.NOT_SUPPORTED


def test_a_far_question_is_off_topic() -> None:
    decision = decide_from_evidence([passage(1)], evidence(dense=0.2), POLICY)
    assert decision.reason == Reason.OFF_TOPIC


def test_what_internal_knowledge_answers_better_goes_to_a_person() -> None:
    decision = decide_from_evidence([passage(1)], evidence(internal_lead=0.1), POLICY)
    assert isinstance(decision, HandOff)
    assert decision.reason == Reason.INTERNAL_ONLY


def test_a_verbatim_article_is_answered_alone() -> None:
    passages = [passage(1, verbatim=True), passage(2)]
    decision = decide_from_evidence(passages, STRONG, POLICY)
    assert decision == Answer((passages[0],), confidence(STRONG), Reason.VERBATIM)


@pytest.mark.parametrize("figure", ["dense", "margin"])
def test_confidence_grows_with_each_figure_of_evidence(figure: str) -> None:
    weaker = evidence(**{figure: 0.0})
    assert confidence(weaker) < confidence(STRONG) < 1


def test_the_clients_own_rule_comes_before_the_general_ones() -> None:
    own = HandoffRule(name="vip", any_of=("real person",), queue="vip", priority=Priority.HIGH)
    decision = decide_before_search("let me talk to a real person", (own, *general_rules()))
    assert decision == HandOff("vip", "", "vip", Priority.HIGH)


def test_who_asks_for_a_person_gets_one() -> None:
    decision = decide_before_search("Can I speak to a real person please", general_rules())
    assert isinstance(decision, HandOff)
    assert decision.reason == "asks_for_person"


def test_a_courtesy_is_returned_without_a_search() -> None:
    assert isinstance(decide_before_search("thank you!", general_rules()), Smalltalk)


@pytest.mark.parametrize("message", [".....", "\u200b", "?!", "\U0001f600"])
def test_a_message_without_a_word_is_not_searched(message: str) -> None:
    assert decide_before_search(message, general_rules()) == Abstain(Reason.NOT_SUPPORTED)


@pytest.mark.parametrize(("threshold", "answers"), [(0.1, True), (0.99, False)])
def test_a_verbatim_article_has_a_threshold_of_its_own(threshold: float, answers: bool) -> None:
    policy = replace(POLICY, answer_threshold=0.5, verbatim_threshold=threshold)
    decision = decide_from_evidence([passage(1, verbatim=True)], STRONG, policy)
    assert isinstance(decision, Answer) is answers


def test_an_ordinary_question_is_left_to_the_search() -> None:
    assert decide_before_search("What is the late fee?", general_rules()) is None


def test_the_margin_is_the_lead_over_another_article() -> None:
    passages = (passage(1), passage(2, score=0.55), passage(3, article="two", score=0.4))
    gathered = gather_evidence(Retrieved(passages=passages), internal_score=0.9)
    assert gathered.margin == pytest.approx(0.2)
    assert gathered.internal_lead == pytest.approx(0.3)


def test_where_one_article_fills_all_places_the_last_one_bounds_the_margin() -> None:
    passages = (passage(1), passage(2, score=0.5))
    assert gather_evidence(Retrieved(passages=passages), 0.0).margin == pytest.approx(0.1)
    assert gather_evidence(Retrieved(passages=passages[:1]), 0.0).margin == pytest.approx(0.6)


VIP = HandoffRule(
    name="vip", attribute={"vip": True}, queue="vip", skill="care", priority=Priority.HIGH
)
VIP_CUSTOMER = Situation(attributes={"vip": True}, is_verified=True)
UNANSWERED = Abstain(Reason.NOT_SUPPORTED, 0.3)


def test_a_rule_without_phrases_hands_over_whatever_is_asked() -> None:
    decision = decide_before_search("What is the late fee?", [VIP], VIP_CUSTOMER)
    assert decision == HandOff("vip", "", "vip", Priority.HIGH, skill="care")


def test_a_courtesy_is_no_cause_for_a_rule_without_phrases() -> None:
    assert isinstance(decide_before_search("hello", [VIP], VIP_CUSTOMER), Smalltalk)


def test_what_was_said_comes_before_who_said_it() -> None:
    rules = (VIP, *general_rules())
    danger = decide_before_search("there is a strong smell of gas here", rules, VIP_CUSTOMER)
    assert isinstance(danger, HandOff)
    assert (danger.reason, danger.priority) == ("safety", Priority.URGENT)


def test_the_most_urgent_of_the_rules_that_apply_sets_the_priority() -> None:
    rules = (VIP, *general_rules())
    asked = decide_before_search("a real person please", rules, VIP_CUSTOMER)
    assert isinstance(asked, HandOff)
    assert (asked.reason, asked.priority) == ("asks_for_person", Priority.HIGH)


def test_an_angry_customer_gets_a_person_soon() -> None:
    angry = Situation(mood=Mood.ANGRY)
    decision = decide_before_search("What is the late fee?", general_rules(), angry)
    assert isinstance(decision, HandOff)
    assert (decision.reason, decision.priority) == ("unhappy_customer", Priority.HIGH)


def test_an_unhappy_customer_is_still_answered() -> None:
    unhappy = Situation(mood=Mood.UNHAPPY)
    assert decide_before_search("What is the late fee?", general_rules(), unhappy) is None


def test_the_second_failure_in_a_row_hands_over() -> None:
    rules = general_rules()
    assert hand_off_on_failure(UNANSWERED, "fees?", rules) is None
    handoff = hand_off_on_failure(UNANSWERED, "fees?", rules, Situation(failures=1))
    assert handoff is not None
    assert (handoff.reason, handoff.confidence) == ("repeated_failure", 0.3)


def test_two_unhelpful_replies_hand_the_next_question_over() -> None:
    decision = decide_before_search("and now?", general_rules(), Situation(failures=2))
    assert isinstance(decision, HandOff)
    assert decision.reason == "repeated_failure"


@pytest.mark.parametrize(
    ("decision", "message"),
    [
        (Abstain(Reason.OFF_TOPIC), "write me a poem"),
        (UNANSWERED, "?!"),
        (Answer((passage(1),), 0.9), "What is the late fee?"),
    ],
)
def test_what_is_no_failure_stays_as_decided(decision: Abstain | Answer, message: str) -> None:
    assert hand_off_on_failure(decision, message, general_rules(), Situation(failures=5)) is None


def test_a_chosen_topic_is_handed_over_though_it_could_be_answered() -> None:
    rule = HandoffRule(name="loans", topics=("one",), queue="loans")
    answer = Answer((passage(1),), 0.9)
    handoff = hand_off_by_topic(answer, "fees?", [passage(1), passage(2, article="two")], [rule])
    assert handoff == HandOff("loans", "", "loans", confidence=0.9)
    assert hand_off_by_topic(answer, "fees?", [passage(2, article="two")], [rule]) is None


def test_a_far_question_is_about_no_topic() -> None:
    rule = HandoffRule(name="loans", topics=("one",))
    assert hand_off_by_topic(Abstain(Reason.OFF_TOPIC), "a poem", [passage(1)], [rule]) is None
