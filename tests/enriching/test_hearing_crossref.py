"""What Crossref is asked about sources and what is made of its answers, over the stand-in."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from harvest.crawl.crossref import Crossref
from harvest.enriching import Hearing
from harvest.errors import AnswerUnusable, Unreachable
from harvest.standing import State
from tests.crawl.enrich_trial import registered, sources
from tests.documents import record
from tests.hearing import Asker, configured, hear, hearing_of
from tests.servers.crossref import CrossrefServer
from tests.servers.crossref_works import Works, synthetic

NOW = datetime(2026, 11, 22, tzinfo=UTC)
LASTING = ("null-fields", "validation-failure")
"""Faults that do not pass when the same is asked again."""
OPTIONS: dict[str, dict[str, Any]] = {
    "timeout": {"seconds": 5},
    "refuse": {"seconds": 0.05},
    "slow-drip": {"seconds": 0.001},
}


@pytest.fixture
def server() -> Iterator[CrossrefServer]:
    with CrossrefServer(registered(), now=NOW, rate_limit=False) as running:
        yield running


def heard(server: CrossrefServer, records: Any = None) -> Hearing:
    hearing = hearing_of("crossref", sources() if records is None else records)
    client = Crossref(Asker(), configured(HARVEST_CROSSREF_URL=server.url))
    assert hear(client.hear, hearing) is None
    return hearing


def said(hearing: Hearing) -> dict[str, Any]:
    """All that is kept of a hearing, but for the answers that it cites."""
    return {sid: (told.status, told.ids, told.links) for sid, told in sorted(hearing.told.items())}


def test_every_kind_of_word_is_told_apart(server: CrossrefServer) -> None:
    states = {sid: (str(told.status.state), told.status.why) for sid, told in heard(server).told.items()}

    assert states == {
        "s1": ("not-retracted", ""),
        "s2": ("retracted", ""),
        "s3": ("not-retracted", ""),
        "s4": ("not-retracted", ""),
        "s5": ("retracted", ""),
        "s6": ("not-retracted", ""),
        "s7": ("not-known", "not_registered"),
        "s8": ("not-retracted", ""),
        "s9": ("not-known", "other_title"),
        "s10": ("not-retracted", ""),
        "s11": ("not-known", "no_id"),
        "s12": ("not-retracted", ""),
    }


def test_publisher_and_retraction_watch_tell_of_one_event(server: CrossrefServer) -> None:
    (notice,) = heard(server).told["s2"].status.notices

    assert (notice.day, notice.said_by) == ("2025-05-01", ("publisher", "retraction-watch"))


def test_a_retraction_that_stands_on_the_notice_alone_is_found(server: CrossrefServer) -> None:
    (notice,) = heard(server).told["s5"].status.notices

    assert notice.key == "doi:10.5555/notice.5"


def test_a_document_without_a_doi_is_found_by_its_title(server: CrossrefServer) -> None:
    assert heard(server).told["s10"].ids == ("doi:10.5555/found.10",)


def test_a_title_that_many_papers_have_is_not_looked_for(server: CrossrefServer) -> None:
    hearing = heard(
        server, [record(1, keys=("pmid:1",), title="[Not Available]."), record(2, keys=("pmid:2",), title="")]
    )

    assert {told.status.why for told in hearing.told.values()} == {"no_id"}
    assert server.log == []


def test_few_requests_are_made_and_none_selects_fields(server: CrossrefServer) -> None:
    heard(server)

    assert [entry.tool for entry in server.log] == ["works", *["work"] * 3, *["works"] * 3]
    assert not [entry for entry in server.log if "select" in entry.params]


@pytest.mark.parametrize("fault", [name for name in CrossrefServer.faults if name not in LASTING])
@pytest.mark.parametrize("tool", ["works", "work"])
def test_with_each_fault_the_same_is_heard_as_without(server: CrossrefServer, fault: str, tool: str) -> None:
    expected = said(heard(server))
    server.fault(fault, tool=tool, times=2 if fault not in OPTIONS else 1, **OPTIONS.get(fault, {}))

    hearing = heard(server)

    assert said(hearing) == expected
    assert hearing.body()["outcome"] == "complete"


def test_what_a_refused_list_does_not_say_is_asked_for_one_by_one(server: CrossrefServer) -> None:
    expected = said(heard(server))
    server.fault("validation-failure", tool="works")

    assert said(heard(server)) == expected


def test_a_work_that_cannot_be_asked_for_is_missing_alone(server: CrossrefServer) -> None:
    server.fault("validation-failure", tool="work")
    hearing = heard(server)

    assert hearing.unanswered == ["s7"]
    assert hearing.body()["problems"] == [
        "crossref did not answer for 1 of 12 sources",
        "Crossref does not take the query: This route does not support filter",
    ]


def test_works_with_null_fields_are_read_as_far_as_they_go(server: CrossrefServer) -> None:
    server.fault("null-fields", times=None)

    assert said(heard(server)).keys() == {f"s{number}" for number in range(1, 13)}


def test_many_notices_are_read_to_their_end(server: CrossrefServer) -> None:
    for number in range(450):
        server.works.only_on_notice("10.5555/synth.1", "correction", notice=f"10.5555/erratum.{number}")
    server.works.only_on_notice("10.5555/synth.1", "retraction", notice="10.5555/zzz")

    assert heard(server).told["s1"].status.state is State.RETRACTED
    assert len([entry for entry in server.log if "cursor" in entry.params]) == 3


def test_a_cursor_that_died_is_begun_anew(server: CrossrefServer) -> None:
    for number in range(450):
        server.works.only_on_notice("10.5555/synth.1", "correction", notice=f"10.5555/erratum.{number}")
    server.fault("stale-cursor", tool="works", on=[5])

    assert len(heard(server).told["s1"].status.notices) == 450


def test_a_service_that_is_down_is_given_up_soon_and_takes_nothing_back(server: CrossrefServer) -> None:
    server.fault("http-503", times=None)
    hearing = hearing_of("crossref", sources())
    client = Crossref(Asker(), configured(HARVEST_CROSSREF_URL=server.url))

    error = hear(client.hear, hearing)

    assert isinstance(error, AnswerUnusable)
    assert hearing.unanswered == [f"s{number}" for number in range(1, 13)]
    assert len(server.log) == 14


def test_without_a_network_one_request_is_enough() -> None:
    asker = Asker()
    client = Crossref(asker, configured(HARVEST_CROSSREF_URL="http://127.0.0.1:9/"))

    assert isinstance(hear(client.hear, hearing_of("crossref", sources())), Unreachable)
    assert len(asker.limits) == 1


def test_where_notices_are_not_to_be_had_only_what_is_retracted_is_told(server: CrossrefServer) -> None:
    server.fault("http-503", tool="works", on=range(4, 40))
    hearing = hearing_of("crossref", sources())

    assert isinstance(
        hear(Crossref(Asker(), configured(HARVEST_CROSSREF_URL=server.url)).hear, hearing), AnswerUnusable
    )
    assert hearing.told["s7"].status.why == "not_registered"
    assert "s1" not in hearing.told


def test_the_headers_slow_us_down_and_never_hasten_us(server: CrossrefServer) -> None:
    asker = Asker()
    client = Crossref(asker, configured(HARVEST_CROSSREF_URL=server.url))
    client.pace.heed({"x-rate-limit-limit": "1", "x-rate-limit-interval": "2s"})
    slow = client.pace.list(), client.pace.single()
    client.pace.heed({"x-rate-limit-limit": "150", "x-rate-limit-interval": "1s"})

    assert slow == (2.1, 2.1)
    assert (client.pace.list(), client.pace.single()) == (0.35, 0.105)


def test_who_finds_himself_in_the_public_pool_keeps_its_pace(server: CrossrefServer) -> None:
    client = Crossref(Asker(), configured(HARVEST_CROSSREF_URL=server.url))
    client.pace.heed({"x-api-pool": "public"})
    public = client.pace.list(), client.pace.single()
    client.pace.heed({"x-api-pool": "plus"})

    assert public == (client.pace.list(), client.pace.single()) == (1.05, 0.21)


def test_a_hundred_sources_are_asked_for_in_two_lists() -> None:
    works, records = Works(), [record(number) for number in range(1, 101)]
    for one in records:
        works.add(synthetic(one.keys[1].removeprefix("doi:"), one.title, volume=one.journal.volume))
    with CrossrefServer(works, now=NOW, rate_limit=False) as server:
        hearing = heard(server, records)

        assert len(server.log) == 4
    assert hearing.body()["standing"]["not_retracted"] == "s1-s100"
