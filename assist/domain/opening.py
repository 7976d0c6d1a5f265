"""The first words that are proposed to an agent who takes a conversation over."""

from __future__ import annotations

_GREETING = {"en": "Hello", "es": "Hola", "fr": "Bonjour", "de": "Guten Tag", "pt": "Ol\u00e1"}
_SORRY = {
    "en": "I'm sorry for the trouble you have had.",
    "es": "Siento mucho las molestias.",
    "fr": "Je suis d\u00e9sol\u00e9 pour ces d\u00e9sagr\u00e9ments.",
    "de": "Es tut mir leid, dass Sie \u00c4rger hatten.",
    "pt": "Lamento o inc\u00f3modo.",
}
_READ = {
    "en": "I have read everything you wrote, so you won't have to repeat it. "
    "I'm looking into it now.",
    "es": "He le\u00eddo todo lo que ha escrito, no hace falta que lo repita. Lo estoy revisando.",
    "fr": "J'ai lu tout ce que vous avez \u00e9crit, inutile de le r\u00e9p\u00e9ter. "
    "Je m'en occupe maintenant.",
    "de": "Ich habe alles gelesen, Sie m\u00fcssen nichts wiederholen. Ich sehe es mir jetzt an.",
    "pt": "Li tudo o que escreveu, n\u00e3o precisa de repetir. Estou a ver isso agora.",
}


def opening_reply(language: str, *, name: str = "", apologises: bool = False) -> str:
    """Return a plain opening that promises nothing; in English for languages without one here."""
    known = language.lower().partition("-")[0]
    chosen = known if known in _READ else "en"
    greeting = f"{_GREETING[chosen]} {name}".strip()
    sentences = [f"{greeting},", *([_SORRY[chosen]] if apologises else []), _READ[chosen]]
    return " ".join(sentences)
