"""The part of an answer that is about one record."""

import json

import pytest

from harvest.errors import ParseError
from harvest.excerpts import excerpt

PAGE = json.dumps(
    {
        "hitCount": 2,
        "resultList": {"result": [{"id": "1", "source": "CTX"}, {"id": "1", "source": "MED", "title": "é"}]},
    }
).encode()
STUDY = {"protocolSection": {"identificationModule": {"nctId": "NCT00000001"}}}


def test_of_a_page_it_is_the_result_of_that_collection() -> None:
    cut = excerpt(PAGE, "europepmc", "epmc:MED/1")
    assert json.loads(cut) == {"id": "1", "source": "MED", "title": "é"}
    assert "é".encode() in cut


@pytest.mark.parametrize("key", ["nct:NCT00000001", "nct-results:NCT00000001"])
def test_of_the_register_it_is_the_study_of_a_registration_and_of_its_results(key: str) -> None:
    assert json.loads(excerpt(json.dumps(STUDY).encode(), "trials", key)) == STUDY
    assert json.loads(excerpt(json.dumps({"studies": [STUDY]}).encode(), "trials", key)) == STUDY


def test_of_pubmed_it_is_the_xml_of_the_article() -> None:
    article = b"<PubmedArticle><MedlineCitation><PMID>1</PMID></MedlineCitation></PubmedArticle>"
    assert excerpt(b"<PubmedArticleSet>" + article + b"</PubmedArticleSet>", "pubmed", "pmid:1") == article


def test_of_others_it_is_all_of_it() -> None:
    assert excerpt(b"<html/>", "web", "url:https://example.org/") == b"<html/>"


@pytest.mark.parametrize(
    ("answer", "provider", "key"),
    [(PAGE, "europepmc", "epmc:PPR/1"), (json.dumps(STUDY).encode(), "trials", "nct:NCT00000002")],
)
def test_an_answer_without_the_record_is_said_to_be_one(answer: bytes, provider: str, key: str) -> None:
    with pytest.raises(ParseError, match=f"expected {key} in the answer"):
        excerpt(answer, provider, key)
