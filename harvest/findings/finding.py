"""What a record says came out (design section 6, `outcome`)."""

from harvest.model import Evidence, Finding, Record
from harvest.topics import Topic


def finding(record: Record, topic: Topic, evidence: Evidence) -> Finding:  # noqa: ARG001
    """What became of the topic's outcome."""
    return Finding()
