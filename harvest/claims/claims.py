"""The one to three sentences that state a record's result."""

from harvest.passages import passages
from harvest.model import Claim, Evidence, EvidenceKind, Record
from harvest.text import Terms
from harvest.topics import Topic


def claims(record: Record, topic: Topic, evidence: Evidence) -> tuple[Claim, ...]:
    """The sentences, best first."""
    if evidence.kind is EvidenceKind.NONE:
        return ()
    terms = Terms(topic.compound.names)
    text = record.abstract_text
    told = [p for p in passages(record) if p.role in ("conclusions", "results")]
    found = [Claim(p.field, p.start, p.end, text[p.start : p.end]) for p in reversed(told)]
    return tuple(claim for claim in found if terms.find(claim.text))[:3]
