"""What the emulator answers, apart from how it is sent: identity, limits, faults, then the tool itself."""

from dataclasses import dataclass
from functools import partial
from threading import RLock
from typing import TYPE_CHECKING

from tests.servers import messages
from tests.servers.clock import Clock, real_seconds
from tests.servers.eutils_corpus import Corpus
from tests.servers.eutils_einfo import einfo
from tests.servers.eutils_elink import Links
from tests.servers.eutils_esearch import Search
from tests.servers.eutils_espell import espell
from tests.servers.eutils_esummary import Summaries
from tests.servers.eutils_faults import FAULTS, altered, bad_key, rate_limited, replacement
from tests.servers.eutils_history import History
from tests.servers.eutils_limits import Allowance, Limiter
from tests.servers.eutils_messages import TOOLS, Request
from tests.servers.eutils_records import Doctype, Records
from tests.servers.faults import Faults, Rule
from tests.servers.messages import Answer, Entry, page
from tests.servers.transport import Visit

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

VALID_KEY = "0123456789abcdef0123456789abcdef0123"
"""A key that the emulator takes unless told otherwise; the real ones have this form too."""
LONGEST_URL = 2_000


@dataclass(slots=True)
class Settings:
    """What a test may switch, also while the emulator runs.

    Attributes:
        keys: keys that are valid; every other key is refused.
        longest_url: a longer GET is answered 414.
        limit_headers: send `X-RateLimit-Limit` and `X-RateLimit-Remaining`.
        retry_after: seconds that a 429 asks to wait; None sends no such header.
    """

    keys: frozenset[str] = frozenset((VALID_KEY,))
    longest_url: int = LONGEST_URL
    limit_headers: bool = True
    retry_after: int | None = None


class Service:
    """The emulated service: records, clock, limiter, history, faults, and the log of what was asked."""

    def __init__(
        self,
        corpus: Corpus,
        *,
        clock: Clock | None = None,
        settings: Settings | None = None,
        rate_limit: bool = True,
        limit_by_clock: bool = False,
        doctype: Doctype = "https",
        ceiling_status: int = 200,
    ) -> None:
        self.corpus = corpus
        self.clock = clock or Clock()
        self.settings = settings or Settings()
        self.limiter = Limiter(self.clock.seconds if limit_by_clock else real_seconds, enabled=rate_limit)
        self.history = History(self.clock.seconds)
        self.faults = Faults(FAULTS)
        self.records = Records(corpus, self.history, doctype=doctype)
        self.log: list[Entry] = []
        self.lock = RLock()
        self._search = Search(corpus, self.history, ceiling_status=ceiling_status)
        summaries, links = Summaries(corpus, self.records), Links(corpus)
        self._tools: Mapping[str, Callable[[Request, Rule | None], Answer]] = {
            "einfo": self._einfo,
            "esearch": lambda request, _: self._search.answer(request, self.clock.today()),
            "efetch": self._efetch,
            "epost": lambda request, _: self.records.post(request),
            "esummary": lambda request, _: summaries.answer(request, self.clock.today()),
            "elink": lambda request, _: links.answer(request, self.clock.today()),
            "espell": lambda request, _: espell(request, self.corpus),
        }

    def visit(self, received: messages.Request) -> Visit:
        """Put a request on the log and see whether a fault hits it."""
        request = Request.read(received)
        with self.lock:
            rule = self.faults.strike(request.tool)
            entry = Entry(
                number=len(self.log) + 1,
                time=real_seconds(),
                clock=self.clock.now().isoformat(),
                method=request.method,
                path=request.path,
                tool=request.tool,
                params={name: list(values) for name, values in request.params.items()},
                who=request.get("api_key") or request.address,
                user_agent=received.headers.get("user-agent", ""),
                fault=rule.name if rule else "",
            )
            self.log.append(entry)
            return Visit(entry, rule, partial(self.answer, request, rule))

    def answer(self, request: Request, rule: Rule | None = None) -> Answer:
        """Answer a request; `rule` is the fault that hits it, whose effects on the body are part of the answer."""
        with self.lock:
            if request.tool not in TOOLS:
                return page("404 Not Found", "The requested page does not exist.", status=404)
            if request.method == "GET" and request.url_length > self.settings.longest_url:
                return page("Submitted URI too large!", "The requested URL is too long.", status=414)
            key = request.get("api_key")
            if key and key not in self.settings.keys:
                return bad_key(key)
            allowance = self.limiter.ask(address=request.address, key=key or None)
            if allowance.refused:
                return self._with_limits(self._refusal(allowance), allowance)
            return self._with_limits(self._tool(request, rule), allowance)

    def _refusal(self, allowance: Allowance) -> Answer:
        wait = self.settings.retry_after
        headers = {} if wait is None else {"Retry-After": str(wait)}
        return rate_limited(allowance.who, allowance.count, allowance.limit, headers=headers)

    def _tool(self, request: Request, rule: Rule | None) -> Answer:
        if rule is None:
            return self._tools[request.tool](request, None)
        replaced = replacement(rule, request, self.clock.now())
        if replaced is not None:
            return replaced
        if rule.name == "expired-history":
            self.history.forget()
        return altered(rule, self._tools[request.tool](request, rule))

    def _with_limits(self, answer: Answer, allowance: Allowance) -> Answer:
        if not self.settings.limit_headers:
            return answer
        stated = {"X-RateLimit-Limit": str(allowance.limit), "X-RateLimit-Remaining": str(allowance.remaining)}
        return Answer(answer.body, answer.content_type, answer.status, {**stated, **answer.headers})

    def _einfo(self, request: Request, _: Rule | None) -> Answer:
        return einfo(request, count=len(self.corpus.visible(self.clock.today())), built=self.clock.eastern())

    def _efetch(self, request: Request, rule: Rule | None) -> Answer:
        missing = rule.options.get("count", 1) if rule and rule.name == "missing-ids" else 0
        return self.records.fetch(request, self.clock.today(), missing=missing)

    def most_in_a_second(self, who: str | None = None) -> int:
        """Give the largest number of requests that one caller (or any one) sent within a second."""
        with self.lock:
            callers = {who} if who else {entry.who for entry in self.log}
            times = [[entry.time for entry in self.log if entry.who == caller] for caller in callers]
        return max((sum(1 for t in one if start <= t < start + 1) for one in times for start in one), default=0)
