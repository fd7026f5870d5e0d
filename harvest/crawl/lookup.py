"""PMIDs, DOIs and trial numbers to the records that PubMed, Crossref and ClinicalTrials.gov have under them."""

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.http import Response

from harvest.archive import Exchange
from harvest.configuration import Configuration
from harvest.crawl.api import Api
from harvest.crawl.ctgov import ClinicalTrials
from harvest.crawl.eutils import Eutils
from harvest.crossref import answers as crossref
from harvest.crossref import query
from harvest.crossref.pace import Pace
from harvest.crossref.record import record as of_work
from harvest.ctgov import answers as ctgov
from harvest.ctgov.registration import registration
from harvest.errors import HarvestError, Interrupted, LedgerError, NotThere
from harvest.eutils.slices import Ask
from harvest.limiter import Limit
from harvest.model import Key, Record, Snapshot
from harvest.settlement import Absence

AT_ONCE: Final = 200
"""PMIDs of one request."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What came of one key: a record and where it is kept, or why there is none."""

    key: Key
    record: Record | None = None
    kept: Snapshot | None = None
    why: Absence | None = None


class Lookup:
    """Asks by identifier; what one service does not answer keeps nobody from asking the next.

    A DOI that PubMed has is that record of PubMed's, which says more than Crossref's.

    Args:
        ask: `TopicSpider.ask`.
        configuration: base URLs, credentials, contact.
    """

    def __init__(self, ask: Callable[[Request], Awaitable[Response]], configuration: Configuration) -> None:
        self._eutils = Eutils(ask, configuration)
        self._trials = ClinicalTrials(ask, configuration)
        base = configuration.crossref_url
        pace = Pace("polite" if configuration.contact else "public")
        limit = Limit(f"crossref:{urlsplit(base).netloc}", pace.single())
        self._works = Api(ask, base=base, limit=limit, check=crossref.fault)
        self.snapshots: list[Snapshot] = []
        """Of every answer that came, in order."""

    @property
    def asked(self) -> Mapping[str, int]:
        """Requests made, by tool."""
        return Counter(self._eutils.asked) + self._trials.asked + self._works.asked

    async def find(self, keys: Sequence[Key]) -> list[Looked]:
        """The records of keys of schemes `pmid`, `doi`, `nct`, in their order.

        Raises:
            Interrupted: the run is being stopped. LedgerError: an emulator answered, the ledger is none of a test.
        """
        found: dict[Key, Looked] = {}
        pmids = [key for key in keys if key.startswith("pmid:")]
        for start in range(0, len(pmids), AT_ONCE):
            found |= await self._articles(pmids[start : start + AT_ONCE])
        for key in keys:
            if key.startswith("doi:"):
                found[key] = await self._doi(key)
            elif key.startswith("nct:"):
                found[key] = await self._one(key, self._trial)
        return [found[key] for key in keys]

    async def _articles(self, keys: Sequence[Key]) -> dict[Key, Looked]:
        try:
            parsed, kept = await self._eutils.fetch([key.partition(":")[2] for key in keys])
        except (Interrupted, LedgerError):
            raise
        except HarvestError as error:
            return {key: Looked(key, why=_unanswered(error)) for key in keys}
        self.snapshots.append(kept)
        records = {record.key: record for record in parsed.records}
        missing = Absence("missing", expected="a record", got="an answer without it")
        return {
            key: Looked(key, records[key], kept) if key in records else Looked(key, kept=kept, why=missing)
            for key in keys
        }

    async def _doi(self, key: Key) -> Looked:
        """PubMed's record; its search may answer another question than was asked, so that must name the DOI."""
        try:
            search, kept = await self._eutils.search(Ask(f'"{key.removeprefix("doi:")}"[doi]'))
            self.snapshots.append(kept)
            if len(search.ids) == 1:
                (looked,) = (await self._articles([f"pmid:{search.ids[0]}"])).values()
                if looked.record and key in looked.record.keys:
                    return Looked(key, looked.record, looked.kept)
        except (Interrupted, LedgerError):
            raise
        except HarvestError:  # Crossref has it, or says that nobody does
            pass
        return await self._one(key, self._work)

    async def _one(self, key: Key, ask: Callable[[str], Awaitable[tuple[Record, Snapshot]]]) -> Looked:
        try:
            record, kept = await ask(key.partition(":")[2])
        except (Interrupted, LedgerError):
            raise
        except NotThere as error:
            return Looked(key, why=Absence("missing", expected="a record", got=error.message))
        except HarvestError as error:
            return Looked(key, why=_unanswered(error))
        return Looked(key, record, kept)

    async def _work(self, doi: str) -> tuple[Record, Snapshot]:
        body, kept = await self._works.get("work", query.path(doi), {})
        self.snapshots.append(kept)
        if crossref.work(body) is None:
            raise NotThere("Crossref has no such DOI")
        return of_work(body), kept

    async def _trial(self, number: str) -> tuple[Record, Snapshot]:
        body, kept = await self._trials.study(number)
        self.snapshots.append(kept)
        return registration(ctgov.study(body)), kept


def records(answer: Exchange) -> tuple[Record, ...]:
    """What an answer of Crossref that was kept says, to judge it again.

    Raises:
        ParseError: it is none.
    """
    return (of_work(answer.body),)


def _unanswered(error: HarvestError) -> Absence:
    return Absence("no-answer", expected="a record", got=error.message, answered=False)
