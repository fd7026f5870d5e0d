"""All that lies in the folders of one ledger, as bytes."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.tools.book import Key


@dataclass(frozen=True)
class Files:
    """A ledger and its signed heads, as stored; None where there is no such file.

    `keys` are the ledger's, the first one first; a forger may have them. `content` and `archive` are the files of
    `content/<topic>` and `archive` by name.
    """

    ledger: bytes | None
    checkpoint: bytes | None
    history: bytes | None
    head: bytes | None
    against: bytes | None
    keys: tuple[Key, ...]
    content: Mapping[str, bytes] = field(default_factory=dict)
    archive: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def lines(self) -> list[bytes]:
        return (self.ledger or b"").splitlines(keepends=True)
