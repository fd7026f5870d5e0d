"""User names in what people write: no text of ours holds one (design section 8)."""

import re
from typing import Final

NOBODY: Final = "[user]"

_NAME: Final = r"(?:[A-Za-z0-9_-]|\\[_-]){3,20}(?![\w-])"
"""A user name; in Markdown an underscore may be escaped."""
_MENTION: Final = re.compile(rf"(?<![\w/])(/?u(?:ser)?/){_NAME}", re.IGNORECASE)
_LINK: Final = re.compile(rf"(reddit\.com/u(?:ser)?/){_NAME}", re.IGNORECASE)
_UNLIKE_A_WORD: Final = re.compile(r"[0-9_-]|[a-z][A-Z]")
_SHORTEST: Final = 4


def without_names(text: str, author: str = "") -> str:
    """`text` with `[user]` in place of whom it mentions by user name, and of its writer's own.

    A writer's name that may be a word (`Prozac`) is left: nobody can tell it from the word.
    """
    masked = _LINK.sub(rf"\1{NOBODY}", _MENTION.sub(rf"\1{NOBODY}", text))
    if len(author) >= _SHORTEST and _UNLIKE_A_WORD.search(author):
        own = "".join(rf"\\?{re.escape(letter)}" for letter in author)
        return re.sub(rf"(?<![\w-]){own}(?![\w-])", NOBODY, masked, flags=re.IGNORECASE)
    return masked
