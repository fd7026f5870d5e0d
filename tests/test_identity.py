# ruff: noqa: RUF001 - dashes and Greek letters are what is tested
import lzma
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvest.errors import ParseError
from harvest.identity import Fingerprint, Index, Verdict, compare, fingerprint, fold_title, normal_key
from harvest.medline import iter_articles
from harvest.model import Author, Journal, PublicationDate, Record, Term

STRESS = (
    "Antidepressant-like and antistress effects of the ACTH(4-10) synthetic analogs Semax and Melanotan II "
    "on male rats in a model of chronic unpredictable stress"
)
PAPER = Fingerprint(
    keys=("pmid:39442746", "doi:10.1016/j.ejphar.2024.177068"),
    title=STRESS,
    year=2024,
    first_author="Inozemtseva LS",
    volume="984",
    pages="177068",
    journal="European journal of pharmacology",
    role="article",
)


@pytest.mark.parametrize(
    ("text", "scheme", "key"),
    [
        ("16996037", "pmid", "pmid:16996037"),
        ("PMID: 16996037", "", "pmid:16996037"),
        ("https://pubmed.ncbi.nlm.nih.gov/16996037/", "", "pmid:16996037"),
        ("http://www.ncbi.nlm.nih.gov/pubmed/16996037", "", "pmid:16996037"),
        ("0016996037", "pmid", "pmid:16996037"),
        ("10.1016/J.BRAINRES.2006.07.108", "", "doi:10.1016/j.brainres.2006.07.108"),
        ("https://doi.org/10.1016/j.brainres.2006.07.108.", "", "doi:10.1016/j.brainres.2006.07.108"),
        ("http://dx.doi.org/10.1002%2Fab", "", "doi:10.1002/ab"),
        ("doi: 10.1016/0006-8993(77)90001-2).", "", "doi:10.1016/0006-8993(77)90001-2"),
        ("doi:10.1002/(SICI)1097-0258(19980815/30)17:15/16<1661::AID-SIM968>3.0.CO;2-2", "",
         "doi:10.1002/(sici)1097-0258(19980815/30)17:15/16<1661::aid-sim968>3.0.co;2-2"),
        ("PMC8650205", "", "pmcid:PMC8650205"),
        ("pmcid: 8650205", "", "pmcid:PMC8650205"),
        ("https://pmc.ncbi.nlm.nih.gov/articles/PMC8650205/", "", "pmcid:PMC8650205"),
        ("nct04320615", "", "nct:NCT04320615"),
        ("https://clinicaltrials.gov/study/NCT04320615", "", "nct:NCT04320615"),
        ("https://openalex.org/W2741809807", "openalex", "openalex:W2741809807"),
        ("openalex: w2741809807", "", "openalex:W2741809807"),
        ("T3_1abcde", "", "reddit:t3_1abcde"),
        ("https://old.reddit.com/r/Semax/comments/1abcde/some_words/?share=1", "", "reddit:t3_1abcde"),
        ("https://www.reddit.com/r/Semax/comments/1abcde/some_words/kx12yz/", "", "reddit:t1_kx12yz"),
        ("https://redd.it/1abcde", "", "reddit:t3_1abcde"),
    ],
)  # fmt: skip
def test_an_identifier_has_one_form_whatever_its_dress(text: str, scheme: str, key: str) -> None:
    assert normal_key(text, scheme=scheme) == key
    assert normal_key(key) == key


@pytest.mark.parametrize(
    ("text", "scheme"),
    [("16996037", ""), ("", ""), ("doi:", ""), ("10.1016", "doi"), ("PMID: twelve", ""), ("12345678901", "pmid"),
     ("NCT123", "nct"), ("s3", ""), ("0", "pmid"), ("10.1/x", "doi"), ("1234", "isbn")],
)  # fmt: skip
def test_what_is_no_identifier_is_refused(text: str, scheme: str) -> None:
    with pytest.raises(ParseError, match="expected a"):
        normal_key(text, scheme=scheme)


@pytest.mark.parametrize(
    "title",
    [
        "Effects of TNF-α on H2O uptake in rats.",
        "effects of TNF–alpha on H<sub>2</sub>O uptake in rats",
        "[Effects of TNF‐α on H₂O uptake in rats].",
        "EFFECTS OF TNF-Α ON H2O UPTAKE IN RATS",
        "Effects of <i>TNF-&alpha;</i> on H2O   uptake in rats (author's transl)",
        "RETRACTED: Effects of TNF-α on H2O uptake in rats",
    ],
)
def test_a_title_folds_to_one_form(title: str) -> None:
    assert fold_title(title) == "effectsoftnfalphaonh2ouptakeinrats"


def test_less_than_and_more_than_are_not_taken_for_markup() -> None:
    assert fold_title("Survival with P<0.001 and n>30") == "survivalwithp0001andn30"


def test_one_paper_listed_with_a_hyphen_and_with_an_en_dash_is_one() -> None:
    listed = Fingerprint(title=STRESS.replace("(4-10)", "(4–10)"))
    assert compare(PAPER, listed).same
    assert compare(listed, Fingerprint(title=STRESS)).same


def test_a_shared_identifier_makes_one_document_whatever_the_titles() -> None:
    russian = Fingerprint(keys=("pmid:39442746",), title="Семакс")
    assert compare(PAPER, russian) == Verdict(same=True, maybe=False, rule="identity.shared-id", agreed=("pmid",))


def test_a_shared_trial_number_links_and_does_not_make_one_document() -> None:
    one, other = (Fingerprint(keys=(pmid, "nct:NCT04320615")) for pmid in ("pmid:1", "pmid:2"))
    assert compare(one, other) == Verdict(same=False, maybe=False, rule="identity.nothing-shared", agreed=("nct",))


@pytest.mark.parametrize("key", ["epmc:MED/1", "openalex:W2741809807", "reddit:t3_1abcde", "url:https://example.org/"])
def test_identifiers_of_which_a_document_may_have_several_speak_for_it_and_never_against(key: str) -> None:
    assert compare(replace(PAPER, keys=(key,)), Fingerprint(keys=(key,))).same
    other = f"{key.partition(':')[0]}:other"
    assert compare(replace(PAPER, keys=(key,)), replace(PAPER, keys=(other,))).rule == "identity.title"


def test_a_work_of_openalex_that_gathers_preprint_and_article_does_not_make_one_of_them() -> None:
    shared = "openalex:W2741809807"
    preprint = replace(PAPER, keys=("doi:10.1101/2024.01.02.1", shared), role="preprint")
    verdict = compare(replace(PAPER, keys=(*PAPER.keys, shared)), preprint)
    assert (verdict.same, verdict.maybe, verdict.rule) == (False, True, "identity.shared-id-doubted")


def test_versions_of_a_preprint_are_one_work_by_their_dois() -> None:
    first, second = (Fingerprint(keys=(f"doi:10.21203/rs.3.rs-12/v{n}",), role="preprint") for n in (1, 2))
    index = Index()
    index.add("s1", first)
    found = index.find(second)
    assert found is not None
    assert (found[0], found[1].same) == ("s1", True)


def test_pages_under_one_title_are_not_one_page() -> None:
    page = Fingerprint(keys=("url:https://example.org/a",), title=STRESS, role="page")
    assert not compare(page, replace(page, keys=("url:https://example.com/b",))).same


def test_a_doi_that_a_whole_supplement_shares_does_not_make_one_document() -> None:
    first = Fingerprint(keys=("doi:10.1/s",), title="Heart failure in elderly patients", pages="S1", first_author="Ito")
    other = Fingerprint(keys=("doi:10.1/s",), title="Bone density after transplantation", pages="S9", first_author="Ek")
    verdict = compare(first, other)
    assert (verdict.same, verdict.maybe, verdict.rule) == (False, True, "identity.shared-id-doubted")


def test_two_editions_with_their_own_identifiers_are_asked_about_and_not_merged() -> None:
    english = replace(PAPER, keys=("pmid:40000001", "doi:10.1134/x"), journal="Neurochemical journal")
    assert (compare(PAPER, english).same, compare(PAPER, english).maybe) == (False, True)


@pytest.mark.parametrize("role", ["erratum", "comment", "reply", "retraction", "expression-of-concern", "registration"])
def test_what_speaks_of_a_paper_is_not_the_paper(role: str) -> None:
    verdict = compare(PAPER, replace(PAPER, keys=(), role=role))
    assert (verdict.same, verdict.maybe, verdict.rule) == (False, False, "identity.other-role")


def test_a_preprint_is_asked_about() -> None:
    verdict = compare(PAPER, replace(PAPER, keys=("doi:10.1101/2024.1",), role="preprint"))
    assert (verdict.same, verdict.maybe, verdict.rule) == (False, True, "identity.preprint")


@pytest.mark.parametrize(
    "change",
    [{"year": 2025}, {"year": None}, {"first_author": "Inozemtseva, Lyudmila S."}, {"first_author": ""}, {"volume": ""},
     {"pages": "177068-177079"}, {"journal": "Eur J Pharmacol"}, {"title": f"[{STRESS.upper()}]."},
     {"title": STRESS.partition(" on male")[0]}, {"title": STRESS.replace("unpredictable", "unpredictible")}],
)  # fmt: skip
def test_the_same_title_in_the_same_place_is_one_document(change: dict[str, object]) -> None:
    assert compare(PAPER, replace(PAPER, keys=(), **change)).same  # type: ignore[arg-type] # fields by name


@pytest.mark.parametrize("change", [{"year": 2019}, {"first_author": "Smith J"}, {"volume": "12"}, {"pages": "44-50"}])
def test_the_same_title_with_one_contradiction_is_asked_about(change: dict[str, object]) -> None:
    verdict = compare(PAPER, replace(PAPER, keys=(), **change))  # type: ignore[arg-type] # fields by name
    assert (verdict.same, verdict.maybe) == (False, True)


@pytest.mark.parametrize(
    ("one", "other", "agree"),
    [
        ("S12-S18", "12-18", True),
        ("e1001", "1001", True),
        ("012", "12-19", True),
        ("S12", "e12", False),
        ("12", "13", False),
    ],
)
def test_the_letter_of_a_page_may_be_left_out(*, one: str, other: str, agree: bool) -> None:
    listed = Fingerprint(title=STRESS, year=2024, pages=one)
    assert compare(listed, replace(listed, pages=other)).same is agree


@pytest.mark.parametrize(
    ("one", "other", "agree"),
    [
        ("Inozemtseva", "Inozemtesva", True),
        ("Inozemtseva", "Inozemseva", True),
        ("Inozemtseva", "Inozemtzeva", True),
        ("Inozemtseva", "Inozemtsev", True),
        ("Inozemtseva", "Unozemtseva", False),
        ("Inozemtseva", "Inozmtsva", False),
        ("Zhang", "Zhong", False),
    ],
)
def test_a_long_name_may_have_a_slip(*, one: str, other: str, agree: bool) -> None:
    listed = Fingerprint(title=STRESS, year=2024, first_author=one)
    assert compare(listed, replace(listed, first_author=other)).same is agree


def test_a_paper_whose_doi_is_mistyped_is_known_by_all_of_its_place() -> None:
    mistyped = replace(PAPER, keys=("doi:10.1016/j.ejphar.2024.17706",))
    assert compare(PAPER, mistyped).rule == "identity.title-other-doi"
    assert not compare(PAPER, replace(mistyped, pages="")).same


def test_a_title_that_was_cut_is_as_good_as_the_whole_where_no_number_is_lost() -> None:
    series = replace(PAPER, keys=(), pages="", title=f"{STRESS}. II")
    cut = replace(PAPER, keys=(), pages="", title=STRESS[:115])
    assert compare(PAPER, cut).same
    assert not compare(series, cut).same


def test_another_title_in_the_same_place_is_asked_about() -> None:
    russian = replace(PAPER, keys=(), title="Семакс и Меланотан II у крыс")
    assert compare(PAPER, russian) == Verdict(
        same=False, maybe=True, rule="identity.place-other-title",
        agreed=("author", "journal", "pages", "volume", "year"),
    )  # fmt: skip


def test_a_preprint_is_none_of_a_journals_papers_whatever_else_is_known() -> None:
    untyped = replace(PAPER, keys=(), role="")
    preprint = replace(PAPER, keys=(), role="preprint", journal="bioRxiv")
    assert compare(untyped, preprint).rule == "identity.preprint"
    assert compare(replace(untyped, journal=""), preprint).same


def test_generic_titles_need_the_place() -> None:
    editorial = Fingerprint(title="Editorial", first_author="Smith J", year=2020)
    assert not compare(editorial, editorial).same
    placed = replace(editorial, volume="3", pages="1")
    assert compare(placed, placed).same
    assert not compare(placed, replace(placed, pages="9")).same
    unsigned = replace(placed, title="Department of Error", first_author="", journal="Lancet")
    assert not compare(unsigned, unsigned).same


def test_parts_of_a_series_are_not_one_document() -> None:
    title = "Studies on the sedimentation of proteins in sucrose. II"
    first = Fingerprint(title=title, year=1977, first_author="Ito K", volume="3", journal="J Biochem")
    assert not compare(first, replace(first, title=first.title.replace("II", "III"))).same


def test_a_short_title_alone_is_asked_about() -> None:
    verdict = compare(
        Fingerprint(title="Tinea nigra: dermoscopic findings"), Fingerprint(title="Tinea nigra: dermoscopic findings.")
    )
    assert (verdict.same, verdict.maybe, verdict.rule) == (False, True, "identity.title-alone")


TITLES = st.sampled_from(["Editorial", STRESS, STRESS[:40], "Tinea nigra: dermoscopic findings", ""])
FINGERPRINTS = st.builds(
    Fingerprint,
    keys=st.lists(
        st.sampled_from(["pmid:1", "pmid:2", "doi:10.1234/a", "doi:10.1234/b", "nct:NCT00000001"]), max_size=3
    ).map(tuple),
    title=TITLES,
    year=st.sampled_from([None, 2019, 2020, 2024]),
    first_author=st.sampled_from(["", "Smith J", "Smith, John", "Inozemtseva"]),
    volume=st.sampled_from(["", "3", "4"]),
    pages=st.sampled_from(["", "1-3", "1", "9"]),
    journal=st.sampled_from(["", "Brain Res", "Brain research"]),
    role=st.sampled_from(["", "article", "erratum", "preprint"]),
)


@pytest.mark.parametrize(
    ("one", "other", "agree"),
    [
        ("Dolotov OV", "Dolotov, Oleg V.", True),
        ("Oleg Dolotov", "Dolotov O", True),
        ("Li X", "Xiang Li", True),
        ("LI X", "Li, Xiang", True),
        ("Inozem", "Inozemtseva LS", True),
        ("García-Solano M", "Garcia Solano, M", True),
        ("van der Berg J", "van der Meer K", False),
        ("Dolotov", "Glazova NY", False),
    ],
)
def test_first_authors_agree_however_they_are_written(*, one: str, other: str, agree: bool) -> None:
    listed = Fingerprint(title=STRESS, year=2024, first_author=one)
    assert compare(listed, replace(listed, first_author=other)).same is agree


@given(FINGERPRINTS, FINGERPRINTS)
def test_comparing_is_symmetric_and_never_both_same_and_maybe(one: Fingerprint, other: Fingerprint) -> None:
    verdict = compare(one, other)
    assert verdict == compare(other, one)
    assert not (verdict.same and verdict.maybe)


@given(st.lists(FINGERPRINTS, max_size=8), FINGERPRINTS)
def test_the_index_finds_what_comparing_with_each_finds(known: list[Fingerprint], fp: Fingerprint) -> None:
    index = Index()
    for number, one in enumerate(known):
        index.add(f"s{number}", one)
    shared = [f"s{n}" for n, one in enumerate(known) if compare(fp, one).same]
    assert [ref for ref, verdict in index.candidates(fp) if verdict.same] == shared
    assert len(index) == len(known)


def test_the_index_prefers_the_document_with_the_same_identifier() -> None:
    index = Index()
    index.add("s1", replace(PAPER, keys=()))
    index.add("s2", PAPER)
    found = index.find(PAPER)
    assert found is not None
    assert (found[0], found[1].rule) == ("s2", "identity.shared-id")


def test_an_unknown_document_is_not_found() -> None:
    index = Index()
    index.add("s1", PAPER)
    assert (
        index.find(Fingerprint(keys=("pmid:1",), title="Something else entirely, of the same year", year=2024)) is None
    )


def test_the_fingerprint_of_a_record_takes_the_first_author_and_the_issue() -> None:
    record = Record(
        provider="pubmed", key="pmid:1", keys=("pmid:1",), title="[On rats].", vernacular_title="Про крыс",
        authors=(Author(family="Dolotov", initials="OV"), Author(family="Grivennikov")),
        date=PublicationDate("2006 Oct", 2006, 10, precision="month"),
        journal=Journal(title="Brain research", volume="1117 Suppl", pages="54-60"),
    )  # fmt: skip
    fp = fingerprint(record)
    assert (fp.family, fp.year, fp.volume_number, fp.first_page) == ("dolotov", 2006, "1117", "54")
    assert fp.folded_titles == ("onrats", fold_title("Про крыс"))
    assert fp.role == ""


@pytest.mark.parametrize(
    ("types", "title", "key", "role"),
    [((Term("D016425", "Published Erratum"),), "A title", "pmid:1", "erratum"),
     ((Term("D016428", "Journal Article"),), "A title", "pmid:1", "article"),
     ((Term("D016428", "Journal Article"),), "Reply to Smith et al.", "pmid:1", "reply"),
     ((), "Corrigendum to: A title", "doi:10.1234/a", "erratum"),
     ((), "A title", "nct:NCT00000001", "registration"),
     ((Term("D016428", "Journal Article"),), "A title", "url:https://example.org/", "page"),
     ((), "A title", "doi:10.1101/2020.07.25.217158", "preprint"),
     ((), "A title", "doi:10.1101/217158", "preprint"),
     ((), "A title", "doi:10.21203/rs.3.rs-12/v1", "preprint"),
     ((), "A title", "doi:10.1101/gr.123456.111", ""),
     ((), "A title", "pmid:1", "")],
)  # fmt: skip
def test_the_role_comes_from_the_publication_type_else_from_the_title(
    types: tuple[Term, ...], title: str, key: str, role: str
) -> None:
    assert fingerprint(Record(provider="x", key=key, keys=(key,), title=title, publication_types=types)).role == role


@pytest.mark.recorded
@pytest.mark.slow
def test_of_real_records_only_versions_of_one_pmid_are_called_one_document(recorded: Path) -> None:
    index = Index()
    merged: list[tuple[str, str]] = []
    for name in ("pubmed21n1298.xml.xz", "pubmed20n0014_even.xml.xz"):
        with lzma.open(recorded / "pubmed" / name) as stream:
            for record in iter_articles(stream):
                fp = fingerprint(record)
                merged += [(ref, record.key) for ref, verdict in index.candidates(fp) if verdict.same]
                index.add(record.key, fp)
    assert len(index) == 35_790
    assert {one for one, other in merged if one == other} == {"pmid:30271887", "pmid:33728380", "pmid:34017925"}
    assert [pair for pair in merged if pair[0] != pair[1]] == []
