"""Findings: what became of the topic's outcome, and which harms, as the authors or the writer state."""

from harvest.findings.finding import finding

__all__ = ["finding"]
