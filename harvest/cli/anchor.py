"""`harvest anchor`: hand a topic's signed head to others, and take in what they give for it."""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from harvest.cli.inputs import given
from harvest.cli.ledgers import ledger_of
from harvest.cli.outputs import must_be_new, write_new
from harvest.cli.terminal import advise, hand_over, plain, say

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

    from harvest.ledger import StateFolder
    from harvest.ledger.outside import KeptHead

Out = Path | None


@dataclass(frozen=True, slots=True)
class _Ledger:
    """Whose head it is."""

    path: Path
    origin: str
    keys: "StateFolder"

    def note(self) -> bytes:
        """The newest head."""
        from harvest.ledger.outside import head_for_others

        return head_for_others(self.path, self.keys, self.origin)

    def head(self) -> "KeptHead":
        """The newest head, laid beside the ledger for what will be over it."""
        from harvest.ledger.outside import Kept

        return Kept(self.path).keep(self.note())


def anchor(
    topic: Annotated[str, typer.Argument(metavar="TOPIC", help="The topic's slug.")],
    *,
    git: Annotated[Out, typer.Option(metavar="REPO", help="Tag the head in this git repository.")] = None,
    tsq: Annotated[
        Out, typer.Option(metavar="FILE", help="Write a request for an RFC 3161 time-stamp to this new file.")
    ] = None,
    tsr: Annotated[Out, typer.Option(metavar="FILE", help="Take in the answer to such a request.")] = None,
    tsa: Annotated[str | None, typer.Option(metavar="URL", help="Ask this authority for a time-stamp.")] = None,
    tsa_roots: Annotated[
        Out, typer.Option(metavar="FILE", help="Certificates (PEM) that authorities are trusted by.")
    ] = None,
    ots_digest: Annotated[
        Out, typer.Option(metavar="FILE", help="Write what `ots stamp` takes to this new file.")
    ] = None,
    ots: Annotated[Out, typer.Option(metavar="FILE", help="Take in the proof that `ots` made of it.")] = None,
) -> int:
    """Hand the signed head to others, or take in what they gave for it.

    Without an option the head is printed, and nothing is written. What is taken in is checked first, lies beside the
    ledger from then on, and `harvest verify` checks it again each time. --tsr and --tsa need the optional extra
    `harvest[timestamp]`.
    """
    must_be_new(tsq, ots_digest)
    ledger, roots = _ledger(topic, tsa_roots)
    if git:
        _tag(ledger, git)
    if tsq:
        _request(ledger, tsq)
    if tsr:
        _take_stamp(ledger, given(tsr), roots)
    if tsa is not None:
        _ask(ledger, tsa, roots)
    if ots_digest:
        _to_stamp(ledger, ots_digest)
    if ots:
        _take_proof(ledger, given(ots))
    if all(option is None for option in (git, tsq, tsr, tsa, ots_digest, ots)):
        hand_over(ledger.note())
    return 0


def _ledger(topic: str, tsa_roots: Path | None) -> tuple[_Ledger, "tuple[Certificate, ...]"]:
    from harvest.configuration import Configuration
    from harvest.errors import LedgerMissing
    from harvest.ledger import StateFolder
    from harvest.ledger.outside.roots import read_roots

    configuration = Configuration.load()
    path = ledger_of(topic, configuration)
    if not path.exists():
        raise LedgerMissing(f"expected a ledger at {path}, got no file")
    ledger = _Ledger(path, configuration.ledger_origin(topic), StateFolder(configuration.state_dir))
    return ledger, read_roots(tsa_roots or configuration.tsa_roots)


def _tag(ledger: _Ledger, repository: Path) -> None:
    from harvest.ledger.outside.git import tag_head

    name = tag_head(repository, ledger.head().note)
    ledger.keys.remember(ledger.origin, repository)
    say(plain(f"{repository}: tag {name}"))
    advise("push it where others fetch it: what only this machine holds binds nobody")


def _request(ledger: _Ledger, path: Path) -> None:
    from harvest.ledger.outside.request import request_for

    head = ledger.head()
    write_new((path, request_for(head)))
    say(plain(f"{path}: request for a time-stamp of the head of {head.size} entries"))


def _take_stamp(ledger: _Ledger, answer: bytes, roots: "tuple[Certificate, ...]") -> None:
    from harvest.errors import LedgerError
    from harvest.ledger.outside import Kept
    from harvest.ledger.outside.anchored import INSTALL

    try:
        from harvest.ledger.outside.rfc3161 import take
    except ImportError:
        raise LedgerError("expected rfc3161-client to check a time-stamp, got none", hint=f"run {INSTALL}") from None
    head, stamp = take(Kept(ledger.path), answer, roots)
    say(plain(f"{head.path('tsr')}: time-stamp of {head.size} entries: {stamp}"))


def _ask(ledger: _Ledger, url: str, roots: "tuple[Certificate, ...]") -> None:
    from harvest.ledger.outside.authority import ask
    from harvest.ledger.outside.request import request_for

    _take_stamp(ledger, ask(url, request_for(ledger.head())), roots)


def _to_stamp(ledger: _Ledger, path: Path) -> None:
    head = ledger.head()
    write_new((path, head.note))
    say(plain(f"{path}: the head of {head.size} entries, SHA-256 {head.digest.hex()}; next: ots stamp {path}"))


def _take_proof(ledger: _Ledger, raw: bytes) -> None:
    from harvest.ledger.outside import Kept
    from harvest.ledger.outside.opentimestamps import read_proof

    proof = read_proof(raw)
    if proof.digest == sha256(ledger.note()).digest():
        ledger.head()
    head = Kept(ledger.path).over(proof.digest, "an OpenTimestamps proof")
    head.lay("ots", raw)
    for attested in proof.attestations:
        say(plain(f"{head.path('ots')}: commits to the head of {head.size} entries: {attested}"))
