"""Drafts an agent's next message from what is open and what the knowledge gives for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from assist.domain.decision import DecisionKind, Reason
from assist.domain.draft_notes import internal_note, reason_text, sources_of, warnings_for
from assist.domain.mood import Mood
from assist.domain.open_matters import OpenMatters, Topic
from assist.domain.smalltalk import Smalltalk
from assist.domain.styling import Approved, Paragraph, Phrase, PhraseBook, Say, Style, word
from assist.domain.suggestion import Drafted, SuggestionReason
from assist.domain.supporting import Support, essential_parts, speaks_of, was_said, without_answer

VARIANTS = 2
"""How often the same content is offered in other words."""

_COURTESIES = {
    Smalltalk.HELLO: Say.HELLO,
    Smalltalk.ABOUT: Say.HELLO,
    Smalltalk.THANKS: Say.THANKS,
    Smalltalk.GOODBYE: Say.GOODBYE,
}
_TOPICS = {
    Topic.SERIOUS: Say.SERIOUS,
    Topic.SAFETY: Say.SAFETY,
    Topic.FRAUD: Say.FRAUD,
    Topic.LEGAL: Say.LEGAL,
    Topic.BEREAVEMENT: Say.BEREAVEMENT,
    Topic.HARDSHIP: Say.HARDSHIP,
    Topic.COMPLAINT: Say.COMPLAINT,
}
_ASKS_ACCOUNT = {Topic.ACTION, Topic.COMPLAINT}
_ACTS_FIRST = {Topic.SERIOUS, Topic.SAFETY, Topic.FRAUD, Topic.BEREAVEMENT, Topic.HARDSHIP}
"""What an agent does about these comes before any information."""

_QUOTED_WORDS = 12


@dataclass(frozen=True)
class Briefing:
    """All that a draft is made of; `reference` is the order or account that was named."""

    matters: OpenMatters
    supports: tuple[Support, ...]
    book: PhraseBook
    style: Style = Style.PLAIN
    mood: Mood = Mood.NEUTRAL
    customer_name: str = ""
    reference: str = ""


def draft_replies(briefing: Briefing) -> tuple[Drafted, ...]:
    """Return the possible drafts, the best first, no two with the same text.

    After the best one comes one from other passages where there are some, then other words.
    """
    supports = tuple(_held_back(each, briefing) for each in briefing.supports)
    briefing = replace(briefing, supports=supports)
    bodies = [replace(briefing, supports=_merged(each)) for each in _selections(supports)]
    drafts = [_drafted(body, variant) for variant in range(VARIANTS) for body in bodies]
    if _may_ask_details(briefing):
        drafts.insert(1, _asking(briefing))
    unique = {draft.text: draft for draft in reversed(drafts) if draft.text}
    ordered = [draft for draft in drafts if unique.get(draft.text) is draft]
    return tuple(replace(draft, choice=index) for index, draft in enumerate(ordered))


def _held_back(support: Support, briefing: Briefing) -> Support:
    """Quote nothing where an agent has to act or to look something up first.

    What was found for a question about the customer's own case is offered as another draft.
    """
    is_status = support.point.asks_status and not support.is_added
    if not support.quotes or not (is_status or briefing.matters.topic in _ACTS_FIRST):
        return support
    held = without_answer(support, SuggestionReason.NEEDS_ACTION)
    return replace(held, beside=support.quotes, another=support.quotes[:1] if is_status else ())


def _selections(supports: tuple[Support, ...]) -> list[tuple[Support, ...]]:
    if not any(support.another for support in supports):
        return [supports]
    others = tuple(
        replace(each, quotes=each.another) if each.another else each for each in supports
    )
    return [supports, others]


def _merged(supports: Sequence[Support]) -> tuple[Support, ...]:
    """Say a passage once, where it answers several points.

    A point that gets the same passage only because of the words before it stays without an answer.
    """
    told: list[str] = []
    merged: list[Support] = []
    for support in supports:
        fresh = tuple(quote for quote in support.quotes if not was_said(quote.text, told))
        if any(quote.in_reply for quote in fresh) or not support.quotes:
            merged.append(replace(support, quotes=fresh))
        elif not speaks_of(support):
            merged.append(without_answer(support, Reason.NOT_SUPPORTED))
        told += [quote.text for quote in fresh if quote.in_reply]
    return tuple(merged)


def _drafted(briefing: Briefing, variant: int) -> Drafted:
    return _finish(briefing, _paragraphs(briefing), variant)


def _may_ask_details(briefing: Briefing) -> bool:
    """Say whether it helps to know more: nothing was found, and nothing else is to be done."""
    is_open = bool(briefing.supports) and not _needs_no_more(briefing)
    return is_open and not any(each.quotes or each.point.is_repeated for each in briefing.supports)


def _asking(briefing: Briefing) -> Drafted:
    """Ask for what is missing instead of promising to find out."""
    paragraphs = [*_opening(briefing), Phrase(Say.ASK_DETAILS)]
    asking = _finish(briefing, paragraphs, 0)
    return replace(asking, decision=DecisionKind.CLARIFY)


def _paragraphs(briefing: Briefing) -> list[Paragraph]:
    matters = briefing.matters
    opening = _opening(briefing)
    if not matters.points:
        return [*opening, *_closing_words(matters)]
    body = [*opening, *_account_known(briefing), *_body(briefing)]
    asked = _account_asked(briefing)
    return [*body, *asked, *(() if asked else _next_step(briefing))]


def _opening(briefing: Briefing) -> list[Paragraph]:
    """Greet once, say that a person is there to whoever asked for one, and acknowledge."""
    matters, opening = briefing.matters, list[Paragraph]()
    is_bare_courtesy = not matters.points and not matters.wants_person
    if matters.is_first_reply and not is_bare_courtesy:
        name = briefing.customer_name
        greeting = Say.GREETING if name else Say.GREETING_UNKNOWN
        is_sober = matters.topic in _TOPICS or _is_apology_due(briefing)
        opening.append(Phrase(greeting, name, is_sober))
        if matters.wants_person:
            opening.append(Phrase(Say.PERSON))
    if matters.topic in _TOPICS:
        opening.append(Phrase(_TOPICS[matters.topic]))
    elif _is_apology_due(briefing) and not is_bare_courtesy:
        opening.append(Phrase(Say.UNHAPPY))
    return opening


def _is_apology_due(briefing: Briefing) -> bool:
    """Say whether the customer is upset about more than an answer that did not help."""
    least = Mood.ANGRY if briefing.matters.is_unsatisfied else Mood.UNHAPPY
    return briefing.mood.is_at_least(least)


def _closing_words(matters: OpenMatters) -> list[Paragraph]:
    if matters.wants_person:
        return [Phrase(Say.PERSON_NEXT)]
    if matters.topic in _TOPICS:
        return []
    return [Phrase(_COURTESIES[matters.courtesy] if matters.courtesy else Say.NOTHING_OPEN)]


def _body(briefing: Briefing) -> list[Paragraph]:
    """Reply to each point in turn; what cannot be answered is named where other things are."""
    supports = briefing.supports
    is_answered = any(support.quotes for support in supports)
    if not is_answered:
        return [] if _needs_no_more(briefing) else [_unanswered(supports)]
    body: list[Paragraph] = []
    for index, support in enumerate(supports):
        if support.quotes:
            body += [*_lead(support, index if body else 0), *_approved(support)]
        elif not _is_looked_up(support, briefing):
            body.append(Phrase(Say.FIND_OUT_OTHER, _brief(support.point.question)))
    return body


def _lead(support: Support, index: int) -> list[Paragraph]:
    if support.is_added:
        return [Phrase(Say.AGAIN)]
    return [Phrase(Say.OTHER_LEAD if index == 1 else Say.MORE_LEAD)] if index else []


def _approved(support: Support) -> list[Paragraph]:
    essentials = essential_parts(support)
    return [
        Approved(quote.text, essential)
        for quote, essential in zip(support.quotes, essentials, strict=True)
        if quote.in_reply
    ]


def _unanswered(supports: Sequence[Support]) -> Paragraph:
    is_repeated = any(support.point.is_repeated for support in supports)
    return Phrase(Say.AGAIN_ASK if is_repeated else Say.FIND_OUT)


def _needs_no_more(briefing: Briefing) -> bool:
    return (
        briefing.matters.topic in _ACTS_FIRST
        or _needs_account(briefing)
        or all(_is_looked_up(support, briefing) for support in briefing.supports)
    )


def _is_looked_up(support: Support, briefing: Briefing) -> bool:
    """Say whether a point is about the customer's own case, which an agent can look up."""
    point = support.point
    if support.quotes or point.is_repeated or briefing.matters.topic in _ACTS_FIRST:
        return False
    return point.asks_status or (point.is_own_case and support.reason != Reason.OFF_TOPIC)


def _needs_account(briefing: Briefing) -> bool:
    return briefing.matters.topic in _ASKS_ACCOUNT or any(
        _is_looked_up(support, briefing) for support in briefing.supports
    )


def _account_known(briefing: Briefing) -> list[Paragraph]:
    is_known = briefing.reference and _needs_account(briefing)
    return [Phrase(Say.ACCOUNT_KNOWN, briefing.reference)] if is_known else []


def _account_asked(briefing: Briefing) -> list[Paragraph]:
    is_missing = not briefing.reference and _needs_account(briefing)
    return [Phrase(Say.ACCOUNT_ASK)] if is_missing else []


def _next_step(briefing: Briefing) -> list[Paragraph]:
    is_answered = any(support.quotes for support in briefing.supports)
    if not is_answered or briefing.matters.topic in _ACTS_FIRST:
        return []
    is_unhappy = briefing.mood.is_at_least(Mood.UNHAPPY) or briefing.matters.is_unsatisfied
    return [Phrase(Say.NEXT_STEP_UNHAPPY if is_unhappy else Say.NEXT_STEP)]


def _finish(briefing: Briefing, paragraphs: Sequence[Paragraph], variant: int) -> Drafted:
    supports = briefing.supports
    decision, reason, confidence = _judge(briefing)
    return Drafted(
        text=word(paragraphs, briefing.book, briefing.style, variant),
        decision=decision,
        reason=reason,
        reason_text=reason_text(reason, supports),
        confidence=round(confidence, 4),
        citations=sources_of(supports),
        note=internal_note(supports),
        warnings=warnings_for(supports, briefing.book.language),
    )


def _judge(briefing: Briefing) -> tuple[DecisionKind, str, float]:
    """Return the decision, its reason and the confidence of the least certain point."""
    matters, supports = briefing.matters, briefing.supports
    if not matters.points:
        is_courtesy = matters.courtesy is not None or matters.wants_person
        reason = SuggestionReason.COURTESY if is_courtesy else SuggestionReason.NOTHING_OPEN
        return DecisionKind.SMALLTALK, reason, 1.0
    confidence = min(support.confidence for support in supports)
    answered = [support for support in supports if support.quotes]
    if answered:
        return DecisionKind.ANSWER, answered[0].reason, confidence
    first = supports[0]
    if _needs_no_more(briefing):
        reason = SuggestionReason.NEEDS_ACTION
        return DecisionKind.CLARIFY, reason, confidence
    if first.point.is_repeated and first.reason != Reason.INTERNAL_ONLY:
        return DecisionKind.CLARIFY, SuggestionReason.ALREADY_ANSWERED, confidence
    return DecisionKind.ABSTAIN, first.reason, confidence


def _brief(text: str) -> str:
    """Return the beginning of a customer's words on one line."""
    words = text.replace("|", " ").split()
    cut = " ".join(words[:_QUOTED_WORDS]).rstrip("?.!,;: ")
    return cut + ("..." if len(words) > _QUOTED_WORDS else "")
