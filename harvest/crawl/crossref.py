"""Asking Crossref about sources: works by DOI in lists, one by one where a list says nothing, notices, titles."""

from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.http import Response

from harvest.configuration import Configuration
from harvest.crawl.api import Api
from harvest.crawl.asking import Patience
from harvest.crossref import answers, query, telling
from harvest.crossref.pace import Pace
from harvest.crossref.work import Work
from harvest.enriching import Asked, Hearing
from harvest.errors import AnswerUnusable
from harvest.faults import Fault
from harvest.limiter import Limit
from harvest.model import Snapshot
from harvest.standing import State

SERVICE: Final = "crossref"
PLAN: Final = (
    "works by their DOIs (filter doi:); notices that say that they update them (filter updates:); "
    "sources without a DOI by title, first author and year (query.bibliographic)"
)
PAGES: Final = 20
"""Pages of notices for one batch of works; more is not believed."""


class Crossref:
    """Crossref's works, one request at a time, in the polite pool where there is an address to write to."""

    def __init__(self, ask: Callable[[Request], Awaitable[Response]], configuration: Configuration) -> None:
        self.pace = Pace("polite" if configuration.contact else "public")
        self._limit = f"crossref:{urlsplit(configuration.crossref_url).netloc}"
        limit = Limit(self._limit, self.pace.list())
        self._api = Api(ask, base=configuration.crossref_url, limit=limit, check=self._check)
        self._patience = Patience("Crossref")

    @property
    def asked(self) -> Counter[str]:
        """Requests made, by kind."""
        return self._api.asked

    async def hear(self, hearing: Hearing) -> None:
        """Find out what Crossref says of all the sources.

        Raises:
            ProviderError: it does not answer any more; what it said until then is in `hearing`.
        """
        works = await self._works([one for one in hearing.asked if one.doi], hearing)
        works |= await self._titles([one for one in hearing.asked if not one.doi], hearing)
        documents = {one.sid: one.document for one in hearing.asked}
        by_doi: defaultdict[str, list[str]] = defaultdict(list)
        for sid, work in works.items():
            by_doi[work.doi].append(sid)
        listable = [doi for doi in by_doi if query.listable(doi)]
        alone = [doi for doi in by_doi if not query.listable(doi)]
        for batch in (*query.batches(listable), *((doi,) for doi in alone)):
            sids = [sid for doi in batch for sid in by_doi[doi]]
            notices = await self._notices(batch, sids, hearing) if batch[0] not in alone else []
            for sid in sids:
                said = telling.told(documents[sid], works[sid], notices or ())
                if notices is not None or said.status.state is State.RETRACTED:
                    hearing.told[sid] = said

    async def _works(self, asked: Sequence[Asked], hearing: Hearing) -> dict[str, Work]:
        """The works with the sources' DOIs, by `sid`; what no list names is looked up by itself."""
        found: dict[str, Work] = {}
        by_doi: defaultdict[str, list[Asked]] = defaultdict(list)
        for one in asked:
            by_doi[one.doi].append(one)
        for batch in query.batches([doi for doi in by_doi if query.listable(doi)]):
            answer = await self._patience.attempt(self._list("works", query.works(batch)), hearing)
            if answer is not None:
                page, kept = answer
                hearing.entry.take(kept)
                for work in page.works:
                    found |= self._met(by_doi.get(work.doi, ()), work, kept, hearing)
        for doi, ones in by_doi.items():
            if ones[0].sid not in found:
                found |= await self._single(doi, ones, hearing)
        return found

    async def _single(self, doi: str, ones: Sequence[Asked], hearing: Hearing) -> dict[str, Work]:
        """One work; under an alias Crossref gives the work with the DOI that counts."""
        answer = await self._patience.attempt(self._work(doi), hearing)
        if answer is None:
            return {}
        work, kept = answer
        hearing.entry.take(kept)
        if work is None:
            hearing.told |= {one.sid: telling.not_registered() for one in ones}
            return {}
        keys = (f"doi:{doi}", *work.document.keys) if work.doi != doi else work.document.keys
        return self._met(ones, replace(work, document=replace(work.document, keys=keys)), kept, hearing)

    async def _titles(self, asked: Sequence[Asked], hearing: Hearing) -> dict[str, Work]:
        """Works of sources without a DOI, where one is surely the same document."""
        found: dict[str, Work] = {}
        for one in asked:
            if not query.tells(one.document):
                hearing.told[one.sid] = telling.not_found()
                continue
            answer = await self._patience.attempt(self._list("titles", query.by_title(one.document)), hearing)
            if answer is None:
                continue
            page, kept = answer
            hearing.entry.take(kept)
            if work := telling.found(one.document, page.works):
                found |= self._met([one], work, kept, hearing)
            else:
                hearing.told[one.sid] = telling.not_found()
        return found

    async def _notices(self, dois: Sequence[str], sids: Sequence[str], hearing: Hearing) -> list[Work] | None:
        """What says that it updates one of these works; None where that was not to be learned."""
        found = await self._patience.attempt(self._pages(dois, sids, hearing), hearing)
        if found is None:  # a cursor lives for minutes only: begin anew, once
            found = await self._patience.attempt(self._pages(dois, sids, hearing), hearing)
        return found

    async def _pages(self, dois: Sequence[str], sids: Sequence[str], hearing: Hearing) -> list[Work]:
        """All pages; a cursor is given on every one, so the end is a page that is not full (external APIs 7.3)."""
        found: list[Work] = []
        cursor = "*"
        for _ in range(PAGES):
            page, kept = await self._list("notices", query.notices(dois, cursor))
            hearing.entry.take(kept)
            found += page.works
            for sid in sids if page.works else ():
                hearing.cite(sid, kept)
            if len(page.works) < query.NOTICES or not page.cursor:
                return found
            cursor = page.cursor
        raise AnswerUnusable(f"expected at most {PAGES} pages of notices, got more")

    @staticmethod
    def _met(ones: Sequence[Asked], work: Work, kept: Snapshot, hearing: Hearing) -> dict[str, Work]:
        for one in ones:
            hearing.cite(one.sid, kept)
        return {one.sid: work for one in ones}

    async def _list(self, tool: str, parameters: Mapping[str, str]) -> tuple[answers.Page, Snapshot]:
        self._api.limit = Limit(self._limit, self.pace.list())
        body, kept = await self._api.get(tool, "works", parameters)
        return answers.page(body), kept

    async def _work(self, doi: str) -> tuple[Work | None, Snapshot]:
        self._api.limit = Limit(self._limit, self.pace.single())
        body, kept = await self._api.get("work", query.path(doi), {})
        return answers.work(body), kept

    def _check(self, status: int, headers: Mapping[str, str], body: bytes) -> Fault | None:
        self.pace.heed(headers)
        return answers.fault(status, headers, body)
