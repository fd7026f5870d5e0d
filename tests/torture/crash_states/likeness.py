"""Which states are alike: they differ in nothing but the bytes of a tail that no recovery reads on."""

import hashlib
import io
from typing import Final

from harvest.ledger.chain import Chain, Diverges
from harvest.ledger.line import lines
from tests.torture.crash_states.calls import Tree

_NO_LINE: Final = -1


class Likeness:
    """Tells states apart by all they hold, but of the ledger only the lines that chain, and whether more follows.

    Recovery takes lines as long as they chain and moves the rest away unread, so that states that are alike have the
    same fate. Whether a line chains is asked of the code under test, once for each line and what stands before it.

    Args:
        ledger: the ledger's path in a state.
    """

    def __init__(self, ledger: str) -> None:
        self._ledger = ledger
        self._good: list[tuple[bytes, ...]] = [()]
        self._next: dict[tuple[int, bytes], int] = {}

    def of(self, state: Tree) -> bytes:
        """Equal for states that are alike."""
        stored = state.get(self._ledger)
        if stored is None:
            return digest(state)
        held, good = 0, 0
        for raw in lines(io.BytesIO(stored)):
            if (following := self._after(good, raw)) == _NO_LINE:
                break
            held, good = held + len(raw), following
        return digest({**state, self._ledger: stored[:held], "torn": b"" if held == len(stored) else b"yes"})

    def _after(self, good: int, raw: bytes) -> int:
        """The lines with one more, by number, if it chains."""
        if (good, raw) not in self._next:
            self._next[good, raw] = self._asked(self._good[good], raw)
        return self._next[good, raw]

    def _asked(self, before: tuple[bytes, ...], raw: bytes) -> int:
        chain = Chain()
        try:
            for line in (*before, raw):
                chain.extend(line)
        except Diverges:
            return _NO_LINE
        self._good.append((*before, raw))
        return len(self._good) - 1


def digest(state: Tree) -> bytes:
    """Equal for equal states."""
    hashed = hashlib.blake2b(digest_size=16)
    for path, content in state.items():
        hashed.update(f"{path}\0{-1 if content is None else len(content)}\0".encode())
        hashed.update(content or b"")
    return hashed.digest()
