"""Is it written by a user, or is it research, or a page? Only what users write can be anecdotal (design section 6)."""

from harvest.model import Record
from harvest.reports.model import model
from harvest.reports.views import vector
from harvest.reports.writing import writing

BY_USERS = frozenset({"reddit", "x", "youtube", "instagram", "pasted"})
"""Providers of posts, comments and messages."""
BY_AUTHORS = frozenset({"pubmed", "europepmc", "ctgov", "ictrp", "crossref", "openalex", "preprints", "openfda"})
"""Providers of documents that were published or registered."""


def is_user_written(record: Record) -> bool:
    """Did a user write it? By the provider where that is known, else by how it is written and who publishes it."""
    if record.provider in BY_USERS:
        return True
    if record.provider in BY_AUTHORS or _is_published(record):
        return False
    found = model()
    return found.probabilities(vector(writing(record).text))["written"] >= found.thresholds["written"]


def _is_published(record: Record) -> bool:
    """Has it what only a published document has: a journal, MeSH headings, publication types, labelled sections?"""
    labelled = any(section.label or section.category for section in record.abstract)
    return bool(record.journal.title or record.mesh or record.publication_types or labelled)
