from __future__ import annotations

import pytest

from assist.domain.general_rules import general_rules
from assist.domain.rules import HandoffRule, Priority, find_rule

NAMES = [
    "safety",
    "fraud",
    "legal",
    "bereavement",
    "hardship",
    "complaint",
    "third_party",
    "asks_for_person",
    "repeated_failure",
    "account_action",
    "unhappy_customer",
]

FOR_A_PERSON = {
    "safety": [
        "I can't see the point of living",
        "i want to die",
        "he's having a heart attack",
        "She can\u2019t breathe!",
        "there is a strong smell of gas in the hall",
        "Your heater gave me an electric shock",
        "My husband just collapsed",
    ],
    "fraud": [
        "SOMEONE IS TAKING MONEY OUT OF MY ACCOUNT four transfers none of them me",
        "There's a purchase on my statement that I never made",
        "I don't recognise this payment",
        "my purse was stolen with my bank card",
        "I read him the code from the text message",
        "I think I have been scammed",
        "somebody opened an account in my name",
        "I want to report a stolen card",
    ],
    "legal": [
        "My solicitor told me to keep this in writing",
        "I'll see you in court",
        "This is going to the ombudsman",
        "I am making a subject access request",
        "Please delete all the data you have about me",
    ],
    "bereavement": [
        "My mum passed away last week",
        "Dad died in June and the contract is in his name",
        "I am the executor of my aunt's estate",
        "The account holder has died",
    ],
    "hardship": [
        "I've lost my job",
        "I was made redundant and can't pay this month",
        "we are behind on our payments",
        "I'm struggling to make ends meet",
    ],
    "complaint": [
        "I want to make a formal complaint",
        "let me speak to your manager",
        "This is the third time I've written",
        "Your service is absolutely appalling",
        "You are all useless",
    ],
    "third_party": [
        "I have power of attorney for my father",
        "I'm ringing on behalf of my elderly neighbour",
        "I need access to my husband's account, he is in hospital",
    ],
    "asks_for_person": [
        "can i just talk to a real person",
        "agent please",
        "Stop the robot answers",
        "Could someone call me back today",
        "put me through to your support team",
        "Quiero hablar con una persona",
        "je veux parler à un conseiller",
        "Ich möchte mit einem Mitarbeiter sprechen",
        "quero falar com um atendente",
    ],
    "repeated_failure": [
        "You already told me that",
        "That didn't help",
        "that's not what I asked",
        "you keep giving me the same answer",
        "I've told you twice already",
    ],
    "account_action": [
        "Please change the mobile number you hold for me to 555 0199",
        "Cancel my order 88123 and refund me",
        "Could you move my appointment to Tuesday?",
        "How much is in my savings account right now?",
        "did my payment come through",
        "Where's my parcel?",
        "unlock my account",
        "The terminal refused my card and the slip says code 51",
        "You charged me twice",
        "I'd like to cancel my subscription.",
    ],
}

FOR_THE_KNOWLEDGE = {
    "safety": [
        "Does the policy cover a heart attack?",
        "Is the sofa fire resistant?",
        "What should I do if I smell gas?",
        "My phone died, is that under guarantee?",
    ],
    "fraud": [
        "Nothing's happened, just reading up: say a thief shops with my card",
        "What happens if someone uses my card without my permission?",
        "How do you protect me against fraud?",
        "my card never arrived, what can I do",
        "How do I report a lost card?",
    ],
    "legal": [
        "Do you offer wills through your estate lawyers?",
        "How do I ask you to delete my data?",
        "how long do you keep recordings of my calls",
    ],
    "bereavement": [
        "What happens to an account when someone dies?",
        "Can a joint account continue if my husband dies?",
    ],
    "hardship": [
        "I can't pay online, the page freezes",
        "What happens if I can't pay on time?",
        "Can I pay in instalments?",
    ],
    "complaint": [
        "How do I make a complaint?",
        "How quickly must you reply if I send in a complaint?",
        "If I message our account manager, how soon will she answer?",
    ],
    "third_party": [
        "Do you accept a power of attorney?",
        "Can my wife collect my order?",
        "How do I add my husband to my account?",
    ],
    "asks_for_person": [
        "Are you a real person?",
        "What hours can I speak to an adviser?",
        "How many people can share the plan?",
    ],
    "repeated_failure": [
        "How many times can I top up?",
        "I tried the code but it didn't work",
        "The app keeps asking me to log in",
    ],
    "account_action": [
        "How do I change my address?",
        "Can I cancel my order?",
        "What is the fee for changing my flight?",
        "How long does a refund take?",
        "Could you refund me if it arrives late?",
        "How can I check my balance?",
        "Where can I see my order status?",
        "I want to cancel my contract. Is there a fee?",
        "what is my balance transfer fee",
        "can you raise my price during the contract?",
        "Could you put my monthly rent up without notice?",
        "will you change my plan in the middle of the contract",
    ],
}


def cases(table: dict[str, list[str]]) -> list[tuple[str, str]]:
    return [(name, message) for name, messages in table.items() for message in messages]


@pytest.mark.parametrize(("name", "message"), cases(FOR_A_PERSON))
def test_a_message_that_needs_a_person_is_handed_over_with_its_reason(
    name: str, message: str
) -> None:
    rule = find_rule(message, general_rules())
    assert rule is not None
    assert rule.name == name


@pytest.mark.parametrize(("name", "message"), cases(FOR_THE_KNOWLEDGE))
def test_a_question_that_an_article_can_answer_passes(name: str, message: str) -> None:
    rule = find_rule(message, general_rules())
    assert rule is None, f"meant to pass by {name}"


def test_the_rules_stand_in_the_order_of_severity() -> None:
    assert list(dict.fromkeys(rule.name for rule in general_rules())) == NAMES


def test_the_more_serious_reason_wins_when_two_apply() -> None:
    message = "I want to speak to a person, someone has stolen my card"
    rule = find_rule(message, general_rules())
    assert rule is not None
    assert (rule.name, rule.priority) == ("fraud", Priority.URGENT)


@pytest.mark.parametrize("rule", general_rules(), ids=lambda rule: str(rule.name))
def test_every_rule_tells_the_customer_in_whole_sentences_that_a_colleague_takes_over(
    rule: HandoffRule,
) -> None:
    assert "colleague" in rule.say
    assert rule.say.endswith(".")
    assert "\n" not in rule.say


def test_the_reply_to_danger_names_the_emergency_number() -> None:
    assert "emergency number" in general_rules()[0].say


@pytest.mark.timeout(30)
@pytest.mark.parametrize(
    "words", ["my ", "please can you ", "i never ", "someone has my ", "that is not ", "a", "é"]
)
def test_a_message_of_20000_characters_ends_the_search(words: str) -> None:
    assert find_rule((words * 20_000)[:20_000], general_rules()) is None
