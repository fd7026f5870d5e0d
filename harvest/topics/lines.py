"""On which line of a TOML file a key stands; `tomllib` reads the values and forgets the places."""

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

_SIMPLE = r"(?:[A-Za-z0-9_-]+|\"(?:[^\"\\\n]|\\.)*\"|'[^'\n]*')"
_DOTTED = rf"{_SIMPLE}(?:[ \t]*\.[ \t]*{_SIMPLE})*"
_STATEMENT = re.compile(rf"[ \t]*(?:\[\[?[ \t]*(?P<table>{_DOTTED})[ \t]*\]\]?|(?P<key>{_DOTTED})[ \t]*=)")
_ARRAY = re.compile(r"[ \t]*\[")
_PART = re.compile(_SIMPLE)
_TOKEN = re.compile(
    r"\"\"\"(?:[^\\]|\\.)*?\"{3,5}(?!\")|'''.*?'{3,5}(?!')|\"(?:[^\"\\\n]|\\.)*\"|'[^'\n]*'|#[^\n]*|[\[{]|[\]}]|\n|[^\"'#\[\]{}\n]+",
    re.DOTALL,
)

Place = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Lines:
    """The `path` of a TOML file and the line (from 1) of each of its keys, tables and array elements."""

    path: Path
    places: dict[Place, int] = field(default_factory=dict)

    @classmethod
    def of(cls, path: Path, text: str) -> "Lines":
        """Scan `text`, which `tomllib` has found valid."""
        lines = cls(path)
        ends = [end for end, char in enumerate(text) if char == "\n"]
        table: Place = ()
        at = 0
        while at < len(text):
            found = _STATEMENT.match(text, at)
            if found and found["table"] is not None:
                table = _parts(found["table"])
                lines.places.setdefault(table, bisect_left(ends, at) + 1)
            elif found:
                key = (*table, *_parts(found["key"]))
                lines.places.setdefault(key, bisect_left(ends, at) + 1)
                at = lines._skip_value(text, found.end(), key, ends)
                continue
            at = text.find("\n", at) + 1 or len(text)
        return lines

    def line(self, place: Sequence[str | int]) -> int:
        """The line of the key, else of what it stands in, else 1."""
        for length in range(len(place), 0, -1):
            if tuple(place[:length]) in self.places:
                return self.places[tuple(place[:length])]
        return 1

    def at(self, place: Sequence[str | int]) -> str:
        """`data/topics/x.toml:14`."""
        return f"{self.path}:{self.line(place)}"

    def _skip_value(self, text: str, at: int, key: Place, ends: list[int]) -> int:
        """The offset behind a value's line; notes where the elements of its outermost array stand."""
        depth, element = 0, 0
        array = _ARRAY.match(text, at)
        for token in _TOKEN.finditer(text, at):
            word = token.group()
            if word == "\n" and depth == 0:
                return token.end()
            if depth == 1 and array and word.strip(" \t\r\n,") and word[0] not in "#]}":
                self.places[*key, element] = bisect_left(ends, token.start()) + 1
                element += 1
            depth += (word in "[{") - (word in "]}")
        return len(text)


def _parts(dotted: str) -> tuple[str, ...]:
    return tuple(part[1:-1] if part[0] in "\"'" else part for part in _PART.findall(dotted))
