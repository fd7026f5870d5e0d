"""Asking the E-utilities through Scrapy: one coroutine per tool, answers read and checked, nothing decided."""

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import Final, Literal
from urllib.parse import urlencode, urljoin, urlsplit

from scrapy import Request
from scrapy.http import Response

from harvest import medline
from harvest.configuration import Configuration
from harvest.eutils import answers
from harvest.eutils.slices import CEILING, Ask
from harvest.faults import Fault
from harvest.limiter import Limit
from harvest.model import Snapshot

Tool = Literal["einfo", "esearch", "espell", "epost", "efetch"]

INTERVAL: Final = 0.35
"""Seconds between requests without a key: NCBI allows three a second, per address, and networks are not even."""
INTERVAL_WITH_KEY: Final = 0.102
"""With a key: ten a second, per key."""


LARGEST: Final = 128 * 1024 * 1024
"""Bytes of one answer: 200 records of the largest size met (528 kB)."""


class Eutils:
    """NCBI's tools for `db=pubmed`, by POST, the key in the body.

    `asked` counts the requests made by tool, without retries. Each answer comes with the snapshot that keeps it.
    """

    def __init__(self, ask: Callable[[Request], Awaitable[Response]], configuration: Configuration) -> None:
        self.asked: Counter[str] = Counter()
        self._ask = ask
        self._base = configuration.eutils_url.rstrip("/") + "/"
        key = configuration.ncbi_api_key
        self._identity = {"tool": "harvest", "email": configuration.contact}
        if key:
            self._identity["api_key"] = key.get_secret_value()
        name = key.get_secret_value() if key else urlsplit(self._base).netloc
        self._limit = Limit(f"eutils:{name}", INTERVAL_WITH_KEY if key else INTERVAL)

    async def index(self) -> tuple[answers.Index, Snapshot]:
        """State of the PubMed index: build and last update."""
        body, snapshot = await self._post("einfo", {})
        return answers.index(body), snapshot

    async def search(self, ask: Ask, history: answers.Posted | None = None) -> tuple[answers.Search, Snapshot]:
        """One esearch: up to 9,999 ids in one answer, or the count alone; within a posted set if one is given."""
        form = {"term": ask.term, "retmode": "xml", "retstart": "0", "retmax": str(CEILING)}
        if ask.count_only:
            form = {"term": ask.term, "retmode": "xml", "rettype": "count"}
        if history:
            form |= {"WebEnv": history.web_env, "query_key": history.query_key, "usehistory": "y"}
        body, snapshot = await self._post("esearch", form)
        return answers.search(body), snapshot

    async def spelling(self, term: str) -> str:
        """What PubMed would have written instead of `term`; empty when it has no better idea."""
        body, _ = await self._post("espell", {"term": term})
        return answers.spelling(body)

    async def post(self, pmids: Sequence[str]) -> answers.Posted:
        """Store a list of ids on the history server."""
        body, _ = await self._post("epost", {"id": ",".join(pmids)})
        return answers.posted(body)

    async def fetch(self, pmids: Sequence[str]) -> tuple[medline.Parsed, Snapshot]:
        """Full records, at most 200; ids that PubMed does not hand out are missing without a word."""
        body, snapshot = await self._post("efetch", {"id": ",".join(pmids), "retmode": "xml"})
        return medline.articles(body), snapshot

    async def _post(self, tool: Tool, form: Mapping[str, str]) -> tuple[bytes, Snapshot]:
        fields = {"db": "pubmed", **form, **{name: value for name, value in self._identity.items() if value}}
        request = Request(
            urljoin(self._base, f"{tool}.fcgi"),
            method="POST",
            body=urlencode(fields).encode(),
            headers={"Content-Type": "application/x-www-form-urlencoded"},
            dont_filter=True,
            # robots.txt is not meant for API clients; a redirected POST would lose its form
            meta={"dont_obey_robotstxt": True, "dont_redirect": True, "download_maxsize": LARGEST},
        )
        request.meta.update(check=partial(_check, tool), limit=self._limit, tool=tool)
        self.asked[tool] += 1
        response = await self._ask(request)
        return response.body, response.meta["snapshot"]


def _check(tool: Tool, status: int, headers: Mapping[str, str], body: bytes) -> Fault | None:
    return answers.fault(status=status, headers=headers, body=body, tool=tool)
