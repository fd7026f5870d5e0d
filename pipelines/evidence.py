"""Stage 3, evidence: what do the record's own results rest on?"""

from harvest.evidence import classify
from harvest.stages import Judged, Screened


class EvidencePipeline:
    """Screened -> Judged."""

    def process_item(self, screened: Screened) -> Judged:
        """Classify the record; it does not matter here whether it is about the pair."""
        evidence = classify(screened.found.record)
        return Judged(screened.found, screened.fingerprint, screened.screening, evidence)
