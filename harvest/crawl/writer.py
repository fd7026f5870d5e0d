"""The way from the event loop to the ledger: records queue up, a thread appends them in groups, each is acknowledged.

Group commit by itself: while one group is being synced, the next collects.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any, Final, TypeVar

from harvest.accounting import Account
from harvest.catalogue import Catalogue
from harvest.entries import as_it_stands
from harvest.erasable import parted_event
from harvest.errors import HarvestError, LedgerError
from harvest.ledger import Batch, ContentStore, Ledger, LineRefused, Persons
from harvest.model import Key, Record
from harvest.settlement import Absence, Settlement, settle, settle_absent
from harvest.stages import Judged

logger = logging.getLogger(__name__)

Body = dict[str, Any]
T = TypeVar("T")

GROUP: Final = 1_000
"""Records that one append covers at most (ledger format 1, "Writing")."""
ROOM: Final = 2_000
"""Records that may wait before the spider is held back."""
SIGN_AFTER: Final = 60.0
"""Seconds after which an entry stands under a signed head, also where no other follows (ledger format 1)."""


class Writer:
    """Settles records against the catalogue and appends what they cause, in the order submitted."""

    def __init__(
        self,
        ledger: Ledger,
        catalogue: Catalogue,
        account: Account,
        *,
        provider: str,
        persons: Persons,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.trouble: HarvestError | None = None
        """The error that ended writing; every later call raises it again."""
        self._ledger = ledger
        self._catalogue = catalogue
        self._account = account
        self._provider = provider
        self._persons = persons
        self._content = ContentStore.beside(ledger.path)
        self._waiting: list[tuple[Judged, asyncio.Future[Settlement]]] = []
        self._appending: asyncio.Task[None] | None = None
        self._threads: set[asyncio.Task[Any]] = set()
        self._sleep = sleep
        self._signing: asyncio.Task[None] | None = None
        self._signed = 0

    def write(self, kind: str, body: Body) -> int:
        """Append one entry at once; durable when this returns. Returns its number.

        Raises:
            LedgerError: it could not be appended.
        """
        with self._guard(), self._ledger.batch() as batch:
            return batch.append(kind, body)

    def finish(self, body: Body) -> None:
        """Append `run-finished`, with the number of entries of this run that are durable.

        Raises:
            LedgerError: it could not be appended.
        """
        with self._guard(), self._ledger.batch() as batch:
            batch.append("run-finished", body | {"acknowledged": batch.acknowledged()})

    async def note(self, kind: str, body: Body) -> int:
        """As `write`, without holding up the event loop."""
        return await self._in_thread(partial(self.write, kind, body))

    async def catch_up(self) -> None:
        """Take in what other runs have appended meanwhile."""
        await self.locked(lambda *_: None)

    async def locked(self, work: Callable[[Catalogue, Batch], T]) -> T:
        """Run `work` under the append lock, with a catalogue that has just taken in what others wrote.

        What it appends is durable when this returns; booking it is the caller's.
        """
        return await self._in_thread(partial(self._locked, work))

    def _locked(self, work: Callable[[Catalogue, Batch], T]) -> T:
        with self._guard(), self._ledger.batch() as batch:
            return work(self._catalogue, batch)

    async def submit(self, judged: Judged) -> Settlement:
        """Hand over a judged record; returns when its entries are durable and it is booked."""
        if self.trouble:
            raise self.trouble
        future: asyncio.Future[Settlement] = asyncio.get_running_loop().create_future()
        self._waiting.append((judged, future))
        if self._appending is None or self._appending.done():
            self._appending = asyncio.create_task(self._append_waiting())
        return await future

    async def absent(self, keys: Sequence[Key], why: Absence) -> None:
        """Settle ids that were found and did not come."""
        await self._in_thread(partial(self.write_absent, keys, why))

    def write_absent(self, keys: Sequence[Key], why: Absence) -> None:
        """As `absent`, at once."""
        if not keys:
            return
        with self._guard():
            with self._ledger.batch() as batch:
                settlements, order = settle_absent(keys, why, self._catalogue, provider=self._provider)
                for settlement in settlements:
                    _append(batch, settlement)
            self._book(order, settlements)

    async def room(self) -> None:
        """Wait until the ledger has caught up, so that a crawl never holds an unbounded queue."""
        while len(self._waiting) > ROOM and self._appending and not self._appending.done():
            await asyncio.shield(self._appending)

    def sign_meanwhile(self) -> None:
        """Until `quiet`, sign the head after each minute that brought entries: a spider may wait for hours."""
        self._signing = asyncio.create_task(self._sign_meanwhile())

    async def _sign_meanwhile(self) -> None:
        with suppress(HarvestError):  # it is the `trouble` that the next call raises
            while True:
                await self._sleep(SIGN_AFTER)
                await self._in_thread(self._sign)

    def _sign(self) -> None:
        """Sign, if the catalogue has taken in entries since; it counts every one, those that it passes over, too."""
        with self._guard():
            if self._catalogue.types.total() > self._signed:
                self._signed = self._ledger.seal().size

    async def quiet(self) -> None:
        """Wait for what a cancelled caller left behind in a thread; only then may the books be closed."""
        if self._signing:
            self._signing.cancel()
            await asyncio.wait([self._signing])
        while self._threads:
            await asyncio.wait(self._threads)

    async def _in_thread(self, write: Callable[[], T]) -> T:
        task = asyncio.create_task(asyncio.to_thread(write))
        self._threads.add(task)
        task.add_done_callback(self._threads.discard)
        return await asyncio.shield(task)

    async def _append_waiting(self) -> None:
        await asyncio.sleep(0)  # the other records of this answer arrive in the same turn of the loop
        while self._waiting:
            group, self._waiting = self._waiting[:GROUP], self._waiting[GROUP:]
            records = [judged for judged, _ in group]
            try:
                settlements = await asyncio.to_thread(self._append_group, records)
            except HarvestError as error:
                self._refuse([future for _, future in (*group, *self._waiting)], error)
                return
            for (_, future), settlement in zip(group, settlements, strict=True):
                if not future.done():
                    future.set_result(settlement)

    def _append_group(self, records: Sequence[Judged]) -> tuple[Settlement, ...]:
        with self._guard():
            with self._ledger.batch() as batch:
                settlements = tuple(self._append_one(judged, batch) for judged in records)
            self._book([judged.found.record.key for judged in records], settlements)
        return settlements

    def _append_one(self, judged: Judged, batch: Batch) -> Settlement:
        """Settle one record; one that no line can hold fails alone."""
        record = judged.found.record
        settlement = settle(judged, self._catalogue, content=self._texts(record) if record.erasable else None)
        try:
            if record.erasable:
                self._append_parted(batch, settlement, judged)
            else:
                _append(batch, settlement)
        except LineRefused as error:
            why = Absence("unwritable", expected=error.expected, got=error.found, answered=False)
            (settlement,), _ = settle_absent([judged.found.record.key], why, self._catalogue, provider=self._provider)
            _append(batch, settlement)
        return settlement

    def _texts(self, record: Record) -> Mapping[str, Any] | None:
        """What the ledger holds of a record's text beside the lines."""
        settled = self._catalogue.settled.get(record.key)
        reference = settled.body.get("content") if settled else None
        return self._content.get(str(reference["commitment"])) if reference else None

    def _append_parted(self, batch: Batch, settlement: Settlement, judged: Judged) -> None:
        """Append what a record caused; its words go beside the ledger ("Erasable content")."""
        record = judged.found.record
        if not settlement.entries:
            return
        person = self._persons.hash(record.provider, record.writer) if record.writer else ""
        whole = as_it_stands(judged)
        for kind, body in settlement.entries:
            line, content = parted_event(body, whole, person=person)
            batch.append(kind, line, content=content or None)

    def _refuse(self, futures: Sequence[asyncio.Future[Settlement]], error: HarvestError) -> None:
        self._waiting = []
        for future in futures:
            if not future.done():
                future.set_exception(error)

    def _book(self, keys: Sequence[Key], settlements: Sequence[Settlement]) -> None:
        for key, settlement in zip(keys, settlements, strict=True):
            self._account.settle(key, settlement.outcome, changed=settlement.changed)

    @contextmanager
    def _guard(self) -> Iterator[None]:
        """After one failed append nothing more is written: what stands on disk is not known."""
        if self.trouble:
            raise self.trouble
        try:
            yield
        except HarvestError as error:
            self.trouble = error
            raise
        except Exception as error:
            logger.exception("a fault of the program ended writing")
            fault = f"expected to settle what was found, got an internal error ({type(error).__name__})"
            self.trouble = LedgerError(fault, hint="please report it with the lines above; nothing written is lost")
            raise self.trouble from error


def _append(batch: Batch, settlement: Settlement) -> None:
    for kind, body in settlement.entries:
        batch.append(kind, body)
