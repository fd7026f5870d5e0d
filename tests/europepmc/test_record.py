"""Results of a search read as records (external contract 5.2 and 5.5)."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from harvest.entries import content_digest
from harvest.errors import ParseError
from harvest.europepmc.answers import page
from harvest.europepmc.record import record
from harvest.identity import fingerprint
from harvest.model import Author, Correction, Record, Related

RECORDED = "trials_scholarly/biomcp/testdata/sources"


def read(**result: Any) -> Record:
    return record({"id": "7", "source": "MED", "title": "T", **result})


def linked(**link: str) -> Record:
    return read(commentCorrectionList={"commentCorrection": [link]})


def test_a_core_result_is_read_whole() -> None:
    whole = read(
        pmid="7",
        pmcid="PMC8",
        doi="10.5555/ABC",
        title="A <i>title</i>.",
        authorList={
            "author": [
                {"fullName": "Li X", "lastName": "Li", "firstName": "Xin", "initials": "X",
                 "authorId": {"type": "ORCID", "value": "0000-0001"}},
                {"collectiveName": "The Group"},
            ]
        },
        journalInfo={
            "issue": "2", "volume": "7", "dateOfPublication": "2020 Sep", "monthOfPublication": 9,
            "yearOfPublication": 2020,
            "journal": {"title": "mBio", "medlineAbbreviation": "mBio", "issn": "1-1", "essn": "2-2", "nlmid": "N"},
        },
        pageInfo="1-2",
        abstractText="<h4>Results</h4>P<0.001",
        language="eng",
        pubTypeList={"pubType": ["Randomized Controlled Trial", "Retracted Publication"]},
        meshHeadingList={"meshHeading": [
            {"majorTopic_YN": "Y", "descriptorName": "Humans",
             "meshQualifierList": {"meshQualifier": [{"qualifierName": "genetics", "majorTopic_YN": "N"}]}},
        ]},
        chemicalList={"chemical": [{"name": "Semax", "registryNumber": "0"}]},
        keywordList={"keyword": ["stroke"]},
        license="cc by",
        isOpenAccess="Y",
        inEPMC="N",
        electronicPublicationDate="2020-09-18",
        dateOfRevision="2020-09-26",
    )  # fmt: skip
    assert whole.key == "epmc:MED/7"
    assert whole.keys == ("epmc:MED/7", "pmid:7", "pmcid:PMC8", "doi:10.5555/abc")
    assert (whole.title, whole.abstract_text) == ("A title.", "RESULTS: P<0.001")
    assert whole.authors == (Author("Li", "Xin", "X", orcid="0000-0001"), Author(collective="The Group"))
    assert (whole.date.iso, whole.date.raw, whole.journal.issn) == ("2020-09", "2020 Sep", ("1-1", "2-2"))
    assert whole.electronic_date is not None
    assert (whole.electronic_date.iso, whole.languages) == ("2020-09-18", ("eng",))
    assert [(term.ui, term.name) for term in whole.publication_types] == [
        ("", "Randomized Controlled Trial"),
        ("D016441", "Retracted Publication"),
    ]
    assert (whole.mesh[0].major, whole.mesh[0].qualifiers[0].name) == (True, "genetics")
    assert (whole.substances[0].name, whole.keywords[0].text) == ("Semax", "stroke")
    assert whole.details == {"source": "MED", "open_access": True, "in_epmc": False, "licence": "cc by"}
    assert whole.url == "https://europepmc.org/article/MED/7"


def test_what_is_missing_is_unknown_and_not_false() -> None:
    assert read().details == {"source": "MED"}
    assert read(isOpenAccess="N").details["open_access"] is False
    assert (read().abstract, read().authors, read().date.iso) == ((), (), "")


def test_a_record_of_another_collection_keeps_its_identity_and_has_no_pmid() -> None:
    preprint = read(source="PPR", id="PPR1", doi="10.1101/x", bookOrReportDetails={"publisher": "bioRxiv"})
    assert preprint.keys == ("epmc:PPR/PPR1", "doi:10.1101/x")
    assert (preprint.journal.title, fingerprint(preprint).role) == ("bioRxiv", "preprint")
    assert read(source="PMC", id="PMC9").keys == ("epmc:PMC/PMC9", "pmcid:PMC9")
    assert read(source="CTX", id="7").keys == ("epmc:CTX/7",)


def test_an_identifier_of_the_wrong_form_names_nothing() -> None:
    assert read(doi="see publisher", pmcid="PMCx").keys == ("epmc:MED/7", "pmid:7")


@pytest.mark.parametrize(
    ("kind", "correction"),
    [
        ("Retraction in", "RetractionIn"),
        ("Erratum for", "ErratumFor"),
        ("expression of concern in", "ExpressionOfConcernIn"),
        ("Update of", "UpdateOf"),
        ("Something new", "Something new"),
    ],
)
def test_corrections_are_those_of_pubmed_and_unknown_ones_are_kept(kind: str, correction: str) -> None:
    one = linked(id="9", source="MED", type=kind, reference="J.  2020 ;1", note="n")
    assert one.corrections == (Correction(correction, "J. 2020 ;1", "pmid:9", "n"),)
    assert one.related == ()


def test_preprint_and_article_name_each_other_and_a_link_set_by_machine_says_so() -> None:
    note = "Link created based on a title-first author match"
    article = linked(id="PPR1", source="PPR", type="Preprint in", note=note)
    assert article.related == (Related("has-preprint", "epmc:PPR/PPR1"),)
    assert article.details["linked_by_machine"] == ["epmc:PPR/PPR1"]
    preprint = linked(id="9", source="MED", type="Preprint of", reference="J. 2020")
    assert preprint.related == (Related("preprint-of", "pmid:9", "J. 2020"),)
    assert "linked_by_machine" not in preprint.details


def test_a_link_without_an_id_keeps_its_citation() -> None:
    assert linked(type="Preprint of", reference="J. 2020").related == (Related("preprint-of", "", "J. 2020"),)


def test_the_other_versions_of_a_preprint_are_named() -> None:
    one = read(
        source="PPR",
        id="PPR2",
        versionNumber=2,
        versionList={"version": [{"id": "PPR1", "source": "PPR"}, {"id": "PPR2", "source": "PPR"}]},
    )
    assert (one.version, one.related) == (2, (Related("version-of", "epmc:PPR/PPR1"),))


def test_counters_and_dates_of_processing_are_no_content() -> None:
    one, other = read(citedByCount=1, dateOfRevision="2020-01-01"), read(citedByCount=9, dateOfRevision="2021-01-01")
    assert content_digest(one) == content_digest(other)
    assert content_digest(one) != content_digest(read(citedByCount=1, abstractText="new"))


def test_names_in_one_line_are_told_apart() -> None:
    assert [each.name for each in read(authorString="Flaherty KT, de la Cruz M, METRIC Study Group.").authors] == [
        "Flaherty KT",
        "de la Cruz M",
        "METRIC Study Group",
    ]


def test_a_chapter_of_a_book_has_no_journal_and_a_year_at_most() -> None:
    chapter = read(source="NBK", id="NBK1", pubYear="1993", bookOrReportDetails={"publisher": "U"})
    assert (chapter.date.iso, chapter.date.precision, chapter.journal.title) == ("1993", "year", "U")


def test_what_is_no_record_is_said_to_be_none() -> None:
    with pytest.raises(ParseError, match="expected a record of Europe PMC"):
        record({"id": "1"})
    with pytest.raises(ParseError, match="expected a record of Europe PMC"):
        read(versionNumber="first")


def _doi(result: Mapping[str, str]) -> list[str]:
    return [result["doi"].lower()] if "doi" in result else []


@pytest.mark.recorded
def test_every_recorded_result_is_read_with_its_identity_names_and_types(recorded: Path) -> None:
    files = [
        recorded / RECORDED / "europepmc" / "search_pmid_20516115.json",
        *(recorded / RECORDED / "variant_articles_683" / "europepmc").glob("*.json"),
    ]
    results = [result for file in files for result in page(file.read_bytes()).results]
    assert len(results) >= 16
    for result in results:
        one = record(result)
        assert one.key == f"epmc:{result['source']}/{result['id']}"
        assert [key for key in one.keys if key.startswith("doi:")] == [f"doi:{doi}" for doi in _doi(result)]
        assert (one.title, one.date.year) != ("", None)
        assert len(one.authors) == len([name for name in result.get("authorString", "").split(",") if name])
        assert [term.name for term in one.publication_types] == result.get("pubType", "").split("; ")
        assert one.details["open_access"] is (result["isOpenAccess"] == "Y")
        json.dumps(dict(one.details))
