"""Two documents that report one study, told by what they say of themselves."""

from dataclasses import replace

import pytest
from hypothesis import given

from harvest.identity import Fingerprint, kinship
from tests.test_identity import FINGERPRINTS, PAPER

ARTICLE = replace(PAPER, authors=("Inozemtseva LS", "Yatsenko KA", "Glazova NY"))
PREPRINT = replace(ARTICLE, keys=("doi:10.1101/2024.01.01.1",), role="preprint", journal="bioRxiv", volume="", pages="")
EDITION = replace(ARTICLE, keys=("pmid:40000001", "doi:10.1134/x"))
ORIGINAL = replace(EDITION, title=f"[{PAPER.title}].", vernacular="Семакс и Меланотан II", languages=("rus",))


@pytest.mark.parametrize(
    ("other", "relation"), [(PREPRINT, "preprint-of"), (ORIGINAL, "translation-of"), (EDITION, "version-of")]
)
def test_a_document_of_the_same_study_is_recognised(other: Fingerprint, relation: str) -> None:
    found = kinship(ARTICLE, other)
    assert found is not None
    assert found.relation == relation


def test_a_preprint_is_of_its_article_and_a_translation_of_its_original_whoever_is_named_first() -> None:
    assert [(kinship(ARTICLE, one), kinship(one, ARTICLE)) for one in (PREPRINT, ORIGINAL)] == [
        (
            ("preprint-of", True, "link.preprint", ("author", "long-title", "title", "year")),
            ("preprint-of", False, "link.preprint", ("author", "long-title", "title", "year")),
        ),
        (
            ("translation-of", False, "link.translation", _placed()),
            ("translation-of", True, "link.translation", _placed()),
        ),
    ]


def _placed() -> tuple[str, ...]:
    return ("author", "journal", "long-title", "pages", "title", "volume", "year")


@pytest.mark.parametrize(
    "other",
    [
        replace(PREPRINT, year=2015),
        replace(PREPRINT, year=2030),
        replace(PREPRINT, first_author="Smith J", authors=("Smith J",)),
        replace(PREPRINT, title="Something else altogether, by the same authors"),
        replace(ORIGINAL, year=2019, volume="3"),
        replace(ORIGINAL, title="[Something else altogether].", vernacular=""),
        replace(EDITION, pages="9"),
        replace(EDITION, role="erratum"),
        replace(EDITION, keys=ARTICLE.keys),
    ],
)
def test_what_is_not_sure_is_no_kinship(other: Fingerprint) -> None:
    assert kinship(ARTICLE, other) is None


@given(FINGERPRINTS, FINGERPRINTS)
def test_kinship_is_the_same_from_both_sides(one: Fingerprint, other: Fingerprint) -> None:
    found, back = kinship(one, other), kinship(other, one)
    assert (found is None) == (back is None)
    if found and back:
        assert (found.relation, found.agreed) == (back.relation, back.agreed)
        assert found.reversed != back.reversed or found.relation == "version-of"
