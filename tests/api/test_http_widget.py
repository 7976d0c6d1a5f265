"""The widget's routes: config, identity, contact, end, rating, feedback, transcript, streams."""

from __future__ import annotations

import gzip
import json
import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import jwt
import pytest
from starlette.testclient import TestClient

from assist.domain.conversation import ConversationId
from assist.domain.decision import DecisionKind
from assist.domain.errors import SiteNotFoundError
from assist.domain.keys import KeyScope
from assist.domain.people import Role
from assist.domain.site import Site
from tests.api.installation import NORTH, NOW, SOUTH, Installation, make_turn

LOADER_BYTES = 3_000
SHOP = "https://shop.example"


@pytest.fixture
def site(installation: Installation) -> Site:
    return installation.container.sites.add(NORTH, [SHOP, "http://localhost:8080"], "Shop")


@dataclass
class Visit:
    """A customer's conversation on a site."""

    http: TestClient
    site: Site
    id: str
    token: str

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.http.post(self._url(path), json=body, headers=self._headers() | headers)

    def get(self, path: str) -> Any:
        return self.http.get(self._url(path), headers=self._headers())

    def say(self, text: str, key: str = "1", **headers: str) -> Any:
        given = {"Idempotency-Key": key} | headers
        return self.post("messages", {"text": text}, **given)

    def _url(self, path: str) -> str:
        return f"/v1/conversations/{self.id}/{path}"

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.site.key}", "X-Conversation-Token": self.token}


def start(http: TestClient, site: Site, **body: Any) -> Any:
    headers = {"Authorization": f"Bearer {site.key}"}
    return http.post("/v1/conversations", json=body, headers=headers)


@pytest.fixture
def visit(http: TestClient, site: Site) -> Visit:
    started = start(http, site, language="de", channel="widget").json()
    return Visit(http, site, started["conversation_id"], started["token"])


def signed(site: Site, subject: str = "42", *, secret: str = "", **claims: Any) -> str:
    expires = (NOW + timedelta(minutes=30)).timestamp()
    told = {"sub": subject, "exp": expires, "name": "Sam Reed"} | claims
    return jwt.encode(told, secret or site.secret, "HS256")


class TestConfig:
    def test_the_widget_is_told_what_to_show(
        self, http: TestClient, site: Site, installation: Installation
    ) -> None:
        profile = {
            "name": "North",
            "brand": {"colour": "#ffd500"},
            "greeting": "Hi",
            "starters": ["1", "2", "3", "4", "5"],
            "hours": {"weekly": {"monday": "08:00-18:00"}},
        }
        installation.container.clients.update(NORTH, profile)
        headers = {"Authorization": f"Bearer {site.key}"}
        told = http.get("/v1/widget", headers=headers).json()
        assert told.pop("colour") != "#ffd500"
        assert told == {
            "name": "North",
            "language": "en",
            "languages": ["en", "es", "fr", "de", "pt"],
            "greeting": "Hi",
            "starters": ["1", "2", "3", "4"],
            "is_ai": True,
            "is_open": False,
            "opens_at": "2026-11-23T08:00:00Z",
        }

    @pytest.mark.parametrize("secret", ["site_unknown", "", "cnv_x"])
    def test_an_unknown_key_opens_nothing(self, http: TestClient, secret: str) -> None:
        headers = {"Authorization": f"Bearer {secret}"}
        assert http.get("/v1/widget", headers=headers).status_code == 401

    def test_a_sites_key_opens_no_more_than_a_customers(self, http: TestClient, site: Site) -> None:
        headers = {"Authorization": f"Bearer {site.key}"}
        for path in ("/v1/desk/conversations", "/v1/knowledge/articles", "/v1/turns/x"):
            assert http.get(path, headers=headers).status_code == 403

    def test_a_removed_site_stops_at_once(
        self, visit: Visit, installation: Installation, site: Site
    ) -> None:
        assert visit.get("messages").status_code == 200
        installation.container.sites.remove(NORTH, site.key)
        assert visit.get("messages").status_code == 401
        with pytest.raises(SiteNotFoundError, match=r"assist site list north"):
            installation.container.sites.remove(NORTH, site.key)


class TestAccess:
    @pytest.mark.parametrize(
        ("path", "body"),
        [
            ("contact", {"name": "Sam"}),
            ("identity", {"jwt": "x"}),
            ("end", {"solved": True}),
            ("rating", {"score": 5}),
            ("messages/1/feedback", {"helpful": True}),
        ],
    )
    def test_another_token_changes_nothing(self, visit: Visit, path: str, body: Any) -> None:
        other = Visit(visit.http, visit.site, visit.id, "cnv_other")
        assert other.post(path, body).status_code == 404

    def test_another_token_reads_no_transcript(self, visit: Visit) -> None:
        other = Visit(visit.http, visit.site, visit.id, "cnv_other")
        assert other.get("transcript").status_code == 404

    def test_another_clients_site_does_not_open_the_conversation(
        self, visit: Visit, installation: Installation
    ) -> None:
        foreign = installation.container.sites.add(SOUTH, [SHOP])
        other = Visit(visit.http, foreign, visit.id, visit.token)
        assert other.post("end", {"solved": True}).status_code == 404

    def test_a_session_is_no_customer(self, visit: Visit, installation: Installation) -> None:
        headers = installation.person(Role.AGENT) | {"X-Conversation-Token": visit.token}
        url = f"/v1/conversations/{visit.id}/rating"
        assert visit.http.post(url, json={"score": 5}, headers=headers).status_code in {403, 422}


class TestContact:
    def test_what_a_customer_tells_is_kept_and_added_to(self, visit: Visit) -> None:
        assert visit.post("contact", {"email": "sam@example.com"}).status_code == 200
        told = visit.post("contact", {"name": " Sam ", "phone": "+1 (555) 010-0199"}).json()
        assert told == {
            "name": "Sam",
            "email": "sam@example.com",
            "phone": "+1 (555) 010-0199",
            "external_id": "",
            "is_verified": False,
        }

    def test_what_the_client_vouches_for_stays(self, visit: Visit) -> None:
        visit.post("identity", {"jwt": signed(visit.site)})
        told = visit.post("contact", {"name": "Mallory", "phone": "555 0100"}).json()
        assert (told["name"], told["phone"]) == ("Sam Reed", "555 0100")

    @pytest.mark.parametrize(
        "body",
        [
            {},
            {"name": " "},
            {"email": "sam"},
            {"email": "a b@example.com"},
            {"phone": "call me"},
            {"name": "x" * 201},
            {"vip": True},
        ],
    )
    def test_what_is_no_contact_is_refused(self, visit: Visit, body: Any) -> None:
        assert visit.post("contact", body).status_code == 422


class TestIdentity:
    def test_a_signed_token_shows_who_the_customer_is(
        self, visit: Visit, installation: Installation
    ) -> None:
        token = signed(visit.site, attributes={"vip": True})
        told = visit.post("identity", {"jwt": token}).json()
        assert told == {
            "name": "Sam Reed",
            "email": "",
            "phone": "",
            "external_id": "42",
            "is_verified": True,
        }
        found = installation.container.conversations.find_conversation(
            NORTH, ConversationId(visit.id)
        )
        assert found
        assert found.customer.is_vip

    @pytest.mark.parametrize(
        ("claims", "reason"),
        [
            ({"exp": 1}, "has expired"),
            ({"secret": "sig_" + "x" * 43}, "signature is wrong"),
            ({"aud": "site_other"}, "names another site"),
        ],
    )
    def test_a_token_that_is_not_valid_changes_nothing(
        self, visit: Visit, claims: dict[str, Any], reason: str
    ) -> None:
        response = visit.post("identity", {"jwt": signed(visit.site, **claims)})
        problem = response.json()
        assert response.status_code == 422
        assert problem["type"] == "urn:bpo-assist:problem:invalid-identity"
        assert reason in problem["detail"]
        assert not visit.post("contact", {"name": "Sam"}).json()["is_verified"]

    def test_a_rotated_secret_refuses_the_tokens_of_the_old_one(
        self, visit: Visit, installation: Installation
    ) -> None:
        token = signed(visit.site)
        installation.container.sites.rotate(NORTH, visit.site.key)
        assert visit.post("identity", {"jwt": token}).status_code == 422

    def test_another_customer_does_not_get_the_conversation(self, visit: Visit) -> None:
        visit.post("identity", {"jwt": signed(visit.site)})
        response = visit.post("identity", {"jwt": signed(visit.site, "43")})
        assert response.status_code == 409
        assert "start a new one" in response.json()["detail"]

    def test_a_plain_api_key_has_no_secret_to_check_with(
        self, http: TestClient, installation: Installation, site: Site
    ) -> None:
        headers = installation.headers(KeyScope.CUSTOMER)
        body = {"identity": signed(site)}
        response = http.post("/v1/conversations", json=body, headers=headers)
        assert response.status_code == 403
        assert "site's key" in response.json()["detail"]

    def test_a_verified_customer_goes_on_with_a_new_token(
        self, http: TestClient, site: Site
    ) -> None:
        first = start(http, site, identity=signed(site)).json()
        second = start(http, site, identity=signed(site)).json()
        assert second["conversation_id"] == first["conversation_id"]
        old = Visit(http, site, first["conversation_id"], first["token"])
        new = Visit(http, site, second["conversation_id"], second["token"])
        assert (old.get("messages").status_code, new.get("messages").status_code) == (404, 200)

    def test_a_resolved_conversation_and_another_customers_are_not_gone_on_with(
        self, http: TestClient, site: Site
    ) -> None:
        first = start(http, site, identity=signed(site)).json()
        others = start(http, site, identity=signed(site, "43")).json()
        Visit(http, site, first["conversation_id"], first["token"]).post("end", {"solved": True})
        third = start(http, site, identity=signed(site)).json()
        ids = {each["conversation_id"] for each in (first, others, third)}
        assert len(ids) == 3

    def test_a_wrong_token_starts_nothing(self, http: TestClient, site: Site) -> None:
        assert start(http, site, identity=signed(site, exp=1)).status_code == 422


class TestEnd:
    def test_a_customer_ends_the_conversation_once(self, visit: Visit) -> None:
        first = visit.post("end", {"solved": None}).json()
        assert first["state"] == "resolved"
        assert [message["author"] for message in first["messages"]] == ["system"]
        assert visit.post("end", {"solved": True}).json() == {"state": "resolved", "messages": []}

    def test_the_last_word_on_whether_it_is_solved_counts(
        self, visit: Visit, installation: Installation
    ) -> None:
        for solved in (True, None, False):
            visit.post("end", {"solved": solved})
        found = installation.container.conversations.find_conversation(
            NORTH, ConversationId(visit.id)
        )
        assert found
        assert found.resolution
        assert found.resolution.is_confirmed is False


class TestRating:
    def test_an_ended_conversation_is_rated_and_the_rating_changed(self, visit: Visit) -> None:
        visit.post("end", {})
        first = visit.post("rating", {"score": 5, "comment": " Good\0 "}).json()
        assert first == {
            "score": 5,
            "comment": "Good",
            "served_by": "assistant",
            "rated_at": "2026-11-20T23:30:00Z",
        }
        assert visit.post("rating", {"score": 2}).json()["score"] == 2

    def test_an_open_conversation_is_not_rated(self, visit: Visit) -> None:
        response = visit.post("rating", {"score": 5})
        assert response.status_code == 409
        assert "once it is closed" in response.json()["detail"]

    @pytest.mark.parametrize(
        "body",
        [{}, {"score": 0}, {"score": 6}, {"score": "5"}, {"score": 5, "comment": "x" * 2001}],
    )
    def test_what_is_no_rating_is_refused(self, visit: Visit, body: Any) -> None:
        visit.post("end", {})
        assert visit.post("rating", body).status_code == 422


class TestFeedback:
    def test_an_answer_is_judged_and_judged_again(self, visit: Visit) -> None:
        visit.say("How long?")
        for helpful in (True, False):
            response = visit.post("messages/2/feedback", {"helpful": helpful})
            assert response.status_code == 204

    @pytest.mark.parametrize("sequence", [1, 3])
    def test_only_an_answer_of_the_assistant_is_judged(self, visit: Visit, sequence: int) -> None:
        visit.say("How long?")
        response = visit.post(f"messages/{sequence}/feedback", {"helpful": True})
        assert response.status_code == 404
        assert f"message {sequence} is no answer" in response.json()["detail"]

    def test_a_judgement_is_yes_or_no(self, visit: Visit) -> None:
        visit.say("How long?")
        assert visit.post("messages/2/feedback", {"helpful": "very"}).status_code == 422


class TestTranscript:
    def test_it_has_all_that_customers_may_read(
        self, visit: Visit, installation: Installation
    ) -> None:
        visit.say("How long?")
        visit.post("contact", {"name": "Sam"})
        agent = installation.person(Role.AGENT)
        url = f"/v1/conversations/{visit.id}"
        visit.http.post(f"{url}/notes", json={"text": "Between us"}, headers=agent)
        visit.http.post(
            f"{url}/reply", json={"text": "Hello"}, headers=agent | {"Idempotency-Key": "1"}
        )
        response = visit.get("transcript")
        assert response.headers["content-type"] == "text/plain; charset=utf-8"
        assert response.headers["content-disposition"] == (
            f'attachment; filename="conversation-{visit.id[:8]}.txt"'
        )
        assert "[2026-11-20 23:30] Sam:\nHow long?\n" in response.text
        assert "] KI-Assistent:\nDelivery takes 3 days." in response.text
        assert "] Agent 1:\nHello\n" in response.text
        assert "Between us" not in response.text

    def test_a_long_conversation_is_whole(self, visit: Visit) -> None:
        visit.post("handoff")
        for number in range(205):
            visit.say(f"Message {number}.", str(number))
        text = visit.get("transcript").text
        assert all(f"Message {number}.\n" in text for number in range(205))


class TestStream:
    def test_the_message_comes_first_then_the_reply_in_pieces_and_whole(self, visit: Visit) -> None:
        response = visit.say("How long?", Accept="text/event-stream")
        assert response.headers["content-type"].startswith("text/event-stream")
        assert response.headers["cache-control"] == "no-store"
        assert response.headers["x-accel-buffering"] == "no"
        events = read_events(response.text)
        kinds = [kind for kind, _ in events]
        assert kinds == ["accepted", *["delta"] * (len(events) - 2), "done"]
        accepted, done = events[0][1], events[-1][1]
        assert (accepted["sequence"], accepted["text"]) == (1, "How long?")
        assert "".join(data["text"] for kind, data in events if kind == "delta") == (
            "Delivery takes 3 days. It is free.\n\nAsk us for more."
        )
        assert done == visit.say("How long?").json()

    def test_with_people_there_is_no_reply(self, visit: Visit) -> None:
        visit.post("handoff")
        events = read_events(visit.say("Hello?", Accept="text/event-stream").text)
        assert [kind for kind, _ in events] == ["accepted", "done"]
        assert events[-1][1]["state"] == "queued"

    def test_what_keeps_the_message_from_being_stored_is_a_plain_problem(
        self, visit: Visit
    ) -> None:
        visit.say("One")
        response = visit.say("Two", Accept="text/event-stream")
        assert response.status_code == 422
        assert response.headers["content-type"] == "application/problem+json"

    def test_a_decision_goes_with_the_assistants_message(
        self, visit: Visit, installation: Installation
    ) -> None:
        installation.answering.reply = lambda question: make_turn(
            question, decision=DecisionKind.CLARIFY, citations=()
        )
        said = visit.say("Which?").json()["messages"]
        assert [message["decision"] for message in said] == [None, "clarify"]


def read_events(text: str) -> list[tuple[str, Any]]:
    found = re.findall(r"event: (\w+)\ndata: (.*)\n", text)
    return [(kind, json.loads(data)) for kind, data in found]


class TestFrame:
    def frame(self, http: TestClient, site: Site, origin: str = SHOP) -> Any:
        return http.get("/widget/frame", params={"site": site.key, "origin": origin})

    def test_it_is_shown_on_the_sites_origins_only(self, http: TestClient, site: Site) -> None:
        response = self.frame(http, site)
        policy = response.headers["content-security-policy"]
        assert response.status_code == 200
        assert f"frame-ancestors {SHOP} http://localhost:8080;" in policy
        assert "script-src 'self'; style-src 'self'" in policy
        assert "require-trusted-types-for 'script'" in policy
        assert "set-cookie" not in response.headers

    @pytest.mark.parametrize("origin", ["", "https://evil.example", SHOP + "/", "null"])
    def test_a_page_elsewhere_is_told_why_there_is_none(
        self, http: TestClient, site: Site, origin: str
    ) -> None:
        response = self.frame(http, site, origin)
        assert response.status_code == 403
        assert "is not among the origins of the site" in response.text
        assert site.secret not in response.text

    def test_an_unknown_site_is_told(self, http: TestClient) -> None:
        response = http.get("/widget/frame", params={"site": "<b>", "origin": SHOP})
        assert response.status_code == 404
        assert "there is no site" in response.text
        assert "<b>" not in response.text

    def test_it_has_no_inline_code_and_all_it_names_is_there(
        self, http: TestClient, site: Site
    ) -> None:
        page = self.frame(http, site).text
        assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", page)
        linked = re.findall(r'(?:src|href)="([^"]+)"', page)
        assert len(linked) == 2
        for path in linked:
            response = http.get(path)
            assert response.status_code == 200
            assert "immutable" in response.headers["cache-control"]
        assert http.get(linked[0].replace("frame.css", "none.css")).status_code == 404


class TestLoader:
    def test_any_page_may_fetch_it_and_it_is_small(self, http: TestClient) -> None:
        response = http.get("/widget/v1.js")
        assert response.headers["content-type"].startswith("text/javascript")
        assert response.headers["cache-control"] == "public, max-age=300"
        assert response.headers["cross-origin-resource-policy"] == "cross-origin"
        assert response.headers["content-encoding"] == "gzip"
        assert len(gzip.compress(response.content, 9, mtime=0)) <= LOADER_BYTES

    def test_it_comes_plain_for_those_who_read_nothing_else(self, http: TestClient) -> None:
        response = http.get("/widget/v1.js", headers={"Accept-Encoding": "identity"})
        assert "content-encoding" not in response.headers
        assert "BpoAssist" in response.text

    def test_a_known_one_is_not_sent_again(self, http: TestClient) -> None:
        tag = http.get("/widget/v1.js").headers["etag"]
        response = http.get("/widget/v1.js", headers={"If-None-Match": tag})
        assert (response.status_code, response.content) == (304, b"")

    def test_other_pages_stay_closed_to_other_sites(self, http: TestClient) -> None:
        headers = http.get("/docs").headers
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
