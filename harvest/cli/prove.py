"""`harvest prove`: a proof that one line stands in a ledger, or that its newest head continues an older one."""

import re
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from harvest.cli.inputs import given_checkpoint
from harvest.cli.ledgers import is_file, ledger_of
from harvest.cli.outputs import must_be_new, write_new
from harvest.cli.terminal import advise, hand_over, plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from harvest.configuration import Configuration
    from harvest.ledger import Index
    from harvest.ledger.anchor import Anchor


_SEQ = re.compile(r"[0-9]{1,16}")
"""No line has a longer number."""


def prove(
    ledger: Annotated[str, typer.Argument(metavar="TOPIC|FILE", help="A topic's slug, or a ledger file.")],
    line: Annotated[
        str | None,
        typer.Argument(metavar="sN|KEY|SEQ", help="A source (s3), a record (pmid:16996037), or a line's seq, from 0."),
    ] = None,
    *,
    since: Annotated[
        Path | None, typer.Option(metavar="FILE", help="An older checkpoint; prove that nothing below it changed.")
    ] = None,
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the proof to this new file.")] = None,
    line_out: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the line to this new file.")] = None,
) -> int:
    """Prove one line of a ledger, or with --since that its newest signed head continues an older one.

    The proof of a line (c2sp.org/tlog-proof@v1) convinces whoever has the line and trusts the key, without the ledger.
    It is made under the newest signed head. The proof with --since is what a c2sp.org/tlog-witness asks for.
    `harvest verify-proof` checks both. The proof goes to standard output where no --out is given.
    """
    from harvest.configuration import Configuration
    from harvest.errors import UsageError

    must_be_new(out, line_out)
    if line is not None and since is None:
        with _opened(ledger, Configuration.load()) as (index, head):
            _prove_line(index, head, line, out, line_out)
    elif line is None and since is not None:
        if line_out is not None:
            raise UsageError("expected --line-out with a line, got it with --since")
        with _opened(ledger, Configuration.load()) as (index, head):
            _prove_continued(index, head, since, out)
    else:
        given = "neither" if line is None else "both"
        raise UsageError(
            f"expected a line to prove or --since CHECKPOINT, got {given}", hint="see harvest prove --help"
        )
    return 0


@contextmanager
def _opened(ledger: str, configuration: "Configuration") -> "Iterator[tuple[Index, Anchor]]":
    """The index of the ledger, and the newest head that is signed for it."""
    from harvest.ledger import Index, StateFolder, newest_head

    if is_file(ledger):
        path, origin = Path(ledger), None
    else:
        path, origin = ledger_of(ledger, configuration), configuration.ledger_origin(ledger)
    with Index.open(path) as index:
        if not index.kept:
            advise(f"harvest: the index of {path} cannot be written beside it; it was made in a temporary file")
        yield index, newest_head(index, StateFolder(configuration.state_dir), origin=origin)


def _prove_line(index: "Index", head: "Anchor", line: str, out: Path | None, line_out: Path | None) -> None:
    from harvest.errors import LedgerError
    from harvest.ledger import Proof

    found = index.at(int(line)) if _SEQ.fullmatch(line) else index.named(line)
    size = head.checkpoint.size
    if found.entry.seq >= size:
        raise LedgerError(
            f"expected a sealed line, got seq {found.entry.seq}, above the newest signed head of {size} entries",
            hint="the next run signs it",
        )
    proof = Proof.of(index, found.entry.seq, bytes(head.note))
    _deliver(bytes(proof), out, (line_out, found.raw))
    said = f"seq {found.entry.seq} ({found.entry.type}) under the head of {size} entries of {head.checkpoint.origin}"
    advise(plain(f"{said}, signed by {index.key_at(size)}"))


def _prove_continued(index: "Index", head: "Anchor", since: Path, out: Path | None) -> None:
    from harvest.errors import UsageError
    from harvest.ledger import Consistency

    old = given_checkpoint(since, "--since")
    if old.origin != head.checkpoint.origin:
        raise UsageError(f"expected a checkpoint of {head.checkpoint.origin} for --since, got one of {old.origin}")
    size = head.checkpoint.size
    _deliver(bytes(Consistency.of(index, old, bytes(head.note))), out)
    said = f"the head of {size} entries of {old.origin} continues that of {old.size}"
    advise(plain(f"{said}, signed by {index.key_at(size)}"))


def _deliver(proof: bytes, out: Path | None, *beside: tuple[Path | None, bytes]) -> None:
    """To a file that must not be there yet, or to standard output; what goes beside it must be new as well."""
    write_new((out, proof), *beside)
    if out is None:
        hand_over(proof)
