"""The run lock: one run at a time for a topic and provider ("Writing"); and one at a time in a folder."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from harvest.errors import Busy
from harvest.ledger.durable import make_folder, write_failed

_PRIVATE: Final = 0o700


@contextmanager
def run_lock(folder: Path, topic: str, provider: str) -> Iterator[None]:
    """Holds the run lock for as long as the block runs; it ends with the process, however that ends.

    Args:
        folder: the state folder, made with mode 0700; lock files stand at `<folder>/locks/<topic>.<provider>`.
        topic: the topic's slug.
        provider: the provider's name.

    Raises:
        Busy: when another run holds it, with that run's process id.
    """
    path = folder / "locks" / f"{topic}.{provider}"
    make_folder(folder, mode=_PRIVATE)
    make_folder(path.parent, mode=_PRIVATE)
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        raise write_failed(error, f"opening the lock {path}") from error
    try:
        _take(descriptor, topic=topic, provider=provider)
        _sign(descriptor, path)
        yield
    finally:
        os.close(descriptor)


@contextmanager
def folder_lock(folder: Path) -> Iterator[None]:
    """Waits until nobody else holds the folder, and holds it for as long as the block runs.

    Who holds it must not ask for it again: he would wait for himself.

    Raises:
        WriteFailed: the folder cannot be opened.
    """
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError as error:
        raise write_failed(error, f"locking the folder {folder}") from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _take(descriptor: int, *, topic: str, provider: str) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.pread(descriptor, 32, 0).decode(errors="replace").strip() or "unknown"
        raise Busy(
            f"another run of {topic} with {provider} is going on, process {holder}",
            hint="wait for it to end, or stop it",
        ) from None


def _sign(descriptor: int, path: Path) -> None:
    """Says who holds the lock."""
    try:
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, b"%d\n" % os.getpid(), 0)
    except OSError as error:
        raise write_failed(error, f"writing the lock {path}") from error
