"""What a page rests on: its references, the marks in its text, and which document each of them means."""

import pytest

from harvest.pages import record
from harvest.pages.bibliography import bibliography, listed, reference
from harvest.pages.identifiers import is_of_a_work, key_of_address, places
from tests.web_pages.made import PROSE, page, paragraphs, plain

DOLOTOV = (
    "Dolotov OV, Karpenko EA. Semax, an analog of ACTH(4-10) with cognitive effects, regulates BDNF and trkB "
    "expression in the rat hippocampus. Brain Res. 2006;1117(1):54-60."
)
LOVAT = "Lovat, M. et al. (2008). The influence of a peptide on white rats. Retrieved June 23, 2021 from https://a.example/1"


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("https://pubmed.ncbi.nlm.nih.gov/16996037/", "pmid:16996037"),
        ("http://www.ncbi.nlm.nih.gov/pubmed/16996037", "pmid:16996037"),
        ("https://www.ncbi.nlm.nih.gov/pmc/articles/PMC8650205/#S1", "pmcid:PMC8650205"),
        ("https://pmc.ncbi.nlm.nih.gov/articles/PMC8650205/", "pmcid:PMC8650205"),
        ("https://europepmc.org/article/MED/16996037", "pmid:16996037"),
        ("https://europepmc.org/abstract/med/16996037", "pmid:16996037"),
        ("https://doi.org/10.1016/J.brainres.2006.07.108", "doi:10.1016/j.brainres.2006.07.108"),
        ("https://dx.doi.org/10.1016%2Fj.brainres.2006.07.108", "doi:10.1016/j.brainres.2006.07.108"),
        (
            "https://onlinelibrary.wiley.com/doi/full/10.1111/j.1471-4159.2006.03658.x",
            "doi:10.1111/j.1471-4159.2006.03658.x",
        ),
        ("https://link.springer.com/content/pdf/10.1007/s11055-010-9354-2.pdf", "doi:10.1007/s11055-010-9354-2"),
        ("https://www.cell.com/doi/10.1016/S0092-8674(02)00615-3/fulltext", "doi:10.1016/s0092-8674(02)00615-3"),
        ("https://read.qxmd.com/read/33418449/", "pmid:33418449"),
        ("https://clinicaltrials.gov/study/NCT04320615", "nct:NCT04320615"),
        ("https://www.researchgate.net/publication/226337169_The_influence", ""),
        ("https://evil.example/pubmed/16996037", ""),
        ("https://pubmed.ncbi.nlm.nih.gov.evil.example/16996037/", ""),
        ("https://[broken/10.1000/1", ""),
    ],
)
def test_an_address_tells_which_document_it_is_that_of(address: str, key: str) -> None:
    assert key_of_address(address) == key


def test_identifiers_in_a_text_have_their_places() -> None:
    text = (
        "See 10.1016/S0092-8674(02)00615-3. Also (PMID: 16996037), PMC8650205 and NCT04320615; not PMID: 12 or 10.1/x."
    )

    assert [(text[each.start : each.end], each.key) for each in places(text)] == [
        ("10.1016/S0092-8674(02)00615-3", "doi:10.1016/s0092-8674(02)00615-3"),
        ("PMID: 16996037", "pmid:16996037"),
        ("PMC8650205", "pmcid:PMC8650205"),
        ("NCT04320615", "nct:NCT04320615"),
    ]


@pytest.mark.parametrize(
    ("text", "number", "author", "year"),
    [
        (LOVAT, 0, "Lovat", 2008),
        (DOLOTOV, 0, "Dolotov", 2006),
        (f"[12] {DOLOTOV}", 12, "Dolotov", 2006),
        ("3. Narod SA, Foulkes WD. BRCA1 and BRCA2: 1994 and beyond. Nat Rev Cancer. 2004;4:665", 3, "Narod", 2004),
        ("Konstantinopolsky, M.A. (n.d.). P.6.c.014. Retrieved June 23, 2021 from https://a.example/", 0,
         "Konstantinopolsky", 0),
        ("Колик, Л. Г. (2012). Семакс и боль.", 0, "Колик", 2012),
    ],
)  # fmt: skip
def test_a_reference_tells_its_number_author_and_year(text: str, number: int, author: str, year: int) -> None:
    told = reference(text)

    assert (told.number, told.author, told.year) == (number, author, year)


def test_a_pubmed_id_is_the_key_before_a_doi() -> None:
    told = reference("Dolotov 2006. doi: 10.1000/1", addresses=["https://pubmed.ncbi.nlm.nih.gov/16996037/"])

    assert told.key == "pmid:16996037"
    assert is_of_a_work(told.url)


@pytest.mark.parametrize(
    "list_",
    [
        "<h2>References</h2><ol><li>{0}</li><li>{1}</li></ol>",
        "<h3>Sources:</h3><div><ul><li>{0}</li><li>{1}</li></ul></div>",
        "<div class='references'><ol><li>{0}</li><li>{1}</li></ol></div>",
        "<p>References</p><p>1. {0}</p><p>2. {1}</p>",
        "<p>Литература</p><p>{0}</p><p>{1}</p>",
    ],
)
def test_the_list_is_found_however_it_is_marked(list_: str) -> None:
    told = page(paragraphs(PROSE, PROSE.upper()) + list_.format(LOVAT, DOLOTOV))

    assert [each.author for each in told.references] == ["Lovat", "Dolotov"]


def test_entries_at_the_end_are_references_without_a_heading() -> None:
    told = plain(
        f"{PROSE}\n{LOVAT}\nWikipedia (2021). Semax. Retrieved June 22, 2021 from https://en.wikipedia.org/wiki/Semax"
    )

    assert [(each.author, each.year) for each in told.references] == [("Lovat", 2008), ("Wikipedia", 2021)]
    assert [told.text[start:end].startswith("Lovat") for start, end in told.listed] == [True]


def test_places_of_references_that_follow_each_other_are_one() -> None:
    entries = bibliography(None, f"{PROSE}\nReferences\n1. {LOVAT}\n2. {DOLOTOV}", "")

    assert len(entries) == 2
    assert len(listed(entries)) == 1


def cited(text: str, *references: str) -> list[tuple[str, str, str]]:
    """The mark, the beginning of what is meant, and its key."""
    told = plain(f"{text} {PROSE}\nReferences\n" + "\n".join(references))
    return [(told.text[each.start : each.end], each.text[:7], each.key) for each in told.citations]


KNOWN = f"1. {DOLOTOV} PMID: 16996037"
UNKNOWN = f"2. {LOVAT}"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("It rose [1].", [("[1]", "Dolotov", "pmid:16996037")]),
        ("It rose [1, 2].", [("[1, 2]", "Dolotov", "pmid:16996037"), ("[1, 2]", "Lovat, ", "")]),
        ("It rose [1-2].", [("[1-2]", "Dolotov", "pmid:16996037"), ("[1-2]", "Lovat, ", "")]),
        ("It rose [1][2].", [("[1]", "Dolotov", "pmid:16996037"), ("[2]", "Lovat, ", "")]),
        ("It rose (1).", [("(1)", "Dolotov", "pmid:16996037")]),
        ("It rose (7).", []),
        ("It rose [9].", [("[9]", "[9]", "")]),
        ("As Lovat et al. 2008 say.", [("Lovat et al. 2008", "Lovat, ", "")]),
        ("As Lovat and colleagues (2008) say.", [("Lovat and colleagues (2008)", "Lovat, ", "")]),
        ("As (Dolotov, 2006) says.", [("Dolotov, 2006)", "Dolotov", "pmid:16996037")]),
        ("As Nobody et al. 1999 say.", [("Nobody et al. 1999", "Nobody ", "")]),
        ("In June 2008 it rose, as London 2012 did.", []),
        ("See PMID: 16996037 for it.", [("PMID: 16996037", "PMID: 1", "pmid:16996037")]),
    ],
)
def test_marks_are_resolved_to_what_they_mean(text: str, found: list[tuple[str, str, str]]) -> None:
    assert cited(text, KNOWN, UNKNOWN) == found


def test_no_mark_is_looked_for_inside_the_list_of_references() -> None:
    assert cited("Nothing is cited here.", f"{KNOWN} [2] doi: 10.1000/1") == []


def test_links_cite_where_they_lead_to_papers_and_marks_where_they_lead_into_the_list() -> None:
    told = page(
        "<p>It rose in <a href='https://pubmed.ncbi.nlm.nih.gov/16996037/'>a study of rats</a>, and in "
        "<a href='https://www.researchgate.net/publication/226337169_x'>another one</a>, and again "
        "<sup><a href='#ref-2'>2</a></sup>, see <a href='https://shop.example/'>our shop</a> "
        "and <a href='/x'>more</a>.</p>"
        f"{paragraphs(PROSE)}<h2>References</h2><ol><li>{DOLOTOV}</li><li>{LOVAT}</li></ol>"
    )
    marks = [(told.text[each.start : each.end], each.key, each.text[:5]) for each in told.citations]

    assert marks == [("a study of rats", "pmid:16996037", "a stu"), ("another one", "", "anoth"), ("2", "", "Lovat")]
    assert "https://shop.example/" in told.links


def test_a_record_cites_every_reference_and_every_key_once() -> None:
    told = record(plain(f"It rose [1] and (PMID: 33418449) fell. {PROSE}\nReferences\n{KNOWN}\n{UNKNOWN}"), "url:x")

    assert [(each.relation, each.key, each.citation[:5]) for each in told.related] == [
        ("cites", "pmid:16996037", "Dolot"),
        ("cites", "", "Lovat"),
        ("cites", "pmid:33418449", ""),
    ]


def test_links_that_lead_nowhere_are_left_alone() -> None:
    told = page(
        f"<p>{PROSE} <a href='javascript:x()'>one</a> <a href='http://[broken'>two</a> <a href='#top'>three</a></p>"
        "<h2>References</h2><ol><li>Nemo A. Nothing at all. 2001. <a href='http://[broken'>there</a></li></ol>"
    )

    assert (told.links, told.citations) == ((), ())
    assert [each.url for each in told.references] == [""]
    assert not is_of_a_work("http://[broken")


def test_an_identifier_in_the_text_says_more_than_a_mark_that_means_nothing_known() -> None:
    assert cited("Nemo et al. 2006 PMID: 16996037 and [10.1000/182] say so.") == [
        ("Nemo et al. 2006", "Nemo et", ""),
        ("PMID: 16996037", "PMID: 1", "pmid:16996037"),
        ("10.1000/182", "10.1000", "doi:10.1000/182"),
    ]
