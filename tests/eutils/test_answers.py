"""Answers of the E-utilities: what they say, and what is wrong with those that cannot be believed."""

import gzip
import json
import os
import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvest.errors import ParseError
from harvest.eutils.answers import Index, Posted, Search, fault, index, posted, search, spelling

XML = '<?xml version="1.0" encoding="UTF-8" ?>\n'
DOCTYPE = (
    '<!DOCTYPE eSearchResult PUBLIC "-//NLM//DTD esearch 20060628//EN" '
    '"https://eutils.ncbi.nlm.nih.gov/eutils/dtd/20060628/esearch.dtd">\n'
)
FOUND = (
    "<eSearchResult><Count>12</Count><RetMax>2</RetMax><RetStart>4</RetStart><QueryKey>1</QueryKey>"
    "<WebEnv>MCID_a1</WebEnv><IdList><Id>101</Id><Id>102</Id></IdList><TranslationSet><Translation>"
    '<From>semax</From><To>"acth"[Supplementary Concept] OR "semax"[All Fields]</To></Translation></TranslationSet>'
    "<QueryTranslation>semax[All Fields] &lt;tag></QueryTranslation></eSearchResult>"
)
ANSWER = (XML + DOCTYPE + FOUND).encode()
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
TEXT_XML = {"Content-Type": "text/xml; charset=UTF-8"}


def kind(body: bytes | str, *, status: int = 200, tool: str = "esearch", headers: dict[str, str] | None = None) -> str:
    """The kind of fault, `none` where there is none, with what follows from it."""
    raw = body.encode() if isinstance(body, str) else body
    found = fault(status=status, headers=TEXT_XML if headers is None else headers, body=raw, tool=tool)
    if found is None:
        return "none"
    return found.kind + (" fatal" if found.fatal else " retry" if found.retry else "")


def test_a_search_answer_becomes_numbers_ids_and_translations() -> None:
    assert search(ANSWER) == Search(
        count=12,
        ids=("101", "102"),
        retstart=4,
        retmax=2,
        translation="semax[All Fields] <tag>",
        translations=(("semax", '"acth"[Supplementary Concept] OR "semax"[All Fields]'),),
        web_env="MCID_a1",
        query_key="1",
    )
    assert not search(ANSWER).altered


def test_a_count_alone_is_a_search_answer() -> None:
    assert search((XML + DOCTYPE + "<eSearchResult><Count>7</Count></eSearchResult>").encode()) == Search(7)


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ("<ErrorList><PhraseNotFound>xyzzyq</PhraseNotFound></ErrorList>", "phrases_not_found"),
        ("<ErrorList><FieldNotFound>xyzzyq</FieldNotFound></ErrorList>", "fields_not_found"),
        ("<WarningList><PhraseIgnored>xyzzyq</PhraseIgnored></WarningList>", "phrases_ignored"),
        (
            "<WarningList><QuotedPhraseNotFound>xyzzyq</QuotedPhraseNotFound></WarningList>",
            "quoted_phrases_not_found",
        ),
    ],
)
def test_a_dropped_word_makes_a_search_altered_although_its_count_is_not_zero(told: str, field: str) -> None:
    altered = search(ANSWER.replace(b"</eSearchResult>", told.encode() + b"</eSearchResult>"))
    assert altered.altered
    assert altered.count == 12
    assert getattr(altered, field) == ("xyzzyq",)


def test_nothing_found_is_not_an_altered_search() -> None:
    body = FOUND.replace(
        "</eSearchResult>", "<WarningList><OutputMessage>No items found.</OutputMessage></WarningList></eSearchResult>"
    )
    assert search(body.encode()).messages == ("No items found.",)
    assert not search(body.encode()).altered


@pytest.mark.parametrize(
    "prolog",
    [
        "",
        XML,
        "\ufeff" + XML + DOCTYPE,
        XML + "<!-- made today -->\n" * 40 + DOCTYPE,
        DOCTYPE,
        XML
        + '<!DOCTYPE eSearchResult PUBLIC "-//NLM//DTD esearch 20311231//EN" "https://eutils.ncbi.nlm.nih.gov/e.dtd">',
        XML + '<!DOCTYPE eSearchResult SYSTEM "http://example.org/esearch.dtd">',
    ],
    ids=["bare", "no doctype", "byte order mark", "comments", "no declaration", "next year's DTD", "http DTD"],
)
def test_no_prolog_causes_a_download_or_a_failure(prolog: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(url: str) -> None:
        pytest.fail(f"asked for {url}")

    search(ANSWER)  # loads Biopython's parser as we load it
    monkeypatch.setattr("Bio.Entrez.Parser.urlopen", refuse)
    assert search((prolog + FOUND).encode()).count == 12


def test_an_element_that_the_dtd_does_not_list_is_passed_over() -> None:
    assert search(ANSWER.replace(b"<IdList>", b"<Novelty>1</Novelty><IdList>")).ids == ("101", "102")


def test_reading_makes_no_folder_in_the_home_of_the_user(tmp_path: Path) -> None:
    code = f"from harvest.eutils.answers import search; print(search({ANSWER!r}).count)"
    environment = {**os.environ, "HOME": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, check=True)
    assert done.stdout.strip() == b"12"
    assert list(tmp_path.iterdir()) == []


def test_many_threads_may_read_at_once() -> None:
    bodies = [ANSWER.replace(b"<Count>12<", b"<Count>%d<" % n) for n in range(200)]
    counts: dict[int, int] = {}

    def read(numbers: range) -> None:
        for n in numbers:
            counts[n] = search(bodies[n]).count

    threads = [threading.Thread(target=read, args=(range(start, 200, 8),)) for start in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counts == {n: n for n in range(200)}


def test_einfo_gives_the_index_with_its_fields() -> None:
    body = (
        "<eInfoResult><DbInfo><DbName>pubmed</DbName><MenuName>PubMed</MenuName><Description>x</Description>"
        "<DbBuild>Build-1</DbBuild><Count>40000000</Count><LastUpdate>2026/11/20 05:13</LastUpdate><FieldList>"
        "<Field><Name>ALL</Name><FullName>All Fields</FullName><TermCount/></Field>"
        "<Field><Name>UID</Name><FullName>UID</FullName></Field></FieldList></DbInfo></eInfoResult>"
    )
    assert index(body.encode()) == Index("pubmed", "Build-1", "2026/11/20 05:13", 40_000_000, ("ALL", "UID"))


def test_espell_gives_the_correction_or_nothing() -> None:
    body = "<eSpellResult><Query>semaxx</Query><CorrectedQuery>{}</CorrectedQuery><ERROR/></eSpellResult>"
    assert spelling(body.format("semax").encode()) == "semax"
    assert spelling(body.format("").encode()) == ""


def test_epost_gives_where_the_ids_were_put() -> None:
    body = b"<ePostResult><QueryKey>3</QueryKey><WebEnv>MCID_b</WebEnv></ePostResult>"
    assert posted(body) == Posted("MCID_b", "3")
    with pytest.raises(ParseError, match="got neither"):
        posted(b"<ePostResult><InvalidIdList><Id>x</Id></InvalidIdList></ePostResult>")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html><body>down</body></html>",
        b'{"error":"API rate limit exceeded"}',
        ANSWER[:-9],
        b"<eSearchResult><ERROR>Search Backend failed: no connection</ERROR></eSearchResult>",
        b"<eSearchResult><Count>many</Count></eSearchResult>",
        b"<eSpellResult></eSpellResult>",
        b"<!-- -->" * 40 + b"<!DOCTYPE",
        (XML + '<!DOCTYPE eSearchResult [<!ENTITY a "b">]>' + FOUND).encode(),
    ],
    ids=["empty", "html", "json", "cut off", "error", "no number", "another tool", "comments", "entities"],
)
def test_what_is_no_search_answer_is_a_parse_error_in_one_line(body: bytes) -> None:
    with pytest.raises(ParseError) as caught:
        search(body)
    assert "\n" not in str(caught.value)


@given(st.integers(min_value=0, max_value=len(ANSWER) - 1))
def test_a_cut_answer_is_never_believed(end: int) -> None:
    cut = ANSWER[:end]
    assert fault(status=200, headers=TEXT_XML, body=cut, tool="esearch") is not None
    with pytest.raises(ParseError):
        search(cut)


@given(st.integers(min_value=100, max_value=599), st.binary(max_size=200))
def test_any_bytes_under_any_status_are_judged(status: int, body: bytes) -> None:
    found = fault(status=status, headers={}, body=body, tool="efetch")
    assert found is not None
    assert not (found.retry and found.fatal)
    assert "\n" not in found.detail


def test_the_envelope_that_was_asked_for_is_no_fault() -> None:
    assert kind(ANSWER) == "none"
    assert kind(ANSWER, headers={}) == "none"
    assert kind("<PubmedArticleSet></PubmedArticleSet>", tool="efetch") == "none"
    assert kind("<PubmedBookArticleSet/>", tool="efetch") == "none"
    assert kind("<eSpellResult><CorrectedQuery/><ERROR/></eSpellResult>", tool="espell") == "none"
    assert kind("<ePostResult><QueryKey>1</QueryKey><WebEnv>M</WebEnv></ePostResult>", tool="epost") == "none"
    assert kind("<eInfoResult><DbInfo><DbName>pubmed</DbName></DbInfo></eInfoResult>", tool="einfo") == "none"


def test_words_of_an_article_are_not_taken_for_an_error() -> None:
    text = "API key invalid. Cannot retrieve history data. API rate limit exceeded. &lt;html> C++ Exception"
    body = f"<PubmedArticleSet><PubmedArticle><A>{text}</A></PubmedArticle></PubmedArticleSet>"
    assert kind(body, tool="efetch") == "none"


@pytest.mark.parametrize(
    ("body", "status", "expected"),
    [
        ('{"error":"API rate limit exceeded","api-key":"203.0.113.7","count":"4"}', 429, "rate-limited retry"),
        ('{"error":"API rate limit exceeded","count":"11"}', 200, "rate-limited retry"),
        ('{"error":"API rate limit exceeded","api-key":"1.2.3.4",...}', 200, "rate-limited retry"),
        ("", 429, "rate-limited retry"),
        ('{"error":"API key invalid","api-key":"mykey","type":"api"}', 400, "key-refused fatal"),
        ("<eSearchResult><ERROR>API key not valid</ERROR></eSearchResult>", 400, "key-refused fatal"),
        (
            "<eSearchResult><ERROR>Search Backend failed: Database is not supported: pubmed</ERROR></eSearchResult>",
            200,
            "backend-failed retry",
        ),
        ("<ERROR>Database is not supported: pubmed</ERROR>", 200, "backend-failed retry"),
        ("NCBI C++ Exception: Error: TXCLIENT(CException::eUnknown) \n txsvr", 500, "backend-failed retry"),
        ("<eFetchResult><ERROR>CEFetchPApp::proxy_stream(): no</ERROR></eFetchResult>", 200, "backend-failed retry"),
        ("<!DOCTYPE html><html><body>down_bethesda</body></html>", 200, "html-page retry"),
        ("\n<HTML>WWW Error 500</HTML>", 500, "html-page retry"),
        ('<?xml version="1.0"?><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0"><html/>', 200, "html-page retry"),
        ("", 200, "empty retry"),
        ("  \n", 200, "empty retry"),
        ("", 502, "server-error retry"),
        ("<eSearchResult><Count>1</Count>", 200, "truncated retry"),
        ('{"esearchresult":{"count":"1"', 200, "invalid-json retry"),
        ('{"esearchresult":{"count":"1"}}', 200, "json retry"),
        ("[]", 200, "json retry"),
        ("Error 1", 200, "not-xml retry"),
        ("<html><title>414 Request-URI Too Large</title></html>", 414, "uri-too-long"),
        (
            "<eFetchResult><ERROR>Cannot retrieve history data: OUT OF RANGE.</ERROR></eFetchResult>",
            400,
            "history-expired",
        ),
        ("<eSearchResult><ERROR>Unable to obtain query #1</ERROR></eSearchResult>", 200, "history-expired"),
        ("<ePostResult><ERROR>Invalid db name specified: x</ERROR></ePostResult>", 200, "bad-request fatal"),
        ("<ePostResult><ERROR>Empty ID list; Nothing to store</ERROR></ePostResult>", 200, "bad-request fatal"),
        ('{"esearchresult":{"ERROR":"Backend failed:\n\'retstart\' cannot be larger"}}', 200, "past-window retry"),
        ("<eSearchResult><ERROR>Something new</ERROR></eSearchResult>", 200, "error-in-answer retry"),
        ("<eSummaryResult/>", 200, "wrong-envelope retry"),
        ("<eSearchResult/>", 200, "wrong-envelope retry"),
        (FOUND, 503, "server-error retry"),
        (FOUND, 206, "unexpected-status retry"),
    ],
)  # fmt: skip
def test_each_known_failure_has_its_kind_and_its_consequence(body: str, status: int, expected: str) -> None:
    assert kind(body, status=status) == expected


def test_the_right_xml_announced_as_something_else_is_not_believed() -> None:
    assert kind(FOUND, headers={"content-type": "text/html; charset=UTF-8"}) == "wrong-content-type retry"
    assert kind(FOUND, headers={"CONTENT-TYPE": "application/xml"}) == "none"


def test_retry_after_is_read_as_seconds_and_as_a_date() -> None:
    def wait(value: str, now: datetime | None = NOW) -> float | None:
        found = fault(status=429, headers={"retry-after": value}, body=b"{}", tool="esearch", now=now)
        assert found is not None
        return found.wait

    assert wait("7") == 7
    assert wait("Sat, 21 Nov 2026 12:00:30 GMT") == 30
    assert wait("Sat, 21 Nov 2026 11:00:00 GMT") == 0
    assert wait("Sat, 21 Nov 2026 12:00:30 GMT", None) is None
    assert wait("soon") is None
    assert wait("-3") is None


def test_a_server_error_may_also_say_how_long_to_wait() -> None:
    found = fault(status=503, headers={"Retry-After": "20"}, body=b"<html></html>", tool="esearch")
    assert found is not None
    assert (found.kind, found.wait) == ("html-page", 20)


def test_rate_limit_headers_change_nothing() -> None:
    headers = {**TEXT_XML, "X-RateLimit-Limit": "3", "X-RateLimit-Remaining": "0"}
    assert fault(status=200, headers=headers, body=ANSWER, tool="esearch") is None


@pytest.mark.parametrize("secret", ["203.0.113.7", "2001:db8::7", "0123456789abcdef0123456789abcdef0108", "a@b.org"])
@pytest.mark.parametrize("status", [200, 400, 429])
def test_an_address_or_key_in_a_body_is_not_repeated(secret: str, status: int) -> None:
    bodies = (
        json.dumps({"error": "API rate limit exceeded", "api-key": secret}),
        json.dumps({"error": "API key invalid", "api-key": secret}),
        json.dumps({"error": f"new words about {secret}"}),
        f"plain words about {secret}",
        f"<eSearchResult><ERROR>refused https://x.org/?api_key={secret} for {secret}</ERROR></eSearchResult>",
        f"<ERROR>api_key={secret}</ERROR>",
    )
    for body in bodies:
        found = fault(status=status, headers={}, body=body.encode(), tool="esearch")
        assert found is not None
        assert secret not in found.detail


@pytest.mark.recorded
def test_every_recorded_good_answer_is_believed_and_read(recorded: Path) -> None:
    folder = recorded / "pubmed" / "biopython_entrez"
    readers = {"esearch": search, "epost": posted, "espell": spelling, "einfo": index}
    good = {"esearch": 7, "epost": 1, "espell": 1, "einfo": 1}
    for tool, read in readers.items():
        bodies = [path.read_bytes() for path in sorted(folder.glob(f"{tool}*.xml"))]
        believed = [body for body in bodies if kind(body, tool=tool) == "none" and b"<DbList>" not in body]
        assert len(believed) == good[tool]
        for body in believed:
            read(body)
    for path in sorted(folder.glob("pubmed*.xml")):
        assert kind(path.read_bytes(), tool="efetch") == "none"
    for path in sorted((recorded / "pubmed" / "metapub_pmid_xml").glob("*.xml")):
        assert kind(path.read_bytes(), tool="efetch") == "none"


@pytest.mark.recorded
def test_recorded_facts_are_read(recorded: Path) -> None:
    folder = recorded / "pubmed" / "biopython_entrez"
    assert search((folder / "esearch2.xml").read_bytes()).count == 42_249
    assert search((folder / "esearch8.xml").read_bytes()).phrases_not_found == ("abcXYZ",)
    pubmed = index((folder / "einfo2.xml").read_bytes())
    assert (pubmed.name, pubmed.count, pubmed.last_update) == ("pubmed", 39_730_388, "2025/11/27 06:33")
    assert {"CRDT", "MDAT", "TIAB"} < set(pubmed.fields)
    assert spelling((folder / "espell.xml").read_bytes()) == "biopython"


@pytest.mark.recorded
def test_every_recorded_error_is_a_fault(recorded: Path) -> None:
    folder = recorded / "pubmed"
    lines = (folder / "errors" / "error_bodies.jsonl").read_text().splitlines()
    errors = [error for error in map(json.loads, lines) if isinstance(error["status"], int)]
    bodies = [(error["status"], error.get("body") or error.get("body_text")) for error in errors]
    kinds = [kind(body, status=status, headers={}).split()[0] for status, body in bodies if body]
    assert kinds == [
        "rate-limited",
        "rate-limited",
        "past-window",
        "backend-failed",
        "backend-failed",
        "json",
        "rate-limited",
    ]
    for name, tool, expected in (
        ("epost2.xml", "epost", "bad-request fatal"),
        ("epost3.xml", "epost", "bad-request fatal"),
        ("einfo4.xml", "einfo", "truncated retry"),
        ("pubmed3.html", "efetch", "html-page retry"),
    ):
        assert kind((folder / "biopython_entrez" / name).read_bytes(), tool=tool) == expected


@pytest.mark.recorded
def test_recorded_exchanges_are_judged_by_what_they_hold(recorded: Path) -> None:
    """Only XML of the tool that was asked, with status 200, passes; redirects, 400, 414 and JSON do not."""
    with gzip.open(recorded / "pubmed" / "eutils_cassettes" / "eutils_exchanges.jsonl.gz", "rt") as lines:
        exchanges = [json.loads(line) for line in lines]
    believed = 0
    for exchange in exchanges:
        tool = exchange["url"].partition("?")[0].rpartition("/")[2].partition(".")[0]
        if tool not in ("esearch", "einfo"):
            continue
        body, status = exchange["body"], exchange["status"]
        closing = "</eSearchResult>" if tool == "esearch" else "</eInfoResult>"
        good = status == 200 and body.startswith("<?xml") and closing in body
        assert (kind(body, status=status, tool=tool, headers={}) == "none") == good
        believed += good
    assert believed > 100
