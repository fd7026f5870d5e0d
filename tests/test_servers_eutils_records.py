"""The emulator's records: fetched, summarised, posted, linked, and changed between runs."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from lxml import etree

from tests.servers.eutils import EutilsServer
from tests.servers.eutils_ask import Reply, ask
from tests.servers.eutils_synthetic import FIRST_OWN, NOTE

NOW = datetime(2025, 6, 1, 12, tzinfo=UTC)


@pytest.fixture
def server() -> Iterator[EutilsServer]:
    with EutilsServer.over_own_records(now=NOW, rate_limit=False) as running:
        yield running


def fetch(server: EutilsServer, *pmids: object, **params: Any) -> Reply:
    return ask(server.url, "efetch", db="pubmed", retmode="xml", id=",".join(map(str, pmids)), **params)


def pmids(reply: Reply) -> list[str]:
    return reply.texts("PubmedArticle/MedlineCitation/PMID")


def stored(server: EutilsServer, term: str) -> tuple[str, str]:
    reply = ask(server.url, "esearch", db="pubmed", term=term, usehistory="y")
    return reply.text("WebEnv") or "", reply.text("QueryKey") or ""


# efetch


def test_records_come_in_a_set_behind_the_real_doctype(server: EutilsServer) -> None:
    reply = fetch(server, FIRST_OWN)
    assert reply.body.startswith(b'<?xml version="1.0" ?>\n<!DOCTYPE PubmedArticleSet PUBLIC')
    assert b'"https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_250101.dtd">' in reply.body
    assert reply.body.rstrip().endswith(b"</PubmedArticleSet>")


@pytest.mark.parametrize(
    ("doctype", "named"),
    [("http", b'"http://dtd.nlm'), ("next-year", b"pubmed_270101.dtd"), ("none", b"?>\n<PubmedArticleSet>")],
)
def test_the_doctype_can_be_switched(server: EutilsServer, doctype: str, named: bytes) -> None:
    server.control.set(doctype=doctype)
    assert named in fetch(server, FIRST_OWN).body


def test_ids_that_are_not_there_are_left_out_without_a_word(server: EutilsServer) -> None:
    reply = fetch(server, FIRST_OWN, 12345, FIRST_OWN + 1)
    assert (reply.status, pmids(reply)) == (200, ["90000001", "90000002"])
    nothing = fetch(server, 12345)
    assert (nothing.status, len(nothing.tree)) == (200, 0)


def test_a_blank_or_comma_in_an_id_makes_two_of_it(server: EutilsServer) -> None:
    assert pmids(fetch(server, "90000001 90000002")) == ["90000001", "90000002"]


def test_records_do_not_come_in_the_order_asked(server: EutilsServer) -> None:
    assert pmids(fetch(server, FIRST_OWN + 3, FIRST_OWN)) == ["90000001", "90000004"]


def test_ids_that_can_be_none_are_an_error(server: EutilsServer) -> None:
    reply = fetch(server, "abc")
    assert (reply.status, reply.tree.tag) == (400, "eFetchResult")


def test_a_book_is_a_record_of_another_kind(server: EutilsServer) -> None:
    assert fetch(server, 90000900).texts("PubmedBookArticle/BookDocument/PMID") == ["90000900"]


def test_text_names_what_is_missing_and_json_is_refused(server: EutilsServer) -> None:
    text = ask(server.url, "efetch", id="90000001,7", rettype="medline", retmode="text")
    assert text.headers["Content-Type"].startswith("text/plain")
    assert b"PMID- 90000001" in text.body
    assert b"PMID 7 is not found" in text.body
    assert ask(server.url, "efetch", id="90000001", retmode="json").status == 400


def test_every_own_record_says_that_it_is_synthetic(server: EutilsServer) -> None:
    for pmid in server.control.pmids():
        assert NOTE in etree.tostring(fetch(server, pmid).tree, encoding="unicode")
        assert pmid >= FIRST_OWN


def test_a_generated_record_says_so_too_and_is_the_same_each_time(server: EutilsServer) -> None:
    first, last = server.control.generate(count=100, days=["2025-01-01", "2025-01-02"], word="zebrafish")
    assert last - first == 99
    assert fetch(server, first + 50).body == fetch(server, first + 50).body
    assert NOTE.encode() in fetch(server, first).body
    found = ask(server.url, "esearch", term=f'"{first + 50}"[ti] AND zebrafish[ti] AND 2025/01/02[crdt]')
    assert found.texts("IdList/Id") == [str(first + 50)]


# history


def test_a_stored_set_is_fetched_in_pages(server: EutilsServer) -> None:
    web_env, key = stored(server, "semax")
    pages = [
        pmids(ask(server.url, "efetch", WebEnv=web_env, query_key=key, retstart=start, retmax=6)) for start in (0, 6)
    ]
    books = 1
    assert len({*pages[0], *pages[1]}) == 12 - books


def test_the_end_of_a_set_is_400(server: EutilsServer) -> None:
    web_env, key = stored(server, "semax")
    reply = ask(server.url, "efetch", WebEnv=web_env, query_key=key, retstart=12)
    assert reply.status == 400
    assert (reply.text("ERROR") or "").startswith("Cannot retrieve history data: OUT OF RANGE.")


def test_a_set_expires_after_an_hour(server: EutilsServer) -> None:
    web_env, key = stored(server, "semax")
    server.control.clock(seconds=3_601)
    fetched = ask(server.url, "efetch", WebEnv=web_env, query_key=key)
    searched = ask(server.url, "esearch", WebEnv=web_env, term="#1")
    as_json = ask(server.url, "esearch", WebEnv=web_env, term="#1", retmode="json")
    assert fetched.status == 400
    assert (searched.status, searched.text("ERROR")) == (200, "Unable to obtain query #1")
    assert as_json.json["esearchresult"] == {}


def test_sets_of_one_environment_can_be_combined(server: EutilsServer) -> None:
    web_env, _ = stored(server, "semax")
    second = ask(server.url, "esearch", term="humans[mh]", usehistory="y", WebEnv=web_env)
    both = ask(server.url, "esearch", term="#1 AND #2", WebEnv=web_env)
    narrowed = ask(server.url, "esearch", term="stroke", WebEnv=web_env, query_key=1)
    assert second.text("QueryKey") == "2"
    assert set(both.texts("IdList/Id")) == {"90000001", "90000003", "90000007"}
    assert narrowed.texts("IdList/Id") == ["90000003"]


def test_posted_ids_become_a_set(server: EutilsServer) -> None:
    posted = ask(server.url, "epost", post=True, id="90000001,90000004,12")
    reply = ask(server.url, "efetch", WebEnv=posted.text("WebEnv"), query_key=posted.text("QueryKey"))
    assert pmids(reply) == ["90000001", "90000004"]


def test_epost_refuses_an_empty_list_inside_200_and_knows_no_json(server: EutilsServer) -> None:
    empty = ask(server.url, "epost", id="abc")
    assert (empty.status, empty.texts("ERROR")[0]) == (200, "Empty ID list; Nothing to store")
    assert ask(server.url, "epost", id="1", retmode="json").status == 500


# esummary, elink, espell, einfo


def test_a_summary_in_json_has_the_documented_keys(server: EutilsServer) -> None:
    result = ask(server.url, "esummary", id="90000001,77", retmode="json").json["result"]
    brief = result["90000001"]
    assert result["uids"] == ["90000001", "77"]
    assert result["77"] == {"uid": "77", "error": "cannot get document summary"}
    assert brief["authors"][0] == {"name": "Example A", "authtype": "Author", "clusterid": ""}
    assert {"idtype": "doi", "idtypen": 3, "value": "10.5555/Synth.0001"} in brief["articleids"]
    assert (brief["pmcrefcount"], brief["lang"], brief["pubdate"]) == ("", ["eng"], "2024 Jan")


def test_more_than_500_summaries_in_json_are_refused_inside_200(server: EutilsServer) -> None:
    ids = ",".join(map(str, range(1, 502)))
    reply = ask(server.url, "esummary", post=True, id=ids, retmode="json")
    assert (reply.status, reply.json["error"][:25]) == (200, "Too many UIDs in request.")
    assert ask(server.url, "esummary", post=True, id=ids).tree.tag == "eSummaryResult"


def test_a_wrong_id_is_named_with_its_position(server: EutilsServer) -> None:
    as_json = ask(server.url, "esummary", id="abc", retmode="json").json
    assert as_json["error"] == "Invalid uid abc at position= 0"
    assert as_json["result"] == {"uids": []}
    assert ask(server.url, "esummary", id="90000001,abc").texts("ERROR") == ["Invalid uid abc at position= 9"]
    assert ask(server.url, "esummary").text("ERROR") == "Neither query_key nor id specified"


def test_neighbours_begin_with_the_record_itself(server: EutilsServer) -> None:
    reply = ask(server.url, "elink", dbfrom="pubmed", db="pubmed", id="90000009", linkname="pubmed_pubmed")
    links = reply.texts("LinkSet/LinkSetDb/Link/Id")
    assert links[:2] == ["90000009", "90000010"]


def test_a_comma_list_of_ids_is_one_link_set_and_repeated_ids_are_several(server: EutilsServer) -> None:
    merged = ask(server.url, "elink", dbfrom="pubmed", id="90000001,90000002", retmode="json").json
    apart = ask(server.url, "elink", dbfrom="pubmed", id=["90000001", "90000002"], retmode="json").json
    assert [len(merged["linksets"]), len(apart["linksets"])] == [1, 2]


def test_a_misspelt_word_is_corrected(server: EutilsServer) -> None:
    reply = ask(server.url, "espell", db="pubmed", term="fluoxetne rats")
    assert reply.text("CorrectedQuery") == "fluoxetine rats"
    assert ask(server.url, "espell", term="rats").text("CorrectedQuery") in {None, ""}
    assert ask(server.url, "espell", term="rats", retmode="json").status == 500


def test_einfo_says_how_many_records_there_are_and_how_fresh_they_are(server: EutilsServer) -> None:
    facts = ask(server.url, "einfo", db="pubmed", retmode="json").json["einforesult"]["dbinfo"][0]
    assert (facts["count"], facts["lastupdate"]) == ("17", "2025/06/01 08:00")
    assert facts["dbbuild"] == "Build-2025.06.01.08.00"
    assert [field["name"] for field in facts["fieldlist"]][:3] == ["ALL", "UID", "FILT"]
    assert "pubmed" in ask(server.url, "einfo", retmode="json").json["einforesult"]["dblist"]
    assert ask(server.url, "einfo", db="nothing").text("ERROR") == "Can not retrieve DbInfo for db=nothing"


# what changes between runs


def test_a_revised_record_moves_its_revision_date_and_nothing_else(server: EutilsServer) -> None:
    term = '("2025/05/30"[mdat] : "2025/06/30"[mdat])'
    assert ask(server.url, "esearch", term=term).text("Count") == "0"
    server.control.revise(pmid=90000004, mesh=["Humans"], status="MEDLINE", title="Synthetic record: Semax, renamed.")
    assert ask(server.url, "esearch", term=term).texts("IdList/Id") == ["90000004"]
    assert ask(server.url, "esearch", term="humans[mh] AND renamed[ti]").texts("IdList/Id") == ["90000004"]
    assert ask(server.url, "esearch", term='"title alone"[ti]').text("Count") == "0"
    assert ask(server.url, "esearch", term="2024/03/03[crdt]").texts("IdList/Id") == ["90000004"]


def test_a_retracted_record_carries_type_and_link(server: EutilsServer) -> None:
    server.control.retract(pmid=90000002, notice=90000008, on="2025-05-31")
    assert set(ask(server.url, "esearch", term="retracted publication[pt]").texts("IdList/Id")) == {
        "90000002",
        "90000007",
    }
    link = fetch(server, 90000002).tree.find(".//CommentsCorrections[@RefType='RetractionIn']/PMID")
    assert link is not None
    assert link.text == "90000008"


def test_a_deleted_record_is_found_and_fetched_no_more(server: EutilsServer) -> None:
    server.control.delete(pmid=90000002)
    assert pmids(fetch(server, 90000002)) == []
    assert ask(server.url, "esearch", term="sucrose").texts("ErrorList/PhraseNotFound") == ["sucrose"]
    with pytest.raises(ValueError, match="expected a PMID of the corpus"):
        server.control.delete(pmid=90000002)


def test_a_record_can_be_added_as_xml(server: EutilsServer) -> None:
    whole = fetch(server, 90000002).tree.find("PubmedArticle")
    assert whole is not None
    text = etree.tostring(whole, encoding="unicode").replace("90000002", "90000777").replace("rats", "quokkas")
    assert server.control.add(xml=text) == 90000777
    assert ask(server.url, "esearch", term="quokkas").texts("IdList/Id") == ["90000777"]
