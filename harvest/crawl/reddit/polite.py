"""The session that PRAW sends its requests through: counts, waits for the shared limit, asks again, gives up.

PRAW itself neither waits on 429 nor knows of other processes (external contract 11.7). All waiting is done here, and
PRAW is not shown the rate headers by which it would wait a second time.
"""

import logging
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from io import BytesIO
from random import Random
from typing import Any, Final

from requests import Response
from requests.structures import CaseInsensitiveDict

from harvest.crawl.network_faults import UNREACHABLE
from harvest.crawl.reddit.exchange import EMULATOR, Asking, Exchanged, NoAnswer, Transport
from harvest.crawl.retry import OFFLINE_TIMES, GaveUp
from harvest.faults import Fault
from harvest.limiter import Limiter
from harvest.reddit import answers

logger = logging.getLogger(__name__)

INTERVAL: Final = 0.1
"""Seconds between requests of one client at the least, however much its window allows."""
PACE: Final = 0.6
"""The same where Reddit does not say what is left: 1000 requests in 600 s (external contract 11.4)."""
SLOWEST: Final = 10.0
"""Seconds between requests, as long as any is left in the window."""
_TOKENS: Final = 2
"""Answers of 401 on end for which another token is asked for; PRAW does that."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How often and how long is waited for an answer that can be believed; seconds.

    Attributes:
        times: further tries.
        base: longest wait before the second try, doubled each time; the wait is drawn between 0 and that.
        longest: where the doubling ends.
        longest_asked: the longest wait that Reddit may ask for: its window.
    """

    times: int = 6
    base: float = 1.0
    longest: float = 60.0
    longest_asked: float = 600.0


class PoliteSession:
    """Stands where PRAW expects a `requests.Session`.

    Attributes:
        headers: sent with every request; PRAW sets the User-Agent.
        asked: requests by tool, without retries.
        retried: retries by kind of fault.
        synthetic: some answer came from an emulator.

    Args:
        transport: carries the requests.
        limiter: of the client, shared by all processes; None in a replay, which waits for nothing.
        pause: sleeps, and raises `Interrupted` when the run is stopped.
        patience: see there.
        random: for the waits.
        now: the time, aware.
    """

    def __init__(
        self,
        transport: Transport,
        *,
        limiter: Limiter | None,
        pause: Callable[[float], None],
        patience: Patience | None = None,
        random: Random | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.headers: CaseInsensitiveDict[str] = CaseInsensitiveDict()
        self.asked: Counter[str] = Counter()
        self.retried: Counter[str] = Counter()
        self.synthetic = False
        self._transport = transport
        self._limiter = limiter
        self._pause = pause
        self._patience = patience or Patience()
        self._random = random or Random()  # noqa: S311 - jitter, not a secret
        self._now = now
        self._answered = False
        self._unauthorized = 0

    def request(
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, Any] | None = None,
        data: list[tuple[str, Any]] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        **_unused: Any,
    ) -> Response:
        """Ask, and ask again, until an answer comes that can be believed.

        Raises:
            GaveUp: none came, or asking again is of no use.
            Interrupted: the run was stopped meanwhile.
        """
        asking = Asking(
            method,
            url,
            {**self.headers, **(headers or {})},
            [(name, str(value)) for name, value in (params or {}).items()],
            [(name, str(value)) for name, value in data or ()],
            auth,
        )
        self.asked[asking.tool] += 1
        attempt = 1
        while True:
            answer = self._sent(asking)
            if isinstance(answer, Exchanged):
                return _response(answer, url)
            self._wait_or_give_up(asking, answer, attempt)
            attempt += 1

    def close(self) -> None:
        """Let go of connections."""
        self._transport.close()

    def _sent(self, asking: Asking) -> Exchanged | Fault:
        """One try: the answer, or what is wrong with it."""
        self._pause(self._limiter.reserve() if self._limiter else 0)
        try:
            answer = self._transport.send(asking)
        except NoAnswer as none:
            return none.fault
        self._answered = True
        self.synthetic |= EMULATOR in answer.headers
        self._keep_pace(answer.headers)
        fault = answers.fault(
            answer.status, answer.headers, answer.body, now=self._now(), token=asking.for_a_token
        ) or self._refused_token(answer, asking)
        return fault or answer

    def _refused_token(self, answer: Exchanged, asking: Asking) -> Fault | None:
        """Another token may mend a 401, but not again and again."""
        if asking.for_a_token:
            return None
        self._unauthorized = self._unauthorized + 1 if answer.status == HTTPStatus.UNAUTHORIZED else 0
        return Fault("key-refused", "every token was refused", fatal=True) if self._unauthorized > _TOKENS else None

    def _keep_pace(self, headers: Mapping[str, str]) -> None:
        """Spread what is left of Reddit's window over the rest of it; all processes with this client wait."""
        if self._limiter is None:
            return
        remaining, seconds = answers.reset(headers) or (1.0, PACE)
        self._limiter.penalise(seconds if remaining < 1 else min(seconds / remaining, SLOWEST))

    def _wait_or_give_up(self, asking: Asking, fault: Fault, attempt: int) -> None:
        hopeless = not self._answered and fault.kind in UNREACHABLE and attempt > OFFLINE_TIMES
        if fault.fatal or not fault.retry or hopeless or attempt > self._patience.times:
            logger.info("%s: %s; given up", asking.tool, fault.detail)
            raise GaveUp(fault)
        self.retried[fault.kind] += 1
        wait = self._wait(fault, attempt) if self._limiter else 0.0
        logger.info(
            "%s: %s; try %d of %d in %.1f s", asking.tool, fault.detail, attempt + 1, self._patience.times + 1, wait
        )
        if self._limiter and (fault.wait is not None or fault.kind == "rate-limited"):
            self._limiter.penalise(wait)
        self._pause(wait)

    def _wait(self, fault: Fault, attempt: int) -> float:
        if fault.wait is not None:
            return min(fault.wait, self._patience.longest_asked)
        return self._random.uniform(0, min(self._patience.longest, self._patience.base * 2 ** (attempt - 1)))


def _response(answer: Exchanged, url: str) -> Response:
    """The answer as PRAW reads it, without the headers by which it would wait on its own."""
    response = Response()
    response.status_code = answer.status
    response.headers = CaseInsensitiveDict(
        {name: value for name, value in answer.headers.items() if not name.startswith("x-ratelimit-")}
    )
    response.url = url
    response.encoding = "utf-8"
    response.raw = BytesIO(answer.body)
    return response
