import json
from datetime import UTC, datetime

import pytest

from harvest.archive import Archive, Exchange
from harvest.entries import snapshot
from tests.cli import ledgers
from tests.cli.conftest import Room

RATS = ("source", ledgers.source("s1", "16996037", "Semax in rats"))
RECORD = b"<PubmedArticle><MedlineCitation><PMID>16996037</PMID></MedlineCitation></PubmedArticle>"
XML = b"<PubmedArticleSet>" + RECORD + b"</PubmedArticleSet>"


def test_the_list_has_a_line_for_each_source_in_the_words_for_readers(room: Room) -> None:
    room.ledger(RATS)

    said = room.harvest("show", "semax-ssri")

    assert said.code == 0
    head, line = said.out.splitlines()
    assert head.split() == ["source", "year", "match", "evidence", "design", "title"]
    assert "s1      2006  same compound, another use  animals or laboratory, not people  animals  Semax in rats" in line
    assert "machine-labelled, unchecked" in said.err


def test_one_source_is_shown_with_each_reason_its_words_and_the_search_that_found_it(room: Room) -> None:
    room.ledger(RATS)

    said = room.harvest("show", "semax-ssri", "s1").out

    assert 'evidence.title-animals: "rats" (title 9-13)' in said
    assert "Brain research 2006-10-30 1117(1):54-60" in said
    assert "PubMed 2026-11-21T19:06:00.000000Z, line 3: semax" in said
    assert "93% sure" in said
    assert "sha256 " + "0" * 64 in said


def test_an_excluded_record_is_shown_by_its_key(room: Room) -> None:
    room.ledger(("excluded", ledgers.excluded("34908941", "Long-term use of SSRIs", evidence="human")))

    said = room.harvest("show", "semax-ssri", "pmid:34908941").out

    assert "condition without this compound" in said
    assert "people studied, without this compound" in said


def test_a_hostile_title_moves_no_cursor_and_starts_no_markup(room: Room) -> None:
    room.ledger(("source", ledgers.source("s1", "1", "[red]\x1b]0;owned\x07\x9b2J\u202egnp\nnext")))

    for arguments in (("s1",), (), ("s1", "--json"), ("--json",)):
        said = room.harvest("show", "semax-ssri", *arguments).out
        assert not set(said) & {"\x1b", "\x07", "\x9b", "\u202e"}
        assert "[red]" in said
        assert "next" in said


def test_an_unknown_source_is_a_usage_error_that_names_the_range(room: Room) -> None:
    room.ledger(RATS)

    said = room.harvest("show", "semax-ssri", "s9")

    assert said.code == 64
    assert said.err == "harvest: expected a source (s1 to s1) or the key of a record, got 's9'\n"


def test_a_topic_without_a_ledger_says_how_to_begin_one(room: Room) -> None:
    said = room.harvest("show", "semax-ssri")

    assert said.code == 3
    assert said.err.endswith("got none; harvest crawl semax-ssri\n")


def test_json_holds_the_source_as_it_stands_and_its_search(room: Room) -> None:
    room.ledger(RATS)

    said = json.loads(room.harvest("show", "semax-ssri", "s1", "--json").out)

    assert (said["key"], said["tier"], said["search"]["query"]) == ("pmid:16996037", 5, "semax")


@pytest.fixture
def kept(room: Room) -> Room:
    """A source whose snapshot is kept."""
    when = datetime(2026, 11, 21, tzinfo=UTC)
    url = "https://eutils.ncbi.nlm.nih.gov/entrez/eutils/efetch.fcgi"
    with Archive(room.data / "archive", name="semax-ssri-pubmed-run", started=when, software="test") as archive:
        where = archive.record(Exchange("POST", url, b"id=16996037", 200, "OK", (), XML, when))
    room.ledger(("source", RATS[1] | {"snapshot": snapshot(where)}))
    return room


def test_the_snapshot_is_the_providers_own_record(kept: Room) -> None:
    said = kept.harvest("show", "semax-ssri", "s1", "--snapshot")

    assert said.code == 0
    assert said.out.startswith("<PubmedArticle>")
    assert "SHA-256 agrees" in said.err


def test_a_snapshot_that_is_not_the_one_cited_is_refused(kept: Room) -> None:
    path = kept.data / "ledgers" / "semax-ssri.jsonl"
    for one in path.parent.iterdir():
        one.unlink()
    for one in kept.state.rglob("*"):
        if one.is_file():
            one.unlink()
    file = next((kept.data / "archive").iterdir()).name
    record = _records(kept)[0]
    kept.ledger(("source", RATS[1] | {"snapshot": {"file": file, "record": record, "sha256": "1" * 64}}))

    said = kept.harvest("show", "semax-ssri", "s1", "--snapshot")

    assert (said.code, said.out) == (3, "")
    assert "expected SHA-256 1111" in said.err


def _records(room: Room) -> list[str]:
    """The ids of the responses in the archive."""
    from harvest.archive.reader import pairs

    return [pair.record for file in (room.data / "archive").iterdir() for pair in pairs(file)]
