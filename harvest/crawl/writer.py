"""The way from the event loop to the ledger: records queue up, a thread appends them in groups, each is acknowledged.

Group commit by itself: while one group is being synced, the next collects.
"""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

from harvest.accounting import Account
from harvest.catalogue import Catalogue
from harvest.errors import HarvestError
from harvest.ledger import Batch, Ledger
from harvest.model import Key
from harvest.settlement import Absence, Settlement, settle, settle_absent
from harvest.stages import Judged

Body = dict[str, Any]

GROUP: Final = 1_000
"""Records that one append covers at most (ledger format 1, "Writing")."""
ROOM: Final = 2_000
"""Records that may wait before the spider is held back."""


class Writer:
    """Settles records against the catalogue and appends what they cause, in the order submitted."""

    def __init__(self, ledger: Ledger, catalogue: Catalogue, account: Account, *, provider: str) -> None:
        self.trouble: HarvestError | None = None
        """The error that ended writing; every later call raises it again."""
        self._ledger = ledger
        self._catalogue = catalogue
        self._account = account
        self._provider = provider
        self._waiting: list[tuple[Judged, asyncio.Future[Settlement]]] = []
        self._appending: asyncio.Task[None] | None = None

    def write(self, kind: str, body: Body) -> int:
        """Append one entry at once; durable when this returns. Returns its number.

        Raises:
            LedgerError: it could not be appended.
        """
        with self._guard(), self._ledger.batch() as batch:
            return batch.append(kind, body)

    async def note(self, kind: str, body: Body) -> int:
        """As `write`, without holding up the event loop."""
        return await asyncio.to_thread(self.write, kind, body)

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
        await asyncio.to_thread(self.write_absent, keys, why)

    def write_absent(self, keys: Sequence[Key], why: Absence) -> None:
        """As `absent`, at once."""
        if not keys:
            return
        with self._guard(), self._ledger.batch() as batch:
            settlements, order = settle_absent(keys, why, self._catalogue, provider=self._provider)
            for settlement in settlements:
                _append(batch, settlement)
        self._book(order, settlements)

    async def room(self) -> None:
        """Wait until the ledger has caught up, so that a crawl never holds an unbounded queue."""
        while len(self._waiting) > ROOM and self._appending and not self._appending.done():
            await asyncio.shield(self._appending)

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
            self._book([judged.found.record.key for judged in records], settlements)
            for (_, future), settlement in zip(group, settlements, strict=True):
                if not future.done():
                    future.set_result(settlement)

    def _append_group(self, records: Sequence[Judged]) -> tuple[Settlement, ...]:
        settlements = []
        with self._guard(), self._ledger.batch() as batch:
            for judged in records:
                settlement = settle(judged, self._catalogue)
                _append(batch, settlement)
                settlements.append(settlement)
        return tuple(settlements)

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


def _append(batch: Batch, settlement: Settlement) -> None:
    for kind, body in settlement.entries:
        batch.append(kind, body)
