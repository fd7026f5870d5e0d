"""What a writer asked of the file system, in order, with what it promised in between."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Tree = dict[str, bytes | None]
"""What a disk holds: the bytes of each file by its path, None for a folder; parents before children."""


@dataclass(frozen=True, slots=True)
class Call:
    """One system call that changed or synced something; paths are below the root.

    `number` is where a write begins, or the size that a file is cut to.
    """

    verb: Literal["create", "mkdir", "write", "resize", "sync", "rename", "unlink"]
    path: str
    block: bytes = b""
    number: int = 0
    target: str = ""

    def __str__(self) -> str:
        detail = {"write": f"{len(self.block)} bytes at {self.number}", "resize": f"to {self.number}"}
        return f"{self.verb} {self.path} {detail.get(self.verb, self.target)}".rstrip()


@dataclass(frozen=True, slots=True)
class Promise:
    """What the writer has acknowledged by now: these lines, so many of them under a signed head, this content erased.

    `erased` has commitments.
    """

    lines: bytes
    sealed: int = 0
    erased: frozenset[str] = frozenset()

    def __str__(self) -> str:
        return f"acknowledged {len(self.lines)} bytes, {self.sealed} entries sealed, {len(self.erased)} erased"


@dataclass(frozen=True, slots=True)
class Death:
    """The process was killed here, and another one began."""

    def __str__(self) -> str:
        return "killed"


Event = Call | Promise | Death


@dataclass(frozen=True, slots=True)
class Trace:
    """A durable disk, and what happened on it since."""

    before: Tree
    events: tuple[Event, ...]


def read_tree(root: Path) -> Tree:
    """What a real folder holds."""
    return {
        str(path.relative_to(root)): None if path.is_dir() else path.read_bytes() for path in sorted(root.rglob("*"))
    }


def write_tree(tree: Tree, root: Path) -> None:
    """Makes a real folder that holds a state, modes as the writer gives them."""
    root.mkdir(mode=0o700)
    for path, content in tree.items():
        if content is None:
            (root / path).mkdir(mode=0o700)
        else:
            descriptor = os.open(root / path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            os.write(descriptor, content)
            os.close(descriptor)
