"""A small ledger made by hand, so that commands that read are tested without a crawl."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from harvest import entries
from harvest.identity import fingerprint
from harvest.ledger import Ledger, StateFolder
from harvest.model import (
    Author,
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
)
from harvest.stages import Judged

NOW = datetime(2026, 11, 21, 19, 6, tzinfo=UTC)
RUN = "01JD7Q8Z0000000000000000AA"
TOPIC_SHA256 = "0" * 64
SCREENING = Screening(Relevance.COMPOUND_ONLY, (Reason("screen.compound-in-title", "title", 0, 5, "Semax"),))
EVIDENCE = Evidence(
    EvidenceKind.PRECLINICAL, "animal", 5, 930_000, (Reason("evidence.title-animals", "title", 9, 13, "rats"),), "title"
)

Body = dict[str, Any]


def source(sid: str, pmid: str, title: str, **changes: Any) -> Body:
    """A source line's body: an animal study of the compound for another use; `changes` replace its fields."""
    return entries.source(sid, _judged(found(pmid, title))) | changes


def excluded(pmid: str, title: str, reason: str = "condition-only", **changes: Any) -> Body:
    """An excluded line's body."""
    body = entries.excluded(_judged(found(pmid, title)))
    return body | {"screening": reason, "reason": reason} | changes


def _judged(document: Found) -> Judged:
    return Judged(document, fingerprint(document.record), SCREENING, EVIDENCE, Finding(), ())


def found(pmid: str, title: str) -> Found:
    """A record that the search of this ledger found."""
    record = Record(
        provider="pubmed",
        key=f"pmid:{pmid}",
        keys=(f"pmid:{pmid}",),
        title=title,
        authors=(Author(family="Dolotov", initials="OV"),),
        date=PublicationDate("2006 Oct 30", 2006, 10, 30, "day"),
        journal=Journal(title="Brain research", volume="1117", issue="1", pages="54-60"),
        url=f"https://pubmed.ncbi.nlm.nih.gov/{pmid}/",
    )
    return Found(record, Snapshot("none.warc.gz", "urn:uuid:0", "0" * 64), search=2)


def search(**changes: Any) -> Body:
    """A search line's body."""
    body: Body = {"provider": "pubmed", "query": "semax", "outcome": "complete", "problems": []}
    return body | changes


def account(outcome: str = "complete", **counts: Any) -> Body:
    """A provider's account in `run-finished`."""
    settled = ("included", "excluded", "duplicate", "known", "failed")
    zero = dict.fromkeys(settled, 0)
    found = sum(counts.get(name, 0) for name in settled)
    return {**zero, "found": found, "changed": 0, "refused": 0, "outcome": outcome, "problems": [], **counts}


def write(
    path: Path,
    state: Path,
    *written: tuple[str, Body],
    topic: str = "semax-ssri",
    finished: Body | None = None,
    synthetic: bool = False,
    begun: Body | None = None,
) -> Path:
    """Write a ledger of one run: genesis, run-started, a search, then `written`; `finished` closes and seals it.

    `begun` replaces fields of its `run-started`.
    """
    started = {"spider": "pubmed", "topic": topic, "topic_sha256": TOPIC_SHA256, "versions": {}, "settings": {}}
    started |= begun or {}
    path.parent.mkdir(parents=True, exist_ok=True)
    ledger = Ledger.open(
        path,
        keys=StateFolder(state),
        origin=f"harvest.invalid/{topic}",
        topic=topic,
        clock=lambda: NOW,
        run=RUN,
        created_by="harvest 0.1.0",
        genesis={"synthetic": True} if synthetic else {},
        fold=lambda _: None,
    )
    with ledger:
        with ledger.batch() as batch:
            for kind, body in (("run-started", started), ("search", search()), *written):
                batch.append(kind, body)
            if finished is not None:
                batch.append("run-finished", {"providers": {"pubmed": finished}})
        if finished is not None:
            ledger.seal()
    return path
