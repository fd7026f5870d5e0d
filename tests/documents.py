"""Made-up records and what was decided of them, for tests of everything behind the reader."""

from dataclasses import replace
from typing import Any

from harvest.identity import fingerprint
from harvest.model import (
    AbstractSection,
    Author,
    Correction,
    Evidence,
    EvidenceKind,
    Finding,
    Found,
    Journal,
    PublicationDate,
    Reason,
    Record,
    Relevance,
    Screening,
    Snapshot,
    Term,
)
from harvest.stages import Judged

SNAPSHOT = Snapshot("semax-pubmed-1.warc.gz", "urn:uuid:0", "0" * 64)
RECORD = Record(
    provider="pubmed",
    key="pmid:90000001",
    keys=("pmid:90000001", "doi:10.5555/synth.1"),
    title="Synthetic record: a peptide given to invented rats under a made-up regimen",
    abstract=(AbstractSection("Invented rats ran.", label="RESULTS"),),
    authors=(Author(family="Nemo", initials="AB"),),
    date=PublicationDate("2024 May", 2024, 5, precision="month"),
    journal=Journal(title="Journal of Invented Results", volume="12", pages="1-9"),
    publication_types=(Term("D016428", "Journal Article"),),
    languages=("eng",),
)


def record(number: int = 1, **changes: Any) -> Record:
    """A record with an identity of its own; `changes` replace its fields."""
    own = {
        "key": f"pmid:{90000000 + number}",
        "keys": (f"pmid:{90000000 + number}", f"doi:10.5555/synth.{number}"),
        "title": f"{RECORD.title}, number {number} of a long series",
        "journal": replace(RECORD.journal, volume=str(number)),
    }
    return replace(RECORD, **{**own, **changes})


def judged(document: Record = RECORD, relevance: Relevance = Relevance.COMPOUND_ONLY, **evidence: Any) -> Judged:
    """The record as it reaches the ledger stage."""
    screening = Screening(relevance, (Reason("screen.test", "title", 0, 9, "Synthetic"),))
    decided = Evidence(EvidenceKind.PRECLINICAL, "animal", 5, 900_000, (), "abstract")
    found = Found(document, SNAPSHOT, 2)
    return Judged(found, fingerprint(document), screening, replace(decided, **evidence), Finding(), ())


def retracted(document: Record) -> Record:
    """The same record after a notice was linked to it."""
    return replace(document, corrections=(*document.corrections, Correction("RetractionIn", "J. 2025;1:1", "pmid:9")))
