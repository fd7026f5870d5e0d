"""Healthy ledgers at random: Harvest writes them, all types of entries in any order in which they may come."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from random import Random
from shutil import rmtree
from unittest.mock import patch
from uuid import UUID

from harvest.ledger import Ledger, StateFolder
from tests.tools.book import ORIGIN, Key
from tests.tools.files import Files
from tests.torture.bodies import START, TOPIC
from tests.torture.happenings import Happenings


class Chronicle:
    """One ledger that grows by what may happen to it.

    Args:
        folder: the data folder, in which `ledgers`, `content`, `archive` and `state` come to lie.
        chance: all that is random; the same seed gives the same bytes.
    """

    def __init__(self, folder: Path, chance: Random) -> None:
        self.folder = folder
        self.path = folder / "ledgers" / f"{TOPIC}.jsonl"
        self.keys: list[Key] = []
        self._chance = chance
        self._state = StateFolder(folder / "state")
        self._happenings = Happenings(folder, chance)
        self._runs = count(1)
        self._now = START

    def grow(self, steps: int) -> None:
        """So many runs and other events, the first a crawl."""
        for step in range(steps):
            kind = (
                self._chance.choices(("run", "rotate", "adopt", "torn", "back"), (8, 1, 1, 1, 1))[0] if step else "run"
            )
            {"run": self._run, "rotate": self._rotate, "adopt": self._adopt, "torn": self._tear, "back": self._go_back}[
                kind
            ]()
            self._remember_key()

    def files(self) -> Files:
        """All that lies there now."""
        heads = {name: self.path.with_suffix(f".{name}") for name in ("checkpoint", "checkpoints")}
        return Files(
            ledger=self.path.read_bytes(),
            checkpoint=heads["checkpoint"].read_bytes(),
            history=heads["checkpoints"].read_bytes(),
            head=self._state.head(ORIGIN),
            against=None,
            keys=tuple(self.keys),
            content=_contents(self.folder / "content" / TOPIC),
            archive=_contents(self.folder / "archive"),
        )

    def _run(self) -> None:
        """A crawl, a reclassification or something by hand; seldom killed, or ended without a signed head."""
        with self._open() as ledger:
            self._happenings.run(ledger)
            if self._chance.random() < 0.85:
                ledger.seal()

    def _rotate(self) -> None:
        with self._open() as ledger:
            ledger.rotate()

    def _adopt(self) -> None:
        """The kept head is lost, or the key with it."""
        if self._chance.random() < 0.5:
            rmtree(self._state.path)
        else:
            next(self._state.path.glob("*/head")).unlink()
        about = {"origin": ORIGIN, "topic": TOPIC, "run": self._new_run(), "reason": "lost"}
        Ledger.adopt(self.path, keys=self._state, clock=self._clock, **about)

    def _tear(self) -> None:
        """A writer is killed in the middle of a line; the next one recovers."""
        torn = self._chance.choice((b'{"body":{"a', b"\x00\x00\x00", b'{"body":{},"prev":"', b"\n"))
        with self.path.open("ab") as ledger:
            ledger.write(torn)
        self._run()

    def _go_back(self) -> None:
        """The clock is set back."""
        self._now -= timedelta(hours=self._chance.randint(1, 100))
        self._run()

    def _open(self) -> Ledger:
        return Ledger.open(
            self.path,
            keys=self._state,
            origin=ORIGIN,
            topic=TOPIC,
            clock=self._clock,
            run=self._new_run(),
            created_by="harvest 0.1.0",
            genesis={},
            fold=self._happenings.begin(),
        )

    def _remember_key(self) -> None:
        key = Key(seed=next(self._state.path.glob("*/key")).read_bytes())
        if key not in self.keys:
            self.keys.append(key)

    def _clock(self) -> datetime:
        self._now += timedelta(milliseconds=self._chance.choice((0, 1, 700)))
        return self._now

    def _new_run(self) -> str:
        return f"01J{next(self._runs):023d}"


@contextmanager
def drawn(chance: Random) -> Iterator[None]:
    """What Harvest draws at random is drawn from here; nothing waits for the disk."""
    with (
        patch.object(secrets, "token_bytes", chance.randbytes),
        patch.object(secrets, "token_hex", lambda length: chance.randbytes(length).hex()),
        patch("harvest.archive.record.uuid4", lambda: UUID(bytes=chance.randbytes(16), version=4)),
        patch.object(os, "fsync", lambda _: None),
    ):
        yield


def healthy(folder: Path, seed: int, *, most: int = 7) -> Files:
    """The healthy ledger of a seed, grown in so many steps at most; the folder is emptied first."""
    rmtree(folder, ignore_errors=True)
    chance = Random(seed)
    with drawn(chance):
        chronicle = Chronicle(folder, chance)
        chronicle.grow(chance.randint(1, most))
        return chronicle.files()


def _contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())} if folder.is_dir() else {}
