"""`harvest verify-proof`: does a proof hold, for somebody who does not have the ledger?"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from harvest.cli.inputs import given
from harvest.cli.terminal import as_json, plain, say

if TYPE_CHECKING:
    from harvest.ledger import Verifier


def verify_proof(
    proof: Annotated[Path, typer.Argument(metavar="FILE", help="A proof, as `harvest prove` writes it.")],
    *,
    line: Annotated[Path | None, typer.Option(metavar="FILE", help="The line that it is about.")] = None,
    since: Annotated[Path | None, typer.Option(metavar="FILE", help="The older checkpoint that it is about.")] = None,
    vkey: Annotated[
        str | None, typer.Option(metavar="VKEY", help="The verification key that you trust: name+id+key.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Say it as one JSON object.")] = False,
) -> int:
    """Check a proof without the ledger: that a line stands in it, or that a head continues an older one.

    A proof is as good as the key that it is held against. The key is not in the proof: get it from somebody you trust,
    by another way than the proof, and name it with --vkey.

    Exit codes: 0 the proof holds under that key, 1 it does not, 2 its path holds but no key was given, so that nobody
    vouches for it, 3 no proof or no checkpoint, 64 a file that cannot be read or another wrong argument.
    """
    from harvest.errors import UsageError
    from harvest.ledger.shown import continuation_shown, line_shown

    trusted = _trusted(vkey)
    if line is not None and since is None:
        shown = line_shown(given(proof), given(line), trusted)
    elif line is None and since is not None:
        shown = continuation_shown(given(proof), given(since), trusted)
    else:
        got = "neither" if line is None else "both"
        raise UsageError(f"expected --line FILE or --since CHECKPOINT, got {got}", hint="harvest verify-proof --help")
    code = int(shown.standing)
    if json:
        as_json({"standing": shown.standing.name.lower(), "exit_code": code, "said": list(shown.said)})
        return code
    first, *rest = shown.said
    for one in (f"{_SAID[code]}: {first}", *rest):
        say(plain(one))
    return code


_SAID = ("holds", "BROKEN", "not vouched for")
"""Each standing in words, by its exit code."""


def _trusted(vkey: str | None) -> "Verifier | None":
    from harvest.errors import LedgerBroken, UsageError
    from harvest.ledger import Verifier

    if vkey is None:
        return None
    hint = "a verification key is name+id+key, as `harvest verify --json` says it"
    try:
        return Verifier.parse(vkey)
    except LedgerBroken as error:
        raise UsageError(error.message, hint=hint) from None
    except UnicodeEncodeError:  # an argument's bytes that are no UTF-8 come as halves of surrogate pairs
        raise UsageError(f"expected a verification key in UTF-8, got {vkey[:120]!a}", hint=hint) from None
