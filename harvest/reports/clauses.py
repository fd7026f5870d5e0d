"""The sentences of what people write, who care little for capitals and full stops."""

import re
from dataclasses import dataclass

_CLAUSE = re.compile(r"[^.!?;\n]*(?:\.(?=[\w.])[^.!?;\n]*)*[.!?;]*")


@dataclass(frozen=True, slots=True)
class Clause:
    """A sentence, apostrophes straight, and where it stands, in code points."""

    text: str
    start: int
    end: int

    @property
    def asks(self) -> bool:
        """Does it end in a question mark?"""
        return "?" in self.text[-4:]


def clauses(text: str) -> list[Clause]:
    """The sentences of `text`, parted at marks and line ends, in order."""
    straight = text.replace("’", "'")  # noqa: RUF001 - the curly apostrophe, as typed; as long as the straight one
    return [
        Clause(found.group(), found.start(), found.end())
        for found in _CLAUSE.finditer(straight)
        if found.group().strip()
    ]
