"""What others keep of a ledger's heads: git tags, RFC 3161 time-stamps, OpenTimestamps proofs."""

from harvest.ledger.outside.anchored import Outside, outside_anchors
from harvest.ledger.outside.kept import Kept, KeptHead, head_for_others

__all__ = ["Kept", "KeptHead", "Outside", "head_for_others", "outside_anchors"]
