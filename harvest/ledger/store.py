"""The bytes of a ledger on disk: appended whole, synced, read back, or not acknowledged ("Writing")."""

import errno
import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Final

from harvest.errors import LedgerBroken, LedgerError, WriteFailed
from harvest.ledger.durable import make_folder, regular, sync_folder, write_failed

_CLOSED: Final = -1


class Store:
    """One open ledger file.

    Whatever goes wrong while writing poisons the store: nothing is written through it again, since what the disk
    holds is no longer known. A new process reads what is there and goes on from that.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.acknowledged = 0
        """Lines that were appended through this store and are durable."""
        self._synced: int | None = None
        self._poison: str = ""
        self._mutex = threading.Lock()
        self._holder: int | None = None
        make_folder(path.parent)
        flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
        self._descriptor = _CLOSED
        try:
            self._descriptor = os.open(path, flags, 0o600)
            regular(self._descriptor)
        except OSError as error:
            self.close()
            raise write_failed(error, f"opening {path}") from error
        self._sync_name()

    def close(self) -> None:
        """Lets go of the file; once is enough."""
        descriptor, self._descriptor = self._descriptor, _CLOSED
        if descriptor != _CLOSED:
            os.close(descriptor)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """The append lock: `flock` against other processes, a mutex against other threads."""
        if self._holder == threading.get_ident():
            raise LedgerError("expected one batch at a time, got a batch or seal inside a batch")
        with self._mutex:
            self._refuse_if_poisoned()
            try:
                fcntl.flock(self._descriptor, fcntl.LOCK_EX)
            except OSError as error:
                raise write_failed(error, f"locking {self.path}") from error
            self._holder = threading.get_ident()
            try:
                yield
            finally:
                self._holder = None
                self._unlock()

    def _unlock(self) -> None:
        """Gives the append lock back; one that cannot be given back ends with its descriptor."""
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_UN)
        except OSError as error:
            self.close()
            raise self._poisoned(write_failed(error, f"unlocking {self.path}")) from error

    def beside(self, suffix: str) -> Path:
        """The path of a file that goes with the ledger: `<topic>.<suffix>`."""
        return self.path.with_suffix(f".{suffix}")

    def ends_at(self, size: int) -> bool:
        """Does our file still stand at its path, as long as that? If not, `reader` says what is there instead."""
        mine = os.fstat(self._descriptor)
        with suppress(OSError):
            return mine.st_size == size and os.path.samestat(mine, self.path.stat(follow_symlinks=False))
        return False

    def size(self) -> int:
        """Bytes in the file now."""
        return os.fstat(self._descriptor).st_size

    @contextmanager
    def reader(self, start: int) -> Iterator[BinaryIO]:
        """The file through a fresh descriptor, from byte `start`; refuses a file that took the place of ours."""
        try:
            descriptor = os.open(self.path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
        except OSError as error:
            raise LedgerBroken(f"expected {self.path} to be there while it is written, got {error.strerror}") from error
        with os.fdopen(descriptor, "rb", buffering=1 << 18) as stream:
            if not os.path.sameopenfile(descriptor, self._descriptor):
                raise LedgerBroken(f"expected one file at {self.path} while it is written, got another in its place")
            stream.seek(start)
            yield stream

    def append(self, block: bytes, *, at: int) -> None:
        """Adds whole lines: written, synced, read back and compared, or undone as far as the disk allows.

        Args:
            block: the lines.
            at: where the file must end now, if nobody writes without the lock.

        Raises:
            LedgerBroken: the file ends elsewhere; nothing was written.
            WriteFailed: nothing of the block is acknowledged, and nothing can be written through this store again.
        """
        self._refuse_if_poisoned()
        self._poison = f"an append to {self.path} that did not end"
        if (size := self.size()) != at:
            raise LedgerBroken(f"expected {at} bytes in {self.path} while it is locked, got {size}")
        try:
            self._write(block)
        except OSError as error:
            raise self._poisoned(write_failed(error, f"appending to {self.path}"), cut_to=at) from error
        self.sync(cut_to=at)
        self._compare(block, at)
        self._poison = ""
        self._synced = at + len(block)
        self.acknowledged += block.count(b"\n")

    def cut(self, size: int) -> None:
        """Truncates to `size` bytes and syncs: recovery takes away a tail that was never acknowledged."""
        try:
            os.ftruncate(self._descriptor, size)
        except OSError as error:
            raise self._poisoned(write_failed(error, f"truncating {self.path}")) from error
        self.sync()

    def sync_rest(self) -> None:
        """Syncs what others may have written and not synced: nothing where the newest lines came through this store."""
        if self.size() != self._synced:
            self.sync()

    def sync(self, *, cut_to: int | None = None) -> None:
        """Syncs once; an error is final, because the kernel may by then call lost pages clean.

        Args:
            cut_to: where the file ended before lines that nobody was told of: they are taken back, or the next writer
                would read them from memory and build on what no disk holds.
        """
        try:
            os.fsync(self._descriptor)
        except OSError as error:
            failure = self._poisoned(write_failed(error, f"syncing {self.path}"))
            if cut_to is not None:
                with suppress(OSError):
                    os.ftruncate(self._descriptor, cut_to)
            raise failure from error

    def _sync_name(self) -> None:
        """The file's name is durable before its first line, also where whoever made it was killed at once."""
        try:
            sync_folder(self.path.parent)
        except OSError as error:
            self.close()
            raise write_failed(error, f"syncing the folder of {self.path}") from error

    def _write(self, block: bytes) -> None:
        """All of the block; a short write goes on where it stopped, so that its cause shows as an error."""
        rest = memoryview(block)
        while rest:
            written = os.write(self._descriptor, rest)
            if not written:
                raise OSError(errno.EIO, "nothing more was taken")
            rest = rest[written:]

    def _compare(self, block: bytes, start: int) -> None:
        """Reads back what was written, and nothing must come after it."""
        try:
            stored = os.pread(self._descriptor, len(block) + 1, start)
        except OSError as error:
            raise self._poisoned(write_failed(error, f"reading back {self.path}")) from error
        if stored != block:
            raise self._poisoned(
                WriteFailed(f"expected to read back what was appended to {self.path}, got other bytes")
            )

    def _poisoned(self, failure: WriteFailed, *, cut_to: int | None = None) -> WriteFailed:
        """Marks the store as not to be written again, first taking back a block that was written in part."""
        self._poison = failure.message
        if cut_to is not None:
            try:
                os.ftruncate(self._descriptor, cut_to)
                os.fsync(self._descriptor)
            except OSError as error:
                failure.add_note(f"what was written in part could not be taken back: {error.strerror}")
        return failure

    def _refuse_if_poisoned(self) -> None:
        if self._poison:
            raise WriteFailed(
                f"expected a ledger that can be written, got an earlier failure: {self._poison}",
                hint="start a new run; it goes on from what the disk holds",
            )
