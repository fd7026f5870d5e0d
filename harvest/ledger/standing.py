"""How far a ledger was verified, kept in the state folder: what is unchanged since then need not be verified again.

One digest over the bytes says whether they are unchanged. Whoever can write to the state folder can lie here, as with
the kept head; a full look asks nothing of this file.
"""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, Self

from harvest.ledger.chain import LastLine
from harvest.ledger.inspection import Inspection
from harvest.ledger.merkle import Frontier
from harvest.ledger.note import Verifier

_BLOCK: Final = 1 << 18


class Prefix:
    """SHA-256 over the beginning of a file, as far as it was read.

    Attributes:
        size: bytes read.
    """

    def __init__(self) -> None:
        self.size = 0
        self._hash = sha256()

    @property
    def digest(self) -> str:
        """Over these bytes, in hex."""
        return self._hash.hexdigest()

    def update(self, piece: bytes | memoryview) -> None:
        """Takes the next bytes."""
        self._hash.update(piece)
        self.size += len(piece)

    def read(self, path: Path, size: int, told: Callable[[int], None] | None = None) -> None:
        """Reads on in the file to that size, or to its end. How many bytes were read is told, now and then."""
        block = memoryview(bytearray(_BLOCK))
        with path.open("rb", buffering=0) as stream:
            stream.seek(self.size)
            while self.size < size and (got := stream.readinto(block[: min(_BLOCK, size - self.size)])):
                self.update(block[:got])
                if told:
                    told(self.size)


@dataclass(frozen=True, slots=True)
class Standing:
    """An inspection at a signed head, as plain values.

    Attributes:
        offset: bytes verified.
        sha256: over them, in hex.
        size: lines verified.
        roots: of the tree's whole subtrees, in hex, largest first.
        last: leaf in hex, time and offset of the newest line.
        heads: digests of the notes of heads that agreed.
        runs: the fold over runs.
        types: lines by type.
    """

    offset: int
    sha256: str
    size: int
    roots: list[str]
    last: tuple[str, str, int]
    origin: str
    vkey: str
    heads: list[str]
    runs: dict[str, Any]
    types: dict[str, int]

    @classmethod
    def of(cls, inspection: Inspection, prefix: Prefix) -> Self | None:
        """The standing of an inspection that found nothing wrong so far; None where it has a history to tell.

        Args:
            inspection: at a head that agrees.
            prefix: of the very bytes that were inspected: read again, they could be others.
        """
        chain = inspection.chain
        if not chain.last or "adopted" in inspection.types or prefix.size != chain.offset:
            return None
        return cls(
            offset=chain.offset,
            sha256=prefix.digest,
            size=chain.tree.size,
            roots=[root.hex() for root in chain.tree.roots],
            last=(chain.last.leaf.hex(), chain.last.time, chain.last.offset),
            origin=chain.origin,
            vkey=str(chain.verifier),
            heads=inspection.anchors.digests(),
            runs=inspection.runs.state(),
            types=dict(inspection.types),
        )

    @classmethod
    def parse(cls, raw: bytes) -> Self:
        """A standing that was kept.

        Raises:
            ValueError, TypeError: these bytes are none of ours.
        """
        return cls(**json.loads(raw))

    def __bytes__(self) -> bytes:
        return json.dumps(asdict(self), sort_keys=True).encode() + b"\n"

    def restore(self, inspection: Inspection, prefix: Prefix, told: Callable[[int], None] | None = None) -> bool:
        """Puts an inspection at its beginning where this one stood; False if the bytes or heads are others now.

        Bytes read are told.
        """
        chain = inspection.chain
        prefix.read(inspection.path, self.offset, told)
        if prefix.digest != self.sha256 or not inspection.anchors.pass_over(self.size, self.heads):
            return False
        leaf, time, offset = self.last
        chain.stand(
            Frontier(self.size, [bytes.fromhex(root) for root in self.roots]),
            LastLine(bytes.fromhex(leaf), time, offset),
            self.offset,
        )
        chain.origin, chain.verifier = self.origin, Verifier.parse(self.vkey)
        inspection.runs.restore(self.runs)
        inspection.types.update(self.types)
        return True
