"""A pasted text as a record, as every provider gives one."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from harvest.model import AbstractSection, Key, Record, Related

PROVIDER: Final = "pasted"


def passage(text: str, digest: str, *, cited: Sequence[Key] = (), refused: int = 0, bare: int = 0) -> Record:
    """The text as a record of provider `pasted`: unverified, erasable, by nobody who is known.

    Args:
        text: as `decoded` gives it.
        digest: keyed, so that nobody without the key can try out what the text was.
        cited: documents that it names and that are what it says of them.
        refused: how many it names that are not.
        bare: how many of `cited` it says nothing of.
    """
    details: Mapping[str, Any] = {"length": len(text), "refused_ids": refused, "ids_without_title": bare}
    key = f"{PROVIDER}:{digest}"
    return Record(
        provider=PROVIDER,
        key=key,
        keys=(key,),
        title="",
        abstract=(AbstractSection(text),),
        related=tuple(Related("cites", one) for one in cited),
        flags=("unverified",),
        details=details,
        basis="post",
        erasable=True,
    )
