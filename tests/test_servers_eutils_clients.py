"""Other people's clients work against the emulator, and fail where they fail against the real service."""

import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from Bio import Entrez
from Bio.Entrez.Parser import CorruptedXMLError, NotXMLError

from tests.servers.eutils import VALID_KEY, EutilsServer
from tests.servers.eutils_synthetic import FIRST_OWN

REAL = "https://eutils.ncbi.nlm.nih.gov/entrez/eutils/"


@pytest.fixture
def server() -> Iterator[EutilsServer]:
    with EutilsServer.over_own_records(now=datetime(2025, 6, 1, 12, tzinfo=UTC), rate_limit=False) as running:
        yield running


def redirected(server: EutilsServer) -> Callable[[Request], Any]:
    """An `urlopen` that keeps the request and changes the host alone."""

    def opened(request: Request) -> Any:
        assert request.full_url.startswith(REAL)
        elsewhere = Request(request.full_url.replace(REAL, server.url), request.data, request.headers)  # noqa: S310  # http on 127.0.0.1
        return urlopen(elsewhere, timeout=20)  # noqa: S310  # as above

    return opened


@pytest.fixture
def entrez(server: EutilsServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> Any:
    """Bio.Entrez, pointed at the emulator, without its pauses."""
    monkeypatch.setattr(Entrez, "urlopen", redirected(server))
    monkeypatch.setattr(Entrez, "email", "tester@example.org")
    monkeypatch.setattr(Entrez, "api_key", VALID_KEY)
    monkeypatch.setattr(Entrez._open, "previous", 0)
    monkeypatch.setattr("Bio.Entrez.time.sleep", lambda _: None)
    monkeypatch.setenv("HOME", str(tmp_path))
    return Entrez


def read(handle: Any, **options: Any) -> Any:
    with handle:
        return Entrez.read(handle, **options)  # type: ignore[no-untyped-call]  # Biopython ships no types


# Biopython


def test_biopython_searches(entrez: Any) -> None:
    found = read(entrez.esearch(db="pubmed", term="semax AND xyzzyq[tiab]", retmax=3, usehistory="y"))
    assert (found["Count"], found["RetMax"], len(found["IdList"])) == ("12", "3", 3)
    assert found["TranslationSet"][0]["From"] == "semax"
    assert found["ErrorList"]["PhraseNotFound"] == ["xyzzyq[tiab]"]
    assert found["QueryKey"] == "1"


def test_biopython_fetches_every_own_article(entrez: Any, server: EutilsServer) -> None:
    wanted = [str(pmid) for pmid in server.control.pmids()]
    records = read(entrez.efetch(db="pubmed", id=wanted, retmode="xml"))
    assert len(records["PubmedArticle"]) + len(records["PubmedBookArticle"]) == len(wanted)
    first = records["PubmedArticle"][0]["MedlineCitation"]
    assert first["PMID"] == str(FIRST_OWN)
    assert first["Article"]["Abstract"]["AbstractText"][2].attributes["Label"] == "RESULTS"


def test_biopython_posts_and_fetches_what_it_posted(entrez: Any) -> None:
    posted = read(entrez.epost(db="pubmed", id="90000001,90000002"))
    handle = entrez.efetch(db="pubmed", WebEnv=posted["WebEnv"], query_key=posted["QueryKey"], retmode="xml")
    assert len(read(handle)["PubmedArticle"]) == 2


def test_biopython_reads_einfo_esummary_espell_and_elink(entrez: Any) -> None:
    assert read(entrez.einfo(db="pubmed"))["DbInfo"][0]["Count"] == "17"
    assert "pubmed" in read(entrez.einfo())["DbList"]
    brief = read(entrez.esummary(db="pubmed", id="90000001"))[0]
    assert (brief["Id"], brief["AuthorList"], brief["HasAbstract"]) == ("90000001", ["Example A", "Sample B"], 1)
    assert read(entrez.espell(db="pubmed", term="fluoxetne"))["CorrectedQuery"] == "fluoxetine"
    links = read(entrez.elink(dbfrom="pubmed", db="pubmed", id="90000001"))[0]["LinkSetDb"][0]
    assert (links["LinkName"], links["Link"][0]["Id"]) == ("pubmed_pubmed", "90000001")


def test_biopython_sees_an_error_in_200_as_runtime_error(entrez: Any, server: EutilsServer) -> None:
    server.fault("backend-failed")
    with pytest.raises(RuntimeError, match="Search Backend failed"):
        read(entrez.esearch(db="pubmed", term="semax"))


def test_biopython_refuses_pages_empty_and_truncated_answers(entrez: Any, server: EutilsServer) -> None:
    for fault, error in (("html", NotXMLError), ("empty", NotXMLError), ("truncated", CorruptedXMLError)):
        server.fault(fault)
        with pytest.raises(error):
            read(entrez.efetch(db="pubmed", id="90000001", retmode="xml"))


def test_biopython_burns_its_tries_at_once_under_the_limit(entrez: Any, server: EutilsServer) -> None:
    server.fault("rate-limit", times=3)
    with pytest.raises(HTTPError, match="429") as refused:
        entrez.esearch(db="pubmed", term="semax")
    refused.value.close()
    assert [entry.status for entry in server.log] == [429, 429, 429]


def test_biopython_takes_a_wrong_content_type_for_text(entrez: Any, server: EutilsServer) -> None:
    server.fault("wrong-content-type")
    with pytest.raises(Exception, match="binary"):
        read(entrez.esearch(db="pubmed", term="semax"))


def test_biopython_refuses_a_record_set_without_declaration(entrez: Any, server: EutilsServer) -> None:
    server.fault("no-xml-declaration")
    with pytest.raises(NotXMLError):
        read(entrez.efetch(db="pubmed", id="90000001", retmode="xml"))


def test_biopython_gives_up_past_the_end_of_a_set(entrez: Any) -> None:
    posted = read(entrez.epost(db="pubmed", id="90000001"))
    with pytest.raises(HTTPError, match="400") as refused:
        entrez.efetch(db="pubmed", WebEnv=posted["WebEnv"], query_key="1", retstart=9, retmode="xml")
    refused.value.close()


# the client of biocommons


@pytest.fixture
def biocommons(server: EutilsServer, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Its client, pointed at the emulator; it asks setuptools' `pkg_resources`, gone by now, for its own version."""
    versions = SimpleNamespace(get_distribution=lambda _: SimpleNamespace(version="0"), DistributionNotFound=KeyError)
    monkeypatch.setitem(sys.modules, "pkg_resources", versions)
    client = pytest.importorskip("eutils").Client(api_key=VALID_KEY)
    monkeypatch.setattr("eutils._internal.queryservice.url_base", server.url.rstrip("/"))
    monkeypatch.setattr(client._qs, "request_interval", 0)
    return client


def test_biocommons_eutils_searches_and_fetches(biocommons: Any) -> None:
    found = biocommons.esearch(db="pubmed", term="semax[tiab] AND humans[mh]")
    assert (found.count, sorted(found.ids)) == (3, [90000001, 90000003, 90000007])
    article = next(iter(biocommons.efetch(db="pubmed", id=90000001)))
    assert (article.pmid, article.jrnl, article.year) == ("90000001", "J Synth Rec", "2024")
    assert article.chemicals == ["Semax"]


def test_biocommons_eutils_reads_einfo(biocommons: Any) -> None:
    assert "pubmed" in biocommons.databases
    described = biocommons.einfo(db="pubmed")
    assert (described.dbname, int(described.count)) == ("pubmed", 17)


def test_biocommons_eutils_sees_a_limit_as_its_own_error(biocommons: Any, server: EutilsServer) -> None:
    server.fault("rate-limit")
    with pytest.raises(Exception, match="API rate limit exceeded"):
        biocommons.esearch(db="pubmed", term="semax")


# metapub


@pytest.fixture
def fetcher(server: EutilsServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> Any:
    monkeypatch.setenv("METAPUB_CACHE_DIR", str(tmp_path))
    metapub = pytest.importorskip("metapub")
    monkeypatch.setattr("metapub.ncbi_client.NCBIClient.BASE_URL", server.url.rstrip("/"))
    return metapub.PubMedFetcher(cachedir=str(tmp_path))


def test_metapub_searches_and_reads_articles(fetcher: Any) -> None:
    assert fetcher.pmids_for_query("semax rats", retmax=5) == ["90000002"]
    article = fetcher.article_by_pmid("90000001")
    assert (article.pmid, article.doi, article.year) == ("90000001", "10.5555/Synth.0001", "2024")
    assert article.title.startswith("Synthetic record: Semax for emotional blunting in adults who take escitalopram")


def test_metapub_finds_related_articles(fetcher: Any) -> None:
    related = fetcher.related_pmids("90000009")
    assert related["pubmed"][:2] == ["90000009", "90000010"]


def test_metapub_says_that_the_service_is_down(fetcher: Any, server: EutilsServer) -> None:
    server.fault("http-503", times=None)
    with pytest.raises(Exception, match="NCBI"):
        fetcher.article_by_pmid("90000002")
