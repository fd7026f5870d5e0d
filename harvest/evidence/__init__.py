"""Evidence: on what a document's own results rest, decided from identifiers and text, with every reason."""

from harvest.evidence.classify import classify, opinions
from harvest.evidence.designs import Design
from harvest.evidence.opinion import Opinion
from harvest.evidence.tiers import TIERS, tier

__all__ = ["TIERS", "Design", "Opinion", "classify", "opinions", "tier"]
