"""Ledgers that Harvest itself wrote, to be damaged: grown, interrupted, with a new key, adopted."""

import secrets
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from random import Random
from shutil import rmtree
from unittest.mock import patch

from harvest.ledger import Ledger, StateFolder
from tests.tools.book import ORIGIN, Key, Shelf
from tests.tools.files import Files

TOPIC = "semax-ssri"
START = datetime(2026, 11, 21, 19, 6, tzinfo=UTC)


class Writer:
    """Harvest, writing to one shelf by a clock that ticks."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._runs = count(1)
        self._ticks = count()
        self.keys: list[Key] = []

    def open(self) -> Ledger:
        return Ledger.open(
            self._shelf.ledger,
            keys=StateFolder(self._shelf.state),
            origin=ORIGIN,
            topic=TOPIC,
            clock=self._clock,
            run=self._run(),
            created_by="harvest 0.1.0",
            genesis={"topic": TOPIC},
            fold=lambda entry: None,
        )

    def crawl(self, *, sources: int = 3, finish: bool = True, seal: bool = True) -> None:
        with self.open() as ledger:
            with ledger.batch() as batch:
                batch.append("run-started", {"spider": "pubmed", "topic": TOPIC})
                for number in range(sources):
                    title = f'Семакс ≥ {number} "BDNF" \\ 1.5 \U0001f9ea'
                    batch.append("source", {"sid": f"s{number}", "key": f"pmid:{number}", "title": title, "tier": 4})
            if finish:
                with ledger.batch() as batch:
                    counts = {"found": sources + 2, "included": sources, "excluded": 1, "known": 1, "changed": 1}
                    batch.append("run-finished", {"providers": {"pubmed": counts}})
            if seal:
                ledger.seal()
        self._remember_key()

    def rotate(self) -> None:
        with self.open() as ledger:
            ledger.rotate()
        self._remember_key()

    def adopt(self) -> None:
        rmtree(self._shelf.state)
        about = {"origin": ORIGIN, "topic": TOPIC, "run": self._run(), "reason": "the state folder is gone"}
        Ledger.adopt(self._shelf.ledger, keys=StateFolder(self._shelf.state), clock=self._clock, **about)
        self._remember_key()

    def files(self, *, against: bytes | None = None) -> Files:
        shelf = self._shelf
        return Files(
            ledger=shelf.ledger.read_bytes(),
            checkpoint=shelf.checkpoint.read_bytes(),
            history=shelf.history.read_bytes(),
            head=shelf.head.read_bytes(),
            against=against,
            keys=tuple(self.keys),
        )

    def _remember_key(self) -> None:
        seed = (self._shelf.head.parent / "key").read_bytes()
        if all(key.seed != seed for key in self.keys):
            self.keys.append(Key(seed=seed))

    def _clock(self) -> datetime:
        return START + timedelta(milliseconds=next(self._ticks))

    def _run(self) -> str:
        return f"01J{next(self._runs):023d}"


def _once(writer: Writer) -> Files:
    writer.crawl()
    return writer.files()


def _grown(writer: Writer) -> Files:
    writer.crawl()
    first = writer.files().checkpoint
    writer.crawl(sources=1)
    writer.crawl(sources=0)
    return writer.files(against=first)


def _interrupted(writer: Writer) -> Files:
    writer.crawl()
    writer.crawl(sources=2, finish=False, seal=False)
    return writer.files()


def _rotated(writer: Writer) -> Files:
    writer.crawl()
    first = writer.files().checkpoint
    writer.rotate()
    writer.crawl(sources=1)
    return writer.files(against=first)


def _adopted(writer: Writer) -> Files:
    writer.crawl()
    writer.adopt()
    writer.crawl(sources=1)
    return writer.files()


_MAKERS: tuple[Callable[[Writer], Files], ...] = (_once, _grown, _interrupted, _rotated, _adopted)


def shelves(folder: Path, shelf: Callable[[Path], Shelf]) -> Iterator[Files]:
    """One ledger of each kind, the same in every session: what Harvest draws at random is drawn from a seed."""
    chance = Random(20261121)
    with (
        patch.object(secrets, "token_bytes", chance.randbytes),
        patch.object(secrets, "token_hex", lambda length: chance.randbytes(length).hex()),
    ):
        for make in _MAKERS:
            place = folder / make.__name__
            place.mkdir()
            yield make(Writer(shelf(place)))
