"""`harvest verify`: is a ledger what was written?"""

import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from harvest.cli.inputs import given_checkpoint
from harvest.cli.ledgers import is_file, ledger_of
from harvest.cli.terminal import as_json, plain, say

if TYPE_CHECKING:
    from harvest.ledger import Depth, Report

PATIENCE = 1.0
"""Seconds without a word of progress."""


def verify(
    ledger: Annotated[str, typer.Argument(metavar="TOPIC|FILE", help="A topic's slug, or a ledger file.")],
    *,
    against: Annotated[Path | None, typer.Option(metavar="FILE", help="A checkpoint file that somebody kept.")] = None,
    policy: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Whose signatures the newest head must have (c2sp tlog-policy).")
    ] = None,
    git: Annotated[
        list[Path] | None, typer.Option(metavar="REPO", help="A git repository in which heads were tagged.")
    ] = None,
    tsa_roots: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Certificates (PEM) that time-stamps are trusted by.")
    ] = None,
    deep: Annotated[
        bool, typer.Option("--deep", help="Look also at what lines say, at erasable content and at the archive.")
    ] = False,
    quick: Annotated[
        bool, typer.Option("--quick", help="Pass over what one digest shows unchanged since the last quick look.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Say it as one JSON object.")] = False,
) -> int:
    """Check a ledger: every line, the chain, the signed heads.

    Lines under a signed head are checked by chain, tree and signature, others by all rules; with --deep all are.

    Exit codes: 0 valid, 1 broken (the first divergence is named), 2 valid but with unsealed entries or an interrupted
    run, 3 unreadable or refused.
    """
    told = None if json else _progress()
    depth = _depth(deep=deep, quick=quick)
    report = _verified(ledger, told, depth, against=against, policy=policy, git=git or (), tsa_roots=tsa_roots)
    if json:
        as_json(report.as_json())
    else:
        for line in report.lines():
            say(plain(line))
    return report.exit_code


def _verified(
    ledger: str,
    progress: Callable[[int, int], None] | None,
    depth: "Depth",
    *,
    against: Path | None,
    policy: Path | None,
    git: Sequence[Path],
    tsa_roots: Path | None,
) -> "Report":
    from harvest.configuration import Configuration
    from harvest.ledger import verify as verify_ledger
    from harvest.ledger.outside.roots import read_roots
    from harvest.ledger.policy_file import read_policy

    if against is not None:
        given_checkpoint(against, "--against")
    for repository in git:
        _must_be_repository(repository)
    configuration = Configuration.load()
    verified = partial(
        verify_ledger,
        state=configuration.state_dir,
        against=against,
        progress=progress,
        depth=depth,
        policy=read_policy(policy) if policy else None,
        repositories=git,
        roots=read_roots(tsa_roots or configuration.tsa_roots),
    )
    if is_file(ledger):
        return verified(Path(ledger))
    return verified(ledger_of(ledger, configuration), origin=configuration.ledger_origin(ledger))


def _must_be_repository(path: Path) -> None:
    """Lets git say so, by asking for the heads of no origin; where there is no git, the report says that."""
    from harvest.errors import UsageError
    from harvest.ledger.outside.git import GitFailed, tagged_heads

    try:
        tagged_heads(path, "")
    except GitFailed as error:
        if error.__cause__ is None:
            raise UsageError(f"{error.message}, for --git") from None


def _depth(*, deep: bool, quick: bool) -> "Depth":
    from harvest.errors import UsageError
    from harvest.ledger import Depth

    if deep and quick:
        raise UsageError("expected --deep or --quick, got both")
    return Depth.DEEP if deep else Depth.QUICK if quick else Depth.FAST


def _progress() -> Callable[[int, int], None] | None:
    """On a terminal, after a second: a line that overwrites itself."""
    if not sys.stderr.isatty():
        return None
    begun = time.monotonic()

    def tell(read: int, size: int) -> None:
        if time.monotonic() - begun >= PATIENCE:
            sys.stderr.write(f"\rverifying: {100 * read // max(size, 1)} %\033[K\r")
            sys.stderr.flush()

    return tell
