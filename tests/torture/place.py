"""Where a ledger lies while verifiers look at it: a folder in memory, in which only what changed is written anew.

Signatures are checked with `cryptography` for both verifiers: a process for openssl takes longer than all the rest.
That openssl says the same is for the tests of the tool itself, and for `openssl=True` here. What is a function of its
bytes alone, a signature or the entry of a line, is worked out once for the same bytes, by each verifier for itself.
"""

import argparse
import functools
import re
import tempfile
from base64 import b64decode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any, Final
from unittest.mock import patch

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from harvest.ledger import Depth, Report, line, verify
from harvest.ledger.note import Verifier
from harvest.ledger.scan import BLOCK
from harvest.ledger.swift import PIECE
from tests.tools.book import ORIGIN, load_tool, sha256
from tests.tools.files import Files
from tests.torture.bodies import TOPIC

_CUTS: Final = ((PIECE, BLOCK), (1, 100), (700, 1_500), (2_000, BLOCK), (5_000, 3_000))
"""Bytes of a stretch and of a block: as they are, and so small that a ledger of a few lines has many."""
_MEMORY: Final = Path("/dev/shm")  # noqa: S108 - a file system in memory, where there is one
_SEEN: Final = 1 << 14
_PLACE: Final = re.compile(r"BROKEN line (\d+), byte (\d+): expected ")

Answer = tuple[int, int | None]
"""Exit code, and the line of the first divergence if there is one."""


class Place:
    """One data folder, one state folder, and both verifiers.

    Attributes:
        path: the ledger.
    """

    def __init__(self, folder: Path, tool: ModuleType) -> None:
        self.folder = folder
        self.path = folder / "ledgers" / f"{TOPIC}.jsonl"
        self.state = folder / "state"
        self._tool = tool
        self._kept = folder / "kept"
        self._head = self.state / sha256(ORIGIN.encode()).hex() / "head"
        self._stored: dict[Path, bytes] = {}
        self._against: Path | None = None
        for inner in (self.path.parent, self._head.parent, folder / "content" / TOPIC, folder / "archive"):
            inner.mkdir(parents=True, exist_ok=True)

    def lay(self, files: Files) -> None:
        """Puts the files where both verifiers look, and takes away all others."""
        wanted = {
            self.path: files.ledger,
            self.path.with_suffix(".checkpoint"): files.checkpoint,
            self.path.with_suffix(".checkpoints"): files.history,
            self._head: files.head,
            self._kept: files.against,
            **_within(self.folder / "content" / TOPIC, files.content),
            **_within(self.folder / "archive", files.archive),
        }
        for path in self._stored.keys() - {path for path, stored in wanted.items() if stored is not None}:
            path.unlink()
            del self._stored[path]
        for path, stored in wanted.items():
            if stored is not None and self._stored.get(path) != stored:
                path.write_bytes(stored)
                self._stored[path] = stored
        self._against = None if files.against is None else self._kept

    def report(self, depth: Depth = Depth.DEEP, *, origin: str | None = None) -> Report:
        """What `harvest verify` finds; how the ledger is cut in stretches and blocks changes from one to the next."""
        piece, block = _CUTS[sum(map(len, self._stored.values())) % len(_CUTS)]
        with patch("harvest.ledger.swift.PIECE", piece), patch("harvest.ledger.scan.BLOCK", block):
            return self._report(depth, origin)

    def _report(self, depth: Depth, origin: str | None) -> Report:
        return verify(self.path, state=self.state, against=self._against, origin=origin, depth=depth, processes=1)

    def ours(self, depth: Depth = Depth.DEEP) -> Answer:
        """What the format itself asks for; what lines say of one another beyond it is left aside.

        Of a broken link `harvest verify` names the line that was changed, where it can tell; here, where it shows.
        """
        return answer(self.report(depth))

    def theirs(self) -> tuple[Answer, str]:
        """What `tools/verify_ledger.py` finds, and its words."""
        given = argparse.Namespace(ledger=str(self.path), checkpoint=None, head=None, against=None)
        given.against, given.state = self._against and str(self._against), str(self.state)
        code, said = self._tool.verify(given)
        place = _PLACE.match(said)
        return (code, int(place[1]) if place else None), said


def answer(report: Report) -> Answer:
    """Exit code and line of a report, as `Place.ours` has them."""
    divergence = report.first_divergence
    if report.unreadable:
        return 3, None
    if divergence:
        return 1, max(divergence.line + divergence.expected.startswith("leaf "), 1)
    return (2 if report.unsealed or report.interrupted else 0), None


@contextmanager
def places(*, openssl: bool = False, second: ModuleType | None = None) -> Iterator[Place]:
    """A place for a while; its signatures checked with `cryptography`, or by openssl in the second verifier.

    Args:
        openssl: leave the second verifier as it is.
        second: another second verifier, a broken one.
    """
    memory = _MEMORY if _MEMORY.is_dir() else None
    tool: Any = second or load_tool()
    tool._signed = functools.lru_cache(_SEEN)(tool._signed if openssl else _signed)
    tool._entry_of = functools.lru_cache(_SEEN)(tool._entry_of)
    with (
        tempfile.TemporaryDirectory(prefix="harvest-", dir=memory) as folder,
        patch.object(Verifier, "_holds", functools.lru_cache(_SEEN)(Verifier._holds)),
        patch.object(line, "_read", functools.lru_cache(_SEEN)(line._read)),
    ):
        yield Place(Path(folder), tool)


def _within(folder: Path, files: Mapping[str, bytes]) -> dict[Path, bytes | None]:
    return {folder / name: stored for name, stored in files.items()}


def _signed(text: str, key: bytes, lines: str) -> bool:
    """What the tool's `_signed` asks openssl: are there signatures by this key's name and id, and does each hold?"""
    pairs = [(line.split()[1], b64decode(line.split()[2])) for line in lines.splitlines()]
    mine = {blob[4:] for name, blob in pairs if (name, blob[:4]) == (text.partition("\n")[0], key[:4])}
    try:
        for signature in mine:
            Ed25519PublicKey.from_public_bytes(key[-32:]).verify(signature, text.encode())
    except (InvalidSignature, ValueError):
        return False
    return bool(mine)
