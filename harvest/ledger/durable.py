"""Files that outlast a power cut: what is written is synced, what is renamed is synced with its folder."""

import errno
import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from harvest.errors import LedgerError, WriteFailed

_HINTS: Final = {
    errno.ENOSPC: "free some space and run again, no acknowledged entry is lost",
    errno.EDQUOT: "raise the quota or free some space and run again, no acknowledged entry is lost",
    errno.EFBIG: "raise the limit on file sizes and run again, no acknowledged entry is lost",
    errno.EROFS: "make the folder writable, or name another with HARVEST_DATA_DIR or HARVEST_STATE_DIR",
    errno.EACCES: "make the folder writable, or name another with HARVEST_DATA_DIR or HARVEST_STATE_DIR",
    errno.EPERM: "make the folder writable, or name another with HARVEST_DATA_DIR or HARVEST_STATE_DIR",
    errno.ELOOP: "a link stands where a file of our own should be; remove it",
    errno.ENXIO: "something else stands where a file of our own should be; remove it",
    errno.EISDIR: "a folder stands where a file of our own should be; remove it",
    errno.EIO: "the disk is failing; keep a copy, check the disk, then run `harvest verify`",
}


def write_failed(error: OSError, doing: str) -> WriteFailed:
    """One line for a system call that failed: `no space left on device while appending to x.jsonl`."""
    reason = (error.strerror or str(error)).lower()
    return WriteFailed(f"{reason} while {doing}", hint=_HINTS.get(error.errno or 0, ""))


def make_folder(folder: Path, *, mode: int = 0o777) -> None:
    """Makes a folder and those above it; each is synced into its parent before anything is made in it.

    One that is there is synced as well: whoever made it may have been killed before that.
    """
    there = folder.is_dir()
    try:
        if not there:
            make_folder(folder.parent)
            folder.mkdir(mode=mode, exist_ok=True)
        sync_folder(folder.parent)
    except PermissionError as error:
        if not there:
            raise write_failed(error, f"making the folder {folder}") from error
    except OSError as error:
        raise write_failed(error, f"making the folder {folder}") from error


def sync_folder(folder: Path) -> None:
    """Makes the names in a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read_file(path: Path, most: int) -> bytes | None:
    """All of a regular file, or None where nothing is there; follows no link and waits for nobody.

    Args:
        path: the file.
        most: bytes that it may have.

    Raises:
        LedgerError: something else is there, it is longer, or it cannot be read.
    """
    try:
        with held(path, os.O_NOFOLLOW) as (descriptor, found):
            if found.st_size > most:
                raise LedgerError(f"expected at most {most} bytes in {path}, got {found.st_size}", hint="move it away")
            with os.fdopen(descriptor, "rb", closefd=False) as stream:
                return stream.read(found.st_size)
    except FileNotFoundError:
        return None
    except OSError as error:
        hint = _HINTS[error.errno] if error.errno in {errno.ELOOP, errno.ENXIO} else ""
        said = (error.strerror or str(error)).lower()
        raise LedgerError(f"expected a readable file at {path}, got {said}", hint=hint) from error


@contextmanager
def held(path: Path, flags: int = 0) -> Iterator[tuple[int, os.stat_result]]:
    """A regular file, open for reading while the block runs, and what is known of it; a pipe is not waited for.

    Args:
        path: the file.
        flags: for opening it, too.

    Raises:
        OSError: it cannot be opened, or something else is there.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | flags)
    try:
        yield descriptor, regular(descriptor)
    finally:
        os.close(descriptor)


def regular(descriptor: int) -> os.stat_result:
    """What is known of an open file.

    Raises:
        OSError: it is a folder, a pipe, a socket or a device.
    """
    found = os.fstat(descriptor)
    if not stat.S_ISREG(found.st_mode):
        raise OSError(errno.ENXIO, "no regular file")
    return found


def write_file(path: Path, content: bytes, *, flags: int = os.O_TRUNC, at: int = 0) -> None:
    """Writes to a file of mode 0600, syncs it and reads it back; its folder is the caller's to sync.

    Args:
        path: the file.
        content: what is written.
        flags: for opening it; without any but `O_CREAT`, its beginning is overwritten.
        at: the byte at which the content will begin, and with `O_APPEND`, what stood there goes.
    """
    opened = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW | flags, 0o600)
    try:
        there = regular(opened)
        if flags & os.O_APPEND and there.st_size > at:
            os.ftruncate(opened, at)
        rest = memoryview(content)
        while rest:
            rest = rest[os.write(opened, rest) :]
        os.fsync(opened)
        if os.pread(opened, len(content) + 1, at) != content:
            raise OSError(errno.EIO, "other bytes came back than were written")
    finally:
        os.close(opened)


def rename(path: Path, new: Path) -> None:
    """Gives a file another name, and sees that it has it."""
    path.rename(new)
    if os.path.lexists(path):
        raise OSError(errno.EIO, f"{path} kept its name")


def remove(path: Path) -> None:
    """Takes a name away, and sees that it is gone; its folder is the caller's to sync."""
    path.unlink(missing_ok=True)
    if os.path.lexists(path):
        raise OSError(errno.EIO, f"{path} is still there")


def replace(path: Path, content: bytes) -> None:
    """Puts new content in place of old at once ("Checkpoints, keys, state": temporary, fsync, rename, fsync folder)."""
    try:
        _put(path, (content,))
    except OSError as error:
        raise write_failed(error, f"writing {path}") from error


def create(path: Path, *pieces: bytes) -> None:
    """As `create_from`, from pieces at hand."""
    create_from(path, pieces)


def create_from(path: Path, pieces: Iterable[bytes]) -> None:
    """Writes a file that must not be there yet, whole or not at all; a lock of the caller's keeps others away.

    Args:
        path: the file.
        pieces: what is in it; each is synced before the next is asked for.
    """
    try:
        if os.path.lexists(path):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))
        _put(path, pieces)
    except OSError as error:
        with suppress(OSError):
            _temporary(path).unlink()
        raise write_failed(error, f"writing {path}") from error


def _put(path: Path, pieces: Iterable[bytes]) -> None:
    temporary, filled = _temporary(path), 0
    for piece in pieces:
        write_file(temporary, piece, flags=os.O_APPEND, at=filled)
        filled += len(piece)
    rename(temporary, path)
    sync_folder(path.parent)


def _temporary(path: Path) -> Path:
    return path.with_name(f"{path.name}.tmp")


def append(path: Path, content: bytes, *, at: int) -> None:
    """Adds to the end of a side file, after cutting what a crash left beyond `at`.

    The name of one that is there must be durable: whoever made it may have been killed before he synced the folder.
    """
    try:
        there = os.path.lexists(path)
        write_file(path, content, flags=os.O_APPEND, at=at)
        if not there:
            sync_folder(path.parent)
    except OSError as error:
        raise write_failed(error, f"appending to {path}") from error
