"""The emulator's answers have the shape of recorded ones, and it serves real records where they are at hand."""

import gzip
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from tests.servers.eutils import Corpus, EutilsServer
from tests.servers.eutils_ask import Reply, ask

pytestmark = pytest.mark.recorded


@pytest.fixture(scope="module")
def own() -> Iterator[EutilsServer]:
    with EutilsServer.over_own_records(now=datetime(2025, 6, 1, tzinfo=UTC), rate_limit=False) as running:
        yield running


@pytest.fixture(scope="module")
def real(recorded: Path) -> Iterator[EutilsServer]:
    """15,000 real records of 1975 to 1980, and the edge cases of 2021; their index is kept in the temporary folder."""
    folder = recorded / "pubmed"
    paths = [folder / "pubmed20n0014_even.xml.xz", folder / "edge_cases.xml.gz"]
    with EutilsServer(Corpus.load(paths), rate_limit=False) as running:
        yield running


def paths_of(tree: etree._Element, prefix: str = "") -> set[str]:
    """The paths of all elements, without their order and number."""
    here = f"{prefix}/{tree.tag}"
    return {here}.union(*(paths_of(child, here) for child in tree))


def head_of(body: bytes) -> str:
    """Declaration and DOCTYPE, as far as white space does not matter."""
    return b" ".join(body.partition(b".dtd")[0].split()).decode()


@pytest.mark.parametrize(
    ("file", "tool", "params"),
    [
        ("esearch1.xml", "esearch", {"term": '"semax"'}),
        ("esearch2.xml", "esearch", {"term": "semax", "usehistory": "y"}),
        ("esearch8.xml", "esearch", {"term": "abcXYZ"}),
        ("einfo1.xml", "einfo", {}),
        ("einfo2.xml", "einfo", {"db": "pubmed"}),
        ("epost1.xml", "epost", {"id": "90000001"}),
        ("epost2.xml", "epost", {"db": "nothing", "id": "90000001"}),
        ("epost3.xml", "epost", {"id": "abc"}),
        ("espell.xml", "espell", {"term": "fluoxetne"}),
        ("esummary1.xml", "esummary", {"id": "90000001,90000002"}),
        ("esummary8.xml", "esummary", {}),
        ("elink1.xml", "elink", {"dbfrom": "pubmed", "id": "90000001", "linkname": "pubmed_pubmed"}),
    ],
)
def test_an_answer_has_the_elements_and_the_doctype_of_the_recorded_one(
    own: EutilsServer, recorded: Path, file: str, tool: str, params: dict[str, Any]
) -> None:
    theirs = (recorded / "pubmed" / "biopython_entrez" / file).read_bytes()
    ours = ask(own.url, tool, **params).body
    assert paths_of(etree.fromstring(ours)) == paths_of(etree.fromstring(theirs))
    assert head_of(ours) == head_of(theirs)


def test_a_summary_has_the_items_and_types_of_the_recorded_one(own: EutilsServer, recorded: Path) -> None:
    theirs = etree.parse(recorded / "pubmed" / "biopython_entrez" / "esummary1.xml")
    ours = ask(own.url, "esummary", id="90000001").tree

    def items(tree: etree._Element) -> list[tuple[str | None, str | None]]:
        return [(node.get("Name"), node.get("Type")) for node in tree.iterfind("DocSum[1]/Item")]

    assert items(ours) == items(theirs.getroot())


def test_einfo_names_the_fields_and_flags_of_the_recorded_build(own: EutilsServer, recorded: Path) -> None:
    theirs = etree.parse(recorded / "pubmed" / "biopython_entrez" / "einfo2.xml").getroot()
    ours = ask(own.url, "einfo", db="pubmed").tree
    flags = ("Name", "FullName", "IsDate", "IsNumerical", "SingleToken", "Hierarchy", "IsHidden")

    def fields(tree: etree._Element) -> list[list[str | None]]:
        return [[node.findtext(name) for name in flags] for node in tree.iterfind(".//Field")]

    assert fields(ours) == fields(theirs)


def exchanges(recorded: Path) -> list[dict[str, str]]:
    with gzip.open(recorded / "pubmed" / "eutils_cassettes" / "eutils_exchanges.jsonl.gz", "rt") as lines:
        return [json.loads(line) for line in lines]


def test_json_has_the_keys_of_recorded_answers(own: EutilsServer, recorded: Path) -> None:
    answers = {
        "usehistory=y" in exchange["url"]: json.loads(exchange["body"])
        for exchange in exchanges(recorded)
        if "esearch.fcgi" in exchange["url"] and "retmode=json" in exchange["url"] and str(exchange["status"]) == "200"
    }
    assert len(answers) == 2
    for stored, theirs in answers.items():
        ours = ask(own.url, "esearch", term="semax", usehistory="y" if stored else "", retmode="json").json
        assert set(ours["esearchresult"]) == set(theirs["esearchresult"]) - {"translationstack"}
        assert ours["header"] == theirs["header"]


def test_pages_beyond_the_longest_url_are_html_with_414(own: EutilsServer, recorded: Path) -> None:
    theirs = next(exchange for exchange in exchanges(recorded) if str(exchange["status"]) == "414")
    ours = ask(own.url, "esearch", term="semax " * 400)
    assert len(theirs["url"]) > 2_000
    assert (ours.status, ours.headers["Content-Type"].lower()) == (414, "text/html; charset=utf-8")


def test_the_limit_headers_are_those_of_recorded_answers(own: EutilsServer, recorded: Path) -> None:
    theirs = {name.lower() for exchange in exchanges(recorded) for name in exchange["headers"]}
    ours = {name.lower() for name in ask(own.url, "einfo").headers}
    assert {"x-ratelimit-limit", "x-ratelimit-remaining", "content-type", "cache-control"} <= theirs & ours


def test_error_bodies_are_those_that_were_reported(own: EutilsServer, recorded: Path) -> None:
    lines = (recorded / "pubmed" / "errors" / "error_bodies.jsonl").read_text(encoding="utf-8").splitlines()
    cases = {case["case"]: case for case in map(json.loads, lines) if case["api"].startswith("E-utilities")}
    past = ask(own.url, "esearch", term="semax", retstart=9_999, retmode="json")
    assert past.body.decode() == cases["retstart past the window"]["body"]
    own.fault("rate-limit")
    limited = ask(own.url, "esearch", term="semax").json
    assert set(limited) == set(json.loads(cases["rate limit, no key"]["body"]))
    many = ask(own.url, "esummary", post=True, id=",".join(map(str, range(1, 502))), retmode="json")
    assert many.json == json.loads(cases["too many ids"]["body"])


# over the real records


def search(real: EutilsServer, term: str, **params: Any) -> Reply:
    return ask(real.url, "esearch", db="pubmed", term=term, **params)


def test_a_fetched_record_is_the_stored_one_byte_by_byte(real: EutilsServer, recorded: Path) -> None:
    with gzip.open(recorded / "pubmed" / "edge_cases.xml.gz") as stream:
        stored = stream.read()
    pmids = [node.text or "" for node in etree.fromstring(stored).iterfind("PubmedArticle/MedlineCitation/PMID")][:200]
    fetched = ask(real.url, "efetch", post=True, id=",".join(pmids)).body
    records = fetched.split(b"<PubmedArticle>")[1:]
    assert len(records) == len(pmids)
    assert all(record.rpartition(b"</PubmedArticle>")[0] in stored for record in records)


def test_the_four_kinds_of_date_give_different_sets_of_real_records(real: EutilsServer) -> None:
    sets = {
        kind: search(real, f'("2021/06/01"[{kind}] : "2021/06/30"[{kind}])', retmax=9_999).body.split(b"<IdList>")[1]
        for kind in ("crdt", "edat", "mdat", "pdat")
    }
    assert len({*sets.values()}) == 4


def test_headings_explode_over_real_records(real: EutilsServer) -> None:
    counts = [
        int(search(real, term, rettype="count").text("Count") or 0) for term in ("animals[mh]", "animals[mh:noexp]")
    ]
    assert counts[0] > counts[1] > 1_000


def test_retracted_papers_are_found_by_type(real: EutilsServer) -> None:
    ids = search(real, "retracted publication[pt]").texts("IdList/Id")
    types = ask(real.url, "efetch", id=",".join(ids)).texts(".//PublicationType[@UI='D016441']")
    assert len(types) == len(ids) > 0
