"""Is an id what a text says of it? Measured on real records, and on what stands with the ids in all kinds of texts."""

import random
from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path

import pytest

from harvest.model import AbstractSection, Author, Journal, PublicationDate, Record
from harvest.pasted import match, mentions
from tests.pasted.pairs import WAYS, of_many, of_one_topic

ACCEPTED = {
    "verbatim": 1, "retyped": 1, "shortened": 1, "reference": 1, "translated": 1, "translated_with_place": 0.98,
    "translated_alone": 0, "told": 0.99, "told_of_title": 0.99,
}  # fmt: skip
"""Floors of what is rightly accepted, of records of all kinds; measured, a change may only raise them."""
WRONGLY = 0.01
"""Ceiling of what is accepted of the next record in the file, in each way."""
LOOSELY = 0.04
"""The same within one topic, where a sentence of one paper is often true of another."""

DOLOTOV = Record(
    provider="pubmed",
    key="pmid:16996037",
    keys=("pmid:16996037",),
    title="Semax, an analog of ACTH(4-10) with cognitive effects, regulates BDNF and trkB expression in the rat"
    " hippocampus.",
    abstract=(AbstractSection("A single application raised BDNF protein levels, and rats learned faster."),),
    authors=(Author("Dolotov", initials="OV"),),
    date=PublicationDate("2006", 2006, precision="year"),
    journal=Journal("Brain research", "Brain Res", volume="1117", issue="1", pages="54-60"),
)


@pytest.mark.recorded
def test_what_is_right_is_accepted_and_what_belongs_to_another_is_refused(recorded: Path) -> None:
    records = of_many(recorded)[::4]

    right, wrong = _rates(records, records[1:] + records[:1])

    assert {way: rate for way, rate in right.items() if rate < ACCEPTED[way]} == {}
    assert {way: rate for way, rate in wrong.items() if rate > WRONGLY} == {}


def test_within_one_topic_no_title_is_taken_for_another() -> None:
    records = of_one_topic()
    pairs = [(one, other) for by in range(1, 6) for one, other in zip(records, records[by:], strict=False)]

    _, wrong = _rates([one for one, _ in pairs], [other for _, other in pairs])

    assert {wrong[way] for way in ("verbatim", "shortened", "reference")} == {0}
    assert wrong["retyped"] < WRONGLY
    assert max(wrong["told"], wrong["told_of_title"]) < LOOSELY


def _rates(
    records: Sequence[Record], others: Sequence[Record]
) -> tuple[Mapping[str, Fraction], Mapping[str, Fraction]]:
    """By way of writing, the share accepted of the record that is meant, and of another."""
    right, wrong, dice = {}, {}, random.Random(5)
    for way, write in WAYS.items():
        texts = [(mentions(text)[0], one, other) for one, other in zip(records, others, strict=True)
                 if (text := write(one, dice))]  # fmt: skip
        if texts:
            right[way] = Fraction(sum(match(said, one).holds for said, one, _ in texts), len(texts))
            wrong[way] = Fraction(sum(match(said, other).holds for said, _, other in texts), len(texts))
    return right, wrong


@pytest.mark.parametrize(
    ("text", "by"),
    [
        ("PMID 16996037", "nothing-said"),
        ("https://pubmed.ncbi.nlm.nih.gov/16996037/", "nothing-said"),
        ("See also PMID: 16996037.", "nothing-said"),
        ("Semax raises BDNF in the rat hippocampus (PMID 16996037).", "words"),
        ("[Semax regulates BDNF and trkB expression in the rat](https://pubmed.ncbi.nlm.nih.gov/16996037)", "title"),
        ("Dolotov 2006, \u041e \u0441\u0435\u043c\u0430\u043a\u0441\u0435, 1117:54 (PMID 16996037)", "place"),
        ("PMID 16996037: Semax, an analog of ACTH(4-10) with cognitive effects, regulates BDNF and trkB", "title"),
        ("Semax, an analog of ACTH(4-10) with cognitive effects,\nregulates BDNF\n\nPMID 16996037", "nothing-said"),
        ("Semax, an analog of ACTH(4-10) with cognitive effects, regulates BDNF\nPMID 16996037", "title"),
        ("PMID 16996037\nSemax, an analog of ACTH(4-10) with cognitive effects, regulates BDNF", "title"),
        ("A review of its neuroprotective mechanisms (PMID 16996037)", "no-match"),
        ('"Selank, a drug against anxiety, in patients with neurosis" PMID 16996037', "no-match"),
        ("[Selank helps](https://pubmed.ncbi.nlm.nih.gov/16996037)", "no-match"),
        ("Lovat et al. 2008 (PMID 16996037)", "no-match"),
    ],
)
def test_what_stands_with_an_id_is_compared_with_its_record(text: str, by: str) -> None:
    (mention,) = mentions(text)

    assert match(mention, DOLOTOV).by == by


def test_of_several_places_one_that_fits_is_enough() -> None:
    (mention,) = mentions(
        "Semax raises BDNF in the rat hippocampus (PMID 16996037). I liked that study (PMID 16996037)."
    )

    assert len(mention.said) == 2
    assert match(mention, DOLOTOV).holds
