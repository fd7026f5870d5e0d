"""The leaf of a line: what the next line names as `prev`, and what the tree is made of (format 1, "Lines")."""

import hashlib
from collections.abc import Iterable
from typing import Final

NO_LEAF: Final = "0" * 64
"""`prev` of the first line."""


def leaf(raw: bytes) -> bytes:
    """`SHA-256(0x00 || line bytes without LF)` ("Lines")."""
    return hashlib.sha256(b"\x00" + raw.removesuffix(b"\n")).digest()


def leaf_hashes(lines: Iterable[bytes]) -> list[bytes]:
    """The leaf of each of many lines, given without LF."""
    begun = hashlib.sha256(b"\x00")
    leaves = []
    for line in lines:
        hashed = begun.copy()
        hashed.update(line)
        leaves.append(hashed.digest())
    return leaves
