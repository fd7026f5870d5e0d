"""Asking OpenAlex about sources: works by DOI, then by PMID, in lists; one by one where a list says nothing."""

from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from typing import Final

from scrapy import Request
from scrapy.http import Response

from harvest.configuration import Configuration
from harvest.crawl.api import Api
from harvest.crawl.asking import Patience
from harvest.enriching import Asked, Hearing
from harvest.errors import BudgetSpent, CredentialsMissing
from harvest.faults import Fault
from harvest.limiter import Limit
from harvest.model import Snapshot
from harvest.openalex import answers, query, telling
from harvest.openalex.budget import Budget
from harvest.openalex.work import Work
from harvest.standing import State, Status, Told

SERVICE: Final = "openalex"
PLAN: Final = "works by DOI (filter doi:), else by PMID (filter pmid:)"
INTERVAL: Final = 0.1
"""Seconds between requests; a hundred a second are allowed, and nobody needs them."""


class OpenAlex:
    """OpenAlex's works, asked with a key until 80 % of the day's budget are used.

    Raises:
        CredentialsMissing: there is no key.
    """

    def __init__(self, ask: Callable[[Request], Awaitable[Response]], configuration: Configuration) -> None:
        if configuration.openalex_api_key is None:
            raise CredentialsMissing("expected OPENALEX_API_KEY, got none", hint="openalex.org gives one for free")
        key = configuration.openalex_api_key.get_secret_value()
        self.budget = Budget()
        self._api = Api(
            ask,
            base=configuration.openalex_url,
            limit=Limit(f"openalex:{sha256(key.encode()).hexdigest()}", INTERVAL),
            check=self._check,
            headers={"Authorization": f"Bearer {key}"},
        )
        self._patience = Patience("OpenAlex")

    @property
    def asked(self) -> Counter[str]:
        """Requests made, by kind."""
        return self._api.asked

    async def hear(self, hearing: Hearing) -> None:
        """Find out what OpenAlex says of all the sources.

        Raises:
            ProviderError: it does not answer any more, or enough of the budget is used; what it said until then is in
                `hearing`.
        """
        for scheme in ("doi", "pmid"):
            open_ = [one for one in hearing.asked if one.sid not in hearing.told and getattr(one, scheme)]
            by_id: defaultdict[str, list[Asked]] = defaultdict(list)
            for one in open_:
                by_id[getattr(one, scheme)].append(one)
            await self._lists(scheme, by_id, hearing)
        for one in hearing.asked:
            if one.sid not in hearing.told:
                await self._single(one, hearing)

    async def _lists(self, scheme: str, by_id: Mapping[str, Sequence[Asked]], hearing: Hearing) -> None:
        for batch in query.batches([value for value in by_id if query.listable(value)]):
            answer = await self._patience.attempt(self._list(query.works(scheme, batch)), hearing)
            if answer is None:
                continue
            works, kept = answer
            hearing.entry.take(kept)
            for value in batch:
                named = [work for work in works if f"{scheme}:{value}" in work.keys]
                for one in by_id[value] if named else ():
                    hearing.cite(one.sid, kept)
                    hearing.told[one.sid] = telling.told(one.document, named)

    async def _single(self, one: Asked, hearing: Hearing) -> None:
        """What no list named: it may be merged into another work, to which OpenAlex leads, or not be there."""
        scheme, value = ("doi", one.doi) if one.doi else ("pmid", one.pmid)
        if not value:
            hearing.told[one.sid] = Told(Status(State.NOT_KNOWN, why="no_id"))
            return
        answer = await self._patience.attempt(self._work(scheme, value), hearing)
        if answer is None:
            return
        work, kept = answer
        hearing.entry.take(kept)
        hearing.cite(one.sid, kept)
        if work is None:
            hearing.told[one.sid] = telling.not_there()
            return
        keys = tuple(dict.fromkeys((*work.keys, f"{scheme}:{value}")))
        hearing.told[one.sid] = telling.told(one.document, [replace(work, keys=keys)])

    async def _list(self, parameters: Mapping[str, str]) -> tuple[tuple[Work, ...], Snapshot]:
        body, kept = await self._get("works", "works", parameters)
        return answers.works(body), kept

    async def _work(self, scheme: str, value: str) -> tuple[Work | None, Snapshot]:
        body, kept = await self._get("work", query.path(scheme, value), query.single())
        return answers.work(body), kept

    async def _get(self, tool: str, path: str, parameters: Mapping[str, str]) -> tuple[bytes, Snapshot]:
        if self.budget.spent:
            raise BudgetSpent("80 % of OpenAlex's budget of the day are used; it begins anew at midnight UTC")
        return await self._api.get(tool, path, parameters)

    def _check(self, status: int, headers: Mapping[str, str], body: bytes) -> Fault | None:
        budget = Budget.of(headers)
        self.budget = budget if budget.limit else self.budget
        return answers.fault(status, headers, body)
