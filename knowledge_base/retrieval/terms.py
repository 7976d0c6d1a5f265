"""Cuts text into the terms that lexical search and evidence compare: folded and stemmed."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import Stemmer

_STEMMERS = {
    "en": "english",
    "de": "german",
    "es": "spanish",
    "fr": "french",
    "it": "italian",
    "nl": "dutch",
    "pt": "portuguese",
}

_STOPWORDS = {
    "en": """a about above after again all also am an and any are aren as at be been before being
        below between both but by can cannot could couldn d did didn do does doesn doing don down
        during each few for from further get gets getting got had hadn has hasn have haven having
        he her here hers him his how i if im in into is isn it its itself ive just know let ll m me
        might more most must my myself need no nor not now of off on once only or other our ours out
        over own per please re s same shall she should shouldn so some such t tell than that the
        their theirs them then there these they this those through to too under until up us ve very
        want was wasn we were weren what when where which while who whom whose why will with won
        would wouldn you your yours hi hello hey thanks thank ok okay""",
    "de": """aber als am an auch auf aus bei bin bis bist da dann das dass dem den der des die
        doch du durch ein eine einem einen einer es fur haben hat ich ihr im in ist ja kann kein
        mein mich mir mit nach nicht noch nur oder sein sich sie sind so uber um und uns von war
        was wenn wer wie wir wird wo zu zum zur""",
    "es": """a al algo como con cual cuando de del desde donde e el ella en entre era es esta este
        esto ha hay he la las le les lo los me mi mis muy no nos o para pero por porque puede puedo
        que quien se ser si sin sobre son su sus te tengo tiene tu un una y ya yo""",
    "fr": """a au aux avec ce ces cette comment dans de des du elle en est et eux il ils je la le
        les leur lui ma mais me mes moi mon ne nous on ou par pas peut peux pour qu que quel quelle
        qui sa se ses si son sont sur ta te tes toi ton tu un une vos votre vous y""",
    "it": """a al alla che chi come con da dal dei del della di e gli ha ho i il in io la le lo ma
        mi mio nel non o per piu quale quando quanto se si sono su un una uno""",
    "nl": """aan als bij dat de den der deze die dit door een en er het hij hoe ik in is je kan
        maar me met mijn naar niet nog of om onze ook op te tot uit van voor was wat we wie zijn
        zo""",
    "pt": """a ao as com como da das de do dos e ela ele em entre era essa esse esta este eu ha
        isso mais mas me meu minha na nao nas no nos o onde os ou para pela pelo por porque posso
        qual quando que quem se sem ser seu sua sao tem tenho um uma voce""",
}

_WORD = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:'[^\W\d_]+)?")
_EMPTY_DECIMALS = re.compile(r"\.0+$")


def terms(text: str, language: str = "en") -> list[str]:
    """Return the terms of a text in order, repeated as often as they occur.

    A number is one term without grouping and without empty decimals ("$1,250.00" is "1250").
    Languages without rules here are folded but not stemmed.
    """
    stopwords = _stopwords(language)
    words = [_number(word) if word[0].isdigit() else word for word in _WORD.findall(fold(text))]
    return _stem([word for word in words if word not in stopwords], language)


def word_spans(text: str) -> list[tuple[int, int]]:
    """Return start and end of each word and number that carries meaning in some language."""
    return [
        found.span()
        for found in _WORD.finditer(text)
        if fold(found.group()) not in _all_stopwords()
    ]


def fold(text: str) -> str:
    """Return a text in lower case without accents, with plain apostrophes."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.lower().replace("\u2019", "'"))
    return "".join(character for character in decomposed if not unicodedata.combining(character))


@lru_cache
def _all_stopwords() -> frozenset[str]:
    return frozenset().union(*(_stopwords(language) for language in _STOPWORDS))


@lru_cache
def _stopwords(language: str) -> frozenset[str]:
    return frozenset(_STOPWORDS.get(language[:2], "").split())


@lru_cache
def _stemmer(language: str) -> Stemmer.Stemmer:
    return Stemmer.Stemmer(_STEMMERS[language])


def _stem(words: list[str], language: str) -> list[str]:
    if language[:2] not in _STEMMERS:
        return words
    plain = [max(word.split("'"), key=len) for word in words]  # "customer's", "l'assurance"
    stopwords = _stopwords(language)
    stems: list[str] = _stemmer(language[:2]).stemWords(plain)
    return [stem for word, stem in zip(plain, stems, strict=True) if word not in stopwords]


def _number(word: str) -> str:
    grouped = word.replace(",", "") if re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d+)?", word) else word
    return _EMPTY_DECIMALS.sub("", grouped.replace(",", "."))
