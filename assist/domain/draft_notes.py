"""What an agent is told about a draft: its sources, why it says this, and what to mind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assist.domain.composing import citation_of
from assist.domain.decision import Reason
from assist.domain.quoting import Quote, quote_passage
from assist.domain.suggestion import SuggestionReason
from assist.domain.supporting import Support
from assist.domain.turn import Citation
from knowledge_base.models import RankedPassage

_NOTE_WORDS = 45

_REASONS: dict[str, str] = {
    Reason.SUPPORTED: "The client's published knowledge answers this.",
    Reason.VERBATIM: "This is an approved answer that is sent word for word.",
    Reason.NOT_SUPPORTED: "The client's knowledge gives no reliable answer, so none is given.",
    Reason.NO_KNOWLEDGE: "Nothing is published for this client yet, so no answer is given.",
    Reason.OFF_TOPIC: "The client's knowledge says nothing about this, so no answer is given.",
    Reason.INTERNAL_ONLY: "Only internal knowledge fits. It guides you; the draft keeps it back.",
    SuggestionReason.COURTESY: "The customer asks nothing at the moment.",
    SuggestionReason.NOTHING_OPEN: "All of the customer's messages have a reply.",
    SuggestionReason.ALREADY_ANSWERED: (
        "What the knowledge says was told already and did not settle it, so it is not repeated."
    ),
    SuggestionReason.NEEDS_ACTION: "This needs something done rather than an answer.",
}
_ADDED = "The best passage was told already and did not settle it; this is the next best one."


def reason_text(reason: str, supports: Sequence[Support]) -> str:
    """Return a sentence that explains a draft to its agent."""
    if any(support.is_added for support in supports):
        return _ADDED
    return _REASONS[reason]


def internal_note(supports: Sequence[Support]) -> str:
    """Return what internal knowledge says, in short; empty when none fits."""
    for support in supports:
        for ranked in support.internal[:1]:
            quote = quote_passage(support.point.search_text, ranked)
            words = quote.text.split()
            text = " ".join(words[:_NOTE_WORDS]) + (" ..." if len(words) > _NOTE_WORDS else "")
            return f"Internal: {ranked.passage.article.title}: {text}"
    return ""


def warnings_for(supports: Sequence[Support], language: str) -> tuple[str, ...]:
    """Return what an agent must mind before sending."""
    warnings: list[str] = []
    if any(support.leads_internal for support in supports):
        warnings.append(
            "The best source is internal: use it to decide, and do not paste it into the reply."
        )
    unanswered = [support for support in supports if not support.quotes]
    if len(unanswered) < len(supports):
        warnings += [f"No answer was found to: {each.point.text}" for each in unanswered]
    foreign = {
        quote.ranked.passage.article.language[:2]
        for support in supports
        for quote in support.quotes
    } - {language}
    warnings += [
        f"A source is in the language {each!r}; the conversation is in {language!r}."
        for each in sorted(foreign)
    ]
    return tuple(warnings)


def sources_of(supports: Sequence[Support]) -> tuple[Citation, ...]:
    """Return the sources, each once: first what is quoted, then what is for the agent alone."""
    quotes = [quote for support in supports for quote in support.quotes]
    beside = [replace(quote, in_reply=False) for each in supports for quote in each.beside]
    internal = [
        replace(_internal_quote(ranked, support), in_reply=False)
        for support in supports
        for ranked in support.internal
    ]
    ordered = sorted([*quotes, *beside], key=lambda quote: not quote.in_reply) + internal
    unique = {quote.ranked.passage.id: quote for quote in reversed(ordered)}
    return tuple(
        citation_of(quote) for quote in ordered if unique[quote.ranked.passage.id] is quote
    )


def _internal_quote(ranked: RankedPassage, support: Support) -> Quote:
    return quote_passage(support.point.search_text, ranked)
