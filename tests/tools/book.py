"""A ledger written by hand, line by line, with nothing of the writer's code; and the tool that reads it."""

import hashlib
import importlib.util
import json
from base64 import b64encode
from collections.abc import Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from functools import cache
from io import StringIO
from itertools import count
from pathlib import Path
from types import ModuleType
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

TOOL = Path(__file__).parents[2] / "tools" / "verify_ledger.py"
ORIGIN = "example.org/evidence/semax-ssri"
RUN = "01J00000000000000000000001"
OTHER_RUN = "01J00000000000000000000002"


def load_tool() -> ModuleType:
    """The tool as a module, loaded from its file: it belongs to no package."""
    spec = importlib.util.spec_from_file_location("verify_ledger", TOOL)
    if spec is None or spec.loader is None:
        raise ImportError(TOOL)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def run_tool(tool: ModuleType, *arguments: object) -> tuple[int, str]:
    """Exit code and what was printed."""
    with redirect_stdout(StringIO()) as printed:
        code = tool.main([str(argument) for argument in arguments])
    return code, printed.getvalue()


def sha256(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()


def merkle_root(leaves: list[bytes]) -> bytes:
    """RFC 9162 section 2.1.1, word for word."""
    if len(leaves) <= 1:
        return leaves[0] if leaves else sha256()
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return sha256(b"\x01", merkle_root(leaves[:split]), merkle_root(leaves[split:]))


@dataclass(frozen=True)
class Key:
    """A signing key; the same number gives the same key, unless there is a seed."""

    number: int = 1
    origin: str = ORIGIN
    seed: bytes = b""

    @property
    def private(self) -> Ed25519PrivateKey:
        return _private(self.seed or bytes([self.number]) * 32)[0]

    @property
    def public(self) -> bytes:
        return b"\x01" + _private(self.seed or bytes([self.number]) * 32)[1]

    @property
    def digest(self) -> bytes:
        return sha256(self.origin.encode(), b"\n", self.public)[:4]

    @property
    def vkey(self) -> str:
        return f"{self.origin}+{self.digest.hex()}+{b64encode(self.public).decode()}"

    def signature(self, text: str) -> str:
        """One line of a signed note."""
        return self._line(self.private.sign(text.encode()))

    def other_signature(self, text: str) -> str:
        """Another line that holds: RFC 8032 section 5.1.6 with a number of our choice where it takes a digest."""
        chosen = Ed25519PrivateKey.from_private_bytes(bytes(32))
        commitment = chosen.public_key().public_bytes_raw()
        digest = hashlib.sha512(commitment + self.public[1:] + text.encode()).digest()
        value = _scalar(chosen) + int.from_bytes(digest, "little") * _scalar(self.private)
        return self._line(commitment + (value % _ORDER).to_bytes(32, "little"))

    def note(self, text: str) -> str:
        return f"{text}\n{self.signature(text)}"

    def _line(self, signature: bytes) -> str:
        return f"— {self.origin} {b64encode(self.digest + signature).decode()}\n"


@cache
def _private(seed: bytes) -> tuple[Ed25519PrivateKey, bytes]:
    """The key of a seed and its public half."""
    private = Ed25519PrivateKey.from_private_bytes(seed)
    return private, private.public_key().public_bytes_raw()


def _scalar(private: Ed25519PrivateKey) -> int:
    """RFC 8032 section 5.1.5, steps 1 to 3."""
    half = hashlib.sha512(private.private_bytes_raw()).digest()[:32]
    return int.from_bytes(half, "little") & (1 << 254) - 8 | 1 << 254


_ORDER = (1 << 252) + 27742317777372353535851937790883648493


@dataclass
class Book:
    """Lines that chain, unless a test says otherwise."""

    key: Key = field(default_factory=Key)
    nonce: str = "5e" * 32
    lines: list[bytes] = field(default_factory=list)
    seconds: Iterator[int] = field(default_factory=count)

    def __post_init__(self) -> None:
        if self.lines:
            return
        genesis = {"origin": self.key.origin, "nonce": self.nonce, "vkey": self.key.vkey, "topic": "semax-ssri"}
        self.add("ledger", genesis)

    @classmethod
    def of(cls, key: Key, lines: list[bytes]) -> "Book":
        """A book that goes on from lines that are there."""
        return cls(key, lines=list(lines))

    def add(self, kind: str, body: dict[str, Any], *, run: str = RUN, **changes: object) -> None:
        """One more entry; `changes` replace what the envelope should have."""
        envelope = {
            "body": body,
            "prev": self.leaves()[-1].hex() if self.lines else "0" * 64,
            "run": run,
            "seq": len(self.lines),
            "time": f"2026-11-21T19:06:{next(self.seconds):02d}.123456Z",
            "type": kind,
            "v": 1,
        }
        self.lines.append(encoded(envelope | changes))

    def put(self, raw: bytes) -> None:
        """A stored line as it is, with `PREV` and `SEQ` filled in."""
        prev = self.leaves()[-1].hex().encode()
        self.lines.append(raw.replace(b"PREV", prev).replace(b"SEQ", str(len(self.lines)).encode()) + b"\n")

    def crawl(self, run: str = RUN, **counts: Any) -> None:
        """A finished run of three sources."""
        self.add("run-started", {"spider": "pubmed"}, run=run)
        for number in range(3):
            self.add("source", {"key": f"pmid:{number}", "title": 'Семакс ≥ β "\\"'}, run=run)
        account = {"found": 3, "included": 3, "excluded": 0, "duplicate": 0, "known": 0, "failed": 0}
        self.add("run-finished", {"providers": {"pubmed": account | counts}}, run=run)

    def rotate(self, key: Key, *, signer: Key | None = None) -> None:
        """The old key names the next one."""
        statement = f"{self.head_text()}{key.vkey}\n"
        self.add("key-rotated", {"vkey": key.vkey, "note": (signer or self.key).note(statement)}, run=OTHER_RUN)
        self.key = key

    def leaves(self) -> list[bytes]:
        return [sha256(b"\x00", line.removesuffix(b"\n")) for line in self.lines]

    def head_text(self, size: int | None = None) -> str:
        """Origin, size and root of the first `size` lines."""
        leaves = self.leaves()[:size]
        return f"{self.key.origin}\n{len(leaves)}\n{b64encode(merkle_root(leaves)).decode()}\n"

    def checkpoint(self, size: int | None = None, *, signer: Key | None = None) -> str:
        return (signer or self.key).note(self.head_text(size))


@dataclass
class Shelf:
    """Where a ledger, its checkpoint and the kept head lie."""

    folder: Path
    tool: ModuleType

    @property
    def ledger(self) -> Path:
        return self.folder / "semax-ssri.jsonl"

    @property
    def checkpoint(self) -> Path:
        return self.folder / "semax-ssri.checkpoint"

    @property
    def history(self) -> Path:
        return self.folder / "semax-ssri.checkpoints"

    @property
    def state(self) -> Path:
        return self.folder / "state"

    @property
    def head(self) -> Path:
        return self.state / hashlib.sha256(ORIGIN.encode()).hexdigest() / "head"

    def store(self, book: Book, *, size: int | None = None) -> None:
        """Writes the ledger and, signed over `size` lines, checkpoint and head."""
        self.head.parent.mkdir(parents=True, exist_ok=True)
        self.ledger.write_bytes(b"".join(book.lines))
        self.checkpoint.write_text(book.checkpoint(size))
        self.head.write_text(book.checkpoint(size))

    def verify(self, *options: object) -> tuple[int, str]:
        return run_tool(self.tool, self.ledger, "--state", self.state, *options)


def encoded(value: object) -> bytes:
    """A line in the spelling of the format."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode() + b"\n"


def broken_at(answer: tuple[int, str], line: int) -> bool:
    """Is the first divergence in that line?"""
    return answer[0] == 1 and answer[1].startswith(f"BROKEN line {line}, byte ")
