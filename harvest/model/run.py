"""What a run finds, where it is kept, and how it ends."""

from dataclasses import dataclass
from enum import StrEnum

from harvest.model.record import AbstractSection, Record, joined


class Outcome(StrEnum):
    """How one record found by a run was settled, or how a provider's run ended."""

    INCLUDED = "included"
    EXCLUDED = "excluded"
    DUPLICATE = "duplicate"
    KNOWN = "known"
    FAILED = "failed"


class RunOutcome(StrEnum):
    """How a provider's run ended (design section 4)."""

    COMPLETE = "complete"
    PARTIAL = "partial"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Where a raw response body is kept.

    `file` is relative to the archive folder, `record` the WARC-Record-ID (`urn:uuid:...`), `sha256` the
    lower-case hex digest of the body as delivered after content decoding.
    """

    file: str
    record: str
    sha256: str
    synthetic: bool = False
    """The answer came from an emulator or was reconstructed; a production ledger refuses it."""


@dataclass(frozen=True, slots=True)
class FullText:
    """The text of a document beside its abstract: read for claims alone, kept nowhere but in its snapshot."""

    sections: tuple[AbstractSection, ...]
    licence: str
    """Under which it may be read: `cc by`, `cc0`."""
    snapshot: Snapshot

    @property
    def text(self) -> str:
        """The sections as one plain text, as those of an abstract."""
        return joined(self.sections)


@dataclass(frozen=True, slots=True)
class Found:
    """A record that a search of this run returned, with where it came from."""

    record: Record
    snapshot: Snapshot
    search: int
    """`seq` of the search entry that found it."""
    full_text: FullText | None = None
