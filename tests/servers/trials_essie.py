"""What searches of a register use of the Essie language: words, phrases, AND, OR, NOT, AREA, RANGE, EXPANSION."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Study = dict[str, Any]
Test = Callable[["Looked"], bool]

SYNONYMS = (("anhedonia", "loss of pleasure"),)
"""Words that the service takes for each other unless it is told not to; the real thesaurus is large."""
_TOKEN = re.compile(
    r"\s*(?P<token>\(|\)|AREA\[(?P<area>[A-Za-z]+)\]|RANGE\[(?P<range>[^\]]*)\]|EXPANSION\[(?P<expansion>[A-Za-z]+)\]"
    r"|COVERAGE\[[A-Za-z]+\]|\"(?P<phrase>[^\"]*)\"|(?P<word>[^\s()\"\[\]]+))"
)
_WORDS = re.compile(r"\w+")


class NotParsed(ValueError):
    """The expression is none; the text says what of it could not be read."""


@dataclass(slots=True)
class Looked:
    """A study as it is looked up: the words of each area of the search, and its dates and codes by field name."""

    words: list[str]
    fields: dict[str, str]


@dataclass(slots=True)
class _Reader:
    tokens: list[re.Match[str]]
    at: int = 0

    def peek(self) -> str:
        return self.tokens[self.at]["token"] if self.at < len(self.tokens) else ""

    def take(self) -> re.Match[str]:
        if self.at >= len(self.tokens):
            raise NotParsed("unexpected end of input")
        self.at += 1
        return self.tokens[self.at - 1]


def parsed(expression: str) -> Test:
    """Read an expression.

    Raises:
        NotParsed: quotes or brackets do not match, or an operator has nothing to work on.
    """
    tokens, at = [], 0
    while expression[at:].strip():
        found = _TOKEN.match(expression, at)
        if found is None:
            raise NotParsed(f"unexpected {expression[at:].strip()[:1]!r}")
        tokens.append(found)
        at = found.end()
    reader = _Reader(tokens)
    test = _either(reader)
    if reader.peek():
        raise NotParsed(f"unexpected {reader.peek()!r}")
    return test


def words(text: str) -> list[str]:
    """A text as the words that are looked up."""
    return _WORDS.findall(text.lower())


def _either(reader: _Reader) -> Test:
    tests = [_both(reader)]
    while reader.peek() == "OR":
        reader.take()
        tests.append(_both(reader))
    return lambda looked: any(test(looked) for test in tests)


def _both(reader: _Reader) -> Test:
    tests = [_single(reader)]
    while reader.peek() not in {"", ")", "OR"}:
        if reader.peek() == "AND":
            reader.take()
        tests.append(_single(reader))
    return lambda looked: all(test(looked) for test in tests)


def _single(reader: _Reader) -> Test:
    token = reader.take()
    if token["token"] == "(":
        test = _either(reader)
        if not reader.peek():
            raise NotParsed("missing ')'")
        reader.take()
        return test
    if token["token"] in {")", "OR", "AND"}:
        raise NotParsed(f"unexpected {token['token']!r}")
    if token["token"] == "NOT":
        negated = _single(reader)
        return lambda looked: not negated(looked)
    if token["area"]:
        return _in_area(token["area"], reader.take())
    if token["expansion"]:
        return _spoken(reader.take(), expand=token["expansion"] != "None")
    return _spoken(token, expand=True)


def _in_area(name: str, token: re.Match[str]) -> Test:
    if token["range"] is None:
        wanted = (token["phrase"] or token["word"] or "").lower()
        return lambda looked: wanted in looked.fields.get(name, "").lower().split("|")
    first, _, last = (part.strip() for part in token["range"].partition(","))
    return lambda looked: (
        bool(day := looked.fields.get(name, ""))
        and ((first == "MIN" or first <= day) and (last == "MAX" or day <= last))
    )


def _spoken(token: re.Match[str], *, expand: bool) -> Test:
    said = token["phrase"] if token["phrase"] is not None else token["word"] or ""
    forms = [words(said)]
    if expand:
        forms += [words(other) for group in SYNONYMS if said.lower() in group for other in group]
    return lambda looked: any(_holds(looked.words, form) for form in forms if form)


def _holds(text: list[str], wanted: list[str]) -> bool:
    return any(text[at : at + len(wanted)] == wanted for at in range(len(text) - len(wanted) + 1))
