"""How records were settled, and up to where a provider is harvested."""

from dataclasses import dataclass
from typing import Any, Literal

Body = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Settled:
    """How a key was settled: as which kind of entry, under which `sid` (sources and their duplicates), with what."""

    kind: Literal["source", "excluded", "duplicate"]
    sid: str
    digest: str
    body: Body


@dataclass(frozen=True, slots=True)
class Watermark:
    """Up to which day a provider is harvested, and for which question (design section 8)."""

    until: str
    query_digest: str
    topic_sha256: str
    refreshed: str
    index: str = ""
    """The provider's own name for the state of its records then; empty where it has none."""

    def as_body(self) -> Body:
        """As it stands in `run-finished`."""
        mark = {
            "until": self.until,
            "query_digest": self.query_digest,
            "topic_sha256": self.topic_sha256,
            "refreshed": self.refreshed,
        }
        return mark | {"index": self.index} if self.index else mark
