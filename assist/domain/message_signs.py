"""Signs in a customer's words that tell what a message wants, by written patterns."""

from __future__ import annotations

import re

from assist.domain.phrases import fold_text, has_phrase
from knowledge_base.retrieval.terms import fold, terms

_SAME_QUESTION = 0.75
"""Two messages ask the same when they share this much of their terms."""

_UNSATISFIED = (
    "that|it|this|which didn't|doesn't|does-not|did-not|won't [really|even] help|answer|solve",
    "that|it|this|which hasn't|has-not [really] helped|solved|answered",
    "not what i asked|meant|wanted|needed|was-asking",
    "not [very|really] helpful|useful",
    "no help|use",
    "you|u [have|'ve] already|just said|told|sent|wrote|gave",
    "already told|read|tried|seen|know|knew|did|done [that|this|it|me|all-that]",
    "i know that|this|all-that",
    "i've|i-have read|seen|tried that|this|it",
    "that's|that-is|thats not [it|right|correct|true|an-answer|my-question|good-enough]",
    "still [does|is|did] [not|doesn't|isn't|didn't] [clear|answer|answered|help|understand]",
    "^ useless",
    "eso|esto no [me] responde|ayuda|sirve|aclara",
    "no me ayuda|sirve",
    "ca|cela ne [m'] [me] aide|repond|aide|sert pas",
    "ce n'est pas ma-question|la-question|ce-que-je-demande",
    "das hilft|beantwortet|loest|lost [mir] [meine-frage|das-problem] nicht",
    "das war nicht meine-frage",
    "isso nao [me] ajuda|responde|resolve|serve",
)

_ASKS = re.compile(
    r"\?[\"')\]]*$|^(?:and |so |but |also |ok |then )*(?:who|what|whats|when|where|why|how|which|"
    r"is|are|can|could|do|does|did|will|would|may|should|tell me|how about|what about|"
    r"que|cual|cuando|cuanto|cuanta|donde|como|puedo|puede|hay|"
    r"quel|quelle|quand|combien|ou|comment|puis|peut|est-ce|pourquoi|"
    r"was|wann|wie|wo|warum|welche\w*|kann|konnen|gibt|darf|"
    r"qual|quando|quanto|onde|posso|pode|por que)\b"
)

_OWN_CASE = re.compile(
    r"\b(?:my|our|the) (?:\w+ )?(?:order|delivery|parcel|package|refund|payment|bill|invoice|"
    r"account|booking|appointment|contract|subscription|claim|complaint|return)\b"
    r"|\bi(?:'ve| have)? (?:ordered|bought|booked|paid|returned)\b|\border(?: no\.?| number)? ?#?\d"
    r"|\bmi (?:pedido|cuenta|factura|reserva|pago)\b|\bma (?:commande|facture|reservation)\b"
    r"|\bmeine? (?:bestellung|rechnung|lieferung|buchung)\b"
    r"|\b(?:meu|minha) (?:pedido|conta|fatura|reserva)\b"
)

_GENERAL = re.compile(r"^(?:and |so |but )*(?:can|could|may|do|does|how|which|is it|are)\b")
_STATUS = re.compile(
    r"\bwhere(?:'s| is| are)\b|\bwhat happened to\b|\bstatus\b|\bany (?:news|update)\b"
    r"|\bwhen will (?:my|i|it)\b"
    r"|\b(?:not|n't|never) (?:yet )?(?:arrived?|come|received?|turned up)\b|\bstill waiting\b"
    r"|\bdonde esta\b|\bou est\b|\bwo (?:ist|bleibt)\b|\bonde esta\b"
)
_THANKS = re.compile(
    r"\b(?:thanks|thank you|thx|cheers|appreciate|gracias|merci|danke|obrigad[oa])\b"
)
_WANTS_MORE = re.compile(r"\?|^no\b|\b(?:but|want|need|please|can|could|still|not)\b|n't\b")
_THANKS_WORDS = 8


def asks_same(one: str, other: str, language: str) -> bool:
    """Say whether two messages ask the same in nearly the same words."""
    own, others = set(terms(one, language)), set(terms(other, language))
    return bool(own) and len(own & others) >= _SAME_QUESTION * len(own | others)


def is_unsatisfied(sentence: str) -> bool:
    """Say whether somebody calls a reply useless."""
    return has_phrase(_UNSATISFIED, fold_text(sentence))


def is_own_case(text: str) -> bool:
    """Say whether a text speaks of the customer's own order, bill or the like."""
    return bool(_OWN_CASE.search(fold(text)))


def is_thanks(text: str) -> bool:
    """Say whether somebody gives thanks in their own words and wants nothing more."""
    folded = fold(text).strip()
    is_short = len(folded.split()) <= _THANKS_WORDS
    return is_short and bool(_THANKS.search(folded)) and not _WANTS_MORE.search(folded)


def is_general(question: str) -> bool:
    """Say whether a question asks how something is done or what there is."""
    return bool(_GENERAL.search(fold(question).strip()))


def asks_status(text: str) -> bool:
    """Say whether somebody asks where their order is, or tells that it has not come."""
    return is_own_case(text) and bool(_STATUS.search(fold(text)))


def is_question(sentence: str) -> bool:
    """Say whether a sentence asks something."""
    return bool(_ASKS.search(fold(sentence).strip()))
