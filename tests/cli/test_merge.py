"""harvest merge and unmerge: two sources shown and counted as one, and as two again."""

import json
from pathlib import Path

import pytest

from harvest.ledger import Depth, verify
from tests import posts
from tests.cli import ledgers
from tests.cli.conftest import Room, Said

WHO = ("--reviewer", "A. Person", "--reason", "read both")


@pytest.fixture
def two(room: Room) -> Path:
    """A ledger with two sources."""
    sources = [("source", ledgers.source(f"s{n}", f"{n}", f"Semax in rats, number {n}")) for n in (1, 2)]
    return room.ledger(*sources, finished=ledgers.account(included=2))


def merge(room: Room, *more: str) -> Said:
    return room.harvest("merge", "semax-ssri", "s2", "s1", *WHO, *more)


def test_after_a_merge_the_lower_number_is_shown_and_counted(room: Room, two: Path) -> None:
    said = merge(room)

    assert (said.code, said.out) == (0, "s2 is s1 from now on, and counts once\n")
    assert "s2 " not in room.harvest("show", "semax-ssri").out
    assert "one with     s1, under which it counts" in room.harvest("show", "semax-ssri", "s2").out
    assert "one with     s2, counted here" in room.harvest("show", "semax-ssri", "s1").out
    assert json.loads(room.harvest("show", "semax-ssri", "s2", "--json").out)["merged_into"] == "s1"
    summary = json.loads(room.harvest("summary", "semax-ssri", "--json").out)
    assert (summary["sources"], summary["duplicates"]) == (1, 1)
    report = verify(two, state=room.state, depth=Depth.DEEP)
    assert (report.exit_code, report.first_divergence) == (0, None)


def test_after_the_undoing_both_count_again(room: Room, two: Path) -> None:
    merge(room)
    said = room.harvest("unmerge", "semax-ssri", "s1", "s2", *WHO)

    assert (said.code, said.out) == (0, "s1 and s2 are two sources again\n")
    assert json.loads(room.harvest("summary", "semax-ssri", "--json").out)["sources"] == 2
    assert "one with" not in room.harvest("show", "semax-ssri", "s1").out


def test_the_answer_as_json_is_the_entry(room: Room, two: Path) -> None:
    assert json.loads(merge(room, "--json").out) == {
        "topic": "semax-ssri", "type": "merged", "sids": ["s1", "s2"], "kept": "s1", "reviewer": "A. Person",
        "reason": "read both",
    }  # fmt: skip


@pytest.mark.parametrize("sids", [("s1", "s1"), ("s1", "s7"), ("s1", "pmid:1"), ("s0", "s1")])
def test_nonsense_exits_64_and_writes_nothing(room: Room, two: Path, sids: tuple[str, str]) -> None:
    before = two.read_bytes()
    said = room.harvest("merge", "semax-ssri", *sids, *WHO)

    assert said.code == 64
    assert said.err.startswith("harvest: expected ")
    assert said.err.count("\n") == 1
    assert two.read_bytes() == before


def test_what_was_not_merged_cannot_be_parted(room: Room, two: Path) -> None:
    said = room.harvest("unmerge", "semax-ssri", "s1", "s2", *WHO)

    assert said.code == 64
    assert "expected two sources that one entry merged, got s1 and s2; nothing was merged with s2" in said.err


def test_who_and_why_must_be_said(room: Room, two: Path) -> None:
    assert room.harvest("merge", "semax-ssri", "s1", "s2").code == 64
    assert room.harvest("merge", "semax-ssri", "s1", "s2", "--reviewer", " ", "--reason", "x").code == 64


def test_a_topic_without_a_ledger_is_said_in_one_line(room: Room) -> None:
    said = merge(room)
    assert (said.code, said.err.count("\n")) == (3, 1)


def test_erasing_the_source_that_stays_erases_what_was_merged_into_it(room: Room) -> None:
    posts.write(room.data, room.state, "one-word", "other-word", duty=False)
    merge(room)

    assert room.harvest("redact", "semax-ssri", "s1", "--reason", "person-asked").code == 0
    assert [path for path in room.data.rglob("content/*/*.json") if b"word" in path.read_bytes()] == []
    said = merge(room)
    assert (said.code, said.err) == (64, "harvest: expected a source with a text, got s2, which was erased\n")


def test_erasing_an_alias_leaves_the_source_that_stays(room: Room) -> None:
    posts.write(room.data, room.state, "one-word", "other-word", duty=False)
    merge(room)
    room.harvest("redact", "semax-ssri", "s2", "--reason", "person-asked")

    assert json.loads(room.harvest("summary", "semax-ssri", "--json").out)["sources"] == 1
    assert "one-word" in room.harvest("show", "semax-ssri", "s1").out
