"""The desk over HTTP: views over all clients, what agents do, and the live stream."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from starlette.testclient import TestClient

from assist.domain.conversation import ConversationId
from assist.domain.customer import Customer
from assist.domain.keys import KeyScope
from assist.domain.moves import with_customer
from assist.domain.people import Role, User
from knowledge_base.models import ClientId
from tests.api.installation import NORTH, SOUTH, Installation

Headers = dict[str, str]
EAST = ClientId("east")


@dataclass
class Desk:
    """A desk with its agents, and customers' conversations."""

    http: TestClient
    installation: Installation

    def start(self, client_id: ClientId = NORTH, *, asks: bool = True) -> tuple[str, Headers]:
        """Start a conversation whose customer says something and asks for a person."""
        headers = self.installation.headers(KeyScope.CUSTOMER, client_id)
        started = self.http.post("/v1/conversations", json={}, headers=headers).json()
        name = started["conversation_id"]
        own = headers | {"X-Conversation-Token": started["token"], "Idempotency-Key": "1"}
        self.post(own, f"{name}/messages", {"text": "Where is order L-20311?"})
        if asks:
            self.post(own, f"{name}/handoff")
        return name, own

    def post(self, headers: Headers, path: str, body: Any = None, key: str = "k") -> Any:
        return self.http.post(
            f"/v1/conversations/{path}",
            json=body,
            headers={"Idempotency-Key": key} | headers,
        )

    def get(self, headers: Headers, path: str) -> Any:
        return self.http.get(f"/v1/desk/{path}", headers=headers)

    def rows(self, headers: Headers, query: str = "") -> list[str]:
        response = self.get(headers, f"conversations?{query}")
        assert response.status_code == 200, response.text
        return [row["id"] for row in response.json()["items"]]

    def texts(self, headers: Headers, name: str) -> list[str]:
        path = f"/v1/conversations/{name}/messages?limit=100"
        items = self.http.get(path, headers=headers).json()["items"]
        return [item["text"] for item in items]


@pytest.fixture
def desk(http: TestClient, installation: Installation) -> Desk:
    return Desk(http, installation)


@pytest.fixture
def ana(installation: Installation) -> User:
    return installation.add_user(Role.AGENT, NORTH, SOUTH, name="Ana")


@pytest.fixture
def anas(installation: Installation, ana: User) -> Headers:
    return installation.signed_in(ana)


@pytest.fixture
def bens(installation: Installation) -> Headers:
    return installation.signed_in(installation.add_user(Role.AGENT, NORTH, name="Ben"))


class TestViews:
    def test_the_queue_holds_the_conversations_of_all_clients_of_the_agent(
        self, desk: Desk, anas: Headers, bens: Headers
    ) -> None:
        north, south = desk.start(NORTH)[0], desk.start(SOUTH)[0]
        desk.start(NORTH, asks=False)

        assert set(desk.rows(anas)) == {north, south}
        assert desk.rows(bens) == [north]
        assert desk.rows(anas, "client=south") == [south]
        assert desk.rows(desk.installation.headers(KeyScope.AGENT)) == [north]

    def test_a_client_whom_the_agent_does_not_serve_is_unknown(
        self, desk: Desk, bens: Headers
    ) -> None:
        for path in ("conversations?client=south", "conversations?client=none", "agents?client=x"):
            assert desk.get(bens, path).status_code == 404

    def test_a_row_tells_what_an_agent_needs_to_choose(self, desk: Desk, anas: Headers) -> None:
        name, _ = desk.start()

        [row] = desk.get(anas, "conversations").json()["items"]

        assert (row["id"], row["client_id"], row["client_name"]) == (name, "north", "North Ltd")
        assert (row["state"], row["reason"], row["queue"], row["priority"]) == (
            *("queued", "asked_for_person", "general", "normal"),
        )
        assert row["queued_at"] == "2026-11-20T23:30:00Z"
        assert row["deadline_at"] == "2026-11-20T23:45:00Z"
        assert row["reason_text"]
        assert row["assignee"] is None
        assert row["last_message"]["author"] == "assistant"
        assert row["last_sequence"] == 3

    def test_long_texts_are_cut_in_rows(self, desk: Desk, anas: Headers) -> None:
        name, own = desk.start()
        desk.post(own, f"{name}/messages", {"text": "a " * 200}, key="2")

        [row] = desk.get(anas, "conversations").json()["items"]

        assert len(row["last_message"]["text"]) <= 140

    def test_a_conversation_moves_through_the_views(self, desk: Desk, anas: Headers) -> None:
        name, _ = desk.start()
        seen = []
        for path in ("", "claim", "resolve"):
            if path:
                assert desk.post(anas, f"{name}/{path}").status_code == 200
            views = ("waiting", "mine", "open", "resolved")
            seen.append([view for view in views if desk.rows(anas, f"view={view}")])

        assert seen == [["waiting", "open"], ["mine", "open"], ["resolved"]]

    @pytest.mark.parametrize("view", ["waiting", "open"])
    def test_a_view_is_read_in_pages(self, desk: Desk, anas: Headers, view: str) -> None:
        started = {desk.start()[0] for _ in range(3)}
        found: list[str] = []
        cursor: str | None = ""
        while cursor is not None:
            path = f"conversations?view={view}&limit=1&cursor={cursor}"
            page = desk.get(anas, path).json()
            found += [row["id"] for row in page["items"]]
            cursor = page["next_cursor"]

        assert len(found) == 3
        assert set(found) == started

    @pytest.mark.parametrize(
        "query",
        ["view=all", "limit=0", "limit=201", "cursor=x", "view=open&cursor=bnVsbA", "cursor=W10"],
    )
    def test_a_query_that_makes_no_sense_is_refused(
        self, desk: Desk, anas: Headers, query: str
    ) -> None:
        assert desk.get(anas, f"conversations?{query}").status_code == 422

    def test_a_conversation_is_read_with_its_packet_customer_and_history(
        self, desk: Desk, anas: Headers
    ) -> None:
        name, _ = desk.start()
        container = desk.installation.container
        conversation = container.conversations.find_conversation(NORTH, ConversationId(name))
        assert conversation is not None
        customer = Customer("Zoë", "zoe@mail.example", attributes={"vip": True})
        container.desk.move(conversation, lambda current: with_customer(current, customer))

        found = desk.get(anas, f"conversations/{name}").json()

        assert found["customer"]["email"] == "zoe@mail.example"
        assert (found["customer"]["is_vip"], found["customer"]["is_verified"]) == (True, False)
        assert "L-20311" in found["packet"]["wants"]
        [handoff] = found["handoffs"]
        assert (handoff["number"], handoff["claimed_at"], handoff["outcome"]) == (1, None, None)
        assert (found["escalation"], found["resolution"], found["rating"]) == (None, None, None)
        assert "digest" not in json.dumps(found)

    def test_colleagues_and_clients_are_listed(
        self, desk: Desk, ana: User, anas: Headers, bens: Headers
    ) -> None:
        desk.installation.add_user(Role.TRAINER, NORTH)
        desk.installation.add_user(Role.AGENT, SOUTH, name="Sue")
        name, _ = desk.start()
        desk.post(anas, f"{name}/claim")

        agents = desk.get(bens, "agents?client=north").json()["items"]
        clients = desk.get(bens, "clients").json()["items"]

        assert [(each["name"], each["open"]) for each in agents] == [("Ana", 1), ("Ben", 0)]
        assert agents[0] == {
            "id": ana.id,
            "name": "Ana",
            "presence": "offline",
            "open": 1,
            "capacity": ana.capacity,
            "skills": [],
        }
        assert [each["id"] for each in clients] == ["north"]
        assert clients[0]["queues"] == ["general", "care", "complaints", "fraud", "safety"]
        assert "answered" in clients[0]["dispositions"]


class TestActions:
    def test_the_second_agent_who_claims_is_told_who_has_it(
        self, desk: Desk, anas: Headers, bens: Headers
    ) -> None:
        name, own = desk.start()

        first = desk.post(anas, f"{name}/claim")
        second = desk.post(bens, f"{name}/claim")

        assert first.json()["assignee"]["name"] == "Ana"
        assert second.status_code == 409
        assert second.json()["type"].endswith(":taken")
        assert second.json()["detail"] == "Taken by Ana."
        assert desk.texts(own, name)[-1] == "Ana has joined the conversation."

    def test_a_key_claims_nothing_because_it_is_no_person(self, desk: Desk) -> None:
        name, _ = desk.start()

        assert (
            desk.post(desk.installation.headers(KeyScope.AGENT), f"{name}/claim").status_code == 403
        )

    def test_an_agent_who_has_enough_to_do_is_told_how_much(
        self, desk: Desk, ana: User, anas: Headers
    ) -> None:
        names = [desk.start()[0] for _ in range(ana.capacity + 1)]
        for name in names[:-1]:
            assert desk.post(anas, f"{name}/claim").status_code == 200

        refused = desk.post(anas, f"{names[-1]}/claim")
        replied = desk.post(anas, f"{names[-1]}/reply", {"text": "Hello"})
        own = desk.post(anas, f"{names[0]}/claim")

        assert (refused.status_code, replied.status_code, own.status_code) == (409, 409, 200)
        assert refused.json()["type"].endswith(":capacity")
        assert "You have 4 of 4 conversations" in refused.json()["detail"]

    def test_a_lead_may_take_more_and_take_over(self, desk: Desk, anas: Headers) -> None:
        lees = desk.installation.person(Role.LEAD, NORTH)
        for _ in range(6):
            assert desk.post(lees, f"{desk.start()[0]}/claim").status_code == 200
        name, _ = desk.start()
        desk.post(anas, f"{name}/claim")

        assert desk.post(lees, f"{name}/claim").json()["assignee"]["name"] != "Ana"

    def test_a_reply_bears_its_agents_name_for_the_customer(
        self, desk: Desk, anas: Headers
    ) -> None:
        name, own = desk.start()
        desk.post(anas, f"{name}/reply", {"text": "Hello, I look into it."})

        items = desk.http.get(f"/v1/conversations/{name}/messages", headers=own).json()["items"]

        assert (items[-1]["author"], items[-1]["author_name"]) == ("agent", "Ana")
        assert desk.rows(anas, "view=mine") == [name]
        row = desk.get(anas, f"conversations/{name}").json()
        assert row["deadline_at"] is None
        assert row["handoffs"][0]["first_reply_at"] is not None

    def test_notes_reach_agents_and_no_customer(
        self, desk: Desk, anas: Headers, bens: Headers
    ) -> None:
        name, own = desk.start()
        desk.post(anas, f"{name}/claim")
        notes = {
            "notes": {"text": "secret one"},
            "transfer": {"to_queue": "general", "note": "secret two"},
            "handback": {"note": "secret three"},
            "resolve": {"disposition": "spam", "note": "secret four"},
        }
        for path, body in notes.items():
            assert desk.post(anas, f"{name}/{path}", body).status_code == 200, path
        desk.installation.container.wakeups.close()

        seen = [
            desk.http.get(f"/v1/conversations/{name}/{path}", headers=own).text
            for path in ("messages", "events", "transcript")
        ]

        assert "secret" not in "".join(seen)
        assert "secret three" in "".join(desk.texts(bens, name))
        stream = desk.http.get(f"/v1/conversations/{name}/events", headers=bens).text
        assert "secret one" in stream
        resolution = desk.get(bens, f"conversations/{name}").json()["resolution"]
        assert (resolution["by"], resolution["disposition"]) == ("agent", "spam")
        assert resolution["note"] == "secret four"

    def test_an_outcome_that_the_client_does_not_have_is_named_with_those_it_has(
        self, desk: Desk, bens: Headers
    ) -> None:
        name, _ = desk.start()
        desk.post(bens, f"{name}/claim")

        response = desk.post(bens, f"{name}/resolve", {"disposition": "fixed"})

        assert response.status_code == 422
        assert "'fixed'; use one of 'answered', 'action taken'" in response.json()["detail"]
        assert desk.get(bens, f"conversations/{name}").json()["state"] == "with_agent"

    def test_a_transfer_to_a_colleague_gives_them_the_conversation(
        self, desk: Desk, ana: User, anas: Headers, bens: Headers
    ) -> None:
        name, own = desk.start()
        desk.post(bens, f"{name}/claim")

        response = desk.post(bens, f"{name}/transfer", {"to_user": ana.id})

        assert response.status_code == 200
        assert desk.rows(anas, "view=mine") == [name]
        assert desk.post(bens, f"{name}/reply", {"text": "Hi"}).status_code == 409
        assert desk.texts(own, name)[-1] == "Ana has joined the conversation."

    @pytest.mark.parametrize(
        "body",
        [
            {},
            {"to_user": "x", "to_queue": "general"},
            {"to_user": "nobody"},
            {"to_queue": "no such queue"},
        ],
    )
    def test_a_transfer_that_leads_nowhere_is_refused(
        self, desk: Desk, anas: Headers, body: Any
    ) -> None:
        name, _ = desk.start()

        assert desk.post(anas, f"{name}/transfer", body).status_code == 422

    def test_a_transfer_to_whom_the_client_is_closed_is_refused(
        self, desk: Desk, anas: Headers
    ) -> None:
        name, _ = desk.start()
        add = desk.installation.add_user
        for stranger in (add(Role.AGENT, SOUTH), add(Role.TRAINER, NORTH)):
            body = {"to_user": stranger.id}
            assert desk.post(anas, f"{name}/transfer", body).status_code == 422

    @pytest.mark.parametrize(
        ("path", "body"),
        [
            ("notes", {"text": "Called the warehouse."}),
            ("transfer", {"to_queue": "general", "note": "Please take it."}),
            ("handback", {"note": "Done."}),
            ("escalate", {"note": "May we refund?"}),
            ("resolve", {"disposition": "answered"}),
        ],
    )
    def test_what_an_agent_repeats_with_its_key_happens_once(
        self, desk: Desk, anas: Headers, path: str, body: Any
    ) -> None:
        profile = {"name": "North", "escalation": {"email": "it@north.example"}}
        desk.installation.container.clients.update(NORTH, profile)
        name, _ = desk.start()
        desk.post(anas, f"{name}/claim")
        first = desk.post(anas, f"{name}/{path}", body, key="once")
        texts = desk.texts(anas, name)

        again = desk.post(anas, f"{name}/{path}", body, key="once")

        assert (again.status_code, again.json()) == (200, first.json())
        assert desk.texts(anas, name) == texts

    def test_a_repeated_reopening_is_one(self, desk: Desk, anas: Headers) -> None:
        name, _ = desk.start()
        desk.post(anas, f"{name}/resolve")
        for _ in range(2):
            assert desk.post(anas, f"{name}/reopen", key="once").status_code == 200

        assert desk.get(anas, f"conversations/{name}").json()["reopened"] == 1

    def test_an_escalation_needs_somebody_to_ask(self, desk: Desk, anas: Headers) -> None:
        name, own = desk.start()
        body = {"note": "May we refund 120 pounds?"}

        nobody = desk.post(anas, f"{name}/escalate", body)
        profile = {"name": "North", "escalation": {"email": "it@north.example"}}
        desk.installation.container.clients.update(NORTH, profile)
        asked = desk.post(anas, f"{name}/escalate", body)

        assert (nobody.status_code, nobody.json()["type"][-10:]) == (409, "no-contact")
        assert asked.json()["state"] == "waiting_on_client"
        found = desk.get(anas, f"conversations/{name}").json()
        assert found["escalation"]["contact"] == "it@north.example"
        assert (found["deadline_at"], found["assignee"]["name"]) == (None, "Ana")
        assert "120" not in "".join(desk.texts(own, name))
        assert desk.post(anas, f"{name}/claim").json()["state"] == "with_agent"

    def test_a_resolved_conversation_is_reopened_by_an_agent(
        self, desk: Desk, anas: Headers
    ) -> None:
        name, _ = desk.start()
        desk.post(anas, f"{name}/resolve")

        assert desk.post(anas, f"{name}/reopen").json()["state"] == "with_agent"
        assert desk.get(anas, f"conversations/{name}").json()["reopened"] == 1

    def test_what_is_too_long_for_a_note_is_refused(self, desk: Desk, anas: Headers) -> None:
        name, _ = desk.start()

        for path in ("notes", "escalate"):
            assert desk.post(anas, f"{name}/{path}", {"text": "a" * 4001}).status_code == 422
        assert desk.post(anas, f"{name}/resolve", {"note": "a" * 4001}).status_code == 422

    def test_typing_shows_on_the_other_side(self, desk: Desk, anas: Headers) -> None:
        name, own = desk.start()
        typing = desk.installation.container.typing

        assert desk.post(own, f"{name}/typing").status_code == 204
        assert not typing.is_agent_typing(ConversationId(name))
        assert desk.post(anas, f"{name}/typing").status_code == 204
        assert typing.is_agent_typing(ConversationId(name))
        trainers = desk.installation.person(Role.TRAINER, NORTH)
        assert desk.post(trainers, f"{name}/typing").status_code == 403


AGENTS_ACTIONS: list[tuple[str, Any]] = [
    ("claim", None),
    ("reply", {"text": "Hello"}),
    ("notes", {"text": "Hello"}),
    ("transfer", {"to_queue": "general"}),
    ("handback", {}),
    ("escalate", {"note": "Hello"}),
    ("resolve", {}),
    ("reopen", None),
]


@pytest.mark.parametrize(("path", "body"), AGENTS_ACTIONS)
class TestAccess:
    def test_an_agent_of_another_client_finds_nothing(
        self, desk: Desk, path: str, body: Any
    ) -> None:
        name, _ = desk.start()
        headers = desk.installation.person(Role.AGENT, SOUTH)

        assert desk.post(headers, f"{name}/{path}", body).status_code == 404
        assert desk.get(headers, f"conversations/{name}").status_code == 404

    def test_a_trainer_reads_but_does_not_act(self, desk: Desk, path: str, body: Any) -> None:
        name, _ = desk.start()
        headers = desk.installation.person(Role.TRAINER, NORTH)

        assert desk.post(headers, f"{name}/{path}", body).status_code == 403
        assert desk.get(headers, f"conversations/{name}").status_code == 200

    def test_a_customer_does_not_act_as_an_agent(self, desk: Desk, path: str, body: Any) -> None:
        name, own = desk.start()

        assert desk.post(own, f"{name}/{path}", body).status_code == 403
        assert desk.get(own, f"conversations/{name}").status_code == 403


def read_stream(text: str) -> Iterator[tuple[str, str, Any]]:
    for block in text.strip().split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.split("\n"))
        yield fields.get("id", ""), fields["event"], json.loads(fields["data"])


class TestStream:
    def read(self, desk: Desk, headers: Headers, last: str = "") -> list[tuple[str, str, Any]]:
        """Read the stream of a server that is stopping: what there is, and no more."""
        desk.installation.container.wakeups.close()
        resumed = {"Last-Event-ID": last} if last else {}
        response = desk.get(headers | resumed, "events")
        assert response.headers["content-type"].startswith("text/event-stream")
        return list(read_stream(response.text))

    def test_it_starts_with_all_that_is_open_for_the_agent(
        self, desk: Desk, anas: Headers, bens: Headers
    ) -> None:
        north, south = desk.start(NORTH)[0], desk.start(SOUTH)[0]
        resolved, _ = desk.start()
        desk.post(anas, f"{resolved}/resolve")

        events = self.read(desk, anas)
        seen_by_ben = self.read(desk, bens)

        kinds = [(kind, data.get("id")) for _, kind, data in events]
        assert set(kinds[:2]) == {("conversation", north), ("conversation", south)}
        assert ("conversation", south) not in [
            (kind, data.get("id")) for _, kind, data in seen_by_ben
        ]
        assert "ready" in [kind for kind, _ in kinds]
        first = next(data for _, _, data in events if data.get("id") == north)
        assert first == desk.get(anas, "conversations?client=north").json()["items"][0]

    def test_it_resumes_with_what_changed_since(self, desk: Desk, anas: Headers) -> None:
        desk.start()
        last = next(event_id for event_id, kind, _ in self.read(desk, anas) if kind == "ready")
        name, _ = desk.start(SOUTH)

        events = self.read(desk, anas, last)

        assert name in [data.get("id") for _, kind, data in events if kind == "conversation"]
        assert all(event_id for event_id, _, _ in events)

    def test_it_tells_who_types(self, desk: Desk, anas: Headers) -> None:
        name, own = desk.start()
        desk.post(own, f"{name}/typing")

        events = self.read(desk, anas)

        assert {"conversation_id": name, "who": "customer"} in [data for _, _, data in events]

    def test_an_id_of_another_stream_is_refused(self, desk: Desk, anas: Headers) -> None:
        assert desk.get(anas | {"Last-Event-ID": "7"}, "events").status_code == 422

    def test_a_customer_gets_none(self, desk: Desk) -> None:
        headers = desk.installation.headers(KeyScope.CUSTOMER)

        assert desk.get(headers, "events").status_code == 403
