"""A file that only grows, and never by half."""

import errno
import os
from contextlib import suppress
from pathlib import Path

from harvest.errors import ArchiveError

FLAGS = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW


class DurableFile:
    """A new file and its size in bytes; what `append` was given is on the disk when it returns.

    Raises:
        ArchiveError: the file is there already, or cannot be made.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.size = 0
        self._broken = False
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._descriptor = os.open(path, FLAGS, 0o600)
            _sync_folder(path.parent)
        except OSError as error:
            raise ArchiveError(f"expected to begin {path}, got: {error.strerror}", hint=_hint(error)) from error

    def append(self, content: bytes) -> None:
        """Write all and sync, or leave the file as it was.

        A failed write or sync is never repeated: after it the page cache may say what the disk does not hold.

        Raises:
            ArchiveError: the content is not written, and none will be.
        """
        if self._broken:
            raise ArchiveError(f"expected a whole {self.path.name}, got one that could not be written before")
        try:
            rest = memoryview(content)
            while rest:
                rest = rest[os.write(self._descriptor, rest) :]
            os.fsync(self._descriptor)
        except OSError as error:
            self._broken = True
            with suppress(OSError):
                os.ftruncate(self._descriptor, self.size)
            raise ArchiveError(
                f"expected to write {len(content)} bytes to {self.path}, got: {error.strerror}", hint=_hint(error)
            ) from error
        self.size += len(content)

    def close(self) -> None:
        """Close it; it cannot be written again."""
        os.close(self._descriptor)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _hint(error: OSError) -> str:
    return "free some space and run again" if error.errno == errno.ENOSPC else "check the folder and run again"
