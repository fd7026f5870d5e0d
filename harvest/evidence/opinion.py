"""What one way of looking says of a record: the seam where another way, such as a trained model, joins in."""

from dataclasses import dataclass

from harvest.evidence.designs import Design
from harvest.model import EvidenceKind, Reason


@dataclass(frozen=True, slots=True)
class Opinion:
    """One view of a record's evidence."""

    by: str
    """`types` (publication types, with what headings add), `headings` (headings alone) or `text`."""
    kind: EvidenceKind | None
    """None where this view cannot tell."""
    designs: tuple[Design, ...]
    """Best first; the first that the decided kind allows is taken. Empty where this view knows the kind alone."""
    probability: int
    """How often this view's kind is right when it looks like this, in millionths."""
    reasons: tuple[Reason, ...]
    decisive: bool = False
    """No other view can overrule it, only ask for a review."""
    parts: tuple[str, ...] = ()
    """Kinds of the document's own results, where there are several."""
