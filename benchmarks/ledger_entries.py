"""Ledgers to measure with: lines of 1 KB that look like the sources of a crawl, and whole ledgers of them, quickly."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import orjson

from harvest.ledger import Checkpoint, Clock, Entry, Ledger, StateFolder
from harvest.ledger.entry import stamp
from harvest.ledger.leaf import leaf
from harvest.ledger.merkle import Frontier

LINE: Final = 1_024
"""Bytes of a line with its LF, in a ledger of millions; a few less in a shorter one."""
ORIGIN: Final = "example.org/evidence/measured"
TOPIC: Final = "measured"
RUN: Final = "01J00000000000000000000001"
START: Final = datetime(2026, 11, 21, 19, 6, tzinfo=UTC)
HEAD: Final = 3
"""Entries before the first source: genesis, run and search."""
_ENVELOPE: Final = 192
"""Bytes of a line beside its body, with a `seq` of seven digits."""
_SENTENCES: Final = (
    "METHODS: Forty male rats were given the peptide or saline into the nose for 14 days and kept under mild stress. "
    "RESULTS: Семакс raised BDNF in the hippocampus (p < 0.05) and did not change the density of the transporter. "
) * 8


def source(number: int) -> dict[str, Any]:
    """The body of the source `s<number>`, always of the same size."""
    key = f"pmid:{40_000_000 + number}"
    body = {
        "abstract": "",
        "authors": ["Radchenko A", "Dolotov OV"],
        "authors_total": 2,
        "basis": "abstract",
        "claims": [],
        "date": {"precision": "month", "raw": "2025 Oct", "value": "2025-10"},
        "design": "animal",
        "evidence": "preclinical",
        "flags": [],
        "harms": "not-reported",
        "journal": "Acta Naturae",
        "key": key,
        "keys": [key],
        "language": ["eng"],
        "needs_review": False,
        "outcome": "not-reported",
        "probability": 950_000,
        "provider": "pubmed",
        "query": 2,
        "reasons": [{"end": 17, "field": "title", "rule": "screen.compound-in-title", "start": 12, "text": "Semax"}],
        "screening": "compound-only",
        "sid": f"s{number}",
        "tier": 5,
        "title": f"The peptide Semax and the serotonin transporter, part {number:08}",
        "year": 2025,
    }
    rest = LINE - _ENVELOPE - len(orjson.dumps(body))
    abstract = _SENTENCES.encode()[:rest].decode(errors="ignore")
    return body | {"abstract": abstract + "." * (rest - len(abstract.encode()))}


@dataclass(frozen=True, slots=True)
class Place:
    """Where one ledger and its state lie."""

    folder: Path

    @property
    def path(self) -> Path:
        """The ledger."""
        return self.folder / "ledgers" / f"{TOPIC}.jsonl"

    @property
    def state(self) -> Path:
        """The state folder."""
        return self.folder / "state"

    def opened(self, clock: Clock = lambda: datetime.now(UTC)) -> Ledger:
        """The ledger, for writing; what it folds goes nowhere."""
        return Ledger.open(
            self.path,
            keys=StateFolder(self.state),
            origin=ORIGIN,
            topic=TOPIC,
            clock=clock,
            run=RUN,
            created_by="a benchmark",
            genesis={},
            fold=_nowhere,
        )


def generated(folder: Path, entries: int) -> Place:
    """A sealed ledger of one run with that many entries, as a writer would leave it, without its syncs.

    It is made once for a folder and a number; a later call finds it there.
    """
    place, making = Place(folder / f"ledger-{entries}"), Place(folder / f"making-{entries}")
    if place.path.exists():
        return place
    shutil.rmtree(making.folder, ignore_errors=True)
    with making.opened(lambda: START):
        genesis = making.path.read_bytes()
    tree = Frontier()
    tree.append(leaf(genesis))
    with making.path.open("ab", buffering=1 << 20) as stream:
        stream.writelines(_lines(tree, leaf(genesis), entries - HEAD - 1))
    _keep_head(making, tree)
    making.folder.rename(place.folder)
    return place


def _lines(tree: Frontier, prev: bytes, sources: int) -> Iterator[bytes]:
    """The lines of a run after the genesis, each linked to the one before; the tree grows with them."""
    for seq, (kind, body) in enumerate(_events(sources), start=1):
        time = stamp(START + timedelta(microseconds=seq))
        line = {"body": body, "prev": prev.hex(), "run": RUN, "seq": seq, "time": time, "type": kind, "v": 1}
        raw = orjson.dumps(line, option=orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE)
        prev = leaf(raw)
        tree.append(prev)
        yield raw


def _events(sources: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """Types and bodies of one run."""
    yield "run-started", {"spider": "pubmed", "topic": TOPIC, "topic_sha256": "0" * 64}
    yield "search", {"outcome": "complete", "provider": "pubmed", "query": "semax", "stated_total": sources}
    for number in range(1, sources + 1):
        yield "source", source(number)
    yield "run-finished", {"providers": {"pubmed": {"found": sources, "included": sources, "outcome": "complete"}}}


def _keep_head(place: Place, tree: Frontier) -> None:
    """Signs the head and puts it wherever a seal does."""
    keys = StateFolder(place.state)
    signer = keys.signer(ORIGIN)
    assert signer is not None  # noqa: S101  # it was made when the ledger was begun
    note = Checkpoint(ORIGIN, tree.size, tree.root()).sign(signer)
    with place.path.with_suffix(".checkpoints").open("ab") as history:
        history.write(note)
    keys.keep(ORIGIN, note)
    place.path.with_suffix(".checkpoint").write_bytes(note)


def _nowhere(_: Entry) -> None:
    """A fold that keeps nothing."""
