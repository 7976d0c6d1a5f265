"""Puts a decision into words: quotes with citations, or the client's fixed phrases."""

from __future__ import annotations

from typing import assert_never

from assist.domain.client import ClientProfile
from assist.domain.decision import Abstain, Answer, Clarify, Decision, HandOff, Reason, Smalltalk
from assist.domain.policy import AnswerPolicy
from assist.domain.quoting import Quote, select_quotes
from assist.domain.smalltalk import Smalltalk as Courtesy
from assist.domain.turn import Citation, Reply


def compose(
    decision: Decision,
    question: str,
    profile: ClientProfile,
    policy: AnswerPolicy,
) -> Reply:
    """Compose the reply to a question."""
    phrases = profile.phrases
    match decision:
        case Answer(passages=passages):
            quotes = select_quotes(question, passages, limit=policy.max_citations)
            text = "\n\n".join(quote.text for quote in quotes if quote.in_reply)
            return Reply(text, tuple(citation_of(quote) for quote in quotes))
        case Clarify(choices=choices):
            return Reply("\n".join([phrases.clarify, *(f"- {choice}" for choice in choices)]))
        case Abstain(reason=Reason.OFF_TOPIC):
            return Reply(phrases.off_topic)
        case Abstain():
            return Reply(phrases.abstain)
        case HandOff(say=say):
            return Reply(say or phrases.handoff)
        case Smalltalk(reason=reason):
            return Reply(_courtesy(Courtesy(reason), profile))
        case _:
            assert_never(decision)


def _courtesy(courtesy: Courtesy, profile: ClientProfile) -> str:
    match courtesy:
        case Courtesy.HELLO:
            return profile.phrases.hello
        case Courtesy.THANKS:
            return profile.phrases.thanks
        case Courtesy.GOODBYE:
            return profile.phrases.goodbye
        case Courtesy.ABOUT:
            return profile.greeting
        case _:
            assert_never(courtesy)


def citation_of(quote: Quote) -> Citation:
    """Point from a reply to what is quoted."""
    passage = quote.ranked.passage
    return Citation(
        article_id=passage.article.id,
        title=passage.article.title,
        section=" > ".join(passage.section) or passage.question or "",
        quote=quote.evidence,
        score=quote.ranked.score,
        audience=passage.article.audience,
        passage_id=passage.id,
        source_url=passage.article.source_url,
        in_reply=quote.in_reply,
    )
