"""Is it written by a user, or is it research, or a page? Only what users write can be anecdotal (design section 6)."""

from harvest.model import Record
from harvest.reports.lexicon import FIRST
from harvest.reports.model import model
from harvest.reports.views import Vector, vector
from harvest.reports.writing import writing

BY_USERS = frozenset({"reddit", "x", "youtube", "instagram", "pasted"})
"""Providers of posts, comments and messages."""
BY_AUTHORS = frozenset(
    {"pubmed", "europepmc", "trials", "ctgov", "ictrp", "crossref", "openalex", "preprints", "openfda"}
)
"""Providers of documents that were published or registered."""
PAGES = "web"
"""The provider of pages, of which few are by users."""
LEAST_OWN = 0.02
"""Share of `I`, `my` and the like in what a user writes of himself on a page."""


def is_user_written(record: Record) -> bool:
    """Did a user write it? By the provider where that is known, else by how it is written and who publishes it."""
    if record.provider in BY_USERS:
        return True
    if record.provider in BY_AUTHORS or _is_published(record):
        return False
    found, features = model(), vector(writing(record).text)
    chance = found.probabilities(features)["written"]
    if record.provider != PAGES:
        return chance >= found.thresholds["written"]
    return chance >= found.thresholds["written on the web"] and _speaks_of_itself(features)


def _speaks_of_itself(features: Vector) -> bool:
    """Is the writer in it? Without that no page can be somebody's story, however loosely it is written."""
    own = sum([word in FIRST for word in features.words])
    return own >= LEAST_OWN * len(features.words)


def _is_published(record: Record) -> bool:
    """Has it what only a published document has: a journal, MeSH headings, publication types, labelled sections?"""
    labelled = any(section.label or section.category for section in record.abstract)
    return bool(record.journal.title or record.mesh or record.publication_types or labelled)
