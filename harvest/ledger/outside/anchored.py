"""Everything that is kept of a ledger's heads outside it, as heads that it is held against."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from harvest.ledger.chain import Diverges
from harvest.ledger.outside.git import GitFailed, tagged_heads
from harvest.ledger.outside.kept import Kept, KeptHead, unfit
from harvest.ledger.outside.opentimestamps import read_proof

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

INSTALL: Final = "`pip install 'harvest[timestamp]'`"


@dataclass(frozen=True, slots=True)
class Outside:
    """One thing kept outside.

    Attributes:
        name: what to call it.
        note: the head that it is over, or None where there is only something to say.
        said: what it shows, in words; empty where the head is all.
    """

    name: str
    note: bytes | None
    said: str = ""


def outside_anchors(
    ledger: Path, *, origin: str, repositories: Iterable[Path] = (), roots: Sequence["Certificate"] = ()
) -> Iterator[Outside]:
    """All that `harvest anchor` wrote for a ledger: what lies beside it, and tags in git repositories.

    Args:
        ledger: `ledgers/<topic>.jsonl`.
        origin: the ledger's.
        repositories: where heads were tagged.
        roots: certificates that the user trusts to issue time-stamping certificates.

    Raises:
        Diverges: a token or a proof does not fit its head, or a tag bears none.
    """
    for head in Kept(ledger).heads():
        yield Outside("anchored head", head.note)
        yield from _stamp(head, roots)
        yield from _proof(head)
    for repository in repositories:
        yield from _tags(repository, origin)


def _stamp(head: KeptHead, roots: Sequence["Certificate"]) -> Iterator[Outside]:
    answer = head.read("tsr")
    if answer is None:
        return
    try:
        from harvest.ledger.outside.rfc3161 import check  # noqa: PLC0415 - needs an optional extra
    except ImportError:
        said = f"not checked: needs {INSTALL}"
    else:
        with _named(head.path("tsr")):
            said = str(check(answer, head, roots))
    yield Outside("RFC 3161 time-stamp", head.note, f"RFC 3161 time-stamp of {head.size} entries: {said}")


def _proof(head: KeptHead) -> Iterator[Outside]:
    raw = head.read("ots")
    if raw is None:
        return
    with _named(head.path("ots")):
        proof = read_proof(raw)
        if proof.digest != head.digest:
            raise unfit(f"a proof over SHA-256 {head.digest.hex()}", f"one over {proof.digest.hex()}")
    for attested in proof.attestations:
        said = f"OpenTimestamps proof commits to the head of {head.size} entries: {attested}"
        yield Outside("OpenTimestamps proof", head.note, said)


@contextmanager
def _named(path: Path) -> Iterator[None]:
    """What is wrong with a file is said with its name."""
    try:
        yield
    except Diverges as fault:
        raise unfit(f"{fault.at.expected} in {path}", fault.at.found) from fault


def _tags(repository: Path, origin: str) -> Iterator[Outside]:
    try:
        notes = tagged_heads(repository, origin)
    except GitFailed as error:
        yield Outside("git tags", None, f"git tags not checked: {error.message}")
        return
    if not notes:
        yield Outside("git tags", None, f"no head is tagged in {repository}")
    for note in notes:
        yield Outside(f"git tags in {repository}", note)
