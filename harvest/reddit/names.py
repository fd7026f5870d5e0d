"""User names in what people write: no text of ours holds one (design section 8)."""

import re
from typing import Final

NOBODY: Final = "[user]"

_MENTION: Final = re.compile(r"(?<![\w/])(/?u(?:ser)?/)[A-Za-z0-9_-]{3,20}(?![\w-])", re.IGNORECASE)
_LINK: Final = re.compile(r"(reddit\.com/u(?:ser)?/)[A-Za-z0-9_-]{3,20}(?![\w-])", re.IGNORECASE)
_UNLIKE_A_WORD: Final = re.compile(r"[0-9_-]|[a-z][A-Z]")
_SHORTEST: Final = 4


def without_names(text: str, author: str = "") -> str:
    """`text` with `[user]` in place of whom it mentions by user name, and of its writer's own.

    A writer's name that may be a word (`Prozac`) is left: nobody can tell it from the word.
    """
    masked = _LINK.sub(rf"\1{NOBODY}", _MENTION.sub(rf"\1{NOBODY}", text))
    if len(author) >= _SHORTEST and _UNLIKE_A_WORD.search(author):
        own = re.compile(rf"(?<![\w-]){re.escape(author)}(?![\w-])", re.IGNORECASE)
        return own.sub(NOBODY, masked)
    return masked
