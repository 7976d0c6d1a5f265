"""What the client company's contact reads: the case in short, and where to answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from assist.domain.client import ClientProfile
from assist.domain.conversation import Conversation, Escalation
from assist.domain.facts import Fact
from assist.domain.webhooks import moment


@dataclass(frozen=True)
class ContactPhrases:
    """The fixed words of the mail and of the reply page, in one language."""

    subject: str
    intro: str
    question: str
    wants: str
    facts: str
    summary: str
    thread: str
    answer: str
    due: str
    once: str
    send: str
    customer: str
    assistant: str
    agent: str
    sent: str
    sent_hint: str
    closed: str
    closed_hint: str
    expired: str
    expired_hint: str
    unknown: str
    unknown_hint: str
    empty: str


_ENGLISH = ContactPhrases(
    subject="{client}: your answer is needed for a customer",
    intro="An agent who answers your customers needs your help with this conversation.",
    question="What the agent asks you",
    wants="What the customer wants",
    facts="What is known",
    summary="The conversation so far",
    thread="Latest messages",
    answer="Your answer",
    due="Please answer by {due}.",
    once="Answer here. The agent reads it and tells the customer; the customer does not see it.",
    send="Send to the agent",
    customer="Customer",
    assistant="AI assistant",
    agent="Agent",
    sent="Thank you. The agent has your answer.",
    sent_hint="You can close this page.",
    closed="This question is already answered or no longer open.",
    closed_hint="If you have something to add, reply to your contact at the service team.",
    expired="This link has expired.",
    expired_hint="Ask the service team to send you the question again.",
    unknown="This link does not open anything.",
    unknown_hint="Copy the whole link from the message, or ask the service team for a new one.",
    empty="Write an answer of 1 to {limit} characters before you send it.",
)
_SPANISH = ContactPhrases(
    subject="{client}: se necesita su respuesta para un cliente",
    intro="Un agente que atiende a sus clientes necesita su ayuda con esta conversación.",
    question="Qué le pregunta el agente",
    wants="Qué quiere el cliente",
    facts="Lo que se sabe",
    summary="La conversación hasta ahora",
    thread="Últimos mensajes",
    answer="Su respuesta",
    due="Responda, por favor, antes del {due}.",
    once="Responda aquí. El agente la lee e informa al cliente; el cliente no la ve.",
    send="Enviar al agente",
    customer="Cliente",
    assistant="Asistente de IA",
    agent="Agente",
    sent="Gracias. El agente ya tiene su respuesta.",
    sent_hint="Puede cerrar esta página.",
    closed="Esta pregunta ya tiene respuesta o ya no está abierta.",
    closed_hint="Si quiere añadir algo, escriba a su contacto en el equipo de atención.",
    expired="Este enlace ha caducado.",
    expired_hint="Pida al equipo de atención que le envíe la pregunta de nuevo.",
    unknown="Este enlace no abre nada.",
    unknown_hint="Copie el enlace completo del mensaje o pida uno nuevo al equipo de atención.",
    empty="Escriba una respuesta de 1 a {limit} caracteres antes de enviarla.",
)
_FRENCH = ContactPhrases(
    subject="{client} : votre réponse est attendue pour un client",
    intro="Un conseiller qui répond à vos clients a besoin de votre aide pour cette conversation.",
    question="Ce que le conseiller vous demande",
    wants="Ce que veut le client",
    facts="Ce que l'on sait",
    summary="La conversation jusqu'ici",
    thread="Derniers messages",
    answer="Votre réponse",
    due="Merci de répondre avant le {due}.",
    once="Répondez ici. Le conseiller lit et informe le client ; le client ne voit pas ce texte.",
    send="Envoyer au conseiller",
    customer="Client",
    assistant="Assistant IA",
    agent="Conseiller",
    sent="Merci. Le conseiller a votre réponse.",
    sent_hint="Vous pouvez fermer cette page.",
    closed="Cette question a déjà une réponse ou n'est plus ouverte.",
    closed_hint="Pour ajouter quelque chose, écrivez à votre contact au service client.",
    expired="Ce lien a expiré.",
    expired_hint="Demandez au service client de vous renvoyer la question.",
    unknown="Ce lien n'ouvre rien.",
    unknown_hint="Copiez le lien entier du message ou demandez-en un nouveau au service client.",
    empty="Écrivez une réponse de 1 à {limit} caractères avant de l'envoyer.",
)
_GERMAN = ContactPhrases(
    subject="{client}: Ihre Antwort wird für einen Kunden gebraucht",
    intro="Jemand aus dem Team, das Ihren Kunden antwortet, braucht Ihre Hilfe.",
    question="Was das Team Sie fragt",
    wants="Was der Kunde möchte",
    facts="Was bekannt ist",
    summary="Das Gespräch bisher",
    thread="Letzte Nachrichten",
    answer="Ihre Antwort",
    due="Bitte antworten Sie bis {due}.",
    once="Antworten Sie hier. Das Team liest es und informiert den Kunden, der es nicht sieht.",
    send="An das Team senden",
    customer="Kunde",
    assistant="KI-Assistent",
    agent="Team",
    sent="Danke. Das Team hat Ihre Antwort.",
    sent_hint="Sie können diese Seite schließen.",
    closed="Diese Frage ist schon beantwortet oder nicht mehr offen.",
    closed_hint="Wenn Sie etwas ergänzen möchten, schreiben Sie Ihrem Kontakt im Serviceteam.",
    expired="Dieser Link ist abgelaufen.",
    expired_hint="Bitten Sie das Serviceteam, Ihnen die Frage noch einmal zu senden.",
    unknown="Dieser Link öffnet nichts.",
    unknown_hint="Kopieren Sie den ganzen Link oder bitten Sie das Serviceteam um einen neuen.",
    empty="Schreiben Sie eine Antwort mit 1 bis {limit} Zeichen, bevor Sie sie senden.",
)
_PORTUGUESE = ContactPhrases(
    subject="{client}: a sua resposta é necessária para um cliente",
    intro="Um agente que atende os seus clientes precisa da sua ajuda com esta conversa.",
    question="O que o agente lhe pergunta",
    wants="O que o cliente quer",
    facts="O que se sabe",
    summary="A conversa até agora",
    thread="Últimas mensagens",
    answer="A sua resposta",
    due="Por favor, responda até {due}.",
    once="Responda aqui. O agente lê e informa o cliente; o cliente não vê este texto.",
    send="Enviar ao agente",
    customer="Cliente",
    assistant="Assistente de IA",
    agent="Agente",
    sent="Obrigado. O agente já tem a sua resposta.",
    sent_hint="Pode fechar esta página.",
    closed="Esta pergunta já foi respondida ou já não está aberta.",
    closed_hint="Se quiser acrescentar algo, escreva ao seu contacto na equipa de atendimento.",
    expired="Este link expirou.",
    expired_hint="Peça à equipa de atendimento que lhe envie a pergunta de novo.",
    unknown="Este link não abre nada.",
    unknown_hint="Copie o link completo da mensagem ou peça um novo à equipa de atendimento.",
    empty="Escreva uma resposta de 1 a {limit} caracteres antes de a enviar.",
)
_PHRASES = {
    "en": _ENGLISH,
    "es": _SPANISH,
    "fr": _FRENCH,
    "de": _GERMAN,
    "pt": _PORTUGUESE,
}


def contact_phrases(language: str) -> ContactPhrases:
    """Return the words in a language such as `pt` or `pt-BR`; English for unknown ones."""
    return _PHRASES.get(language.lower().replace("_", "-").partition("-")[0], _ENGLISH)


def mail_subject(profile: ClientProfile) -> str:
    """Return the subject; it names no customer, because subjects are shown everywhere."""
    return contact_phrases(profile.language).subject.format(client=profile.name)


def mail_text(
    profile: ClientProfile,
    conversation: Conversation,
    escalation: Escalation,
    question: str,
    link: str,
) -> str:
    """Return the mail: what the packet says of the case, by when to answer, and the link."""
    words = contact_phrases(profile.language)
    due = words.due.format(due=due_text(profile, escalation.since))
    packet = conversation.handoff.packet if conversation.handoff else None
    blocks = [words.intro, *_block(words.question, question)]
    if packet:
        blocks += _block(words.wants, packet.wants)
        blocks += _block(words.facts, facts_text(packet.facts))
        blocks += _block(words.summary, packet.summary)
    return "\n\n".join([*blocks, due, f"{words.once}\n{link}"]) + "\n"


def webhook_facts(
    profile: ClientProfile,
    conversation: Conversation,
    escalation: Escalation,
    question: str,
    link: str,
) -> dict[str, Any]:
    """Return what the contact's own system gets beyond the event."""
    packet = conversation.handoff.packet if conversation.handoff else None
    return {
        "escalated_at": moment(escalation.since),
        "reply_by": moment(profile.escalation.deadline(escalation.since)),
        "reply_url": link,
        "question": question,
        "wants": packet.wants if packet else "",
        "facts": [_fact(fact) for fact in packet.facts] if packet else [],
        "summary": packet.summary if packet else "",
    }


def due_text(profile: ClientProfile, since: datetime) -> str:
    """Return the deadline in the client's time zone."""
    due = profile.escalation.deadline(since).astimezone(ZoneInfo(profile.hours.time_zone))
    return f"{due:%Y-%m-%d %H:%M} ({profile.hours.time_zone})"


def facts_text(facts: tuple[Fact, ...]) -> str:
    """Return one line for each fact."""
    return "\n".join(f"- {fact.label}: {fact.value}" for fact in facts)


def _block(title: str, text: str) -> list[str]:
    return [f"{title}\n{text}"] if text else []


def _fact(fact: Fact) -> dict[str, str]:
    return {"kind": str(fact.kind), "label": fact.label, "value": fact.value}
