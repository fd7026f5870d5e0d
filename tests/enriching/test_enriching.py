"""Which sources services are asked about, and which entries follow from what they say."""

from typing import Any

import pytest

from harvest.enriching import Asked, Hearing, due, of_notices, parts, to_ask
from harvest.entries import fits
from harvest.identity import Fingerprint
from harvest.model import Correction, Related, Snapshot
from harvest.standing import Event, Notice, State, Status, Told, status
from tests.documents import record
from tests.hearing import DAY
from tests.test_settlement import Book

RETRACTED = Told(status([Notice(Event.RETRACTION, "doi:10.5555/notice", "2025-05-04", ("publisher",))]))
STANDS = Told(status([]))


def hearing(book: Book, service: str = "crossref", **told: Told) -> Hearing:
    heard = Hearing.of(service, "in words", DAY, to_ask(book.catalogue))
    heard.told |= told
    return heard


def told(book: Book, heard: Hearing) -> list[dict[str, Any]]:
    """What a run appends of a hearing."""
    book.write("search", heard.body())
    changes = list(heard.changes(book.catalogue, 7))
    for one in changes:
        book.write("changed", one)
    return changes


def test_sources_with_a_doi_a_pmid_or_a_journal_are_asked_about() -> None:
    book = Book()
    book.settle(record(1))
    page = {
        "key": "url:https://example.org/",
        "keys": ("url:https://example.org/",),
        "title": "A made-up paper on the web",
    }
    book.settle(record(2, **page))
    no_journal = record(
        3,
        key="reddit:t3_x",
        keys=("reddit:t3_x",),
        title="Synthetic: what somebody told",
        journal=type(record().journal)(),
    )
    book.settle(no_journal)

    assert list(book.catalogue.sources) == ["s1", "s2", "s3"]
    assert [one.sid for one in to_ask(book.catalogue)] == ["s1", "s2"]


def test_identifiers_of_further_records_and_of_services_are_known_of_a_source() -> None:
    book = Book()
    book.settle(record(1, keys=("pmid:90000001",)))
    book.settle(record(1, provider="europepmc", key="pmcid:PMC1", keys=("pmcid:PMC1", "pmid:90000001")))
    told(book, hearing(book, s1=Told(status([]), ids=("doi:10.5555/found",))))

    (one,) = to_ask(book.catalogue)
    assert one.document.keys == ("pmid:90000001", "pmcid:PMC1", "doi:10.5555/found")
    assert (one.doi, one.pmid) == ("10.5555/found", "90000001")


def test_a_word_that_is_not_new_causes_no_line() -> None:
    book = Book()
    book.settle(record(1))

    assert told(book, hearing(book, s1=STANDS)) == []
    assert len(told(book, hearing(book, s1=RETRACTED))) == 1
    assert told(book, hearing(book, s1=RETRACTED)) == []


def test_a_crash_between_two_lines_is_mended_by_the_next_run() -> None:
    book = Book()
    for number in (1, 2):
        book.settle(record(number))
    heard = hearing(book, s1=RETRACTED, s2=RETRACTED)
    book.write("search", heard.body())
    book.write("changed", next(heard.changes(book.catalogue, 7)))

    assert [one["sid"] for one in told(book, hearing(book, s1=RETRACTED, s2=RETRACTED))] == ["s2"]


def test_a_flip_says_what_happened_and_moves_the_flag() -> None:
    book = Book()
    book.settle(record(1))

    (fallen,) = told(book, hearing(book, s1=RETRACTED))
    (back,) = told(book, hearing(book, s1=STANDS))

    assert (fallen["what"], fallen["new"]["flags"], fallen["provider"]) == (["retraction"], ["retracted"], "enrich")
    assert (back["what"], back["new"]["flags"], back["new"]["services"]) == (["reinstated"], [], {"crossref": {}})
    assert book.catalogue.sources["s1"]["flags"] == []


def test_a_service_that_does_not_know_a_document_any_more_takes_nothing_back() -> None:
    book = Book()
    book.settle(record(1))
    told(book, hearing(book, s1=RETRACTED))

    assert told(book, hearing(book, s1=Told(Status(State.NOT_KNOWN, why="not_registered")))) == []
    assert book.catalogue.sources["s1"]["flags"] == ["retracted"]


def test_one_service_takes_back_only_its_own_word() -> None:
    book = Book()
    book.settle(record(1))
    told(book, hearing(book, "retraction_watch", s1=RETRACTED))
    told(book, hearing(book, "crossref", s1=RETRACTED))
    told(book, hearing(book, "crossref", s1=STANDS))

    assert book.catalogue.sources["s1"]["flags"] == ["retracted"]


def test_answers_are_cited_where_they_are_kept() -> None:
    book = Book()
    book.settle(record(1))
    heard = hearing(book, s1=RETRACTED)
    heard.cite("s1", Snapshot("", "", "0" * 64))
    heard.cite("s1", Snapshot("a.warc.gz", "urn:uuid:1", "1" * 64))

    (event,) = told(book, heard)
    assert event["snapshots"] == [{"file": "a.warc.gz", "record": "urn:uuid:1", "sha256": "1" * 64}]
    assert "snapshot" not in event
    assert book.catalogue.settled[record(1).key].body["snapshot"]["file"] == "semax-pubmed-1.warc.gz"


def test_one_line_says_of_all_sources_what_was_said() -> None:
    book = Book()
    for number in range(1, 6):
        book.settle(record(number))
    unknown = Told(Status(State.NOT_KNOWN, why="no_id"))

    body = hearing(book, s1=STANDS, s2=STANDS, s3=RETRACTED, s4=unknown).body()

    assert body["standing"] | {"asked_sha256": ""} == {
        "service": "crossref",
        "as_of": DAY,
        "asked": 5,
        "asked_sha256": "",
        "retracted": "s3",
        "not_retracted": "s1-s2",
        "not_known": {"no_id": "s4"},
        "unanswered": "s5",
        "counts": {"retracted": 1, "not_retracted": 2, "not_known": 1, "unanswered": 1},
    }
    assert (body["outcome"], body["returned"]) == ("partial", 4)
    assert body["problems"] == ["crossref did not answer for 1 of 5 sources"]


def test_a_line_holds_what_was_said_of_as_many_sources_as_one_part_has() -> None:
    asked = [
        Asked(f"s{number}", f"pmid:{number}", Fingerprint((f"pmid:{number}",))) for number in range(90_001, 95_002)
    ]
    kept = Snapshot("semax-test-enrich-01M80Z3TSNFT8X7Q95J9A1VC91-00001.warc.gz", "urn:uuid:" + "0" * 36, "0" * 64)
    sizes = []
    for part in parts(asked):
        heard = Hearing.of("crossref", "in words", DAY, part)
        heard.told |= {one.sid: RETRACTED if place % 2 else STANDS for place, one in enumerate(part)}
        for _ in range(300):
            heard.entry.take(kept)
        body = heard.body()
        sizes.append(body["standing"]["asked"])
        assert fits(body)

    assert sizes == [2_000, 2_000, 1_001]


def test_what_was_mended_on_another_way_is_no_problem() -> None:
    book = Book()
    book.settle(record(1))
    heard = hearing(book, s1=STANDS)
    heard.problem("one list was refused")

    assert heard.body()["outcome"] == "complete"


def test_a_failure_of_a_service_is_no_failure_to_fetch_a_record() -> None:
    book = Book()
    book.settle(record(1))
    book.write("failed", {"provider": "enrich", "keys": ["pmid:90000001"], "reason": "no-answer"})
    book.write("failed", {"provider": "pubmed", "keys": ["pmid:90000001"], "reason": "missing"})
    told(book, hearing(book, s1=RETRACTED))

    assert book.catalogue.open_failures("enrich") == ()
    assert book.catalogue.open_failures("pubmed") == ("pmid:90000001",)


def test_a_notice_among_the_sources_speaks_of_the_source_that_it_names() -> None:
    book = Book()
    book.settle(record(1))
    book.settle(record(2, corrections=(Correction("RetractionOf", "J Inv. 2024", key="pmid:90000001"),)))
    book.settle(record(3, corrections=(Correction("ErratumFor", "J Inv. 2024", key="pmid:99999999"),)))

    heard = of_notices(book.catalogue, DAY)
    (event,) = told(book, heard)

    assert (event["sid"], event["what"], event["service"]) == ("s1", ["retraction"], "ledger")
    assert book.catalogue.standings.of["s1"]["ledger"].state is State.RETRACTED
    assert [one.sid for one in heard.asked] == ["s1"]


def test_an_erratum_among_the_sources_does_not_say_that_a_source_stands() -> None:
    book = Book()
    book.settle(record(1))
    book.settle(record(2, corrections=(Correction("ErratumFor", "J Inv. 2024", key="pmid:90000001"),)))

    (event,) = told(book, of_notices(book.catalogue, DAY))

    assert event["what"] == ["erratum"]
    assert book.catalogue.searches[-1]["standing"]["not_known"] == {"not_said": "s1"}
    assert "ledger" not in book.catalogue.standings.of["s1"]


@pytest.mark.parametrize(("day", "sids"), [("2026-12-21", ["s1", "s3"]), ("2026-12-22", ["s1", "s2", "s3"])])
def test_what_a_service_did_not_have_is_asked_for_again_after_a_month(day: str, sids: list[str]) -> None:
    book = Book()
    for number in (1, 2, 3):
        book.settle(record(number))
    lacking, other = (Told(Status(State.NOT_KNOWN, why=why)) for why in ("not_registered", "other_title"))
    told(book, hearing(book, s1=STANDS, s2=lacking, s3=other))

    assert [one.sid for one in due(to_ask(book.catalogue), "crossref", book.catalogue.standings, day)] == sids
    assert len(due(to_ask(book.catalogue), "openalex", book.catalogue.standings, day)) == 3


def test_links_and_open_copies_stand_with_the_service_that_named_them() -> None:
    book = Book()
    book.settle(record(1))
    said = Told(
        status([]), links=(Related("has-preprint", "doi:10.5555/p"),), open_access={"url": "https://x.example/"}
    )

    (event,) = told(book, hearing(book, s1=said))

    assert event["what"] == ["enriched"]
    assert event["new"] == {
        "services": {
            "crossref": {
                "links": [{"relation": "has-preprint", "key": "doi:10.5555/p", "citation": ""}],
                "open_access": {"url": "https://x.example/"},
            }
        }
    }
