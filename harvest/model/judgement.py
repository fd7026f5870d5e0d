"""What we decide of a record, and why."""

from dataclasses import dataclass
from enum import StrEnum

from harvest.model.record import Key


class Relevance(StrEnum):
    """Is the document about the pair? (design section 6, `screening`)."""

    DIRECT = "direct"
    COMPOUND_ONLY = "compound-only"
    CONDITION_ONLY = "condition-only"
    OFF_TOPIC = "off-topic"


class EvidenceKind(StrEnum):
    """What the document's own results rest on (design section 6, `evidence`)."""

    HUMAN = "human"
    PRECLINICAL = "preclinical"
    ANECDOTAL = "anecdotal"
    NONE = "none"
    UNDETERMINED = "undetermined"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something was decided.

    `rule` is a stable rule id (`screen.compound-in-title`, `evidence.mesh-animals-only`) or a model's version.
    `field` is `title`, `abstract`, `mesh`, `publication_types`, `substances`, `keywords`, `journal`, ...; for text
    fields `start`/`end` are code points into that field (abstract: into `Record.abstract_text`), for list fields they
    are -1. `text` is the words that caused it.
    """

    rule: str
    field: str = ""
    start: int = -1
    end: int = -1
    text: str = ""


@dataclass(frozen=True, slots=True)
class Screening:
    """Is a record about the pair, and why.

    `flags`: `near` (compound-only with the condition's word but not its context, or its context but another
    outcome), `derivative` (only a derivative of the compound is named).
    """

    relevance: Relevance
    reasons: tuple[Reason, ...]
    flags: tuple[str, ...] = ()

    @property
    def is_source(self) -> bool:
        """Direct and compound-only records become sources; the others are excluded with this screening as reason."""
        return self.relevance in (Relevance.DIRECT, Relevance.COMPOUND_ONLY)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a record's own results rest on (design section 6); `probability` is in millionths."""

    kind: EvidenceKind
    design: str
    tier: int
    probability: int
    reasons: tuple[Reason, ...]
    basis: str
    needs_review: bool = False
    parts: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()


class Direction(StrEnum):
    """What became of the topic's outcome, as the authors or the writer state (design section 6, `outcome`)."""

    IMPROVED = "improved"
    WORSENED = "worsened"
    NO_CLEAR_DIFFERENCE = "no-clear-difference"
    MIXED = "mixed"
    NOT_REPORTED = "not-reported"


class Harms(StrEnum):
    """Unwanted effects, kept apart from the outcome."""

    REPORTED = "reported"
    NONE_REPORTED = "none-reported"
    """Looked for, or spoken of, and none found."""
    NOT_REPORTED = "not-reported"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a document says came out; where it is not sure it says `not-reported`."""

    outcome: Direction = Direction.NOT_REPORTED
    harms: Harms = Harms.NOT_REPORTED
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence, word for word, that states a document's result on the topic, or what a page says of the compound.

    `start`/`end` are code points into `field` (`title`, or `abstract` meaning `Record.abstract_text`). What follows is
    empty but for pages, whose sentences tell of many studies, none of them the page's own.
    """

    field: str
    start: int
    end: int
    text: str
    screening: str = ""
    """Is this sentence about the pair: a `Relevance`."""
    evidence: str = ""
    """What the study rests on that it tells of or cites: an `EvidenceKind`."""
    outcome: str = ""
    """What it says became of what it is about, the condition or something else: a `Direction`."""
    cites: tuple[Key, ...] = ()
    """What it cites, where that is known."""
    cited: tuple[str, ...] = ()
    """What else it cites, in the words of the page's reference or of the mark."""
