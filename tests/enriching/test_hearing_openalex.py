"""What OpenAlex is asked about sources and what is made of its answers, over the stand-in."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from harvest.crawl.openalex import OpenAlex
from harvest.enriching import Hearing
from harvest.errors import BudgetSpent, CredentialsMissing, KeyRefused
from harvest.standing import State
from tests.crawl.enrich_trial import known_to_openalex, sources
from tests.documents import record
from tests.hearing import Asker, configured, hear, hearing_of
from tests.servers.openalex import KEY, OpenAlexServer, open_copy, work

NOW = datetime(2026, 11, 22, 22, tzinfo=UTC)
LASTING = ("null-fields", "bad-key", "budget-gone")
"""Faults that do not pass when the same is asked again."""
OPTIONS: dict[str, dict[str, Any]] = {
    "timeout": {"seconds": 5},
    "refuse": {"seconds": 0.05},
    "slow-drip": {"seconds": 0.001},
}


@pytest.fixture
def server() -> Iterator[OpenAlexServer]:
    with OpenAlexServer(known_to_openalex(), now=NOW) as running:
        yield running


def client(server: OpenAlexServer, key: str = KEY) -> OpenAlex:
    return OpenAlex(Asker(), configured(HARVEST_OPENALEX_URL=server.url, OPENALEX_API_KEY=key))


def heard(server: OpenAlexServer, records: Any = None) -> Hearing:
    hearing = hearing_of("openalex", sources() if records is None else records)
    assert hear(client(server).hear, hearing) is None
    return hearing


def said(hearing: Hearing) -> dict[str, Any]:
    return {sid: (told.status, told.ids, told.open_access) for sid, told in sorted(hearing.told.items())}


def test_its_word_on_retractions_open_copies_and_ids_is_taken(server: OpenAlexServer) -> None:
    told = heard(server).told

    assert [sid for sid, one in told.items() if one.status.state is State.RETRACTED] == ["s1", "s2"]
    assert told["s1"].ids == ("openalex:W9000000001", "doi:10.5555/synth.1", "pmid:90000001")
    assert told["s1"].open_access == {
        "url": "https://repository.example/1",
        "kind": "green",
        "licence": "cc-by",
        "version": "acceptedVersion",
    }
    assert told["s2"].open_access == {}
    assert told["s10"].status.why == "not_registered"


def test_a_source_without_a_doi_is_asked_for_by_its_pmid() -> None:
    one = record(1, keys=("pmid:90000001",))
    with OpenAlexServer([work(1, pmid="90000001", doi="10.5555/Synth.1", title=one.title)]) as server:
        assert heard(server, [one]).told["s1"].ids == ("openalex:W9000000001", "doi:10.5555/synth.1", "pmid:90000001")


def test_a_merged_work_is_followed_to_what_it_is_part_of_now() -> None:
    one = record(1)
    with OpenAlexServer([work(7, doi="10.5555/later", title=one.title, is_retracted=True)]) as server:
        server.merged["https://openalex.org/doi:10.5555/synth.1"] = "https://openalex.org/W9000000007"

        assert heard(server, [one]).told["s1"].status.state is State.RETRACTED


def test_where_two_works_have_one_doi_the_retracted_one_counts() -> None:
    one = record(1)
    twins = [work(number, doi="10.5555/synth.1", title=one.title, is_retracted=number == 2) for number in (1, 2)]
    with OpenAlexServer(twins) as server:
        assert heard(server, [one]).told["s1"].status.state is State.RETRACTED


def test_another_document_under_the_identifier_says_nothing_of_ours() -> None:
    other = work(
        1,
        doi="10.5555/synth.1",
        pmid="90009999",
        title="A made-up paper on bees",
        publication_year=1999,
        is_retracted=True,
    )
    with OpenAlexServer([other]) as server:
        assert heard(server, [record(1)]).told["s1"].status.why == "other_title"


@pytest.mark.parametrize("fault", [name for name in OpenAlexServer.faults if name not in LASTING])
@pytest.mark.parametrize("tool", ["works", "work"])
def test_with_each_fault_the_same_is_heard_as_without(server: OpenAlexServer, fault: str, tool: str) -> None:
    expected = said(heard(server))
    server.fault(fault, tool=tool, times=2 if fault not in OPTIONS else 1, **OPTIONS.get(fault, {}))

    hearing = heard(server)

    assert said(hearing) == expected
    assert hearing.body()["outcome"] == "complete"


def test_null_fields_leave_the_word_on_retractions(server: OpenAlexServer) -> None:
    server.fault("null-fields", times=None)

    assert heard(server).told["s2"].status.state is State.RETRACTED


def test_a_refused_key_ends_it_at_once(server: OpenAlexServer) -> None:
    hearing = hearing_of("openalex", sources())

    assert isinstance(hear(client(server, "wrong-key-altogether").hear, hearing), KeyRefused)
    assert len(server.log) == 1


def test_without_a_key_it_is_not_asked() -> None:
    with pytest.raises(CredentialsMissing, match="OPENALEX_API_KEY"):
        OpenAlex(Asker(), configured())


def test_the_key_travels_in_no_address(server: OpenAlexServer) -> None:
    heard(server)

    assert not [entry for entry in server.log if KEY in str(entry.params) or KEY in entry.path]
    assert {entry.who for entry in server.log} == {KEY}


def test_no_more_is_asked_when_four_fifths_of_the_budget_are_used(server: OpenAlexServer) -> None:
    server.limit, server.budget = 1_000, 300
    hearing = hearing_of("openalex", sources())

    error = hear(client(server).hear, hearing)

    assert isinstance(error, BudgetSpent)
    assert "80 %" in error.message
    assert len(server.log) == 1
    assert hearing.unanswered == ["s10", "s11", "s12"]


def test_a_budget_that_is_gone_is_not_asked_again(server: OpenAlexServer) -> None:
    server.fault("budget-gone", tool="works")

    assert isinstance(hear(client(server).hear, hearing_of("openalex", sources())), BudgetSpent)
    assert len(server.log) == 1


def test_a_hundred_sources_are_asked_for_in_two_lists() -> None:
    records = [record(number) for number in range(1, 101)]
    works = [
        work(number, doi=f"10.5555/synth.{number}", title=one.title, **open_copy("https://x.example/"))
        for number, one in enumerate(records, 1)
    ]
    with OpenAlexServer(works) as server:
        hearing = heard(server, records)

        assert len(server.log) == 2
    assert hearing.body()["standing"]["not_retracted"] == "s1-s100"


def test_only_a_copy_with_an_address_of_the_web_is_named() -> None:
    one = record(1)
    odd = work(1, doi="10.5555/synth.1", title=one.title, **open_copy("javascript:alert(1)"))
    with OpenAlexServer([odd]) as server:
        assert heard(server, [replace(one)]).told["s1"].open_access == {}
