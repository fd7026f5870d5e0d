"""The tier table is total, and follows from kind and design alone."""

import pytest

from harvest.evidence import TIERS, Design, tier
from harvest.evidence.designs import ALLOWED
from harvest.model import EvidenceKind


def test_every_allowed_pair_has_a_tier_and_no_other_has() -> None:
    assert set(TIERS) == {(kind, design) for kind, designs in ALLOWED.items() for design in designs}
    assert set(TIERS.values()) == set(range(1, 9))


def test_every_kind_and_every_design_is_allowed_somewhere() -> None:
    assert set(ALLOWED) == set(EvidenceKind)
    decided = set().union(*(ALLOWED[kind] for kind in EvidenceKind if kind is not EvidenceKind.UNDETERMINED))
    assert decided == set(Design)


@pytest.mark.parametrize(
    ("kind", "design", "expected"),
    [
        (EvidenceKind.HUMAN, Design.META_ANALYSIS, 1),
        (EvidenceKind.HUMAN, Design.RCT, 2),
        (EvidenceKind.HUMAN, Design.CONTROLLED_TRIAL, 3),
        (EvidenceKind.HUMAN, Design.CASE_REPORT, 4),
        (EvidenceKind.HUMAN, Design.OTHER, 4),
        (EvidenceKind.PRECLINICAL, Design.SYSTEMATIC_REVIEW, 5),
        (EvidenceKind.PRECLINICAL, Design.ANIMAL, 5),
        (EvidenceKind.PRECLINICAL, Design.IN_VITRO, 6),
        (EvidenceKind.ANECDOTAL, Design.FIRST_PERSON, 7),
        (EvidenceKind.NONE, Design.PROTOCOL, 8),
        (EvidenceKind.UNDETERMINED, Design.RCT, 8),
    ],
)
def test_the_published_tiers(kind: EvidenceKind, design: Design, expected: int) -> None:
    assert tier(kind, design) == expected


def test_a_pair_that_is_not_allowed_has_no_tier() -> None:
    with pytest.raises(KeyError):
        tier(EvidenceKind.PRECLINICAL, Design.RCT)
