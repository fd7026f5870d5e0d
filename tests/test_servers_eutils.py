"""The emulator of E-utilities behaves as the reference says the real service does."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.servers.eutils import Corpus, EutilsServer
from tests.servers.eutils_ask import Reply, ask
from tests.servers.eutils_synthetic import FIRST_OWN

NOW = datetime(2025, 6, 1, 12, tzinfo=UTC)


@pytest.fixture
def server() -> Iterator[EutilsServer]:
    with EutilsServer.over_own_records(now=NOW, rate_limit=False) as running:
        yield running


@pytest.fixture(scope="module")
def crowd() -> Iterator[EutilsServer]:
    """25,000 records, 12,500 of them on one day."""
    crowded = EutilsServer(Corpus(), now=NOW, rate_limit=False)
    crowded.control.generate(count=25_000, days=["2025-03-01", "2025-03-02"], word="zebrafish")
    with crowded:
        yield crowded


def search(server: EutilsServer, term: str, **params: Any) -> Reply:
    return ask(server.url, "esearch", db="pubmed", term=term, **params)


def found(server: EutilsServer, term: str, **params: Any) -> set[int]:
    """The found records, as their places among the emulator's own."""
    return {int(pmid) - FIRST_OWN for pmid in search(server, term, retmax=100, **params).texts("IdList/Id")}


# what a search looks like


def test_json_gives_every_number_as_a_string(server: EutilsServer) -> None:
    result = search(server, "semax", retmode="json", retmax=2, usehistory="y").json["esearchresult"]
    assert (result["count"], result["retmax"], result["retstart"], result["querykey"]) == ("12", "2", "0", "1")
    assert result["webenv"].startswith("MCID_")
    assert "errorlist" not in result
    assert "warninglist" not in result


def test_a_page_has_twenty_records_unless_told_otherwise(crowd: EutilsServer) -> None:
    assert len(search(crowd, "zebrafish").texts("IdList/Id")) == 20
    assert search(crowd, "zebrafish", rettype="count").text("Count") == "25000"
    assert search(crowd, "zebrafish", rettype="count", retmode="json").json["esearchresult"] == {"count": "25000"}


def test_the_newest_entries_come_first(server: EutilsServer) -> None:
    pmids = search(server, "semax").texts("IdList/Id")
    assert (pmids[0], pmids[-1]) == ("90000016", "90000003")


def test_sort_puts_records_in_another_order(server: EutilsServer) -> None:
    by_date = search(server, "semax", sort="pub_date", retmax=100).texts("IdList/Id")
    relevant = search(server, "semax rats", sort="relevance").texts("IdList/Id")
    assert by_date[-1] == "90000003"
    assert relevant[0] == "90000002"
    odd = search(server, "semax", sort="by-moon")
    assert odd.texts("WarningList/OutputMessage") == ["Unknown sort schema 'by-moon' ignored"]


def test_an_empty_term_and_a_wrong_database_are_errors_inside_200(server: EutilsServer) -> None:
    empty = search(server, "  ")
    wrong = ask(server.url, "esearch", db="nothing", term="semax")
    assert (empty.status, empty.text("ERROR")) == (200, "Empty term and query_key - nothing todo")
    assert (wrong.status, wrong.text("ERROR")) == (200, "Invalid db name specified: nothing")
    other = ask(server.url, "esearch", db="protein", term="semax", retmode="json")
    assert other.json["esearchresult"]["ERROR"].startswith("Search Backend failed: Database is not supported")


# the ceiling


def test_only_the_first_9999_records_can_be_reached(crowd: EutilsServer) -> None:
    last = search(crowd, "zebrafish", retstart=9_500, retmax=500)
    assert len(last.texts("IdList/Id")) == 499
    assert last.text("Count") == "25000"
    assert last.tree.find("WarningList") is None


def test_a_larger_page_is_clamped_with_a_message(crowd: EutilsServer) -> None:
    reply = search(crowd, "zebrafish", retmax=10_000, retmode="json").json["esearchresult"]
    assert len(reply["idlist"]) == 9_999
    message = "Restrictions achieved. start and count adjusted to 0, 9999"
    assert reply["warninglist"]["outputmessages"] == [message]


def test_a_start_past_the_ceiling_is_an_error_in_200_that_is_not_valid_json(crowd: EutilsServer) -> None:
    reply = search(crowd, "zebrafish", retstart=9_999, retmode="json")
    assert reply.status == 200
    with pytest.raises(json.JSONDecodeError):
        json.loads(reply.body)
    assert "cannot be larger than 9998" in json.loads(reply.body, strict=False)["esearchresult"]["ERROR"]
    assert "cannot be larger than 9998" in (search(crowd, "zebrafish", retstart=9_999).text("ERROR") or "")
    assert search(crowd, "zebrafish", retstart=9_998).texts("IdList/Id")


def test_a_day_with_more_than_9999_records_can_only_be_divided_by_something_else(crowd: EutilsServer) -> None:
    day = search(crowd, '"2025/03/01"[crdt]', rettype="count").text("Count")
    part = search(crowd, '"2025/03/01"[crdt] AND 91000001:91005000[uid]', rettype="count").text("Count")
    assert (day, part) == ("12500", "5000")


# what a term finds


@pytest.mark.parametrize(
    ("term", "places"),
    [
        ("semax[ti] NOT stroke[mh]", {0, 1, 3, 6, 7, 8, 9, 11, 15, 899}),
        ("semax[tiab] AND humans[mh]", {0, 2, 6}),
        ("semax[nm]", {0, 1, 6}),
        ("semax*[ti]", {0, 1, 2, 3, 4, 6, 7, 8, 9, 11, 15, 899}),
        ('"emotional blunting"[tiab]', {0, 5, 10}),
        ("emotional blunting[ti]", {0, 10}),
        ('"blunting emotional"[tiab:~2]', {0, 5, 10}),
        ("animals[mh]", {0, 1, 2, 4, 6, 12, 13}),
        ("animals[mh:noexp]", {1, 12}),
        ("stroke[mh]", {2}),
        ("stroke[mh:noexp]", set()),
        ("selective serotonin reuptake inhibitors[majr]", {0}),
        ("fluoxetine[majr:noexp]", set()),
        ("randomized controlled trial[pt]", {0, 13}),
        ("clinical trial[pt]", {0, 13}),
        ("retracted publication[pt]", {6}),
        ("preprint[pt]", {8}),
        ("russian[la]", {2}),
        ("rus[la]", {2}),
        ("medline[sb] AND hasabstract", {0, 1, 2, 4, 6, 12, 13}),
        ("inprocess[sb] OR publisher[sb]", {3, 10, 11}),
        ("example a[1au] AND apathy[tw]", {10}),
        ("sample[au] AND rats", {1}),
        ("sample[1au]", set()),
        ("j synth rec[ta] AND survey", {10}),
        ("10.5555/synth.0001[doi]", {0}),
        ("10.5555/SYNTH.0006[aid]", {5}),
        ("I5FAL2585H[rn]", {2, 12}),
        ("NCT99999901[si]", {0}),
        ("90000001 90000002", {0, 1}),
        ("90000001,90000003[uid]", {0, 2}),
        ("beta-endorphin[ti]", {8, 9}),
        ("инсульта[tt]", {2}),
    ],
)
def test_a_term_finds(server: EutilsServer, term: str, places: set[int]) -> None:
    assert found(server, term) == places


def test_operators_are_read_from_left_to_right(server: EutilsServer) -> None:
    assert found(server, "rats OR survey AND apathy") == found(server, "(rats OR survey) AND apathy") == {10}
    assert found(server, "rats OR (survey AND apathy)") == {1, 10}


def test_lower_case_operators_are_words(server: EutilsServer) -> None:
    reply = search(server, "rats or survey")
    assert reply.texts("WarningList/PhraseIgnored") == ["or"]
    assert reply.text("Count") == "0"


def test_and_not_loses_its_not(server: EutilsServer) -> None:
    assert found(server, "semax AND NOT humans[mh]") == found(server, "semax AND humans[mh]")
    assert found(server, "semax NOT humans[mh]").isdisjoint(found(server, "humans[mh]"))


# dates


def test_each_kind_of_date_has_its_own_set(server: EutilsServer) -> None:
    def within(kind: str) -> set[int]:
        return found(server, f'("2024/02/01"[{kind}] : "2024/04/30"[{kind}])')

    assert within("crdt") == {1, 2, 3, 4, 5, 6}
    assert within("edat") == {1, 3, 4, 5, 6}
    assert within("mdat") == within("lr") == {0, 1, 2, 3, 4, 5}
    assert within("dp") == {1, 4, 5, 6}
    assert found(server, "1997[edat]") == found(server, "1997:1998[dp]") == {2}


def test_the_date_parameters_work_as_a_pair(server: EutilsServer) -> None:
    pair = found(server, "semax", datetype="crdt", mindate="2024/02", maxdate="2024/02/28")
    assert pair == {1, 2}
    assert len(found(server, "semax", datetype="crdt", mindate="2024/02")) == 12
    assert found(server, "semax", datetype="crdt", mindate="2024/02", maxdate="") == set()
    reply = search(server, "semax", datetype="mdat", reldate=300)
    assert (reply.text("QueryTranslation") or "").endswith("AND 2024/08/05:2025/06/01[Date - Modification]")


def test_a_record_that_is_not_created_yet_is_not_there(server: EutilsServer) -> None:
    server.control.clock(at="2024-02-10T12:00:00+00:00")
    assert found(server, "semax") == {0, 1}
    assert search(server, "stroke").texts("ErrorList/PhraseNotFound") == []
    assert ask(server.url, "efetch", id=FIRST_OWN + 2).texts("PubmedArticle//PMID") == []
    server.control.clock(days=20)
    assert found(server, "semax") == {0, 1, 2}


def test_days_are_those_of_the_us_east(server: EutilsServer) -> None:
    server.control.clock(at="2024-02-05T04:59:00+00:00")
    assert found(server, "semax") == {0}
    server.control.clock(seconds=120)
    assert found(server, "semax") == {0, 1}


# what was altered


def test_an_unknown_word_is_dropped_and_the_rest_is_searched(server: EutilsServer) -> None:
    reply = search(server, "semax AND xyzzyq[tiab]")
    assert reply.text("Count") == "12"
    assert reply.texts("ErrorList/PhraseNotFound") == ["xyzzyq[tiab]"]
    assert reply.text("QueryTranslation") == '"semax"[Supplementary Concept] OR "semax"[All Fields]'


def test_a_term_of_which_nothing_is_left_finds_nothing(server: EutilsServer) -> None:
    result = search(server, "xyzzyq", retmode="json").json["esearchresult"]
    assert (result["count"], result["idlist"], result["querytranslation"]) == ("0", [], "(xyzzyq)")
    assert result["errorlist"] == {"phrasesnotfound": ["xyzzyq"], "fieldsnotfound": []}
    assert result["warninglist"]["outputmessages"] == ["No items found."]


def test_a_quoted_phrase_that_is_not_in_the_index_becomes_separate_words(server: EutilsServer) -> None:
    reply = search(server, '"semax blunting"[tiab]')
    assert reply.text("Count") == "2"
    assert reply.texts("WarningList/QuotedPhraseNotFound") == ['"semax blunting"[tiab]']
    assert reply.text("QueryTranslation") == '"semax"[Title/Abstract] AND "blunting"[Title/Abstract]'


def test_an_unknown_field_is_reported_and_all_fields_are_searched(server: EutilsServer) -> None:
    reply = search(server, "semax[nosuch]", retmode="json").json["esearchresult"]
    assert reply["errorlist"] == {"phrasesnotfound": [], "fieldsnotfound": ["nosuch"]}
    assert (reply["count"], reply["querytranslation"]) == ("12", '"semax"[All Fields]')


def test_stop_words_are_ignored(server: EutilsServer) -> None:
    reply = search(server, "the semax")
    assert reply.texts("WarningList/PhraseIgnored") == ["the"]
    assert reply.text("Count") == "12"


# automatic term mapping


def test_an_untagged_heading_is_exploded_and_joined_with_all_fields(server: EutilsServer) -> None:
    reply = search(server, "selective serotonin reuptake inhibitors")
    target = '"selective serotonin reuptake inhibitors"[MeSH Terms]'
    assert reply.texts("TranslationSet/Translation/From") == ["selective serotonin reuptake inhibitors"]
    assert reply.texts("TranslationSet/Translation/To")[0].startswith(f"{target} OR (")
    assert {1, 13} <= found(server, "selective serotonin reuptake inhibitors")


def test_an_untagged_substance_maps_to_the_supplementary_concept(server: EutilsServer) -> None:
    translated = search(server, "semax").texts("TranslationSet/Translation/To")
    assert translated == ['"semax"[Supplementary Concept] OR "semax"[All Fields]']


def test_quotes_tags_and_stars_switch_the_mapping_off(server: EutilsServer) -> None:
    for term in ('"semax"', "semax[tiab]", "semax*"):
        assert search(server, term).texts("TranslationSet/Translation/To") == []


def test_the_field_parameter_tags_what_has_no_tag(server: EutilsServer) -> None:
    assert search(server, "rats", field="title").text("QueryTranslation") == '"rats"[Title]'


def test_a_translation_can_be_searched_again(server: EutilsServer) -> None:
    for term in ("semax AND humans[mh] NOT clinical trial[pt]", "emotional blunting", "rats OR mice"):
        translation = search(server, term).text("QueryTranslation") or ""
        assert found(server, translation) == found(server, term)
