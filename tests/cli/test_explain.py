import io
import json
import sys

import pytest

from tests.cli import ledgers, rejudged
from tests.cli.conftest import Room

LINE = '{"id":"a","title":"Semax in rats","text":"Ten Wistar rats were injected.","journal":"Brain research"}\n'


def given(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))


def test_a_source_is_explained_with_the_words_in_their_sentences(room: Room) -> None:
    rejudged.ledger(room)

    said = room.harvest("explain", "semax-ssri", "s1")

    assert (said.code, said.err) == (0, "")
    assert said.out.startswith("s1  Semax in rats\nmatch: ")
    assert "evidence: animals or laboratory, not people" in said.out
    assert any(line.startswith("      ") and line.count("**") == 2 for line in said.out.splitlines())


def test_it_says_the_same_every_time(room: Room) -> None:
    rejudged.ledger(room)

    assert room.harvest("explain", "semax-ssri", "s2") == room.harvest("explain", "semax-ssri", "s2")


def test_several_are_explained_one_after_the_other_in_the_order_asked(room: Room) -> None:
    rejudged.ledger(room)

    said = room.harvest("explain", "semax-ssri", "s2", "pmid:104", "s1").out

    heads = [block.splitlines()[0].split("  ")[0] for block in said.split("\n\n")]
    assert heads == ["s2", "pmid:104", "s1"]


def test_what_was_left_out_is_read_from_the_answer_that_was_kept(room: Room) -> None:
    rejudged.ledger(room)

    said = room.harvest("explain", "semax-ssri", "pmid:103").out

    assert "match: left out: condition without this compound" in said
    assert "people studied, without this compound" in said
    assert "      We asked 100 patients who took **sertraline** about" in said

    for file in (room.data / "archive").iterdir():
        file.unlink()
    assert "      We asked" not in room.harvest("explain", "semax-ssri", "pmid:103").out


def test_what_was_decided_anew_is_told(room: Room) -> None:
    rejudged.ledger(room, p101={"evidence": "human", "design": "rct"})
    room.harvest("reclassify", "semax-ssri", "--yes")

    *_, last = room.harvest("explain", "semax-ssri", "s1").out.splitlines()

    assert "reclassified: evidence human -> preclinical; design rct -> animal" in last


def test_what_a_person_decided_is_told(room: Room) -> None:
    review = {"sid": "s1", "reviewer": "AB", "decision": "confirmed", "reason": "read in full"}
    room.ledger(*rejudged.settled(room), ("review", review))

    said = room.harvest("explain", "semax-ssri", "s1").out

    assert "confirmed by AB, judged by abstract" in said
    assert "machine-labelled" not in said
    assert said.endswith("2026-11-21 review: confirmed by AB: read in full\n")
    assert "machine-labelled" in room.harvest("explain", "semax-ssri", "s2").out


def test_of_a_source_that_had_been_left_out_all_is_told(room: Room) -> None:
    rejudged.ledger(room, p104={"reason": "condition-only", "screening": "condition-only"})
    room.harvest("reclassify", "semax-ssri", "--yes")
    file = room.data / "topics" / "semax-ssri.toml"
    file.write_text(file.read_text().replace('name = "Semax"', 'name = "Thyroid"'))
    room.harvest("reclassify", "semax-ssri", "--yes")

    said = room.harvest("explain", "semax-ssri", "s3").out

    assert said.startswith("s3  Thyroid nodules in the elderly")
    assert "reclassified: screening condition-only -> off-topic" in said


def test_as_json_each_has_its_reasons_and_what_came_later(room: Room) -> None:
    rejudged.ledger(room)

    said = json.loads(room.harvest("explain", "semax-ssri", "s1", "s2", "--json").out)["explained"]

    assert [one["sid"] for one in said] == ["s1", "s2"]
    assert all({"why", "side", "sentence"} <= set(reason) for one in said for reason in one["reasons"])
    assert said[0]["later"] == []


def test_a_hostile_text_moves_no_cursor(room: Room) -> None:
    room.ledger(("source", ledgers.source("s1", "1", "\x1b]0;owned\x07\x9b2J\u202egnp\nSemax")))

    for options in ((), ("--json",)):
        assert not set(room.harvest("explain", "semax-ssri", "s1", *options).out) & {"\x1b", "\x07", "\x9b", "\u202e"}


def test_a_record_on_standard_input_is_explained_as_classify_reads_it(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    given(monkeypatch, LINE + "\n" + LINE.replace('"a"', '"b"'))

    said = room.harvest("explain", "-")

    assert (said.code, said.err) == (0, "")
    assert [block.splitlines()[0] for block in said.out.split("\n\n")] == ["a  Semax in rats", "b  Semax in rats"]
    assert any(line.startswith("      ") and line.count("**") == 2 for line in said.out.splitlines())
    assert "match:" not in said.out


def test_a_line_without_a_record_is_said_and_exits_2(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch, "[]\n" + LINE)

    said = room.harvest("explain", "-", "--json")

    assert (said.code, said.err) == (2, "harvest: line 1: expected a JSON object, got []\n")
    assert [one["id"] for one in json.loads(said.out)["explained"]] == ["a"]


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("semax-ssri",), "expected a source or the key of a record, got none; harvest explain semax-ssri s1"),
        (("-", "s1"), "expected records on standard input and nothing else"),
        (("semax-ssri", "s9"), "expected a source (s1 to s2) or the key of a record, got 's9'"),
        (("no-such-topic", "s1"), "no-such-topic"),
    ],
)
def test_what_cannot_be_explained_is_a_usage_error(room: Room, arguments: tuple[str, ...], complaint: str) -> None:
    rejudged.ledger(room)

    said = room.harvest("explain", *arguments)

    assert (said.code, said.out) == (64, "")
    assert complaint in said.err
