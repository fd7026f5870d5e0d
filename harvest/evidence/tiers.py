"""The one published table from (evidence kind, design) to tier (design section 6)."""

from types import MappingProxyType

from harvest.evidence.designs import ALLOWED, LABORATORY, SYNTHESES, Design
from harvest.model import EvidenceKind

_HUMAN = {
    **dict.fromkeys(SYNTHESES, 1),
    Design.RCT: 2,
    **dict.fromkeys((Design.CONTROLLED_TRIAL, Design.COHORT, Design.CASE_CONTROL), 3),
}
_PRECLINICAL = {**dict.fromkeys(SYNTHESES, 5), **dict.fromkeys(LABORATORY, 6), Design.ANIMAL: 5}


def _of(kind: EvidenceKind, design: Design) -> int:
    match kind:
        case EvidenceKind.HUMAN:
            return _HUMAN.get(design, 4)
        case EvidenceKind.PRECLINICAL:
            return _PRECLINICAL.get(design, 6)
        case EvidenceKind.ANECDOTAL:
            return 7 if design is Design.FIRST_PERSON else 8
        case EvidenceKind.NONE | EvidenceKind.UNDETERMINED:
            return 8


TIERS = MappingProxyType({(kind, design): _of(kind, design) for kind, designs in ALLOWED.items() for design in designs})
"""1 synthesis of human studies, 2 randomised, 3 other controlled, 4 uncontrolled or descriptive in people,
5 animals and syntheses of animal studies, 6 tissue, cell or model, 7 first-person report, 8 everything else."""


def tier(kind: EvidenceKind, design: Design) -> int:
    """The tier, 1 to 8, of an allowed pair; a pair that is not in `TIERS` is a KeyError."""
    return TIERS[kind, design]
