"""How fast Crossref may be asked: what its pools allow, and what its headers say (external APIs 7.1)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

SINGLE: Final = {"public": 0.21, "polite": 0.105}
"""Seconds between look-ups of one work: five a second without an address to write to, ten with one."""
LIST: Final = {"public": 1.05, "polite": 0.35}
"""The same for list queries, whose limits are lower and stated nowhere."""
_SLACK: Final = 1.05
"""Networks are not even."""


@dataclass(slots=True)
class Pace:
    """Seconds between requests: never fewer than our pool is known for, more where the headers say so.

    `pool` is what we believe to be in, `public` or `polite`, until an answer says it.

    One request at a time is under way: the public pool allows no more, and the limits of list queries leave no use
    for a second.
    """

    pool: str
    stated: float = 0.0

    def heed(self, headers: Mapping[str, str]) -> None:
        """Takes in `x-api-pool`, `x-rate-limit-limit` and `x-rate-limit-interval` of an answer (lower-case names)."""
        if (pool := headers.get("x-api-pool", "")) in SINGLE:
            self.pool = pool
        limit = headers.get("x-rate-limit-limit", "")
        seconds = re.fullmatch(r"(\d+)s", headers.get("x-rate-limit-interval", ""))
        if limit.isdecimal() and int(limit) and seconds:
            self.stated = _SLACK * int(seconds[1]) / int(limit)

    def single(self) -> float:
        """Between look-ups of one work."""
        return max(SINGLE[self.pool], self.stated)

    def list(self) -> float:
        """Between list queries."""
        return max(LIST[self.pool], self.stated)
