"""What runs write: crawls that find, lose and find again, judgements, reviews, merges, content that is erased."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from itertools import count
from pathlib import Path
from random import Random
from typing import Final

from harvest import entries, settlement
from harvest.accounting import Account
from harvest.archive import Archive, Exchange
from harvest.catalogue import FOLDED, REVIEWED, Catalogue
from harvest.ledger import REASONS, Batch, Entry, Ledger
from harvest.model import Record, Snapshot
from harvest.settlement import Absence
from tests.torture import bodies, papers
from tests.torture.bodies import START, TOPIC, Body

_ABSENT: Final = (
    Absence("missing", "a record", "none"),
    Absence("deleted", "a record", "deleted", deleted=True),
    Absence("interrupted", "a record", "the run ended first", interrupted=True),
)


class Happenings:
    """What may be written to one ledger, and what it says so far."""

    def __init__(self, folder: Path, chance: Random) -> None:
        self._folder = folder
        self._chance = chance
        self._catalogue = Catalogue()
        self._numbers = count(1)
        self._records: dict[str, Record] = {}
        self._merged: list[list[str]] = []
        self._run = ""
        self._written: Counter[str] = Counter()

    def begin(self) -> Callable[[Entry], None]:
        """The fold for a ledger that is opened."""
        self._catalogue = Catalogue()
        self._written.clear()
        return self._fold

    def run(self, ledger: Ledger) -> None:
        """One run, its entries in batches; some end without `run-finished`."""
        chance = self._chance
        kinds = (self._crawl, self._posts, self._reclassify, self._by_hand)
        chance.choices(kinds, (6, 2, 1, 2) if self._records else (1, 0, 0, 0))[0](ledger)

    def _fold(self, entry: Entry) -> None:
        """The catalogue does not know of merges."""
        self._run = entry.run
        self._written[entry.run] += 1
        if entry.type in FOLDED:
            self._catalogue.apply(entry)

    def _crawl(self, ledger: Ledger) -> None:
        """A search, and what became of each record that it found."""
        chance, account = self._chance, Account()
        with self._archive() as archive:
            snapshot = archive.record(_answer(chance))
            found = self._found()
            account.find(record.key for record in found)
            with ledger.batch() as batch:
                batch.append("run-started", bodies.run_started(chance, "pubmed"))
                search = batch.append("search", bodies.search(chance, "pubmed", [snapshot], len(found)))
            lost = [record for record in found if chance.random() < 0.15]
            for group in _groups(chance, [record for record in found if record not in lost]):
                with ledger.batch() as batch:
                    for record in group:
                        self._settle(batch, record, snapshot, search, account)
            with ledger.batch() as batch:
                self._lose(batch, lost, account)
                if chance.random() < 0.1:
                    batch.append("refused", bodies.refused(chance, "pubmed"))
                if chance.random() < 0.9:
                    self._finish(batch, "pubmed", asdict(account.tally()), archive.journal_sha256)

    def _finish(self, batch: Batch, provider: str, counts: Mapping[str, int], journal: str) -> None:
        """The end of a run, which says how many entries it wrote before."""
        batch.settle_time()
        body = bodies.run_finished(self._chance, provider, counts, journal)
        batch.append("run-finished", body | {"acknowledged": self._written[self._run]})

    def _settle(self, batch: Batch, record: Record, snapshot: Snapshot, search: int, account: Account) -> None:
        judged = papers.judged(self._chance, record, snapshot, search)
        settled = settlement.settle(judged, self._catalogue)
        for kind, body in settled.entries:
            batch.append(kind, body)
        account.settle(record.key, settled.outcome, changed=settled.changed)

    def _lose(self, batch: Batch, lost: list[Record], account: Account) -> None:
        """Records that were found and did not come."""
        why = self._chance.choice(_ABSENT)
        settled, order = settlement.settle_absent(
            [record.key for record in lost], why, self._catalogue, provider="pubmed"
        )
        for one in settled:
            for kind, body in one.entries:
                batch.append(kind, body)
        for key, one in zip(order, settled, strict=True):
            account.settle(key, one.outcome, changed=one.changed)

    def _found(self) -> list[Record]:
        """New records, known ones as they were or changed, and second records of known documents."""
        chance = self._chance
        new = [papers.record(chance, next(self._numbers)) for _ in range(chance.randint(0 if self._records else 1, 6))]
        known = chance.sample(sorted(self._records), chance.randint(0, min(3, len(self._records))))
        again = [self._records[key] for key in known]
        changed = [replace(one, title=f"{one.title} again") if chance.random() < 0.5 else one for one in again]
        twins = [
            replace(one, key=f"pmid:{number}", keys=(f"pmid:{number}", *one.keys[1:]))
            for one, number in zip(new, self._numbers, strict=False)
            if chance.random() < 0.2
        ]
        self._records |= {record.key: record for record in (*new, *changed)}
        return [*new, *changed, *twins]

    def _posts(self, ledger: Ledger) -> None:
        """People write about themselves: their words lie outside the ledger, and may be erased."""
        chance = self._chance
        posts = chance.randint(1, 3)
        with ledger.batch() as batch:
            batch.append("run-started", bodies.run_started(chance, "reddit"))
            search = batch.append("search", bodies.search(chance, "reddit", [], posts))
            for _ in range(posts):
                batch.append("source", self._post(search), content=_words(chance))
        self._erase(ledger)
        with ledger.batch() as batch:
            self._finish(batch, "reddit", {"found": posts, "included": posts}, "0" * 64)

    def _post(self, search: int) -> Body:
        """A post without its words."""
        number = next(self._numbers)
        record = replace(papers.record(self._chance, number), key=f"reddit:t3_{number}", keys=(f"reddit:t3_{number}",))
        judged = papers.judged(self._chance, record, Snapshot("", "", ""), search)
        labels = entries.judgement(replace(judged, claims=()))
        labels["reasons"] = [{name: one[name] for name in one if name != "text"} for one in labels["reasons"]]
        labels["screening"] = "direct"
        about = {"key": record.key, "keys": list(record.keys), "provider": "reddit", "query": search}
        return {"sid": self._catalogue.next_sid, **about, **labels, "basis": "post"}

    def _erase(self, ledger: Ledger) -> None:
        """Some content goes; a provider says what still exists."""
        chance = self._chance
        if gone := [seq for seq in self._catalogue.holdings.held if chance.random() < 0.4]:
            ledger.redact(gone, chance.choice(sorted(REASONS)))
        if chance.random() < 0.4:
            with ledger.batch() as batch:
                batch.append("rechecked", bodies.rechecked("reddit", len(gone)))

    def _reclassify(self, ledger: Ledger) -> None:
        """Some records are judged again."""
        chance = self._chance
        again = [self._records[key] for key in sorted(self._records) if chance.random() < 0.5]
        changed = 0
        with ledger.batch() as batch:
            batch.append("run-started", bodies.run_started(chance, "reclassify"))
            for record in again:
                before = self._catalogue.settled.get(record.key)
                if before is None or "evidence" not in before.body:
                    continue
                where = Snapshot(**before.body["snapshot"])
                search = before.body["query"] if "query" in before.body else self._catalogue.searches[-1]["seq"]
                judged = papers.judged(chance, record, where, search)
                caused = settlement.settle(judged, self._catalogue, why="the topic file changed").entries
                for kind, body in caused:
                    batch.append(kind, body)
                changed += bool(caused)
            batch.append("run-finished", bodies.reclassified_run(len(again), changed))

    def _by_hand(self, ledger: Ledger) -> None:
        """Single entries of commands: links, reviews, merges, questions, what a later version may write."""
        chance, sids = self._chance, sorted(self._catalogue.numbered, key=lambda sid: int(sid[1:]))
        with ledger.batch() as batch:
            if sids:
                sid = chance.choice(sids)
                body = self._catalogue.numbered[sid]
                labels = {axis: body[axis] for axis in REVIEWED if chance.random() < 0.5}
                batch.append("linked", bodies.linked(chance, sids))
                batch.append("review", bodies.review(chance, sid, labels))
            self._merge(batch, sids)
            asked = batch.append("question", bodies.question(chance))
            batch.append("answer", bodies.answer(chance, asked, sids[:2]))
            batch.append("pasted", {"provider": "pasted"}, content=_words(chance))
            if chance.random() < 0.3:
                batch.append("of-a-later-version", bodies.of_a_later_version(chance))

    def _merge(self, batch: Batch, sids: list[str]) -> None:
        free = [sid for sid in sids if not any(sid in pair for pair in self._merged)]
        if len(free) > 1:
            self._merged.append(free[:2])
            batch.append("merged", bodies.merged(free[:2]))
        if self._merged and self._chance.random() < 0.4:
            batch.append("unmerged", bodies.unmerged(self._merged.pop()))

    def _archive(self) -> Archive:
        name = f"{TOPIC}-pubmed-{next(self._numbers)}"
        return Archive(self._folder / "archive", name=name, started=START, software="harvest 0.1.0")


def _answer(chance: Random) -> Exchange:
    body = papers.words(chance, 20).encode()
    url = "https://eutils.ncbi.nlm.nih.gov/entrez/eutils/esearch.fcgi?term=semax"
    return Exchange("GET", url, b"", 200, "OK", (("Content-Type", "text/xml"),), body, START)


def _words(chance: Random) -> Body:
    return {"text": papers.words(chance, 9), "title": papers.words(chance, 3)}


def _groups(chance: Random, records: list[Record]) -> list[list[Record]]:
    """The records in one batch or two."""
    half = chance.randint(0, len(records))
    return [records[:half], records[half:]]
