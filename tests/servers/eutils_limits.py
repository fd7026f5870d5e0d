"""Three requests a second for an address without a key, ten for a key (reference 1.2)."""

from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

WITHOUT_KEY = 3
WITH_KEY = 10
WINDOW = 1.0


@dataclass(frozen=True, slots=True)
class Allowance:
    """How one request stands to its limit; `count` holds refused requests too, as the real service counts them."""

    who: str
    count: int
    limit: int

    @property
    def refused(self) -> bool:
        """Whether the request is one too many."""
        return self.count > self.limit

    @property
    def remaining(self) -> int:
        """How many more requests this window takes."""
        return max(0, self.limit - self.count)


class Limiter:
    """Counts requests of each key, or of each address without a key, in a sliding window of one second."""

    def __init__(self, seconds: Callable[[], float], *, enabled: bool = True) -> None:
        self._seconds = seconds
        self._asked: defaultdict[str, deque[float]] = defaultdict(deque)
        self._lock = Lock()
        self.enabled = enabled

    def ask(self, *, address: str, key: str | None) -> Allowance:
        """Count one request."""
        who, limit = (key, WITH_KEY) if key else (address, WITHOUT_KEY)
        with self._lock:
            now, asked = self._seconds(), self._asked[who]
            while asked and asked[0] <= now - WINDOW:
                asked.popleft()
            if not self.enabled:
                return Allowance(who, 0, limit)
            asked.append(now)
            return Allowance(who, len(asked), limit)
