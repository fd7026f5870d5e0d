"""Enrich: not a search. Asks Crossref, OpenAlex and Retraction Watch what they know of the sources of a ledger."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import ClassVar, Literal, cast

from pydantic import BaseModel, ConfigDict

from harvest.archive import Replay
from harvest.catalogue import Catalogue, Watermark
from harvest.configuration import Configuration
from harvest.crawl import crossref, openalex, retraction_watch
from harvest.crawl.crossref import Crossref
from harvest.crawl.openalex import OpenAlex
from harvest.crawl.progress import Progress
from harvest.crawl.session import Session
from harvest.enriching import Asked, Hearing, due, of_notices, parts, to_ask
from harvest.errors import ArchiveError, CredentialsMissing, HarvestError, ProviderError
from harvest.ledger import Batch
from harvest.model import Found, Key, Outcome
from harvest.searching import query_digest
from harvest.settlement import Absence, since_heard
from spiders.base import TopicSpider

Service = Literal["openalex", "crossref", "retraction_watch"]
_HINT = "set OPENALEX_API_KEY, HARVEST_RETRACTION_WATCH, or name crossref among providers.enrich.services"
_NOTHING: tuple[Found, ...] = ()
"""No record is fetched."""
Voice = tuple[Service, str, Callable[[Hearing], Awaitable[None]]]


class EnrichOptions(BaseModel):
    """`[providers.enrich]` of a topic file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    services: tuple[Service, ...] = ("openalex", "crossref", "retraction_watch")
    """Who is asked, of those that can be: OpenAlex wants a key, Retraction Watch is a file."""


class EnrichSpider(TopicSpider):
    """Asks services about all sources, when the other providers have ended."""

    name = "enrich"
    Options: ClassVar = EnrichOptions
    after_others: ClassVar[bool] = True

    @classmethod
    def open_session(
        cls, configuration: Configuration, arguments: Mapping[str, str], progress: Progress | None = None
    ) -> Session:
        """As every provider's, but not in a replay of a recording that no service speaks in.

        Raises:
            CredentialsMissing: none does.
        """
        if configuration.replay and not configuration.retraction_watch:
            replay = Replay(configuration.replay)
            if not any(map(replay.knows, (configuration.crossref_url, configuration.openalex_url))):
                raise CredentialsMissing("expected answers of Crossref or OpenAlex in the recording, got none")
        return super().open_session(configuration, arguments, progress)

    async def harvest(self) -> AsyncIterator[Found]:
        """Ask one service after the other; each is a `search` entry, and what is new of a source a `changed` one."""
        session = self.session
        voices = self._voices()
        self._today = self.today.isoformat()
        asked = await self._to_ask()
        session.account.find(one.key for one in asked)
        heard: set[Key] = set()
        changed = await self._notices()
        for service, plan, hear in voices if asked else ():
            asked_today = await self._due(service)
            heard |= {one.key for one in asked} - {one.key for one in asked_today}
            for part in parts(asked_today):
                hearing = Hearing.of(service, plan, self._today, part)
                try:
                    await self._hear(hear, hearing)
                finally:
                    changed |= await self._write(hearing)
                heard |= {one.key for one in part if one.sid in hearing.told}
                self.asked = self._requests()
        await self._settle(asked, heard, changed)
        if not session.account.problems:
            session.watermark = self._watermark([plan for _, plan, _ in voices])
        for found in _NOTHING:
            yield found

    def _voices(self) -> list[Voice]:
        """The services that can be asked, OpenAlex first: it may know the DOI that Crossref is then asked for."""
        configuration = self.session.configuration
        options = cast("EnrichOptions", self.session.options)
        self._clients: dict[str, Crossref | OpenAlex] = {"crossref": Crossref(self.ask, configuration)}
        if configuration.openalex_api_key:
            self._clients["openalex"] = OpenAlex(self.ask, configuration)
        voices: list[Voice] = []
        if client := self._clients.get("openalex"):
            voices.append(("openalex", openalex.PLAN, client.hear))
        voices.append(("crossref", crossref.PLAN, self._clients["crossref"].hear))
        if file := configuration.retraction_watch:
            voices.append(("retraction_watch", retraction_watch.PLAN, partial(_look_up, file)))
        chosen = [voice for voice in voices if voice[0] in options.services]
        if not chosen:
            named = ", ".join(options.services)
            raise CredentialsMissing(f"expected a service to ask, got {named}", hint=_HINT)
        return chosen

    async def _hear(self, hear: Callable[[Hearing], Awaitable[None]], hearing: Hearing) -> None:
        """What a service says; one that fails does not keep us from asking the next."""
        try:
            await hear(hearing)
        except (ProviderError, ArchiveError) as error:
            hearing.problem(error.message)
            hearing.entry.failure = "" if hearing.told else error.message
        except HarvestError as error:
            hearing.entry.failure = error.message
            raise

    async def _write(self, hearing: Hearing) -> set[Key]:
        """Append the hearing and what it changes; returns the keys of sources of which something is new."""
        body = hearing.body()
        seq = await self.session.writer.note("search", body)
        problems = self.session.account.problems
        problems.extend(problem for problem in body["problems"] if problem not in problems)
        return await self.session.writer.locked(partial(_append_changes, hearing, seq))

    async def _notices(self) -> set[Key]:
        """What notices among the sources say; nothing is written where there are none."""
        hearing = await self.session.writer.locked(lambda catalogue, _: of_notices(catalogue, self._today))
        return await self._write(hearing) if hearing.asked else set()

    async def _to_ask(self) -> tuple[Asked, ...]:
        return await self.session.writer.locked(lambda catalogue, _: to_ask(catalogue))

    async def _due(self, service: str) -> tuple[Asked, ...]:
        return await self.session.writer.locked(
            lambda catalogue, _: due(to_ask(catalogue), service, catalogue.standings, self._today)
        )

    async def _settle(self, asked: tuple[Asked, ...], heard: set[Key], changed: set[Key]) -> None:
        """Book every source: known if any service was heard of it, else failed."""
        account = self.session.account
        for one in asked:
            if one.key in heard:
                account.settle(one.key, Outcome.KNOWN, changed=one.key in changed)
        got = account.problems[0] if account.problems else "none was asked"
        why = Absence("no-answer", expected="a word on its standing", got=got, answered=False)
        await self.session.writer.absent([one.key for one in asked if one.key not in heard], why)

    def _watermark(self, plans: Sequence[str]) -> Watermark:
        return Watermark(self._today, query_digest("\n".join(plans)), self.session.topic.digest, self._today)

    def _requests(self) -> Mapping[str, int]:
        counted: Counter[str] = Counter()
        for name, client in self._clients.items():
            counted.update({f"{name}_{tool}": number for tool, number in client.asked.items()})
        return counted


async def _look_up(file: Path, hearing: Hearing) -> None:
    await asyncio.to_thread(retraction_watch.hear, hearing, file)


def _append_changes(hearing: Hearing, seq: int, catalogue: Catalogue, batch: Batch) -> set[Key]:
    events = list(hearing.changes(catalogue, seq))
    for event in events:
        batch.append("changed", event)
        for kind, body in since_heard(event["sid"], catalogue):
            batch.append(kind, body)
    return {event["key"] for event in events}
