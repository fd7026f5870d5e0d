"""Which records are one document: normal forms of identifiers and titles, and the comparison of two records."""

from harvest.identity.clusters import Clusters, Place
from harvest.identity.comparison import Verdict, compare, weight
from harvest.identity.fingerprint import Fingerprint, fingerprint, fingerprint_of_line
from harvest.identity.index import Index
from harvest.identity.key import normal_key
from harvest.identity.kinship import Kinship, kinship
from harvest.identity.title import fold_title

__all__ = [
    "Clusters",
    "Fingerprint",
    "Index",
    "Kinship",
    "Place",
    "Verdict",
    "compare",
    "fingerprint",
    "fingerprint_of_line",
    "fold_title",
    "kinship",
    "normal_key",
    "weight",
]
