"""Verifiers with one fault each, which the suites must catch: the second verifier with a few words exchanged."""

from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Final

from tests.tools.book import TOOL


@dataclass(frozen=True)
class Fault:
    """What a verifier does wrong, and the attacks that it misses for it.

    `old` stands once in the second verifier, and the broken one has `new` there.
    """

    name: str
    old: str
    new: str
    misses: tuple[str, ...] = ()

    def tool(self) -> ModuleType:
        """The broken verifier."""
        source = TOOL.read_text()
        if source.count(self.old) != 1:
            raise LookupError(f"expected {self.old!r} once in {TOOL}, got it {source.count(self.old)} times")
        module = ModuleType("broken")
        module.__dict__["claimed"] = _claimed
        exec(compile(source.replace(self.old, self.new), str(TOOL), "exec"), module.__dict__)  # noqa: S102 - our own tool
        return module


def _claimed(ledger: str, size: int) -> bytes:
    """The leaf of a line as the next line has it; nothing for the last line, or where there is none to read."""
    following = Path(ledger).read_bytes().split(b"\n")[size + 1 : size + 2]
    _, _, link = b"".join(following).rpartition(b'"prev":"')
    try:
        return bytes.fromhex(link[:64].decode())
    except ValueError:
        return b""


_HASH: Final = 'sha256(b"\\0" + raw[:-1]).digest()'
_SPELT: Final = 'json.dumps(json.loads(raw), sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()'

TOO_LAX: Final = (
    Fault(
        "writes each entry anew before it hashes",
        _HASH,
        f'sha256(b"\\0" + {_SPELT}).digest()',
        ("a letter written as an escape",),
    ),
    Fault(
        "takes a line's word for the line before",
        _HASH,
        f"(claimed(given.ledger, size) or {_HASH})",
        ("one word changed, the line well-formed", "a letter written as an escape"),
    ),
    Fault(
        "does not compare the root of the last line",
        "_require(root == now if genuine",
        "_require(root == now or not stream.peek(1) if genuine",
        ("the last line changed",),
    ),
    Fault(
        "takes every signature for good",
        "genuine, now = _signed(text, key, lines),",
        "genuine, now = True,",
        ("a head signed by another key", "a head under the signature of another text"),
    ),
    Fault(
        "looks at no content",
        "in content.items()",
        "in ()",
        ("content altered", "content lost, a false erasure", "content redacted and not erased"),
    ),
    Fault(
        "asks for no accounts",
        "if runs.get(run) else ():",
        "if False else ():",
        ("a counter lowered, the sum left; signed",),
    ),
    Fault("does not look at the kept head", "paths = [given.head,", "paths = [None,", ("the tail cut off at a line",)),
    Fault(
        "does not look at the clock",
        "_require(time >= clock and",
        "_require(",
        ("time set back, signed",),
    ),
)
"""Each misses something."""

TOO_STRICT: Final = (
    Fault("wants a later time in each line", "time >= clock", "time > clock"),
    Fault("knows no type but its own", '(kind == "ledger") == (size == 0)', 'kind in {"ledger", "source", "search"}'),
    Fault("knows no escapes", "text := raw[:-1].decode()", r'text := raw[:-1].decode().replace("\\", "\n")'),
    Fault("lets nobody adopt", '{"ledger", "key-rotated", "adopted"}', '{"ledger", "key-rotated"}'),
)
"""Each refuses something that is as it should be."""
