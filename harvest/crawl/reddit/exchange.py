"""One request and its answer, whatever carries them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol
from urllib.parse import urlsplit

from harvest.faults import Fault

EMULATOR: Final = "x-emulator"
"""The header by which made-up answers are told from Reddit's."""
TOKEN_PATH: Final = "/api/v1/access_token"  # noqa: S105 - a path

Fields = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Asking:
    """A request; `parameters` of the address, `form` of the body, in the order given."""

    method: str
    url: str
    headers: Mapping[str, str]
    parameters: Fields = ()
    form: Fields = ()
    client: tuple[str, str] | None = None
    """User and password for HTTP Basic."""

    @property
    def tool(self) -> str:
        """What it asks, for counting: `search`, `new`, `comments`, `morechildren`, `info`, `access_token`."""
        parts = [part for part in urlsplit(self.url).path.split("/") if part]
        return "comments" if "comments" in parts else parts[-1] if parts else "page"

    @property
    def for_a_token(self) -> bool:
        """Does it ask for a token?"""
        return urlsplit(self.url).path.rstrip("/").endswith(TOKEN_PATH)


@dataclass(frozen=True, slots=True)
class Exchanged:
    """An answer: names of headers in lower case, the body decoded."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class NoAnswer(Exception):
    """Nothing came that could be read."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.detail)
        self.fault = fault


class Transport(Protocol):
    """What carries requests."""

    def send(self, asking: Asking) -> Exchanged:
        """Carry one.

        Raises:
            NoAnswer: none came.
        """

    def close(self) -> None:
        """Let go of connections."""
