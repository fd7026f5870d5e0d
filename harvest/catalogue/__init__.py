"""What a ledger says is settled: a fold over its entries, kept by the writer and by every reader alike."""

from harvest.catalogue.catalogue import ABOUT, ENRICHING, FOLDED, REJUDGING, RETRIES, Catalogue
from harvest.catalogue.links import RELATIONS, Link
from harvest.catalogue.reviews import DECISIONS, REVIEWED
from harvest.catalogue.settled import Settled, Watermark

__all__ = [
    "ABOUT",
    "DECISIONS",
    "ENRICHING",
    "FOLDED",
    "REJUDGING",
    "RELATIONS",
    "RETRIES",
    "REVIEWED",
    "Catalogue",
    "Link",
    "Settled",
    "Watermark",
]
