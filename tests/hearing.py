"""Hearing a service without a crawl: requests go out at once, faults that pass are tried again, nothing is kept."""

import asyncio
import http.client
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from urllib.parse import urljoin, urlsplit

from scrapy import Request
from scrapy.http import Response

from harvest.configuration import Configuration
from harvest.enriching import Asked, Hearing
from harvest.errors import AnswerUnusable, BudgetSpent, HarvestError, KeyRefused, Unreachable
from harvest.faults import Fault
from harvest.identity import fingerprint
from harvest.model import Record, Snapshot
from tests.servers.asking import Reply

TRIES = 7
TIMEOUT = 1.0
"""Seconds; the stand-ins answer at once."""
DAY = "2026-11-22"
_ERRORS = {"key-refused": KeyRefused, "budget-spent": BudgetSpent}


class Asker:
    """In place of `TopicSpider.ask`.

    Attributes:
        limits: the seconds between requests that each request was to keep.
    """

    def __init__(self) -> None:
        self.limits: list[float] = []
        self._answers = 0

    async def __call__(self, request: Request) -> Response:
        self.limits.append(request.meta["limit"].interval)
        for left in reversed(range(TRIES)):
            answer = await asyncio.to_thread(_sent, request)
            fault = _unreachable() if answer is None else _judged(request, answer)
            if answer is not None and fault is None:
                self._answers += 1
                request.meta["snapshot"] = Snapshot("t.warc.gz", f"urn:uuid:{self._answers}", "0" * 64, synthetic=True)
                return Response(request.url, body=answer.body, request=request)
            if fault is None or not fault.retry or not left:
                break
        kind = Unreachable if answer is None else _ERRORS.get(fault.kind if fault else "", AnswerUnusable)
        raise kind(fault.detail if fault else "")


def hear(hear: Callable[[Hearing], Awaitable[None]], hearing: Hearing) -> HarvestError | None:
    """What the service says is in `hearing`; returns what ended it early."""

    async def run() -> HarvestError | None:
        try:
            await hear(hearing)
        except HarvestError as error:
            return error
        return None

    return asyncio.run(run())


def hearing_of(service: str, records: Sequence[Record]) -> Hearing:
    """A hearing about these records, as the sources s1, s2, ..."""
    asked = [Asked(f"s{number}", one.key, fingerprint(one)) for number, one in enumerate(records, 1)]
    return Hearing.of(service, "in words", DAY, asked)


def configured(**variables: Any) -> Configuration:
    """The configuration with these variables, whatever the environment holds."""
    return Configuration.load({"HARVEST_CONTACT": "someone@example.org", **variables})


def _sent(request: Request) -> Reply | None:
    """The answer, redirects followed; None where none came."""
    url = request.url
    for _ in range(3):
        parts = urlsplit(url)
        connection = http.client.HTTPConnection(parts.netloc, timeout=TIMEOUT)
        headers = {name.decode(): (request.headers[name] or b"").decode() for name in request.headers}
        try:
            connection.request("GET", f"{parts.path}?{parts.query}", headers={**headers, "User-Agent": _AGENT})
            response = connection.getresponse()
            reply = Reply(response.status, response.headers, response.read())
        except (OSError, http.client.HTTPException):
            time.sleep(0.02)  # it may be restarting
            return None
        finally:
            connection.close()
        if reply.status != http.HTTPStatus.MOVED_PERMANENTLY:
            return reply
        url = urljoin(url, reply.headers["Location"])
    return None


_AGENT = "harvest/test (mailto:someone@example.org)"


def _judged(request: Request, answer: Reply) -> Fault | None:
    headers = {name.lower(): value for name, value in answer.headers.items()}
    fault: Fault | None = request.meta["check"](answer.status, headers, answer.body)
    return fault


def _unreachable() -> Fault:
    return Fault("connection-lost", "the connection was lost", retry=True)
