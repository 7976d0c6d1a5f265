"""The reply page of the client company's contact: one answer, for the agent's eyes."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

import pytest
from starlette.testclient import TestClient

from assist.domain.conversation import Author, Conversation, ConversationState
from assist.domain.deliveries import Answer, DeliveryState
from assist.domain.desk_moves import Actor
from assist.domain.people import PresenceStatus, Role
from knowledge_base.models import Audience
from tests.api.installation import NORTH, Installation
from tests.fakes import FakeClock
from tests.webhook_fakes import ScriptedReceiver, drain

ANA = Actor(None, "Ana")
QUESTION = "May we refund <b>this</b>?"
PROFILE = {
    "name": "North Ltd",
    "escalation": {
        "email": "ops@north.example",
        "webhook_url": "https://north.example/assist",
        "reply_hours": 4,
    },
}


@dataclass
class Case:
    """An escalated conversation, and what its contact got."""

    installation: Installation
    http: TestClient
    receiver: ScriptedReceiver
    conversation: Conversation
    clock: FakeClock

    def link(self) -> str:
        found = re.search(r"http://\S+(/client-reply/\S+)", self.receiver.letters[-1].text)
        assert found is not None
        return found[1]

    def now(self) -> Conversation:
        store = self.installation.container.conversations
        found = store.find_conversation(NORTH, self.conversation.id)
        assert found is not None
        return found

    def notes(self, author: Author) -> list[str]:
        store = self.installation.container.conversations
        return [
            message.text
            for message in store.list_messages(self.conversation.id, 0, 50, Audience.INTERNAL)
            if message.author is author and message.audience is Audience.INTERNAL
        ]

    def escalate(self) -> None:
        self.installation.container.desk.escalate(self.now(), ANA, QUESTION)
        drain(self.installation.container.notifying)


@pytest.fixture
def case(installation: Installation, http: TestClient) -> Case:
    container = installation.container
    receiver, clock = ScriptedReceiver(), FakeClock(container.clock())
    vars(container)["http_sender"] = vars(container)["mailer"] = receiver
    container.clock = clock
    container.clients.update(NORTH, PROFILE)
    conversation, _ = container.desk.start(NORTH)
    container.conversing.receive(conversation, "I want <i>my</i> money back", "1")
    container.desk.ask_for_person(conversation)
    case = Case(installation, http, receiver, conversation, clock)
    container.desk.add_note(case.now(), ANA, "He is rude, be careful.")
    clock.advance(60)
    case.escalate()
    return case


def test_the_contact_gets_a_mail_and_a_signed_call_with_links(case: Case) -> None:
    [letter], [call] = case.receiver.letters, case.receiver.calls
    told = json.loads(call.body)

    assert letter.to == "ops@north.example"
    assert QUESTION in letter.text
    assert "rude" not in letter.text
    assert told["type"] == "conversation.escalated"
    assert told["data"]["escalation"]["question"] == QUESTION
    assert "rude" not in call.body.decode()
    assert call.headers["webhook-signature"].startswith("v1,")
    paths = {case.link(), "/client-reply/" + told["data"]["escalation"]["reply_url"][-47:]}
    assert len(paths) == 2
    assert {case.http.get(path).status_code for path in paths} == {200}


def test_the_page_shows_the_case_without_notes_and_scripts(case: Case) -> None:
    page = case.http.get(case.link())

    assert page.status_code == 200
    assert "May we refund &lt;b&gt;this&lt;/b&gt;?" in page.text
    assert "I want &lt;i&gt;my&lt;/i&gt; money back" in page.text
    assert "rude" not in page.text
    assert "<script" not in page.text
    assert "form-action 'self'" in page.headers["Content-Security-Policy"]
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Referrer-Policy"] == "no-referrer"


def test_an_answer_returns_the_conversation_to_the_agents(case: Case) -> None:
    sent = case.http.post(case.link(), data={"answer": " Yes,\r\nrefund it. "})

    assert sent.status_code == 200
    assert "The agent has your answer" in sent.text
    assert case.now().state is ConversationState.QUEUED
    assert case.now().escalation is None
    assert case.notes(Author.CLIENT) == ["Yes,\nrefund it."]


def test_a_link_takes_one_answer(case: Case) -> None:
    path = case.link()
    case.http.post(path, data={"answer": "Yes"})

    repeated = case.http.post(path, data={"answer": "Yes"})
    other = case.http.post(path, data={"answer": "No"})

    assert repeated.status_code == 200
    assert other.status_code == 410
    assert case.http.get(path).status_code == 410
    assert "already answered" in case.http.get(path).text
    assert case.notes(Author.CLIENT) == ["Yes"]


def test_the_other_link_of_an_answered_question_is_closed(case: Case) -> None:
    url = json.loads(case.receiver.calls[0].body)["data"]["escalation"]["reply_url"]
    case.http.post(case.link(), data={"answer": "Yes"})

    assert case.http.post(url, data={"answer": "No"}).status_code == 410
    assert case.notes(Author.CLIENT) == ["Yes"]


def test_an_old_link_does_not_answer_a_new_question(case: Case) -> None:
    old = case.link()
    case.http.post(old, data={"answer": "Yes"})
    case.clock.advance(60)
    case.escalate()

    assert case.http.get(old).status_code == 410
    assert case.http.get(case.link()).status_code == 200


@pytest.mark.parametrize("answer", ["", "  \r\n ", "a" * 10_001])
def test_an_answer_that_cannot_be_taken_is_asked_for_again(case: Case, answer: str) -> None:
    page = case.http.post(case.link(), data={"answer": answer})

    assert page.status_code == 422
    assert "1 to 10000 characters" in page.text
    assert case.now().state is ConversationState.WAITING_ON_CLIENT


def test_an_expired_link_says_what_to_do(case: Case) -> None:
    case.clock.advance(15 * 86_400)

    for page in (case.http.get(case.link()), case.http.post(case.link(), data={"answer": "Y"})):
        assert page.status_code == 410
        assert "send you the question again" in page.text
    assert case.notes(Author.CLIENT) == []


def test_an_unknown_link_says_what_to_do(case: Case) -> None:
    for page in (
        case.http.get("/client-reply/rpl_guess"),
        case.http.post("/client-reply/rpl_guess", data={"answer": "Yes"}),
    ):
        assert page.status_code == 404
        assert "Copy the whole link" in page.text


def test_the_log_does_not_hold_the_token(case: Case, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", logger="api.requests")
    case.http.get(case.link())

    logged = [record.getMessage() for record in caplog.records if record.name == "api.requests"]
    assert any("/client-reply/..." in line for line in logged)
    assert not any("rpl_" in line for line in logged)


def refuse_mail(to: str) -> Answer:
    return Answer(error="refused", is_final=True) if "@" in to else Answer(200)


def refuse_all(to: str) -> Answer:
    return Answer(error=f"no way to {to}", is_final=True)


def dead(case: Case, way: str) -> list[int]:
    found = case.installation.container.webhooks.list_deliveries(NORTH, way, DeliveryState.DEAD)
    return [each.id for each in found]


def retry(case: Case, way: str, delivery_id: int) -> int:
    admin = case.installation.signed_in(case.installation.add_user(Role.ADMIN))
    address = f"/v1/webhooks/{way}/deliveries/{delivery_id}/retry"
    status = case.http.post(address, headers=admin | {"X-Client": NORTH}).status_code
    drain(case.installation.container.notifying)
    return status


@pytest.fixture
def lost(case: Case) -> Case:
    """Return a second question that reached the contact on no way."""
    case.http.post(case.link(), data={"answer": "Yes"})
    case.receiver.answer = refuse_all
    case.clock.advance(60)
    case.escalate()
    case.receiver.answer = lambda _: Answer(200)
    case.clock.advance(60)
    return case


def test_one_way_that_fails_is_noted_once_while_the_other_one_holds(
    installation: Installation, case: Case
) -> None:
    case.http.post(case.link(), data={"answer": "Yes"})
    case.receiver.answer = refuse_mail
    case.clock.advance(60)
    case.escalate()
    drain(installation.container.notifying)

    [note] = case.notes(Author.SYSTEM)
    assert note.startswith("The client company could not be reached by e-mail (refused).")
    assert case.now().state is ConversationState.WAITING_ON_CLIENT


def test_without_a_mail_server_the_agent_learns_why(installation: Installation, case: Case) -> None:
    case.http.post(case.link(), data={"answer": "Yes"})
    container = installation.container
    del vars(container)["notifying"], vars(container)["escalating"]
    vars(container)["mailer"] = None
    case.clock.advance(60)
    case.escalate()

    [note] = case.notes(Author.SYSTEM)
    assert "ASSIST_SMTP_URL" in note


def test_a_question_that_reached_nobody_comes_back_with_one_note(lost: Case) -> None:
    [note] = [each for each in lost.notes(Author.SYSTEM) if "escalate it again" in each]

    assert "no way to" in note
    assert lost.now().state is ConversationState.QUEUED
    assert lost.now().escalation is None
    assert lost.http.get(lost.link()).status_code == 410


def test_an_agent_who_is_there_has_the_unsent_question_back(case: Case) -> None:
    container = case.installation.container
    ana = case.installation.add_user(Role.AGENT)
    case.http.post(case.link(), data={"answer": "Yes"})
    container.presence.report(ana.id, PresenceStatus.ONLINE)
    container.desk.claim(case.now(), ana)
    case.receiver.answer = refuse_all
    case.clock.advance(60)
    container.presence.report(ana.id, PresenceStatus.ONLINE)
    case.escalate()

    assert case.now().state is ConversationState.WITH_AGENT
    assert case.now().assignee == ana.id


def test_an_agent_escalates_an_unsent_question_again(lost: Case) -> None:
    closed = lost.link()
    lost.escalate()

    assert lost.now().state is ConversationState.WAITING_ON_CLIENT
    assert lost.http.get(closed).status_code == 410
    assert lost.http.get(lost.link()).status_code == 200


def test_an_admin_sends_an_unsent_question_again(lost: Case) -> None:
    closed, letters = lost.link(), len(lost.receiver.letters)
    [mail], [webhook] = dead(lost, "contact_mail"), dead(lost, "contact_webhook")

    assert retry(lost, "contact_mail", mail) == 200
    assert retry(lost, "contact_webhook", webhook) == 200

    assert lost.now().state is ConversationState.WAITING_ON_CLIENT
    assert len(lost.receiver.letters) == letters + 1
    assert QUESTION in lost.receiver.letters[-1].text
    assert lost.http.get(closed).status_code == 410
    assert lost.http.post(lost.link(), data={"answer": "Go on"}).status_code == 200
    assert lost.notes(Author.CLIENT) == ["Yes", "Go on"]
    assert dead(lost, "contact_mail") == dead(lost, "contact_webhook") == []


def test_one_dead_way_is_sent_again_while_the_question_is_open(case: Case) -> None:
    case.http.post(case.link(), data={"answer": "Yes"})
    case.receiver.answer = refuse_mail
    case.clock.advance(60)
    case.escalate()
    case.receiver.answer = lambda _: Answer(200)
    [mail] = dead(case, "contact_mail")
    calls = len(case.receiver.calls)

    assert retry(case, "contact_mail", mail) == 200

    assert len(case.receiver.calls) == calls
    assert case.http.get(case.link()).status_code == 200


def test_what_people_have_gone_on_with_is_not_asked_again(lost: Case) -> None:
    lost.installation.container.desk.reply(lost.now(), ANA, "I have asked by phone.", "r1")
    [mail] = dead(lost, "contact_mail")

    assert retry(lost, "contact_mail", mail) == 409
    assert lost.now().state is ConversationState.WITH_AGENT
    assert dead(lost, "contact_mail") == [mail]


def test_an_unsent_question_of_an_ended_conversation_is_not_asked_again(lost: Case) -> None:
    lost.installation.container.desk.resolve(lost.now(), ANA)
    [mail] = dead(lost, "contact_mail")

    assert retry(lost, "contact_mail", mail) == 409
    assert lost.now().state is ConversationState.RESOLVED


def test_a_client_that_names_nobody_any_more_is_not_asked_again(lost: Case) -> None:
    lost.installation.container.clients.update(NORTH, {"name": "North Ltd"})
    [mail] = dead(lost, "contact_mail")

    assert retry(lost, "contact_mail", mail) == 409
    assert lost.now().state is ConversationState.QUEUED
