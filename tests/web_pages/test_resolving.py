"""What a page cites by its title alone is recognised where the ledger knows it."""

import pytest

from harvest.pages import Document, Page, Titles, record, resolved
from tests.web_pages.made import PROSE, plain

TITLE = (
    "Semax, an analog of ACTH(4-10) with cognitive effects, regulates BDNF and trkB expression in the rat hippocampus"
)
KNOWN = Document("pmid:16996037", TITLE, 2006)
ENTRY = "Dolotov O. et al. (2006). Semax, an analog of ACTH(4–10) with cognitive effects, regulates BDNF and trkB expression in the rat hippocampus. Brain Res."  # noqa: E501, RUF001 - one entry, with the dash that was printed


def citing(entry: str) -> Page:
    return plain(f"Semax raised BDNF in the brain of rats (1). {PROSE}\nReferences\n1. {entry}")


def test_a_known_title_gives_the_reference_and_its_citations_their_key() -> None:
    told = resolved(
        citing(ENTRY), Titles([KNOWN, Document("pmid:1", "Another title that is long enough to tell", 2006)])
    )

    assert [each.key for each in told.references] == ["pmid:16996037"]
    assert [each.key for each in told.citations] == ["pmid:16996037"]
    assert [each.key for each in record(told, "url:x").related] == ["pmid:16996037"]


@pytest.mark.parametrize(
    "documents",
    [
        [],
        [Document("pmid:2", TITLE, 1996)],
        [Document("pmid:3", "Semax", 2006)],
        [Document("pmid:4", f"{TITLE} and elsewhere", 2006)],
        [KNOWN, Document("pmid:5", TITLE, 2006)],
    ],
    ids=["none", "another year", "no telling title", "a longer title", "two with the title"],
)
def test_what_is_not_surely_the_same_stays_in_its_own_words(documents: list[Document]) -> None:
    page = citing(ENTRY)

    assert resolved(page, Titles(documents)) is page


def test_a_key_that_the_page_gives_itself_stays() -> None:
    told = resolved(citing(f"{ENTRY} PMID: 1234567"), Titles([KNOWN]))

    assert [each.key for each in told.references] == ["pmid:1234567"]
