"""Recorded answers of PubMed, Crossref and OpenAlex: every retraction is found, and no erratum is called one.

What is expected is counted in the raw bytes, not by our readers. `HARVEST_ALL_RECORDS=1` looks at all 35,790 articles
of the two large PubMed files, not at the 775 that were picked from them for their traps.
"""

import gzip
import lzma
import os
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from harvest import medline
from harvest.crawl.crossref import Crossref
from harvest.crawl.openalex import OpenAlex
from harvest.crossref import answers, telling
from harvest.enriching import Hearing
from harvest.entries import describe
from harvest.evidence import classify
from harvest.model import Journal, PublicationDate, Record
from harvest.standing import Standings, State, event_of
from tests.documents import record
from tests.hearing import Asker, configured, hear, hearing_of
from tests.servers.crossref import CrossrefServer
from tests.servers.crossref_works import Works
from tests.servers.openalex import KEY, OpenAlexServer

pytestmark = pytest.mark.recorded

ALL = bool(os.environ.get("HARVEST_ALL_RECORDS"))
ARTICLE = re.compile(rb"<PubmedArticle>.*?</PubmedArticle>", re.DOTALL)
RETRACTED = re.compile(rb'RefType="Retract(?:ion|edandRepublished)In"|<PublicationType UI="D016441"')
NOTICE = re.compile(rb'RefType="RetractionOf"|<PublicationType UI="D016440"')
ERRATUM = re.compile(rb'RefType="(?:ErratumIn|CorrectedandRepublishedIn)"')
CONCERN = re.compile(rb'RefType="ExpressionOfConcernIn"')
FEW = {"retracted": 6, "notices": 11, "errata": 36, "concerns": 1, "errata retracted": 0}
WHOLE = {"retracted": 6, "notices": 10, "errata": 162, "concerns": 1, "errata retracted": 0}
CORRECTED = {"10.1371/journal.pone.0033693", "10.1371/journal.pbio.0050002", "10.1073/pnas.1414271111"}


def pubmed(folder: Path) -> Iterator[bytes]:
    """Every recorded article, as its bytes."""
    if ALL:
        for name in ("pubmed21n1298.xml.xz", "pubmed20n0014_even.xml.xz"):
            yield from (found[0] for found in ARTICLE.finditer(lzma.decompress((folder / name).read_bytes())))
    else:
        yield from (
            found[0] for found in ARTICLE.finditer(gzip.decompress((folder / "edge_cases.xml.gz").read_bytes()))
        )
    for path in sorted((folder / "metapub_pmid_xml").glob("*.xml")):
        yield from (found[0] for found in ARTICLE.finditer(path.read_bytes()))


def test_pubmeds_retractions_are_all_found_and_no_erratum_is_called_one(recorded: Path) -> None:
    standings, counts = Standings(), Counter(dict.fromkeys(FEW, 0))
    for number, raw in enumerate(pubmed(recorded / "pubmed")):
        expected = {
            name
            for name, form in (("retracted", RETRACTED), ("errata", ERRATUM), ("concerns", CONCERN))
            if form.search(raw)
        }
        counts.update(expected | ({"notices"} if NOTICE.search(raw) else set()))
        if not expected and not NOTICE.search(raw):
            continue
        (one,) = medline.articles(b"<PubmedArticleSet>" + raw + b"</PubmedArticleSet>").records
        standings.record(f"s{number}", "pubmed", describe(one), "2021-06-01")
        retracted = standings.of[f"s{number}"]["pubmed"].state is State.RETRACTED
        flags = classify(one).flags
        assert retracted == ("retracted" in expected) == ("retracted" in flags), one.key
        assert ("erratum" in flags, "concern" in flags) == ("errata" in expected, "concerns" in expected), one.key
        counts["errata retracted"] += "errata" in expected and retracted and not RETRACTED.search(raw)

    print(f"PubMed: {dict(counts)}")  # noqa: T201  # shown with -s
    assert counts == (WHOLE if ALL else FEW)


def documents(folder: Path) -> tuple[Works, list[Record]]:
    """The recorded whole works of Crossref, and records of our own with their DOIs and titles."""
    cassettes = pytest.importorskip("tests.servers.cassettes")
    works = Works()
    records: list[Record] = []
    for doi, work in cassettes.crossref_works(folder).items():
        works.add(work)
        records.append(record(len(records) + 1, key=f"doi:{doi}", keys=(f"doi:{doi}",), **_place(work)))
    return works, records


def _place(work: Any) -> Any:
    """A title as it stands there; nothing else, as of a record that somebody typed."""
    titles = work.get("title") or ["A work without a title"]
    return {"title": titles[0], "authors": (), "journal": Journal(), "date": PublicationDate("")}


def heard(works: Works, records: list[Record]) -> Hearing:
    with CrossrefServer(works, rate_limit=False) as server:
        hearing = hearing_of("crossref", records)
        assert hear(Crossref(Asker(), configured(HARVEST_CROSSREF_URL=server.url)).hear, hearing) is None
    return hearing


def test_crossrefs_corrections_are_no_retractions_and_new_versions_are_nothing(recorded: Path) -> None:
    works, records = documents(recorded / "trials_scholarly")
    told = heard(works, records).told
    keys = {f"s{number}": one.key.removeprefix("doi:") for number, one in enumerate(records, 1)}
    stated = Counter(
        str(event_of(update["type"])) for work in works.by_doi.values() for update in work.get("updated-by", ())
    )
    events = {
        keys[sid]: [str(one.event) for one in said.status.notices] for sid, said in told.items() if said.status.notices
    }
    states = Counter(f"{said.status.state} {said.status.why}".strip() for said in told.values())

    print(f"Crossref: {len(records)} works, updates {dict(stated)}, told {dict(states)}")  # noqa: T201  # shown with -s
    assert stated == {"erratum": 3, "update": 2}
    assert events == {doi: ["erratum"] for doi in CORRECTED}
    assert states["retracted"] == 0
    assert states["not-retracted"] == len(records) - states["not-known other_title"]


def test_a_retraction_of_any_recorded_work_is_found(recorded: Path) -> None:
    """The notices are made up, the works are real: on the original, on the notice alone, or marked in place."""
    works, records = documents(recorded / "trials_scholarly" / "paperqa")
    for number, doi in enumerate(list(works.by_doi)):
        notice = f"10.5555/notice.{number}"
        tell = works.only_on_notice if number % 3 == 0 else works.tell
        tell(doi, "retraction", notice=notice) if number % 3 < 2 else works.tell(
            doi, "retraction", source="retraction-watch"
        )

    told = heard(works, records).told

    assert {str(said.status.state) for said in told.values()} == {"retracted"}
    assert len(told) == len(records) > 5


def test_an_answer_cut_to_some_fields_says_nothing_of_retractions(recorded: Path) -> None:
    """The recorded paper was retracted; the answer was asked for without the field that would say so."""
    cassettes = pytest.importorskip("tests.servers.cassettes")
    found = [
        one for one in cassettes.recordings(recorded / "trials_scholarly", "api.crossref.org") if b"8341966" in one.body
    ]
    (work,) = answers.page(found[0].body).works

    assert telling.told(work.document, work).status.why == "not_said"


def test_every_recorded_answer_is_known_for_what_it_is(recorded: Path) -> None:
    cassettes = pytest.importorskip("tests.servers.cassettes")
    kinds = Counter(
        (one.status, (fault := answers.fault(one.status, one.headers, one.body)) and fault.kind)
        for one in cassettes.recordings(recorded / "trials_scholarly", "api.crossref.org")
        if "/transform" not in one.url and "/agency" not in one.url
    )

    assert set(kinds) == {(200, None), (400, "query-refused"), (404, None), (404, "query-refused")}


def test_openalex_is_read_with_its_nulls(recorded: Path) -> None:
    cassettes = pytest.importorskip("tests.servers.cassettes")
    works = cassettes.openalex_works(recorded / "trials_scholarly").values()
    records = [
        record(number, keys=(f"doi:{one['doi'].removeprefix('https://doi.org/')}",), title=one["title"])
        for number, one in enumerate(works, 1)
    ]
    with OpenAlexServer(works) as server:
        hearing = hearing_of("openalex", records)
        client = OpenAlex(Asker(), configured(HARVEST_OPENALEX_URL=server.url, OPENALEX_API_KEY=KEY))
        assert hear(client.hear, hearing) is None
    told = hearing.told.values()

    print(f"OpenAlex: {len(works)} works, {sum(bool(one.open_access) for one in told)} with an open copy")  # noqa: T201  # shown with -s
    assert {str(one.status.state) for one in told} == {"not-retracted"}
    assert sum(bool(one.open_access) for one in told) == sum(bool(one["open_access"]["is_oa"]) for one in works)
