"""Two at once in one folder, one after the other: what another does while somebody waits for the folder's lock."""

import fcntl
import os
from collections.abc import Callable
from pathlib import Path

import pytest


def after_another(patch: pytest.MonkeyPatch, folder: Path, deed: Callable[[], object]) -> None:
    """Whoever next asks for the folder's lock gets it when another has done his deed under it."""
    flock = fcntl.flock

    def late(descriptor: int, operation: int) -> None:
        assert (Path(f"/proc/self/fd/{descriptor}").readlink(), operation) == (folder, fcntl.LOCK_EX)
        patch.setattr(fcntl, "flock", flock)
        deed()
        flock(descriptor, operation)

    patch.setattr(fcntl, "flock", late)


def is_locked(folder: Path) -> bool:
    """Would another have to wait for the folder?"""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def watched(patch: pytest.MonkeyPatch, place: str, folder: Path) -> list[bool]:
    """For each later call of `replace` at a place: was the folder locked?"""
    locked: list[bool] = []

    def noting(path: Path, content: bytes) -> None:
        locked.append(is_locked(folder))
        path.write_bytes(content)

    patch.setattr(place, noting)
    return locked
