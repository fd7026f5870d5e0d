"""What a ledger says is settled: a fold over its entries, kept by the writer and by every reader alike."""

from harvest.catalogue.catalogue import ABOUT, RETRIES, Catalogue
from harvest.catalogue.kinds import ENRICHING, FOLDED, REJUDGING
from harvest.catalogue.links import Link
from harvest.catalogue.merges import Merges
from harvest.catalogue.reviews import DECISIONS, REVIEWED
from harvest.catalogue.settled import Settled, Watermark

__all__ = [
    "ABOUT",
    "DECISIONS",
    "ENRICHING",
    "FOLDED",
    "REJUDGING",
    "RETRIES",
    "REVIEWED",
    "Catalogue",
    "Link",
    "Merges",
    "Settled",
    "Watermark",
]
