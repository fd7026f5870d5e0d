"""Evidence: on what a document's own results rest, decided from identifiers and text, with every reason."""

from typing import Final

from harvest.evidence.classify import classify, opinions
from harvest.evidence.designs import Design
from harvest.evidence.opinion import Opinion
from harvest.evidence.tiers import TIERS, tier
from harvest.evidence.weights import digest
from harvest.reports import version

VERSION: Final = f"evidence-2-{version()}-{digest()}"
"""Changes whenever rules or weights do, those for reports first; stands in every `reclassified` entry."""

__all__ = ["TIERS", "VERSION", "Design", "Opinion", "classify", "opinions", "tier"]
