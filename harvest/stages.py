"""A found record on its way through the pipelines, one type per stage: found, identified, screened, judged."""

from dataclasses import dataclass

from harvest.identity import Fingerprint
from harvest.model import Claim, Evidence, Finding, Found, Screening


@dataclass(frozen=True, slots=True)
class Identified:
    """A found record with what makes it recognisable."""

    found: Found
    fingerprint: Fingerprint


@dataclass(frozen=True, slots=True)
class Screened:
    """... and whether it is about the pair."""

    found: Found
    fingerprint: Fingerprint
    screening: Screening


@dataclass(frozen=True, slots=True)
class Judged:
    """... what its results rest on, what came out and which sentences say so: all that the ledger is told."""

    found: Found
    fingerprint: Fingerprint
    screening: Screening
    evidence: Evidence
    finding: Finding
    claims: tuple[Claim, ...]
