"""harvest redact: what somebody wrote is gone from every file and from every answer."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from harvest.catalogue import Catalogue
from harvest.ledger import REASONS, Depth, Persons, Proof, StateFolder, Verifier, entries, prove, verify
from harvest.reading import read
from tests import pages, posts
from tests.cli import ledgers
from tests.cli.conftest import Room

CANARY = "canary-7f3a words"
OTHER = "other-91bc words"
TEXTS = ("canary-7f3a", "canary-7f3a-words")
SID, SEQ = "s1", "3"
ANSWERS = (
    ("show", "semax-ssri"),
    ("show", "semax-ssri", "--json"),
    ("show", "semax-ssri", "s1"),
    ("show", "semax-ssri", "s1", "--json"),
    ("show", "semax-ssri", "trialposts:1"),
    ("explain", "semax-ssri", "s1", "trialposts:1"),
    ("explain", "semax-ssri", "s1", "--json"),
    ("summary", "semax-ssri"),
    ("summary", "semax-ssri", "--json"),
    ("verify", "semax-ssri"),
    ("verify", "semax-ssri", "--json"),
)


@pytest.fixture
def posted(room: Room) -> Room:
    """A ledger with two posts of two persons, from a provider without a deletion duty."""
    posts.write(room.data, room.state, CANARY, OTHER, duty=False)
    return room


def holding(room: Room, *words: str) -> list[Path]:
    """Files below data and state with any of these words in their bytes or names."""
    files = [path for folder in (room.data, room.state) for path in folder.rglob("*") if path.is_file()]
    return [path for path in files if any(word.encode() in path.read_bytes() or word in path.name for word in words)]


def answered(room: Room) -> str:
    return "".join(said.out + said.err for said in (room.harvest(*command) for command in ANSWERS))


def test_before_it_is_erased_a_post_is_shown_with_its_words(posted: Room) -> None:
    assert f"Post 1: {CANARY}" in posted.harvest("show", "semax-ssri").out
    assert f"**{CANARY}**" in posted.harvest("explain", "semax-ssri", "s1").out
    assert "person" not in json.loads(posted.harvest("show", "semax-ssri", "s1", "--json").out)


def test_after_redact_the_words_are_in_no_file_and_in_no_answer(posted: Room) -> None:
    person = Persons(StateFolder(posted.state), "harvest.invalid/semax-ssri").hash(posts.PROVIDER, "author 0")
    assert len(holding(posted, *TEXTS, person)) == 1

    said = posted.harvest("redact", "semax-ssri", "s1", "--reason", "person-asked")

    assert (said.code, said.out) == (0, f"s1: erased, seq {SEQ}, person-asked\n")
    assert "backups, snapshots and disks that write copies may still hold the text" in said.err
    assert holding(posted, *TEXTS, person) == []
    told = answered(posted)
    assert not [word for word in TEXTS if word in told]
    assert OTHER in told
    assert len(holding(posted, OTHER)) == 1


def test_chain_proofs_and_numbers_stay(posted: Room) -> None:
    path = posted.data / "ledgers" / "semax-ssri.jsonl"
    line, proof = path.read_bytes().splitlines()[3], prove(path, 3, head(posted))
    posted.harvest("redact", "semax-ssri", SID, "--reason", "legal")

    report = verify(path, state=posted.state, depth=Depth.DEEP)
    assert (report.exit_code, report.first_divergence) == (0, None)
    for one in (proof, Proof.parse(bytes(prove(path, 3, head(posted))))):
        one.check(line, Verifier.parse(report.vkey))
    catalogue = read(path).catalogue
    assert (list(catalogue.sources), catalogue.next_sid) == (["s2"], "s3")


def head(room: Room) -> bytes:
    (path,) = room.state.glob("*/head")
    return path.read_bytes()


def test_an_erased_source_says_when_and_why_and_counts_no_more(posted: Room) -> None:
    before = json.loads(posted.harvest("summary", "semax-ssri", "--json").out)
    posted.harvest("redact", "semax-ssri", "s1", "--reason", "deleted-by-author")
    day = datetime.now(UTC).date()

    assert posted.harvest("show", "semax-ssri", "s1").out == f"s1           erased, {day}, deleted-by-author\n"
    assert posted.harvest("explain", "semax-ssri", "s1").out == f"s1  erased, {day}, deleted-by-author\n"
    shown = json.loads(posted.harvest("show", "semax-ssri", "s1", "--json").out)
    assert (shown["sid"], shown["erased"]["reason"]) == ("s1", "deleted-by-author")
    assert "reasons" not in shown
    listed = posted.harvest("show", "semax-ssri")
    assert "s1 " not in listed.out
    assert "1 sources" in listed.err
    assert "1 more erased" in listed.err
    listed_json = json.loads(posted.harvest("show", "semax-ssri", "--json").out)
    assert [one["sid"] for one in listed_json["sources"]] == ["s2"]
    assert [one["sid"] for one in listed_json["erased"]] == ["s1"]
    after = json.loads(posted.harvest("summary", "semax-ssri", "--json").out)
    assert [of["sources"] for of in (before, after)] == [2, 1]
    assert [of["reports"]["writers"] for of in (before, after)] == [2, 1]


def test_one_person_counts_once_until_the_last_text_of_theirs_is_erased(room: Room) -> None:
    path = posts.write(room.data, room.state, "one", "two", "three", author=["A", "A", "B"], duty=False)
    counts = [read(path).persons()]
    for sid in ("s1", "s2", "s3"):
        room.harvest("redact", "semax-ssri", sid, "--reason", "legal")
        counts.append(read(path).persons())
    assert counts == [2, 2, 1, 0]


def test_erasing_again_is_said_and_writes_nothing(posted: Room) -> None:
    for _ in range(2):
        said = posted.harvest("redact", "semax-ssri", "s1", "s1", "--reason", "mistake")
    assert (said.code, said.out, said.err) == (0, "s1: erased before\n", "")
    assert types(posted).count("redaction") == 1


def types(room: Room) -> list[str]:
    return [entry.type for entry in entries(room.data / "ledgers" / "semax-ssri.jsonl")]


def test_records_and_lines_can_be_named_too(posted: Room) -> None:
    said = posted.harvest("redact", "semax-ssri", "trialposts:1", "4", "--reason", "legal", "--json")
    assert json.loads(said.out) == {
        "topic": "semax-ssri", "reason": "legal", "erased": {"trialposts:1": [3], "4": [4]},
    }  # fmt: skip
    assert list((posted.data / "content" / "semax-ssri").iterdir()) == []


def test_a_record_that_was_left_out_can_be_erased(room: Room) -> None:
    left_out = posts.whole(1, CANARY, screening="off-topic") | {"reason": "off-topic", "stage": "screening"}
    del left_out["sid"]
    posts.write(room.data, room.state, left_out, duty=False)
    counts = []
    for _ in range(2):
        counts.append(json.loads(room.harvest("summary", "semax-ssri", "--json").out)["left_out"])
        room.harvest("redact", "semax-ssri", "trialposts:1", "--reason", "legal")
    assert counts == [{"off-topic": 1}, {}]
    assert room.harvest("show", "semax-ssri", "trialposts:1").out.startswith("trialposts:1 erased, ")
    assert holding(room, *TEXTS) == []


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("s9",), "expected a source (s1), the key of a record or the seq of a line, got 's9'"),
        (("s1", "nct:1"), "expected a source (s1), the key of a record or the seq of a line, got 'nct:1'"),
        (("0",), "expected lines with erasable content, got seq 0, which has none"),
        (("99999999999999999",), "expected a source (s1), the key of a record or the seq of a line"),
    ],
)
def test_what_cannot_be_erased_is_one_line_and_erases_nothing(
    posted: Room, arguments: tuple[str, ...], expected: str
) -> None:
    said = posted.harvest("redact", "semax-ssri", *arguments, "--reason", "legal")
    assert (said.code, said.err.count("\n")) == (64, 1)
    assert expected in said.err
    assert len(holding(posted, *TEXTS)) == 1


def test_text_that_stands_in_lines_cannot_be_erased(room: Room) -> None:
    room.ledger(("source", ledgers.source("s1", "1", "Semax in rats")))
    said = room.harvest("redact", "semax-ssri", "s1", "--reason", "legal")
    assert said.code == 64
    assert said.err == (
        "harvest: expected a record with erasable content, got s1, which has none; "
        "its text stands in lines, which nothing edits\n"
    )


@pytest.mark.parametrize("arguments", [("--reason", "because"), ()])
def test_a_reason_of_the_set_must_be_given(posted: Room, arguments: tuple[str, ...]) -> None:
    said = posted.harvest("redact", "semax-ssri", "s1", *arguments)
    assert (said.code, said.err.count("\n")) == (64, 1)
    assert len(holding(posted, *TEXTS)) == 1


def test_the_reasons_are_those_that_help_and_how_to_name(room: Room) -> None:
    help_ = " ".join(room.harvest("redact", "--help").out.split())
    assert f"{', '.join(REASONS[:-1])} or {REASONS[-1]}" in help_.replace("- ", "-")
    rows, *_ = pages.tables((pages.CHECKOUT / "docs" / "how-to" / "erase.md").read_text())
    assert tuple(row[0] for row in rows) == REASONS


def test_where_there_is_no_ledger_none_is_begun(room: Room) -> None:
    said = room.harvest("redact", "semax-ssri", "s1", "--reason", "legal")
    assert (said.code, "expected a ledger at" in said.err) == (3, True)
    assert not (room.data / "ledgers").exists()


@pytest.mark.parametrize("erased", [False, True])
def test_there_is_no_answer_of_the_provider_to_print(posted: Room, *, erased: bool) -> None:
    if erased:
        posted.harvest("redact", "semax-ssri", "s1", "--reason", "legal")
    said = posted.harvest("show", "semax-ssri", "s1", "--snapshot")
    assert (said.code, said.out) == (64, "")
    assert ("erased, " if erased else "whose answers are never kept") in said.err


def test_text_that_is_lost_is_said_to_be(posted: Room) -> None:
    (content,) = holding(posted, *TEXTS)
    content.unlink()
    assert "(lost: harvest verify --deep)" in posted.harvest("show", "semax-ssri", "s1").out


def test_what_a_crawl_adds_while_we_erase_goes_as_well(posted: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    from harvest import erasing

    lines, added = erasing._lines, list[int]()

    def meanwhile(name: str, catalogue: Catalogue) -> tuple[int, ...]:
        found = lines(name, catalogue)
        if not added:
            body: dict[str, Any] = {"key": "trialposts:1", "provider": posts.PROVIDER, "new": {}}
            other = posts.opened(posted.data, posted.state, Catalogue(), run="01JD7Q8Z0000000000000000AC")
            with other as ledger, ledger.batch() as batch:
                added.append(batch.append("changed", body, content={"title": CANARY}))
        return found

    monkeypatch.setattr(erasing, "_lines", meanwhile)
    said = posted.harvest("redact", "semax-ssri", "s1", "--reason", "legal")
    assert said.out == f"s1: erased, seq 3, {added[0]}, legal\n"
    assert holding(posted, *TEXTS) == []
