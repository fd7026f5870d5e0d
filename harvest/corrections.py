"""What a CommentsCorrections element means, told apart by its direction.

PubMed writes `RetractionIn` on the retracted paper and `RetractionOf` on the notice; a reader who takes one for the
other retracts the wrong document. The relation is always read as "this record is ... the other".
Source: `CommentsCorrections @RefType` of the PubMed DTD of 2025.
"""

from typing import Final

RELATIONS: Final = {
    "AssociatedDataset": "has-dataset",
    "AssociatedPublication": "has-publication",
    "Cites": "cites",
    "CommentIn": "commented-in",
    "CommentOn": "comment-on",
    "CorrectedandRepublishedFrom": "corrected-republication-of",
    "CorrectedandRepublishedIn": "corrected-and-republished-in",
    "ErratumFor": "erratum-for",
    "ErratumIn": "erratum-in",
    "ExpressionOfConcernFor": "concern-for",
    "ExpressionOfConcernIn": "concern-in",
    "OriginalReportIn": "original-report-in",
    "ReprintIn": "reprinted-in",
    "ReprintOf": "reprint-of",
    "RepublishedFrom": "republication-of",
    "RepublishedIn": "republished-in",
    "RetractedandRepublishedFrom": "republication-of-retracted",
    "RetractedandRepublishedIn": "retracted-and-republished-in",
    "RetractionIn": "retracted-in",
    "RetractionOf": "retraction-of",
    "SummaryForPatientsIn": "patient-summary-in",
    "UpdateIn": "updated-in",
    "UpdateOf": "update-of",
}

EVENTS: Final = {
    "retracted-in": "retraction",
    "retracted-and-republished-in": "retraction",
    "concern-in": "concern",
    "erratum-in": "erratum",
    "corrected-and-republished-in": "erratum",
    "updated-in": "update",
}
"""The relations that change how a record must be read, and the word for what happened to it."""


def relation(kind: str) -> str:
    """The relation of a RefType; one that a later DTD adds is passed on in lower case, never dropped."""
    return RELATIONS.get(kind, kind.lower())
