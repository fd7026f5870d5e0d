# ruff: noqa: RUF001 - function words of other alphabets
"""The language of a text: by its script and its commonest words; a page's own word only where those say nothing."""

import re
from collections import Counter
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

_SAMPLE: Final = 20_000
_LETTERS: Final = 40
"""With fewer nothing can be told."""
_SHARE: Final = 0.06
"""Share of a text's words that must be the language's commonest."""
_HALF: Final = 0.5
_WORD: Final = re.compile(r"[^\W\d_]+")
_CODE: Final = re.compile(r"[a-z]{2}")
_COMMONEST: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        language: frozenset(words.split())
        for language, words in {
            "en": "the of and to in is that it was for with as are this be by from have not which you an has were",
            "de": "der die und den das ist von mit nicht ein eine des dem sich auch auf für im werden wird zu sind",
            "fr": "le la les des et est une du dans que qui pour pas sur avec plus par ce sont ou il nous",
            "es": "el la los las y que una del en por con para es se su como más pero este esta son al también",
            "pt": "os as do da dos das em um uma para com não por mais que foi como ao pela seu sua são é ou",
            "it": "il gli di che la e un una per con non del della dei delle nel sono è più anche come alla si questo",
            "nl": "het een van en dat is niet zijn voor met op aan te ook maar door bij naar deze wordt worden uit",
            "pl": "w i na z do się nie jest że to oraz dla jak po przez ale który od są może lub tym",
            "cs": "je na se že v s z do pro a to jako ale ve jsou který po za od nebo jeho byl být",
            "sv": "och att det som en för av är på med den inte till om har ett de var kan men från",
            "tr": "ve bir bu için ile de da olarak daha çok olan gibi en kadar sonra ne değil ya var",
            "id": "yang dan di dengan untuk dari ini dalam tidak itu pada adalah akan kepada mereka telah oleh atau",
            "ru": "и в не на что с по как это для из от к или при также а у но о его был были может",
            "uk": "і в не на що з та як це для від до або при також а у але про його був були може є",
            "bg": "и в не на че с по как това за от или при също а но се са да е са може",
        }.items()
    }
)
_SCRIPTS: Final = (
    ("ja", re.compile("[\u3040-\u30ff]"), 0.1),
    ("zh", re.compile("[\u4e00-\u9fff]"), _HALF),
    ("ko", re.compile("[\uac00-\ud7af]"), _HALF),
    ("ar", re.compile("[\u0600-\u06ff]"), _HALF),
    ("he", re.compile("[\u0590-\u05ff]"), _HALF),
    ("el", re.compile("[\u0370-\u03ff]"), _HALF),
    ("hi", re.compile("[\u0900-\u097f]"), _HALF),
    ("th", re.compile("[\u0e00-\u0e7f]"), _HALF),
)
"""Languages known by letters that few others have, and the share of the letters that must be theirs."""


def language(text: str, *, declared: str) -> str:
    """ISO 639-1 of a text, empty where it cannot be told.

    Args:
        text: the main text.
        declared: what the page says (`lang`, `content-language`): templates often say `en` of anything.
    """
    return _told(text[:_SAMPLE]) or _code(declared)


def _told(text: str) -> str:
    letters = sum(map(str.isalpha, text))
    if letters < _LETTERS:
        return ""
    for name, script, share in _SCRIPTS:
        if len(script.findall(text)) >= share * letters:
            return name
    words = Counter(_WORD.findall(text.lower()))
    counts = {name: sum(words[word] for word in common) for name, common in _COMMONEST.items()}
    best = max(counts, key=lambda name: counts[name])
    return best if counts[best] >= _SHARE * words.total() else ""


def _code(declared: str) -> str:
    """`en-US` and `EN_gb` are `en`."""
    found = _CODE.match(declared.strip().lower())
    return found.group() if found else ""
