"""Bytes that somebody pasted as a text, or why they are none."""

import re
import unicodedata
from typing import Final

from harvest.errors import UsageError

LARGEST: Final = 256 * 1024
"""Bytes of one text; what is longer is a document, and belongs to a provider."""
_NO_TEXT: Final = re.compile(r"[\x01-\x08\x0e-\x1a\x1c-\x1f]")
_TERMINAL: Final = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|[\x1b\x7f]")
_ADDRESS: Final = re.compile(r"https?://\S+", re.IGNORECASE)


def decoded(octets: bytes) -> str:
    """The text, in Unicode form C, with line feeds alone; pasted twice it is the same, however it was copied.

    Args:
        octets: UTF-8, with or without a byte order mark; at most `LARGEST`.

    Raises:
        UsageError: they are empty, too many, or no text.
    """
    if len(octets) > LARGEST:
        raise UsageError(
            f"expected a text of at most {LARGEST} bytes, got more", hint="paste the part that matters, or its link"
        )
    if b"\0" in octets:
        raise UsageError("expected a text, got bytes with NUL", hint="save it as plain text in UTF-8")
    try:
        text = octets.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(f"expected UTF-8, got byte {error.start} that is not", hint="save it as UTF-8") from None
    if found := _NO_TEXT.search(text):
        raise UsageError(f"expected a text, got control character {found.group()!r}", hint="save it as plain text")
    lines = _TERMINAL.sub("", unicodedata.normalize("NFC", text)).replace("\r\n", "\n").replace("\r", "\n")
    told = "\n".join(line.rstrip() for line in lines.split("\n")).strip()
    if not any(char.isalnum() for char in told):
        raise UsageError("expected a text, got nothing that can be read")
    return told


def address_of(text: str) -> str:
    """The link that the whole text is; empty where it is more than one, or none."""
    return text if _ADDRESS.fullmatch(text) else ""
