"""Plays eight weeks of the demo clients' desks, so that there is something to report."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from assist.domain.conversation import Conversation, ConversationState
from assist.domain.customer import UNKNOWN_CUSTOMER
from assist.domain.suggestion import Outcome
from knowledge_base.models import ClientId
from scripts.screenshots.stage import Stage, read_questions

DAYS = 56
PER_CLIENT = {"larkspur": 120, "tidewell": 80, "hazelbrook": 50}
FOR_PEOPLE = [
    "I want to speak to a person, please.",
    "Where is my refund? I sent everything back two weeks ago.",
    "I have been charged twice for the same thing, can you look into my account?",
    "This is the third time I ask and nobody helps me. I want to complain.",
    "Can you change the address on my account?",
    "I am really unhappy with how I was treated yesterday.",
]
LEAVES = 0.25
RATES = {"assistant": 0.35, "human": 0.5}
CONTENT = 4
"""From this score on, customers may add a comment."""
DISPOSITIONS = ["answered", "answered", "action taken", "action taken", "escalated"]
COMMENTS = ["Quick and clear.", "Very helpful, thank you!", "Solved in two minutes.", "", "", ""]


@dataclass
class History:
    """The weeks behind; the later a conversation, the better it goes."""

    stage: Stage
    chance: random.Random

    def write(self) -> None:
        """Play every client's conversations."""
        moments = [
            (self._moment(ClientId(name)), ClientId(name))
            for name, many in PER_CLIENT.items()
            for _ in range(many)
        ]
        for moment, client_id in sorted(moments):
            self.stage.clock.moment = moment
            self._play(client_id, recency=1 - (datetime.now(UTC) - moment) / timedelta(days=DAYS))
        self.stage.clock.moment = None

    def _moment(self, client_id: ClientId) -> datetime:
        """Choose a time at which the client's team was there."""
        hours = self.stage.container.clients.get(client_id).hours
        while True:
            back = timedelta(days=self.chance.uniform(0.2, DAYS - 0.5))
            moment = datetime.now(UTC) - back
            if hours.is_open(moment) and hours.is_open(moment + timedelta(hours=1)):
                return moment

    def _play(self, client_id: ClientId, recency: float) -> None:
        question = self.chance.choice(read_questions(client_id))
        conversation = self.stage.begin(client_id, UNKNOWN_CUSTOMER, question)
        if self._happens(0.38 - 0.14 * recency):
            self.stage.say(conversation, self.chance.choice(FOR_PEOPLE))
        conversation = self.stage.read(conversation)
        if conversation.state is ConversationState.QUEUED:
            self._serve(conversation, recency)
        elif self._happens(1 - LEAVES):
            self._end(conversation, recency)

    def _end(self, conversation: Conversation, recency: float) -> None:
        """Let the customer go, content or not."""
        self.stage.clock.pass_by(40)
        is_solved = self.chance.choices([True, None, False], [4, 4, 1.5 - recency])[0]
        self.stage.container.customers.end(conversation, is_solved=is_solved)
        if self._happens(RATES["assistant"]):
            self._rate(conversation, [5, 4, 4, 3, 2] if is_solved is not True else [5, 5, 5, 4])

    def _serve(self, conversation: Conversation, recency: float) -> None:
        """Let an agent help, with what was suggested or without."""
        stage, chance = self.stage, self.chance
        agent = stage.user(
            chance.choice(
                ["ana", "ben", "lee"] if conversation.client_id == "larkspur" else ["ana", "lee"]
            )
        )
        stage.clock.pass_by(chance.lognormvariate(4.7 - 0.9 * recency, 0.9))
        stage.claim(conversation, agent)
        suggestion = stage.container.suggesting.suggest_for(stage.read(conversation))
        text = suggestion.drafted.text or "Thank you, I am looking into this now."
        use = chance.choices(["sent", "edited", "rejected", "ignored"], [5 + 3 * recency, 3, 1, 1])[
            0
        ]
        if use == "edited":
            text += f"\n\nBest wishes, {agent.name}"
        elif use != "sent":
            text = "Hello, I have your case in front of me and am looking into it."
        if use == "rejected":
            outcomes = stage.container.suggestion_outcomes
            outcomes.record_outcome(suggestion, Outcome.REJECTED, reason="incomplete")
        stage.clock.pass_by(chance.uniform(15, 80))
        stage.reply(conversation, agent, text, suggestion.id if use in ("sent", "edited") else None)
        stage.clock.pass_by(chance.uniform(90, 700))
        stage.resolve(conversation, agent, chance.choice(DISPOSITIONS))
        if self._happens(RATES["human"]):
            self._rate(conversation, [5, 5, 5, 4, 4, 2])

    def _rate(self, conversation: Conversation, scores: list[int]) -> None:
        score = self.chance.choice(scores)
        comment = self.chance.choice(COMMENTS) if score >= CONTENT else ""
        self.stage.container.ratings.rate(self.stage.read(conversation), score, comment)

    def _happens(self, share: float) -> bool:
        return self.chance.random() < share
