"""What one way of looking says of a record: the seam where another way, such as a trained model, joins in."""

from dataclasses import dataclass

from harvest.evidence.designs import Design
from harvest.model import EvidenceKind, Reason


@dataclass(frozen=True, slots=True)
class Opinion:
    """One view of a record's evidence."""

    by: str
    """`form` (where it comes from), `types` (publication types, with what headings add), `headings` or `text`."""
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
    among: frozenset[Design] = frozenset()
    """Where not empty: the design is one of these, whatever other views say."""
    basis: str = ""
    """What was read, where that is not plain from the record (design section 6, `basis`)."""
    flags: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """`human/rct`: the kind and the best design, as far as this view has them."""
        return f"{self.kind or ''}/{self.designs[0] if self.designs else ''}"
