"""Stored hashes of a ledger's tree and where its lines end, in two files beside it that only grow.

They are a cache: whoever uses what stands in them holds it against the ledger or a signed head first.
"""

import errno
import fcntl
import os
import struct
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from hashlib import sha256
from io import FileIO
from itertools import accumulate
from pathlib import Path
from typing import BinaryIO, Final, Self

from harvest.ledger.leaf import leaf_hashes
from harvest.ledger.line import MAX_LINE
from harvest.ledger.merkle import HASH_BYTES, Frontier, stored_count, stored_position

FOR_WRITING: Final = os.O_RDWR | os.O_CREAT
FOR_READING: Final = os.O_RDONLY
_END_BYTES: Final = 8
_BLOCK: Final = 1 << 20
"""Bytes of a ledger that are read and hashed together."""


class Torn(OSError):
    """The files hold less than they should, or what cannot be: they are to be made anew."""


class Stored:
    """The two files, open.

    `tree` has the leaves and subtree roots, 32 bytes each, in the order of `stored_position`; `ends` has the byte at
    which each line ends, LF included, 8 bytes each, lowest first.

    Attributes:
        kept: False for files that go with this object: where the folder cannot be written.
    """

    def __init__(self, tree: FileIO, ends: FileIO, *, kept: bool) -> None:
        self._tree = tree
        self._ends = ends
        self.kept = kept

    @classmethod
    def beside(cls, ledger: Path, flags: int = FOR_WRITING) -> Self:
        """The files `<topic>.index-tree` and `<topic>.index-ends`.

        Raises:
            OSError: if they cannot be opened.
        """

        def opener(path: str, _: int) -> int:
            return os.open(path, flags | os.O_NOFOLLOW, 0o600)

        with ExitStack() as opened:
            tree, ends = (
                opened.enter_context(FileIO(str(ledger.with_suffix(suffix)), opener=opener))
                for suffix in (".index-tree", ".index-ends")
            )
            opened.pop_all()
        return cls(tree, ends, kept=True)

    @classmethod
    def unkept(cls) -> Self:
        """Files without a name, which go when they are closed."""
        return cls(*(FileIO(_unnamed()) for _ in range(2)), kept=False)

    def close(self) -> None:
        """Lets go of the files."""
        self._tree.close()
        self._ends.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def locked(self, *, wait: bool = True) -> Iterator[None]:
        """Nobody else changes the files while the block runs; readers need no lock, since they check what they read.

        Raises:
            BlockingIOError: somebody else holds the lock, and it is not to be waited for.
        """
        fcntl.flock(self._ends, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        try:
            yield
        finally:
            fcntl.flock(self._ends, fcntl.LOCK_UN)

    def size(self) -> int:
        """Lines that both files cover now; 0 where they do not fit together."""
        size = os.fstat(self._ends.fileno()).st_size // _END_BYTES
        return size if os.fstat(self._tree.fileno()).st_size >= HASH_BYTES * stored_count(size) else 0

    def subtree(self, level: int, number: int) -> bytes:
        """The root over the leaves from `number << level`, `1 << level` of them."""
        return _read(self._tree, HASH_BYTES, HASH_BYTES * stored_position(level, number))

    def leaf(self, seq: int) -> bytes:
        """The leaf of a line."""
        return self.subtree(0, seq)

    def frontier(self, size: int) -> Frontier:
        """The tree over the first `size` lines."""
        return Frontier.stored(self.subtree, size)

    def end(self, size: int) -> int:
        """How many bytes the first `size` lines fill."""
        if not size:
            return 0
        return int.from_bytes(_read(self._ends, _END_BYTES, _END_BYTES * (size - 1)), "little", signed=True)

    def line(self, ledger: int, seq: int) -> bytes:
        """A line as it stands in the ledger, LF included.

        Args:
            ledger: descriptor of the ledger.
            seq: which line.

        Raises:
            Torn: if that is not the line of the stored leaf.
        """
        start, end = self.end(seq), self.end(seq + 1)
        if not 0 <= start < end <= start + MAX_LINE:
            raise Torn(errno.EIO, f"a line from byte {start} to {end}")
        raw = os.pread(ledger, end - start, start)
        if raw[-1:] != b"\n" or sha256(b"\x00" + raw[:-1]).digest() != self.leaf(seq):
            raise Torn(errno.EIO, f"another line at byte {start}")
        return raw

    def cut(self, size: int) -> None:
        """Forgets all lines but the first `size`."""
        os.ftruncate(self._ends.fileno(), _END_BYTES * size)
        os.ftruncate(self._tree.fileno(), HASH_BYTES * stored_count(size))

    def append(self, size: int, stored: bytes, ends: Sequence[int]) -> None:
        """Adds lines behind the first `size`: what `Frontier.extend` gave for them, and where they end.

        The ends come last: they say how much there is.
        """
        _write(self._tree, stored, HASH_BYTES * stored_count(size))
        _write(self._ends, struct.pack(f"<{len(ends)}q", *ends), _END_BYTES * size)


def leaves(stream: BinaryIO, offset: int) -> Iterator[tuple[list[bytes], list[int]]]:
    """The leaves of whole lines and the bytes at which these end, many at once; a torn last line is left out.

    Args:
        stream: a ledger, read on from where a line begins.
        offset: that byte.
    """
    rest = b""
    while len(rest) < MAX_LINE and (block := stream.read(_BLOCK)):
        *lines, rest = (rest + block).split(b"\n")
        ends = list(accumulate((len(line) + 1 for line in lines), initial=offset))
        offset = ends[-1]
        if lines:
            yield leaf_hashes(lines), ends[1:]


def _unnamed() -> int:
    """A temporary file's descriptor."""
    with tempfile.TemporaryFile() as file:
        return os.dup(file.fileno())


def _read(file: FileIO, length: int, at: int) -> bytes:
    raw = os.pread(file.fileno(), length, at)
    if len(raw) != length:
        raise Torn(errno.EIO, f"{len(raw)} bytes at {at}")
    return raw


def _write(file: FileIO, content: bytes, at: int) -> None:
    if (written := os.pwrite(file.fileno(), content, at)) != len(content):
        raise OSError(errno.ENOSPC, f"{written} of {len(content)} bytes taken")
