"""Stage 1, identification: what makes a record recognisable."""

from harvest.identity import fingerprint
from harvest.model import Found
from harvest.stages import Identified


class IdentityPipeline:
    """Found -> Identified."""

    def process_item(self, found: Found) -> Identified:
        """Derive own ids in normal form and the folded title; the ledger stage compares them."""
        return Identified(found, fingerprint(found.record))
