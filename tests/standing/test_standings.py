"""What a ledger's entries add up to on the standing of its sources."""

from typing import Any

from harvest.settlement import Absence
from harvest.standing import Standings, State
from tests.documents import judged, record, retracted
from tests.test_settlement import Book

ENRICHED = {"window": {"kind": "standing"}, "provider": "enrich", "query": "x", "outcome": "complete"}


def said(service: str, as_of: str = "2026-11-22", **states: Any) -> dict[str, Any]:
    none: dict[str, Any] = {"retracted": "", "not_retracted": "", "not_known": {}}
    return ENRICHED | {"standing": {"service": service, "as_of": as_of, **none, **states}}


def states(book: Book, sid: str) -> dict[str, tuple[str, str]]:
    return {service: (str(word.state), word.as_of) for service, word in book.catalogue.standings.of[sid].items()}


def test_pubmeds_own_record_is_heard_on_the_day_of_its_line() -> None:
    book = Book()
    book.settle(record(1))
    book.settle(retracted(record(2)), flags=("retracted",))

    assert states(book, "s1") == {"pubmed": ("not-retracted", "2026-11-21")}
    assert states(book, "s2") == {"pubmed": ("retracted", "2026-11-21")}


def test_a_provider_that_states_no_retractions_is_not_heard() -> None:
    book = Book()
    book.settle(record(1, provider="web"))

    assert states(book, "s1") == {}


def test_a_records_own_links_speak_whatever_services_say_and_its_flag_where_they_were_cut() -> None:
    links = [{"relation": "retracted-in", "key": "pmid:1", "citation": ""}]
    standings = Standings()
    standings.record(
        "s1", "pubmed", {"flags": ["retracted"], "links": links, "services": {"crossref": {}}}, "2026-11-22"
    )
    standings.record("s2", "pubmed", {"flags": ["retracted", "cut"], "links": []}, "2026-11-22")
    standings.record("s3", "pubmed", {"flags": ["retracted"], "services": {"crossref": {}}}, "2026-11-22")

    assert [standings.of[sid]["pubmed"].state is State.RETRACTED for sid in ("s1", "s2", "s3")] == [True, True, False]


def test_each_service_is_heard_by_itself_and_the_last_word_counts() -> None:
    book = Book()
    book.settle(record(1))
    book.write("search", said("crossref", "2026-11-01", not_retracted="s1"))
    book.write("search", said("openalex", not_known={"not_registered": "s1"}))
    book.write("search", said("crossref", retracted="s1"))

    assert states(book, "s1") == {
        "pubmed": ("not-retracted", "2026-11-21"),
        "crossref": ("retracted", "2026-11-22"),
        "openalex": ("not-known", "2026-11-22"),
    }
    assert book.catalogue.standings.of["s1"]["openalex"].why == "not_registered"


def test_who_is_not_answered_for_keeps_the_older_word_and_its_day() -> None:
    book = Book()
    book.settle(record(1))
    book.write("search", said("crossref", "2026-11-01", not_retracted="s1"))
    book.write("search", said("crossref", unanswered="s1"))

    assert states(book, "s1")["crossref"] == ("not-retracted", "2026-11-01")


def test_asking_pubmed_which_records_it_marks_renews_its_word_on_the_others() -> None:
    book = Book()
    book.settle(record(1))
    sweep = {"provider": "pubmed", "query": "x", "outcome": "complete", "window": {"kind": "withdrawn"}}
    book.later("2026-12-24")
    for outcome in ("failed", "partial"):
        book.write("search", sweep | {"outcome": outcome})
    before = states(book, "s1")
    book.write("search", sweep)

    assert before == {"pubmed": ("not-retracted", "2026-11-21")}
    assert states(book, "s1") == {"pubmed": ("not-retracted", "2026-12-24")}


def test_a_document_under_two_numbers_is_retracted_if_either_is() -> None:
    book = Book()
    for number in (1, 2):
        book.settle(record(number))
    book.write("search", said("crossref", retracted="s2", not_retracted="s1"))
    book.write("search", said("openalex", "2026-11-01", not_retracted="s1"))
    book.write("search", said("openalex", "2026-11-20", not_known={"no_id": "s2"}))

    heard = book.catalogue.standings.heard(["s1", "s2"])
    assert {service: str(word.state) for service, word in heard.items()} == {
        "pubmed": "not-retracted",
        "crossref": "retracted",
        "openalex": "not-retracted",
    }


def test_a_record_that_pubmed_no_longer_has_is_not_known_to_stand() -> None:
    book = Book()
    book.settle(record(1))
    book.absent(record(1).key, why=Absence("deleted", expected="a record", got="DeleteCitation", deleted=True))
    book.later("2026-12-24")
    book.write("search", {"provider": "pubmed", "query": "x", "outcome": "complete", "window": {"kind": "withdrawn"}})

    word = book.catalogue.standings.of["s1"]["pubmed"]
    assert (word.state, word.why, word.as_of) == (State.NOT_KNOWN, "not_registered", "2026-11-21")


def test_a_changed_record_is_heard_anew() -> None:
    book = Book()
    book.settle(record(1))
    book.settle(retracted(record(1)), flags=("retracted",))

    assert book.catalogue.standings.of["s1"]["pubmed"].state is State.RETRACTED


def test_a_later_look_at_the_record_keeps_what_services_said() -> None:
    book = Book()
    book.settle(record(1))
    notice = {"event": "retraction", "key": "doi:10.5555/notice", "day": "2026-01-01", "said_by": []}
    services = {"crossref": {"state": "retracted", "notices": [notice]}}
    new = {"flags": ["retracted"], "services": services}
    book.write(
        "changed",
        {"key": record(1).key, "sid": "s1", "provider": "enrich", "what": ["retraction"], "old": {}, "new": new},
    )
    again = record(1, title="Synthetic record: another title of the same made-up paper")
    book.settle(again)
    book.settle(again)

    assert book.catalogue.sources["s1"]["flags"] == ["retracted"]
    assert book.catalogue.sources["s1"]["services"] == services
    assert states(book, "s1")["pubmed"][0] == "not-retracted"
    assert judged(again).found.record.title in book.catalogue.sources["s1"]["title"]
