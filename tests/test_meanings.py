import pytest

from harvest.evidence.text_rules import rules
from harvest.meanings import meaning
from harvest.model import EvidenceKind

HUMAN, PRECLINICAL, NONE = EvidenceKind.HUMAN, EvidenceKind.PRECLINICAL, EvidenceKind.NONE


def test_every_published_rule_says_why() -> None:
    assert [rule.id for rule in rules() if not meaning(rule.id).why] == []


@pytest.mark.parametrize(
    ("rule", "kinds"),
    [
        ("evidence.patients", {HUMAN}),
        ("evidence.rodents", {PRECLINICAL}),
        ("evidence.mesh-humans", {HUMAN}),
        ("evidence.machine-animals", {PRECLINICAL}),
        ("evidence.mesh-laboratory", {PRECLINICAL}),
        ("evidence.type-veterinary", {PRECLINICAL}),
        ("evidence.type-rct", {HUMAN}),
        ("evidence.type-meta-analysis", {HUMAN, PRECLINICAL}),
        ("evidence.type-narrative-review", {NONE}),
        ("evidence.type-people", {HUMAN}),
        ("evidence.type-notice", {NONE}),
        ("evidence.type-other", set()),
        ("report.first-person", {EvidenceKind.ANECDOTAL}),
        ("report.question", {NONE}),
        ("report.information", {NONE}),
        ("screen.compound-in-title", set()),
        ("model-of-another-year", set()),
    ],
)
def test_a_rule_speaks_for_the_evidence_that_its_population_or_design_can_be(
    rule: str, kinds: set[EvidenceKind]
) -> None:
    assert meaning(rule).kinds == kinds


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        ("screen.compound-in-title", "the compound is named"),
        ("screen.compound-as-comparator", "the compound is named as comparator, which does not count"),
        ("screen.no-condition", "nothing names the condition"),
        ("evidence.type-rct", "publication type of the record"),
        ("evidence.machine-humans", "MeSH headings that a machine set"),
        ("model-3f2a", "words that weighed most in a trained model"),
        ("report.question", "words that weighed most in a trained model"),
        ("rule.of-a-later-version", ""),
    ],
)
def test_a_rule_is_said_in_words(rule: str, why: str) -> None:
    assert meaning(rule).why == why
