"""The closed list of study designs, and which kind of evidence each can be (design section 6)."""

from enum import StrEnum
from types import MappingProxyType

from harvest.model import EvidenceKind


class Design(StrEnum):
    """How a document came to what it says."""

    SYSTEMATIC_REVIEW = "systematic-review"
    META_ANALYSIS = "meta-analysis"
    POOLED_ANALYSIS = "pooled-analysis"
    RCT = "rct"
    CONTROLLED_TRIAL = "controlled-trial"
    UNCONTROLLED_TRIAL = "uncontrolled-trial"
    COHORT = "cohort"
    CASE_CONTROL = "case-control"
    CROSS_SECTIONAL = "cross-sectional"
    QUALITATIVE = "qualitative"
    PHARMACOVIGILANCE = "pharmacovigilance"
    PHARMACOKINETIC = "pharmacokinetic"
    CASE_SERIES = "case-series"
    CASE_REPORT = "case-report"
    PROTOCOL = "protocol"
    TRIAL_REGISTRATION = "trial-registration"
    ANIMAL = "animal"
    EX_VIVO = "ex-vivo"
    IN_VITRO = "in-vitro"
    IN_SILICO = "in-silico"
    NARRATIVE_REVIEW = "narrative-review"
    OPINION = "opinion"
    FIRST_PERSON = "first-person"
    SECOND_HAND = "second-hand"
    QUESTION = "question"
    MARKETING = "marketing"
    NEWS = "news"
    OTHER = "other"


SYNTHESES = frozenset({Design.SYSTEMATIC_REVIEW, Design.META_ANALYSIS, Design.POOLED_ANALYSIS})
"""Designs that gather other studies; their kind is that of the studies they include."""

HUMAN_STUDIES = frozenset(
    {
        Design.RCT,
        Design.CONTROLLED_TRIAL,
        Design.UNCONTROLLED_TRIAL,
        Design.COHORT,
        Design.CASE_CONTROL,
        Design.CROSS_SECTIONAL,
        Design.QUALITATIVE,
        Design.PHARMACOVIGILANCE,
        Design.PHARMACOKINETIC,
        Design.CASE_SERIES,
        Design.CASE_REPORT,
    }
)
TRIALS = frozenset({Design.RCT, Design.CONTROLLED_TRIAL, Design.UNCONTROLLED_TRIAL, Design.PHARMACOKINETIC})
"""Designs in which people are given something in order to see what it does."""
LABORATORY = frozenset({Design.ANIMAL, Design.EX_VIVO, Design.IN_VITRO, Design.IN_SILICO})
WITHOUT_RESULTS = frozenset(
    {
        Design.PROTOCOL,
        Design.TRIAL_REGISTRATION,
        Design.NARRATIVE_REVIEW,
        Design.OPINION,
        Design.QUESTION,
        Design.MARKETING,
        Design.NEWS,
    }
)

ALLOWED = MappingProxyType(
    {
        EvidenceKind.HUMAN: SYNTHESES | HUMAN_STUDIES | {Design.OTHER},
        EvidenceKind.PRECLINICAL: SYNTHESES | LABORATORY | {Design.OTHER},
        EvidenceKind.ANECDOTAL: frozenset({Design.FIRST_PERSON, Design.SECOND_HAND}),
        EvidenceKind.NONE: WITHOUT_RESULTS | {Design.OTHER},
        EvidenceKind.UNDETERMINED: frozenset(Design),
    }
)
"""Every (kind, design) pair that may stand in a ledger."""
