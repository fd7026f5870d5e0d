"""The values that pass from one step to the next; all frozen, none knows a framework.

Record (what a provider says of one document) -> Screening -> Evidence -> ledger entry.
Ledger entries themselves are JSON objects whose fields `docs/reference/ledger-format.md` lists.
"""

from harvest.model.judgement import (
    Claim,
    Direction,
    Evidence,
    EvidenceKind,
    Finding,
    Harms,
    Reason,
    Relevance,
    Screening,
)
from harvest.model.record import (
    AbstractSection,
    Author,
    Citation,
    Correction,
    DataBank,
    HistoryDate,
    Journal,
    Key,
    Keyword,
    MeshHeading,
    OtherAbstract,
    Precision,
    PublicationDate,
    Qualifier,
    Record,
    Related,
    Substance,
    Term,
)
from harvest.model.run import Found, FullText, Outcome, RunOutcome, Snapshot

__all__ = [
    "AbstractSection",
    "Author",
    "Citation",
    "Claim",
    "Correction",
    "DataBank",
    "Direction",
    "Evidence",
    "EvidenceKind",
    "Finding",
    "Found",
    "FullText",
    "Harms",
    "HistoryDate",
    "Journal",
    "Key",
    "Keyword",
    "MeshHeading",
    "OtherAbstract",
    "Outcome",
    "Precision",
    "PublicationDate",
    "Qualifier",
    "Reason",
    "Record",
    "Related",
    "Relevance",
    "RunOutcome",
    "Screening",
    "Snapshot",
    "Substance",
    "Term",
]
