"""Rate limit of one client in a fixed window, with the header formats that were recorded (reference 11.4)."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime

WINDOW = 600


class Windows:
    """Counts requests of each client; the windows are aligned to the clock."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._used: Counter[tuple[str, int]] = Counter()
        self.limit = 1000
        self.enabled = True
        self.decimal = True
        """`x-ratelimit-remaining` has a decimal point; both forms were recorded."""

    def ask(self, client: str) -> tuple[bool, dict[str, str]]:
        """Count one request: is it one too many, and the headers of its answer."""
        seconds = int(self._now().timestamp())
        place = (client, seconds // WINDOW)
        self._used[place] += 1
        used = self._used[place]
        remaining = max(0, self.limit - used)
        headers = {
            "x-ratelimit-used": str(min(used, self.limit)),
            "x-ratelimit-remaining": f"{remaining}.0" if self.decimal else str(remaining),
            "x-ratelimit-reset": str(WINDOW - seconds % WINDOW),
        }
        return self.enabled and used > self.limit, headers
