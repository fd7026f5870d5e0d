"""The `refused` entry of an identifier whose record is not what a text says of it."""

from typing import Any, Final

from harvest.entries import snapshot
from harvest.model import Snapshot
from harvest.pasted.mentions import Mention
from harvest.pasted.record import PROVIDER

_TITLE: Final = 300
"""Code points of a title that stand in it."""


def refused(mention: Mention, *, reason: str, got: str, kept: Snapshot | None) -> dict[str, Any]:
    """Its body: what the text says of it stays in the text, which can be erased, and only its place stands here.

    Args:
        mention: where the text has it.
        reason: `other-title`, or `impossible`: no such identifier can be.
        got: the record's title, or why there can be none.
        kept: the answer with the record; None where the ledger had it already.
    """
    body: dict[str, Any] = {
        "provider": PROVIDER,
        "key": mention.key,
        "request": mention.key,
        "reason": reason,
        "expected": "a record that is what the text says of it",
        "got": got[:_TITLE],
        "place": [mention.start, mention.end],
    }
    return body | {"snapshot": snapshot(kept)} if kept and kept.record else body
