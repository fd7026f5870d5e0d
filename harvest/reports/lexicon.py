"""Words by which a text shows who speaks and how, whatever it is about (`words.toml`)."""

import re
import tomllib
from functools import lru_cache
from importlib.resources import files
from typing import Any

_TABLE: dict[str, Any] = tomllib.loads(files("harvest.reports").joinpath("words.toml").read_text(encoding="utf-8"))


def _words(key: str) -> frozenset[str]:
    return frozenset(_TABLE[key].split())


FUNCTION_WORDS = _words("function")
FIRST = _words("first")
THIRD = _words("third")
PAST = _words("past")
WANTING = _words("wanting")
SELLING = _words("selling")
OURS = _words("ours")
USING = _words("using")
EFFECT = _words("effect")
OWNING = _words("owning")
OTHERS = _words("others")
MEDICINES = _words("medicines")
MEDICINE_PAIRS = frozenset(_TABLE["medicine_pairs"])
MEDICINE_STEMS = tuple(_TABLE["medicine_stems"])
MEDICINE_ENDINGS = tuple(_TABLE["medicine_endings"])
ASKING = frozenset(_TABLE["asking"]) | {
    f"{verb} {subject}" for verb in _words("asking_verbs") for subject in _words("asking_subjects")
}
CONDITION = re.compile(
    r"alzheimer|heart$|attack|stroke|cancer|depress|migraine|headache|ocd$|ptsd$|allerg|fever|asthma|diabet|cough|"
    r"addict|covid|coronavirus|anhedonia|anxiety|apathy|insomnia|blunt|numb",
)
"""How the words begin by which a state of health is named; what stands around them shows whether it is real."""


@lru_cache(maxsize=1 << 15)
def is_condition(word: str) -> bool:
    """Does the word, in lower case, name a state of health?"""
    return CONDITION.match(word) is not None
