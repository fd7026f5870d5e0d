"""`harvest key`: the key that signs a topic's heads."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from harvest.cli.ledgers import ledger_of
from harvest.cli.terminal import advise, as_json, say

if TYPE_CHECKING:
    from harvest.ledger import StateFolder, Verifier

app = typer.Typer(help="Show and change the key that signs a topic's heads.", rich_markup_mode=None)

Topic = Annotated[str, typer.Argument(metavar="TOPIC", help="The topic's slug.")]

QUORUM = re.compile(r"all|any|[1-9][0-9]*")
COPIES = (
    "a snapshot, a backup, a journal, a solid-state disk or a copy-on-write file system (btrfs, zfs) may still hold it"
)


@dataclass(frozen=True, slots=True)
class _Place:
    """Whose key, and where it and the ledger lie."""

    origin: str
    ledger: Path
    keys: "StateFolder"

    def verifier(self) -> "Verifier":
        """The public half of the key in use.

        Raises:
            HeadMissing: there is a ledger and no key.
            LedgerError: there is neither.
        """
        from harvest.errors import HeadMissing, LedgerError

        verifier = self.keys.vouching(self.origin)
        if verifier is not None:
            return verifier
        expected = f"expected a key of {self.origin} in {self.keys.path}, got none"
        if self.ledger.exists():
            raise HeadMissing(expected, hint=f"put the state folder back, or run `harvest adopt {self.ledger.stem}`")
        raise LedgerError(expected, hint=f"the first `harvest crawl {self.ledger.stem}` makes one")


@app.command("show")
def show(
    topic: Topic, *, json: Annotated[bool, typer.Option("--json", help="Say it as one JSON object.")] = False
) -> int:
    """Show the public key, and where the secret seed lies.

    The seed itself is never shown.
    """
    place = _place(topic)
    verifier = place.verifier()
    head = _head(place)
    shown: dict[str, object] = {
        "topic": topic,
        "origin": place.origin,
        "vkey": str(verifier),
        "key_id": verifier.key_id.hex(),
        "seed": str(place.keys.seed(place.origin)),
        "head": head,
        "rotation": "begun" if place.keys.next_signer(place.origin) else "none",
    }
    if json:
        as_json(shown)
        return 0
    signed_by = "this key" if head and head["signed_by_this_key"] else "an earlier key"
    shown["head"] = f"{head['size']} entries, signed by {signed_by}" if head else "none kept"
    if shown["rotation"] == "begun":
        shown["rotation"] = f"begun and not ended: `harvest key rotate {topic}` ends it"
    for name, said in shown.items():
        say(f"{name.replace('_', ' '):<9} {said}")
    return 0


@app.command("policy")
def policy(
    topic: Topic,
    *,
    witness: Annotated[
        list[str] | None, typer.Option(metavar="VKEY", help="A witness' verification key; may be given more than once.")
    ] = None,
    quorum: Annotated[str, typer.Option(metavar="all|any|K", help="How many witnesses must have cosigned.")] = "all",
) -> int:
    """Print a policy file: whose signatures a head needs.

    For those who cosign heads, and for `harvest verify --policy`. Its form is that of c2sp.org/tlog-policy.
    """
    from harvest.errors import LedgerBroken, UsageError
    from harvest.ledger.cosignature import Cosigner
    from harvest.ledger.policy_file import write_policy

    verifier = _place(topic).verifier()
    try:
        cosigners = [Cosigner.parse(vkey) for vkey in witness or ()]
    except LedgerBroken as error:
        raise UsageError(f"{error.message} for --witness") from None
    if not QUORUM.fullmatch(quorum):
        raise UsageError(f"expected all, any or a number from 1 for --quorum, got {quorum!r}")
    if not cosigners and quorum != "all":
        raise UsageError(f"expected witnesses for --quorum {quorum}, got none", hint="name each with --witness VKEY")
    say(write_policy(verifier, cosigners, threshold=quorum).rstrip())
    return 0


@app.command("rotate")
def rotate(topic: Topic) -> int:
    """Change to a new key that the old one vouches for.

    The old seed is overwritten and removed. Whoever names the old key in a policy, or checks proofs with it, needs the
    new one from then on.
    """
    from datetime import UTC, datetime

    from ulid import ULID

    from harvest import __version__
    from harvest.errors import LedgerMissing
    from harvest.ledger import Ledger

    place = _place(topic)
    if not place.ledger.exists():
        raise LedgerMissing(f"expected a ledger at {place.ledger}, got no file")
    with Ledger.open(
        place.ledger,
        keys=place.keys,
        origin=place.origin,
        topic=topic,
        clock=lambda: datetime.now(UTC),
        run=str(ULID()),
        created_by=f"harvest {__version__}",
        genesis={},
        fold=lambda _: None,
    ) as ledger:
        old = place.verifier()
        head = ledger.rotate()
    say(f"{topic}: key rotated, {head.size} entries signed: {old} -> {place.verifier()}")
    advise(f"the old seed is overwritten and removed; {COPIES}")
    return 0


def _place(topic: str) -> _Place:
    from harvest.configuration import Configuration
    from harvest.ledger import StateFolder

    configuration = Configuration.load()
    ledger = ledger_of(topic, configuration)
    return _Place(configuration.ledger_origin(topic), ledger, StateFolder(configuration.state_dir))


def _head(place: _Place) -> dict[str, object] | None:
    """The kept head, and whether the key in use signed it; between a rotation and its head an earlier one did."""
    from harvest.ledger.checkpoint import read_checkpoint

    raw = place.keys.head(place.origin)
    if raw is None:
        return None
    checkpoint, note = read_checkpoint(raw)
    return {"size": checkpoint.size, "signed_by_this_key": place.verifier().signed(note)}
