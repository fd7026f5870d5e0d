"""What reaches the disk, in order: the calls that write, sync, rename or cut, by the name of the file."""

import os
from pathlib import Path
from typing import Any, Final

import pytest

_BY_DESCRIPTOR: Final = ("write", "fsync", "ftruncate")
_BY_PATH: Final = ("truncate", "rename", "unlink", "mkdir")


def recorded_calls(patch: pytest.MonkeyPatch) -> list[str]:
    """From now on, each call as `fsync semax-ssri.jsonl`; the list grows as calls are made."""
    made: list[str] = []

    def noting(name: str, *, path: bool) -> Any:
        real = getattr(os, name)

        def call(target: Any, *arguments: Any, **options: Any) -> Any:
            of = target if path else Path(f"/proc/self/fd/{target}").readlink()
            made.append(f"{name} {Path(of).name}")
            return real(target, *arguments, **options)

        return call

    for name in (*_BY_DESCRIPTOR, *_BY_PATH):
        patch.setattr(os, name, noting(name, path=name in _BY_PATH))
    return made


def open_files() -> set[str]:
    """What this process has open, by path."""
    found = set()
    for descriptor in Path("/proc/self/fd").iterdir():
        try:
            found.add(str(descriptor.readlink()))
        except FileNotFoundError:
            continue
    return found
