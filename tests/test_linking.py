"""How a document stands to those that came before it, by either one's word or by what both say of themselves."""

from dataclasses import replace
from typing import Any

import pytest

from harvest.model import Author, DataBank, Journal, Outcome, Record, Related, Term
from harvest.settlement import Settlement
from tests.documents import RECORD, record
from tests.test_settlement import Book

PREPRINT = (Term("D000076942", "Preprint"),)
AUTHORS = (Author("Nemo", initials="AB"), Author("Quill", initials="C"), Author("Vane", initials="D"))
HUMAN: dict[str, Any] = {"kind": "human", "design": "rct", "tier": 2}


@pytest.fixture
def book() -> Book:
    return Book()


def linked(settlement: Settlement) -> list[tuple[str, str, str, str]]:
    return [
        (body["one"], body["relation"], body["other"], body["rule"])
        for kind, body in settlement.entries
        if kind == "linked"
    ]


def other(number: int, **changes: Any) -> Record:
    """A record that has nothing in common with `record(1)`."""
    own = {"title": f"Number {number} speaks of other things altogether", "authors": (Author(f"Name{number}"),)}
    return record(number, **{**own, **changes})


FORWARD = [
    (Related("preprint-of", "pmid:90000001"), ("s2", "preprint-of", "s1")),
    (Related("has-preprint", "pmid:90000001"), ("s1", "preprint-of", "s2")),
    (Related("has-translation", "doi:10.5555/synth.1"), ("s1", "translation-of", "s2")),
    (Related("cross-post", "pmid:90000001"), ("s2", "cross-post", "s1")),
    (Related("same-thread", "pmid:90000001"), ("s2", "same-thread", "s1")),
    (Related("version-of", "pmid:90000001"), ("s2", "version-of", "s1")),
]


@pytest.mark.parametrize(("said", "expected"), FORWARD)
def test_what_the_later_record_says_is_written(book: Book, said: Related, expected: tuple[str, str, str]) -> None:
    book.settle(record(1))
    assert linked(book.settle(other(2, related=(said,)))) == [(*expected, "link.stated")]


def test_what_the_earlier_record_says_is_written_when_the_later_comes(book: Book) -> None:
    book.settle(other(1, related=(Related("preprint-of", "doi:10.5555/synth.2"),)))
    assert linked(book.settle(record(2))) == [("s1", "preprint-of", "s2", "link.stated")]


def test_both_sides_saying_it_is_written_once(book: Book) -> None:
    book.settle(other(1, related=(Related("preprint-of", "pmid:90000002"),)))
    found = book.settle(other(2, related=(Related("has-preprint", "pmid:90000001"),)))
    assert linked(found) == [("s1", "preprint-of", "s2", "link.stated")]
    again = book.settle(other(2, related=(Related("has-preprint", "pmid:90000001"), Related("cites", "pmid:7"))))
    assert linked(again) == []


def test_a_citation_links_nothing(book: Book) -> None:
    book.settle(record(1))
    assert linked(book.settle(other(2, related=(Related("cites", "pmid:90000001"), Related("preprint-of"))))) == []


def test_a_further_record_links_the_source_that_it_doubles(book: Book) -> None:
    first = record(1)
    book.settle(first)
    book.settle(other(2))
    twin = replace(first, provider="europepmc", key="epmc:MED/1", keys=("epmc:MED/1", *first.keys))
    found = book.settle(replace(twin, related=(Related("has-preprint", "pmid:90000002"),)))
    assert found.outcome is Outcome.DUPLICATE
    assert linked(found) == [("s2", "preprint-of", "s1", "link.stated")]


def test_what_a_further_record_says_of_a_document_that_is_not_here_yet_is_remembered(book: Book) -> None:
    first = record(1)
    book.settle(first)
    twin = replace(first, key="epmc:MED/1", keys=("epmc:MED/1", *first.keys))
    book.settle(replace(twin, related=(Related("has-preprint", "epmc:PPR/9"),)))
    preprint = other(3, key="epmc:PPR/9", keys=("epmc:PPR/9",))
    assert linked(book.settle(preprint)) == [("s2", "preprint-of", "s1", "link.stated")]


def test_a_known_record_that_now_says_it_is_linked(book: Book) -> None:
    book.settle(record(1))
    book.settle(other(2))
    found = book.settle(other(2, related=(Related("preprint-of", "pmid:90000001"),)))
    assert [kind for kind, _ in found.entries] == ["changed", "linked"]


@pytest.mark.parametrize("first", [True, False])
def test_a_preprint_is_linked_to_its_article_by_title_and_authors_and_is_no_open_question(
    book: Book, *, first: bool
) -> None:
    article = record(1, authors=AUTHORS)
    preprint = replace(
        article, key="doi:10.1101/2024.1", keys=("doi:10.1101/2024.1",), publication_types=PREPRINT, journal=Journal()
    )
    book.settle(preprint if first else article)
    found = book.settle(article if first else preprint)
    expected = ("s1", "preprint-of", "s2") if first else ("s2", "preprint-of", "s1")
    assert linked(found) == [(*expected, "link.preprint")]
    assert found.source is not None
    assert "maybe_duplicate_of" not in found.source


def test_a_preprint_whose_title_was_revised_needs_most_of_the_authors(book: Book) -> None:
    article = record(1, authors=AUTHORS, title="A peptide given to invented rats under a made-up regimen of stress")
    preprint = replace(
        article, key="doi:10.1101/2024.1", keys=("doi:10.1101/2024.1",), publication_types=PREPRINT, journal=Journal(),
        title="The peptide given to invented rats under made-up regimens of chronic stress",
    )  # fmt: skip
    book.settle(article)
    assert linked(book.settle(preprint)) == [("s2", "preprint-of", "s1", "link.preprint")]
    stranger = replace(preprint, key="doi:10.1101/2024.2", keys=("doi:10.1101/2024.2",), authors=AUTHORS[:1])
    assert linked(book.settle(stranger)) == []


def test_a_preprint_by_others_under_the_same_title_stays_an_open_question(book: Book) -> None:
    article = record(1)
    book.settle(article)
    preprint = replace(
        article, key="doi:10.1101/2024.1", keys=("doi:10.1101/2024.1",), publication_types=PREPRINT,
        authors=(Author("Stranger"),),
    )  # fmt: skip
    found = book.settle(preprint)
    assert linked(found) == []
    assert found.source is not None
    assert found.source["maybe_duplicate_of"] == "s1"


RUSSIAN = record(
    1, title="[Semax and the hippocampus of rats].", vernacular_title="Семакс и гиппокамп крыс", languages=("rus",),
    authors=AUTHORS, journal=Journal(title="Neirokhimiia", volume="34", pages="11-19"),
)  # fmt: skip
ENGLISH = record(
    2, title="Semax and the Hippocampus of Rats", languages=("eng",), authors=AUTHORS,
    journal=Journal(title="Neurochemical journal", volume="11", pages="1-9"),
)  # fmt: skip


@pytest.mark.parametrize("reverse", [True, False])
def test_an_original_and_its_translation_are_linked(book: Book, *, reverse: bool) -> None:
    both = (ENGLISH, RUSSIAN) if reverse else (RUSSIAN, ENGLISH)
    book.settle(both[0])
    found = book.settle(both[1])
    expected = ("s1", "translation-of", "s2") if reverse else ("s2", "translation-of", "s1")
    assert linked(found) == [(*expected, "link.translation")]
    assert found.source is not None
    assert "maybe_duplicate_of" not in found.source


def test_a_title_translated_by_two_hands_is_known_by_its_place(book: Book) -> None:
    book.settle(RUSSIAN)
    edition = replace(ENGLISH, title="Semax and hippocampus in the rat", journal=RUSSIAN.journal)
    assert linked(book.settle(edition)) == [("s2", "translation-of", "s1", "link.translation")]


def test_another_paper_of_the_same_authors_is_no_translation(book: Book) -> None:
    book.settle(RUSSIAN)
    assert linked(book.settle(replace(ENGLISH, title="Semax and the hippocampus of mice under stress"))) == []


@pytest.mark.parametrize("reverse", [True, False])
def test_a_report_is_linked_to_the_registration_whose_number_it_states(book: Book, *, reverse: bool) -> None:
    number = "nct:NCT01234567"
    registration = other(1, provider="trials", key=number, keys=(number,), publication_types=(), journal=Journal())
    bank = (DataBank("ClinicalTrials.gov", ("NCT01234567",)),)
    paper = other(2, keys=("pmid:90000002", number), databanks=bank)
    steps: list[tuple[Record, dict[str, Any]]] = [(registration, {"kind": "none", "design": "trial-registration"})]
    steps.insert(0 if reverse else 1, (paper, HUMAN))
    book.settle(steps[0][0], **steps[0][1])
    expected = ("s1", "results-of", "s2") if reverse else ("s2", "results-of", "s1")
    assert linked(book.settle(steps[1][0], **steps[1][1])) == [(*expected, "link.registration")]


def test_a_protocol_with_the_number_reports_no_results(book: Book) -> None:
    number = "nct:NCT01234567"
    book.settle(other(1, key=number, keys=(number,)), kind="none", design="trial-registration")
    found = book.settle(other(2, keys=("pmid:90000002", number)), kind="none", design="protocol")
    assert linked(found) == []


WORDS = " ".join(f"word{number} follows word{number * 7 % 101}" for number in range(90))


def page(number: int, text: str, **changes: Any) -> Record:
    """A web page with this text."""
    from harvest.text.sketch import sketch

    key = f"url:https://example.org/{number}"
    return replace(
        RECORD, provider="web", key=key, keys=(key,), title=f"Page {number} of somebody", authors=(), journal=Journal(),
        publication_types=(), details={"sketch": sketch(text).hex}, **changes,
    )  # fmt: skip


def test_a_spun_copy_is_linked_to_the_page_that_was_here_first(book: Book) -> None:
    book.settle(page(1, WORDS))
    book.settle(page(2, " ".join(f"else{number} comes before else{number * 5 % 97}" for number in range(90))))
    assert linked(book.settle(page(3, WORDS.replace("word7", "term")))) == [("s3", "spun-copy-of", "s1", "link.sketch")]


def test_a_page_is_that_of_a_paper_only_under_the_papers_title(book: Book) -> None:
    book.settle(record(1))
    claim = (Related("page-of", "pmid:90000001"),)
    assert linked(book.settle(page(2, "", related=claim))) == []
    honest = replace(page(3, "", related=claim), title=record(1).title)
    assert linked(book.settle(honest)) == [("s3", "page-of", "s1", "link.stated")]
