"""A ledger against a list: whatever several writers do to one file, in any order, it holds what the list holds.

The list has what was acknowledged. Entries of the ledger's own (`recovered`, `clock-regressed`, …) come between, each
only where something happened that calls for it.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from harvest.errors import HarvestError
from harvest.ledger import REASONS, ContentStore, Depth, Entry, Index, Ledger, StateFolder, entries, prove, verify
from harvest.ledger.checkpoint import read_checkpoint
from harvest.ledger.note import Verifier
from harvest.ledger.store import Store
from tests.tools.book import ORIGIN
from tests.torture.bodies import START, TOPIC
from tests.torture.scale import said, scaled

OWN = frozenset({"ledger", "recovered", "clock-regressed", "key-rotated", "adopted", "redaction"})
WRITERS = ("one", "two", "three")
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
BODIES = st.dictionaries(
    st.from_regex(r"[a-z0-9_]{1,6}", fullmatch=True).filter(lambda name: name != "content"),
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | TEXTS | st.lists(TEXTS, max_size=2),
    max_size=3,
)
TORN = st.sampled_from([b"\n", b"{", b'{"body":{}}\n', b"\x00" * 9, b"\xff\n{}\n", b'{"body":{"a":1},"prev":"0'])


class Killed(BaseException):
    """The writer goes away in the middle of a block."""


@dataclass
class Writer:
    """One process's view, and the entries that it folded.

    Attributes:
        signed: entries under the newest head that it signed itself.
        ahead: that head is of a time that the clock did not reach yet: the next one is due.
    """

    ledger: Ledger
    folded: list[Entry] = field(default_factory=list)
    signed: int = 0
    ahead: bool = False


class LedgerAgainstList(RuleBasedStateMachine):
    """The file, its writers, and what must be in it."""

    steps = 0

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory(prefix="harvest-", dir="/dev/shm" if Path("/dev/shm").is_dir() else None)  # noqa: S108
        self.path = Path(self.folder.name) / "ledgers" / f"{TOPIC}.jsonl"
        self.keys = StateFolder(Path(self.folder.name) / "state")
        self.now = START
        self.runs = 0
        self.writers: dict[str, Writer] = {}
        self.listed: list[tuple[str, dict[str, Any]]] = []
        self.contents: dict[int, dict[str, Any] | None] = {}
        self.signed = 0
        self.torn = False
        self.calls: set[str] = set()

    def teardown(self) -> None:
        for writer in self.writers.values():
            writer.ledger.close()
        self.folder.cleanup()

    def clock(self) -> datetime:
        self.now += timedelta(milliseconds=1)
        return self.now

    def run_id(self) -> str:
        self.runs += 1
        return f"01J{self.runs:023d}"

    def stored(self) -> list[Entry]:
        return list(entries(self.path))

    def writer(self, name: str) -> Writer:
        if name not in self.writers:
            self.opens(name)
        return self.writers[name]

    def touched(self, name: str) -> Writer:
        """A writer that is about to take in what the file holds: it recovers what is torn, and says so."""
        writer = self.writer(name)
        if self.torn:
            self.calls.add("recovered")
        self.torn = False
        return writer

    def signs(self, writer: Writer) -> None:
        self.signed = writer.signed = len(self.stored())
        writer.ahead = False

    def ends_a_batch(self, writer: Writer) -> None:
        """So few entries are written so soon that no head is due unless the clock was set back."""
        if writer.ahead and len(self.stored()) > writer.signed:
            self.signs(writer)

    # --- what may happen ------------------------------------------------------------------------------------------

    @rule(name=st.sampled_from(WRITERS))
    def opens(self, name: str) -> None:
        """A writer begins, or begins anew without having closed anything."""
        if name in self.writers:
            self.writers.pop(name).ledger.close()
        began, folded = not self.path.exists(), list[Entry]()
        about = {"keys": self.keys, "origin": ORIGIN, "topic": TOPIC, "clock": self.clock, "run": self.run_id()}
        ledger = Ledger.open(self.path, **about, created_by="harvest 0.1.0", genesis={}, fold=folded.append)
        self.writers[name] = Writer(ledger, folded, signed=1 if began else 0)
        if self.torn:
            self.calls.add("recovered")
        self.torn = False
        self.signed = 1 if began else self.signed

    @rule(name=st.sampled_from(WRITERS), bodies=st.lists(BODIES, max_size=4))
    def appends(self, name: str, bodies: list[dict[str, Any]]) -> None:
        writer = self.touched(name)
        with writer.ledger.batch() as batch:
            numbers = [self.listed.append(("question", body)) or batch.append("question", body) for body in bodies]
        self.ends_a_batch(writer)
        assert numbers == sorted(set(numbers))
        assert [self.stored()[number].body for number in numbers] == bodies

    @rule(name=st.sampled_from(WRITERS), bodies=st.lists(BODIES, min_size=1, max_size=3))
    def is_stopped_in_a_block(self, name: str, bodies: list[dict[str, Any]]) -> None:
        """What the block appended before it broke is written all the same."""
        with suppress(Killed), self.touched(name).ledger.batch() as batch:
            for body in bodies:
                batch.append("answer", body)
                self.listed.append(("answer", body))
            raise Killed

    @rule(name=st.sampled_from(WRITERS), fields=st.dictionaries(st.just("text"), TEXTS, min_size=1))
    def appends_content(self, name: str, fields: dict[str, Any]) -> None:
        writer = self.touched(name)
        with writer.ledger.batch() as batch:
            seq = batch.append("pasted", {"provider": "pasted"}, content=fields)
        self.ends_a_batch(writer)
        entry = self.stored()[seq]
        self.listed.append(("pasted", entry.body))
        self.contents[seq] = fields
        assert entry.body["content"]["fields"] == ["text"]

    @precondition(lambda self: self.contents)
    @rule(name=st.sampled_from(WRITERS), data=st.data())
    def redacts(self, name: str, data: st.DataObject) -> None:
        writer = self.touched(name)
        seqs = data.draw(st.lists(st.sampled_from(sorted(self.contents)), min_size=1, max_size=2, unique=True))
        fresh = sorted(seq for seq in seqs if self.contents[seq] is not None)
        assert list(writer.ledger.redact(seqs, data.draw(st.sampled_from(sorted(REASONS))))) == fresh
        self.contents |= dict.fromkeys(seqs)
        if fresh:
            self.signs(writer)

    @rule(name=st.sampled_from(WRITERS))
    def seals(self, name: str) -> None:
        writer = self.touched(name)
        head = writer.ledger.seal()
        self.signs(writer)
        assert head.size == self.signed

    @rule(name=st.sampled_from(WRITERS))
    def rotates(self, name: str) -> None:
        writer = self.touched(name)
        self.calls.add("key-rotated")
        assert writer.ledger.rotate().size == len(self.stored())
        self.signs(writer)

    @precondition(lambda self: self.path.exists() and not self.torn)
    @rule(whole=st.booleans())
    def loses_its_state(self, *, whole: bool) -> None:
        """All writers are gone, and the kept head with them, or the key, too: somebody adopts."""
        for name in list(self.writers):
            self.writers.pop(name).ledger.close()
        (head,) = self.keys.path.glob("*/head")
        head.unlink()
        if whole:
            head.with_name("key").unlink()
        self.calls.add("adopted")
        about = {"origin": ORIGIN, "topic": TOPIC, "clock": self.clock, "run": self.run_id(), "reason": "lost"}
        self.signed = Ledger.adopt(self.path, keys=self.keys, **about).size

    @precondition(lambda self: self.path.exists())
    @rule(torn=TORN)
    def is_torn(self, torn: bytes) -> None:
        """A writer that we do not see dies while it writes."""
        with self.path.open("ab") as ledger:
            ledger.write(torn)
        self.torn = True

    @rule(hours=st.integers(1, 50))
    def has_its_clock_set_back(self, hours: int) -> None:
        self.now -= timedelta(hours=hours)
        self.calls.add("clock-regressed")
        for writer in self.writers.values():
            writer.ahead = True

    # --- what must hold then --------------------------------------------------------------------------------------

    @precondition(lambda self: self.path.exists() and not self.torn)
    @invariant()
    def the_file_holds_what_the_list_holds(self) -> None:
        stored = self.stored()
        assert [(entry.type, entry.body) for entry in stored if entry.type not in OWN] == self.listed
        own = {entry.type for entry in stored} & OWN
        assert own - {"ledger", "redaction"} <= self.calls
        redacted = [entry.body["seq"] for entry in stored if entry.type == "redaction"]
        assert sorted(redacted) == sorted(seq for seq, fields in self.contents.items() if fields is None)
        for writer in self.writers.values():
            assert writer.folded == stored[: len(writer.folded)]

    @precondition(lambda self: self.path.exists())
    @invariant()
    def verification_says_so(self) -> None:
        for depth in Depth:
            report = verify(self.path, state=self.keys.path, depth=depth, processes=1)
            if self.torn:
                assert (report.exit_code, report.first_divergence is None) == (1, False)
                continue
            size = len(self.stored())
            assert (report.first_divergence, report.entries, report.sealed) == (None, size, self.signed)
            assert report.exit_code == (2 if self.signed < size else 0)
            assert not (depth is Depth.DEEP and report.contradictions)

    @precondition(lambda self: self.path.exists() and not self.torn)
    @invariant()
    def every_line_under_the_head_can_be_proved(self) -> None:
        head = self.keys.head(ORIGIN)
        assert head
        checkpoint, _ = read_checkpoint(head)
        lines = self.path.read_bytes().splitlines(keepends=True)
        verifier = Verifier.parse(verify(self.path, state=None).vkey)
        for seq in {0, checkpoint.size // 2, checkpoint.size - 1} if checkpoint.size else ():
            prove(self.path, seq, head).check(lines[seq], verifier)
        with Index.open(self.path) as index:
            assert [index.at(seq).entry.seq for seq in range(0, len(lines), 5)] == list(range(0, len(lines), 5))

    @precondition(lambda self: self.path.exists() and not self.torn)
    @invariant()
    def content_is_there_until_it_is_redacted(self) -> None:
        store, stored = ContentStore.beside(self.path), self.stored()
        for seq, fields in self.contents.items():
            assert store.get(stored[seq].body["content"]["commitment"]) == fields
        type(self).steps += 1


def explore(examples: int, steps: int, *, deterministic: bool = True) -> None:
    run_state_machine_as_test(
        LedgerAgainstList,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            derandomize=deterministic,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.fixture(autouse=True)
def _unsynced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", lambda _: None)


def test_a_ledger_does_what_a_list_does() -> None:
    LedgerAgainstList.steps = 0
    explore(scaled(6, 1_000), scaled(12, 60), deterministic=scaled(1, 0) == 1)
    said(f"a ledger against a list: {LedgerAgainstList.steps} steps, no difference")
    assert LedgerAgainstList.steps > 20


@contextmanager
def broken(owner: type, name: str, instead: Callable[..., Any]) -> Iterator[None]:
    with patch.object(owner, name, instead):
        yield


def _loses_every_fifth(store: Store, block: bytes, *, at: int, _count: list[int], _append: Callable[..., None]) -> None:
    _count.append(at)
    if len(_count) % 5:
        _append(store, block, at=at)


@pytest.mark.parametrize("fault", ["loses a batch", "erases nothing", "leaves a torn tail", "signs too much"])
def test_a_broken_ledger_is_told_from_a_list(fault: str) -> None:
    """Negative controls."""
    lossy = partial(_loses_every_fifth, _count=[], _append=Store.append)
    faults: dict[str, tuple[type, str, Callable[..., Any]]] = {
        "loses a batch": (Store, "append", lambda store, block, *, at: lossy(store, block, at=at)),
        "erases nothing": (ContentStore, "erase", lambda *_: None),
        "leaves a torn tail": (Store, "cut", lambda *_: None),
        "signs too much": (Ledger, "seal", Ledger.rotate),
    }
    with broken(*faults[fault]), pytest.raises((AssertionError, LookupError, HarvestError, ExceptionGroup)):
        explore(30, 15)
