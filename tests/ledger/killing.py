"""A process that is killed at one of the calls that reach the disk, and a power cut that takes what was not synced."""

import itertools
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

CALLS = (
    (os, "write"),
    (os, "pwrite"),
    (os, "fsync"),
    (os, "ftruncate"),
    (os, "truncate"),
    (os, "mkdir"),
    (os, "rename"),
    (os, "unlink"),
)


class Killed(BaseException):
    """Nothing of ours catches it: the process is gone."""


class Power:
    """What folders would hold after a power cut: names as they were when the folder was last synced."""

    def __init__(self, folders: Iterable[Path]) -> None:
        self._kept = {folder: _files(folder) for folder in folders}

    def synced(self, descriptor: int) -> None:
        """The folder that this descriptor is open on keeps its names from now on."""
        path = Path(f"/proc/self/fd/{descriptor}").readlink()
        if path in self._kept:
            self._kept[path] = _files(path)

    def cut(self) -> None:
        """Takes back every name that was made, and brings back every one removed, since then."""
        for folder, files in self._kept.items():
            for path in _files(folder):
                path.unlink()
            for path, stored in files.items():
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(stored)
                path.chmod(0o600)


def _files(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.iterdir()} if folder.is_dir() else {}


def killed_at(patch: pytest.MonkeyPatch, last: int, power: Power) -> None:
    """The call number `last` and every later one never happen."""
    calls = itertools.count()

    def stopping(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **options: Any) -> Any:
            if next(calls) >= last:
                raise Killed
            result = real(*arguments, **options)
            if name == "fsync":
                power.synced(arguments[0])
            return result

        return call

    for owner, name in CALLS:
        patch.setattr(owner, name, stopping(name, getattr(owner, name)))
