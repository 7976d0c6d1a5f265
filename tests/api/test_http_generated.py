"""What a model wrote reaches the customer's stream only after it was checked."""

from __future__ import annotations

import json

from starlette.testclient import TestClient

from assist.adapters.scripted_model import ScriptedModel
from assist.domain.keys import KeyScope
from tests.api.installation import NORTH, Installation, make_article
from tests.llm_server import answer_of

SUPPORTED, INVENTED = "Delivery takes 3 days.", "Delivery by drone takes 1 hour."


def test_only_checked_sentences_are_streamed(installation: Installation, http: TestClient) -> None:
    parts = vars(installation.container)
    del parts["answering"]
    parts["_language_model"] = ScriptedModel(lambda _: answer_of((INVENTED, 1), (SUPPORTED, 1)))
    profile = {"name": "North Ltd", "answers": "generated"}
    installation.container.clients.update(NORTH, profile)
    article = make_article("delivery", "Delivery takes 3 days. It is free of charge.")
    installation.publish(NORTH, article)
    headers = installation.headers(KeyScope.CUSTOMER)
    started = http.post("/v1/conversations", json={}, headers=headers).json()

    response = http.post(
        f"/v1/conversations/{started['conversation_id']}/messages",
        json={"text": "Delivery"},
        headers=headers
        | {
            "X-Conversation-Token": started["token"],
            "Idempotency-Key": "k-1",
            "Accept": "text/event-stream",
        },
    )

    data = [json.loads(line[6:]) for line in response.text.splitlines() if line[:6] == "data: "]
    streamed = "".join(each["text"] for each in data if set(each) == {"text"})
    assert streamed == SUPPORTED
    assert INVENTED not in response.text
