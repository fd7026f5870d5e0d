"""How much of the day's budget is left, as the headers of an answer say; prices change, so nothing is counted here."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Self

ENOUGH: Final = Fraction(80, 100)
"""The share of the day's budget from which on no more is asked: others may use the same key."""
_NUMBER: Final = re.compile(r"\d+(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Budget:
    """`X-RateLimit-Limit` and `X-RateLimit-Remaining`, in whatever OpenAlex counts; None where it says nothing."""

    limit: Fraction | None = None
    remaining: Fraction | None = None

    @classmethod
    def of(cls, headers: Mapping[str, str]) -> Self:
        """Read an answer's headers, names in lower case."""
        return cls(_number(headers.get("x-ratelimit-limit", "")), _number(headers.get("x-ratelimit-remaining", "")))

    @property
    def spent(self) -> bool:
        """So much is used that no more should be asked today."""
        if not self.limit or self.remaining is None:
            return False
        return 1 - self.remaining / self.limit >= ENOUGH

    @property
    def exhausted(self) -> bool:
        """Nothing is left before midnight UTC."""
        return self.remaining is not None and self.remaining <= 0


def _number(text: str) -> Fraction | None:
    return Fraction(text) if _NUMBER.fullmatch(text.strip()) else None
