"""Decides what to do with a message: pure, from written rules first and from evidence then."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assist.domain.decision import Abstain, Answer, Decision, HandOff, Reason, Smalltalk
from assist.domain.evidence import Evidence, confidence
from assist.domain.policy import AnswerPolicy
from assist.domain.rules import HandoffRule, find_rule
from assist.domain.smalltalk import find_smalltalk
from knowledge_base.models import RankedPassage

_WORD = re.compile(r"\w")


def decide_before_search(message: str, *rulebooks: Sequence[HandoffRule]) -> Decision | None:
    """Decide what needs no knowledge: courtesies, and what a person must handle.

    A rule of an earlier book comes before those of a later one. `None` means: search.
    """
    if not _WORD.search(message):
        return Abstain(Reason.NOT_SUPPORTED)
    for rules in rulebooks:
        rule = find_rule(message, rules)
        if rule:
            return HandOff(rule.name, rule.say, rule.queue, rule.priority)
    smalltalk = find_smalltalk(message)
    return Smalltalk(smalltalk) if smalltalk else None


def decide_from_evidence(
    passages: Sequence[RankedPassage], evidence: Evidence, policy: AnswerPolicy
) -> Decision:
    """Answer when the evidence is strong enough; otherwise hand over or abstain."""
    estimate = confidence(evidence)
    is_on_topic = max(evidence.dense, evidence.internal_lead) >= policy.topic_threshold
    if is_on_topic and evidence.internal_lead >= policy.internal_lead:
        return HandOff(Reason.INTERNAL_ONLY, confidence=estimate)
    if not passages:
        return Abstain(Reason.NOT_SUPPORTED)
    if not is_on_topic:
        return Abstain(Reason.OFF_TOPIC, estimate)
    first = passages[0].passage.article
    if first.verbatim:
        if estimate >= policy.verbatim_threshold:
            return Answer(tuple(passages[:1]), estimate, Reason.VERBATIM)
    elif estimate >= policy.answer_threshold:
        return Answer(tuple(passages), estimate)
    return Abstain(Reason.NOT_SUPPORTED, estimate)
