"""Leaflets: a toy service that hands out leaflets, ten at a time."""

import json
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from typing import ClassVar
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict

from harvest.archive import Exchange
from harvest.catalogue import Watermark
from harvest.crawl.api import Api
from harvest.errors import HarvestError, ParseError
from harvest.faults import Fault, retry_after
from harvest.identity import normal_key
from harvest.limiter import Limit
from harvest.model import AbstractSection, Found, Key, PublicationDate, Record, Snapshot
from harvest.searching import SearchEntry, query_digest
from spiders.base import TopicSpider

MOST_PAGES = 100


class LeafletsOptions(BaseModel):
    """`[providers.leaflets]`: it has none."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def fault(status: int, headers: Mapping[str, str], body: bytes) -> Fault | None:
    """The service says that it is busy with status 200."""
    if status == 429:
        wait = retry_after(headers.get("retry-after", ""), None)
        return Fault("rate-limited", "too many requests", retry=True, wait=wait)
    try:
        said = json.loads(body)
    except ValueError:
        return Fault("not-json", f"no JSON under status {status}", retry=True)
    if status == 200 and "leaflets" in said:
        return None
    return Fault("busy", f"status {status}: {said.get('error')}", retry=True)


def records(body: bytes) -> Iterator[Record]:
    """The leaflets of one page."""
    for one in json.loads(body)["leaflets"]:
        try:
            yield _record(one)
        except (KeyError, ValueError) as error:
            raise ParseError(f"expected a leaflet, got one without {error}") from None


def _record(one: Mapping[str, str]) -> Record:
    key = f"leaflets:{one['no']}"
    dois = (normal_key(one["doi"], scheme="doi"),) if one.get("doi") else ()
    year, month, day = map(int, one["issued"].split("-"))
    return Record(
        provider="leaflets",
        key=key,
        keys=(key, *dois),
        title=one["name"],
        abstract=(AbstractSection(one["says"]),),
        date=PublicationDate(one["issued"], year, month, day, "day"),
    )


class LeafletsSpider(TopicSpider):
    """Asks for the leaflets that name the compound."""

    name = "leaflets"
    Options: ClassVar = LeafletsOptions

    @staticmethod
    def records(answer: Exchange) -> Iterable[Record]:
        """Those of a kept page."""
        return records(answer.body)

    async def harvest(self) -> AsyncIterator[Found]:
        """All pages of one search."""
        session = self.session
        base = session.configuration.openalex_url  # a folder of its own cannot add a setting: it borrows one
        api = Api(self.ask, base=base, limit=Limit(f"leaflets:{urlsplit(base).netloc}", 0.001), check=fault)
        self.asked = api.asked
        entry = SearchEntry(self.name, session.topic.compound.name)
        found: dict[Key, tuple[Record, Snapshot]] = {}
        try:
            await self._search(api, entry, found)
        except HarvestError as error:
            entry.failure = error.message
            await session.writer.note("search", entry.body())
            raise
        search = await session.writer.note("search", entry.body())
        session.account.find(found)
        session.account.stated_total = entry.stated_total
        session.account.problems.extend(entry.problems)
        session.progress.found(self.name, session.account.tally(), to_fetch=len(found))
        for record, kept in found.values():
            yield Found(record, kept, search)
        if entry.whole:
            today = session.clock().date().isoformat()
            session.watermark = Watermark(today, query_digest(entry.query), session.topic.digest, today)

    async def _search(self, api: Api, entry: SearchEntry, found: dict[Key, tuple[Record, Snapshot]]) -> None:
        for page in range(MOST_PAGES):
            body, kept = await api.get("leaflets", "leaflets", {"words": entry.query, "from": str(page * 10)})
            entry.take(kept)
            said, before = json.loads(body), len(found)
            entry.stated_total = said["of"]
            for record in records(body):
                found.setdefault(record.key, (record, kept))
            entry.returned = len(found)
            if not said["more"] or len(found) == before:
                return
        entry.problems.append(f"more than {MOST_PAGES} pages; the rest was not asked for")
