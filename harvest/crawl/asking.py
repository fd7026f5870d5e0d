"""What goes wrong while a service is asked about many sources: one answer is missing, or the service is down."""

from collections.abc import Awaitable
from typing import Final, TypeVar

from harvest.enriching import Hearing
from harvest.errors import AnswerUnusable, BudgetSpent, KeyRefused, NotRecorded, ProviderError, Unreachable

T = TypeVar("T")

PATIENCE: Final = 2
"""Requests that fail one after the other, each with all its retries, before a service counts as down."""


class Patience:
    """Lets single requests of a service fail, and gives it up when nothing comes any more."""

    def __init__(self, service: str) -> None:
        self._service = service
        self._failing = 0

    async def attempt(self, request: Awaitable[T], hearing: Hearing) -> T | None:
        """The answer; None where this request alone has failed, which is noted.

        Raises:
            ProviderError: the service is down, not to be reached, refuses our credentials or any more questions today.
        """
        try:
            answer = await request
        except (BudgetSpent, KeyRefused, Unreachable):
            raise
        except (ProviderError, NotRecorded) as error:
            self._failing += 1
            hearing.problem(error.message)
            if self._failing >= PATIENCE:
                raise AnswerUnusable(
                    f"expected answers of {self._service}, got none to {PATIENCE} requests in a row: {error.message}"
                ) from error
            return None
        self._failing = 0
        return answer
