"""Europe PMC's query language, as far as its help names it: fields, phrases, ranges, AND, OR, NOT, parentheses."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

Result = dict[str, Any]
Test = Callable[["Indexed"], bool]

_TOKEN = re.compile(
    r"\s*(?:(?P<open>\()|(?P<close>\))|(?P<word>(?:[A-Z_]+:)?(?:\[[^\]]*\]|\"[^\"]*\"|[^\s()\"\[\]]+)))", re.UNICODE
)
_WORDS = re.compile(r"\w+", re.UNICODE)
_DATES = {"FIRST_PDATE", "FIRST_IDATE", "UPDATE_DATE", "CREATION_DATE", "PUB_YEAR"}
SYNONYMS = (("anhedonia", "loss of pleasure"),)
"""Words that stand for each other where `synonym=true`; the real thesaurus is large."""


@dataclass(slots=True)
class Indexed:
    """A record as it is looked up.

    Attributes:
        texts: the words of each text field.
        exact: values that are compared as a whole, in lower case.
        days: dates by field.
    """

    texts: dict[str, list[list[str]]]
    exact: dict[str, set[str]]
    days: dict[str, str]
    synonym: bool = field(default=False)


def matches(query: str, indexed: Indexed, *, synonym: bool = False) -> bool:
    """Whether a record is an answer to a query."""
    indexed.synonym = synonym
    return _parsed(query)(indexed)


def words(text: str) -> list[str]:
    """A text as the words that are looked up."""
    return _WORDS.findall(text.lower())


def _parsed(query: str) -> Test:
    tokens = [found for found in _TOKEN.finditer(query) if found.group().strip()]
    test, rest = _either(tokens, 0)
    return test if rest >= len(tokens) else _never


def _never(_: Indexed) -> bool:
    return False


def _either(tokens: list[re.Match[str]], at: int) -> tuple[Test, int]:
    tests = []
    while True:
        test, at = _both(tokens, at)
        tests.append(test)
        if at >= len(tokens) or tokens[at]["word"] != "OR":
            return (lambda indexed: any(each(indexed) for each in tests)), at
        at += 1


def _both(tokens: list[re.Match[str]], at: int) -> tuple[Test, int]:
    tests = []
    while at < len(tokens) and not tokens[at]["close"] and tokens[at]["word"] != "OR":
        if tokens[at]["word"] == "AND":
            at += 1
            continue
        negated = tokens[at]["word"] == "NOT"
        test, at = _single(tokens, at + negated)
        tests.append((test, negated))
    return (lambda indexed: bool(tests) and all(each(indexed) != negated for each, negated in tests)), at


def _single(tokens: list[re.Match[str]], at: int) -> tuple[Test, int]:
    if at >= len(tokens):
        return _never, at
    if tokens[at]["open"]:
        test, at = _either(tokens, at + 1)
        return test, at + 1
    return _term(tokens[at]["word"]), at + 1


def _term(word: str) -> Test:
    named = re.match(r"([A-Z_]+):(.*)", word, re.DOTALL)
    name, value = named.groups() if named else ("", word)
    if name in _DATES:
        return _between(name, value)
    bare = value.strip('"')
    if name in {"EXT_ID", "SRC", "DOI", "PMCID", "OPEN_ACCESS", "HAS_FT", "HAS_ABSTRACT", "IN_EPMC", "LICENSE", "LANG"}:
        return lambda indexed: bare.lower() in indexed.exact.get(name, set())
    return lambda indexed: any(
        _holds(text, words(wanted))
        for wanted in _forms(bare, synonym=indexed.synonym)
        for text in _texts(indexed, name)
    )


def _between(name: str, value: str) -> Test:
    found = re.fullmatch(r"\[(\S+) TO (\S+)\]", value)
    first, last = found.groups() if found else (value, value)
    return lambda indexed: bool(day := indexed.days.get(name, "")) and first <= day <= last


def _texts(indexed: Indexed, name: str) -> Iterable[list[str]]:
    if name == "TITLE_ABS":
        return [*indexed.texts.get("TITLE", ()), *indexed.texts.get("ABSTRACT", ())]
    if not name:
        return [text for texts in indexed.texts.values() for text in texts]
    return indexed.texts.get(name, ())


def _forms(phrase: str, *, synonym: bool) -> tuple[str, ...]:
    if not synonym:
        return (phrase,)
    return (phrase, *(other for group in SYNONYMS if phrase.lower() in group for other in group))


def _holds(text: list[str], wanted: list[str]) -> bool:
    """The words stand in the text one after the other; `*` at the end of a word is not looked at."""
    length = len(wanted)
    return bool(wanted) and any(text[at : at + length] == wanted for at in range(len(text) - length + 1))
